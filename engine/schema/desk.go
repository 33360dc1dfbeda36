package schema

import "github.com/spoor-lang/spoor/engine/event"

// desk is where one raw event after another is opened: its members are put in
// their places, in which its layout, its kind and its time are found. There they
// stay until the next event is opened. A reader, which comes right after for most
// events, needs not put them there again.
type desk struct {
	table *table
	of    *record // whose members these are; nil if nobody needs them
}

// desk returns one that nobody else is at, to be put back into s.desks.
func (s *Schema) desk() *desk {
	if d, ok := s.desks.Get().(*desk); ok {
		return d
	}
	return &desk{table: &table{}}
}

// lay puts the members of a raw event in their places.
func (d *desk) lay(s *Schema, raw event.Tree) members {
	d.of = nil
	if !d.table.fill(s.names, raw) {
		return members{object: raw}
	}
	return members{object: raw, table: d.table}
}

// leave lets a record go from the desk, at which its members stay for now.
func (d *desk) leave(r *record) {
	if r.raw.table != nil {
		d.of = r
	}
	r.raw.table, r.data.table = nil, nil
}

// take returns the table with the members of a record if a desk has it still,
// and leaves another one there. It returns nil otherwise.
func (s *Schema) take(r *record, other *table) *table {
	d := s.desk()
	defer s.desks.Put(d)
	if d.of != r {
		return nil
	}
	t := d.table
	d.table, d.of = other, nil
	return t
}

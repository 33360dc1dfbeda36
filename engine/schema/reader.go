package schema

import (
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// reader reads one event after the other by numbered slots. What it spares is
// looking the same keys up again and again: each member of an event is put in
// its place once, where all the names that lead to it find it, and so is where
// a slot's name leads, once for each shape.
type reader struct {
	slots  *field.Slots
	names  names  // keys that slots ask for beside those of the schema
	rec    record // a copy of the event at hand, whose members lie in tables
	raw    objectTables
	data   objectTables // of its data, where these are an object of their own
	some   uint64       // the marks of its members that have a reader's number
	ways   []slotWay    // of its shape, by slot
	shapes map[*shape][]slotWay
}

// slotWay is how a slot is read from the events of a shape.
type slotWay struct {
	get getter // nil if nobody asked for it yet
	// lone are the marks of the keys that the name may begin with, if nothing but
	// members with a reader's numbers can answer it; 0 for other names. As rules
	// ask for what few events have, most events have none of these.
	lone uint64
}

// objectTables are where the members of an object are put.
type objectTables struct{ table, more *table }

var _ field.Readable = (*record)(nil)

// Reader implements [field.Readable].
func (r *record) Reader(s *field.Slots) field.Reader {
	return &reader{
		slots: s, rec: record{schema: r.schema}, shapes: map[*shape][]slotWay{},
		raw: objectTables{&table{}, &table{}}, data: objectTables{&table{}, &table{}},
	}
}

// Turn implements [field.Reader].
func (rd *reader) Turn(src event.Fields) bool {
	r, ok := src.(*record)
	if !ok || r.schema != rd.rec.schema {
		return false
	}
	before := rd.rec.shape
	rd.rec = *r
	rd.rec.ecs.record, rd.rec.cim.record = &rd.rec, &rd.rec
	rd.rec.origin = r
	if r.shape != before || len(rd.ways) < rd.slots.Len() {
		ways := rd.shapes[r.shape]
		ways = append(ways, make([]slotWay, rd.slots.Len()-len(ways))...)
		rd.shapes[r.shape], rd.ways = ways, ways
	}
	rd.lay()
	return true
}

// lay puts the members of the event at hand in their places, unless they lie there
// since it was made. Trees whose members have no numbers are asked by name.
func (rd *reader) lay() {
	raw := &rd.rec.raw
	if raw.table == nil { // and no lens has it
		if t := rd.rec.schema.take(rd.rec.origin, rd.raw.table); t != nil {
			raw.table, rd.raw.table = t, t
		}
	}
	rd.fill(raw, &rd.raw)
	if rd.rec.lay.bare() {
		rd.rec.data = *raw
	} else {
		rd.fill(&rd.rec.data, &rd.data)
	}
	if rd.some = ^uint64(0); raw.table != nil && rd.rec.data.table != nil {
		rd.some = raw.more.some | rd.rec.data.more.some
	}
}

func (rd *reader) fill(m *members, into *objectTables) {
	if m.table == nil && into.table.fill(rd.rec.schema.names, m.object) {
		m.table = into.table
	}
	if m.table != nil {
		into.more.fillRest(&rd.names, m.table)
		m.more = into.more
	}
}

// Read implements [field.Reader].
func (rd *reader) Read(slot int) event.Value {
	w := &rd.ways[slot]
	if w.lone != 0 && w.lone&rd.some == 0 {
		return event.Value{}
	}
	if w.get == nil {
		*w = rd.way(rd.slots.Key(slot))
		rd.lay() // a key that had no number has no place yet
	}
	return w.get(&rd.rec)
}

// way numbers the keys that a name may lead to.
func (rd *reader) way(k field.Key) slotWay {
	w := rd.rec.way(k.View, k.Name)
	w.trail = newTrail(k.Name, rd.number)
	if w.data.name != "" {
		w.data = newTrail(w.data.name, rd.number)
	}
	s := slotWay{get: w.getter()}
	if w.trail.own && w.unknown() {
		s.lone = w.trail.some
	}
	return s
}

// number returns the number of a key, which is below zero where the schema has
// none.
func (rd *reader) number(key string) int32 {
	if i := rd.rec.schema.names.find(key, hashKey(key)); i >= 0 {
		return i
	}
	return ^rd.names.number(key)
}

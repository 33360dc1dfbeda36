package schema

import (
	"cmp"
	"unsafe"

	"github.com/spoor-lang/spoor/engine/event"
)

// Lens looks at one event after another through a schema, in the same memory,
// and so leaves no garbage. It is for one goroutine at a time.
type Lens struct {
	schema *Schema
	desk   desk
	record record
	id     []byte
}

// Lens returns a new lens.
func (s *Schema) Lens() *Lens { return &Lens{schema: s, desk: desk{table: &table{}}} }

// Event is [Schema.EventOf], save that the event, its ID and its fields are
// valid until the next call only. An engine keeps nothing of an event but
// copies.
func (l *Lens) Event(raw event.Tree) event.Event {
	m, lay, found := l.schema.arranged(&l.desk, raw)
	if lay == nil {
		return plain(m.object, found)
	}
	l.record = record{schema: l.schema, raw: m}
	l.id = l.record.id(l.id[:0], l.record.open(lay))
	id := unsafe.String(unsafe.SliceData(l.id), len(l.id))
	return event.Event{Time: l.record.time, ID: cmp.Or(id, found), Fields: &l.record}
}

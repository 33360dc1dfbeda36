package schema

import (
	"unsafe"

	"github.com/spoor-lang/spoor/engine/event"
)

// Lens looks at one event after another through a schema, in the same memory,
// and so leaves no garbage. It is for one goroutine at a time.
type Lens struct {
	schema *Schema
	record record
	id     []byte
}

// Lens returns a new lens.
func (s *Schema) Lens() *Lens { return &Lens{schema: s} }

// Event is [Schema.EventOf], save that the event, its ID and its fields are
// valid until the next call only. An engine keeps nothing of an event but
// copies.
func (l *Lens) Event(raw event.Tree) event.Event {
	lay := l.schema.layout(raw)
	if lay == nil {
		return plain(raw)
	}
	ch := l.schema.open(&l.record, lay, raw)
	l.id = l.record.id(l.id[:0], ch)
	id := unsafe.String(unsafe.SliceData(l.id), len(l.id))
	return event.Event{Time: l.record.time, ID: id, Fields: &l.record}
}

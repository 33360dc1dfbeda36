package ndjson

import (
	"io"
	"iter"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/schema"
)

// Reader makes events of lines, one after another in the same memory, as a
// schema sees them. It is for one goroutine at a time.
type Reader struct {
	decoder Decoder
	lens    *schema.Lens
}

// NewReader returns a reader of the schema's events.
func NewReader(s *schema.Schema) *Reader { return &Reader{lens: s.Lens()} }

// Event reads one event that is a JSON object: [schema.Schema.ParseObject],
// save that the event, its ID and its fields are valid until the next call
// only. It shares nothing with the line. An engine that has processed it keeps
// nothing of it but copies.
func (r *Reader) Event(line []byte) (event.Event, error) {
	t, err := r.decoder.Decode(line)
	if err != nil {
		return event.Event{}, err
	}
	return r.lens.Event(t), nil
}

// Events reads the events of a stream, one a line:
// [schema.Schema.ParseNDJSON], save that each is valid until the next only.
func (r *Reader) Events(in io.Reader) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) {
		for line, err := range schema.Lines(in) {
			var ev event.Event
			if err == nil {
				if ev, err = r.Event(line.Text); err != nil {
					err = &schema.LineError{Line: line.Line, Err: err}
				}
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

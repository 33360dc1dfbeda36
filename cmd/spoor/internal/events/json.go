package events

import (
	"encoding/json"
	"errors"
	"io"
	"iter"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/schema"
)

// array yields the elements of a JSON array, counted as lines are. What is no
// JSON ends it: nothing tells where the next element begins.
func array(in io.Reader) iter.Seq2[schema.Piece, error] {
	return func(yield func(schema.Piece, error) bool) {
		d := json.NewDecoder(in)
		_, _ = d.Token()
		for n := 1; d.More(); n++ {
			var text json.RawMessage
			if err := d.Decode(&text); err != nil {
				yield(schema.Piece{}, complete(err))
				return
			}
			if !yield(schema.Piece{Line: n, Text: text}, nil) {
				return
			}
		}
		if _, err := d.Token(); err != nil {
			yield(schema.Piece{}, complete(err))
		}
	}
}

// complete says of an early end what was missing.
func complete(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errors.New(`expected "]", found the end of the file`)
	}
	return err
}

// raw reads an event that stays as it is. Time and id are found by the schema
// all the same.
func (r *Reader) raw(text []byte) (engine.Event, error) {
	raw, err := event.ParseJSON(text)
	if err != nil {
		return engine.Event{}, err
	}
	ev := r.Schema.Event(raw)
	ev.Fields = engine.Map(raw)
	return ev, nil
}

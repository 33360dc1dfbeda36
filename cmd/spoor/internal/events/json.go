package events

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/schema"
)

// arrays yields the elements of one JSON array or several, counted as lines are.
// What is no JSON ends them: nothing tells where the next element begins.
func arrays(in io.Reader) iter.Seq2[schema.Piece, error] {
	d := json.NewDecoder(in)
	return func(yield func(schema.Piece, error) bool) {
		n := 0
		for {
			switch t, err := d.Token(); {
			case err == io.EOF:
				return
			case err == nil && t != json.Delim('['):
				err = fmt.Errorf("expected the end of the file behind the array, found %v", t)
				fallthrough
			case err != nil:
				yield(schema.Piece{}, err)
				return
			}
			if !values(d, &n, yield) {
				return
			}
			if _, err := d.Token(); err != nil {
				yield(schema.Piece{}, complete(err, "]"))
				return
			}
		}
	}
}

// objects yields JSON objects that follow one another, each on as many lines as it
// likes, counted and ended as the elements of an array are.
func objects(in io.Reader) iter.Seq2[schema.Piece, error] {
	d := json.NewDecoder(in)
	return func(yield func(schema.Piece, error) bool) {
		n := 0
		if !values(d, &n, yield) {
			return
		}
		if t, err := d.Token(); err == nil {
			yield(schema.Piece{}, fmt.Errorf("expected an object, found %v", t))
		} else if err != io.EOF {
			yield(schema.Piece{}, err)
		}
	}
}

// values yields what follows up to the end or to a bracket, and reports whether
// all of it was JSON and is wanted.
func values(d *json.Decoder, n *int, yield func(schema.Piece, error) bool) bool {
	for d.More() {
		*n++
		var text json.RawMessage
		if err := d.Decode(&text); err != nil {
			yield(schema.Piece{}, complete(err, "}"))
			return false
		}
		if !yield(schema.Piece{Line: *n, Text: text}, nil) {
			return false
		}
	}
	return true
}

// complete says of an early end what was missing.
func complete(err error, missing string) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("expected %q, found the end of the file", missing)
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
	ev.Fields = schema.Found(engine.Map(raw))
	return ev, nil
}

package events

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strconv"

	"github.com/spoor-lang/spoor/engine"
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
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var raw map[string]any
	if err := d.Decode(&raw); err != nil {
		return engine.Event{}, err
	}
	if _, err := d.Token(); err != io.EOF || raw == nil {
		return engine.Event{}, errors.New("expected one JSON object")
	}
	numbers(raw)
	ev := r.Schema.Event(raw)
	ev.Fields = engine.Map(raw)
	return ev, nil
}

// numbers makes int64 and float64 of JSON's numbers, in place.
func numbers(x any) any {
	switch x := x.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(string(x), 10, 64); err == nil {
			return n
		}
		f, _ := x.Float64()
		return f
	case map[string]any:
		for k, e := range x {
			x[k] = numbers(e)
		}
	case []any:
		for i, e := range x {
			x[i] = numbers(e)
		}
	}
	return x
}

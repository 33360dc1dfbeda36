package events

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strconv"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/schema"
)

// array yields the objects of a JSON array. What is no JSON ends it: nothing
// tells where the next object begins.
func (r *Reader) array(in io.Reader) iter.Seq2[engine.Event, error] {
	return func(yield func(engine.Event, error) bool) {
		d := json.NewDecoder(in)
		d.UseNumber()
		_, _ = d.Token()
		for n := 1; d.More(); n++ {
			var x any
			if err := d.Decode(&x); err != nil {
				yield(engine.Event{}, complete(err))
				return
			}
			raw, ok := x.(map[string]any)
			if !ok {
				if !yield(engine.Event{}, &schema.LineError{Line: n, Err: errors.New("expected a JSON object")}) {
					return
				}
				continue
			}
			if !yield(r.event(raw), nil) {
				return
			}
		}
		if _, err := d.Token(); err != nil {
			yield(engine.Event{}, complete(err))
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

// maxLine bounds a line: Windows bounds an event at 64 kB, and collectors'
// escapes may blow a byte up to six.
const maxLine = 16 << 20

// rawLines yields events a line, as they are.
func (r *Reader) rawLines(in io.Reader) iter.Seq2[engine.Event, error] {
	return func(yield func(engine.Event, error) bool) {
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, maxLine)
		for n := 1; lines.Scan(); n++ {
			line := bytes.TrimSpace(lines.Bytes())
			if len(line) == 0 {
				continue
			}
			ev, err := r.object(line)
			if err != nil {
				err = &schema.LineError{Line: n, Err: err}
			}
			if !yield(ev, err) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(engine.Event{}, err)
		}
	}
}

func (r *Reader) object(line []byte) (engine.Event, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var raw map[string]any
	if err := d.Decode(&raw); err != nil {
		return engine.Event{}, err
	}
	if _, err := d.Token(); err != io.EOF || raw == nil {
		return engine.Event{}, errors.New("expected one JSON object")
	}
	return r.event(raw), nil
}

// event makes an event of an object. Time and id are found by the schema, also
// where the fields are to stay as they are.
func (r *Reader) event(raw map[string]any) engine.Event {
	numbers(raw)
	ev := r.Schema.Event(raw)
	if r.Raw {
		ev.Fields = engine.Map(raw)
	}
	return ev
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

package events

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/schema"
)

// piece is the text of one event, and where it stands.
type piece struct {
	file string
	line int
	form form
	text []byte
}

// form is how the text of an event is written.
type form uint8

const (
	object  form = iota // JSON
	element             // Windows' XML
)

// pieces cuts a file. An error that is no *FileError is one event that could
// not be found, and the ones behind it follow. The text of a piece is valid
// until the next one.
func (r *Reader) pieces(name string, open func(string) (io.ReadCloser, error)) iter.Seq2[piece, error] {
	return func(yield func(piece, error) bool) {
		fail := func(err error) bool { return yield(piece{}, &FileError{name, reason(err)}) }
		in, err := open(name)
		if err != nil {
			fail(err)
			return
		}
		defer in.Close()
		br, done, err := unwrap(&counter{in, r.Read})
		defer done()
		if err != nil {
			fail(err)
			return
		}
		texts, f, err := cut(br)
		if err != nil {
			fail(err)
			return
		}
		for p, err := range texts {
			going := false
			if bad := (*schema.LineError)(nil); errors.As(err, &bad) {
				going = yield(piece{}, located(name, bad.Line, bad.Err))
			} else if err != nil {
				going = fail(err)
			} else {
				going = yield(piece{name, p.Line, f, p.Text}, nil)
			}
			if !going {
				return
			}
		}
	}
}

func located(name string, line int, err error) error {
	return fmt.Errorf("%s:%d: %w", name, line, err)
}

// cut finds the form of a stream by its first byte.
func cut(br *bufio.Reader) (iter.Seq2[schema.Piece, error], form, error) {
	if starts(br, bom) {
		_, _ = br.Discard(len(bom))
	}
	for {
		b, err := br.Peek(1)
		switch {
		case err == io.EOF:
			return func(func(schema.Piece, error) bool) {}, object, nil
		case err != nil:
			return nil, object, err
		case b[0] == ' ' || b[0] == '\t' || b[0] == '\n' || b[0] == '\r':
			_, _ = br.Discard(1)
		case b[0] == '<':
			return schema.Elements(br), element, nil
		case b[0] == '[':
			return arrays(br), object, nil
		case b[0] == '{' && opensLine(br):
			return objects(br), object, nil
		case b[0] == '{':
			return schema.Lines(br), object, nil
		case b[0] == 0xff || b[0] == 0xfe:
			return nil, object, errors.New("expected UTF-8, found UTF-16: convert the file first")
		default:
			return nil, object, fmt.Errorf("expected NDJSON, a JSON array or event XML, found %q", b)
		}
	}
}

// opensLine reports whether the first line has a bracket and nothing else, as
// where each object takes several lines. It waits for no more than it must.
func opensLine(br *bufio.Reader) bool {
	for i := 2; ; i++ {
		b, _ := br.Peek(i)
		switch {
		case len(b) < i:
			return false
		case b[i-1] == '\n':
			return true
		case b[i-1] != ' ' && b[i-1] != '\t' && b[i-1] != '\r':
			return false
		}
	}
}

// event reads a piece.
func (r *Reader) event(p piece) (ev engine.Event, err error) {
	switch {
	case p.form == element:
		ev, err = r.Schema.ParseElement(p.text)
	case r.Raw:
		ev, err = r.raw(p.text)
	default:
		ev, err = r.Schema.ParseObject(p.text)
	}
	if err == nil {
		err = whole(ev)
	}
	if err != nil {
		err = located(p.file, p.line, err)
	}
	return ev, err
}

// whole refuses a whole answer of Elasticsearch's, which has many events in one
// object, and no time.
func whole(ev engine.Event) error {
	if ev.Time.IsZero() && ev.Fields.Field("hits.hits").IsList() {
		return errors.New("expected an event, found the answer to a search: jq -c '.hits.hits[]' gives its events")
	}
	return nil
}

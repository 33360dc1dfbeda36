package schema

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/spoor-lang/spoor/engine/event"
)

// LineError is an element of a file that could not be read. Reading goes on
// behind it.
type LineError struct {
	Line int // counted from 1; where the element starts
	Err  error
}

// Error returns the line and what was wrong there.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns what was wrong.
func (e *LineError) Unwrap() error { return e.Err }

// maxLine bounds a line of NDJSON and an element of XML. Windows bounds an
// event at 64 kB; collectors add their own, and JSON escapes may blow a byte
// up to six.
const maxLine = 16 << 20

var errTooLong = fmt.Errorf("expected at most %d bytes", maxLine)

// Piece is the text of one event in a stream, as [Lines] and [Elements] cut
// it out.
type Piece struct {
	Line int    // counted from 1; where it starts
	Text []byte // valid until the next piece
}

// ParseNDJSON reads events that are JSON objects, one a line. Empty lines are
// skipped. A line that holds no object yields a [*LineError], and the next one
// is read; an error of r itself ends the events.
func (s *Schema) ParseNDJSON(r io.Reader) iter.Seq2[event.Event, error] {
	return parse(Lines(r), s.ParseObject)
}

// parse makes an event of each piece.
func parse(pieces iter.Seq2[Piece, error], one func([]byte) (event.Event, error)) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) {
		for p, err := range pieces {
			var e event.Event
			if err == nil {
				if e, err = one(p.Text); err != nil {
					e, err = event.Event{}, &LineError{p.Line, err}
				}
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// Lines yields the lines of a stream that are not empty, without the blanks
// around them. A line that is too long yields a [*LineError], and the next one
// is read; an error of r itself comes last.
func Lines(r io.Reader) iter.Seq2[Piece, error] {
	return func(yield func(Piece, error) bool) {
		br := bufio.NewReaderSize(r, 64<<10)
		var buf []byte
		for n := 1; ; n++ {
			line, err := readLine(br, &buf)
			if errors.Is(err, errTooLong) {
				if !yield(Piece{}, &LineError{n, err}) {
					return
				}
				continue
			}
			if n == 1 {
				line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
			}
			if err != nil { // what came before it on the line is no line
				if err != io.EOF {
					yield(Piece{}, err)
				}
				return
			}
			line = bytes.TrimSpace(line)
			if len(line) > 0 && !yield(Piece{n, line}, nil) {
				return
			}
		}
	}
}

// readLine returns the next line, which is valid until the next call. Of a
// line that is too long nothing is kept.
func readLine(br *bufio.Reader, buf *[]byte) ([]byte, error) {
	*buf = (*buf)[:0]
	tooLong := false
	for {
		part, err := br.ReadSlice('\n')
		if tooLong = tooLong || len(*buf)+len(part) > maxLine; !tooLong {
			*buf = append(*buf, part...)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if tooLong {
			return nil, errTooLong
		}
		if err == io.EOF && len(*buf) > 0 {
			err = nil
		}
		return *buf, err
	}
}

// ParseObject reads one event that is a JSON object. The event keeps nothing
// of the text.
func (s *Schema) ParseObject(line []byte) (event.Event, error) {
	raw, err := event.ParseJSON(line)
	if err != nil {
		return event.Event{}, err
	}
	return s.Event(raw), nil
}

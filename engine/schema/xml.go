package schema

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/spoor-lang/spoor/engine/event"
)

// ParseXML reads the Event elements of Windows' XML, whatever stands between
// and around them: one a line, an Events wrapper, or nothing. A bad element
// yields a [*LineError], and the next one is read; an error of r itself ends
// the events. The text is UTF-8; UTF-16, as Windows saves exported events, is
// an error, not an empty file.
func (s *Schema) ParseXML(r io.Reader) iter.Seq2[event.Event, error] {
	return parse(Elements(r), s.ParseElement)
}

// Elements yields the Event elements of a stream, whatever stands around
// them. Its errors are those of [Schema.ParseXML], save that the text inside an
// element is not looked at.
func Elements(r io.Reader) iter.Seq2[Piece, error] {
	return func(yield func(Piece, error) bool) {
		p := &elements{r: bufio.NewReaderSize(r, 64<<10), line: 1}
		if mark, _ := p.r.Peek(2); utf16(mark) {
			yield(Piece{}, &LineError{1, errUTF16})
			return
		}
		for {
			text, line, err := p.next()
			if err == io.EOF || !yield(Piece{line, text}, err) {
				return
			}
			if bad := (*LineError)(nil); err != nil && !errors.As(err, &bad) {
				return
			}
		}
	}
}

// ParseElement reads one event that is an Event element. The event keeps
// nothing of the text.
func (s *Schema) ParseElement(text []byte) (event.Event, error) {
	raw, err := parseEvent(text)
	if err != nil {
		return event.Event{}, err
	}
	return s.Event(raw), nil
}

var errUTF16 = errors.New("expected UTF-8, found UTF-16")

// utf16 reports whether a text begins as UTF-16 does, with its byte order mark
// or with half of a "<".
func utf16(b []byte) bool {
	switch string(b) {
	case "\xff\xfe", "\xfe\xff", "<\x00", "\x00<":
		return true
	}
	return false
}

// elements cuts Event elements out of a stream. It looks at tags alone, so
// that an element which is no XML does not spoil those behind it.
type elements struct {
	r      *bufio.Reader
	line   int
	buf    []byte
	rest   []byte // the next element's start tag, if it was read already
	restAt int    // its line
}

var (
	startTag = []byte("<Event")
	endTag   = []byte("</Event>")
)

// next returns the next element and its line, a *LineError, or the reader's
// error.
func (p *elements) next() ([]byte, int, error) {
	start, inside := p.line, p.rest != nil
	p.buf = append(p.buf[:0], p.rest...)
	if inside {
		start, p.rest = p.restAt, nil
	}
	for {
		part, err := p.r.ReadSlice('>')
		at := p.line
		p.line += bytes.Count(part, []byte{'\n'})
		if i := lastStart(part); i >= 0 && err != bufio.ErrBufferFull {
			at += bytes.Count(part[:i], []byte{'\n'})
			if inside {
				p.rest, p.restAt = bytes.Clone(part[i:]), at
				return nil, 0, &LineError{start, errors.New("expected </Event>, found another <Event>")}
			}
			part, start, inside = part[i:], at, true
		}
		if inside {
			p.buf = append(p.buf, part...)
		}
		switch {
		case inside && len(p.buf) > maxLine:
			p.buf = nil
			return nil, 0, &LineError{start, errTooLong}
		case inside && bytes.HasSuffix(p.buf, endTag):
			return p.buf, start, nil
		case err == bufio.ErrBufferFull || err == nil:
		case err == io.EOF && inside && len(p.buf) > 0:
			return nil, 0, &LineError{start, errors.New("expected </Event>, found the end of the text")}
		default:
			return nil, 0, err
		}
	}
}

// lastStart finds "<Event" as a whole name.
func lastStart(part []byte) int {
	i := bytes.LastIndex(part, startTag)
	if i < 0 || i+len(startTag) == len(part) {
		return -1
	}
	switch part[i+len(startTag)] {
	case ' ', '>', '\t', '\r', '\n':
		return i
	}
	return -1
}

// maxNesting bounds the elements within an event. System and EventData need
// three; UserData holds a provider's own, rarely more than five.
const maxNesting = 64

// parseEvent turns an element into the layout "Windows XML": System with
// attributes as members, and EventData or UserData as names and texts. Data
// without a name is param1, param2, …; empty data is left out, as collectors
// do.
func parseEvent(chunk []byte) (map[string]any, error) {
	b := &builder{system: map[string]any{}, data: map[string]any{}}
	d := xml.NewDecoder(bytes.NewReader(chunk))
	for {
		t, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := b.token(t, chunk, d.InputOffset()); err != nil {
			return nil, err
		}
	}
	raw := map[string]any{"System": b.system, "EventData": b.data}
	if b.message != "" {
		raw["RenderingInfo"] = map[string]any{"Message": b.message}
	}
	return raw, nil
}

type builder struct {
	system, data map[string]any
	message      string
	path         []string
	name         string // of the data element
	unnamed      int
	text         []byte
	start        int64 // where the content of the section begins
}

func (b *builder) token(t xml.Token, chunk []byte, at int64) error {
	switch t := t.(type) {
	case xml.StartElement:
		if len(b.path) == maxNesting {
			return fmt.Errorf("expected at most %d elements within each other", maxNesting)
		}
		b.path = append(b.path, t.Name.Local)
		b.text = b.text[:0]
		b.open(t, at)
	case xml.CharData:
		b.text = append(b.text, t...)
	case xml.EndElement:
		b.close(chunk, at)
		b.path = b.path[:len(b.path)-1]
		b.text = b.text[:0]
	}
	return nil
}

func (b *builder) open(t xml.StartElement, at int64) {
	switch {
	case len(b.path) == 2:
		b.start = at
	case len(b.path) == 3 && b.path[1] == "System":
		attrs := map[string]any{}
		for _, a := range t.Attr {
			if a.Value != "" {
				attrs[a.Name.Local] = a.Value
			}
		}
		if len(attrs) > 0 {
			b.system[t.Name.Local] = attrs
		}
	case len(b.path) > 2:
		b.name = t.Name.Local
		for _, a := range t.Attr {
			if a.Name.Local == "Name" {
				b.name = a.Value
			}
		}
		if b.name == "Data" {
			b.unnamed++
			b.name = fmt.Sprint("param", b.unnamed)
		}
	}
}

func (b *builder) close(chunk []byte, at int64) {
	if len(b.path) < 2 {
		return
	}
	text := string(b.text)
	switch section := b.path[1]; {
	case len(b.path) == 2 && (section == "UserData" || section == "EventData" && b.unnamed > 0):
		end := bytes.LastIndexByte(chunk[:at], '<')
		if int64(end) >= b.start {
			b.data[section+"_Xml"] = string(chunk[b.start:end])
		}
	case len(b.path) == 3 && section == "System":
		trimmed := string(bytes.TrimSpace(b.text))
		if trimmed == "" {
			return
		}
		if attrs, ok := b.system[b.path[2]].(map[string]any); ok {
			attrs["#text"] = trimmed
			return
		}
		b.system[b.path[2]] = trimmed
	case section == "RenderingInfo" && len(b.path) == 3 && b.path[2] == "Message":
		b.message = text
	case (section == "EventData" || section == "UserData") && len(b.path) > 2 && b.name != "":
		if len(bytes.TrimSpace(b.text)) > 0 {
			b.data[b.name] = text
		}
		b.name = ""
	}
}

package ndjson

import (
	"hash/maphash"
	"unicode/utf8"

	"github.com/spoor-lang/spoor/engine/event"
)

// Decoder turns lines into trees, one after another in the same memory. The
// zero Decoder is ready to use. It is for one goroutine at a time, and so is
// the tree that it returns.
type Decoder struct {
	text []byte // a copy of the line, and padding
	wide bool   // it has more than ASCII
	seed maphash.Seed

	objects []*object // those of the lines so far; the first used ones are this line's
	used    int
	decoded []byte        // the texts of the line whose escapes were decoded
	lists   []event.Value // the elements of all lists of the line
	stack   []event.Value // those of the lists that are being read
}

// maxQuick bounds the lines that are parsed here, and with them the memory that
// the decoder goes on holding, which is some fifty times the longest line at
// worst. Windows bounds an event at 64 kB.
const maxQuick = 256 << 10

// maxDepth bounds the nesting of what is parsed here, and with it the recursion.
const maxDepth = 300

// padding is what lies behind a line, so that whoever looks at one of its bytes
// may look at the next seven. None of it may stand in JSON.
const padding = "\x00\x00\x00\x00\x00\x00\x00\x00"

// Decode reads a text that is one JSON object. The tree, and whatever is read
// from it, is valid until the next call; it shares nothing with the text. Errors
// are those of [event.ParseJSON].
func (d *Decoder) Decode(line []byte) (event.Tree, error) {
	if o := d.quick(line); o != nil {
		return o, nil
	}
	m, err := event.ParseJSON(line)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// quick returns nil for a line that it cannot vouch for.
func (d *Decoder) quick(line []byte) *object {
	if len(line) > maxQuick {
		return nil
	}
	if d.objects == nil {
		d.seed = maphash.MakeSeed()
	}
	d.text = append(append(d.text[:0], line...), padding...)
	d.wide, d.used, d.decoded, d.lists = false, 0, d.decoded[:0], d.lists[:0]
	i := d.blank(0)
	if d.text[i] != '{' {
		return nil
	}
	o, i := d.object(i+1, 1)
	if o == nil || d.blank(i) != len(line) || d.wide && !utf8.Valid(line) {
		return nil
	}
	return o
}

// object reads the members of an object, which begin at i, and returns where what
// follows it begins; nil for what is no object.
func (d *Decoder) object(i, depth int) (*object, int) {
	if depth > maxDepth {
		return nil, 0
	}
	if d.used == len(d.objects) {
		d.objects = append(d.objects, &object{decoder: d})
	}
	o := d.objects[d.used]
	d.used++
	o.clear()
	if i = d.blank(i); d.text[i] == '}' {
		return o, i + 1
	}
	for {
		if d.text[i] != '"' {
			return nil, 0
		}
		end, escaped := d.pass(i + 1)
		if end < 0 {
			return nil, 0
		}
		m := o.put(d.read(i+1, end, escaped))
		if i = d.blank(end + 1); d.text[i] != ':' {
			return nil, 0
		}
		if i = d.scan(&m.literal, d.blank(i+1), depth); i < 0 {
			return nil, 0
		}
		switch i = d.blank(i); d.text[i] {
		case ',':
			i = d.blank(i + 1)
		case '}':
			return o, i + 1
		default:
			return nil, 0
		}
	}
}

// blank returns where the blanks at i end.
func (d *Decoder) blank(i int) int {
	if d.text[i] > ' ' {
		return i
	}
	return d.blanks(i)
}

func (d *Decoder) blanks(i int) int {
	for {
		switch d.text[i] {
		case ' ', '\t', '\n', '\r':
			i++
		default:
			return i
		}
	}
}

// literal is a value as it stands in a line: decoded when it is asked for.
type literal struct {
	form     form
	from, to int32   // of a text without its quotation marks, else with all
	object   *object // of that form
}

// form is how a value is written.
type form uint8

const (
	null form = iota
	no
	yes
	number
	text    // as it stands
	escaped // a text with escapes
	list
	tree
)

// scan reads the value at i, and returns where what follows it begins; -1 for
// none.
func (d *Decoder) scan(l *literal, i, depth int) int {
	l.from = int32(i)
	switch c := d.text[i]; {
	case c == '"':
		end, escapes := d.pass(i + 1)
		l.form, l.from, l.to = text, int32(i+1), int32(end)
		if escapes {
			l.form = escaped
		}
		if end < 0 {
			return -1
		}
		return end + 1
	case c == '-' || '0' <= c && c <= '9':
		end := i + numeral(d.text[i:])
		l.form, l.to = number, int32(end)
		if end == i {
			return -1
		}
		return end
	case c == '{':
		l.form = tree
		if l.object, i = d.object(i+1, depth+1); l.object == nil {
			return -1
		}
		return i
	case c == '[':
		l.form = list
		return d.elements(i+1, depth+1)
	}
	return d.word(l, i)
}

// word reads null, false or true.
func (d *Decoder) word(l *literal, i int) int {
	switch {
	case string(d.text[i:i+4]) == "null":
		l.form = null
		return i + 4
	case string(d.text[i:i+4]) == "true":
		l.form = yes
		return i + 4
	case string(d.text[i:i+5]) == "false":
		l.form = no
		return i + 5
	}
	return -1
}

// elements passes over the elements of a list, which begin at i.
func (d *Decoder) elements(i, depth int) int {
	if depth > maxDepth {
		return -1
	}
	if i = d.blank(i); d.text[i] == ']' {
		return i + 1
	}
	for used := d.used; ; {
		var l literal
		if i = d.scan(&l, i, depth); i < 0 {
			return -1
		}
		d.used = used // objects are read again, if the list is
		switch i = d.blank(i); d.text[i] {
		case ',':
			i = d.blank(i + 1)
		case ']':
			return i + 1
		default:
			return -1
		}
	}
}

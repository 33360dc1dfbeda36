package ndjson

import (
	"hash/maphash"
	"unsafe"

	"github.com/valyala/fastjson"

	"github.com/spoor-lang/spoor/engine/event"
)

// Decoder turns lines into trees, one after another in the same memory. The
// zero Decoder is ready to use. It is for one goroutine at a time, and so is
// the tree that it returns.
type Decoder struct {
	parser fastjson.Parser
	seed   maphash.Seed
	visit  func([]byte, *fastjson.Value) // note, once: a method value for each line would be garbage

	objects []*object // those of the lines so far; the first used ones are this line's
	used    int
	at      *object // that is noted at the moment
	sure    bool    // that the line is JSON
	scratch []byte
	lists   []event.Value // the elements of all lists of the line
}

// maxQuick bounds the lines that are parsed here, and with them the memory that
// the decoder goes on holding, which is some fifty times the longest line at
// worst. Windows bounds an event at 64 kB.
const maxQuick = 256 << 10

// Decode reads a text that is one JSON object. The tree, and whatever is read
// from it, is valid until the next call; it shares nothing with the text. Errors
// are those of [event.ParseJSON].
func (d *Decoder) Decode(line []byte) (event.Tree, error) {
	if t := d.quick(line); t != nil {
		return t, nil
	}
	m, err := event.ParseJSON(line)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// quick returns nil for a line that it cannot vouch for.
func (d *Decoder) quick(line []byte) event.Tree {
	if len(line) > maxQuick || !plain(line) {
		return nil
	}
	v, err := d.parser.ParseBytes(line)
	if err != nil || v.GetObject() == nil {
		return nil
	}
	if d.visit == nil {
		d.visit, d.seed = d.note, maphash.MakeSeed()
	}
	d.used, d.sure, d.lists = 0, true, d.lists[:0]
	o := d.object(v.GetObject())
	if !d.sure {
		return nil
	}
	return o
}

// object notes the members of an object, and of all within it. The parser
// bounds the depth of a line, and with it this recursion.
func (d *Decoder) object(from *fastjson.Object) *object {
	if d.used == len(d.objects) {
		d.objects = append(d.objects, &object{decoder: d})
	}
	o := d.objects[d.used]
	d.used++
	o.clear(from.Len())
	outer := d.at
	d.at = o
	from.Visit(d.visit)
	d.at = outer
	return o
}

// note takes a member. Both the key and the value lie in the parser's memory,
// which stands until it parses the next line.
func (d *Decoder) note(key []byte, v *fastjson.Value) {
	m := d.at.put(unsafe.String(unsafe.SliceData(key), len(key)))
	m.from = v
	if from := v.GetObject(); from != nil {
		m.object = d.object(from)
		return
	}
	d.check(v)
}

// check looks for numbers that are none.
func (d *Decoder) check(v *fastjson.Value) {
	if from := v.GetObject(); from != nil {
		d.object(from)
		return
	}
	if list := v.GetArray(); list != nil {
		for _, e := range list {
			d.check(e)
		}
		return
	}
	// Asking for the type would decode a text; this copies it as it is.
	d.scratch = v.MarshalTo(d.scratch[:0])
	switch d.scratch[0] {
	case '"', 't', 'f', '[':
	case 'n':
		d.sure = d.sure && len(d.scratch) == len("null")
	default:
		d.sure = d.sure && isNumber(d.scratch)
	}
}

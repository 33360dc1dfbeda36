package ndjson

import (
	"hash/maphash"
	"iter"
	"unsafe"

	"github.com/valyala/fastjson"

	"github.com/spoor-lang/spoor/engine/event"
)

// object is a JSON object by its members.
type object struct {
	decoder *Decoder
	members []member
	// places is a hash table with open addressing: indices into members,
	// counted from 1. 0 is a free place, and half of them are free.
	places []uint32
}

// member is a key with what it leads to.
type member struct {
	key    string
	hash   uint64
	from   *fastjson.Value
	object *object // nil where from is none
	value  event.Value
	known  bool // that value is decoded
}

var (
	_ event.Numbered = (*object)(nil)
	_ event.Lister   = (*object)(nil)
)

// clear makes room for n members.
func (o *object) clear(n int) {
	clear(o.members)
	o.members = o.members[:0]
	size := 2
	for size < 2*n {
		size *= 2
	}
	if size > cap(o.places) {
		o.places = make([]uint32, size)
		return
	}
	o.places = o.places[:size]
	clear(o.places)
}

// put returns a fresh member for a key, in the place of the one that the key
// had before, if it had one.
func (o *object) put(key string) *member {
	hash := maphash.String(o.decoder.seed, key)
	place := o.find(key, hash)
	if *place == 0 {
		o.members = append(o.members, member{})
		*place = uint32(len(o.members))
	}
	m := &o.members[*place-1]
	*m = member{key: key, hash: hash}
	return m
}

// find returns the place of a key, or the free one where it belongs.
func (o *object) find(key string, hash uint64) *uint32 {
	mask := uint64(len(o.places) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		place := &o.places[i]
		if *place == 0 {
			return place
		}
		if m := &o.members[*place-1]; m.hash == hash && m.key == key {
			return place
		}
	}
}

// Field implements [event.Fields].
func (o *object) Field(name string) event.Value { return event.Lookup(o, name) }

// Member implements [event.Tree].
func (o *object) Member(key string) (event.Value, bool) {
	place := *o.find(key, maphash.String(o.decoder.seed, key))
	if place == 0 {
		return event.Value{}, false
	}
	return o.members[place-1].decode(o.decoder), true
}

// Members implements [event.Tree].
func (o *object) Members() iter.Seq2[string, event.Value] {
	return func(yield func(string, event.Value) bool) {
		for i := range o.members {
			m := &o.members[i]
			if !yield(m.key, m.decode(o.decoder)) {
				return
			}
		}
	}
}

// Len implements [event.Tree].
func (o *object) Len() int { return len(o.members) }

// Key implements [event.Numbered].
func (o *object) Key(i int) string { return o.members[i].key }

// At implements [event.Numbered].
func (o *object) At(i int) event.Value { return o.members[i].decode(o.decoder) }

// Names implements [event.Lister].
func (o *object) Names() iter.Seq[string] { return event.Leaves(o) }

func (m *member) decode(d *Decoder) event.Value {
	if !m.known {
		m.known = true
		if m.object != nil {
			m.value = event.OfTree(m.object)
		} else {
			m.value = d.value(m.from)
		}
	}
	return m.value
}

// value decodes what the parser found. Texts are decoded within the parser's
// memory, each once.
func (d *Decoder) value(v *fastjson.Value) event.Value {
	switch v.Type() {
	case fastjson.TypeString:
		text := v.GetStringBytes()
		return event.OfString(unsafe.String(unsafe.SliceData(text), len(text)))
	case fastjson.TypeNumber:
		d.scratch = v.MarshalTo(d.scratch[:0])
		return d.number()
	case fastjson.TypeTrue:
		return event.OfBool(true)
	case fastjson.TypeFalse:
		return event.OfBool(false)
	case fastjson.TypeObject:
		return event.OfTree(d.object(v.GetObject()))
	case fastjson.TypeArray:
		return d.list(v.GetArray())
	}
	return event.Value{}
}

// number reads the number in scratch. Nothing of scratch is kept, but of a
// number that is too large for any type.
func (d *Decoder) number() event.Value {
	n := event.OfNumber(unsafe.String(unsafe.SliceData(d.scratch), len(d.scratch)))
	if n.Kind() == event.String {
		return n.Clone()
	}
	return n
}

func (d *Decoder) list(from []*fastjson.Value) event.Value {
	start := len(d.lists)
	d.lists = append(d.lists, make([]event.Value, len(from))...)
	list := d.lists[start:len(d.lists):len(d.lists)]
	for i, v := range from { // which may make lists behind this one
		list[i] = d.value(v)
	}
	return event.OfList(list)
}

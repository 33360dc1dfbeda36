package ndjson

import (
	"encoding/binary"
	"hash/maphash"
	"iter"

	"github.com/spoor-lang/spoor/engine/event"
)

// object is a JSON object by its members.
type object struct {
	decoder *Decoder
	members []member
	// marks are a short hash of each key, and seen has a bit for each mark: few
	// members are found by looking through the marks, if at all.
	marks []uint32
	seen  [8]uint64
	// places is a hash table with open addressing, once there are many members:
	// indices into them, counted from 1. 0 is a free place, and half of them are
	// free.
	places []uint32
}

// many is from how many members on a table finds one sooner. A hundred are more
// than most events have.
const many = 100

// member is a key with what it leads to.
type member struct {
	key string
	literal
	known bool // that value is decoded
	value event.Value
}

var (
	_ event.Numbered = (*object)(nil)
	_ event.Lister   = (*object)(nil)
)

func (o *object) clear() {
	o.members, o.marks, o.places = o.members[:0], o.marks[:0], o.places[:0]
	o.seen = [8]uint64{}
}

// put returns a fresh member for a key, in the place of the one that the key
// had before, if it had one.
func (o *object) put(key string) *member {
	mark := markOf(key)
	i := o.find(key, mark)
	if i < 0 {
		i = len(o.members)
		if i < cap(o.members) {
			o.members = o.members[:i+1]
		} else {
			o.members = append(o.members, member{})
		}
		o.marks = append(o.marks, mark)
		o.seen[mark>>6&7] |= 1 << (mark & 63)
	}
	m := &o.members[i]
	*m = member{key: key}
	switch n := len(o.members); {
	case n <= many || i < n-1:
	case 2*n > len(o.places):
		o.index()
	default:
		*o.place(key) = uint32(n)
	}
	return m
}

// find returns the index of a key's member, or -1.
func (o *object) find(key string, mark uint32) int {
	if o.seen[mark>>6&7]&(1<<(mark&63)) == 0 {
		return -1
	}
	if len(o.places) > 0 {
		return int(*o.place(key)) - 1
	}
	for i, m := range o.marks {
		if m == mark && o.members[i].key == key {
			return i
		}
	}
	return -1
}

// markOf mixes the length and the ends of a key, where keys differ. Keys that are
// made to collide are found by looking at no more than a hundred of them.
func markOf(key string) uint32 {
	const mul = 0x9E3779B97F4A7C15
	h := uint64(len(key))
	switch n := len(key); {
	case n >= 8:
		h ^= load64(key) ^ load64(key[n-8:])*mul
	case n >= 4:
		h ^= uint64(load32(key))<<32 ^ uint64(load32(key[n-4:]))<<8
	default:
		for i := range n {
			h = h<<8 | uint64(key[i])
		}
	}
	return uint32(h * mul >> 32)
}

func load64(s string) uint64 { return binary.LittleEndian.Uint64([]byte(s[:8])) }
func load32(s string) uint32 { return binary.LittleEndian.Uint32([]byte(s[:4])) }

// index makes the table of all members.
func (o *object) index() {
	size := 256
	for size < 4*len(o.members) {
		size *= 2
	}
	if size > cap(o.places) {
		o.places = make([]uint32, size)
	}
	o.places = o.places[:size]
	clear(o.places)
	for i := range o.members {
		*o.place(o.members[i].key) = uint32(i) + 1
	}
}

// place returns the place of a key in the table, or the free one where it belongs.
func (o *object) place(key string) *uint32 {
	mask := uint64(len(o.places) - 1)
	for i := maphash.String(o.decoder.seed, key) & mask; ; i = (i + 1) & mask {
		place := &o.places[i]
		if *place == 0 || o.members[*place-1].key == key {
			return place
		}
	}
}

// Field implements [event.Fields].
func (o *object) Field(name string) event.Value { return event.Lookup(o, name) }

// Member implements [event.Tree].
func (o *object) Member(key string) (event.Value, bool) {
	i := o.find(key, markOf(key))
	if i < 0 {
		return event.Value{}, false
	}
	return o.At(i), true
}

// Members implements [event.Tree].
func (o *object) Members() iter.Seq2[string, event.Value] {
	return func(yield func(string, event.Value) bool) {
		for i := range o.members {
			if !yield(o.members[i].key, o.At(i)) {
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
func (o *object) At(i int) event.Value {
	m := &o.members[i]
	if !m.known {
		m.value, m.known = o.decoder.value(&m.literal), true
	}
	return m.value
}

// Names implements [event.Lister].
func (o *object) Names() iter.Seq[string] { return event.Leaves(o) }

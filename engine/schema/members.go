package schema

import (
	"slices"

	"github.com/spoor-lang/spoor/engine/event"
)

// names numbers the keys of events that somebody asks for. It is a hash table
// of its own, as each key of each event is looked up in it: one without
// generality takes half the time.
type names struct {
	list  []string
	table []int32 // a number plus one; 0: an empty place
}

func (n *names) clone() *names { return &names{slices.Clone(n.list), slices.Clone(n.table)} }

// number returns the number of a key, a new one if it has none.
func (n *names) number(key string) int32 {
	if i := n.find(key); i >= 0 {
		return i
	}
	n.list = append(n.list, key)
	if 4*len(n.list) < len(n.table) {
		n.put(int32(len(n.list) - 1))
		return int32(len(n.list) - 1)
	}
	n.table = make([]int32, max(2*len(n.table), 64))
	for i := range n.list {
		n.put(int32(i))
	}
	return int32(len(n.list) - 1)
}

func (n *names) put(i int32) {
	mask := len(n.table) - 1
	at := hashKey(n.list[i]) & mask
	for n.table[at] != 0 {
		at = (at + 1) & mask
	}
	n.table[at] = i + 1
}

// find returns the number of a key, or -1.
func (n *names) find(key string) int32 {
	mask := len(n.table) - 1
	if mask < 0 {
		return -1
	}
	for at := hashKey(key) & mask; ; at = (at + 1) & mask {
		i := n.table[at] - 1
		if i < 0 || n.list[i] == key {
			return i
		}
	}
}

// hashKey mixes the length and the ends of a key, where keys differ. Whoever
// makes keys that collide makes the look-up of his own event slow, by no more
// than the keys that rules ask for.
func hashKey(s string) int {
	const mul = 0x9E3779B97F4A7C15
	h := uint64(len(s))
	if len(s) >= 4 {
		h += uint64(s[0])<<8 | uint64(s[1])<<16 | uint64(s[2])<<24 | uint64(s[3])<<32
		h ^= uint64(s[len(s)-4])<<40 | uint64(s[len(s)-3])<<48 | uint64(s[len(s)-2])<<56 | uint64(s[len(s)-1])<<5
	} else {
		for i := range len(s) {
			h = h<<8 | uint64(s[i])
		}
	}
	return int(h * mul >> 33)
}

// members are those of an object that have a number.
type members struct {
	vals  []any          // of a map, by number
	tree  event.Numbered // of another object: it decodes a member when it is asked for
	place []int32        // and these are the tree's own numbers
	seen  []uint32
	gen   uint32
}

// fill takes the members of an object. It returns false for one that can only
// be asked by name.
func (m *members) fill(n *names, object event.Tree) bool {
	if m.gen++; m.gen == 0 || len(m.seen) < len(n.list) {
		size := 2 * len(n.list)
		m.vals, m.place, m.seen, m.gen = make([]any, size), make([]int32, size), make([]uint32, size), 1
	}
	m.tree = nil
	switch t := object.(type) {
	case event.Map:
		for k, x := range t {
			if i := n.find(k); i >= 0 {
				m.vals[i], m.seen[i] = x, m.gen
			}
		}
	case event.Numbered:
		m.tree = t
		for at := range t.Len() {
			if i := n.find(t.Key(at)); i >= 0 {
				m.place[i], m.seen[i] = int32(at), m.gen
			}
		}
	default:
		return false
	}
	return true
}

// has reports whether the object has a member.
func (m *members) has(i int32) bool { return int(i) < len(m.seen) && m.seen[i] == m.gen }

// at returns a member, and whether the object has it.
func (m *members) at(i int32) (event.Value, bool) {
	if !m.has(i) {
		return event.Value{}, false
	}
	if m.tree != nil {
		return m.tree.At(int(m.place[i])), true
	}
	return event.Of(m.vals[i]), true
}

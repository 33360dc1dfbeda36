package schema

import "math/bits"

// names numbers the keys of events that somebody asks for. It is a hash table
// of its own, as each key of each event is looked up in it: one without
// generality takes half the time.
type names struct {
	list   []string
	places []numbered // a power of two of them, three quarters of which are empty
	shift  int        // of a hash, to the place where its key belongs
}

// numbered is a key by its hash, and its number plus one; 0 for an empty place.
type numbered struct {
	hash   uint32
	number int32
}

// number returns the number of a key, a new one if it has none.
func (n *names) number(key string) int32 {
	if i := n.find(key, hashKey(key)); i >= 0 {
		return i
	}
	n.list = append(n.list, key)
	if 4*len(n.list) <= len(n.places) {
		n.put(len(n.list) - 1)
		return int32(len(n.list) - 1)
	}
	n.places = make([]numbered, max(2*len(n.places), 64))
	n.shift = 32 - bits.TrailingZeros(uint(len(n.places)))
	for i := range n.list {
		n.put(i)
	}
	return int32(len(n.list) - 1)
}

func (n *names) put(i int) {
	hash := hashKey(n.list[i])
	at := int(hash >> n.shift)
	for n.places[at].number != 0 {
		at = (at + 1) & (len(n.places) - 1)
	}
	n.places[at] = numbered{hash, int32(i + 1)}
}

// find returns the number of a key, or -1.
func (n *names) find(key string, hash uint32) int32 {
	if len(n.places) == 0 {
		return -1
	}
	for at := int(hash >> n.shift); ; at++ {
		p := n.places[at&(len(n.places)-1)]
		if p.number == 0 || p.hash == hash && n.list[p.number-1] == key {
			return p.number - 1
		}
	}
}

// hashKey mixes the length and the ends of a key, where keys differ. Whoever
// makes keys that collide makes the look-up of his own event slow, by no more
// than the keys that rules ask for.
func hashKey(s string) uint32 {
	const mul = 0x9E3779B97F4A7C15
	h := uint64(len(s)) * mul
	if len(s) >= 4 {
		h ^= four(s) | four(s[len(s)-4:])<<32
	} else {
		for i := range len(s) {
			h = h<<8 ^ uint64(s[i])
		}
	}
	return uint32(h * mul >> 32)
}

// four returns the first four bytes of s.
func four(s string) uint64 {
	_ = s[3]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}

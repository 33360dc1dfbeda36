package index

import (
	"math"
	"math/bits"
)

// Texts are hashed and compared with bit 5 of each byte set: that makes A and
// a one, and also a few signs that never tell two rules apart. It needs no
// table, and eight bytes are done at once.
const (
	fold4 = 0x20202020
	fold8 = 0x2020202020202020
	high8 = 0x8080808080808080
	mulA  = 0x9E3779B97F4A7C15
	mulB  = 0xD6E8FEB86659FD93
)

// hashText returns the hash of a text, without case as far as ASCII goes, and
// whether it is ASCII.
func hashText(s string) (h uint64, ascii bool) {
	h = uint64(len(s)) * mulB
	var any uint64
	i := 0
	for ; i+8 <= len(s); i += 8 {
		w := load8(s, i)
		any |= w
		h = mix(h, w|fold8)
	}
	if rest := len(s) - i; rest > 0 {
		w := tail8(s, i, rest)
		any |= w
		h = mix(h, w|fold8)
	}
	return finish(h), any&high8 == 0
}

func mix(h, w uint64) uint64 {
	hi, lo := bits.Mul64(h^w^mulB, mulA)
	return hi ^ lo
}

// finish keeps 0 to 3 for the keys that are no texts.
func finish(h uint64) uint64 { return h | 4 }

func load8(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

func load4(s string, i int) uint32 {
	b := s[i : i+4]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// tail8 loads the last rest bytes, fewer than eight.
func tail8(s string, i, rest int) uint64 {
	if len(s) >= 8 {
		return load8(s, len(s)-8) >> (8 * (8 - rest))
	}
	switch {
	case rest >= 4: // the two halves overlap, in the same bytes
		return uint64(load4(s, i)) | uint64(load4(s, len(s)-4))<<(8*(rest-4))
	case rest == 3:
		return uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16
	case rest == 2:
		return uint64(s[i]) | uint64(s[i+1])<<8
	}
	return uint64(s[i])
}

// hashNumber returns the key of a number.
func hashNumber(n float64) uint64 {
	if n == 0 { // and not its negative
		n = 0
	}
	return finish(mix(mulB, math.Float64bits(n)))
}

// The keys of a field without a value, and of one that is not there at all.
const (
	keyMissing = 1
	keyUnset   = 2
)

// span is a part of a list.
type span struct{ from, to int32 }

// table maps keys to spans. Keys are hashes and are not checked further: two
// texts of one hash make a candidate too many. Key 0 is an empty place.
type table struct {
	places []place
	shift  uint8
	n      int
}

// place is a key with its span: whoever finds the one has the other at hand.
type place struct {
	key uint64
	span
}

func newTable(n int) table {
	size := 4
	for size < 2*n {
		size *= 2
	}
	return table{places: make([]place, size), shift: uint8(64 - bits.TrailingZeros(uint(size)))}
}

func (t *table) put(key uint64, s span) {
	for i := int(key * mulA >> t.shift); ; i++ {
		if p := &t.places[i&(len(t.places)-1)]; p.key == 0 || p.key == key {
			*p = place{key, s}
			t.n++
			return
		}
	}
}

func (t *table) get(key uint64) (span, bool) {
	for i := int(key * mulA >> t.shift); ; i++ {
		switch p := &t.places[i&(len(t.places)-1)]; p.key {
		case key:
			return p.span, true
		case 0:
			return span{}, false
		}
	}
}

func (t *table) bytes() int { return len(t.places) * 16 }

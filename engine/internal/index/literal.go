package index

import (
	"math/bits"
	"sort"
	"strings"
)

// literal is a text to find within values.
type literal struct {
	text       string // folded
	gram       int32  // where its rarest four bytes are; -1 if it is shorter
	id         int32  // of all literals of the index
	head, tail bool
	next       int32 // the next one of the same gram; -1 for none
	to         span  // postings
}

// at reports whether s holds the literal at i.
func (l *literal) at(s string, i int) bool {
	end := i + len(l.text)
	if i < 0 || end > len(s) || l.head && i > 0 || l.tail && end < len(s) {
		return false
	}
	return equalFold(s[i:end], l.text)
}

// equalFold compares texts of one length as they are hashed.
func equalFold(s, t string) bool {
	i := 0
	for ; i+8 <= len(t); i += 8 {
		if (load8(s, i)^load8(t, i))&^fold8 != 0 {
			return false
		}
	}
	for ; i < len(t); i++ {
		if (s[i]^t[i])&^0x20 != 0 {
			return false
		}
	}
	return true
}

// finder looks for many literals in one pass over a text. It asks, for each
// four bytes of the text, a bitmap whether these are the rarest four of a
// literal; only then a hash table which ones.
type finder struct {
	list   []literal
	short  []int32 // literals of one or two bytes, and of three at an end
	three  []int32 // literals of three bytes
	bits3  []uint64
	bitmap []uint64
	shift  uint8 // of the bitmap's hash
	grams  []uint32
	first  []int32 // literals of the gram; -1: an empty place
	place  uint8   // of the hash in grams
	mask   uint32
}

const (
	gramMul = 0x9E3779B1
	// bitsPerLiteral keeps three of a hundred places of a text from being
	// looked up in vain; the bitmap of a thousand literals is 4 KB.
	bitsPerLiteral = 32
	// maxBitmap is the logarithm of the largest bitmap: 128 KB, which a
	// second-level cache holds.
	maxBitmap = 20
)

// gramHash spreads grams; its upper bits do so better.
func gramHash(g uint32) uint32 { return g * gramMul }

// newFinder prepares the search for literals.
func newFinder(list []literal) *finder {
	f := &finder{list: list}
	freq := map[uint32]int{}
	for i := range list {
		seen := map[uint32]bool{}
		for j := 0; j+4 <= len(list[i].text); j++ {
			if g := gramOf(list[i].text, j); !seen[g] {
				seen[g] = true
				freq[g]++
			}
		}
	}
	for _, c := range common {
		for j := 0; j+4 <= len(c); j++ {
			freq[gramOf(c, j)] += len(list)/8 + 8
		}
	}
	long := 0
	for i := range list {
		list[i].gram = rarestGram(list[i].text, freq)
		switch l := &list[i]; {
		case l.gram >= 0:
			long++
		case len(l.text) == 3 && !l.head && !l.tail:
			f.add3(int32(i))
		default:
			f.short = append(f.short, int32(i))
		}
	}
	f.build(long)
	return f
}

func gramOf(s string, i int) uint32 { return load4(s, i) | uint32(fold8&0xFFFFFFFF) }

func rarestGram(s string, freq map[uint32]int) int32 {
	at, least := int32(-1), 0
	for j := 0; j+4 <= len(s); j++ {
		if n := freq[gramOf(s, j)]; at < 0 || n < least {
			at, least = int32(j), n
		}
	}
	return at
}

func (f *finder) build(n int) {
	if n == 0 {
		return
	}
	width := min(max(bits.Len(uint(n*bitsPerLiteral-1)), 6), maxBitmap)
	f.bitmap = make([]uint64, 1<<(width-6))
	f.shift = uint8(32 - width)
	size := 4
	for size < 2*n {
		size *= 2
	}
	f.grams, f.first, f.mask = make([]uint32, size), make([]int32, size), uint32(size-1)
	f.place = uint8(32 - bits.TrailingZeros(uint(size)))
	for i := range f.first {
		f.first[i] = -1
	}
	for i := range f.list {
		l := &f.list[i]
		if l.gram < 0 {
			continue
		}
		g := gramOf(l.text, int(l.gram))
		h := gramHash(g)
		f.bitmap[h>>f.shift>>6] |= 1 << (h >> f.shift & 63)
		at := h >> f.place
		for f.first[at] >= 0 && f.grams[at] != g {
			at = (at + 1) & f.mask
		}
		l.next = f.first[at]
		f.grams[at], f.first[at] = g, int32(i)
	}
}

// find calls c.hit for each literal that s holds and that was not found before.
func (f *finder) find(c *Cursor, m *matcher, s string) {
	for _, i := range f.short {
		if l := &f.list[i]; !c.found(l.id) && l.within(s) {
			c.hit(m, l)
		}
	}
	if f.bits3 != nil {
		f.find3(c, m, s)
	}
	if f.bitmap == nil {
		return
	}
	bitmap, shift := f.bitmap, f.shift
	i := 0
	for ; i+8 <= len(s); i += 4 { // one load and one branch for four places
		w := load8(s, i) | fold8
		if known(bitmap, shift, w)|known(bitmap, shift, w>>8)|known(bitmap, shift, w>>16)|known(bitmap, shift, w>>24) == 0 {
			continue
		}
		for j := range 4 {
			if known(bitmap, shift, w>>(8*j)) != 0 {
				f.lookup(c, m, s, i+j, uint32(w>>(8*j)))
			}
		}
	}
	for ; i+4 <= len(s); i++ {
		if g := gramOf(s, i); known(bitmap, shift, uint64(g)) != 0 {
			f.lookup(c, m, s, i, g)
		}
	}
}

// known returns 1 if the lower half of w may be the gram of a literal.
func known(bitmap []uint64, shift uint8, w uint64) uint64 {
	b := gramHash(uint32(w)) >> shift
	return bitmap[b>>6] >> (b & 63) & 1
}

// width3 is the logarithm of the bitmap for three bytes: 1 KB, in which the few
// literals of that length leave nearly all places of a text alone.
const width3 = 13

func hash3(g uint32) uint32 { return g * gramMul >> (32 - width3) }

func gram3(s string, i int) uint32 {
	b := s[i : i+3]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | 0x202020
}

func (f *finder) add3(i int32) {
	if f.bits3 == nil {
		f.bits3 = make([]uint64, 1<<(width3-6))
	}
	h := hash3(gram3(f.list[i].text, 0))
	f.bits3[h>>6] |= 1 << (h & 63)
	f.three = append(f.three, i)
}

func (f *finder) find3(c *Cursor, m *matcher, s string) {
	bits3 := f.bits3
	for i := 0; i+3 <= len(s); i++ {
		g := gram3(s, i)
		if h := hash3(g); bits3[h>>6]>>(h&63)&1 == 0 {
			continue
		}
		for _, n := range f.three {
			if l := &f.list[n]; gram3(l.text, 0) == g && !c.found(l.id) {
				c.hit(m, l)
			}
		}
	}
}

// lookup takes the literals that have the gram.
func (f *finder) lookup(c *Cursor, m *matcher, s string, i int, g uint32) {
	for at := gramHash(g) >> f.place; f.first[at] >= 0; at = (at + 1) & f.mask {
		if f.grams[at] != g {
			continue
		}
		for n := f.first[at]; n >= 0; {
			l := &f.list[n]
			if !c.found(l.id) && l.at(s, i-int(l.gram)) {
				c.hit(m, l)
			}
			n = l.next
		}
		return
	}
}

// within looks for a short literal.
func (l *literal) within(s string) bool {
	switch {
	case l.head && l.tail:
		return len(s) == len(l.text) && l.at(s, 0)
	case l.head:
		return l.at(s, 0)
	case l.tail:
		return l.at(s, len(s)-len(l.text))
	}
	first := l.text[0] | 0x20
	for i := 0; i+len(l.text) <= len(s); i++ {
		if s[i]|0x20 == first && equalFold(s[i:i+len(l.text)], l.text) {
			return true
		}
	}
	return false
}

func (f *finder) bytes() int {
	n := len(f.bitmap)*8 + len(f.bits3)*8 + len(f.grams)*4 + len(f.first)*4 + len(f.short)*4
	for i := range f.list {
		n += 48 + len(f.list[i].text)
	}
	return n
}

// sortLiterals puts literals in an order that does not depend on maps.
func sortLiterals(list []literal) {
	sort.Slice(list, func(i, j int) bool {
		a, b := &list[i], &list[j]
		if c := strings.Compare(a.text, b.text); c != 0 {
			return c < 0
		}
		return !a.head && b.head || a.head == b.head && !a.tail && b.tail
	})
}

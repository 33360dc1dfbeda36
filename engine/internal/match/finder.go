package match

import (
	"math/bits"
	"slices"
)

// Finder looks for many texts in one pass over another. Of each it knows two
// grams, the four bytes at an even place of it and at an odd one, of which one
// begins at an even place of what is looked through wherever the text stands there.
// So every second gram of that is asked for: in a bitmap, and only where that has
// it, in the list of its bit. A Finder is safe for concurrent use.
type Finder struct {
	texts []string
	words []uint64 // the bitmap
	shift uint8    // from a hash to a word
	ranks []uint32 // how many bits are set ahead of each word
	lists []uint32 // where the list of each bit that is set begins, and of all that the last one ends
	grams []gram
}

// gram is four bytes of a text, and four others of it. Where the former are found, the
// latter rule out most places at which the text does not stand, without a look at all
// of it.
type gram struct {
	bytes uint32
	more  uint32 // four bytes of the text, as gramOf has them; 0 for none
	text  int32
	at    int16 // where bytes are; -1: the first of them stands before the text, and is not known
	off   int16 // where more is
}

const (
	// MinFound is the length of the shortest text that a Finder finds.
	MinFound = 3
	// bitsPerBit keeps all but one or two of a hundred places from being looked up
	// in vain.
	bitsPerBit = 64
	// maxAt is behind where a text's grams are looked for.
	maxAt = 1 << 14
	// maxWords is the logarithm of the largest bitmap's words: 256 KB, which a
	// second-level cache holds.
	maxWords = 15

	gramMul = 0x9E3779B1
	fold4   = 0x20202020
)

// NewFinder prepares the search for texts of MinFound bytes or more that Fold
// has made. Of their grams those are taken that are rare among the texts, and
// among some that are usual.
func NewFinder(texts, usual []string) *Finder {
	f := &Finder{texts: texts, grams: make([]gram, 0, 2*len(texts))} // most have two
	c := newChooser(texts, usual)
	for i, t := range texts {
		switch len(t) {
		case 3:
			f.addFirst(int32(i), t)
			f.addLast(int32(i), t)
		case 4:
			f.addWhole(int32(i), t, 0)
			f.addLast(int32(i), t)
		default:
			for _, at := range c.rarest(t) {
				f.addWhole(int32(i), t, at)
			}
		}
	}
	f.index()
	return f
}

// addWhole adds the gram at a place of a text.
func (f *Finder) addWhole(i int32, t string, at int) {
	off := at + 4 // or, where the text is too short, what is before the gram, or its last four bytes
	if off+4 > len(t) {
		off = max(at-4, 0)
	}
	if at == 0 && len(t) < 8 {
		off = len(t) - 4
	}
	f.grams = append(f.grams, gram{gramOf(t, at), gramOf(t, off), i, int16(at), int16(off)})
}

// addLast adds the grams whose last three bytes are the first of a text.
func (f *Finder) addLast(i int32, t string) {
	g := gram{bytes: uint32(t[0])<<8 | uint32(t[1])<<16 | uint32(t[2])<<24 | fold4, text: i, at: -1}
	if len(t) > 3 {
		g.more = gramOf(t, 0)
	}
	f.grams = append(f.grams, g)
}

// addFirst adds the grams whose first three bytes are a text.
func (f *Finder) addFirst(i int32, t string) {
	for b := range uint32(1 << 8) {
		if b&0x20 != 0 {
			g := uint32(t[0]) | uint32(t[1])<<8 | uint32(t[2])<<16 | b<<24 | fold4
			f.grams = append(f.grams, gram{bytes: g, text: i})
		}
	}
}

// index makes the bitmap, and puts the grams in the order of its bits.
func (f *Finder) index() {
	weight := 0
	for i := range f.grams {
		weight += bits.OnesCount64(f.grams[i].bits())
	}
	width := min(max(bits.Len(uint(weight*bitsPerBit-1)), 9)-6, maxWords)
	f.words, f.shift, f.ranks = make([]uint64, 1<<width), uint8(32-width), make([]uint32, 1<<width+1)
	for i := range f.grams {
		f.words[gramHash(f.grams[i].bytes)>>f.shift] |= f.grams[i].bits()
	}
	for i, w := range f.words {
		f.ranks[i+1] = f.ranks[i] + uint32(bits.OnesCount64(w))
	}
	f.lists = make([]uint32, f.ranks[len(f.words)]+1)
	for i := range f.grams {
		f.lists[f.list(&f.grams[i])+1]++
	}
	for i := range f.lists[1:] {
		f.lists[i+1] += f.lists[i]
	}
	next, grams := slices.Clone(f.lists), f.grams
	f.grams = make([]gram, len(grams))
	for i := range grams {
		at := f.list(&grams[i])
		f.grams[next[at]] = grams[i]
		next[at]++
	}
}

// list returns the list that a gram is in. One whose first byte is not known is in
// the first of a word that has all bits.
func (f *Finder) list(g *gram) uint32 {
	h := gramHash(g.bytes)
	if g.at < 0 {
		return f.ranks[h>>f.shift]
	}
	return f.rank(h, g.bytes)
}

// rank returns how many bits are set ahead of that of a gram with a hash.
func (f *Finder) rank(h, gram uint32) uint32 {
	word := h >> f.shift
	return f.ranks[word] + uint32(bits.OnesCount64(f.words[word]&(1<<((gram^h)&63)-1)))
}

// gramOf returns four bytes with bit 5 of each set: that makes A and a one, and
// also a few signs that hardly tell two texts apart.
func gramOf(s string, i int) uint32 { return load4(s, i) | fold4 }

// gramHash chooses a word of the bitmap by the last three bytes of a gram. The
// first one chooses a bit of it: if that is not known, all of them are set.
func gramHash(g uint32) uint32 { return g >> 8 * gramMul }

func (g *gram) bits() uint64 {
	if g.at < 0 {
		return 1<<64 - 1
	}
	return 1 << ((g.bytes ^ gramHash(g.bytes)) & 63)
}

// is reports whether the gram's bytes are those of another one, as far as they are known.
func (g *gram) is(bytes uint32) bool {
	return (g.bytes^bytes)>>(g.at>>15&8) == 0
}

// known returns an odd number if the lower half of w may be a gram of a text.
func known(words []uint64, shift uint8, w uint64) uint64 {
	h := gramHash(uint32(w))
	return words[h>>shift] >> ((uint32(w) ^ h) & 63)
}

// Scan goes through the places of a text where those of a Finder stand.
type Scan struct {
	Text int // of the Finder's
	At   int

	f    *Finder
	s    string
	from int    // where what was not looked at begins
	some uint64 // a bit for each of the four grams before that which the bitmap has, and which are yet to come
	at   int    // where the gram at hand begins
	gram uint32
	next uint32 // of the Finder's grams: those that it may be
	end  uint32
	also uint32 // and then these
	last uint32
}

// Scan begins the search in s. What it finds may differ from the texts in the case
// of ASCII letters, but in no other way.
func (f *Finder) Scan(s string) Scan { return Scan{f: f, s: s} }

// Next goes to the next place; false if there is none.
func (p *Scan) Next() bool {
	for {
		for p.next < p.end {
			g := &p.f.grams[p.next]
			p.next++
			if !g.is(p.gram) {
				continue
			}
			at := p.at - int(g.at)
			if more := at + int(g.off); g.more != 0 && (more < 0 || more+4 > len(p.s) || gramOf(p.s, more) != g.more) {
				continue
			}
			if StandsAt(p.f.texts[g.text], p.s, at) {
				p.Text, p.At = int(g.text), at
				return true
			}
		}
		if p.also < p.last {
			p.next, p.end, p.also = p.also, p.last, p.last
		} else if !p.advance() {
			return false
		}
	}
}

// advance goes to the next gram that the bitmap has.
func (p *Scan) advance() bool {
	words, shift, s, i := p.f.words, p.f.shift, p.s, p.from
	some := p.some
	for ; some == 0 && i+10 <= len(s); i += 8 { // one branch for four grams
		w, v := load8(s, i)|fold4*(1<<32+1), uint64(load4(s, i+6)|fold4)
		some = known(words, shift, w)&1 | known(words, shift, w>>16)&1<<1 | known(words, shift, w>>32)&1<<2 | known(words, shift, v)&1<<3
	}
	if some != 0 {
		p.from, p.some = i, some&(some-1)
		at := i - 8 + 2*bits.TrailingZeros64(some)
		p.turn(at, gramOf(s, at))
		return true
	}
	for ; i+3 <= len(s); i += 2 {
		g := gramAt(s, i)
		if known(words, shift, uint64(g))&1 != 0 {
			p.from = i + 2
			p.turn(i, g)
			return true
		}
	}
	p.from = i
	return false
}

// turn turns to a gram that the bitmap has.
func (p *Scan) turn(at int, gram uint32) {
	f, h := p.f, gramHash(gram)
	list := f.rank(h, gram)
	p.at, p.gram, p.next, p.end = at, gram, f.lists[list], f.lists[list+1]
	if word := h >> f.shift; f.words[word] == 1<<64-1 && f.ranks[word] < list {
		first := f.ranks[word]
		p.also, p.last = f.lists[first], f.lists[first+1]
	}
}

// gramAt is gramOf, and reads nothing behind s.
func gramAt(s string, i int) uint32 {
	if i+4 <= len(s) {
		return gramOf(s, i)
	}
	return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | fold4
}

// StandsAt reports whether s holds at a place a text that Fold has made. Only the
// case of ASCII letters makes no difference.
func StandsAt(t, s string, at int) bool {
	if at < 0 || at+len(t) > len(s) {
		return false
	}
	s = s[at : at+len(t)]
	for ; len(t) >= 8; s, t = s[8:], t[8:] {
		if w := load8(t, 0); load8(s, 0)|letters(w) != w {
			return false
		}
	}
	for i := range len(t) {
		if s[i] != t[i] && lower[s[i]] != t[i] {
			return false
		}
	}
	return true
}

// Bytes is about what the Finder takes, without its texts.
func (f *Finder) Bytes() int {
	return len(f.words)*12 + len(f.lists)*4 + len(f.grams)*16 + len(f.texts)*16
}

// chooser knows how often grams occur.
type chooser map[uint32]int

func newChooser(texts, usual []string) chooser {
	grams := 0
	for _, t := range texts {
		grams += len(t)
	}
	c := make(chooser, grams/2) // about as many as differ
	for _, t := range texts {
		c.count(t, 1)
	}
	for _, t := range usual {
		c.count(t, len(texts)/8+8)
	}
	return c
}

func (c chooser) count(t string, n int) {
	for i := range max(len(t)-3, 0) {
		c[gramOf(t, i)] += n
	}
}

// rarest returns where the grams of a text begin that are rarer than any others, one at
// an even place and one at an odd one.
func (c chooser) rarest(t string) (at [2]int) {
	var least [2]int
	for i := range min(len(t)-3, maxAt) {
		if n := c.of(t, i); i < 2 || n < least[i%2] {
			at[i%2], least[i%2] = i, n
		}
	}
	return at
}

// of weighs how often a gram occurs: among texts that are known, or else by its
// bytes.
func (c chooser) of(t string, i int) int {
	return 64*c[gramOf(t, i)] + weights[t[i]] + weights[t[i+1]] + weights[t[i+2]] + weights[t[i+3]]
}

// weights are how much the bytes count of which a gram is made.
var weights = func() (of [256]int) {
	for i := range len(usual) {
		of[usual[i]] = (len(usual) - i) / 4
	}
	return of
}()

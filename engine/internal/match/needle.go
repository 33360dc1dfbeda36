package match

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Needle is a text to look for, folded beforehand if case does not count.
type Needle struct {
	text string
	fold bool
	// plain tells that comparing byte by byte, through lower, is right
	// whatever the text is: the needle is ASCII and has none of the two
	// letters that equal characters beyond ASCII (k: the Kelvin sign, s:
	// the long s).
	plain bool
	// ascii tells that it is right for texts that are ASCII.
	ascii bool
	first byte // in lower case; 0 if it is not ASCII
	// low and high are where two bytes stand that few texts hold.
	low, high uint8
}

// NewNeedle prepares the search for s, without case if fold is true.
func NewNeedle(s string, fold bool) Needle {
	n := Needle{text: s, plain: true, ascii: true, fold: fold}
	if fold {
		n.text = Fold(s)
		n.ascii = ASCII(n.text)
		n.plain = n.ascii && !strings.ContainsAny(n.text, "ks")
	}
	if s != "" && n.text[0] < utf8.RuneSelf {
		n.first = lower[n.text[0]]
	}
	if fold && n.ascii {
		n.low, n.high = rarest(n.text)
	}
	return n
}

// usual are the signs that texts of logs hold, the most frequent first.
const usual = `eitsnroa\cdlm.pu 20wh13y"fgb=/-_:54k698x7v,`

// rarest returns where the rarest byte of a text stands, of the first 256, and
// where the next one does.
func rarest(s string) (low, high uint8) {
	best := [2]int{-1, -1}
	for i := range min(len(s), 1<<8) {
		rarity := strings.IndexByte(usual, s[i])
		if rarity < 0 {
			rarity = len(usual)
		}
		switch {
		case rarity > best[0]:
			low, high, best = uint8(i), low, [2]int{rarity, best[0]}
		case rarity > best[1]:
			high, best[1] = uint8(i), rarity
		}
	}
	return low, high
}

// elsewhere reports, short enough to be inlined, that s begins with another
// letter: most members of lists are done with by that.
func (n *Needle) elsewhere(s string) bool {
	return n.first != 0 && s != "" && s[0] < utf8.RuneSelf && lower[s[0]] != n.first
}

// ASCII reports whether all characters of a text are of one byte.
func ASCII(s string) bool {
	var all uint64
	if n := len(s) - 8; n >= 0 {
		for i := 0; i < n; i += 8 {
			all |= load8(s, i)
		}
		return (all|load8(s, n))&high8 == 0 // the last eight, of which some may have been seen
	}
	for i := range len(s) {
		all |= uint64(s[i])
	}
	return all&0x80 == 0
}

// Equal reports whether s is the needle.
func (n *Needle) Equal(s string) bool {
	if !n.fold {
		return s == n.text
	}
	if n.plain {
		return len(s) == len(n.text) && StandsAt(n.text, s, 0)
	}
	end, ok := n.At(s)
	return ok && end == len(s)
}

// At reports whether s begins with the Needle, and where it ends there.
func (n *Needle) At(s string) (end int, ok bool) {
	if !n.fold {
		return len(n.text), strings.HasPrefix(s, n.text)
	}
	if n.ascii {
		if len(s) < len(n.text) { // beyond ASCII a text is only longer
			return 0, false
		}
		i := 0
		for i < len(n.text) && lower[s[i]] == n.text[i] {
			i++
		}
		if i == len(n.text) {
			return i, true
		}
		if n.plain || s[i] < utf8.RuneSelf {
			return 0, false
		}
	}
	return n.runesAt(s)
}

func (n *Needle) runesAt(s string) (end int, ok bool) {
	for t := n.text; t != ""; {
		want, size := utf8.DecodeRuneInString(t)
		t = t[size:]
		if end >= len(s) {
			return 0, false
		}
		have, width := utf8.DecodeRuneInString(s[end:])
		if foldRune(have) != want || (have == utf8.RuneError && width == 1) != (want == utf8.RuneError && size == 1) {
			return 0, false
		}
		end += width
	}
	return end, true
}

// Suffix reports whether s ends with the Needle, and where it begins there.
func (n *Needle) Suffix(s string) (start int, ok bool) {
	if !n.fold {
		return len(s) - len(n.text), strings.HasSuffix(s, n.text)
	}
	if n.ascii {
		start = len(s) - len(n.text)
		if start < 0 {
			return 0, false
		}
		i := len(n.text) - 1
		for i >= 0 && lower[s[start+i]] == n.text[i] {
			i--
		}
		if i < 0 {
			return start, true
		}
		if n.plain || s[start+i] < utf8.RuneSelf {
			return 0, false
		}
	}
	start = len(s)
	for t := n.text; t != ""; {
		want, size := utf8.DecodeLastRuneInString(t)
		t = t[:len(t)-size]
		have, width := utf8.DecodeLastRuneInString(s[:start])
		if width == 0 || foldRune(have) != want {
			return 0, false
		}
		start -= width
	}
	return start, true
}

// Rabin and Karp's multiplier, and the misses after which the naive search
// gives way to theirs: texts that hold the needle's first letter so often
// without the needle are made to be slow.
const (
	prime     = 16777619
	maxMisses = 64
)

// Index returns where the needle first occurs in s and where it ends there,
// or -1.
func (n *Needle) Index(s string) (start, end int) { return n.index(s, n.bytewise(s)) }

// bytewise reports whether comparing byte by byte is right for s.
func (n *Needle) bytewise(s string) bool { return n.plain || n.ascii && ASCII(s) }

func (n *Needle) index(s string, bytewise bool) (start, end int) {
	switch {
	case !n.fold:
		start = strings.Index(s, n.text)
	case n.text == "":
		return 0, 0
	case bytewise:
		start = n.indexBytes(s)
	default:
		return n.indexRunes(s)
	}
	return start, start + len(n.text)
}

func (n *Needle) indexBytes(s string) int {
	t := n.text
	last := len(s) - len(t)
	for i, misses := n.next(s, 0, last), 0; i >= 0; i = n.next(s, i+1, last) {
		j := 0
		for j < len(t) && lower[s[i+j]] == t[j] {
			j++
		}
		if j == len(t) {
			return i
		}
		if misses += j; misses > maxMisses+i {
			if at := n.indexHash(s[i+1:]); at >= 0 {
				return i + 1 + at
			}
			return -1
		}
	}
	return -1
}

// next returns a place from i to last before which the needle does not stand; -1 if
// it stands nowhere. It looks for its two rarest bytes at eight places at once, as
// long as there are so many.
func (n *Needle) next(s string, i, last int) int {
	low, high := int(n.low), int(n.high)
	if i+7 <= last {
		x, y := newSign(n.text[low]), newSign(n.text[high])
		for ; i+7 <= last; i += 8 {
			if m := zeros(x.differs(load8(s, i+low)) | y.differs(load8(s, i+high))); m != 0 {
				return i + bits.TrailingZeros64(m)/8
			}
		}
		if i > last {
			return -1
		}
		from := last - 7 // the rest, with what was looked at already: its marks may make others, which are compared
		m := zeros(x.differs(load8(s, from+low)) | y.differs(load8(s, from+high)))
		if m = m >> (8 * (i - from)); m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
		return -1
	}
	for ; i <= last; i++ {
		if lower[s[i+low]] == n.text[low] && lower[s[i+high]] == n.text[high] {
			return i
		}
	}
	return -1
}

// indexHash is Rabin and Karp's search over the folded bytes.
func (n *Needle) indexHash(s string) int {
	t := n.text
	if len(s) < len(t) {
		return -1
	}
	var want, have uint32
	power := uint32(1)
	for i := range len(t) {
		want = want*prime + uint32(t[i])
		have = have*prime + uint32(lower[s[i]])
		power *= prime
	}
	for i := 0; ; i++ {
		if have == want {
			if _, ok := n.At(s[i:]); ok {
				return i
			}
		}
		if i+len(t) >= len(s) {
			return -1
		}
		have = have*prime + uint32(lower[s[i+len(t)]]) - power*uint32(lower[s[i]])
	}
}

// indexRunes is the same search over folded characters, whose lengths in
// bytes may differ between the cases.
func (n *Needle) indexRunes(s string) (start, end int) {
	var want, have uint32
	power, count := uint32(1), 0
	for _, r := range n.text {
		want = want*prime + uint32(r)
		power *= prime
		count++
	}
	for end < len(s) && count > 0 {
		r, width := utf8.DecodeRuneInString(s[end:])
		have = have*prime + uint32(foldRune(r))
		end += width
		count--
	}
	if count > 0 {
		return -1, -1
	}
	for {
		if have == want {
			if e, ok := n.runesAt(s[start:]); ok {
				return start, start + e
			}
		}
		if end >= len(s) {
			return -1, -1
		}
		in, width := utf8.DecodeRuneInString(s[end:])
		out, size := utf8.DecodeRuneInString(s[start:])
		have = have*prime + uint32(foldRune(in)) - power*uint32(foldRune(out))
		start, end = start+size, end+width
	}
}

// LastIndex returns where the needle last begins in s, or -1.
func (n *Needle) LastIndex(s string) int {
	for end := len(s); ; {
		if at, ok := n.Suffix(s[:end]); ok {
			return at
		}
		if end == 0 {
			return -1
		}
		_, width := utf8.DecodeLastRuneInString(s[:end])
		end -= width
	}
}

// Empty reports whether the needle is the empty text.
func (n *Needle) Empty() bool { return n.text == "" }

package ndjson

import (
	"encoding/binary"
	"math/bits"
)

// The eight bytes of a word are looked at together.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// pass returns where the text that begins at i ends, and whether it has escapes.
// It returns -1 for a text that encoding/json does not take as it stands: it has
// control characters, escapes that there are not, or half a surrogate. That it is
// UTF-8 is for its line to tell, if there is more than ASCII.
func (d *Decoder) pass(i int) (end int, escapes bool) {
	t := d.text
	for {
		found := special(binary.LittleEndian.Uint64(t[i:]))
		if found == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(found) / 8
		switch c := t[i]; {
		case c == '"':
			return i, escapes
		case c == '\\':
			n := escape(t[i:])
			if n == 0 {
				return -1, false
			}
			i, escapes = i+n, true
		case c < ' ':
			return -1, false
		default:
			d.wide = true
			i++
		}
	}
}

// special marks, in the low bytes first, those that are control characters,
// quotation marks, backslashes or not ASCII. Above the first mark there may be
// false ones.
func special(w uint64) uint64 {
	control := w - ones*' '
	quotation := w ^ ones*'"'
	backslash := w ^ ones*'\\'
	return (control | (quotation - ones) | (backslash - ones) | w) & highs
}

// escape returns the length of the escape that s begins with, both halves of a
// pair of surrogates; 0 if it is none.
func escape(s []byte) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		switch r := hex(s); {
		case r < 0, 0xdc00 <= r && r < 0xe000:
			return 0
		case r < 0xd800 || r >= 0xe000:
			return 6
		}
		if low := hex(s[6:]); 0xdc00 <= low && low < 0xe000 {
			return 12
		}
	}
	return 0
}

// hex reads \uXXXX; -1 if s does not begin with one.
func hex(s []byte) rune {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	n := rune(0)
	for _, c := range s[2:6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return -1
		}
		n = n<<4 | rune(c)
	}
	return n
}

// numeral returns the length of the number that s begins with, as JSON writes it;
// 0 if it is none.
func numeral(s []byte) int {
	at := 0
	if s[at] == '-' {
		at++
	}
	n := digits(s[at:])
	if n == 0 || n > 1 && s[at] == '0' {
		return 0
	}
	at += n
	if s[at] == '.' {
		if n = digits(s[at+1:]); n == 0 {
			return 0
		}
		at += 1 + n
	}
	if s[at]|0x20 == 'e' {
		at++
		if s[at] == '+' || s[at] == '-' {
			at++
		}
		if n = digits(s[at:]); n == 0 {
			return 0
		}
		at += n
	}
	return at
}

// digits counts those that s begins with.
func digits(s []byte) int {
	n := 0
	for '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

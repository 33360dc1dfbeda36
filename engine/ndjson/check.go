package ndjson

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// The eight bytes of a word are looked at together.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// plain reports whether every text in a line is one that encoding/json takes
// as it stands: no control characters, only escapes that there are, surrogates
// in pairs, and UTF-8. Outside of texts no escape and no byte beyond ASCII can
// stand in a line whose brackets are right; blanks that are control characters
// may, but no collector writes them, and such a line counts as not plain.
func plain(line []byte) bool {
	ascii := true
	for i := 0; i < len(line); {
		if len(line)-i >= 8 {
			w := binary.LittleEndian.Uint64(line[i:])
			found := special(w)
			if found == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(found) / 8
		}
		switch c := line[i]; {
		case c >= utf8.RuneSelf:
			ascii = false
			i++
		case c < ' ':
			return false
		case c != '\\':
			i++
		default:
			n := escape(line[i:])
			if n == 0 {
				return false
			}
			i += n
		}
	}
	return ascii || utf8.Valid(line)
}

// special marks, in the low bytes first, those that are control characters,
// backslashes or not ASCII. Above the first mark there may be false ones.
func special(w uint64) uint64 {
	control := w - ones*' '
	backslash := w ^ ones*'\\'
	return (control | (backslash - ones) | w) & highs
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
func hex(s []byte) int {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	n := 0
	for _, c := range s[2:6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return -1
		}
		n = n<<4 | int(c)
	}
	return n
}

// isNumber reports whether s is a number as JSON writes it.
func isNumber(s []byte) bool {
	if len(s) > 0 && s[0] == '-' {
		s = s[1:]
	}
	n := digits(s)
	if n == 0 || n > 1 && s[0] == '0' {
		return false
	}
	s = s[n:]
	if len(s) > 0 && s[0] == '.' {
		if n = digits(s[1:]); n == 0 {
			return false
		}
		s = s[1+n:]
	}
	if len(s) > 0 && s[0]|0x20 == 'e' {
		s = s[1:]
		if len(s) > 0 && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		if n = digits(s); n == 0 {
			return false
		}
		s = s[n:]
	}
	return len(s) == 0
}

// digits counts those that s begins with.
func digits(s []byte) int {
	for i, c := range s {
		if c < '0' || c > '9' {
			return i
		}
	}
	return len(s)
}

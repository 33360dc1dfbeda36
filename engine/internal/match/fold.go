package match

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lower maps the letters A-Z to a-z and every other byte to itself.
var lower = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			t[i] = byte(i) + 'a' - 'A'
		}
	}
	return t
}()

// foldRune returns the one character that stands for all that r equals
// without case.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		return rune(lower[r])
	}
	least := r
	for c := unicode.SimpleFold(r); c != r; c = unicode.SimpleFold(c) {
		least = min(least, c)
	}
	if least < utf8.RuneSelf {
		return rune(lower[least])
	}
	return least
}

// Fold returns s with every character replaced by the one that stands for
// all its cases: two texts are equal without case if their folds are equal.
func Fold(s string) string {
	if ASCII(s) {
		return Lower(s)
	}
	return strings.Map(foldRune, s)
}

// Lower is strings.ToLower. It takes no branch for each letter, which hashes in upper
// case make hard to foresee.
func Lower(s string) string {
	var few [64]byte
	if len(s) > len(few) || !ASCII(s) {
		return strings.ToLower(s)
	}
	changed := byte(0)
	for i := range len(s) {
		few[i] = lower[s[i]]
		changed |= few[i] ^ s[i]
	}
	if changed == 0 {
		return s
	}
	return string(few[:len(s)])
}

// AppendFold appends the fold of s to b.
func AppendFold(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			b = append(b, lower[c])
			i++
			continue
		}
		r, width := utf8.DecodeRuneInString(s[i:])
		b = utf8.AppendRune(b, foldRune(r))
		i += width
	}
	return b
}

package eql

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// rawQuote opens and closes a raw string.
const rawQuote = `"""`

// stringLen measures the string in double quotes that rest begins with, and
// checks its escapes.
func (s *scanner) stringLen(rest string) (int, error) {
	if strings.HasPrefix(rest, rawQuote) && s.lang != ast.Endgame {
		return s.rawLen(rest)
	}
	return s.escapedLen(rest, rest[0])
}

// rawLen measures a raw string. Of a closing run of up to five quotes, the
// first two belong to the text.
func (s *scanner) rawLen(rest string) (int, error) {
	for n := len(rawQuote); n < len(rest); n++ {
		switch rest[n] {
		case '\r', '\n':
			return 0, syntax.Failf(s.at, `expected """ behind the string, found the end of the line`)
		case '"':
			if !strings.HasPrefix(rest[n:], rawQuote) {
				continue
			}
			n += len(rawQuote)
			for range 2 {
				if n < len(rest) && rest[n] == '"' {
					n++
				}
			}
			return n, nil
		}
	}
	return 0, syntax.Failf(s.at, `expected """ behind the string, found the end`)
}

// escapedLen measures a string between quotes in which backslashes escape.
func (s *scanner) escapedLen(rest string, quote byte) (int, error) {
	for n := 1; n < len(rest); n++ {
		switch c := rest[n]; c {
		case quote:
			return n + 1, nil
		case '\r', '\n':
			return 0, syntax.Failf(s.at, "expected %c behind the string, found the end of the line", quote)
		case '\\':
			_, size := unescape(rest[n:])
			if size == 0 {
				return 0, syntax.Failf(s.at+n, `expected an escape such as \n, \\ or \u{61}, found %q`, rest[n:min(n+2, len(rest))])
			}
			n += size - 1
		}
	}
	return 0, syntax.Failf(s.at, "expected %c behind the string, found the end", quote)
}

// unescape reads the escape that s begins with. Its size is 0 if there is no
// such escape.
func unescape(s string) (r rune, size int) {
	if len(s) < 2 {
		return 0, 0
	}
	switch s[1] {
	case 'b':
		return '\b', 2
	case 't':
		return '\t', 2
	case 'n':
		return '\n', 2
	case 'f':
		return '\f', 2
	case 'r':
		return '\r', 2
	case '"', '\'', '\\':
		return rune(s[1]), 2
	case 'u':
		return codePoint(s)
	}
	return 0, 0
}

// codePoint reads \u{61}, of two to eight hexadecimal digits.
func codePoint(s string) (r rune, size int) {
	const opening, minDigits, maxDigits = `\u{`, 2, 8
	if !strings.HasPrefix(s, opening) {
		return 0, 0
	}
	n := strings.IndexByte(s[:min(len(s), len(opening)+maxDigits+1)], '}')
	if n < len(opening)+minDigits {
		return 0, 0
	}
	v, err := strconv.ParseUint(s[len(opening):n], 16, 32)
	if err != nil || !utf8.ValidRune(rune(v)) || v > utf8.MaxRune {
		return 0, 0
	}
	return rune(v), n + 1
}

// oldStringLen measures Endgame's 'text', ?"text" and ?'text'. In the latter
// two, a backslash guards the character behind it and stays.
func (s *scanner) oldStringLen(rest string) (int, error) {
	if s.lang != ast.Endgame {
		if rest[0] == '?' {
			return 0, syntax.Failf(s.at, `?"…" belongs to Endgame's language (option eql.Endgame), write """…""" for a raw string`)
		}
		return 0, syntax.Failf(s.at, "expected a string in double quotes, found a single quote")
	}
	if rest[0] == '\'' {
		return s.escapedLen(rest, '\'')
	}
	for n := 2; n < len(rest); n++ {
		switch rest[n] {
		case rest[1]:
			return n + 1, nil
		case '\\':
			n++
		case '\r', '\n':
			return 0, syntax.Failf(s.at, "expected %c behind the string, found the end of the line", rest[1])
		}
	}
	return 0, syntax.Failf(s.at, "expected %c behind the string, found the end", rest[1])
}

// unquote returns the text that a token of kind text stands for.
func unquote(t string) string {
	switch {
	case len(t) >= 2*len(rawQuote) && strings.HasPrefix(t, rawQuote):
		return t[len(rawQuote) : len(t)-len(rawQuote)]
	case t[0] == '?':
		q := t[1:2]
		return strings.ReplaceAll(t[2:len(t)-1], `\`+q, q)
	}
	t = t[1 : len(t)-1]
	i := strings.IndexByte(t, '\\')
	if i < 0 {
		return t
	}
	var b strings.Builder
	b.Grow(len(t))
	for ; i >= 0; i = strings.IndexByte(t, '\\') {
		b.WriteString(t[:i])
		r, size := unescape(t[i:])
		b.WriteRune(r)
		t = t[i+size:]
	}
	b.WriteString(t)
	return b.String()
}

// quotedLen measures a name in backticks, in which two stand for one.
func (s *scanner) quotedLen(rest string) (int, error) {
	for n := 1; n < len(rest); n++ {
		switch c := rest[n]; {
		case c == '`' && n+1 < len(rest) && rest[n+1] == '`' && s.lang != ast.Endgame:
			n++
		case c == '`' && n == 1:
			return 0, syntax.Failf(s.at, "expected a name between the backticks")
		case c == '`':
			return n + 1, nil
		case c == '\r', c == '\n':
			return 0, syntax.Failf(s.at, "expected a backtick behind the name, found the end of the line")
		}
	}
	return 0, syntax.Failf(s.at, "expected a backtick behind the name, found the end")
}

// unquoteName returns the name that a token of kind quoted stands for.
func unquoteName(t string) string {
	return strings.ReplaceAll(t[1:len(t)-1], "``", "`")
}

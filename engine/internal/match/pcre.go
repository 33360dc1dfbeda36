package match

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// pcre rewrites what PCRE and Go spell differently and mean alike.
func pcre(p string) string {
	p = withoutVerbs(p)
	if !strings.Contains(p, `\`) && !strings.Contains(p, "(?") {
		return p
	}
	t := translation{in: p, free: make([]bool, 1, 4)}
	for t.at < len(p) {
		t.step()
	}
	return t.out.String()
}

// withoutVerbs drops what sets PCRE up at the beginning of an expression, as
// (*UTF8): Go reads all texts so.
func withoutVerbs(p string) string {
	for strings.HasPrefix(p, "(*") {
		name, rest, ok := strings.Cut(p[len("(*"):], ")")
		if !ok || name == "" || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") != "" {
			break
		}
		p = rest
	}
	return p
}

// translation is an expression on its way from PCRE's notation to Go's.
type translation struct {
	in    string
	at    int
	out   strings.Builder
	class int    // where a class has its first member; 0 outside of one
	free  []bool // for each open group whether (?x) holds: blanks mean nothing
}

// step translates the next piece.
func (t *translation) step() {
	c := t.in[t.at]
	switch {
	case c == '\\' && t.at+1 < len(t.in):
		t.escape()
		return
	case t.class > 0:
		if c == ']' && t.at > t.class {
			t.class = 0
		}
	case c == '[':
		t.class = t.at + 1
		if strings.HasPrefix(t.in[t.class:], "^") {
			t.class++
		}
	case c == '(':
		t.group()
		return
	case c == ')' && len(t.free) > 1:
		t.free = t.free[:len(t.free)-1]
	case t.free[len(t.free)-1] && strings.IndexByte(" \t\n\v\f\r", c) >= 0:
		t.at++
		return
	case t.free[len(t.free)-1] && c == '#':
		_, rest, _ := strings.Cut(t.in[t.at:], "\n")
		t.at = len(t.in) - len(rest)
		return
	}
	t.copy(1)
}

// copy takes n bytes as they are.
func (t *translation) copy(n int) {
	t.out.WriteString(t.in[t.at : t.at+n])
	t.at += n
}

// group takes the beginning of a group, a comment, or flags.
func (t *translation) group() {
	p := t.in[t.at:]
	if strings.HasPrefix(p, "(?#") {
		if end := strings.IndexByte(p, ')'); end > 0 {
			t.at += end + 1
			return
		}
	}
	if rest, ok := strings.CutPrefix(p, "(?'"); ok {
		if name, _, ok := strings.Cut(rest, "'"); ok {
			t.open("(?P<"+name+">", len("(?'")+len(name)+1)
			return
		}
	}
	flags := 0
	if strings.HasPrefix(p, "(?") {
		flags = len(p[2:]) - len(strings.TrimLeft(p[2:], "imnsxJU-"))
	}
	if flags == 0 || 2+flags >= len(p) || p[2+flags] != ')' && p[2+flags] != ':' {
		t.open("(", 1)
		return
	}
	t.flags(p[2:2+flags], p[2+flags] == ')')
}

// open begins a group that was n bytes long as written.
func (t *translation) open(as string, n int) {
	t.free = append(t.free, t.free[len(t.free)-1])
	t.out.WriteString(as)
	t.at += n
}

// flags takes (?x) and (?x:, without the x, which Go does not have.
func (t *translation) flags(f string, alone bool) {
	on, off, _ := strings.Cut(f, "-")
	free := t.free[len(t.free)-1]
	free = (free || strings.Contains(on, "x")) && !strings.Contains(off, "x")
	if f = strings.TrimSuffix(strings.ReplaceAll(f, "x", ""), "-"); alone {
		t.free[len(t.free)-1] = free
	} else {
		t.free = append(t.free, free)
	}
	switch {
	case !alone:
		t.out.WriteString("(?" + f + ":")
	case f != "":
		t.out.WriteString("(?" + f + ")")
	}
	t.at = strings.IndexAny(t.in[t.at:], "):") + t.at + 1
}

// escape takes an escape, or a text between \Q and \E.
func (t *translation) escape() {
	c, rest := t.in[t.at+1], t.in[t.at+2:]
	t.at += 2
	switch {
	case c == 'Q':
		text, _, _ := strings.Cut(rest, `\E`)
		t.out.WriteString(regexp.QuoteMeta(text))
		t.at = min(t.at+len(text)+2, len(t.in))
	case c == 'E': // of no \Q
	case c == 'x' && !strings.HasPrefix(rest, "{"): // up to two digits
		digits := rest[:min(2, len(rest))]
		digits = digits[:len(digits)-len(strings.TrimLeft(digits, "0123456789abcdefABCDEF"))]
		t.out.WriteString(`\x{0` + digits + `}`)
		t.at += len(digits)
	case c == 'c' && rest != "" && rest[0] < utf8.RuneSelf: // a control character by its letter
		fmt.Fprintf(&t.out, `\x{%x}`, strings.ToUpper(rest[:1])[0]^0x40)
		t.at++
	default:
		t.out.WriteString(pcreEscape(c, t.class > 0))
	}
}

// The members of PCRE's classes \h and \v, as Go writes them.
const (
	horizontal = `\t \x{a0}`
	vertical   = `\n\v\f\r\x{85}\x{2028}\x{2029}`
)

// pcreEscape returns \c in Go's notation.
func pcreEscape(c byte, class bool) string {
	switch {
	case c == 'h' && class:
		return horizontal
	case c == 'v' && class:
		return vertical
	case c == 'h':
		return "[" + horizontal + "]"
	case c == 'H' && !class:
		return "[^" + horizontal + "]"
	case c == 'v':
		return "[" + vertical + "]"
	case c == 'V' && !class:
		return "[^" + vertical + "]"
	case c == 'N' && !class:
		return `[^\n]`
	case c == 'R' && !class:
		return `(?:\r\n|[` + vertical + `])`
	case c == 'Z':
		return `(?:\n?\z)`
	case c == 'e':
		return `\x1b`
	case c >= utf8.RuneSelf:
		return string([]byte{c})
	case c == '_', c == '<', c == '>', c == '/', c == '\'', c == '"', c == ' ',
		strings.IndexByte("ijlmoqyIJLMOTUY", c) >= 0: // PCRE takes them as the letter
		return regexp.QuoteMeta(string(rune(c)))
	}
	return `\` + string(c)
}

package match

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// Lucene compiles regular expressions in Lucene's notation, one of which must
// match the whole text. A dot matches line ends as well; ^ and $ are plain
// characters. What Lucene has and Go's engine has not (complement,
// intersection, numeric intervals) is an error.
func Lucene(patterns []string, fold bool) (Text, error) {
	var simple []pattern
	var others []string
	for _, p := range patterns {
		t, err := Translate(p)
		if err != nil {
			return nil, err
		}
		if _, err := regexp.Compile(t); err != nil {
			return nil, explain(p, err)
		}
		if parts, ok := literalParts(p); ok {
			simple = append(simple, joined(parts, fold))
		} else {
			others = append(others, "(?:"+t+")")
		}
	}
	if len(others) == 0 {
		return func(s string) bool { return some(simple, s) }, nil
	}
	flags := "s"
	if fold {
		flags = "si"
	}
	re, err := regexp.Compile(`\A(?` + flags + ":" + strings.Join(others, "|") + `)\z`)
	if err != nil {
		return nil, explain(strings.Join(patterns, "|"), err)
	}
	return func(s string) bool { return some(simple, s) || re.MatchString(s) }, nil
}

// literalParts takes a regular expression apart that is made of plain
// characters and ".*": many rules write such, and searching for the parts
// is several times faster than running them.
func literalParts(pattern string) ([]string, bool) {
	parts := []string{""}
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case strings.HasPrefix(pattern[i:], ".*"):
			parts = append(parts, "")
			i++
			if strings.HasPrefix(pattern[i+1:], "?") { // lazy or not, it matches the same
				i++
			}
			continue
		case strings.IndexByte(`.*+?|(){}[]"@#~&<>`, c) >= 0:
			return nil, false
		case c == '\\':
			if i++; i == len(pattern) || strings.IndexByte("dDwWsS", pattern[i]) >= 0 {
				return nil, false
			}
			c = pattern[i]
		}
		if i+1 < len(pattern) && strings.IndexByte("*+?{", pattern[i+1]) >= 0 {
			return nil, false
		}
		parts[len(parts)-1] += string([]byte{c})
	}
	return parts, true
}

// Translate returns a Lucene regular expression in Go's notation, without
// anchors.
func Translate(pattern string) (string, error) {
	l := lucene{in: pattern}
	for l.at < len(l.in) {
		if err := l.atom(); err != nil {
			return "", err
		}
	}
	return l.out.String(), nil
}

// nothing is the expression that no text matches: Lucene's #.
const nothing = `[^\x00-\x{10FFFF}]`

type lucene struct {
	in  string
	at  int
	out strings.Builder
}

func (l *lucene) atom() error {
	c := l.in[l.at]
	l.at++
	switch c {
	case '^', '$':
		l.out.WriteString(`\` + string(c))
	case '\\':
		return l.escape()
	case '"':
		return l.quoted()
	case '[':
		return l.class()
	case '@':
		l.out.WriteString(`(?:.*)`)
	case '#':
		l.out.WriteString(nothing)
	case '~', '&', '<':
		return fmt.Errorf("the operator %q of Lucene's regular expressions is not supported (write \\%c for the character)", c, c)
	case '(':
		if strings.HasPrefix(l.in[l.at:], "?") {
			return errors.New("groups of the form (?…) are not part of Lucene's regular expressions")
		}
		if strings.HasPrefix(l.in[l.at:], ")") { // the empty text
			l.at++
			l.out.WriteString("(?:)")
			return nil
		}
		l.out.WriteString("(?:")
	default:
		l.out.WriteByte(c)
	}
	return nil
}

// escape takes what follows a backslash: a class of characters, or a
// character that stands for itself.
func (l *lucene) escape() error {
	if l.at >= len(l.in) {
		return errors.New("a regular expression ends in a backslash")
	}
	r, width := utf8.DecodeRuneInString(l.in[l.at:])
	l.at += width
	switch r {
	case 'd', 'D', 'w', 'W', 's', 'S':
		l.out.WriteString(`\` + string(r))
	default:
		l.out.WriteString(regexp.QuoteMeta(string(r)))
	}
	return nil
}

// quoted takes "text", in which nothing is special.
func (l *lucene) quoted() error {
	end := strings.IndexByte(l.in[l.at:], '"')
	if end < 0 {
		return errors.New(`a regular expression has a " without its pair (write \" for the character)`)
	}
	l.out.WriteString("(?:" + regexp.QuoteMeta(l.in[l.at:l.at+end]) + ")")
	l.at += end + 1
	return nil
}

// class takes [abc], in which Go's notation has more special characters.
func (l *lucene) class() error {
	l.out.WriteByte('[')
	if strings.HasPrefix(l.in[l.at:], "^") {
		l.at++
		l.out.WriteByte('^')
	}
	for first := true; l.at < len(l.in); first = false {
		c := l.in[l.at]
		l.at++
		switch {
		case c == ']' && !first:
			l.out.WriteByte(']')
			return nil
		case c == '[' || c == ']' || c == '^' || c == '&' || c == '~':
			l.out.WriteString(`\` + string(c))
		case c == '\\':
			if err := l.classEscape(); err != nil {
				return err
			}
		default:
			l.out.WriteByte(c)
		}
	}
	return errors.New("a regular expression has a [ without its ]")
}

func (l *lucene) classEscape() error {
	if strings.HasPrefix(l.in[l.at:], "-") { // QuoteMeta leaves it, as it is special only here
		l.at++
		l.out.WriteString(`\-`)
		return nil
	}
	return l.escape()
}

// Find compiles a regular expression in PCRE's notation, which may match
// anywhere in the text. Names of groups may be written (?<name>…). What Go's
// engine cannot do in linear time (looking around, referring back, atomic
// groups and possessive repetition) is an error that says so.
func Find(pattern string) (*regexp.Regexp, error) {
	re, err := regexp.Compile(pcre(pattern))
	if err != nil {
		return nil, explain(pattern, err)
	}
	return re, nil
}

// pcre rewrites what PCRE and Go spell differently and mean alike.
func pcre(p string) string {
	if !strings.Contains(p, `\`) {
		return p
	}
	var b strings.Builder
	class := false
	for i := 0; i < len(p); i++ {
		c := p[i]
		switch {
		case c == '[' && !class:
			class = true
		case c == ']' && class && !(i > 0 && (p[i-1] == '[' || p[i-1] == '^' && i > 1 && p[i-2] == '[')):
			class = false
		case c == '\\' && i+1 < len(p):
			i++
			b.WriteString(pcreEscape(p[i], class))
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// pcreEscape returns \c in Go's notation.
func pcreEscape(c byte, class bool) string {
	switch {
	case c == 'h' && class:
		return `\t `
	case c == 'h':
		return `[\t ]`
	case c == 'R' && !class:
		return `(?:\r\n|\n|\v|\f|\r)`
	case c == 'Z':
		return `(?:\n?\z)`
	case c == 'e':
		return `\x1b`
	case c >= utf8.RuneSelf:
		return string([]byte{c})
	case c == '_', c == '<', c == '>', c == '/', c == '\'', c == '"', c == ' ',
		strings.IndexByte("ijlmoqyIJLMOTUVY", c) >= 0: // PCRE takes them as the letter
		return regexp.QuoteMeta(string(rune(c)))
	}
	return `\` + string(c)
}

// lookarounds are what a perfectly good regular expression of other engines
// may hold and Go's refuses.
var lookarounds = []struct{ mark, name string }{
	{"(?=", "lookahead"}, {"(?!", "negative lookahead"},
	{"(?<=", "lookbehind"}, {"(?<!", "negative lookbehind"},
	{"(?>", "an atomic group"}, {"(?(", "a conditional group"}, {"(?R", "recursion"},
}

// explain turns the compiler's error into one that says what of the pattern
// is at fault.
func explain(pattern string, err error) error {
	for _, l := range lookarounds {
		if strings.Contains(pattern, l.mark) {
			return fmt.Errorf("the regular expression %q uses %s (%s), which is not supported: matching takes linear time", pattern, l.name, l.mark)
		}
	}
	var bad *syntax.Error
	if !errors.As(err, &bad) {
		return fmt.Errorf("the regular expression %q is invalid: %v", pattern, err)
	}
	if bad.Code == syntax.ErrInvalidEscape && len(bad.Expr) == 2 && '1' <= bad.Expr[1] && bad.Expr[1] <= '9' {
		return fmt.Errorf("the regular expression %q uses a back-reference (%s), which is not supported: matching takes linear time", pattern, bad.Expr)
	}
	return fmt.Errorf("the regular expression %q is invalid: %s: %q", pattern, bad.Code, bad.Expr)
}

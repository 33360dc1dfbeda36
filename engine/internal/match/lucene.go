package match

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Translate returns a Lucene regular expression in Go's notation, without
// anchors. One with the operators ~ and & has none there, and is an error.
func Translate(pattern string) (string, error) {
	l := lucene{in: pattern}
	for l.at < len(l.in) {
		if err := l.next(); err != nil {
			return "", err
		}
	}
	return string(l.out), nil
}

// errAlgebra is the error about an expression that Go's notation cannot hold.
var errAlgebra = errors.New("the operators ~ and & of Lucene's regular expressions have nothing like them in Go's")

// nothing is the expression that no text matches: Lucene's #.
const nothing = `[^\x00-\x{10FFFF}]`

type lucene struct {
	in  string
	at  int
	out []byte

	begun    bool  // there is something that a quantifier can repeat
	atom     int   // where the last atom begins in out
	groups   []int // where the open groups begin in out
	repeated byte  // the quantifier that was just written, or 0
	chain    int   // the counts before it, of the same atom
}

// next takes an atom, a quantifier or an operator.
func (l *lucene) next() error {
	c := l.in[l.at]
	l.at++
	switch c {
	case '*', '+', '?', '{':
		if !l.begun { // with nothing before it, it is a character
			return l.simple(c)
		}
		return l.quantifier(c)
	case '|':
		l.write("|")
		l.begun = false
	case '(':
		return l.group()
	case ')':
		l.write(")")
		if n := len(l.groups); n > 0 {
			l.atom, l.groups, l.begun = l.groups[n-1], l.groups[:n-1], true
		}
	default:
		return l.simple(c)
	}
	return nil
}

func (l *lucene) write(s string) {
	l.out = append(l.out, s...)
	l.repeated = 0
}

// quantifier takes what repeats the atom before. A further one repeats the
// repetition: there are no lazy or possessive ones, and a+? matches nothing as
// well.
func (l *lucene) quantifier(c byte) error {
	text := string(c)
	if c == '{' {
		text = counted.FindString(l.in[l.at-1:])
		if text == "" {
			return errCounted
		}
		l.at += len(text) - 1
	}
	chain := 0
	switch {
	case l.repeated == 0:
	case c != '{' && l.repeated != '{': // of *, + and ?, two alike are one, and others make a star
		if c != l.repeated {
			l.out[len(l.out)-1], l.repeated = '*', '*'
		}
		return nil
	default:
		if chain = l.chain + 1; chain > maxChain {
			return errChain
		}
		atom := string(l.out[l.atom:])
		l.out = append(append(append(l.out[:l.atom], "(?:"...), atom...), ')')
	}
	l.write(text)
	l.repeated, l.chain = c, chain
	return nil
}

// maxChain bounds the quantifiers of one atom, each of which has to copy it:
// two make sense, at most.
const maxChain = 10

var (
	errCounted = errors.New(`expected {n}, {n,} or {n,m} up to 1000 in a regular expression (write \{ for the character)`)
	errChain   = fmt.Errorf("expected at most %d quantifiers in a row in a regular expression, found more", maxChain)
)

var counted = regexp.MustCompile(`^\{[0-9]+(,[0-9]*)?\}`)

// group takes the beginning of a group, or all of an empty one.
func (l *lucene) group() error {
	switch rest := l.in[l.at:]; {
	case strings.HasPrefix(rest, "?"):
		return errors.New("groups of the form (?…) are not part of Lucene's regular expressions")
	case strings.HasPrefix(rest, ")"): // the empty text
		l.at++
		l.atom, l.begun = len(l.out), true
		l.write("(?:)")
	default:
		l.groups, l.begun = append(l.groups, len(l.out)), false
		l.write("(?:")
	}
	return nil
}

// simple takes an atom that is no group.
func (l *lucene) simple(c byte) error {
	l.atom, l.begun = len(l.out), true
	switch c {
	case '^', '$', '*', '+', '?', '{':
		l.write(`\` + string(c))
	case '\\':
		return l.escape()
	case '"':
		return l.quoted()
	case '[':
		return l.class()
	case '<':
		return l.interval()
	case '@':
		l.write(`(?:.*)`)
	case '#':
		l.write(nothing)
	case '~', '&':
		return errAlgebra
	default:
		l.out = append(l.out, c)
		l.repeated = 0
		if c >= utf8.RuneSelf { // the bytes of a character are one atom
			_, n := utf8.DecodeRuneInString(l.in[l.at-1:])
			l.write(l.in[l.at : l.at-1+n])
			l.at += n - 1
		}
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
		l.write(`\` + string(r))
	default:
		l.write(regexp.QuoteMeta(string(r)))
	}
	return nil
}

// quoted takes "text", in which nothing is special.
func (l *lucene) quoted() error {
	end := strings.IndexByte(l.in[l.at:], '"')
	if end < 0 {
		return errors.New(`a regular expression has a " without its pair (write \" for the character)`)
	}
	l.write("(?:" + regexp.QuoteMeta(l.in[l.at:l.at+end]) + ")")
	l.at += end + 1
	return nil
}

// class takes [abc], in which Go's notation has more special characters.
func (l *lucene) class() error {
	l.write("[")
	if strings.HasPrefix(l.in[l.at:], "^") {
		l.at++
		l.write("^")
	}
	for first := true; l.at < len(l.in); first = false {
		c := l.in[l.at]
		l.at++
		switch {
		case c == ']' && !first:
			l.write("]")
			return nil
		case c == '[' || c == ']' || c == '^' || c == '&' || c == '~':
			l.write(`\` + string(c))
		case c == '\\':
			if err := l.classEscape(); err != nil {
				return err
			}
		default:
			l.out = append(l.out, c)
		}
	}
	return errors.New("a regular expression has a [ without its ]")
}

func (l *lucene) classEscape() error {
	if strings.HasPrefix(l.in[l.at:], "-") { // QuoteMeta leaves it, as it is special only here
		l.at++
		l.write(`\-`)
		return nil
	}
	return l.escape()
}

// interval takes <n-m>, the numbers from n to m. If both are written with as
// many digits, so are the numbers; else zeros may stand before them.
func (l *lucene) interval() error {
	m := numbers.FindStringSubmatch(l.in[l.at-1:])
	if m == nil {
		return errors.New(`expected an interval such as <1-100> in a regular expression (write \< for the character)`)
	}
	l.at += len(m[0]) - 1
	low, high := m[1], m[2]
	if len(low) == len(high) {
		l.write("(?:" + strings.Join(between(min(low, high), max(low, high)), "|") + ")")
		return nil
	}
	from, to := plainNumber(low), plainNumber(high)
	if len(from) > len(to) || len(from) == len(to) && from > to {
		from, to = to, from
	}
	var all []string
	for n := len(from); n <= len(to); n++ { // numbers of n digits
		first, last := "1"+strings.Repeat("0", n-1), strings.Repeat("9", n)
		if n == len(from) {
			first = from
		}
		if n == len(to) {
			last = to
		}
		all = append(all, between(first, last)...)
	}
	l.write("(?:0*(?:" + strings.Join(all, "|") + "))")
	return nil
}

// plainNumber takes the zeros from the front of a number.
func plainNumber(s string) string {
	if s = strings.TrimLeft(s, "0"); s == "" {
		return "0"
	}
	return s
}

var numbers = regexp.MustCompile(`^<([0-9]{1,18})-([0-9]{1,18})>`)

// between returns expressions for the numbers from low to high, which have as
// many digits.
func between(low, high string) []string {
	n := len(low)
	same := 0
	for same < n && low[same] == high[same] {
		same++
	}
	prefix, rest := low[:same], n-same
	if rest == 0 {
		return []string{prefix}
	}
	digits := func(from, to byte, free int) string {
		if from > to {
			return ""
		}
		text := prefix + "[" + string(from) + "-" + string(to) + "]"
		if free > 0 {
			text += "[0-9]{" + strconv.Itoa(free) + "}"
		}
		return text
	}
	if low[same:] == strings.Repeat("0", rest) && high[same:] == strings.Repeat("9", rest) {
		return []string{prefix + "[0-9]{" + strconv.Itoa(rest) + "}"}
	}
	if rest == 1 {
		return []string{digits(low[same], high[same], 0)}
	}
	var all []string
	for _, part := range between(low[same:], low[same:same+1]+strings.Repeat("9", rest-1)) {
		all = append(all, prefix+part)
	}
	if middle := digits(low[same]+1, high[same]-1, rest-1); middle != "" {
		all = append(all, middle)
	}
	for _, part := range between(high[same:same+1]+strings.Repeat("0", rest-1), high[same:]) {
		all = append(all, prefix+part)
	}
	return all
}

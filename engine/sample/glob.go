package sample

import (
	"slices"
	"strings"
	"unicode"
)

// token is a character of a glob, or one of the special ones.
type token = rune

// The special tokens.
const (
	star token = -1 - iota // any run of characters
	one                    // any one character
	join                   // a star that was put between two patterns
	open                   // the text begins here: what stands before goes
	shut                   // the text ends here
)

// glob is a pattern over a text.
type glob []token

func literal(s string) glob { return glob([]rune(s)) }

func around(s string) glob { return slices.Concat(glob{star}, literal(s), glob{star}) }

// wildcard reads a pattern of * and, if question is true, ?.
func wildcard(pattern string, question bool) glob {
	var g glob
	for _, r := range pattern {
		switch {
		case r == '*':
			if len(g) == 0 || g[len(g)-1] != star {
				g = append(g, star)
			}
		case r == '?' && question:
			g = append(g, one)
		default:
			g = append(g, r)
		}
	}
	return g
}

func isStar(t token) bool { return t == star || t == join }

func (g glob) stars() bool { return slices.ContainsFunc(g, isStar) }

// parts returns what stands before the first star, between the stars, and
// behind the last.
func (g glob) parts() (head, middle, tail glob) {
	first := slices.IndexFunc(g, isStar)
	last := len(g) - 1
	for !isStar(g[last]) {
		last--
	}
	return g[:first], g[first : last+1], g[last+1:]
}

// merge returns a glob whose texts match both, as far as it can be had by
// putting one behind the other.
func merge(g, h glob) (glob, bool) {
	switch {
	case len(g) == 1 && g[0] == star:
		return h, true
	case !g.stars():
		return g, true // the test will tell
	case !h.stars():
		return h, true
	}
	gh, gm, gt := g.parts()
	hh, hm, ht := h.parts()
	head, ok := overlay(gh, hh)
	if !ok {
		return nil, false
	}
	slices.Reverse(gt)
	slices.Reverse(ht)
	tail, ok := overlay(gt, ht)
	slices.Reverse(gt)
	slices.Reverse(ht)
	if !ok {
		return nil, false
	}
	slices.Reverse(tail)
	middle := gm
	if len(hm) > 1 {
		middle = slices.Clone(gm[:len(gm)-1])
		middle = append(middle, join)
		middle = append(middle, hm[1:]...)
	}
	return slices.Concat(head, middle, tail), true
}

// overlay lays one text over the beginning of another.
func overlay(g, h glob) (glob, bool) {
	if len(g) < len(h) {
		g, h = h, g
	}
	out := slices.Clone(g)
	for i, t := range h {
		switch {
		case out[i] == one:
			out[i] = t
		case t == one, t == out[i]:
		case unicode.ToLower(t) == unicode.ToLower(out[i]):
		default:
			return nil, false
		}
	}
	return out, true
}

// filling says what stands for the wildcards of a glob.
type filling struct {
	edge, middle, join string
	one                rune
}

// fillings are tried one after the other; the first are the ones that read
// best.
var fillings = []filling{
	{"", "a", " ", 'a'},
	{"", "", " ", 'b'},
	{"a", "a", " ", 'a'},
	{"x", "x", "", 'x'},
	{"", "sample", " ", '1'},
	{"sample", "sample", " ", 's'},
	{"zq7", "zq7", "\\", 'q'},
	{"0", "0", "/", '0'},
	{"1.", "1", ".", '2'},
	{"C:\\", "a\\b", "\\", 'C'},
	{"/", "a/b", "/", '/'},
	{"a b", " b ", " ", 'z'},
}

// drive is a drive's letter: most paths begin with C.
func (f filling) drive() rune {
	if f.one == 'a' {
		return 'C'
	}
	return f.one
}

// render fills the wildcards of a glob; the text has at least the given
// number of characters if that is possible.
func (g glob) render(f filling, least int) string {
	var b strings.Builder
	for i, t := range g {
		switch t {
		case star:
			if i == 0 || i == len(g)-1 {
				b.WriteString(f.edge)
			} else {
				b.WriteString(f.middle)
			}
		case join:
			b.WriteString(f.join)
		case one:
			if i+1 < len(g) && g[i+1] == ':' {
				b.WriteRune(f.drive())
			} else {
				b.WriteRune(f.one)
			}
		default:
			b.WriteRune(t)
		}
	}
	text := b.String()
	if short := least - len([]rune(text)); short > 0 {
		return g.pad(f, short)
	}
	return text
}

// pad renders with more characters in the place of the last star.
func (g glob) pad(f filling, short int) string {
	last := len(g) - 1
	for last >= 0 && !isStar(g[last]) {
		last--
	}
	if last < 0 {
		return g.render(f, 0)
	}
	fill := f.edge
	switch {
	case g[last] == join:
		fill = f.join
	case last > 0 && last < len(g)-1:
		fill = f.middle
	}
	text := literal(fill + strings.Repeat("a", short))
	return slices.Concat(g[:last:last], text, g[last+1:]).render(f, 0)
}

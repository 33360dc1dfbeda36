package backtrack

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The kinds of groups that Go's syntax does not have, by how they begin.
var groups = []struct{ mark, kind string }{
	{"(?=", "ahead"}, {"(?!", "notahead"}, {"(?<=", "behind"}, {"(?<!", "notbehind"}, {"(?>", "atomic"},
}

// marker begins the names of the groups that stand for those kinds.
const marker = "__backtrack_"

// firstRef is the first of the characters that stand for references back to
// groups: private ones, which no expression means.
const firstRef = '\U000F0000'

// source is an expression with its particular parts marked.
type source struct {
	text []byte
	refs []string // the groups that are referred to: numbers or names
	n    int      // markers so far
	atom int      // where in text the last thing that can be repeated begins
	open []int    // where the groups around begin
	// captures counts the groups that keep what they match, repeats holds what
	// is repeated more often than Go's parser allows, by the number of its marker.
	captures int
	repeats  map[string]repetition
}

// repetition is how often something is repeated; most < 0 is without end.
type repetition struct {
	least, most int
	lazy        bool
}

// keepMark is the character that stands for \K.
const keepMark = '\U0010FFFD'

// mark rewrites an expression so that Go's parser takes it.
func mark(pattern string) *source {
	s := &source{}
	first := -1 // where a class has its first member; -1 outside of one
	for i := 0; i < len(pattern); {
		switch c := pattern[i]; {
		case c == '\\':
			if first < 0 {
				s.atom = len(s.text)
			}
			i += s.escape(pattern[i:], first >= 0)
			continue
		case first >= 0:
			if c == ']' && i > first {
				first = -1
			}
		case c == '(':
			i += s.group(pattern[i:])
			continue
		case c == ')' && len(s.open) > 0:
			s.atom, s.open = s.open[len(s.open)-1], s.open[:len(s.open)-1]
		case c == '[':
			s.atom = len(s.text)
			if first = i + 1; strings.HasPrefix(pattern[first:], "^") {
				first++
			}
		case quantifier(pattern[i:]) > 0:
			i += s.quantified(pattern[i:])
			continue
		case utf8.RuneStart(c):
			s.atom = len(s.text)
		}
		s.text = append(s.text, pattern[i])
		i++
	}
	return s
}

// quantifier is the length of the quantifier at the start of p, without what
// says how it repeats; 0 for none.
func quantifier(p string) int {
	switch p[0] {
	case '*', '+', '?':
		return 1
	case '{':
		n := strings.IndexByte(p, '}')
		if n > 1 && p[1] != ',' && strings.Trim(p[1:n], "0123456789,") == "" {
			return n + 1
		}
	}
	return 0
}

// quantified copies a quantifier, and returns how long it was. A possessive one,
// which gives nothing back, makes an atomic group of what it repeats.
func (s *source) quantified(p string) int {
	n := quantifier(p)
	if r, many := tooMany(p[:n]); many {
		r.lazy = strings.HasPrefix(p[n:], "?")
		s.repeated(r)
		if r.lazy {
			return n + 1
		}
	} else {
		s.text = append(s.text, p[:n]...)
	}
	switch {
	case strings.HasPrefix(p[n:], "+"):
		s.text = slices.Insert(s.text, s.atom, []byte(s.marker("atomic"))...)
		s.text = append(s.text, ')')
		n++
	case strings.HasPrefix(p[n:], "?"):
		s.text = append(s.text, '?')
		n++
	}
	return n
}

// Repetitions: what Go's parser allows, and PCRE.
const (
	mostOfGo   = 1000
	mostOfPCRE = 65535
)

// tooMany reads a quantifier that is beyond Go's parser.
func tooMany(q string) (r repetition, many bool) {
	if q[0] != '{' {
		return r, false
	}
	from, to, open := strings.Cut(q[1:len(q)-1], ",")
	r.least, _ = strconv.Atoi(from)
	r.most, _ = strconv.Atoi(to)
	switch {
	case !open:
		r.most = r.least
	case to == "":
		r.most = -1
	}
	over := max(r.least, r.most)
	return r, mostOfGo < over && over <= mostOfPCRE && (r.most < 0 || r.least <= r.most)
}

// repeated marks the last thing as repeated.
func (s *source) repeated(r repetition) {
	mark := s.marker("repeat")
	s.text = append(slices.Insert(s.text, s.atom, []byte(mark)...), ')')
	if s.repeats == nil {
		s.repeats = map[string]repetition{}
	}
	s.repeats[strconv.Itoa(s.n)] = r
}

// marker is the beginning of a group that stands for one of a kind.
func (s *source) marker(kind string) string {
	s.n++
	return "(?P<" + marker + kind + "_" + strconv.Itoa(s.n) + ">"
}

// group copies the beginning of a group, and returns how long it was.
func (s *source) group(p string) int {
	if rest, ok := strings.CutPrefix(p, "(?P="); ok {
		if name, _, ok := strings.Cut(rest, ")"); ok {
			s.atom = len(s.text)
			s.reference(name)
			return len("(?P=") + len(name) + 1
		}
	}
	s.open = append(s.open, len(s.text))
	for _, g := range groups {
		if strings.HasPrefix(p, g.mark) {
			s.text = append(s.text, s.marker(g.kind)...)
			return len(g.mark)
		}
	}
	if !strings.HasPrefix(p, "(?") || strings.HasPrefix(p, "(?<") || strings.HasPrefix(p, "(?P<") {
		s.captures++
	}
	s.text = append(s.text, '(')
	if strings.HasPrefix(p, "(?") { // flags or a name, and no quantifier
		s.text = append(s.text, '?')
		return 2
	}
	return 1
}

// escape copies an escape, and returns how long it was.
func (s *source) escape(p string, class bool) int {
	switch {
	case len(p) < 2:
		s.text = append(s.text, p...)
		return len(p)
	case class:
	case '1' <= p[1] && p[1] <= '9':
		s.reference(p[1:2])
		return 2
	case strings.HasPrefix(p, `\k<`), strings.HasPrefix(p, `\k{`), strings.HasPrefix(p, `\k'`), strings.HasPrefix(p, `\g{`):
		if n := strings.IndexAny(p[3:], ">}'"); n > 0 {
			s.reference(s.absolute(p[3 : 3+n]))
			return 3 + n + 1
		}
	case p[1] == 'g':
		if n := len(p) - len(strings.TrimLeft(p[2:], "-0123456789")); n > 2 {
			s.reference(s.absolute(p[2:n]))
			return n
		}
	case p[1] == 'K':
		s.text = utf8.AppendRune(s.text, keepMark)
		return 2
	}
	n := 2
	if len(p) > 2 && p[2] == '{' && strings.IndexByte("xpP", p[1]) >= 0 { // a character by number, a class by name
		n = max(n, strings.IndexByte(p, '}')+1)
	}
	s.text = append(s.text, p[:n]...)
	return n
}

// absolute returns the number of a group that is counted back from here, and
// other names of groups as they are.
func (s *source) absolute(group string) string {
	if n, err := strconv.Atoi(group); err == nil && n < 0 && -n <= s.captures {
		return strconv.Itoa(s.captures + 1 + n)
	}
	return group
}

func (s *source) reference(group string) {
	s.text = utf8.AppendRune(s.text, firstRef+rune(len(s.refs)))
	s.refs = append(s.refs, group)
}

// Compile reads an expression in the notation of Go's regexp, which may also
// hold (?=…), (?!…), (?<=…), (?<!…), (?>…), *+, ++, ?+, {2000}, \K, \1 to \9, \g{-1},
// \k<name> and (?P=name).
func Compile(pattern string) (*Regexp, error) {
	s := mark(pattern)
	tree, err := syntax.Parse(string(s.text), syntax.Perl)
	if err != nil {
		return nil, err
	}
	c := &compiler{re: &Regexp{text: pattern, names: []string{""}}, refs: make([]int, len(s.refs)), group: map[int]int{}, repeats: s.repeats}
	c.number(tree)
	for i, name := range s.refs {
		if c.refs[i] = c.find(name); c.refs[i] < 0 {
			return nil, fmt.Errorf("reference to the group %s, which is not there", name)
		}
	}
	c.re.run = c.node(tree)
	return c.re, nil
}

// compiler turns a tree into closures.
type compiler struct {
	re    *Regexp
	refs  []int       // the group of each reference
	group map[int]int // by the number that Go's parser gave it

	repeats map[string]repetition
}

// number gives the groups that are not markers their own numbers.
func (c *compiler) number(n *syntax.Regexp) {
	if n.Op == syntax.OpCapture && !strings.HasPrefix(n.Name, marker) {
		c.group[n.Cap] = len(c.re.names)
		c.re.names = append(c.re.names, n.Name)
	}
	for _, sub := range n.Sub {
		c.number(sub)
	}
}

// find returns the number of a group by its number or name, or -1.
func (c *compiler) find(name string) int {
	if n, err := strconv.Atoi(name); err == nil && n < len(c.re.names) {
		return n
	}
	for i, have := range c.re.names {
		if i > 0 && have == name {
			return i
		}
	}
	return -1
}

func (c *compiler) node(n *syntax.Regexp) step {
	switch n.Op {
	case syntax.OpNoMatch:
		return func(*search, int, next) bool { return false }
	case syntax.OpLiteral:
		return c.literal(n)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return character(classOf(n))
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return assertion(n)
	case syntax.OpCapture:
		return c.capture(n)
	case syntax.OpStar:
		return repeat(c.node(n.Sub[0]), 0, -1, n.Flags&syntax.NonGreedy != 0)
	case syntax.OpPlus:
		return repeat(c.node(n.Sub[0]), 1, -1, n.Flags&syntax.NonGreedy != 0)
	case syntax.OpQuest:
		return repeat(c.node(n.Sub[0]), 0, 1, n.Flags&syntax.NonGreedy != 0)
	case syntax.OpRepeat:
		return repeat(c.node(n.Sub[0]), n.Min, n.Max, n.Flags&syntax.NonGreedy != 0)
	case syntax.OpConcat:
		return sequence(c.nodes(n.Sub))
	case syntax.OpAlternate:
		return alternatives(c.nodes(n.Sub))
	}
	return func(_ *search, at int, k next) bool { return k(at) } // OpEmptyMatch
}

func (c *compiler) nodes(list []*syntax.Regexp) []step {
	steps := make([]step, len(list))
	for i, n := range list {
		steps[i] = c.node(n)
	}
	return steps
}

// literal is a run of characters, and references among them.
func (c *compiler) literal(n *syntax.Regexp) step {
	fold := n.Flags&syntax.FoldCase != 0
	var steps []step
	for _, r := range n.Rune {
		if i := int(r - firstRef); i >= 0 && i < len(c.refs) {
			steps = append(steps, reference(c.refs[i], fold))
		} else if r == keepMark {
			steps = append(steps, keep)
		} else {
			steps = append(steps, character(only(r, fold)))
		}
	}
	return sequence(steps)
}

func (c *compiler) capture(n *syntax.Regexp) step {
	inner := c.node(n.Sub[0])
	kind, ok := strings.CutPrefix(n.Name, marker)
	if !ok {
		return group(inner, c.group[n.Cap])
	}
	kind, number, _ := strings.Cut(kind, "_")
	switch kind {
	case "repeat":
		r := c.repeats[number]
		return repeat(inner, r.least, r.most, r.lazy)
	case "ahead":
		return ahead(inner, true)
	case "notahead":
		return ahead(inner, false)
	case "behind":
		return behind(inner, true)
	case "notbehind":
		return behind(inner, false)
	}
	return atomic(inner)
}

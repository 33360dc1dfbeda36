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
}

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
	s.text = append(s.text, p[:n]...)
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
	case strings.HasPrefix(p, `\k<`), strings.HasPrefix(p, `\k{`), strings.HasPrefix(p, `\g{`):
		if n := strings.IndexAny(p, ">}"); n > 0 {
			s.reference(p[3:n])
			return n + 1
		}
	}
	n := 2
	if len(p) > 2 && p[2] == '{' && strings.IndexByte("xpP", p[1]) >= 0 { // a character by number, a class by name
		n = max(n, strings.IndexByte(p, '}')+1)
	}
	s.text = append(s.text, p[:n]...)
	return n
}

func (s *source) reference(group string) {
	s.text = utf8.AppendRune(s.text, firstRef+rune(len(s.refs)))
	s.refs = append(s.refs, group)
}

// Compile reads an expression in the notation of Go's regexp, which may also
// hold (?=…), (?!…), (?<=…), (?<!…), (?>…), *+, ++, ?+, \1 to \9, \k<name> and
// (?P=name).
func Compile(pattern string) (*Regexp, error) {
	s := mark(pattern)
	tree, err := syntax.Parse(string(s.text), syntax.Perl)
	if err != nil {
		return nil, err
	}
	c := &compiler{re: &Regexp{text: pattern, names: []string{""}}, refs: make([]int, len(s.refs)), group: map[int]int{}}
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
	kind, _, _ = strings.Cut(kind, "_")
	switch kind {
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

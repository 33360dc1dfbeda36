package sample

import (
	"math"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// A field has no value, one, or several, and a condition on it holds if one
// of them is as it says. So the goals on a field are of three kinds: there is
// a value so and so; every value is so and so; no value is so and so. They can
// be met together unless one of the first kind leaves no value that the others
// allow, and this is what a proof looks for.

// bounds is what a goal says of a field's values, as far as it is understood.
type bounds struct {
	some   bool      // a value has to be there that lies within
	absent bool      // no value may be there
	inside bool      // within the texts and numbers below; else outside
	text   *language // nil: not known
	nums   *interval // nil: not known
}

// interval is a range of numbers.
type interval struct {
	low, high         float64
	lowOpen, highOpen bool
}

var everyText = language{globs: []glob{{star}}}

// boundsOf reads a goal. What it does not understand has neither texts nor
// numbers.
func (c *compiler) boundsOf(v string, l *leaf) bounds {
	if e, ok := l.e.(*ast.Compare); ok && l.want && e.Op == ast.Eq {
		if f, ok := e.Y.(*ast.Field); ok && f.Name == v { // as the one on the left, it has to be there
			return bounds{some: true, inside: true, text: &everyText}
		}
	}
	f, ok := subject(l.e)
	if !ok || f.Of != "" || f.Name != v {
		return bounds{}
	}
	switch e := l.e.(type) {
	case *ast.Any: // an element has to be there
		return bounds{some: l.want, inside: true}
	case *ast.IsNull:
		return bounds{some: !l.want, absent: l.want, inside: !l.want, text: &everyText}
	case *ast.Match:
		return matchBounds(e, l.want)
	case *ast.In:
		return c.inBounds(e, l.want)
	case *ast.Call:
		return c.callBounds(e, l.want)
	case *ast.Compare:
		return c.compareBounds(e, l)
	}
	return bounds{}
}

// subject is the field that a leaf is about.
func subject(e ast.Expr) (*ast.Field, bool) {
	var x ast.Expr
	switch e := e.(type) {
	case *ast.Any:
		x = e.X
	case *ast.IsNull:
		x = e.X
	case *ast.Match:
		x = e.X
	case *ast.In:
		x = e.X
	case *ast.Compare:
		x = e.X
	case *ast.Call:
		if len(e.Args) < 2 {
			return nil, false
		}
		x = e.Args[0]
	}
	f, ok := x.(*ast.Field)
	return f, ok
}

func matchBounds(e *ast.Match, want bool) bounds {
	b := bounds{some: want, inside: want != e.Negate}
	if e.Kind != ast.Wildcard && e.Kind != ast.Star {
		return b
	}
	l := &language{fold: e.Fold}
	for _, p := range e.Patterns {
		if e.CIDR && strings.Contains(p, "/") {
			return b
		}
		l.globs = append(l.globs, wildcard(p, e.Kind == ast.Wildcard))
	}
	b.text = l
	return b
}

func (c *compiler) inBounds(e *ast.In, want bool) bounds {
	b := bounds{some: want, inside: want}
	l := &language{fold: e.Fold}
	for _, m := range e.List {
		s, ok := c.constant(m).Str()
		if !ok || !spelled(s) {
			return b
		}
		l.globs = append(l.globs, literal(s))
	}
	b.text = l
	return b
}

// spelled tells that a text equals no number.
func spelled(s string) bool {
	_, ok := event.ParseNumber(s)
	return !ok
}

func (c *compiler) callBounds(e *ast.Call, want bool) bounds {
	b := bounds{some: want, inside: want}
	if e.Lib != "eql" || len(e.Args) != 2 {
		return b
	}
	part, exact := c.shape(e.Args[1])
	if len(part) == 0 || !exact && !want { // what is not known forbids nothing
		return b
	}
	l := &language{fold: e.Fold}
	switch strings.ToLower(e.Name) {
	case "startswith":
		l.globs = []glob{append(part, star)}
	case "endswith":
		l.globs = []glob{append(glob{star}, part...)}
	case "stringcontains":
		l.globs = []glob{slices.Concat(glob{star}, part, glob{star})}
	default:
		return b
	}
	b.text = l
	return b
}

// shape is what is known of a text before the fields have values; exact tells
// that it is all.
func (c *compiler) shape(e ast.Expr) (g glob, exact bool) {
	if call, ok := e.(*ast.Call); ok && call.Lib == "eql" && strings.EqualFold(call.Name, "concat") {
		exact = true
		for _, a := range call.Args {
			part, all := c.shape(a)
			g, exact = append(g, part...), exact && all
		}
		return g, exact
	}
	if len(variables(e)) > 0 {
		return glob{star}, false
	}
	s, _ := c.constant(e).Str()
	return literal(s), true
}

func (c *compiler) compareBounds(e *ast.Compare, l *leaf) bounds {
	if len(variables(e.Y)) > 0 { // two fields are equal only if both are there
		return bounds{some: l.want && e.Op == ast.Eq, inside: l.want, text: when(l.want && e.Op == ast.Eq)}
	}
	lit := c.constant(e.Y)
	inside := l.want == (e.Op != ast.Ne)
	b := bounds{some: l.want, inside: inside}
	if n, ok := lit.Float(); ok {
		b.nums = numbers(e.Op, n)
		return b
	}
	s, ok := lit.Str()
	if (e.Op == ast.Eq || e.Op == ast.Ne) && ok && spelled(s) {
		b.text = &language{globs: []glob{literal(s)}}
	}
	return b
}

func when(ok bool) *language {
	if ok {
		return &everyText
	}
	return nil
}

// numbers is the range that an operator leaves; for Ne it is what it takes
// away.
func numbers(op ast.Op, n float64) *interval {
	inf := math.Inf(1)
	switch op {
	case ast.Lt:
		return &interval{-inf, n, false, true}
	case ast.Le:
		return &interval{-inf, n, false, false}
	case ast.Gt:
		return &interval{n, inf, true, false}
	case ast.Ge:
		return &interval{n, inf, false, false}
	}
	return &interval{n, n, false, false}
}

// within reports whether all numbers of i lie in j.
func (i *interval) within(j *interval) bool {
	low := i.low > j.low || i.low == j.low && (i.lowOpen || !j.lowOpen)
	high := i.high < j.high || i.high == j.high && (i.highOpen || !j.highOpen)
	return low && high
}

// apart reports whether i and j have no number in common.
func (i *interval) apart(j *interval) bool {
	before := func(a, b *interval) bool {
		return a.high < b.low || a.high == b.low && (a.highOpen || b.lowOpen)
	}
	return before(i, j) || before(j, i)
}

// prove looks for goals on a field that exclude one another.
func (s *solver) prove(v string, goals []*leaf) ([]goal, bool) {
	if at, ok := contradiction(goals); ok {
		return at, true
	}
	if at, ok := s.tooShort(v, goals); ok {
		return at, true
	}
	all := make([]bounds, len(goals))
	for i, l := range goals {
		all[i] = s.boundsOf(v, l)
	}
	for i, b := range all {
		if !b.some {
			continue
		}
		if at, ok := s.noElement(v, i, goals); ok {
			return at, true
		}
		for j, a := range all {
			if a.absent {
				return []goal{goals[i].goal, goals[j].goal}, true
			}
			if !a.some && b.nums != nil && a.nums != nil && b.inside && (a.inside && b.nums.apart(a.nums) || !a.inside && b.nums.within(a.nums)) {
				return []goal{goals[i].goal, goals[j].goal}, true
			}
		}
		if at, ok := s.cornered(i, all, goals); ok {
			return at, true
		}
	}
	return nil, false
}

// noElement proves that the element that goal i looks for in an array is one
// that others forbid.
func (s *solver) noElement(v string, i int, goals []*leaf) ([]goal, bool) {
	wanted, ok := goals[i].e.(*ast.Any)
	if !ok || len(goals[i].vars) > 1 {
		return nil, false
	}
	conds, at := []goal{{element(wanted), true}}, []goal{goals[i].goal}
	for _, l := range goals {
		if a, ok := l.e.(*ast.Any); ok && !l.want && len(l.vars) == 1 && l.vars[0] == v {
			conds, at = append(conds, goal{element(a), false}), append(at, l.goal)
		}
	}
	sub := &solver{compiler: s.compiler, tests: s.tests}
	_, found := sub.solve(conds)
	s.tests = sub.tests
	return at, !found && !sub.unsure && !sub.spent()
}

// contradiction finds a condition that has to hold and must not.
func contradiction(goals []*leaf) ([]goal, bool) {
	said := map[string]goal{}
	for _, l := range goals {
		t := text(&ast.Query{Language: ast.Endpoint}, l.e)
		if g, ok := said[t]; ok && g.want != l.want {
			return []goal{g, l.goal}, true
		}
		said[t] = l.goal
	}
	return nil, false
}

// cornered proves that the value that goal i asks for is one that the others
// forbid.
func (s *solver) cornered(i int, all []bounds, goals []*leaf) ([]goal, bool) {
	var in, out []language
	var inAt, outAt []int
	if b := all[i]; b.text != nil && b.inside {
		in = append(in, *b.text)
	} else {
		in = append(in, everyText)
		if b.text != nil {
			out, outAt = append(out, *b.text), append(outAt, i)
		}
	}
	inAt = append(inAt, i)
	for j, a := range all {
		switch {
		case j == i || a.some || a.absent || a.text == nil:
		case a.inside:
			in, inAt = append(in, *a.text), append(inAt, j)
		default:
			out, outAt = append(out, *a.text), append(outAt, j)
		}
	}
	if all[i].text == nil && all[i].nums != nil || len(in)+len(out) < 2 {
		return nil, false
	}
	if _, k, ok := s.swallowed(in[:1], out); ok {
		return s.blamed(in[:1], out[k:k+1], inAt[:1], outAt[k:k+1], goals), true
	}
	if _, _, proved := s.shortest(in, out); !proved {
		return nil, false
	}
	return s.blamed(in, out, inAt, outAt, goals), true
}

// maxBlamed bounds the goals of which each is tried to be left out of a
// proof.
const maxBlamed = 12

// blamed leaves out of a proof what it does not need.
func (s *solver) blamed(in, out []language, inAt, outAt []int, goals []*leaf) []goal {
	for k := len(out) - 1; k >= 0 && len(out) <= maxBlamed; k-- {
		rest := append(append([]language(nil), out[:k]...), out[k+1:]...)
		if _, _, proved := s.shortest(in, rest); proved {
			out = rest
			outAt = append(append([]int(nil), outAt[:k]...), outAt[k+1:]...)
		}
	}
	var list []goal
	for _, i := range inAt {
		list = append(list, goals[i].goal)
	}
	for _, i := range outAt {
		if i != inAt[0] {
			list = append(list, goals[i].goal)
		}
	}
	return list
}

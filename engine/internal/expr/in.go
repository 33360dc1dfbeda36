package expr

import (
	"math"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// in compiles the membership in a list.
func (s *Scope) in(e *ast.In) condition {
	x := s.eval(e.X)
	members := make([]value, len(e.List))
	known := true
	for i, m := range e.List {
		members[i] = s.eval(m)
		known = known && members[i].known
	}
	if e.Rule == ast.Typed && !s.sameTypes(e) {
		return failed()
	}
	t, _ := s.typeOf(e.X)
	if e.Rule == ast.Loose {
		t = Unknown
	}
	run, rule := x.run, e.Null
	if addrs, ok := addresses(t, members); ok {
		return condition{run: func(f *field.Frame) Tri { return decided(inside(run(f), addrs), rule) }, weight: x.weight + perSearch}
	}
	if !known || t == Date || t == IP || t == Version {
		return s.inEach(e, x, members)
	}
	set, ok := newSet(members, e.Fold, e.Rule)
	switch {
	case !ok:
		return s.inEach(e, x, members)
	case x.known:
		return always(set.contains(x.val))
	}
	share := 0.0
	for _, m := range members {
		share += rarity(m.val)
	}
	set.rule = e.Null
	c := s.leaf(x, set.text(), set)
	c.weight, c.share = x.weight+perSet, min(share, 0.9)
	return c
}

// addresses returns the set of addresses that a list of literals amounts to,
// for a field of type t.
func addresses(t Type, members []value) (*match.Addrs, bool) {
	if t != IP {
		return nil, false
	}
	texts := make([]string, len(members))
	for i, m := range members {
		text, ok := m.val.Str()
		if !ok {
			return nil, false
		}
		texts[i] = text
	}
	a, err := match.CIDR(texts...)
	return a, err == nil
}

// inside tells whether an address in v is in the set.
func inside(v event.Value, addrs *match.Addrs) Tri {
	out := Null
	for i := range v.Len() {
		text, ok := v.At(i).Str()
		if !ok {
			continue
		}
		if ip, ok := match.Addr(text); ok && addrs.Contains(ip) {
			return True
		}
		out = False
	}
	return out
}

// inEach compares with one member after the other: what a hash cannot do.
func (s *Scope) inEach(e *ast.In, x value, members []value) condition {
	runs := make([]condition, len(e.List))
	known := x.known
	for i, m := range e.List {
		pair := &ast.Compare{Off: ast.Off(m.Pos()), Op: ast.Eq, X: e.X, Y: m, Rule: e.Rule}
		runs[i] = s.compared(pair, x, members[i])
		known = known && runs[i].known
	}
	run := func(f *field.Frame) Tri {
		out := False
		for _, c := range runs {
			switch c.run(f) {
			case True:
				return True
			case Null:
				out = Null
			}
		}
		return out
	}
	if known {
		return always(run(nil))
	}
	rule := e.Null
	return condition{run: func(f *field.Frame) Tri { return decided(run(f), rule) }, weight: (perPair + x.weight) * len(runs)}
}

// sameTypes checks that the literals of a list are of one type, which is that of
// what is asked for.
func (s *Scope) sameTypes(e *ast.In) bool {
	left := made(e.X)
	first := left
	for _, m := range e.List {
		l, ok := m.(*ast.Literal)
		if !ok || l.Value == nil {
			continue
		}
		t := literalType(l)
		if first == "" {
			first = t
		}
		if t != first && left != "" {
			s.Errorf(m, "expected a %s as left of the list, found the %s %s", first, t, literalText(l))
			return false
		}
		if t != first {
			s.Errorf(m, "expected a %s as in the rest of the list, found the %s %s", first, t, literalText(l))
			return false
		}
	}
	return true
}

func literalType(l *ast.Literal) string {
	switch l.Value.(type) {
	case string:
		return "string"
	case bool:
		return "boolean"
	}
	return "number"
}

// set is a list of literals, hashed.
type set struct {
	texts match.Text // nil if there is no text
	nums  map[float64]struct{}
	// worded are the numbers that the texts spell; a number equals them, a
	// text does not.
	worded map[float64]struct{}
	bools  [2]bool
	null   bool // a null among them makes of "none" an "unknown"
	loose  bool
	rule   ast.NullRule
}

// maxExact is the largest integer below which every one is a float64 of its
// own.
const maxExact = 1 << 53

// newSet makes a set of literals; false if hashing can't hold one of them
// exactly.
func newSet(members []value, fold bool, rule ast.CompareRule) (*set, bool) {
	s := &set{loose: rule == ast.Loose}
	var texts []string
	for _, m := range members {
		switch m.val.Kind() {
		case event.Null:
			s.null = true
			continue
		case event.Bool:
			b, _ := m.val.Bool()
			s.bools[triOf(b)] = true
			continue
		case event.String, event.Int, event.Float:
		default:
			return nil, false
		}
		_, isText := m.val.Str()
		into := &s.nums
		if isText && !s.loose { // in a loose one, a text that reads as a number is one
			into = &s.worded
		}
		if n, ok := m.val.Number(); ok && !s.add(into, n) && into == &s.nums {
			return nil, false
		}
		if isText || s.loose {
			texts = append(texts, m.val.Text())
		}
	}
	if len(texts) > 0 {
		s.texts = match.Set(texts, fold)
	}
	return s, true
}

func (s *set) add(to *map[float64]struct{}, n float64) bool {
	if math.Abs(n) >= maxExact || n != n {
		return false
	}
	if *to == nil {
		*to = map[float64]struct{}{}
	}
	(*to)[n] = struct{}{}
	return true
}

// text is the membership of a text, if the texts of the set tell it; else nil.
func (s *set) text() match.Text {
	if s.null || s.nums != nil || s.bools != [2]bool{} {
		return nil
	}
	return s.texts
}

func (s *set) judge(v event.Value) Tri { return decided(s.contains(v), s.rule) }

func (s *set) contains(v event.Value) Tri {
	switch v.Kind() {
	case event.Null:
		return Null
	case event.List:
		out := Null
		for i := range v.Len() {
			switch s.contains(v.At(i)) {
			case True:
				return True
			case False:
				out = False
			}
		}
		return out
	}
	return s.outcome(s.has(v))
}

func (s *set) outcome(found bool) Tri {
	if !found && s.null {
		return Null
	}
	return triOf(found)
}

func (s *set) has(v event.Value) bool {
	switch v.Kind() {
	case event.String:
		text, _ := v.Str()
		if s.texts != nil && s.texts(text) {
			return true
		}
		if s.bools[0] && text == "false" || s.bools[1] && text == "true" {
			return true
		}
		if s.nums == nil {
			return false
		}
		n, ok := v.Number()
		_, in := s.nums[n]
		return ok && in
	case event.Int, event.Float:
		n, _ := v.Float()
		_, in := s.nums[n]
		_, worded := s.worded[n]
		return in || worded || math.Abs(n) >= maxExact && s.texts != nil && s.texts(v.Text())
	case event.Bool:
		b, _ := v.Bool()
		return s.bools[triOf(b)] || s.texts != nil && s.texts(v.Text())
	}
	return s.loose && s.texts != nil && s.texts(v.Text())
}

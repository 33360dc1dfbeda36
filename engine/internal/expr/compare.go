package expr

import (
	"math"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// compare compiles a comparison of two values. If either has several, one
// pair that holds is enough.
func (s *Scope) compare(e *ast.Compare) condition {
	if x, is, ok := Stated(e); ok {
		if is {
			return s.cond(x)
		}
		return s.not(&ast.Not{Off: e.Off, X: x})
	}
	x, y := s.eval(e.X), s.eval(e.Y)
	if other, ok := besideNothing(e, x, y); ok {
		return s.cond(&ast.IsNull{Off: e.Off, X: other})
	}
	if e.Op == ast.Eq && optional(e.X) && optional(e.Y) {
		by, rule, xs, ys := s.relation(e, x, y), e.Null, x.run, y.run
		return condition{run: func(f *field.Frame) Tri { return decided(bothOrEqual(xs(f), ys(f), by), rule) }, weight: perPair + x.weight + y.weight}
	}
	return s.compared(e, x, y)
}

// Stated returns the condition that EQL compares with true or false. It decides as
// it does alone, or behind not: also where a field is missing.
func Stated(e *ast.Compare) (x ast.Expr, is, ok bool) {
	if e.Rule != ast.Typed || e.Op != ast.Eq || e.Null != ast.NullIsFalse {
		return nil, false, false
	}
	x, y := e.X, e.Y
	if _, literal := x.(*ast.Literal); literal {
		x, y = y, x
	}
	l, literal := y.(*ast.Literal)
	if !literal || made(x) != "boolean" {
		return nil, false, false
	}
	is, ok = l.Value.(bool)
	return x, is, ok
}

// compared is a comparison in which null equals nothing.
func (s *Scope) compared(e *ast.Compare, x, y value) condition {
	if c, ok := s.dated(e, x, y); ok {
		return c
	}
	by := s.relation(e, x, y)
	if e.Rule == ast.Loose {
		switch p, q := written(e.X), written(e.Y); {
		case p == "string" && q == "string":
			by = texts
		case p != "" && q != "" && p != q && !s.comparable(e):
			return failed()
		}
	}
	if x.known && y.known { // a null that folds is no missing field
		return always(pairs(x.val, y.val, e.Op, by))
	}
	if e.Rule == ast.Typed && e.Op == ast.Eq && by.plain && y.known {
		if c, ok := s.equals(x, y.val, e.Null); ok {
			c.weight, c.share = light, shareOf(e.Op, e.X, y.val)
			return c
		}
	}
	if c, ok := s.looseText(e, x, y); ok {
		return c
	}
	op, rule, xs, ys := e.Op, e.Null, x.run, y.run
	weight := perPair + x.weight + y.weight
	if y.known {
		c := s.leaf(x, nil, &against{y.val, op, by, rule})
		c.weight, c.share = weight, shareOf(op, e.X, y.val)
		return c
	}
	return condition{run: func(f *field.Frame) Tri { return decided(pairs(xs(f), ys(f), op, by), rule) }, weight: weight}
}

// written is the type of a literal, which SPL knows before any event: "string",
// "number" or "boolean"; empty for anything else.
func written(e ast.Expr) string {
	if l, ok := e.(*ast.Literal); ok && l.Value != nil {
		return literalType(l)
	}
	return ""
}

// comparable checks that two literals of different types read as numbers.
func (s *Scope) comparable(e *ast.Compare) bool {
	for _, side := range []ast.Expr{e.X, e.Y} {
		l := side.(*ast.Literal)
		if _, ok := event.Of(l.Value).Number(); !ok {
			s.Errorf(side, "expected two numbers or two texts to compare, found a %s and a %s", written(e.X), written(e.Y))
			return false
		}
	}
	return true
}

// besideNothing returns what is asked to be equal to null by another name: to an
// optional field that no event can have, or to what is null whatever the event is.
func besideNothing(e *ast.Compare, x, y value) (other ast.Expr, ok bool) {
	nothing := func(side ast.Expr, v value) bool {
		_, literal := side.(*ast.Literal)
		return v.known && v.val.IsNull() && !literal && (e.Null == ast.NullIsFalse || optional(side))
	}
	switch {
	case e.Op != ast.Eq || e.Rule != ast.Typed:
	case nothing(e.X, x):
		return e.Y, true
	case nothing(e.Y, y):
		return e.X, true
	}
	return nil, false
}

// optional reports whether e is a field that may be missing from every event.
func optional(e ast.Expr) bool {
	f, ok := e.(*ast.Field)
	return ok && f.Optional
}

// bothOrEqual compares two optional fields. Where both are missing, it is null
// that equals null, as it is between literals.
func bothOrEqual(x, y event.Value, by order) Tri {
	if absent(x) && absent(y) {
		return True
	}
	return pairs(x, y, ast.Eq, by)
}

// looseText compares with a text that is no number, and so with texts as texts.
func (s *Scope) looseText(e *ast.Compare, x, y value) (condition, bool) {
	want, isText := y.val.Str()
	if e.Rule != ast.Loose || e.Op != ast.Eq && e.Op != ast.Ne || !y.known || !isText {
		return condition{}, false
	}
	if _, ok := y.val.Number(); ok {
		return condition{}, false
	}
	equal := e.Op == ast.Eq
	c := s.leaf(x, func(t string) bool { return (t == want) == equal }, &against{y.val, e.Op, loose, e.Null})
	c.weight, c.share = light+x.weight, shareOf(e.Op, e.X, y.val)
	return c, true
}

// against is the comparison of a value with a constant.
type against struct {
	want event.Value
	op   ast.Op
	by   order
	null ast.NullRule
}

func (a *against) judge(v event.Value) Tri { return decided(pairs(v, a.want, a.op, a.by), a.null) }

// equals is the comparison that rules are made of: a field and a constant.
func (s *Scope) equals(x value, want event.Value, rule ast.NullRule) (condition, bool) {
	if x.slot == 0 {
		return condition{}, false
	}
	switch want.Kind() {
	case event.String:
		text, _ := want.Str()
		return s.leaf(x, func(t string) bool { return t == text }, &equalText{text, rule}), true
	case event.Bool:
		b, _ := want.Bool()
		return s.leaf(x, nil, &equalBool{b, rule}), true
	case event.Int, event.Float:
		n, _ := want.Float()
		if math.Abs(n) >= maxExact || n != n {
			return condition{}, false
		}
		return s.leaf(x, nil, &equalNumber{want, n, rule}), true
	}
	return condition{}, false
}

// equal compares with a constant by type, whatever the value is.
func equal(v, want event.Value, rule ast.NullRule) Tri {
	return decided(pairs(v, want, ast.Eq, typed), rule)
}

// equalText compares what is no text: mostly, a list of texts.
type equalText struct {
	text string
	null ast.NullRule
}

func (e *equalText) judge(v event.Value) Tri {
	if !v.IsList() || v.Len() == 0 {
		return equal(v, event.OfString(e.text), e.null)
	}
	for i := range v.Len() {
		s, ok := v.At(i).Str()
		if !ok {
			return equal(v, event.OfString(e.text), e.null)
		}
		if s == e.text {
			return True
		}
	}
	return False
}

type equalBool struct {
	is   bool
	null ast.NullRule
}

func (e *equalBool) judge(v event.Value) Tri {
	if have, ok := v.Bool(); ok {
		return triOf(have == e.is)
	}
	return equal(v, event.OfBool(e.is), e.null)
}

type equalNumber struct {
	want event.Value
	n    float64
	null ast.NullRule
}

func (e *equalNumber) judge(v event.Value) Tri {
	if have, ok := v.Float(); ok {
		return triOf(have == e.n)
	}
	return equal(v, e.want, e.null)
}

// order compares two values that are not null and no lists. The second result
// is false if they have no order between them; such values are not equal.
type order struct {
	of    func(x, y event.Value) (int, bool)
	plain bool // by the values' types alone
}

var (
	texts = order{func(x, y event.Value) (int, bool) { return strings.Compare(x.Text(), y.Text()), true }, true}
	typed = order{compareTyped, true}
	loose = order{compareLoose, true}
	byIP  = order{compareIP, false}
	byVer = order{compareVersions, false}
	byDay = order{compareTimes, false}
)

// relation chooses how two operands are ordered: by what the schema says of
// the field among them, or else by their values.
func (s *Scope) relation(e *ast.Compare, x, y value) order {
	if e.Rule == ast.Loose {
		return loose
	}
	for _, side := range []ast.Expr{e.X, e.Y} {
		t, _ := s.typeOf(side)
		switch t {
		case IP:
			return byIP
		case Version:
			return byVer
		case Date:
			return byDay
		}
	}
	return typed
}

// pairs compares all values of x with all of y.
func pairs(x, y event.Value, op ast.Op, by order) Tri {
	xk, yk := x.Kind(), y.Kind()
	if xk == event.Null || yk == event.Null {
		return Null
	}
	if xk != event.List && yk != event.List {
		return test(x, y, op, by)
	}
	out := Null
	for i := range x.Len() {
		for j := range y.Len() {
			a, b := x.At(i), y.At(j)
			if a.IsNull() || b.IsNull() {
				continue
			}
			switch test(a, b, op, by) {
			case True:
				return True
			case False:
				out = False
			}
		}
	}
	return out
}

func test(x, y event.Value, op ast.Op, by order) Tri {
	c, ok := by.of(x, y)
	if !ok {
		switch op {
		case ast.Eq:
			return False
		case ast.Ne:
			return True
		}
		return Null
	}
	return triOf(holds(op, c))
}

func holds(op ast.Op, c int) bool {
	switch op {
	case ast.Eq:
		return c == 0
	case ast.Ne:
		return c != 0
	case ast.Lt:
		return c < 0
	case ast.Le:
		return c <= 0
	case ast.Gt:
		return c > 0
	}
	return c >= 0
}

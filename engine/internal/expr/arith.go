package expr

import (
	"math"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/fn"
)

// arith compiles a computation. Null makes null, and so does what is no
// number; in a Typed one, a computation with several values has several
// results.
func (s *Scope) arith(e *ast.Arith) value {
	x, y := s.eval(e.X), s.eval(e.Y)
	op := e.Op
	compute := func(a, b event.Value) event.Value { return looseArith(op, a, b) }
	if e.Rule != ast.Loose {
		if !s.numeric(e.X) || !s.numeric(e.Y) {
			return void()
		}
		x, y = s.operand(e.X, x, true), s.operand(e.Y, y, true)
		one := fn.Arith
		if e.Rule == ast.Floored {
			one = fn.Floored
		}
		compute = func(a, b event.Value) event.Value { return each(one, op, a, b) }
	}
	if e.Rule == ast.Loose && !s.operands(e) {
		return void()
	}
	if op == ast.Add && written(e.X) == "string" && written(e.Y) == "string" {
		return constant(join(x.val, y.val))
	}
	if x.known && y.known {
		return constant(compute(x.val, y.val))
	}
	xs, ys := x.run, y.run
	weight := perPair + x.weight + y.weight
	return value{run: func(f *field.Frame) event.Value { return compute(xs(f), ys(f)) }, weight: weight}
}

// numeric checks that an operand is not what can be no number.
func (s *Scope) numeric(e ast.Expr) bool {
	if t, ok := s.typeOf(e); ok && s.Types != nil && t != Unknown && t.class() != "number" {
		s.Errorf(e, "expected a number, found the field %q of type %s", e.(*ast.Field).Name, t)
		return false
	}
	if t := made(e); t != "" && t != "number" {
		s.Errorf(e, "expected a number, found a %s", t)
		return false
	}
	l, ok := e.(*ast.Literal)
	if !ok {
		return true
	}
	switch l.Value.(type) {
	case string, bool:
		s.Errorf(e, "expected a number, found %s", literalText(l))
		return false
	}
	return true
}

// operands checks what SPL knows of an operator's operands before any event:
// + takes two numbers or two texts, the others take numbers.
func (s *Scope) operands(e *ast.Arith) bool {
	switch e.Op {
	case ast.Concat:
		return true
	case ast.Add:
		if p, q := written(e.X), written(e.Y); p != "" && q != "" && p != q {
			return s.reads(e.X) && s.reads(e.Y)
		}
		return s.computes(e.X) && s.computes(e.Y)
	}
	return s.reads(e.X) && s.reads(e.Y)
}

// conditional are the functions of SPL that are true or false.
var conditional = []string{"cidrmatch", "false", "in", "isbool", "isint", "isnotnull", "isnull", "isnum", "isstr", "json_valid",
	"like", "match", "searchmatch", "true"}

// computes checks that an operand of SPL is no condition.
func (s *Scope) computes(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Logic, *ast.Not, *ast.Compare, *ast.Match, *ast.In, *ast.IsNull, *ast.Bool, *ast.Term:
	case *ast.Call:
		if !slices.Contains(conditional, strings.ToLower(e.Name)) {
			return true
		}
	default:
		return true
	}
	s.Errorf(e, "expected a number, found a condition")
	return false
}

// reads checks that an operand of SPL is no condition, and no text that can't be
// read as a number.
func (s *Scope) reads(e ast.Expr) bool {
	if !s.computes(e) {
		return false
	}
	l, ok := e.(*ast.Literal)
	if !ok || l.Value == nil { // null stands for what is known only in a run
		return true
	}
	if _, ok = event.Of(l.Value).Number(); !ok {
		s.Errorf(e, "expected a number, found %s", literalText(l))
	}
	return ok
}

func (s *Scope) neg(e *ast.Neg) value {
	x := s.eval(e.X)
	negate := negateLoose
	if e.Rule == ast.Loose && !s.reads(e.X) {
		return void()
	}
	if e.Rule == ast.Typed {
		if !s.numeric(e.X) {
			return void()
		}
		x = s.operand(e.X, x, true)
		negate = negateTyped
	}
	if x.known {
		return constant(negate(x.val))
	}
	run := x.run
	return value{run: func(f *field.Frame) event.Value { return negate(run(f)) }, weight: perPair + x.weight}
}

func negateLoose(v event.Value) event.Value {
	if f, ok := v.Number(); ok {
		return event.OfFloat(-f)
	}
	return event.Value{}
}

func negateTyped(v event.Value) event.Value {
	if n, ok := v.Int(); ok && n == math.MinInt64 {
		return event.Value{}
	} else if ok {
		return event.OfInt(-n)
	}
	if f, ok := v.Float(); ok {
		return event.OfFloat(-f)
	}
	return each(fn.Arith, ast.Sub, event.OfInt(0), v)
}

// maxPairs bounds what a computation or a function yields for operands with
// several values, pair by pair. Arguments of processes and the like come to
// a hundred; the product of two of them fits.
const maxPairs = 10_000

// each computes with every pair of values. What does not compute is null, and
// stays among the results: see isNull.
func each(one func(op ast.Op, x, y event.Value) event.Value, op ast.Op, x, y event.Value) event.Value {
	if !x.IsList() && !y.IsList() {
		return one(op, x, y)
	}
	if x.Len()*y.Len() > maxPairs {
		return event.Value{}
	}
	var out []event.Value
	for i := range x.Len() {
		for j := range y.Len() {
			out = append(out, one(op, x.At(i), y.At(j)))
		}
	}
	if absentAll(out) {
		return event.Value{}
	}
	return event.OfList(out)
}

// looseArith computes with what reads as numbers. Add joins texts where one
// side is no number, Concat always joins.
func looseArith(op ast.Op, x, y event.Value) event.Value {
	if x.IsNull() || y.IsNull() {
		return event.Value{}
	}
	if op == ast.Concat {
		return join(x, y)
	}
	f, ok1 := x.Number()
	g, ok2 := y.Number()
	switch {
	case ok1 && ok2:
		return fn.Floats(op, f, g)
	case op == ast.Add && !x.IsList() && !y.IsList():
		return join(x, y)
	}
	return event.Value{}
}

// maxText bounds texts that are made by joining, which nested joins could
// double again and again.
const maxText = 10 << 20

func join(x, y event.Value) event.Value {
	a, b := x.Text(), y.Text()
	if len(a)+len(b) > maxText {
		return event.Value{}
	}
	return event.OfString(a + b)
}

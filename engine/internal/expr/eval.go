package expr

import (
	"strconv"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Eval compiles an expression for its value. What is wrong with it goes to
// s.Errors; the closure then yields null.
func (s *Scope) Eval(e ast.Expr) Eval {
	return s.eval(e).run
}

// value is a compiled expression, and its value if that is known before any
// event.
type value struct {
	run   Eval
	known bool
	val   event.Value
	slot  int // of a plain field, counted from 1: what needs no call to load

	onMap *mapValue // see CondOnMap; nil for none

	weight int // what it costs beyond a field's load
}

func constant(v event.Value) value {
	return value{run: func(*field.Frame) event.Value { return v }, known: true, val: v}
}

// void stands for what could not be compiled.
func void() value {
	return value{run: func(*field.Frame) event.Value { return event.Value{} }}
}

func (s *Scope) eval(e ast.Expr) value {
	if s.depth++; s.depth > maxDepth {
		s.depth--
		s.Errorf(e, "expected at most %d nested expressions, found more", maxDepth)
		return void()
	}
	defer func() { s.depth-- }()
	s.values++
	defer func() { s.values-- }()
	if s.Watch != nil {
		return s.Watch.eval(s, e)
	}
	return s.bareEval(e)
}

func (s *Scope) bareEval(e ast.Expr) value {
	switch e := e.(type) {
	case *ast.Subtext:
		s.Errorf(e, "a search in brackets can stand in eval and where alone")
		return void()
	case *ast.Literal:
		return constant(event.Of(e.Value))
	case *ast.Field:
		return s.field(e)
	case *ast.Call:
		return s.call(e)
	case *ast.Arith:
		return s.arith(e)
	case *ast.Neg:
		return s.neg(e)
	case nil:
		return constant(event.Value{})
	}
	c := s.cond(e)
	if c.known {
		return constant(boolean(c.tri))
	}
	run := c.run
	return value{run: func(f *field.Frame) event.Value { return boolean(run(f)) }, weight: c.weight}
}

// boolean is the outcome of a condition as a value.
func boolean(t Tri) event.Value {
	if t == Null {
		return event.Value{}
	}
	return event.OfBool(t == True)
}

// literalText is a literal as messages print it.
func literalText(e *ast.Literal) string {
	switch v := e.Value.(type) {
	case string:
		return strconv.Quote(v)
	case nil:
		return "null"
	}
	return event.Of(e.Value).Text()
}

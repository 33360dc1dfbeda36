package expr

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Cond compiles a condition. What is wrong with it goes to s.Errors; the
// closure then yields Null.
func (s *Scope) Cond(e ast.Expr) Cond {
	return func(*field.Frame) Tri { return Null }
}

// Eval compiles an expression for its value. What is wrong with it goes to
// s.Errors; the closure then yields null.
func (s *Scope) Eval(e ast.Expr) Eval {
	return func(*field.Frame) event.Value { return event.Value{} }
}

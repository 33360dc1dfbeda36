package engine

import (
	"errors"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Evaluate computes an expression of SPL apart from any event, and returns its
// text: it is what spl.Content.Evaluate wants, for macros that are expressions.
// Fields are null, times are in UTC, and now() is 1970, as the engine reads no
// clock. An expression that is wrong, or comes to null, is an error.
func Evaluate(x ast.Expr) (string, error) {
	slots := &field.Slots{}
	s := &expr.Scope{Slots: slots, Source: &ast.Source{Name: "eval"}}
	run := s.Eval(x)
	if len(s.Errors) > 0 {
		return "", join(s.Errors)
	}
	f := &field.Frame{Slots: slots}
	f.Reset(Map(nil))
	v := run(f)
	if v.IsNull() {
		return "", errors.New("the expression is null")
	}
	return v.Text(), nil
}

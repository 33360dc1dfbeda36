package ast_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spoor-lang/spoor/ast"
)

// Every field of every expression is replaced, and the expression stays as it is.
func TestRewrite(t *testing.T) {
	f, l := &ast.Field{}, &ast.Literal{}
	for _, tt := range []struct {
		e    ast.Expr
		want string
	}{
		{f, "Literal"},
		{&ast.Call{Args: []ast.Expr{f, l, f}}, "Call Literal Literal Literal"},
		{&ast.Compare{X: f, Y: f}, "Compare Literal Literal"},
		{&ast.In{X: f, List: []ast.Expr{f}}, "In Literal Literal"},
		{&ast.Match{X: f, Others: []ast.Expr{f}}, "Match Literal Literal"},
		{&ast.IsNull{X: f}, "IsNull Literal"},
		{&ast.Logic{List: []ast.Expr{&ast.Not{X: f}, f}}, "Logic Not Literal Literal"},
		{&ast.Arith{X: f, Y: &ast.Neg{X: f}}, "Arith Literal Neg Literal"},
		{&ast.Any{X: f, Cond: f}, "Any Literal Literal"},
		{&ast.Bool{}, "Bool"},
		{&ast.Relation{Event: &ast.Events{Where: f}}, "Relation Events Field"},
	} {
		before := names(tt.e)
		out := ast.Rewrite(tt.e, func(e ast.Expr) ast.Expr {
			if _, ok := e.(*ast.Field); ok {
				return &ast.Literal{}
			}
			return nil
		})
		assert.Equal(t, tt.want, names(out))
		assert.Equal(t, before, names(tt.e), "what was there has changed")
	}
	assert.Nil(t, ast.Rewrite(nil, nil))
}

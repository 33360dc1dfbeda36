package pipeline

import "github.com/spoor-lang/spoor/ast"

// rewrite is ast.Rewrite with an f that may fail: its first error ends it.
func rewrite(e ast.Expr, f func(ast.Expr) (ast.Expr, error)) (ast.Expr, error) {
	var bad error
	out := ast.Rewrite(e, func(x ast.Expr) ast.Expr {
		if bad != nil {
			return x
		}
		y, err := f(x)
		if err != nil {
			bad = err
			return x
		}
		return y
	})
	return out, bad
}

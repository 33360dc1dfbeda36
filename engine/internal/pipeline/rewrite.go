package pipeline

import "github.com/spoor-lang/spoor/ast"

// rewrite returns an expression in which f has put others in the place of
// some. Where f returns nil the expression stays, and those below it are
// looked at. The first error ends it.
func rewrite(e ast.Expr, f func(ast.Expr) (ast.Expr, error)) (ast.Expr, error) {
	if e == nil {
		return nil, nil
	}
	if x, err := f(e); x != nil || err != nil {
		return x, err
	}
	w := rewriter{f: f}
	var out ast.Expr
	switch e := e.(type) {
	case *ast.Call:
		c := *e
		c.Args = w.all(e.Args)
		out = &c
	case *ast.Compare:
		c := *e
		c.X, c.Y = w.one(e.X), w.one(e.Y)
		out = &c
	case *ast.In:
		c := *e
		c.X, c.List = w.one(e.X), w.all(e.List)
		out = &c
	case *ast.Logic:
		c := *e
		c.List = w.all(e.List)
		out = &c
	case *ast.Not:
		c := *e
		c.X = w.one(e.X)
		out = &c
	case *ast.Arith:
		c := *e
		c.X, c.Y = w.one(e.X), w.one(e.Y)
		out = &c
	case *ast.Neg:
		c := *e
		c.X = w.one(e.X)
		out = &c
	default:
		return e, nil
	}
	return out, w.err
}

type rewriter struct {
	f   func(ast.Expr) (ast.Expr, error)
	err error
}

func (w *rewriter) one(e ast.Expr) ast.Expr {
	if w.err != nil {
		return e
	}
	x, err := rewrite(e, w.f)
	if err != nil {
		w.err = err
		return e
	}
	return x
}

func (w *rewriter) all(list []ast.Expr) []ast.Expr {
	out := make([]ast.Expr, len(list))
	for i, e := range list {
		out[i] = w.one(e)
	}
	return out
}

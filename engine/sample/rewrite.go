package sample

import "github.com/spoor-lang/spoor/ast"

// rewrite returns a copy of e in which f has replaced the leaves: fields,
// terms, relations and subsearches. What f returns is not looked into.
func rewrite(e ast.Expr, f func(ast.Expr) ast.Expr) ast.Expr {
	list := func(es []ast.Expr) []ast.Expr {
		out := make([]ast.Expr, len(es))
		for i, x := range es {
			out[i] = rewrite(x, f)
		}
		return out
	}
	switch e := e.(type) {
	case nil:
		return nil
	case *ast.Field, *ast.Term, *ast.Relation, *ast.Subsearch:
		return f(e)
	case *ast.Call:
		c := *e
		c.Args = list(e.Args)
		return &c
	case *ast.Compare:
		c := *e
		c.X, c.Y = rewrite(e.X, f), rewrite(e.Y, f)
		return &c
	case *ast.Arith:
		c := *e
		c.X, c.Y = rewrite(e.X, f), rewrite(e.Y, f)
		return &c
	case *ast.In:
		c := *e
		c.X, c.List = rewrite(e.X, f), list(e.List)
		return &c
	case *ast.Logic:
		c := *e
		c.List = list(e.List)
		return &c
	case *ast.Any:
		c := *e
		c.X, c.Cond = rewrite(e.X, f), rewrite(e.Cond, f)
		return &c
	}
	return rewriteOne(e, f)
}

// rewriteOne is rewrite for nodes with one operand.
func rewriteOne(e ast.Expr, f func(ast.Expr) ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.Match:
		c := *e
		c.X = rewrite(e.X, f)
		return &c
	case *ast.IsNull:
		c := *e
		c.X = rewrite(e.X, f)
		return &c
	case *ast.Not:
		c := *e
		c.X = rewrite(e.X, f)
		return &c
	case *ast.Neg:
		c := *e
		c.X = rewrite(e.X, f)
		return &c
	}
	return e
}

// bind replaces the fields that have a value by it, save the one called but.
func bind(e ast.Expr, vals values, but string) ast.Expr {
	return rewrite(e, func(x ast.Expr) ast.Expr {
		f, ok := x.(*ast.Field)
		if !ok || f.Of != "" || f.Name == but {
			return x
		}
		v, ok := vals[f.Name]
		if !ok {
			return x
		}
		l := &ast.Literal{Off: f.Off}
		if v.Len() > 0 {
			l.Value = v.At(0).Any()
		}
		return l
	})
}

package sample

import "github.com/spoor-lang/spoor/ast"

// rewrite returns a copy of e in which f has replaced the leaves: fields,
// terms, relations and subsearches.
func rewrite(e ast.Expr, f func(ast.Expr) ast.Expr) ast.Expr {
	return ast.Rewrite(e, func(x ast.Expr) ast.Expr {
		switch x.(type) {
		case *ast.Field, *ast.Term, *ast.Relation, *ast.Subsearch:
			return f(x)
		}
		return nil
	})
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

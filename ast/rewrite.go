package ast

// Rewrite returns e with other expressions in the place of some. It asks f from
// the top down: what f returns takes the place of what it was asked of and is not
// looked into; where it returns nil, f is asked of the expressions below. Queries
// inside an expression are not looked into, either. e itself does not change:
// what lies around a place is copied. A nil e is nil.
func Rewrite(e Expr, f func(Expr) Expr) Expr {
	if e == nil {
		return nil
	}
	if x := f(e); x != nil {
		return x
	}
	one := func(e Expr) Expr { return Rewrite(e, f) }
	switch e := e.(type) {
	case *Call:
		c := *e
		c.Args = rewriteAll(e.Args, f)
		return &c
	case *Compare:
		c := *e
		c.X, c.Y = one(e.X), one(e.Y)
		return &c
	case *In:
		c := *e
		c.X, c.List = one(e.X), rewriteAll(e.List, f)
		return &c
	case *Match:
		c := *e
		c.X, c.Others = one(e.X), rewriteAll(e.Others, f)
		return &c
	case *IsNull:
		c := *e
		c.X = one(e.X)
		return &c
	case *Logic:
		c := *e
		c.List = rewriteAll(e.List, f)
		return &c
	case *Not:
		c := *e
		c.X = one(e.X)
		return &c
	case *Arith:
		c := *e
		c.X, c.Y = one(e.X), one(e.Y)
		return &c
	case *Neg:
		c := *e
		c.X = one(e.X)
		return &c
	case *Any:
		c := *e
		c.X, c.Cond = one(e.X), one(e.Cond)
		return &c
	}
	return e
}

func rewriteAll(list []Expr, f func(Expr) Expr) []Expr {
	if list == nil {
		return nil
	}
	out := make([]Expr, len(list))
	for i, e := range list {
		out[i] = Rewrite(e, f)
	}
	return out
}

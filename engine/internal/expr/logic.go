package expr

import (
	"cmp"
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// not compiles a negation. A row of them is one or none, so that no number of
// them nests.
func (s *Scope) not(e *ast.Not) condition {
	negate := true
	x := e.X
	for {
		n, ok := x.(*ast.Not)
		if !ok {
			break
		}
		negate, x = !negate, n.X
	}
	c := s.cond(x)
	if !negate {
		return c
	}
	if c.known {
		return always(inverse[c.tri])
	}
	run := c.run
	return condition{run: func(f *field.Frame) Tri { return inverse[run(f)] }, weight: c.weight}
}

var inverse = [...]Tri{False: True, True: False, Null: Null}

func (s *Scope) logic(e *ast.Logic) condition {
	switch e.Op {
	case ast.And:
		return s.junction(e, True, False)
	case ast.Or:
		return s.junction(e, False, True)
	}
	return s.xor(e)
}

// junction compiles and, which is neutral to true and decided by false, and
// or, which is the reverse. Null stands between the two.
func (s *Scope) junction(e *ast.Logic, neutral, decisive Tri) condition {
	var conds, open []condition
	rest, settled := neutral, false
	for _, x := range e.List {
		c := s.cond(x) // also where all is settled, for its errors
		conds = append(conds, c)
		switch {
		case !c.known:
			open = append(open, c)
		case c.tri == decisive:
			settled = true
		case c.tri == Null:
			rest = Null
		}
	}
	switch {
	case s.Watch != nil:
		return all(conds, neutral, decisive)
	case settled:
		return always(decisive)
	case len(open) == 0:
		return always(rest)
	case len(open) == 1 && rest == neutral:
		return open[0]
	}
	runs, weight := byWeight(open)
	if len(runs) == 2 && rest == neutral {
		return condition{run: pair(runs[0], runs[1], decisive), weight: weight}
	}
	return condition{run: func(f *field.Frame) Tri {
		out := rest
		for _, run := range runs {
			switch t := run(f); t {
			case decisive:
				return decisive
			case Null:
				out = Null
			}
		}
		return out
	}, weight: weight}
}

// byWeight puts the lightest first, which changes no outcome. Half of them are
// asked, as a rule.
func byWeight(conds []condition) (runs []Cond, weight int) {
	slices.SortStableFunc(conds, func(a, b condition) int { return cmp.Compare(a.weight, b.weight) })
	for _, c := range conds {
		runs = append(runs, c.run)
		weight += c.weight
	}
	return runs, light + weight/2
}

func pair(a, b Cond, decisive Tri) Cond {
	return func(f *field.Frame) Tri {
		x := a(f)
		if x == decisive {
			return decisive
		}
		y := b(f)
		if y == decisive || x != Null {
			return y
		}
		return x
	}
}

func (s *Scope) xor(e *ast.Logic) condition {
	runs := make([]Cond, len(e.List))
	known, weight := true, light
	for i, x := range e.List {
		c := s.cond(x)
		runs[i] = c.run
		known = known && c.known
		weight += c.weight
	}
	run := func(f *field.Frame) Tri {
		out := False
		for _, run := range runs {
			switch run(f) {
			case Null:
				return Null
			case True:
				out = inverse[out]
			}
		}
		return out
	}
	if known {
		return always(run(nil))
	}
	return condition{run: run, weight: weight}
}

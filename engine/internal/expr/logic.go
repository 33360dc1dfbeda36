package expr

import (
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
	return condition{
		run: func(f *field.Frame) Tri { return inverse[run(f)] }, onMap: negated(c.onMap),
		slot: c.slot, weight: c.weight, share: 1 - c.chance(),
	}
}

var inverse = [...]Tri{False: True, True: False, Null: Null, Unsure: Unsure}

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
	if s.Watch != nil {
		return s.watchedJunction(e, neutral, decisive)
	}
	rest, settled := neutral, false
	stack := s.awaiting()
	from := len(*stack)
	defer func() { *stack = (*stack)[:from] }()
	for _, x := range flattened(e) {
		c := s.cond(x) // also where all is settled, for its errors
		switch {
		case !c.known:
			*stack = append(*stack, c)
		case c.tri == decisive:
			settled = true
		case c.tri == Null:
			rest = Null
		}
	}
	open := (*stack)[from:]
	switch {
	case settled:
		return always(decisive)
	case len(open) == 0:
		return always(rest)
	case rest == Null && s.prunes(e):
		if decisive == False {
			return always(Null)
		}
		rest = neutral
	}
	if len(open) == 1 && rest == neutral {
		return open[0]
	}
	runs, out := s.inOrder(open, decisive)
	out.onMap = s.junctionOnMap(open, rest, neutral, decisive)
	if len(runs) == 2 && rest == neutral {
		out.run = pair(runs[0], runs[1], decisive)
		return out
	}
	out.run = func(f *field.Frame) Tri {
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
	}
	return out
}

// awaiting is where the operands of the junctions around stand that are compiled
// already: rules have thousands of junctions, and need none of these lists later.
func (s *Scope) awaiting() *[]condition {
	if s.Shared == nil {
		return &[]condition{}
	}
	return &s.Shared.awaiting
}

// prunes reports whether an operand that is null whatever the event is falls out of
// or, and makes and null, as in EQL beside conditions on events. Otherwise null
// stands between true and false.
func (s *Scope) prunes(e *ast.Logic) bool {
	return s.View == ast.ViewECS && slices.ContainsFunc(e.List, twoValued)
}

// twoValued reports whether a missing field makes a condition of EQL false.
func twoValued(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Logic:
		return slices.ContainsFunc(e.List, twoValued)
	case *ast.Not:
		return twoValued(e.X)
	case *ast.Compare:
		return e.Rule == ast.Typed && e.Null == ast.NullIsFalse
	case *ast.In:
		return e.Rule == ast.Typed && e.Null == ast.NullIsFalse
	case *ast.Match:
		return e.Null == ast.NullIsFalse
	case *ast.Call:
		return e.Null == ast.NullIsFalse
	}
	return false
}

// watchedJunction asks all the operands, in the order in which they are
// written.
func (s *Scope) watchedJunction(e *ast.Logic, neutral, decisive Tri) condition {
	conds := make([]condition, len(e.List))
	for i, x := range e.List {
		conds[i] = s.cond(x)
	}
	c := all(conds, neutral, decisive)
	if c.known || !s.prunes(e) || !slices.ContainsFunc(conds, condition.never) {
		return c
	}
	for i, x := range conds {
		if x.never() {
			conds[i].run = func(f *field.Frame) Tri { x.run(f); return neutral }
		}
	}
	if decisive == False {
		run := c.run
		return condition{known: true, tri: Null, run: func(f *field.Frame) Tri { run(f); return Null }}
	}
	return c
}

// never reports whether a condition is null whatever the event is.
func (c condition) never() bool { return c.known && c.tri == Null }

// flattened are the operands of a junction, and of the same ones within it: they are
// all asked in one order.
func flattened(e *ast.Logic) []ast.Expr {
	for _, x := range e.List {
		if l, ok := x.(*ast.Logic); ok && l.Op == e.Op {
			return flat(nil, e, 0)
		}
	}
	return e.List
}

func flat(list []ast.Expr, e *ast.Logic, depth int) []ast.Expr {
	for _, x := range e.List {
		if l, ok := x.(*ast.Logic); ok && l.Op == e.Op && depth < maxDepth {
			list = flat(list, l, depth+1)
		} else {
			list = append(list, x)
		}
	}
	return list
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

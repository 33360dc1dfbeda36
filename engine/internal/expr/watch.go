package expr

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Watch makes what is compiled in a [Scope] tell what each part of it came
// to. The closures are the same, each with a note behind it; save that `and`
// and `or` ask all of their operands, also those behind the one that decides.
// That has no effect but the notes, for no condition has any.
//
// It belongs to one goroutine, as the closures then do.
type Watch struct {
	// Roots are the expressions that were compiled, in order.
	Roots []*Trace

	at   *Trace // what is being compiled
	turn uint64
}

// Next forgets what was noted. It is called before each event; a nil Watch has
// nothing to forget.
func (w *Watch) Next() {
	if w != nil {
		w.turn++
	}
}

// Trace is an expression as it was compiled, and what it came to.
type Trace struct {
	Expr ast.Expr
	// Parts are the expressions that were compiled for it: its operands, and
	// those that stand for what its text says, such as a data model's.
	Parts []*Trace
	// Cond tells that a condition was asked for, and not a value.
	Cond bool

	watch *Watch
	fixed bool   // the outcome was known before any event
	turn  uint64 // when the outcome was noted
	tri   Tri
	val   event.Value
	slot  int // of a plain field, from 1: its value is read when asked for
}

// Tri returns what the condition came to. The second result is false if it was
// not asked: a branch that was not taken. In a loop over the values of a list
// it is the outcome for the last one that was looked at.
func (t *Trace) Tri() (Tri, bool) { return t.tri, t.fixed || t.turn == t.watch.turn }

// Value returns what the value came to over the event that f holds.
func (t *Trace) Value(f *field.Frame) (event.Value, bool) {
	if t.slot > 0 {
		return f.Get(t.slot - 1), true
	}
	return t.val, t.fixed || t.turn == t.watch.turn
}

// enter begins an expression; the result is what encloses it. One that is
// compiled as a value and as a condition is one expression.
func (w *Watch) enter(e ast.Expr) (t, outer *Trace) {
	outer = w.at
	if outer != nil && outer.Expr == e {
		return outer, outer
	}
	t = &Trace{Expr: e, watch: w}
	if outer == nil {
		w.Roots = append(w.Roots, t)
	} else {
		outer.Parts = append(outer.Parts, t)
	}
	w.at = t
	return t, outer
}

// cond compiles a condition, and notes its outcomes.
func (w *Watch) cond(s *Scope, e ast.Expr) condition {
	t, outer := w.enter(e)
	c := s.bareCond(e)
	w.at, t.Cond = outer, true
	if c.known {
		t.fixed, t.tri = true, c.tri
		return c
	}
	run := c.run
	c.run = func(f *field.Frame) Tri {
		x := run(f)
		t.tri, t.turn = x, w.turn
		return x
	}
	return c
}

// eval compiles a value, and notes it. A field's is found where it lies, for
// there are closures that look there, too.
func (w *Watch) eval(s *Scope, e ast.Expr) value {
	t, outer := w.enter(e)
	x := s.bareEval(e)
	w.at = outer
	switch {
	case x.known:
		t.fixed, t.val = true, x.val
		return x
	case x.slot > 0:
		t.slot = x.slot
		return x
	}
	run := x.run
	x.run = func(f *field.Frame) event.Value {
		v := run(f)
		t.val, t.turn = v, w.turn
		return v
	}
	return x
}

// all is a junction that asks each of its operands.
func all(conds []condition, neutral, decisive Tri) condition {
	join := func(out, t Tri) Tri {
		if out == decisive || t == neutral {
			return out
		}
		return t
	}
	c := condition{known: true, tri: neutral}
	for _, x := range conds {
		if c.known = c.known && x.known; x.known {
			c.tri = join(c.tri, x.tri)
		}
	}
	c.known = c.known || c.tri == decisive
	c.run = func(f *field.Frame) Tri {
		out := neutral
		for _, x := range conds {
			out = join(out, x.run(f))
		}
		return out
	}
	return c
}

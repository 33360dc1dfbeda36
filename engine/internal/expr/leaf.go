package expr

import (
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// judge tells what a leaf's condition comes to for a value.
type judge interface {
	judge(v event.Value) Tri
}

// judgeFunc is a judge that needs to know nothing, or little.
type judgeFunc func(v event.Value) Tri

func (f judgeFunc) judge(v event.Value) Tri { return f(v) }

// leaf is a condition on the value x. Nearly all values are texts: unless it is
// nil, text tells of those, sooner than j does.
func (s *Scope) leaf(x value, text match.Text, j judge) condition {
	return condition{run: onFrame(x, text, j), onMap: x.condOnMap(text, j), slot: x.slot}
}

func onFrame(x value, text match.Text, j judge) Cond {
	slot, run := x.slot-1, x.run
	switch {
	case text == nil && slot < 0:
		return func(f *field.Frame) Tri { return j.judge(run(f)) }
	case text == nil:
		return func(f *field.Frame) Tri { return j.judge(f.Get(slot)) }
	case slot < 0:
		return func(f *field.Frame) Tri {
			v := run(f)
			if t, ok := v.Str(); ok {
				return triOf(text(t))
			}
			return j.judge(v)
		}
	}
	return func(f *field.Frame) Tri {
		v := f.Get(slot)
		if t, ok := v.Str(); ok {
			return triOf(text(t))
		}
		return j.judge(v)
	}
}

package expr

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// MapCond is a condition that is asked of a map, without a frame: of one
// condition on few fields, that is most of the cost.
type MapCond func(m event.Map) Tri

// CondOnMap is Cond, and the same condition on a map. That is nil where a frame
// does better, or is needed: where a field is read again and again, or is not
// read as it is.
func (s *Scope) CondOnMap(e ast.Expr) (Cond, MapCond) {
	s.lookups = map[int]int{}
	c := s.cond(e)
	again := 0
	for _, n := range s.lookups {
		again += n - 1
	}
	s.lookups = nil
	switch {
	case c.known:
		return c.run, func(event.Map) Tri { return c.tri }
	case again > maxAgain:
		return c.run, nil
	}
	return c.run, c.onMap
}

// maxAgain is how many fields may be looked up that were looked up before: two
// take as long as a frame does.
const maxAgain = 1

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
	return condition{run: onFrame(x, text, j), onMap: s.onMap(x, text, j)}
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

// onMap is the same where x is a field; nil if it is none, or nobody asks.
func (s *Scope) onMap(x value, text match.Text, j judge) MapCond {
	slot := x.slot - 1
	if s.lookups == nil || slot < 0 || s.Slots.Computed(slot) {
		return nil
	}
	s.lookups[slot]++
	name := s.Slots.Key(slot).Name
	if text == nil {
		return func(m event.Map) Tri { return j.judge(m.Field(name)) }
	}
	return func(m event.Map) Tri {
		if t, ok := m[name].(string); ok {
			return triOf(text(t))
		}
		v := m.Field(name)
		if t, ok := v.Str(); ok {
			return triOf(text(t))
		}
		return j.judge(v)
	}
}

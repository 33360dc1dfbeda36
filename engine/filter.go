package engine

import (
	"sync"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Filter is one compiled condition without a state. It is safe for concurrent
// use.
type Filter struct {
	cond   expr.Cond
	onMap  expr.MapCond // the same on a map as it is, as far as that tells; nil for none
	conf   *config
	frames sync.Pool
}

// Compile makes a filter of a query that is a single condition on events: an
// EQL event query, or an SPL search without further stages. The error joins
// everything that is wrong with it, and a query of another shape is one.
func Compile(q *ast.Query, opts ...Option) (*Filter, error) {
	c := newConfig(opts)
	slots := &field.Slots{}
	var kin lineages
	s := c.scope(q, slots, &kin)
	var ev *ast.Events
	if len(q.Stages) == 1 {
		ev, _ = q.Stages[0].(*ast.Events)
	}
	if ev == nil {
		return nil, s.Source.Errorf(0, "expected a condition on single events, found a query of several stages")
	}
	s.Dataset = ev.Dataset
	f := &Filter{conf: c}
	f.cond, f.onMap = s.CondOnMap(eventCond(ev, c.categoryOf(q)))
	if c.aliases { // which a map knows nothing of
		f.onMap = nil
	}
	f.frames.New = func() any { return &field.Frame{Slots: slots, Zone: c.zone} }
	if err := join(s.Errors); err != nil {
		return nil, err
	}
	if len(kin) > 0 {
		return nil, s.Source.Errorf(0, "expected a condition on single events, found one on related processes")
	}
	return f, nil
}

// Match reports whether the event meets the condition. Nil fields meet none.
func (f *Filter) Match(fields Fields) bool {
	if fields == nil {
		return false
	}
	if m, ok := fields.(Map); ok && f.onMap != nil {
		if is := f.onMap(m); is != expr.Unsure {
			return is == expr.True
		}
	}
	fr := f.frames.Get().(*field.Frame)
	fr.Reset(f.conf.wrap(fields))
	ok := f.cond(fr) == expr.True
	fr.Release()
	f.frames.Put(fr)
	return ok
}

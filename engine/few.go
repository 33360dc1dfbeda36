package engine

import (
	"time"

	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// maxFew is how many conditions cost less than the index that saves asking
// them.
const maxFew = 4

// few are the conditions that an event must meet one of to concern a rule, as a
// map is asked them; nil where they are many, or a map tells nothing of one.
type few []expr.MapCond

// few finds them. Where a schema is closed, filters are compiled in another way
// than queries are.
func (e *Engine) few() few {
	if e.conf.fullScan || e.conf.closed || e.conf.record != nil || e.clock.sources != nil {
		return nil
	}
	var conds few
	for _, c := range e.rules {
		for _, x := range c.entries {
			if len(conds) == maxFew || x.Cond == nil || len(c.kin) > 0 {
				return nil
			}
			s := *x.Scope
			s.Shared, s.Errors, s.Notes, s.GaveUp = nil, nil, nil, &match.GaveUp{}
			_, cond := s.CondOnMap(x.Cond)
			if cond == nil || s.GaveUp.Expressions() > 0 { // which are tried, and counted, once
				return nil
			}
			conds = append(conds, cond)
		}
	}
	return conds
}

// skips takes an event that asking the few conditions is enough for. For any other it
// reports false, and changes nothing but that those who ask the conditions next need
// not.
func (e *Engine) skips(ev *Event) bool {
	d := &e.dispatch
	if len(d.few) == 0 || !e.calm() || e.measured(e.stats.Events+1) || !e.clock.follows(ev.Time) || d.ticks(ev.Time) {
		return false
	}
	if !d.few.passes(ev.Fields) {
		e.met = ev.Fields != nil
		return false
	}
	e.clock.follow(ev.Time)
	e.stats.Events++
	e.weighed++
	d.swept++
	return true
}

// passes reports whether the event at hand concerns no rule. Where it is measured, the
// rules share what it took to ask.
func (e *Engine) passes(f Fields) bool {
	if e.met {
		e.met = false
		return false
	}
	few := e.dispatch.few
	if !e.measuring || len(few) == 0 {
		return few.passes(f)
	}
	from := e.conf.clock()
	if !few.passes(f) {
		return false
	}
	took := (e.conf.clock() - from) / time.Duration(e.running())
	for _, c := range e.rules {
		if !c.retired() {
			e.took(c, took)
		}
	}
	return true
}

// running counts the rules.
func (e *Engine) running() int {
	n := 0
	for _, c := range e.rules {
		if !c.retired() {
			n++
		}
	}
	return n
}

// passes reports whether the event concerns no rule: most events are done with by
// that, where the rules are few.
func (conds few) passes(f Fields) bool {
	m, ok := f.(Map)
	if !ok || len(conds) == 0 {
		return false
	}
	for _, cond := range conds {
		if cond(m) != expr.False { // null is neither: the rule's own filters may have it otherwise
			return false
		}
	}
	return true
}

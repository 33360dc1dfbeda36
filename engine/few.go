package engine

import (
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// maxFew is how many conditions cost less than the index that saves asking
// them.
const maxFew = 4

// few are the conditions that an event must meet one of to concern a rule, as a
// map is asked them; none where they are many, or a map tells nothing of one.
type few struct {
	conds []question
	field string // whose text all of them ask for, such as an event's category; empty for none
}

// question is a condition.
type question struct {
	ask  expr.MapCond
	text match.Text   // what it asks of the field's text
	rest expr.MapCond // and what else it asks
}

// few finds them. Where a schema is closed, filters are compiled in another way
// than queries are, and a map knows nothing of aliases.
func (e *Engine) few() few {
	if e.conf.fullScan || e.conf.closed || e.conf.aliases || e.conf.record != nil || e.clock.sources != nil {
		return few{}
	}
	n := 0
	for _, c := range e.rules {
		if n += len(c.entries); n > maxFew {
			return few{}
		}
	}
	var all few
	for _, c := range e.rules {
		for _, x := range c.entries {
			if x.Cond == nil || len(c.kin) > 0 {
				return few{}
			}
			s := *x.Scope
			s.Shared, s.Errors, s.Notes, s.GaveUp = nil, nil, nil, &match.GaveUp{}
			q, field := questionOf(&s, x.Cond)
			if q.ask == nil || s.GaveUp.Expressions() > 0 { // which are tried, and counted, once
				return few{}
			}
			if len(all.conds) == 0 {
				all.field = field
			} else if field != all.field {
				all.field = ""
			}
			all.conds = append(all.conds, q)
		}
	}
	return all
}

// questionOf compiles a condition, and what it comes to once the text of the field is
// known that its first part is about; none where that part is about more, or a map does
// not tell the others.
func questionOf(s *expr.Scope, cond ast.Expr) (q question, field string) {
	_, q.ask = s.CondOnMap(cond)
	all, ok := cond.(*ast.Logic)
	if !ok || all.Op != ast.And || len(all.List) < 2 {
		return q, ""
	}
	if field, q.text = s.TextOnMap(all.List[0]); q.text == nil {
		return q, ""
	}
	if _, q.rest = s.CondOnMap(&ast.Logic{Off: all.Off, Op: ast.And, List: all.List[1:]}); q.rest == nil {
		return q, ""
	}
	return q, field
}

// skips takes an event that asking the few conditions is enough for. For any other it
// reports false, and changes nothing but that those who ask the conditions next need
// not.
func (e *Engine) skips(ev *Event) bool {
	d := &e.dispatch
	if len(d.few.conds) == 0 || !e.calm() || e.measured(e.stats.Events+1) || !e.clock.follows(ev.Time) || d.ticks(ev.Time) {
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
	few := &e.dispatch.few
	if !e.measuring || len(few.conds) == 0 {
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
// that, where the rules are few. Null is no answer: the rule's own filters may have it
// otherwise.
func (few *few) passes(f Fields) bool {
	m, ok := f.(Map)
	if !ok || len(few.conds) == 0 {
		return false
	}
	if few.field != "" {
		if text, ok := m[few.field].(string); ok {
			return few.passesWith(text, m)
		}
	}
	for i := range few.conds {
		if few.conds[i].ask(m) != expr.False {
			return false
		}
	}
	return true
}

// passesWith is passes where the field has a text.
func (few *few) passesWith(text string, m Map) bool {
	for i := range few.conds {
		if q := &few.conds[i]; q.text(text) && q.rest(m) != expr.False {
			return false
		}
	}
	return true
}

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
	rules []int32    // the place of each condition's rule
	lives []*intake  // for each condition: what counts an event that meets it; nil where more is done with one
	field string     // whose text all of them ask for, such as an event's category; empty for none
	only  match.Text // of a single condition that asks for that text alone: what it asks
}

// question is a condition.
type question struct {
	ask  expr.MapCond
	text match.Text   // what it asks of the field's text
	rest expr.MapCond // and what else it asks; nil for nothing
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
	for i, c := range e.rules {
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
			all.conds, all.rules, all.lives = append(all.conds, q), append(all.rules, int32(i)), append(all.lives, liveIntake(c))
		}
	}
	if len(all.conds) == 1 && all.conds[0].rest == nil {
		all.only = all.conds[0].text
	}
	return all
}

// liveIntake returns the intake in whose place c stands, if that takes all events that
// meet its condition, and counts them when they come; or nil.
func liveIntake(c *compiled) *intake {
	if in := c.intake; in != nil && in.kind.live && c.seen == nil {
		return in
	}
	return nil
}

// questionOf compiles a condition. If it is about one field, or is an and whose first
// operand is, the question also has what is asked of a text of that field, and what else
// is asked. The field is empty for any other condition, and where a map does not tell
// what else is asked.
func questionOf(s *expr.Scope, cond ast.Expr) (q question, field string) {
	_, q.ask = s.CondOnMap(cond)
	all, ok := cond.(*ast.Logic)
	if !ok || all.Op != ast.And || len(all.List) < 2 {
		field, q.text = s.TextOnMap(cond)
		return q, field
	}
	if field, q.text = s.TextOnMap(all.List[0]); q.text == nil {
		return q, ""
	}
	if _, q.rest = s.CondOnMap(&ast.Logic{Off: all.Off, Op: ast.And, List: all.List[1:]}); q.rest == nil {
		return q, ""
	}
	return q, field
}

// passes reports whether the event at hand concerns no rule. Where it is measured, the
// rules share what it took to ask.
func (e *Engine) passes(f Fields) bool {
	if e.met != 0 {
		return false
	}
	few := &e.dispatch.few
	if len(few.conds) == 0 {
		return false
	}
	if !e.measuring {
		e.met = few.ask(f)
		return e.met == 0
	}
	from := e.conf.clock()
	if e.met = few.ask(f); e.met != 0 {
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

// meets are the conditions that an event may meet, a bit for each, and behind those a
// bit for each that it does meet.
type meets uint16

// unknown tells that nobody has asked, or that an event is no map.
const unknown meets = 1 << (2 * maxFew)

// add notes what a condition came to.
func (m *meets) add(i int, is expr.Tri) {
	switch is {
	case expr.False:
	case expr.True:
		*m |= 1<<i | 1<<(i+maxFew)
	default:
		*m |= 1 << i
	}
}

// sure reports whether the event meets all that it may meet.
func (m meets) sure() bool { return m&unknown == 0 && m>>maxFew == m&(1<<maxFew-1) }

// passes reports whether the event concerns no rule: most events are done with by
// that, where the rules are few.
func (few *few) passes(f Fields) bool { return len(few.conds) > 0 && few.ask(f) == 0 }

// ask returns which conditions an event may meet. Null is no answer: the rule's own
// filters may have it otherwise.
func (few *few) ask(f Fields) (met meets) {
	m, ok := f.(Map)
	if !ok {
		return unknown
	}
	if few.field != "" {
		if text, ok := m[few.field].(string); ok {
			switch {
			case few.only == nil:
				return few.askWith(text, m)
			case few.only(text):
				return 1 | 1<<maxFew
			}
			return 0
		}
	}
	for i := range few.conds {
		met.add(i, few.conds[i].ask(m))
	}
	return met
}

// askWith is ask where the field has a text.
func (few *few) askWith(text string, m Map) (met meets) {
	for i := range few.conds {
		switch q := &few.conds[i]; {
		case !q.text(text):
		case q.rest == nil:
			met.add(i, expr.True)
		default:
			met.add(i, q.rest(m))
		}
	}
	return met
}

// concerned appends the places of the rules whose conditions are met.
func (few *few) concerned(met meets, into []int32) []int32 {
	for i, r := range few.rules {
		if met&(1<<i) != 0 && (len(into) == 0 || into[len(into)-1] != r) {
			into = append(into, r)
		}
	}
	return into
}

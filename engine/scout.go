package engine

import (
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/index"
)

// scout looks at events ahead of the engine, on a goroutine of its own.
type scout struct {
	frame  field.Frame
	copies copies
	gather gatherer
	cursor *index.Cursor
	recent *index.Cursor
	of     [2]*index.Cursor // the engine's, of which these are forks
	found  []int32
	more   []int32
	rules  []int32 // of all sightings of the batch
	taken  []taking

	outlooks []outlook // of all rules
	all      []int32   // these
	few      few
	apart    bool // nothing that is held is shared
}

// outlook is what scouts read of a rule. It lies apart from all that changes while
// events are taken in their order, so that no processor waits for what another
// has written.
type outlook struct {
	follows bool // it follows processes, which takes the order
	seen    expr.Cond
	in      *intake // of what searches hold
	runner  runner  // nil for a search, which takes events by its intakes
}

// outlooks are those of all rules.
func (e *Engine) outlooks() []outlook {
	if e.dispatch.outlooks == nil {
		for _, c := range e.rules {
			o := outlook{follows: len(c.kin) > 0, seen: c.seen, in: c.intake, runner: c.runner}
			if c.search != nil {
				o.runner = nil
			}
			e.dispatch.outlooks = append(e.dispatch.outlooks, o)
		}
	}
	return e.dispatch.outlooks
}

// scout returns the i-th scout, ready for the rules as they are now.
func (e *Engine) scout(i int) *scout {
	for len(e.scouts) <= i {
		s := &scout{frame: field.Frame{Slots: e.slots, Zone: e.conf.zone}}
		s.copies.frame = &s.frame
		s.gather = gatherer{shelf: &e.shelf, copies: &s.copies}
		e.scouts = append(e.scouts, s)
	}
	s, d := e.scouts[i], &e.dispatch
	clear(s.taken)
	s.rules, s.taken = s.rules[:0], s.taken[:0]
	s.copies.grow()
	s.gather.grow()
	s.outlooks, s.all, s.few, s.apart = e.outlooks(), d.all, d.few, e.conf.fullScan
	if of := [2]*index.Cursor{d.cursor, d.recent}; s.of != of {
		s.of, s.cursor, s.recent = of, fork(d.cursor), fork(d.recent)
	}
	return s
}

func fork(c *index.Cursor) *index.Cursor {
	if c == nil {
		return nil
	}
	return c.Fork()
}

// lookAt finds out about some events.
func (s *scout) lookAt(list []sighting) {
	for i := range list {
		if list[i].looked {
			s.look(&list[i])
		}
	}
}

// look finds out about an event. It changes nothing but the scout and the
// sighting, and reads nothing that changes while events are taken in their order.
func (s *scout) look(x *sighting) {
	if s.few.passes(x.ev.Fields) {
		return
	}
	f := &s.frame
	f.Reset(x.ev.Fields)
	f.Time, f.Now = x.ev.Time, x.ev.Time
	s.copies.forget()
	s.found = candidates(s.cursor, f, s.found[:0], s.all)
	if s.recent != nil {
		s.more = s.recent.Candidates(f, s.more[:0])
		s.found = merge(s.found, s.more)
	}
	rules, taken := len(s.rules), len(s.taken)
	idle := s.found[:0]
	for _, i := range s.found {
		o := &s.outlooks[i]
		switch {
		case o.follows:
			x.turn = true
			s.rules = append(s.rules, i)
		case o.runner == nil || o.seen != nil && o.seen(f) != expr.True:
		case o.in != nil:
			before := len(s.taken)
			if s.taken = o.in.ask(f, i, s.taken); len(s.taken) > before {
				s.rules = append(s.rules, i)
			} else {
				idle = append(idle, i)
			}
		case o.runner.concerns(f):
			x.turn = true
			s.rules = append(s.rules, i)
		default:
			idle = append(idle, i)
		}
	}
	x.rules = s.rules[rules:len(s.rules):len(s.rules)]
	x.taken = s.taken[taken:len(s.taken):len(s.taken)]
	s.gather.gather(x.taken, x.ev, s.apart)
	at := len(s.rules)
	s.rules = append(s.rules, idle...)
	x.idle = s.rules[at:len(s.rules):len(s.rules)]
}

package engine

import (
	"slices"
	"time"

	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/index"
)

// finding is what has been found out about an event.
type finding struct {
	rules []int32 // that it concerns, ascending
	idle  []int32 // those that the index named, and that it does not concern
	taken []taking
	turn  bool     // a rule needs the frame
	kept  *shelved // what rules read of it in its turn, where it may have to wait for that
	shut  []int32  // searches that waited for their first event when it came, and do not see it
}

// clone returns a finding that owns its lists.
func (x *finding) clone() *finding {
	list := append(append(make([]int32, 0, len(x.rules)+len(x.idle)), x.rules...), x.idle...)
	n := len(x.rules)
	return &finding{rules: list[:n:n], idle: list[n:], taken: slices.Clone(x.taken), turn: x.turn, kept: x.kept}
}

// scout finds out about events. One that looks ahead of the engine is on a
// goroutine of its own.
type scout struct {
	frame  *field.Frame
	copies *copies
	gather *gatherer
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
	related  []uint32 // columns of the rules that may follow a process
	apart    bool     // nothing that is held is shared
	waits    bool     // events wait for their turn

	clock func() time.Duration              // for an event that is measured; nil else
	took  func(in *intake, d time.Duration) // is told what it took to ask an intake
}

// outlook is what scouts read of a rule. It lies apart from all that changes while
// events are taken in their order, so that no processor waits for what another
// has written.
type outlook struct {
	follows bool // it follows processes, which takes the order
	seen    expr.Cond
	meets   expr.Cond // see compiled.meets
	in      *intake   // of what searches hold
	runner  runner    // nil for a search, which takes events by its intakes
	columns []uint32  // of what a rule with a state keeps, where events wait for their turn
}

// outlooks are those of all rules.
func (e *Engine) outlooks() []outlook {
	d := &e.dispatch
	if d.outlooks != nil {
		return d.outlooks
	}
	for _, c := range e.rules {
		o := outlook{follows: len(c.kin) > 0, seen: c.seen, meets: c.meets, in: c.intake, runner: c.runner}
		switch {
		case c.search != nil:
			o.runner = nil
		case c.intake == nil && !c.free && e.queues():
			c.columns = e.shelf.columnsOf(c.keep, c.columns)
			o.columns = c.columns
			if o.follows {
				d.relatedColumns = append(d.relatedColumns, o.columns...)
			}
		}
		d.outlooks = append(d.outlooks, o)
	}
	return d.outlooks
}

// scout returns the i-th scout, ready for the rules as they are now.
func (e *Engine) scout(i int) *scout {
	for len(e.scouts) <= i {
		own := &struct { // all of a scout lies together, and apart from the others
			scout  scout
			frame  field.Frame
			copies copies
			gather gatherer
		}{frame: field.Frame{Slots: e.slots, Zone: e.conf.zone}}
		own.copies.frame = &own.frame
		own.gather = gatherer{shelf: &e.shelf, copies: &own.copies}
		own.scout = scout{frame: &own.frame, copies: &own.copies, gather: &own.gather}
		e.scouts = append(e.scouts, &own.scout)
	}
	s, d := e.scouts[i], &e.dispatch
	if of := [2]*index.Cursor{d.cursor, d.recent}; s.of != of {
		s.of, s.cursor, s.recent = of, fork(d.cursor), fork(d.recent)
	}
	s.ready(e)
	return s
}

// ready lets a scout know the rules as they are now, and forget what it has found.
func (s *scout) ready(e *Engine) {
	clear(s.taken)
	s.rules, s.taken = s.rules[:0], s.taken[:0]
	d := &e.dispatch
	s.outlooks, s.all, s.few = e.outlooks(), d.all, d.few
	s.related, s.apart, s.waits = d.relatedColumns, e.conf.fullScan, e.queues()
	s.copies.grow()
	s.gather.grow()
}

func fork(c *index.Cursor) *index.Cursor {
	if c == nil {
		return nil
	}
	return c.Fork()
}

// own returns the scout that shares the engine's frame.
func (e *Engine) own() *scout {
	if e.near == nil {
		e.near = &scout{frame: &e.frame, copies: &e.copies, gather: &e.gather}
		e.near.took = e.asked
	}
	s := e.near
	s.cursor, s.recent = e.dispatch.cursor, e.dispatch.recent
	if s.clock = nil; e.measuring {
		s.clock = e.conf.clock
	}
	s.ready(e)
	return s
}

// lookAt finds out about some events.
func (s *scout) lookAt(list []sighting) {
	for i := range list {
		if list[i].looked {
			s.look(list[i].ev, &list[i].finding)
		}
	}
}

// look finds out about an event. It changes nothing but the scout and the finding,
// and reads nothing that changes while events are taken in their order. It reports
// whether the frame has turned to the event.
func (s *scout) look(ev Event, x *finding) (turned bool) {
	if s.few.passes(ev.Fields) {
		return false
	}
	f := s.frame
	f.Reset(ev.Fields)
	f.Time, f.Now = ev.Time, ev.Time
	s.copies.forget()
	s.found = candidates(s.cursor, f, s.found[:0], s.all)
	if s.recent != nil {
		s.more = s.recent.Candidates(f, s.more[:0])
		s.found = merge(s.found, s.more)
	}
	rules, taken := len(s.rules), len(s.taken)
	idle := s.found[:0]
	for _, i := range s.found {
		switch o := &s.outlooks[i]; {
		case o.runner == nil || !o.follows && o.seen != nil && o.seen(f) != expr.True:
		case s.concerns(i, x):
			s.rules = append(s.rules, i)
		default:
			idle = append(idle, i)
		}
	}
	x.rules = s.rules[rules:len(s.rules):len(s.rules)]
	x.taken = s.taken[taken:len(s.taken):len(s.taken)]
	s.gather.gather(x.taken, ev, s.apart, s.waits)
	if s.waits {
		x.kept = s.keep(ev, x.rules)
	}
	at := len(s.rules)
	s.rules = append(s.rules, idle...)
	x.idle = s.rules[at:len(s.rules):len(s.rules)]
	return true
}

// wants is compiled.wants.
func (o *outlook) wants(f *field.Frame) bool {
	if o.meets != nil {
		return o.meets(f) == expr.True
	}
	return o.runner.concerns(f)
}

// concerns reports whether the event at hand concerns a rule, and notes what an
// intake takes of it.
func (s *scout) concerns(i int32, x *finding) bool {
	o := &s.outlooks[i]
	switch {
	case o.in == nil:
		concerned := o.follows || o.wants(s.frame)
		x.turn = x.turn || concerned
		return concerned
	case s.clock == nil:
		return s.takes(o, i)
	}
	from := s.clock()
	taken := s.takes(o, i)
	s.took(o.in, s.clock()-from)
	return taken
}

// takes notes what an intake takes of the event at hand.
func (s *scout) takes(o *outlook, place int32) bool {
	if !o.wants(s.frame) {
		return false
	}
	s.taken = append(s.taken, taking{place: place, in: o.in})
	return true
}

// keep copies what the rules with a state read of the event at hand in its turn:
// those that it concerns, and those that may follow a process by then.
func (s *scout) keep(ev Event, rules []int32) *shelved {
	some := len(s.related) > 0
	s.gather.wants(s.related)
	for _, i := range rules {
		if o := &s.outlooks[i]; len(o.columns) > 0 {
			some = true
			s.gather.wants(o.columns)
		}
	}
	if !some {
		return nil
	}
	return s.gather.copy(ev, 1)
}

package engine

import (
	"sync"
	"sync/atomic"

	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/index"
)

// ProcessBatch takes events as Process does, one after the other, and returns
// the alerts of all, in the same order: the result is that of Process event by
// event, whatever [Workers] says.
//
// With several workers, each looks at a part of the events: which rules they
// concern, and what searches keep of them. That is most of the work, and needs no
// order. The caller's goroutine then takes the events in their order and
// evaluates what has a state. No goroutine outlives the call. All events must be
// valid until it returns, and no two may share what reading them changes, as
// events of one [schema.Lens] do. Some hundred events are a good batch: fewer
// leave workers waiting for each other, and more stay no longer in the
// processor's cache.
//
// [schema.Lens]: https://pkg.go.dev/github.com/spoor-lang/spoor/engine/schema#Lens
func (e *Engine) ProcessBatch(events []Event) []Alert {
	e.alerts = nil
	if e.conf.workers == 1 || len(events) < 2 {
		for _, ev := range events {
			if ev.Fields != nil {
				ev.Fields = e.conf.wrap(ev.Fields)
			}
			e.process(ev, nil)
		}
		return e.take()
	}
	e.scoutAhead(events)
	for i := range e.ahead {
		if s := &e.ahead[i]; s.looked {
			e.process(s.ev, s)
		} else {
			e.process(s.ev, nil)
		}
	}
	clear(e.ahead) // the frames alone still hold the last event that each saw, and read nothing of it
	return e.take()
}

// sighting is what a scout has found out about an event.
type sighting struct {
	ev     Event
	looked bool
	rules  []int32 // that it concerns, ascending
	idle   []int32 // those that the index named, and that it does not concern
	taken  []taking
	turn   bool // a rule needs the frame
}

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
}

// scoutBlock is how many events a scout takes at a time. Events differ in what
// they cost by ten times; blocks of this size even that out, and are seldom
// enough that the counter costs nothing.
const scoutBlock = 16

// scoutAhead looks at all events of a batch.
func (e *Engine) scoutAhead(events []Event) {
	e.ahead = e.ahead[:0]
	n := e.stats.Events
	for _, ev := range events {
		s := sighting{ev: ev}
		if ev.Fields != nil {
			n++
			s.ev.Fields = e.conf.wrap(ev.Fields)
			s.looked = !ev.Time.IsZero() && !e.measured(n) // an event without a time has that of the one before
		}
		e.ahead = append(e.ahead, s)
	}
	var next atomic.Int64
	look := func(s *scout) {
		for {
			to := int(next.Add(scoutBlock))
			if to-scoutBlock >= len(e.ahead) {
				return
			}
			for i := to - scoutBlock; i < min(to, len(e.ahead)); i++ {
				if e.ahead[i].looked {
					s.look(e, &e.ahead[i])
				}
			}
		}
	}
	var others sync.WaitGroup
	n = min(e.conf.workers, (len(events)+scoutBlock-1)/scoutBlock)
	for i := range n - 1 {
		s := e.scout(i)
		others.Go(func() { look(s) })
	}
	look(e.scout(n - 1))
	others.Wait()
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

// look finds out about an event. It changes nothing but the scout and the
// sighting, and reads nothing that changes while a batch is scouted.
func (s *scout) look(e *Engine, x *sighting) {
	if e.dispatch.passes(x.ev.Fields) {
		return
	}
	f := &s.frame
	f.Reset(x.ev.Fields)
	f.Time, f.Now = x.ev.Time, x.ev.Time
	s.copies.forget()
	s.found = candidates(s.cursor, f, s.found[:0], e.dispatch.all)
	if s.recent != nil {
		s.more = s.recent.Candidates(f, s.more[:0])
		s.found = merge(s.found, s.more)
	}
	rules, taken := len(s.rules), len(s.taken)
	idle := s.found[:0]
	for _, i := range s.found {
		c := e.rules[i]
		switch {
		case len(c.kin) > 0: // it follows processes, which takes the order
			x.turn = true
			s.rules = append(s.rules, i)
		case !c.admits(f):
		case c.search != nil:
			before := len(s.taken)
			if s.taken = c.search.ask(f, i, s.taken); len(s.taken) > before {
				s.rules = append(s.rules, i)
			} else {
				idle = append(idle, i)
			}
		case c.runner.concerns(f):
			x.turn = true
			s.rules = append(s.rules, i)
		default:
			idle = append(idle, i)
		}
	}
	x.rules = s.rules[rules:len(s.rules):len(s.rules)]
	x.taken = s.taken[taken:len(s.taken):len(s.taken)]
	s.gather.gather(x.taken, x.ev, e.conf.fullScan)
	at := len(s.rules)
	s.rules = append(s.rules, idle...)
	x.idle = s.rules[at:len(s.rules):len(s.rules)]
}

// candidates are the rules that an index names, or all.
func candidates(c *index.Cursor, f *field.Frame, into, all []int32) []int32 {
	if c == nil {
		return append(into, all...)
	}
	return c.Candidates(f, into)
}

// meet turns to an event, which a scout may have looked at, and finds the rules
// that it concerns. Searches that wait for their first event see all.
func (e *Engine) meet(ev Event, s *sighting) {
	d := &e.dispatch
	switch {
	case s == nil && len(d.waiting) == 0 && d.passes(ev.Fields):
		e.sight, e.loaded, d.found = nil, false, d.found[:0]
		return
	case s == nil || len(d.waiting) > 0:
		e.load(ev)
		return
	}
	e.sight = s
	if e.loaded = false; s.turn || !e.clock.orderly() || len(d.kin)+len(d.related) > 0 {
		e.frame.Glance(ev.Fields)
		e.turned(ev)
	}
	d.found = append(d.found[:0], s.rules...)
	d.addStanding()
	for _, i := range s.idle {
		if c := e.rules[i]; c.free {
			c.candidates++
		}
	}
}

// takings returns what searches take of the event at hand, copied.
func (e *Engine) takings(ev Event) []taking {
	if e.sight != nil {
		return e.sight.taken
	}
	clear(e.taken)
	e.taken = e.taken[:0]
	for _, i := range e.dispatch.found {
		c := e.rules[i]
		switch {
		case c.search == nil || e.turn < c.since || !c.admits(&e.frame):
		case !e.measuring:
			e.taken = c.search.ask(&e.frame, i, e.taken)
		default:
			from := e.conf.clock()
			e.taken = c.search.ask(&e.frame, i, e.taken)
			c.asked = e.conf.clock() - from
		}
	}
	e.gather.gather(e.taken, ev, e.conf.fullScan)
	return e.taken
}

// passBy is what the event at hand means to the rules with a state that it does
// not concern.
func (e *Engine) passBy(ev Event) {
	for _, i := range e.sight.idle {
		c := e.rules[i]
		if !c.free {
			c.candidates++
		}
		if c.search != nil {
			c.search.take(ev, nil)
		}
	}
}

// admits reports whether a rule sees the event at hand at all. Where the frame
// does not hold it, a scout has asked.
func (e *Engine) admits(c *compiled) bool { return !e.loaded || c.admits(&e.frame) }

// concerns reports whether a rule needs to see the event at hand. Those that a
// scout has named do.
func (e *Engine) concerns(c *compiled) bool { return e.sight != nil || c.concerns(&e.frame) }

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
// order. Meanwhile the caller's goroutine takes the events that have been looked
// at in their order and evaluates what has a state; it looks at some itself where
// none is ready. No goroutine outlives the call. All events must be valid until it
// returns, and no two may share what reading them changes, as events of one
// [schema.Lens] do. Some hundred events are a good batch: fewer leave workers
// waiting for each other, and more stay no longer in the processor's cache.
//
// [schema.Lens]: https://pkg.go.dev/github.com/spoor-lang/spoor/engine/schema#Lens
func (e *Engine) ProcessBatch(events []Event) []Alert {
	e.alerts = nil
	if e.conf.workers == 1 || len(events) < 2 {
		e.skim(events)
		return e.take()
	}
	e.settle()
	e.foresee(events)
	e.scoutAhead()
	clear(e.ahead) // the frames alone still hold the last event that each saw, and read nothing of it
	return e.take()
}

// receive takes an event as the caller has it.
func (e *Engine) receive(ev Event) {
	if ev.Fields != nil {
		ev.Fields = e.conf.wrap(ev.Fields)
	}
	e.process(ev, nil)
}

// sighting is what a scout has found out about an event.
type sighting struct {
	ev     Event
	looked bool // ahead
	near   bool // by the engine itself, whose frame holds it
	finding
}

// foresee lists the events of a batch, and tells which of them scouts look at.
func (e *Engine) foresee(events []Event) {
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
}

// scoutBlock is how many events a scout takes at a time. Events differ in what they
// cost by ten times; blocks of this size even that out, leave the caller little to
// wait for at the end, and are seldom enough that handing them over costs nothing.
const scoutBlock = 8

// scoutAhead looks at the events of a batch on several goroutines, and takes each
// in its turn once it has been looked at.
func (e *Engine) scoutAhead() {
	blocks := (len(e.ahead) + scoutBlock - 1) / scoutBlock
	of := func(i int) []sighting { return e.ahead[i*scoutBlock : min((i+1)*scoutBlock, len(e.ahead))] }
	var next atomic.Int64
	done := make(chan int, blocks)
	look := func(s *scout) bool {
		i := int(next.Add(1)) - 1
		if i >= blocks {
			return false
		}
		s.lookAt(of(i))
		done <- i
		return true
	}
	var others sync.WaitGroup
	n := min(e.conf.workers, blocks)
	for i := range n - 1 {
		s := e.scout(i)
		others.Go(func() {
			for look(s) {
			}
		})
	}
	own, more := e.scout(n-1), true
	ready := make([]bool, blocks)
	for turn := 0; turn < blocks; {
		switch {
		case ready[turn]:
			e.takeInTurn(of(turn))
			turn++
		case len(done) == 0 && more:
			more = look(own)
		default:
			ready[<-done] = true
		}
	}
	others.Wait()
}

// takeInTurn takes events that scouts may have looked at.
func (e *Engine) takeInTurn(list []sighting) {
	for i := range list {
		s := &list[i]
		if s.looked {
			e.process(s.ev, s)
		} else {
			e.process(s.ev, nil)
		}
	}
}

// candidates are the rules that an index names, or all.
func candidates(c *index.Cursor, f *field.Frame, into, all []int32) []int32 {
	if c == nil {
		return append(into, all...)
	}
	return c.Candidates(f, into)
}

// meet turns to an event, which a scout may have looked at, and finds the rules
// that it concerns. Searches that wait for their first event see all, in their turn.
func (e *Engine) meet(ev *Event, s *sighting) {
	d := &e.dispatch
	switch {
	case s == nil && len(d.waiting) == 0 && e.passes(ev.Fields):
		e.sight, e.loaded, d.found = nil, false, d.found[:0]
		return
	case s == nil || len(d.waiting) > 0 && e.clock.orderly():
		e.load(ev)
		return
	}
	e.sight = &s.finding
	switch e.loaded = s.near; {
	case s.near:
	case s.turn || !e.clock.orderly() || len(d.kin)+len(d.related) > 0:
		e.frame.Glance(ev.Fields)
		e.turned(ev.Time)
	}
	d.found = merge(append(d.found[:0], s.rules...), d.kin)
	for _, i := range s.idle {
		if c := e.rules[i]; c.free {
			c.candidates++
		}
	}
}

// takings returns what intakes take of the event at hand, copied.
func (e *Engine) takings(ev Event) []taking {
	if e.sight != nil {
		return e.sight.taken
	}
	clear(e.taken)
	e.taken = e.taken[:0]
	for _, i := range e.dispatch.found {
		c := e.rules[i]
		switch {
		case c.intake == nil || e.turn < c.since || !c.admits(&e.frame):
		case e.sure && !e.measuring:
			e.taken = append(e.taken, taking{place: i, in: c.intake})
		case !e.measuring:
			e.taken = c.intake.ask(&e.frame, i, e.taken)
		default:
			from := e.conf.clock()
			e.taken = c.intake.ask(&e.frame, i, e.taken)
			c.asked = e.conf.clock() - from
		}
	}
	e.gather.gather(e.taken, ev, e.conf.fullScan, false)
	return e.taken
}

// passBy counts the event at hand for the rules with a state that it does not
// concern.
func (e *Engine) passBy() {
	for _, i := range e.sight.idle {
		c := e.rules[i]
		if e.turn < c.since {
			continue
		}
		if !c.free {
			c.candidates++
		}
	}
}

// admits reports whether a rule sees the event at hand at all. Of those that a
// scout has named, the ones that follow processes are yet to be asked.
func (e *Engine) admits(c *compiled) bool {
	return e.sight != nil && len(c.kin) == 0 || c.admits(&e.frame)
}

// concerns reports whether a rule needs to see the event at hand. Those that a
// scout has named do, but for the ones that follow processes.
func (e *Engine) concerns(c *compiled) bool {
	return e.sight != nil && len(c.kin) == 0 || c.concerns(&e.frame)
}

package engine

import (
	"slices"
	"time"
)

// stretch is a part of the stream in which an event that concerns no rule does nothing
// but to move the clock: it is in order, and nothing is due. Such an event, or one that
// searches merely count, is done with in a few steps, so that a processor waits for the
// memory of the next one meanwhile; what it comes to is caught up with when anything else
// happens: see settle.
type stretch struct {
	left  int       // events, before something is due by their number
	began int       // what left was at first
	last  time.Time // of the latest event that was skipped; at first, of the one that it begins with
	at    int64     // the same in seconds
	nano  int       // and nanoseconds
	until int64     // seconds: something may be due then, or a time is too far ahead
}

// holds reports whether an event of time t lies in the stretch.
func (s *stretch) holds(t time.Time) bool {
	at := t.Unix()
	return s.left > 0 && at < s.until && (at > s.at || at == s.at && t.Nanosecond() >= s.nano)
}

// skip moves the clock to an event of the stretch, which is done with by that.
func (s *stretch) skip(t time.Time) {
	s.left--
	s.last, s.at, s.nano = t, t.Unix(), t.Nanosecond()
}

// tallies takes an event of the stretch that is merely counted by all searches it
// concerns. It reports false, and has done nothing, for one that concerns any other rule,
// or a search that holds nothing yet: see rests.
func (e *Engine) tallies(met meets, ev *Event) bool {
	few := &e.dispatch.few
	if !met.sure() {
		return false
	}
	for i, in := range few.lives {
		if met&(1<<i) != 0 && (in == nil || in.rests()) {
			return false
		}
	}
	for i, in := range few.lives {
		if met&(1<<i) != 0 {
			in.place.candidates++
			for _, m := range in.members {
				m.rule.search.count(ev)
			}
		}
	}
	e.frame.Number++ // it is an event that was looked at
	e.stretch.skip(ev.Time)
	return true
}

// rests reports whether a search of an intake whose events are counted holds nothing, so
// that its schedule goes on from the time of the next event: see countIn.
func (in *intake) rests() bool {
	return slices.ContainsFunc(in.members, func(m member) bool { return m.rule.search.empty() })
}

// stretches begins a stretch with an event of time t, and reports whether it could.
func (e *Engine) stretches(t time.Time) bool {
	e.settle()
	d := &e.dispatch
	if len(d.few.conds) == 0 || !e.calm() || e.measured(e.stats.Events+1) || !e.clock.follows(t) || d.ticks(t) {
		return false
	}
	left := min(weighEvery-e.weighed, sweepEvery-d.swept) - 1
	if e.conf.clock != nil {
		left = min(left, measureEvery-e.stats.Events%measureEvery)
	}
	until := min(e.clock.greatest.Unix()+int64(e.clock.skew/time.Second), End.Unix())
	if !d.tick.IsZero() {
		until = min(until, d.tick.Unix())
	}
	e.stretch = stretch{left: left, began: left, last: t, at: t.Unix(), nano: t.Nanosecond(), until: until}
	return true
}

// settle catches up with the stretch, and ends it.
func (e *Engine) settle() {
	s := &e.stretch
	if n := s.began - s.left; n > 0 {
		e.clock.follow(s.last)
		e.stats.Events += n
		e.weighed += n
		e.dispatch.swept += n
	}
	*s = stretch{}
}

// goOn takes any other event. If it is skippable, it is known which conditions it may
// meet.
func (e *Engine) goOn(met meets, ev Event) {
	e.settle()
	if met&unknown != 0 {
		e.receive(ev)
		return
	}
	e.met = met
	e.takeNext(ev)
}

// takeNext takes an event that is skippable, but for the rules that it concerns: it is
// process, without all that is settled by that.
func (e *Engine) takeNext(ev Event) {
	d := &e.dispatch
	e.stats.Events++
	e.measuring = false
	e.load(&ev)
	e.clock.follow(ev.Time)
	for _, i := range d.found {
		if c := e.rules[i]; c.free && e.admits(c) {
			e.evaluate(c, ev)
		}
	}
	d.swept++
	e.turn = e.order
	e.step(ev)
}

// skim takes events one after the other. Several are asked about in a row, ahead of
// what follows from each: while one waits for memory, the next ones do, too.
func (e *Engine) skim(events []Event) {
	const ahead = 32
	var list [ahead]meets
	for len(events) > 0 {
		some := events[:min(len(events), ahead)]
		events = events[len(some):]
		ask := len(e.dispatch.few.conds) > 0 && e.calm()
		for i := range some {
			if list[i] = unknown; ask {
				list[i] = e.dispatch.few.ask(some[i].Fields)
			}
		}
		for i := range some {
			switch ev := &some[i]; {
			case list[i] == unknown || !(e.stretch.holds(ev.Time) || e.stretches(ev.Time)):
				e.goOn(unknown, *ev)
			case list[i] == 0:
				e.stretch.skip(ev.Time)
			case e.tallies(list[i], ev):
			default:
				e.goOn(list[i], *ev)
			}
		}
	}
}

package engine

import (
	"time"

	"github.com/spoor-lang/spoor/ast"
)

// Observer is told what an engine does while it does it. A function that is nil
// is not called, and costs nothing. They are called by the goroutine that called
// the engine, must not call it themselves, and may keep what they are given.
type Observer struct {
	// Alert is called for each alert that is raised, before Process or Flush
	// returns it.
	Alert func(a Alert)
	// HeldBack is called for each find that its rule's suppression or
	// max_signals held back.
	HeldBack func(r *ast.Rule, at time.Time)
	// Late is called for each event that came too late for a rule with a
	// state. The event's fields are the caller's, and must not be kept.
	Late func(r *ast.Rule, ev Event)
	// Lost is called when a bound has made a rule drop n partials, events,
	// rows, or runs of a search, or its regular expressions give up on n texts.
	// The rule of a [Search] has a query alone.
	Lost func(r *ast.Rule, n int)
	// Evaluated is called for the evaluations that are measured: see
	// [MeasureTime].
	Evaluated func(r *ast.Rule, took time.Duration)
}

// Observe hands an observer to an engine.
func Observe(o Observer) Option { return func(c *config) { c.observer = o } }

// MeasureTime gives the engine a clock for Stats alone: it returns how much time
// has passed since some moment, as time.Since does. One event in 63 is measured,
// rule by rule. Without it, the engine knows no time but that of the events, and
// the figures are 0.
func MeasureTime(clock func() time.Duration) Option { return func(c *config) { c.clock = clock } }

// measureEvery is the share of the events that are measured. Two looks at a
// clock cost about as much as a condition, which is tolerable for one event in
// this many. It is a power of two less one, so that it does not fall into step
// with sources that take turns.
const measureEvery = 63

// Stats counts what an engine has done.
type Stats struct {
	Events     int // that were processed
	Skipped    int // that had no fields
	Late       int // that came after their time was decided
	Skewed     int // that lay too far ahead to move the clock
	Hurried    int // that were taken before their time: see QueueEvents
	Sources    int // that have a clock: see SourceClock
	Unclocked  int // events of sources beyond those that have a clock of their own
	Candidates int // of all rules, over all events: see RuleStats
	Matches    int // finds of rules, before suppression and max_signals
	Alerts     int
	Held       int // events that wait for their turn
	Bytes      int // of all state, about
	Truncated  int // rows, events, partials and texts that a bound dropped, of all rules
	Evicted    int // of these, what was held for events to come
	GaveUp     int // of these, texts: see RuleStats.GaveUp
	// Time is what evaluation took, estimated: see MeasureTime.
	Time  time.Duration
	Rules []RuleStats
}

// RuleStats counts what one rule has done.
type RuleStats struct {
	ID string
	// Candidates are the events for which the rule was evaluated, or a source of
	// a search was asked: those that the index named, save for the first step of
	// a sequence, which is asked once for all that begin alike. Where rules are
	// few, their conditions are asked in place of the index, and events that can
	// meet none are no candidates; what it took to ask is in Time.
	Candidates int
	Matches    int // finds, before suppression and max_signals
	Alerts     int
	Late       int // events that came too late for the rule
	Held       int // partials, candidates and events of a window, or the groups that these were counted in
	Bytes      int // of what is held, about; events that several searches took are shared out
	Truncated  int // events, rows, partials and texts that a bound dropped
	Evicted    int // of these, what was held for events to come
	GaveUp     int // of these, texts that a regular expression did not match as its steps did not suffice
	Unrun      int // runs of a search that were left out after a gap in time
	// Time is what the evaluation took, estimated: see MeasureTime.
	Time time.Duration

	Suppressed int // alerts that were like an earlier one
	Capped     int // alerts beyond the rule's max_signals
}

// Stats returns the counts so far. It takes some nanoseconds a rule.
func (e *Engine) Stats() Stats {
	e.settle()
	s := e.stats
	s.Held = len(e.queue)
	if c := e.clock.sources; c != nil {
		s.Sources, s.Unclocked = len(c.known), c.unclocked
	}
	s.Bytes = e.shelf.bytes + e.shelf.places*placeSize
	s.Rules = make([]RuleStats, 0, len(e.rules))
	for _, c := range e.rules {
		if c.retired() {
			continue
		}
		c.count()
		l := c.runner.load()
		r := c.stats(l)
		s.Candidates += r.Candidates
		s.Matches += r.Matches
		s.Bytes += l.bytes - l.shared
		s.Evicted += r.Evicted
		s.Truncated += r.Truncated
		s.GaveUp += r.GaveUp
		s.Time += r.Time
		s.Rules = append(s.Rules, r)
	}
	return s
}

// count adds the events that the sources of a search were asked about.
func (c *compiled) count() {
	if c.search == nil {
		return
	}
	for i := range c.search.sources {
		src := &c.search.sources[i]
		c.candidates += src.in.place.candidates - src.asked
		src.asked = src.in.place.candidates
	}
}

func (c *compiled) stats(l load) RuleStats {
	return RuleStats{
		ID: c.rule.ID, Candidates: c.candidates, Matches: c.matches, Alerts: c.alerts, Late: c.late,
		Held: l.held, Bytes: l.bytes, Truncated: l.evicted + l.truncated + c.limit.forgotten + c.givenUp(),
		Evicted: l.evicted, GaveUp: c.givenUp(), Unrun: l.skipped,
		Time: c.measured * measureEvery, Suppressed: c.limit.suppressed, Capped: c.limit.capped,
	}
}

// load is what a runner holds, and what its bounds made it drop.
type load struct {
	held, bytes        int
	shared             int // of bytes, those that others hold, too: see shelf
	evicted, truncated int
	skipped            int // runs that were left out
}

// lost counts all that was dropped.
func (l load) lost() int { return l.evicted + l.truncated + l.skipped }

// evaluate shows a rule the event that is loaded.
func (e *Engine) evaluate(c *compiled, ev Event) {
	c.candidates++
	e.show(c, ev)
}

// show is evaluate of a search, whose intakes count the events.
func (e *Engine) show(c *compiled, ev Event) {
	if !e.measuring {
		c.step(&e.frame, ev)
	} else {
		from := e.conf.clock()
		c.step(&e.frame, ev)
		e.took(c, e.conf.clock()-from)
	}
	if e.conf.observer.Lost != nil {
		e.tellLost(c)
	}
}

// took notes what the event at hand, which is measured, took of a rule.
func (e *Engine) took(c *compiled, d time.Duration) {
	c.measured += d
	if e.conf.observer.Evaluated != nil {
		e.conf.observer.Evaluated(c.rule, d)
	}
}

// measure decides whether the event at hand is measured.
func (e *Engine) measure() { e.measuring = e.measured(e.stats.Events) }

// measured reports whether the n-th event is measured.
func (e *Engine) measured(n int) bool { return e.conf.clock != nil && n%measureEvery == 1 }

// lost counts all that the rule's bounds have dropped.
func (c *compiled) lost() int { return c.runner.load().lost() + c.limit.forgotten + c.givenUp() }

// givenUp counts the texts that the rule's regular expressions gave up on.
func (c *compiled) givenUp() int { return c.before + c.gaveUp.Times() }

// tellLost tells the observer what the rule has lost since it was last told.
func (e *Engine) tellLost(c *compiled) {
	if n := c.lost() - c.told; n > 0 {
		c.told += n
		e.conf.observer.Lost(c.rule, n)
	}
}

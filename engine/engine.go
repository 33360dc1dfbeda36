package engine

import (
	"errors"
	"fmt"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Engine runs rules over a stream of events. It is not safe for concurrent
// use: whoever has several sources of events serialises them, or runs an
// engine for each.
type Engine struct {
	conf   *config
	slots  *field.Slots
	shared expr.Shared // what the rules' conditions have in common
	frame  field.Frame
	rules  []*compiled
	clock  clock
	queue  queue
	order  uint64 // of the next event that is held
	turn   uint64 // the order of the event at hand; that of one that was not held is e.order
	copies copies
	shelf  shelf
	gather gatherer
	taken  []taking // of the event at hand, by searches
	keep   *keeper  // of queued events: what any rule with a state reads; nil until one waits: see keeper
	tie    int      // the tie-breaker's slot

	sourceSlot int // of the field that names an event's source, if it has a clock
	stats      Stats

	measuring bool // the event at hand: see MeasureTime

	weighed int // events since the state was last weighed

	beginnings map[uint64]*compiled     // by what they look for
	intakes    map[intakeKind]*compiled // the latest of each kind
	later      []*compiled              // those that the event at hand concerns

	dispatch dispatch
	stretch  stretch
	met      meets    // of the few conditions, those that the event at hand may meet; 0 where nobody has asked
	sure     bool     // it meets the condition of each rule that was found
	sight    *finding // about the event at hand; nil if no scout has looked at it
	loaded   bool     // the frame holds the event at hand
	scouts   []*scout
	near     *scout   // with the engine's own frame
	spotted  sighting // its

	windows [][]*shelved // of the snapshot that is read
	known   []*known     // what is known of the queue of the snapshot that is read
	ahead   []sighting   // of the batch at hand
	recent  []int32      // rules that came after the index was made

	alerts   []Alert // of the call at hand
	coverage []Coverage
}

// End is later than any event: Flush(End) ends the stream. An event of that time or a
// later one has a wrong clock: it counts as Stats.Skewed, and only rules without a state
// see it.
var End = time.Unix(1<<33-1, 0).UTC()

// New compiles rules into an engine. A rule without an ID or a query, two
// rules of the same ID, and whatever is wrong with a rule's query are errors;
// they are joined (errors.Join), the engine runs the other rules and is never
// nil. Rules are not changed and may be shared between engines.
func New(rules []*ast.Rule, opts ...Option) (*Engine, error) {
	return newEngine(newConfig(opts), rules)
}

func newEngine(conf *config, rules []*ast.Rule) (*Engine, error) {
	e := &Engine{conf: conf, slots: &field.Slots{}, beginnings: map[uint64]*compiled{}, intakes: map[intakeKind]*compiled{}}
	if len(rules) > maxFew {
		e.slots.Expect(len(rules))
	}
	e.shared.Rules = len(rules)
	e.rules, e.coverage = make([]*compiled, 0, len(rules)), make([]Coverage, 0, len(rules))
	e.clock = clock{lateness: e.conf.lateness, skew: e.conf.skew}
	if e.conf.sourceField != "" {
		e.clock.sources = newSources(e.conf.silence)
		e.sourceSlot = e.slots.Slot(ast.ViewECS, e.conf.sourceField)
	}
	var errs []error
	seen, memo := make(map[string]bool, len(rules)), newMemo()
	for _, r := range rules {
		var c *compiled
		err := checkRule(r, seen)
		if err == nil {
			c, err = e.compile(r)
		}
		e.cover(r, c, err)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		e.rules = append(append(e.rules, c), e.begin(c, memo)...)
	}
	e.tie = e.slots.Slot(ast.ViewECS, e.conf.tiebreaker)
	e.frame.Slots = e.slots
	e.frame.Zone = e.conf.zone
	e.shared.Forget()
	e.share()
	e.newDispatch()
	return e, errors.Join(errs...)
}

func checkRule(r *ast.Rule, seen map[string]bool) error {
	switch {
	case r == nil || r.Query == nil:
		return errors.New("rule without a query")
	case r.ID == "":
		return fmt.Errorf("rule %q without an id", r.Name)
	case seen[r.ID]:
		return fmt.Errorf("rule %q: the id %s is taken by another rule", r.Name, r.ID)
	}
	seen[r.ID] = true
	return nil
}

// Rules returns the rules that run, in the order in which they were given;
// one that Replace added may stand where another was before.
func (e *Engine) Rules() []*ast.Rule {
	rs := make([]*ast.Rule, 0, len(e.rules))
	for _, c := range e.rules {
		if !c.retired() {
			rs = append(rs, c.rule)
		}
	}
	return rs
}

// Process takes the next event and returns the alerts that it decides, or
// nil. Those of rules without a state come at once. Rules with a state see the
// events in the order of their times, which an allowed lateness delays; an
// event that comes later than that is counted (Stats.Late), and only rules
// without a state see it.
//
// Once Process has returned, the event's fields are read no more, and may change.
func (e *Engine) Process(ev Event) []Alert {
	met := unknown
	if e.stretch.holds(ev.Time) || e.stretches(ev.Time) {
		if met = e.dispatch.few.ask(ev.Fields); met == 0 {
			e.stretch.skip(ev.Time)
			return nil
		}
		if e.tallies(met, &ev) {
			return nil
		}
	}
	e.alerts = nil
	e.goOn(met, ev)
	return e.take()
}

// process takes an event, of which s tells what it concerns; nil if nobody has
// looked.
func (e *Engine) process(ev Event, s *sighting) {
	if ev.Fields == nil {
		e.stats.Skipped++
		return
	}
	e.stats.Events++
	e.measure()
	if ev.Time.IsZero() {
		ev.Time = e.clock.latest()
	}
	if s == nil && e.queues() {
		s = e.spot(ev)
	}
	e.meet(&ev, s)
	if e.rests(ev.Time) {
		return
	}
	late := e.clock.late(ev.Time)
	if e.clock.see(ev.Time, e.source()) {
		e.stats.Skewed++
	}
	if !e.loaded && e.sight == nil { // passed: it concerns no rule
		if late {
			e.stats.Late++
		}
		e.weigh()
		e.release()
		return
	}
	e.conf.record.arrived(ev)
	for _, i := range e.dispatch.found {
		if c := e.rules[i]; c.free && e.admits(c) {
			e.evaluate(c, ev)
		}
	}
	switch {
	case late:
		e.stats.Late++
		e.missed(ev)
		e.weigh()
	case e.clock.orderly() && e.clock.due(ev.Time) && !e.queue.before(ev.Time):
		e.advance(ev.Time)
		e.turn = e.order
		e.step(ev)
	case beyond(ev.Time): // no time will come to it
	case e.concerned() || e.conf.record.wants():
		e.hold(ev)
	}
	e.release()
}

// Flush tells the engine that no event before now will come any more, and
// returns the alerts that this decides: held events are taken, absences are
// proved, scheduled searches run. Flush(End) ends the stream.
func (e *Engine) Flush(now time.Time) []Alert {
	e.settle()
	e.alerts = nil
	e.clock.advance(now)
	e.release()
	e.advanceAll(e.clock.watermark)
	if !now.Before(End) {
		for _, c := range e.rules {
			c.runner.finish()
		}
		e.forget()
	}
	return e.take()
}

// take hands the alerts of a call over.
func (e *Engine) take() []Alert {
	alerts := e.alerts
	e.alerts = nil
	e.stats.Alerts += len(alerts)
	return alerts
}

// release takes the held events that are due, in order, and then lets the
// rules know how far time has come.
func (e *Engine) release() {
	for len(e.queue) > 0 {
		h, ok := e.queue.next(&e.clock)
		if !ok {
			break
		}
		e.advance(h.ev.Time)
		e.recall(h)
		e.turn = h.order
		e.step(h.ev)
	}
	e.advance(e.clock.watermark)
}

// load turns to an event, and finds the rules that it concerns.
func (e *Engine) load(ev *Event) {
	e.sight = nil
	e.frame.Reset(ev.Fields)
	e.turned(ev.Time)
	e.look()
}

// turned is called when the frame has turned to an event of time t.
func (e *Engine) turned(t time.Time) {
	e.loaded = true
	e.frame.Time, e.frame.Now = t, t
	e.copies.forget()
}

// source names the source of the event that is loaded, where each has a clock.
func (e *Engine) source() string {
	if e.clock.sources == nil {
		return ""
	}
	return e.frame.Get(e.sourceSlot).Text()
}

// share lets all keepers copy each value of an event once.
func (e *Engine) share() {
	e.copies = copies{frame: &e.frame}
	e.shelf = shelf{slots: e.slots}
	e.gather = gatherer{shelf: &e.shelf, copies: &e.copies}
	for _, c := range e.rules {
		e.shareWith(c)
	}
	e.gather.grow()
}

func (e *Engine) shareWith(c *compiled) {
	switch {
	case c.search != nil:
		c.search.shelf = &e.shelf
	case c.intake != nil:
		e.shelf.place(c.intake)
		if len(c.keep.all) > 0 { // others copy columns
			c.keep.share(&e.copies)
		}
	case c.keep != nil:
		c.keep.share(&e.copies)
	}
}

// step hands the event that is loaded to the rules with a state.
func (e *Engine) step(ev Event) {
	d := &e.dispatch
	e.conf.record.inTurn(ev)
	taken := e.takings(ev)
	for _, i := range d.found {
		c := e.rules[i]
		if c.free || e.turn < c.since || !e.admits(c) {
			continue
		}
		if c.begins != nil {
			e.later = append(e.later, c)
			continue
		}
		if c.intake != nil {
			var its *taking
			its, taken = takenAt(taken, i)
			e.takes(c.intake, its, ev)
			continue
		}
		if c.search != nil { // its intakes see the event
			continue
		}
		e.evaluate(c, ev)
		if len(c.kin) > 0 {
			d.follow(i, c)
		}
	}
	if e.sight != nil {
		e.passBy()
	}
	for _, c := range e.later { // an event is not the first of a series that it goes on with
		c.begins.at(e.turn)
		c.begins.step(&e.frame, ev)
	}
	e.later = e.later[:0]
	if e.conf.continuous {
		e.runContinuous(ev)
	}
	e.weigh()
	e.beginSearches(ev)
}

// runContinuous runs the searches for which intakes have taken the event that is
// loaded.
func (e *Engine) runContinuous(ev Event) {
	for _, c := range e.dispatch.timed {
		if c.search != nil && c.search.due {
			e.show(c, ev)
		}
	}
	e.forget()
}

// concerned reports whether a rule with a state needs the event that is
// loaded.
func (e *Engine) concerned() bool {
	for _, c := range e.dispatch.related { // what it follows may be among the held events
		if c.admits(&e.frame) {
			return true
		}
	}
	for _, i := range e.dispatch.found {
		if c := e.rules[i]; !c.free && e.admits(c) && e.concerns(c) {
			return true
		}
	}
	return false
}

// missed counts the event that is loaded for the rules that it comes too late
// for.
func (e *Engine) missed(ev Event) {
	for _, i := range e.dispatch.found {
		c := e.rules[i]
		if c.free || !e.admits(c) || !e.concerns(c) {
			continue
		}
		for r := range c.served() {
			e.missedBy(r, ev)
		}
	}
}

// missedBy counts an event that is too late for a rule, once.
func (e *Engine) missedBy(c *compiled, ev Event) {
	if c.lateAt == e.stats.Events {
		return
	}
	c.late++
	c.lateAt = e.stats.Events
	if e.conf.observer.Late != nil {
		e.conf.observer.Late(c.rule, ev)
	}
}

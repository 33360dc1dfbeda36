package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// Explain says what the engine would do with an event for one of its rules,
// and why, if it came now. Nothing changes by it: a rule with a state is asked
// on a copy of that, with the events that wait for their turn decided up to
// this one, and, for a search, up to the next run that reads it.
//
// The conditions are those that run, compiled by the same compiler with an
// observer at each part, so that the verdict and the explanation are one thing.
// It takes some microseconds for a rule without a state, and as long as a
// snapshot of the rule for another. Like all methods it must not be called
// concurrently.
func (e *Engine) Explain(ruleID string, ev Event) Explanation {
	e.settle()
	at := slices.IndexFunc(e.rules, func(c *compiled) bool { return c.rule.ID == ruleID && !c.retired() })
	if at < 0 {
		return e.noRule(ruleID)
	}
	c := e.rules[at]
	if ev.Fields == nil {
		out := c.explanation()
		out.Verdict, out.Reason = Silent, "an event without fields is skipped"
		return out
	}
	ev.Fields = e.conf.wrap(ev.Fields)
	if ev.Time.IsZero() {
		ev.Time = e.clock.latest()
	}
	ev.ID = strings.Clone(eventID(ev))
	e.load(&ev)
	e.frame.Number-- // asking is no event
	routed := slices.ContainsFunc(e.dispatch.found, func(i int32) bool {
		return int(i) == at || c.begun != nil && e.rules[i] == c.begun || c.takesBy(e.rules[i].intake)
	})
	out, settled := e.explainFree(c, ev)
	if !settled {
		out = e.explainHeld(c, ev)
	}
	out.Routed = &routed
	return out
}

func (e *Engine) noRule(id string) Explanation {
	out := Explanation{RuleID: id, Verdict: NoRule}
	var ids []string
	for _, c := range e.coverage {
		switch {
		case c.Rule == nil:
		case c.Rule.ID == id && c.Err != nil:
			out.Rule, out.Reason = c.Rule.Name, fmt.Sprintf("the rule is refused: %v", c.Err)
			return out
		default:
			ids = append(ids, c.Rule.ID)
		}
	}
	out.Reason = fmt.Sprintf("unknown rule %q%s", id, syntax.Suggest(id, ids))
	return out
}

// explanation is what there is to say of a rule before any event.
func (c *compiled) explanation() Explanation {
	q := c.rule.Query
	return Explanation{RuleID: c.rule.ID, Rule: c.rule.Name, View: q.View, Notes: approximations(c)}
}

// explainFree asks a rule without a state, or one of which the event turns out
// to be none of its own; settled is false if the state has to be asked.
func (e *Engine) explainFree(c *compiled, ev Event) (out Explanation, settled bool) {
	if !c.free && c.search == nil {
		return out, false
	}
	if w := c.search; w != nil {
		defer func(own *journal) { w.journal = own }(w.journal) // its runs are none of the question's
	}
	r := newRecord(e.explainer(c), Question{})
	r.arrive(0, ev, true)
	r.event(ev)
	taken := r.x.refused() == nil && slices.ContainsFunc(r.x.steps, func(a *asked) bool { return a.met })
	switch {
	case taken && c.free:
		a := Alert{Rule: c.rule, Time: ev.Time, Events: []Event{ev}}
		r.alert(a, c.limit.room(&a))
	case taken || len(r.x.steps) == 0:
		return out, false
	}
	out = r.explanation()
	r.x.frame.Release()
	return out, true
}

// explainHeld asks a rule with a state, on a copy of it.
func (e *Engine) explainHeld(c *compiled, ev Event) Explanation {
	r := newRecord(nil, Question{})
	p, err := e.copyFor(c, r)
	if err != nil { // what was just written cannot be read: a mistake of ours
		out := c.explanation()
		out.Verdict, out.Reason = Silent, err.Error()
		return out
	}
	if c.search != nil {
		base := newRecord(nil, Question{})
		base.without = true
		if b, err := e.copyFor(c, base); err == nil {
			base.arrive(0, ev, true)
			b.decide(ev.Time)
			r.search.base = base.search
		}
	}
	r.arrive(0, ev, true)
	p.Process(ev)
	p.decide(ev.Time)
	return r.explanation()
}

// decide takes the events up to t, and for a search the next run that reads
// them.
func (e *Engine) decide(t time.Time) {
	e.Flush(t.Add(1))
	w := e.rules[0].search
	if w == nil || w.conf.continuous {
		return
	}
	for range maxRunsAhead {
		if w.next.IsZero() {
			return
		}
		if _, latest := w.schedule.window(w.next); latest.After(t) || w.ownTimes() {
			e.Flush(w.next)
			return
		}
		e.Flush(w.next)
	}
}

// maxRunsAhead is how many runs are looked at for one that reads an event: a
// window that ends an hour back, of a search that runs each minute.
const maxRunsAhead = 100

// copyFor returns an engine of one rule, in the state that it has here, which
// tells r what happens.
func (e *Engine) copyFor(c *compiled, r *record) (*Engine, error) {
	conf := *e.conf
	conf.store = &overlay{under: e.conf.store}
	conf.observer, conf.clock, conf.reasons = Observer{}, nil, false // it is told of what happens, and this does not
	p, err := recording(&conf, c.rule, r)
	if err != nil {
		return nil, err
	}
	records := func(yield func(Record, error) bool) {
		for rec := range e.records([]*compiled{c}) {
			if !yield(rec, nil) {
				return
			}
		}
	}
	if _, err = p.restore(records); err != nil {
		return nil, err
	}
	if m, ok := p.rules[0].machine(); ok {
		r.series.recall(m)
	}
	r.x.recall(c)
	return p, nil
}

// recording returns an engine of one rule that tells r what happens. It takes
// every event through the rule, whether the rule needs it or not.
func recording(conf *config, rule *ast.Rule, r *record) (*Engine, error) {
	conf.record, conf.fullScan = r, true
	conf.queueSize = math.MaxInt // more is held than the rule needs, which is no reason to hurry
	e, err := newEngine(conf, []*ast.Rule{rule})
	if err != nil {
		return nil, err
	}
	r.begin(e.newExplainer(e.rules[0]))
	return e, nil
}

// overlay keeps what is written to a store from it.
type overlay struct {
	Memory
	under Store
}

// Table returns what was written here, or else below.
func (o *overlay) Table(name string) (ast.Table, bool) {
	if t, ok := o.Memory.Table(name); ok {
		return t, ok
	}
	return o.under.Table(name)
}

// Question narrows what [Explain] tells. The zero Question asks about all.
type Question struct {
	// Event picks the event that is asked about, the first for which it
	// returns true; n is its number among those given, from 1. Nil asks about
	// all events.
	Event func(n int, ev Event) bool
	// Keys picks the join keys that are told of, by their names and values;
	// nil picks all.
	Keys func(keys []Seen) bool
	// Most is how many join keys, and how many runs of a search, are told of;
	// 0 means DefaultMost.
	Most int
}

// DefaultMost is how many join keys or runs an explanation tells of: what
// fits a screen.
const DefaultMost = 5

// Explain takes events through a rule, as [New], [Engine.Process] and
// [Engine.Flush] to the [End] do, and says what came of them and why: for each
// step the events that met it and the one that came nearest, for each join key
// how far its events came, for a search the rows in and out of each stage.
// Events are taken in the order given; the options are those of New.
//
// The events are ranged over three times if a search is asked about one of
// them, which shows what is another without it. The error is what is wrong
// with the rule, that the event asked about is not among them, or the
// context's.
func Explain(ctx context.Context, rule *ast.Rule, events iter.Seq[Event], q Question, opts ...Option) (Explanation, error) {
	if err := checkRule(rule, map[string]bool{}); err != nil {
		return Explanation{}, err
	}
	conf := newConfig(opts)
	events = identified(conf, events)
	r := newRecord(nil, q)
	if q.Event != nil && rule.Query.Language == ast.SPL {
		base, err := without(ctx, rule, events, q, opts)
		if err != nil {
			return Explanation{}, err
		}
		r.search.base, r.about, r.mapping = base, base.about, base.mapping
	}
	e, err := recording(conf, rule, r)
	if err != nil {
		return Explanation{}, err
	}
	n := 0
	for ev := range events {
		if n++; ctx.Err() != nil {
			return Explanation{}, ctx.Err()
		}
		r.arrive(n, ev, r.about == nil && q.Event != nil && q.Event(n, ev))
		e.Process(ev)
	}
	if q.Event != nil && r.about == nil {
		return Explanation{}, errors.New("the event that is asked about is not among those given")
	}
	e.Flush(End)
	r.late = e.stats.Late
	return r.explanation(), nil
}

// identified are the events with their ids, which share no memory with them.
func identified(conf *config, events iter.Seq[Event]) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for ev := range events {
			if ev.Fields != nil {
				ev.ID = strings.Clone(eventID(Event{Time: ev.Time, ID: ev.ID, Fields: conf.wrap(ev.Fields)}))
			}
			if !yield(ev) {
				return
			}
		}
	}
}

// without runs a search over all events but the one that is asked about.
func without(ctx context.Context, rule *ast.Rule, events iter.Seq[Event], q Question, opts []Option) (*journal, error) {
	pick, n := 0, 0
	base := newRecord(nil, q)
	base.without = true
	for ev := range events {
		if n++; q.Event(n, ev) {
			pick = n
			base.arrive(n, ev, true)
			break
		}
	}
	e, err := recording(newConfig(opts), rule, base)
	if err != nil {
		return nil, err
	}
	n = 0
	for ev := range events {
		if n++; ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if n != pick {
			e.Process(ev)
		}
	}
	e.Flush(End)
	return base.search, nil
}

package engine

import (
	"slices"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/index"
)

// FullScan evaluates every rule for every event, without the index that finds
// those which an event can concern, and lets none share what it holds. The alerts
// are the same; it is there to show that.
func FullScan() Option { return func(c *config) { c.fullScan = true } }

// dispatch tells which rules must see an event, and which must see time pass.
type dispatch struct {
	cursor         *index.Cursor // nil: every rule sees every event
	recent         *index.Cursor // of the rules that came since it was made; nil for none
	more           []int32       // what recent has found
	found          []int32       // the rules that the loaded event concerns
	all            []int32
	few            few       // in place of the index
	steady         bool      // an event that concerns no rule does nothing but to move the clock
	outlooks       []outlook // once they were asked for
	relatedColumns []uint32  // of what related keep, as outlooks

	related []*compiled // rules that may follow a process
	kin     []int32     // of these, those that do: they see every event
	prompt  []*compiled // sequences with a missing event: time alone decides them
	timed   []*compiled // these, and searches, which run when their time has come
	waiting []int32     // searches that have seen no event yet
	intakes []*intake   // of searches
	spans   []*compiled // rules that let go of what is out of their span

	machines []evictor // what holds events, beside searches
	tick     time.Time // the next run of a search
	swept    int       // events since state was last looked through
}

// sweepEvery is after how many events the rules with a state let go of what is
// out of their span, beside what they let go of whenever an event concerns
// them. It bounds what rests in memory for nothing, and costs each event a
// few nanoseconds.
const sweepEvery = 1 << 12

// newDispatch sorts the compiled rules by what they have to see, and indexes
// them.
func (e *Engine) newDispatch() {
	d := e.sortRules()
	if !e.conf.fullScan {
		d.cursor = index.Build(e.entriesFor(d.all)).Cursor()
	}
	e.dispatch = d
	e.begun()
	e.schedule()
}

// sortRules returns the rules by what they have to see, without an index.
func (e *Engine) sortRules() dispatch {
	d := dispatch{few: e.few(), all: make([]int32, 0, len(e.rules))}
	d.steady = e.clock.orderly() && e.conf.record == nil && !e.conf.fullScan
	for i, c := range e.rules {
		d.all = append(d.all, int32(i))
		if len(c.kin) > 0 {
			d.related = append(d.related, c)
		}
		if c.kin.known() {
			d.kin = append(d.kin, int32(i))
		}
		if !c.free && c.search == nil && promptly(c.rule.Query) {
			d.prompt = append(d.prompt, c)
			d.steady = false
			d.timed = append(d.timed, c)
		}
		if x, ok := evictorOf(c); ok && c.intake == nil {
			d.machines = append(d.machines, x)
		}
		if c.intake != nil {
			d.intakes = append(d.intakes, c.intake)
		}
		if !c.free && c.intake == nil && c.search == nil {
			d.spans = append(d.spans, c)
		}
		if c.search != nil {
			d.timed = append(d.timed, c)
			if c.search.next.IsZero() {
				d.waiting = append(d.waiting, int32(i))
			}
		}
	}
	return d
}

// entriesFor returns what the index has to know of some of the rules.
func (e *Engine) entriesFor(rules []int32) []index.Entry {
	entries := make([]index.Entry, 0, 2*len(rules))
	for _, i := range rules {
		for _, x := range e.rules[i].entries {
			x.Rule = int(i)
			entries = append(entries, x)
		}
	}
	return entries
}

// follow notes that a rule follows a process from now on. Until then only the
// events that begin it matter.
func (d *dispatch) follow(i int32, c *compiled) {
	if at, known := slices.BinarySearch(d.kin, i); !known && c.kin.known() {
		d.kin = slices.Insert(d.kin, at, i)
	}
}

// promptly reports whether a query finds something by time alone.
func promptly(q *ast.Query) bool {
	st, ok := q.Stages[0].(*ast.Sequence)
	if !ok {
		return false
	}
	for i := range st.Steps {
		if st.Steps[i].Missing {
			return true
		}
	}
	return false
}

// look finds the rules that the loaded event concerns.
func (e *Engine) look() {
	d := &e.dispatch
	met := e.met
	e.met, e.sure = 0, false
	switch {
	case d.cursor == nil:
		d.found = append(d.found[:0], d.all...)
		return
	case met != 0 && met != unknown:
		d.found, e.sure = d.few.concerned(met, d.found[:0]), met.sure()
		d.addStanding()
		return
	}
	d.found = d.cursor.Candidates(&e.frame, d.found[:0])
	if d.recent != nil {
		d.more = d.recent.Candidates(&e.frame, d.more[:0])
		d.found = merge(d.found, d.more)
	}
	d.addStanding()
}

// addStanding adds the rules that see every event.
func (d *dispatch) addStanding() {
	if len(d.kin)+len(d.waiting) > 0 {
		d.found = merge(d.found, d.kin)
		d.found = merge(d.found, d.waiting)
	}
}

// merge puts the members of more, both ascending, into list.
func merge(list, more []int32) []int32 {
	if len(more) == 0 {
		return list
	}
	i, j := len(list)-1, len(more)-1
	list = append(list, more...)
	for at := len(list) - 1; j >= 0; at-- {
		if i >= 0 && list[i] > more[j] {
			list[at] = list[i]
			i--
		} else {
			list[at] = more[j]
			j--
		}
	}
	out := list[:1]
	for _, r := range list[1:] {
		if r != out[len(out)-1] {
			out = append(out, r)
		}
	}
	return out
}

// advance lets the rules know that no event before t will come, those for
// which that can mean something.
func (e *Engine) advance(t time.Time) {
	d := &e.dispatch
	if d.cursor == nil {
		e.advanceAll(t)
		return
	}
	if d.swept++; d.swept >= sweepEvery {
		d.swept = 0
		for _, c := range d.spans {
			e.pass(c, t)
		}
	}
	if d.ticks(t) {
		for _, c := range d.timed {
			e.pass(c, t)
		}
		e.forget()
		e.schedule()
		return
	}
	for _, c := range d.prompt {
		e.pass(c, t)
	}
}

// calm reports whether nothing is due beside what the next event may ask for.
func (e *Engine) calm() bool {
	d := &e.dispatch
	return d.steady && len(d.waiting)+len(e.queue) == 0 && e.weighed+1 < weighEvery && d.swept+1 < sweepEvery
}

// rests takes the time of the event at hand, where it concerns no rule and nothing is
// due: all there is to do is to move the clock, or to count that it is late. It reports
// false, and has changed nothing, where there may be more.
func (e *Engine) rests(t time.Time) bool {
	d := &e.dispatch
	if len(d.found) > 0 || e.sight != nil && len(e.sight.idle) > 0 || !e.calm() {
		return false
	}
	switch {
	case e.clock.follows(t) && !d.ticks(t):
		e.clock.follow(t)
	case e.clock.late(t) && !t.After(e.clock.greatest):
		e.clock.ahead = 0
		e.stats.Late++
	default:
		return false
	}
	e.weighed++
	d.swept++
	return true
}

// ticks reports whether a search is to run at t.
func (d *dispatch) ticks(t time.Time) bool { return !d.tick.IsZero() && !d.tick.After(t) }

// pass lets a rule know that no event before t will come.
func (e *Engine) pass(c *compiled, t time.Time) {
	if c.free {
		return
	}
	c.runner.advance(t)
	c.sweepLimit(t)
	if e.conf.observer.Lost != nil {
		e.tellLost(c)
	}
}

func (e *Engine) advanceAll(t time.Time) {
	e.dispatch.swept = 0
	for _, c := range e.rules {
		e.pass(c, t)
	}
	e.forget()
	e.schedule()
}

// forget drops the events that no search reads any more.
func (e *Engine) forget() {
	for _, in := range e.dispatch.intakes {
		in.forget()
	}
}

// schedule finds the next run of a search.
func (e *Engine) schedule() {
	d := &e.dispatch
	d.tick = time.Time{}
	for _, c := range d.timed {
		if c.search != nil {
			d.expect(c.search)
		}
	}
}

// beginSearches tells the searches that wait for their first event of the one that
// is loaded, if they see it.
func (e *Engine) beginSearches(ev Event) {
	d := &e.dispatch
	if len(d.waiting) == 0 {
		return
	}
	for _, i := range d.waiting {
		if c := e.rules[i]; e.turn >= c.since && e.sees(i, c) {
			c.search.begin(ev)
		}
	}
	e.begun()
	e.schedule()
}

// sees reports whether a search that waits for its first event sees the one at hand.
func (e *Engine) sees(i int32, c *compiled) bool {
	if e.sight != nil {
		_, shut := slices.BinarySearch(e.sight.shut, i)
		return !shut
	}
	return c.admits(&e.frame)
}

// begun lets the searches go that have seen their first event.
func (e *Engine) begun() {
	d := &e.dispatch
	d.waiting = slices.DeleteFunc(d.waiting, func(i int32) bool { return !e.rules[i].search.next.IsZero() })
}

// expect notes the next run of a search. One that has nothing to search rests
// until an event concerns it.
func (d *dispatch) expect(w *windowRunner) {
	if w.next.IsZero() || w.empty() && w.quiet() {
		return
	}
	if d.tick.IsZero() || w.next.Before(d.tick) {
		d.tick = w.next
	}
}

// entriesOf lists the conditions one of which an event must meet to concern
// the query. seen is what it must meet to be seen by the rule, nil for nothing.
func (c *config) entriesOf(r *compiled, s *expr.Scope, seen ast.Expr) []index.Entry {
	q := r.rule.Query
	if q.Language == ast.SPL {
		return nil
	}
	category := c.categoryOf(q)
	var list []index.Entry
	add := func(cond ast.Expr) {
		if seen != nil {
			cond = &ast.Logic{Op: ast.And, List: []ast.Expr{cond, seen}}
		}
		list = append(list, index.Entry{Cond: cond, Scope: s})
	}
	steps := func(steps []ast.Step, until *ast.Step) {
		for i := range steps {
			add(eventCond(&steps[i].Event, category))
		}
		if until != nil {
			add(eventCond(&until.Event, category))
		}
	}
	switch st := q.Stages[0].(type) {
	case *ast.Events:
		add(r.asks)
	case *ast.Sequence:
		steps(st.Steps, st.Until)
	case *ast.Sample:
		steps(st.Steps, nil)
	case *ast.Combine:
		steps(st.Steps, st.Until)
	default:
		list = append(list, index.Entry{Scope: s})
	}
	if len(r.kin) == 0 {
		return list
	}
	for _, st := range q.Stages { // the events whose processes are followed
		for n := range ast.Preorder(st) {
			if rel, ok := n.(*ast.Relation); ok && rel.Event != nil {
				list = append(list, index.Entry{Cond: eventCond(rel.Event, category), Scope: s})
			}
		}
	}
	return list
}

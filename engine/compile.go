package engine

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/index"
	"github.com/spoor-lang/spoor/engine/internal/match"
	"github.com/spoor-lang/spoor/engine/internal/sequence"
)

// compiled is a rule that runs.
type compiled struct {
	rule   *ast.Rule
	runner runner
	meets  expr.Cond // what concerns comes to, where that is one condition: see oneCond
	keep   *keeper   // nil for a search, and for a rule without a state until it raises an alert: see lateKeeper
	seen   expr.Cond // what an event has to meet to be seen; nil for every event
	fields []string  // that the query reads, once they were asked for: see reads
	limit  *limiter
	kin    lineages
	alerts int
	late   int // events that came too late for it
	lateAt int // the latest of them

	candidates, matches int
	measured            time.Duration // of the events that were measured
	asked               time.Duration // of an intake: what it took to ask whether it takes the event that is measured
	told                int           // losses, to the observer

	notes  []ast.Note
	gaveUp *match.GaveUp // what its regular expressions did since it runs here
	before int           // what they did until then: see Restore

	asks    ast.Expr      // of an event query
	free    bool          // of a state: see stateless
	search  *windowRunner // nil for another rule
	begins  *beginning    // nil for what is a rule
	intake  *intake       // nil for what is a rule
	begun   *compiled     // the place of its beginning; nil for none
	seat    int           // in that
	entries []index.Entry // for the index
	columns []uint32      // on the shelf, of what it keeps, where events wait for their turn
	uses    expr.Uses     // conditions that others may have, too
	since   uint64        // held events before it are none of the rule's: see Engine.order
	print   prints        // once it was asked for: see prints
	why     *explainer    // once it was asked for
}

// runner evaluates one query over a stream. Events come in order, except for
// one without a state.
type runner interface {
	// bind says where finds go, once, before anything else: a closure for
	// each event would be garbage for each event. full reports, before a find is
	// put together, that nobody wants it.
	bind(emit func(found), full func(at time.Time) bool)
	// concerns reports whether the runner needs to see the event.
	concerns(f *field.Frame) bool
	step(f *field.Frame, ev Event)
	// advance says that no event before t will come.
	advance(t time.Time)
	// finish says that no event will come.
	finish()
	load() load
}

// found is what a runner has found.
type found struct {
	events           []Event
	keys             []Value
	row              Row
	time             time.Time
	earliest, latest time.Time
}

// stateless tells that the order of events does not matter to the rule. One
// that suppresses alerts needs it, to know which came first.
func (c *compiled) stateless() bool {
	_, ok := c.runner.(*eventRunner)
	return ok && c.rule.Suppression == nil && len(c.kin) == 0
}

// step shows the rule an event in its turn.
func (c *compiled) step(f *field.Frame, ev Event) {
	c.kin.observe(f, ev)
	c.runner.step(f, ev)
}

// concerns reports whether the rule needs to see the event. A process tree
// grows by events that the rule itself does not ask for.
func (c *compiled) concerns(f *field.Frame) bool {
	return c.kin.concern(f) || c.wants(f)
}

// wants is concerns, of the runner alone.
func (c *compiled) wants(f *field.Frame) bool {
	if c.meets != nil {
		return c.meets(f) == expr.True
	}
	return c.runner.concerns(f)
}

// oneCond is a runner whom one condition tells whether it needs to see an event: nil
// for every event. It is asked without the runner, as that is more to load for each
// candidate.
type oneCond interface{ meets() expr.Cond }

func meetsOf(run runner) expr.Cond {
	if r, ok := run.(oneCond); ok {
		return r.meets()
	}
	return nil
}

// compile makes a rule's runner. The error joins everything that is wrong
// with the rule.
func (e *Engine) compile(r *ast.Rule) (*compiled, error) {
	q := r.Query
	c := &compiled{rule: r, notes: slices.Clone(q.Notes)}
	c.limit = newLimiter(r)
	s := e.conf.scope(q, e.slots, &c.kin)
	s.Shared, s.GaveUp = &e.shared, &match.GaveUp{}
	c.gaveUp = s.GaveUp
	if r.Tiebreaker != "" && r.Tiebreaker != e.conf.tiebreaker {
		c.notes = append(c.notes, ast.Note{Text: fmt.Sprintf(
			"events of the same time are ordered by %s, as the engine is told, not by %s", e.conf.tiebreaker, r.Tiebreaker)})
	}
	seen := e.conf.seenCond(r)
	if seen != nil {
		c.seen = openly(s, seen)
	}
	var err error
	c.runner, err = e.conf.runner(r, s, c)
	if errs := join(s.Errors); errs != nil {
		err = errors.Join(errs, err)
	}
	c.uses = e.shared.Used()
	c.notes = append(append(c.notes, s.Notes...), e.conf.unplaced(q)...)
	if err != nil {
		e.shared.Release(c.uses, e.slots)
		return c, err
	}
	c.runner.bind(func(x found) { e.raise(c, x) }, func(at time.Time) bool { return e.holdsBack(c, at) })
	c.search, _ = c.runner.(*windowRunner)
	c.meets = meetsOf(c.runner)
	switch c.free = c.stateless(); {
	case c.free:
		c.runner.(*eventRunner).keeper = func() *keeper { return e.lateKeeper(c) }
	case c.search == nil:
		c.keep = e.conf.keeperOf(c)
	}
	if c.search != nil && e.conf.reasons {
		c.search.journal = newRecord(e.newExplainer(c), Question{Most: 1}).search
	}
	c.entries = append(c.entries, e.conf.entriesOf(c, s, seen)...)
	return c, nil
}

// unplaced notes where a query asks for the places of addresses that nobody
// knows.
func (c *config) unplaced(q *ast.Query) (notes []ast.Note) {
	if c.geo != nil || q.Language != ast.SPL {
		return nil
	}
	for _, st := range q.Stages {
		for n := range ast.Preorder(st) {
			if g, ok := n.(*ast.Geo); ok {
				notes = append(notes, ast.Note{Off: g.Pos(), Text: "iplocation adds nothing without the option engine.Geo"})
			}
		}
	}
	return notes
}

// osField tells which system an event comes from.
const osField = "host.os.type"

// scope returns what the conditions of a query may refer to.
// Lineages that they need go to kin.
func (c *config) scope(q *ast.Query, slots *field.Slots, kin *lineages) *expr.Scope {
	s := &expr.Scope{Slots: slots, View: q.View, Source: sourceOf(q), Types: c.typeOf(), Names: c.fieldNames}
	s.Relation = func(r *ast.Relation) expr.Cond {
		l := sequence.NewLineage(r, s, c.lineage(q))
		*kin = append(*kin, l) // behind those within it, which observe first
		return l.Cond()
	}
	return s
}

// lineages are the process trees that a query follows. They see every event,
// in order, before the query does.
type lineages []*sequence.Lineage

func (ls lineages) observe(f *field.Frame, ev Event) {
	for _, l := range ls {
		l.Observe(f, ev)
	}
}

// concern reports whether an event may change which processes are followed.
func (ls lineages) concern(f *field.Frame) bool {
	return slices.ContainsFunc(ls, func(l *sequence.Lineage) bool { return l.Concerns(f) })
}

// known reports whether a process is followed.
func (ls lineages) known() bool {
	for _, l := range ls {
		if l.Stats().Keys > 0 {
			return true
		}
	}
	return false
}

// processEnd tells events after which a process has no more children.
var processEnd = &ast.Compare{
	Op: ast.Eq, X: &ast.Field{Name: "event.type"}, Y: &ast.Literal{Value: "end"}, Null: ast.NullIsFalse,
}

// runner chooses how a query runs, by its first stage.
func (c *config) runner(r *ast.Rule, s *expr.Scope, into *compiled) (runner, error) {
	q := r.Query
	if len(q.Stages) == 0 {
		return nil, s.Source.Errorf(0, "expected a query, found nothing")
	}
	if q.Language == ast.SPL {
		return c.windowRunner(r, s, into)
	}
	run, err := c.eqlRunner(q, s, into)
	if err != nil {
		return nil, err
	}
	for _, st := range q.Stages[1:] {
		switch st := st.(type) {
		case *ast.Head:
			run = &headRunner{runner: run, left: st.N}
		case *ast.Filter:
			run = &filterRunner{runner: run, pass: passes(s.Cond(st.Cond), &field.Frame{Slots: s.Slots})}
		case *ast.Tail:
			into.notes = append(into.notes, ast.Note{Off: st.Pos(),
				Text: "a stream has no end to count `tail` from: every match raises an alert"})
		default:
			return nil, s.Source.Errorf(st.Pos(), "expected head, tail or filter in a rule over a stream, found another pipe")
		}
	}
	return run, nil
}

func (c *config) eqlRunner(q *ast.Query, s *expr.Scope, into *compiled) (runner, error) {
	category := c.categoryOf(q)
	if st, ok := q.Stages[0].(*ast.Events); ok {
		into.asks = eventCond(st, category)
		return &eventRunner{cond: s.CondLater(into.asks), keeper: func() *keeper { return into.keep }}, nil
	}
	keep := func(ev Event) Fields { return into.keep.keep(ev.Fields) }
	if m := c.machine(q, s, category, false, keep); m != nil {
		return &machineRunner{machine: m}, nil
	}
	return nil, s.Source.Errorf(q.Stages[0].Pos(), "expected an event query, a sequence or a sample")
}

func (c *config) categoryOf(q *ast.Query) string {
	switch {
	case q.Category != "":
		return q.Category
	case c.category != "":
		return c.category
	}
	return ast.DefaultCategory
}

// eventNodes are what eventCond adds to a condition, in one piece of memory: nearly
// every rule has them.
type eventNodes struct {
	and      ast.Logic
	list     [3]ast.Expr
	is       ast.Compare
	field    ast.Field
	category ast.Literal
}

// eventCond is the condition of an event query, with its category, or that it
// is a metric.
func eventCond(ev *ast.Events, category string) ast.Expr {
	if ev.Category == "" && !ev.Metrics && ev.Where != nil {
		return ev.Where
	}
	n := &eventNodes{}
	list := n.list[:0]
	if ev.Category != "" {
		n.field = ast.Field{Off: ev.Off, Name: category}
		n.category = ast.Literal{Off: ev.Off, Value: ev.Category}
		n.is = ast.Compare{Off: ev.Off, Op: ast.Eq, Null: ast.NullIsFalse, X: &n.field, Y: &n.category}
		list = append(list, &n.is)
	}
	if ev.Metrics {
		list = append(list, &ast.Not{Off: ev.Off, X: &ast.IsNull{Off: ev.Off, X: &ast.Field{Off: ev.Off, Name: "metric_name"}}})
	}
	if ev.Where != nil {
		list = append(list, ev.Where)
	}
	switch len(list) {
	case 0:
		return &ast.Bool{Off: ev.Off, Value: true}
	case 1:
		return list[0]
	}
	n.and = ast.Logic{Off: ev.Off, Op: ast.And, List: list}
	return &n.and
}

// admits reports whether the rule sees the event at all.
func (c *compiled) admits(f *field.Frame) bool {
	return c.seen == nil || c.seen(f) == expr.True
}

// raise makes an alert of a find, unless the rule's limits hold it back.
func (e *Engine) raise(c *compiled, x found) {
	a := Alert{
		ID: alertID(c.rule.ID, x.events, x.row), Rule: c.rule, Time: x.time,
		Events: x.events, Keys: x.keys, Row: x.row,
		Earliest: x.earliest, Latest: x.latest,
		Inferred: c.inferred(x.events),
	}
	c.matches++
	admitted := c.limit.admits(&a)
	e.conf.record.alert(a, admitted)
	switch o := &e.conf.observer; {
	case admitted:
		if e.conf.reasons {
			a.Reasons = e.reasons(c, &a)
		}
		c.alerts++
		e.alerts = append(e.alerts, a)
		if o.Alert != nil {
			o.Alert(a)
		}
	case o.HeldBack != nil:
		o.HeldBack(c.rule, a.Time)
	}
}

// holdsBack reports whether the rule's limits hold a find back whatever it is: what
// its events and its ID are is then never worked out. A rule that finds something
// all the time, and may raise a hundred alerts, is spared nearly all of that.
func (e *Engine) holdsBack(c *compiled, at time.Time) bool {
	if e.conf.record != nil || !c.limit.full(at) { // an explanation tells of each
		return false
	}
	c.matches++
	if e.conf.observer.HeldBack != nil {
		e.conf.observer.HeldBack(c.rule, at)
	}
	return true
}

// inferred returns the rule's fields that were inferred in one of the events.
func (c *compiled) inferred(events []Event) []string {
	var names []string
	for _, ev := range events {
		i, ok := ev.Fields.(inferrer)
		if !ok {
			continue
		}
		for _, n := range i.Inferred() {
			if slices.Contains(c.reads(), n) && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	return names
}

// reads lists the fields that the query reads, and what a search needs beside.
func (c *compiled) reads() []string {
	if c.fields == nil {
		c.fields = fieldsOf(c.rule.Query)
		if c.search != nil {
			for i := range c.search.sources {
				c.fields = append(c.fields, c.search.sources[i].Needs...)
			}
		}
	}
	return c.fields
}

// join joins errors, each once: what steps of a sequence share is compiled for each.
func join(errs []*ast.Error) error {
	list := make([]error, 0, len(errs))
	told := map[string]bool{}
	for _, e := range errs {
		if text := e.Error(); !told[text] {
			told[text] = true
			list = append(list, e)
		}
	}
	return errors.Join(list...)
}

package engine

import (
	"context"
	"iter"
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/match"
	"github.com/spoor-lang/spoor/engine/internal/pipeline"
	"github.com/spoor-lang/spoor/engine/internal/sequence"
)

// Search runs one query over a finite set of events and yields its rows, in
// the query's order. For EQL a row is a hit: its Events, and the Keys of a
// sequence or sample. For SPL it has columns.
//
// Events are taken in the order of their times and tie-breakers; those of the
// same time without one, in the order given. The events are ranged over more
// than once if the search reads them more than once (join, append, a
// subsearch), and their fields must not change while it runs. An error is
// yielded last: what is wrong with the query, all joined, or the context's
// error. What a bound makes the search drop is told to an [Observer].
func Search(ctx context.Context, q *ast.Query, events iter.Seq[Event], opts ...Option) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		c := newConfig(opts)
		search := c.searchEvents
		if q.Language == ast.SPL {
			search = c.searchRows
		}
		if err := search(ctx, q, events, yield); err != nil {
			yield(Row{}, err)
		}
	}
}

// searchRows runs a pipeline.
func (c *config) searchRows(ctx context.Context, q *ast.Query, events iter.Seq[Event], yield func(Row, error) bool) error {
	lost, gaveUp := c.lostBy(q), &match.GaveUp{}
	prog, errs := pipeline.Compile(q, c.pipelineOptions(nil, nil, gaveUp))
	if len(errs) > 0 {
		return join(errs)
	}
	now, ordered := c.now, false
	if now.IsZero() {
		ordered = true
		for ev := range events {
			if c := ev.Time.Compare(now); c > 0 {
				now = ev.Time
			} else if c < 0 {
				ordered = false
			}
		}
	}
	t, err := prog.Run(ctx, &pipeline.Env{
		Input: scan{c, events}, Lasting: true, Ordered: ordered, Now: now, Earliest: c.earliest, Latest: c.latest,
		Zone: c.zone, Geo: c.geo, Store: c.store, Custom: c.commands, Truncated: lost,
	})
	if n := gaveUp.Times(); n > 0 && lost != nil {
		lost(0, "", n)
	}
	if err != nil {
		return err
	}
	for i := range t.Len() {
		if !yield(rowOf(t, i), nil) {
			return nil
		}
	}
	return nil
}

// lostBy returns what tells the observer what a query has lost; nil where there is
// none.
func (c *config) lostBy(q *ast.Query) func(int, string, int) {
	if c.observer.Lost == nil {
		return nil
	}
	r := &ast.Rule{Query: q}
	return func(_ int, _ string, n int) { c.observer.Lost(r, n) }
}

// scan gives every source of a search all events.
type scan struct {
	conf   *config
	events iter.Seq[Event]
}

func (s scan) Scan(*ast.Events) iter.Seq[Event] {
	if !s.conf.aliases {
		return s.events
	}
	return func(yield func(Event) bool) {
		for ev := range s.events {
			if ev.Fields != nil {
				ev.Fields = s.conf.wrap(ev.Fields)
			}
			if !yield(ev) {
				return
			}
		}
	}
}

// searchEvents runs an event query, a sequence or a sample.
func (c *config) searchEvents(ctx context.Context, q *ast.Query, events iter.Seq[Event], yield func(Row, error) bool) error {
	slots := &field.Slots{}
	var kin lineages
	s := c.scope(q, slots, &kin)
	if len(q.Stages) == 0 {
		return s.Source.Errorf(0, "expected a query, found nothing")
	}
	frame := &field.Frame{Slots: slots, Zone: c.zone}
	find, err := c.finder(q, s)
	after := pipes(q.Stages[1:], s, frame)
	if err := orJoined(s.Errors, err); err != nil {
		return err
	}
	sorted := c.sorted(slots, frame, events)
	var rows []Row
	for i, ev := range sorted {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		frame.Reset(ev.Fields)
		frame.Time, frame.Now = ev.Time, c.now
		kin.observe(frame, ev)
		find.step(frame, ev, func(r Row) { rows = append(rows, r) })
	}
	find.finish(func(r Row) { rows = append(rows, r) })
	for _, p := range after {
		rows = p(rows)
	}
	for _, r := range rows {
		if !yield(r, nil) {
			return nil
		}
	}
	return nil
}

func orJoined(errs []*ast.Error, err error) error {
	if e := join(errs); e != nil {
		return e
	}
	return err
}

// sorted returns the events in event order.
func (c *config) sorted(slots *field.Slots, frame *field.Frame, events iter.Seq[Event]) []Event {
	tie := slots.Slot(ast.ViewECS, c.tiebreaker)
	var all []held
	for ev := range events {
		if ev.Fields == nil {
			continue
		}
		ev.Fields = c.wrap(ev.Fields)
		frame.Reset(ev.Fields)
		h := held{ev: ev, tie: frame.Get(tie), order: uint64(len(all))}
		h.ev.ID = "" // the order given decides, not the id
		all = append(all, h)
		all[len(all)-1].ev = ev
	}
	slices.SortStableFunc(all, func(a, b held) int {
		if c := a.ev.Time.Compare(b.ev.Time); c != 0 {
			return c
		}
		return compareTies(a.tie, b.tie)
	})
	list := make([]Event, len(all))
	for i := range all {
		list[i] = all[i].ev
	}
	return list
}

// finder finds the rows of a batch.
type finder struct {
	step   func(f *field.Frame, ev Event, emit func(Row))
	finish func(emit func(Row))
}

func (c *config) finder(q *ast.Query, s *expr.Scope) (finder, error) {
	category := c.categoryOf(q)
	if st, ok := q.Stages[0].(*ast.Events); ok {
		return eventFinder(s.Cond(eventCond(st, category))), nil
	}
	whole := func(ev Event) Fields { return ev.Fields } // a batch's events outlive it
	m := c.machine(q, s, category, true, whole)
	if m == nil {
		return finder{}, s.Source.Errorf(q.Stages[0].Pos(), "expected an event query, a sequence or a sample")
	}
	return finder{
		step: func(f *field.Frame, ev Event, emit func(Row)) {
			m.Step(f, ev, func(x sequence.Match) { emit(matchRow(x)) })
		},
		finish: func(emit func(Row)) {
			row := func(x sequence.Match) { emit(matchRow(x)) }
			m.Advance(End, row)
			if sampler, ok := m.(*sequence.Sampler); ok {
				sampler.Finish(row)
			}
		},
	}, nil
}

func eventFinder(cond expr.Cond) finder {
	return finder{
		step: func(f *field.Frame, ev Event, emit func(Row)) {
			if cond(f) == expr.True {
				emit(Row{Events: []Event{ev}})
			}
		},
		finish: func(func(Row)) {},
	}
}

func matchRow(m sequence.Match) Row {
	r := Row{Keys: m.Keys, Events: make([]Event, len(m.Events))}
	for i, k := range m.Events {
		if k != nil {
			r.Events[i] = Event{Time: k.Time, ID: k.ID, Fields: k.Fields}
		}
	}
	return r
}

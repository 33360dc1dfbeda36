package engine

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/pipeline"
)

// windowRunner runs a search over a stream: it holds the events that the
// search's sources ask for, and runs the search over the window that its
// schedule gives, in event time.
type windowRunner struct {
	prog     *pipeline.Program
	sources  []source
	schedule *schedule
	conf     *config
	rule     *ast.Rule

	next      time.Time // of the next run; zero before the first event
	quiet     bool      // the search yields no row where there are no events
	truncated int
	seen      map[string]time.Time // continuous: rows that were raised, by identity
	order     uint64
	emit      func(found)
}

// source is one place of a search where events come in.
type source struct {
	pipeline.Source
	keep   *keeper
	events []held // in event order
}

// windowRunner compiles a search for a stream.
func (c *config) windowRunner(r *ast.Rule, s *expr.Scope, into *compiled) (runner, error) {
	prog, errs := pipeline.Compile(r.Query, pipeline.Options{Zone: c.zone, Slots: s.Slots, Types: c.typeOf()})
	if len(errs) > 0 {
		return nil, join(errs)
	}
	when := r.Schedule
	if c.override != nil {
		when = *c.override
	}
	sched, err := newSchedule(when)
	if err != nil {
		return nil, s.Source.Errorf(0, "%v", err)
	}
	w := &windowRunner{prog: prog, schedule: sched, conf: c, rule: r, seen: map[string]time.Time{}}
	for _, src := range prog.Sources() {
		k := newKeeper(r.Query.View, src.Needs, c.keep)
		if src.All {
			k.all = []string{r.Query.View}
		}
		w.sources = append(w.sources, source{Source: src, keep: k})
		into.keep.join(k)
		into.fields = append(into.fields, src.Needs...)
	}
	w.quiet = len(w.sources) > 0 && w.silentWhenEmpty()
	return w, nil
}

// silentWhenEmpty tries the search on nothing. A search that finds something
// in an empty window (a count of 0, a lookup's rows) must run on every tick;
// others rest while they hold no event.
func (w *windowRunner) silentWhenEmpty() bool {
	env := w.env(time.Unix(0, 0).UTC(), time.Time{}, time.Time{})
	env.Store, env.Truncated = nil, nil // the trial leaves no trace
	t, err := w.prog.Run(context.Background(), env)
	return err == nil && t.Len() == 0
}

func (w *windowRunner) bind(emit func(found)) { w.emit = emit }

func (w *windowRunner) concerns(f *field.Frame) bool {
	for i := range w.sources {
		if w.sources[i].Match(f) {
			return true
		}
	}
	return false
}

func (w *windowRunner) step(f *field.Frame, ev Event) {
	if w.next.IsZero() {
		w.next = w.schedule.next(ev.Time.In(w.conf.zone).Add(-time.Nanosecond))
	}
	took := false
	for i := range w.sources {
		src := &w.sources[i]
		if !src.Match(f) {
			continue
		}
		took = true
		kept := Event{Time: ev.Time, ID: ev.ID, Fields: src.keep.keep(ev.Fields)}
		src.events = append(src.events, held{ev: kept, order: w.order})
		if over := len(src.events) - w.conf.windowSize; over > 0 {
			src.events = slices.Delete(src.events, 0, over)
			w.truncated += over
		}
	}
	w.order++
	if took && w.conf.continuous {
		w.runContinuous(ev.Time)
	}
}

func (w *windowRunner) advance(t time.Time) {
	if w.next.IsZero() || w.conf.continuous || !t.Before(End) {
		return // the end of a stream is no time to run at: finish does
	}
	for !w.next.After(t) {
		if w.quiet && w.empty() {
			w.next = w.schedule.next(maxTime(w.next, t).In(w.conf.zone))
			return
		}
		w.run(w.next)
		if w.next = w.schedule.next(w.next); w.next.IsZero() {
			return
		}
	}
}

// finish runs the searches whose windows hold an event still.
func (w *windowRunner) finish() {
	for !w.next.IsZero() && !w.conf.continuous && !w.empty() {
		w.run(w.next)
		w.next = w.schedule.next(w.next)
	}
}

func (w *windowRunner) empty() bool {
	for i := range w.sources {
		if len(w.sources[i].events) > 0 {
			return false
		}
	}
	return true
}

// run searches the window of the run at t, and forgets what no later run
// reads.
func (w *windowRunner) run(t time.Time) {
	earliest, latest := w.schedule.window(t)
	w.search(t, earliest, latest, w.emit)
	if after := w.schedule.next(t); !after.IsZero() {
		oldest, _ := w.schedule.window(after)
		w.forget(oldest, after)
	}
}

// forget drops the events that are older than what the next run reads.
func (w *windowRunner) forget(oldest, next time.Time) {
	for i := range w.sources {
		src := &w.sources[i]
		from := oldest
		if own, ok := src.Earliest(next); ok {
			from = own
		}
		n := sort.Search(len(src.events), func(j int) bool { return !src.events[j].ev.Time.Before(from) })
		src.events = slices.Delete(src.events, 0, n)
	}
}

func (w *windowRunner) runContinuous(t time.Time) {
	earliest, _ := w.schedule.window(t)
	w.search(t, earliest, time.Time{}, func(x found) {
		id := w.identity(x.row)
		if last, ok := w.seen[id]; ok && !last.Before(earliest) {
			w.seen[id] = t
			return
		}
		w.seen[id] = t
		w.emit(x)
	})
	w.forget(earliest, t)
	for id, last := range w.seen {
		if last.Before(earliest) {
			delete(w.seen, id)
		}
	}
}

// identity is what makes a row the same row: its group's keys where it has
// them, else all of it.
func (w *windowRunner) identity(r Row) string {
	keys := w.prog.Keys()
	if len(keys) == 0 || !hasAll(r.Columns, keys) {
		keys = r.Columns
	}
	var b strings.Builder
	for _, k := range keys {
		b.WriteString(r.Field(k).Text())
		b.WriteByte(0)
	}
	return b.String()
}

func hasAll(columns, keys []string) bool {
	for _, k := range keys {
		if !slices.Contains(columns, k) {
			return false
		}
	}
	return true
}

func (w *windowRunner) env(now, earliest, latest time.Time) *pipeline.Env {
	return &pipeline.Env{
		Input: w, Now: now, Earliest: earliest, Latest: latest,
		Zone: w.conf.zone, Geo: w.conf.geo, Store: w.conf.store, Custom: w.conf.commands,
		Truncated: func(_ int, _ string, n int) { w.truncated += n },
	}
}

func (w *windowRunner) search(now, earliest, latest time.Time, emit func(found)) {
	t, err := w.prog.Run(context.Background(), w.env(now, earliest, latest))
	if err != nil {
		w.fail(err)
		return
	}
	end := latest
	if end.IsZero() {
		end = now
	}
	for i := range t.Len() {
		emit(found{row: rowOf(t, i), time: end, earliest: earliest, latest: end})
	}
}

// fail counts a run that could not be finished as one whose rows were
// dropped.
func (w *windowRunner) fail(err error) {
	if !errors.Is(err, context.Canceled) {
		w.truncated++
	}
}

// Scan yields the held events of a source.
func (w *windowRunner) Scan(node *ast.Events) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for i := range w.sources {
			if w.sources[i].Node != node {
				continue
			}
			for _, h := range w.sources[i].events {
				if !yield(h.ev) {
					return
				}
			}
		}
	}
}

func (w *windowRunner) load() (held, truncated int) {
	for i := range w.sources {
		held += len(w.sources[i].events)
	}
	return held, w.truncated
}

func rowOf(t *pipeline.Table, i int) Row {
	r := Row{Columns: t.Columns()}
	r.Values = make([]Value, len(r.Columns))
	for j, c := range r.Columns {
		r.Values[j] = t.Value(i, c)
	}
	return r
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

package engine

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/match"
	"github.com/spoor-lang/spoor/engine/internal/pipeline"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

// windowRunner runs a search over a stream: over the window that its schedule gives,
// in event time, of the events that intakes hold for its sources.
type windowRunner struct {
	prog     *pipeline.Program
	sources  []source
	schedule *schedule
	conf     *config

	next      time.Time // of the next run; zero before the first event
	tried     bool      // on nothing
	silent    bool      // it yields no row then: see quiet
	evicted   int
	truncated int
	skipped   int                  // runs that were left out: see maxIdle
	seen      map[string]time.Time // continuous: rows that were raised, by identity
	keys      []string             // continuous: the columns that tell rows apart
	newest    time.Time            // of the events that were taken before a snapshot
	due       bool                 // continuous: it is to run over the event at hand
	emit      func(found)
	journal   *journal // is told of each run; nil in normal running

	shelf *shelf

	live      bool            // events are not held: see goLive
	panes     *pipeline.Panes // nil where a window must be run as a whole: see byPanes
	planned   bool            // whether it need be
	gathered  []pane          // those that the next window reads, and later ones, the oldest first
	paneBytes int
}

// windowRunner compiles a search for a stream.
func (c *config) windowRunner(r *ast.Rule, s *expr.Scope, into *compiled) (runner, error) {
	prog, errs := pipeline.Compile(r.Query, c.pipelineOptions(s.Slots, s.Shared, s.GaveUp))
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
	w := &windowRunner{prog: prog, schedule: sched, conf: c}
	w.sources = make([]source, 0, len(prog.Sources()))
	for _, src := range prog.Sources() {
		k := newKeeper(r.Query.View, src.Needs, c.keep)
		if src.All {
			k.all = []string{r.Query.View}
		}
		w.sources = append(w.sources, source{Source: src, keep: k, view: r.Query.View})
	}
	if c.continuous {
		w.keys = prog.Keys()
	}
	if w.panes = w.goLive(); w.panes != nil {
		w.live, w.planned = true, true
	}
	return w, nil
}

// pipelineOptions says how searches are compiled; slots is nil for slots of
// their own.
func (c *config) pipelineOptions(slots *field.Slots, shared *expr.Shared, gaveUp *match.GaveUp) pipeline.Options {
	return pipeline.Options{
		Zone: c.zone, Slots: slots, Shared: shared, GaveUp: gaveUp, Types: c.typeOf(),
		Commands: func(name string) bool { return c.commands[name] != nil },
	}
}

// quiet reports whether the search yields no row where there are no events.
func (w *windowRunner) quiet() bool {
	if !w.tried {
		w.tried, w.silent = true, len(w.sources) > 0 && w.silentWhenEmpty()
	}
	return w.silent
}

// silentWhenEmpty tries the search on nothing. A search that finds something
// in an empty window (a count of 0, a lookup's rows) must run on every tick;
// others rest while they hold no event.
func (w *windowRunner) silentWhenEmpty() bool {
	env := w.env(time.Unix(0, 0).UTC(), time.Time{}, time.Time{})
	env.Store, env.Truncated, env.Trace = nil, nil, nil // the trial leaves no trace
	t, err := w.prog.Run(context.Background(), env)
	return err == nil && t.Len() == 0
}

func (w *windowRunner) bind(emit func(found), _ func(time.Time) bool) { w.emit = emit }

func (w *windowRunner) concerns(f *field.Frame) bool {
	for i := range w.sources {
		if w.sources[i].Match(f) == expr.True {
			return true
		}
	}
	return false
}

// step runs the search over the window that ends with an event, which intakes have
// taken for it.
func (w *windowRunner) step(_ *field.Frame, ev Event) {
	if w.due {
		w.due = false
		w.runContinuous(ev.Time)
	}
}

// begin takes the time of the first event, from which the schedule counts.
func (w *windowRunner) begin(ev Event) {
	if w.next.IsZero() {
		w.next = w.schedule.next(ev.Time.In(w.conf.zone).Add(-time.Nanosecond))
	}
}

func (w *windowRunner) advance(t time.Time) {
	if w.next.IsZero() || w.conf.continuous || !t.Before(End) {
		return // the end of a stream is no time to run at: finish does
	}
	for idle := 0; !w.next.After(t); {
		if w.empty() && w.quiet() {
			w.next = w.schedule.next(maxTime(w.next, t).In(w.conf.zone))
			return
		}
		if w.idle() {
			if idle++; idle > maxIdle {
				w.skip(t)
			}
		}
		w.run(w.next)
		if w.next = w.schedule.next(w.next); w.next.IsZero() {
			return
		}
	}
}

// maxIdle is how many runs in a row see nothing new before the others are left
// out, but for the last: enough for six weeks without an event of an hourly
// search, which takes some milliseconds. After a gap of years, or an event with
// a wrong clock, nobody waits for each of the hours between.
const maxIdle = 1000

// idle reports whether this run and all that follow it read the same events, as
// long as there are no new ones: none, or all of a search without a beginning.
func (w *windowRunner) idle() bool {
	if w.live {
		return w.empty()
	}
	_, latest := w.schedule.window(w.next)
	for i := range w.sources {
		src := &w.sources[i]
		if len(src.held()) == 0 {
			continue
		}
		from := w.schedule.earliest
		if own := src.Node.Time.Earliest; own != "" {
			from = own
		}
		if !fixed(from, w.next) || !w.last().Before(latest) {
			return false
		}
	}
	return true
}

// fixed reports whether a modifier of a time means the same now and later.
func fixed(modifier string, now time.Time) bool {
	is, _ := timefmt.Relative(now, modifier)
	then, _ := timefmt.Relative(now.AddDate(100, 0, 0), modifier)
	return is.Equal(then)
}

// skip goes to the last run that is not after t, and counts those on the way.
func (w *windowRunner) skip(t time.Time) {
	last := w.schedule.last(w.next, t.In(w.conf.zone))
	if last.After(w.next) {
		w.skipped += w.schedule.count(w.next, last) - 1
		w.next = last
	}
}

// finish runs the search until a window has reached the last event.
func (w *windowRunner) finish() {
	for !w.next.IsZero() && !w.conf.continuous && !w.empty() {
		w.run(w.next)
		_, latest := w.schedule.window(w.next)
		if latest.After(w.last()) && !w.ownTimes() || w.next.Sub(w.last()) > maxWait {
			return
		}
		w.next = w.schedule.next(w.next)
	}
}

// last returns the time of the last event that was taken.
func (w *windowRunner) last() time.Time {
	t := w.newest
	for i := range w.sources {
		t = maxTime(t, w.sources[i].in.events.newest)
	}
	return t
}

// maxWait bounds how far behind the end of a stream runs go on, for a search
// that says itself which time it reads, and may never come to read the last
// event. Such searches look back by hours.
const maxWait = 48 * time.Hour

// ownTimes reports whether a source sets its own window.
func (w *windowRunner) ownTimes() bool {
	for i := range w.sources {
		if _, own := w.sources[i].Earliest(w.next); own {
			return true
		}
	}
	return false
}

func (w *windowRunner) empty() bool {
	if w.live {
		return len(w.gathered) == 0
	}
	for i := range w.sources {
		if len(w.sources[i].held()) > 0 {
			return false
		}
	}
	return true
}

// run searches the window of the run at t, and leaves behind what no later run
// reads.
func (w *windowRunner) run(t time.Time) {
	earliest, latest := w.schedule.window(t)
	w.search(t, earliest, latest, w.emit)
	if after := w.schedule.next(t); !after.IsZero() {
		oldest, _ := w.schedule.window(after)
		w.forget(oldest, after)
	}
}

// forget leaves the events behind that are older than what the next run reads.
func (w *windowRunner) forget(oldest, next time.Time) {
	if w.live {
		w.leavePanes(oldest)
		return
	}
	for i := range w.sources {
		src := &w.sources[i]
		from := oldest
		if own, ok := src.Earliest(next); ok {
			from = own
		}
		src.left = max(src.left, src.in.events.before(from))
	}
	if w.empty() { // for how long, nobody knows
		w.dropPanes()
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
		if w.seen == nil {
			w.seen = map[string]time.Time{}
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
	keys := w.keys
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
		Trace: w.journal.trace(), Input: w, Asked: !w.conf.fullScan, Now: now, Earliest: earliest, Latest: latest,
		Zone: w.conf.zone, Geo: w.conf.geo, Store: w.conf.store, Custom: w.conf.commands,
		Truncated: func(_ int, _ string, n int) { w.truncated += n },
	}
}

func (w *windowRunner) search(now, earliest, latest time.Time, emit func(found)) {
	w.journal.begin(now, earliest, latest)
	t, err := w.table(w.env(now, earliest, latest))
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

// table returns the rows of a window.
func (w *windowRunner) table(env *pipeline.Env) (*pipeline.Table, error) {
	if w.live {
		w.tellOutside(env)
		return w.runLive(env)
	}
	if t, ok, err := w.paned(env); ok {
		return t, err
	}
	return w.prog.Run(context.Background(), env)
}

// fail counts a run that could not be finished as one whose rows were
// dropped.
func (w *windowRunner) fail(err error) {
	if !errors.Is(err, context.Canceled) {
		w.truncated++
	}
}

// Scan yields the held events of a source. Their fields are those of the event at
// hand, and others with the next one.
func (w *windowRunner) Scan(node *ast.Events) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for i := range w.sources {
			if src := &w.sources[i]; src.Node == node && !src.yield(slices.Values(src.held()), yield) {
				return
			}
		}
	}
}

// Backward yields them the other way round.
func (w *windowRunner) Backward(node *ast.Events) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for i := range slices.Backward(w.sources) {
			if src := &w.sources[i]; src.Node == node && !src.yield(backward(src.held()), yield) {
				return
			}
		}
	}
}

func (w *windowRunner) load() load {
	l := load{bytes: w.paneBytes, evicted: w.evicted, truncated: w.truncated, skipped: w.skipped}
	if w.live {
		l.held = w.groups()
	}
	for i := range w.sources {
		in := w.sources[i].in
		l.held += len(w.sources[i].held())
		l.shared += in.events.bytes + in.events.len()*placeSize/len(in.members)
	}
	l.bytes += l.shared
	return l
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

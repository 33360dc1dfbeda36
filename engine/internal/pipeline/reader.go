package pipeline

import (
	"iter"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

func (s *events) run(r *run, _ *Table) (*Table, error) {
	t := newTable(s.cols...)
	if r.env.Input == nil {
		return t, nil
	}
	var hits hits
	err := s.each(r, r.env.Input.Scan(s.scan), func(rd *reader, at time.Time) {
		hits.add(at, s.row(rd, t))
	})
	if err != nil {
		return nil, err
	}
	t.rows = hits.newestFirst()
	if s.all {
		t.fit(r, s.node)
		t.sortColumns()
	}
	return t, nil
}

// each calls hit for each of some events that is one of the source's, with the
// reader's frames turned to it.
func (s *events) each(r *run, list iter.Seq[event.Event], hit func(rd *reader, at time.Time)) error {
	few := fewEvents{of: s, run: r, hit: hit, most: 1}
	if (s.subs || r.env.Trace != nil) && !few.begin() { // which are run, and told, where there are no events, too
		return few.err
	}
	for ev := range list {
		if ev.Fields == nil {
			continue
		}
		few.list = append(few.list, ev)
		if len(few.list) >= few.most && !few.take() {
			return few.err
		}
	}
	if len(few.list) > 0 {
		few.take()
	}
	return few.err
}

// fewEvents are some events of a source that are read together.
type fewEvents struct {
	of   *events
	run  *run
	hit  func(rd *reader, at time.Time)
	rd   *reader // nil until some are there
	list []event.Event
	most int
	err  error
}

// begin makes the reader; false if that fails.
func (f *fewEvents) begin() bool {
	if f.rd, f.err = f.of.reader(f.run); f.err != nil {
		return false
	}
	f.most = f.rd.atOnce
	return true
}

// take calls hit for those that are the source's; false if the run is over.
func (f *fewEvents) take() bool {
	if f.err = f.run.tickFor(len(f.list)); f.err != nil || f.rd == nil && !f.begin() {
		return false
	}
	f.rd.takeAll(f.list, f.hit)
	f.list = f.list[:0]
	return true
}

// ahead is how many maps are asked at once, if they last: while one waits for memory,
// the next ones do, too.
const ahead = 32

// reader is what one run of a source reads events with. A condition that was
// compiled for the run alone has a frame of its own.
type reader struct {
	times, indexed interval
	match          expr.Cond    // nil where there is nothing to ask
	onMap          expr.MapCond // match on a map; nil for none
	atOnce         int          // events
	watch          *expr.Watch  // nil unless traced
	trace          Trace
	src            *ast.Events
	frame, rows    *field.Frame
	evals          []expr.Eval
}

func (s *events) reader(r *run) (*reader, error) {
	how := s.read()
	rd := &reader{src: s.scan, trace: r.env.Trace, evals: how.evals, atOnce: 1,
		rows: &field.Frame{Slots: how.slots, Now: r.env.Now, Zone: r.zone, Pass: r.pass()}}
	rd.frame = rd.rows
	rd.times, rd.indexed = s.window(r)
	if rd.trace != nil {
		rd.trace.Window(s.scan, rd.times.from, rd.times.to)
	}
	if how.match == nil || how.sure && r.env.Asked && rd.trace == nil {
		return rd, nil
	}
	cond, slots, watch, err := how.match.resolve(r)
	if err != nil {
		return nil, err
	}
	rd.match, rd.watch = cond, watch
	if rd.trace == nil {
		rd.onMap = how.onMap()
	}
	if rd.onMap != nil && r.env.Lasting {
		rd.atOnce = ahead
	}
	if slots != how.slots {
		rd.frame = &field.Frame{Slots: slots, Now: r.env.Now, Zone: r.zone, Pass: rd.rows.Pass}
	}
	return rd, nil
}

// takeAll calls hit for each of a few events that is one of the source's.
func (rd *reader) takeAll(list []event.Event, hit func(rd *reader, at time.Time)) {
	var is [ahead]expr.Tri
	for i := range list {
		is[i] = expr.Unsure
		if m, ok := list[i].Fields.(event.Map); rd.match == nil {
			is[i] = expr.True
		} else if ok && rd.onMap != nil {
			is[i] = rd.onMap(m) // without a frame, as far as that tells
		}
	}
	for i := range list {
		if (is[i] == expr.True || is[i] == expr.Unsure) && rd.take(&list[i], is[i]) {
			hit(rd, list[i].Time)
		}
	}
}

// take turns the frames to an event, and reports whether it is one of the source's. It
// has been asked on its map, which says so or is unsure.
func (rd *reader) take(ev *event.Event, is expr.Tri) bool {
	outside := !rd.times.holds(ev.Time) || rd.indexed != (interval{}) && !rd.indexed.holds(indexTime(*ev))
	if outside && rd.trace == nil {
		return false
	}
	rd.watch.Next()
	rd.frame.Reset(ev.Fields)
	rd.frame.Time = ev.Time
	yes := is == expr.True || rd.match(rd.frame) == expr.True
	if rd.trace != nil {
		rd.trace.Event(rd.src, *ev, outside, asked(yes, rd.watch, rd.frame))
	}
	if outside || !yes {
		return false
	}
	if rd.rows != rd.frame {
		rd.rows.Reset(ev.Fields)
		rd.rows.Time = ev.Time
	}
	return true
}

// read reads the columns of the event that the reader is at.
func (rd *reader) read(row []event.Value) {
	for i, eval := range rd.evals {
		row[i] = plain(eval(rd.rows))
	}
}

// row makes the row of the event that the reader is at.
func (s *events) row(rd *reader, t *Table) []event.Value {
	row := make([]event.Value, len(rd.evals), max(len(rd.evals), 1))
	rd.read(row)
	if !s.all {
		return row
	}
	fields := rd.rows.View(s.view)
	for name, v := range event.All(fields) {
		if s.node.Metrics {
			name = strings.TrimPrefix(name, ast.MetricPrefix)
		}
		c := t.column(name)
		if c >= len(s.cols) {
			row = t.place(row, c, plain(v))
		}
	}
	if s.node.Metrics {
		row = measured(fields, t, row)
	}
	return row
}

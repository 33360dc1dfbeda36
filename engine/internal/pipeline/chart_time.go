package pipeline

import (
	"slices"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

// maxBuckets bounds the empty buckets that timechart fills in: a day of
// seconds.
const maxBuckets = 100_000

// overTime adds the buckets of time that are missing in a timechart, and drops
// those of which the search window has a part, as the search asks for.
func (s *charting) overTime(r *run, t *Table, keys []key, reach []float64, blank []event.Value) *Table {
	if s.timed && s.node.Cont && reach != nil {
		t = s.fill(r, t, keys, reach[0], reach[1], blank)
	}
	if s.timed && !s.node.Partial {
		s.cutPartial(r, t, *keys[0].span)
	}
	return t
}

// fill adds the buckets of time from low to high that no row lies in.
func (s *charting) fill(r *run, t *Table, keys []key, low, high float64, blank []event.Value) *Table {
	sp := *keys[0].span
	start := func(low float64) time.Time {
		f, _ := keys[0].bucket(aggregate.Number(low), r.zone).Number()
		return fromEpoch(f).In(r.zone)
	}
	step := spanSeconds(sp)
	if !(step > 0) {
		return t
	}
	out := &Table{cols: t.cols, index: t.index}
	next := 0
	at := start(low)
	for n := 0; timefmt.Epoch(at) <= high; n++ {
		if n == maxBuckets || len(out.rows)*len(out.cols) >= maxCells {
			r.dropped(s.node, "buckets", int((high-timefmt.Epoch(at))/step)+1)
			break
		}
		for next < len(t.rows) {
			f, _ := number(t.at(next, 0))
			if f > timefmt.Epoch(at) {
				break
			}
			out.rows = append(out.rows, t.rows[next])
			next++
		}
		if m := len(out.rows); m == 0 || out.at(m-1, 0).Text() != epoch(at).Text() {
			row := slices.Clone(blank)
			row[0] = epoch(at)
			out.rows = append(out.rows, row)
		}
		at = timefmt.Next(at, sp)
	}
	out.rows = append(out.rows, t.rows[next:]...)
	return out
}

// cutPartial drops the first bucket and the last if they reach out of the window.
func (s *charting) cutPartial(r *run, t *Table, sp ast.Span) {
	start := func(i int) time.Time {
		f, _ := number(t.at(i, 0))
		return fromEpoch(f).In(r.zone)
	}
	if n := len(t.rows); n > 0 && !r.window.to.IsZero() && timefmt.Next(start(n-1), sp).After(r.window.to) {
		t.rows = t.rows[:n-1]
	}
	if len(t.rows) > 0 && start(0).Before(r.window.from) {
		t.rows = t.rows[1:]
	}
}

// reach is the time that the buckets cover: the window if it is closed and the
// search asks for it, else from the first bucket to the last, of columns that are
// left out as well; nil for none.
func (s *charting) reach(r *run, gs *groups) []float64 {
	if s.node.FixedRange && r.window.closed() {
		return []float64{timefmt.Epoch(r.window.from), timefmt.Epoch(r.window.to) - 1e-6}
	}
	var reach []float64
	for _, gr := range gs.all {
		if !s.timed {
			break
		}
		at, ok := gr.key[0].Number()
		switch {
		case !ok:
			return nil
		case reach == nil:
			reach = []float64{at, at}
		}
		reach[0], reach[1] = min(reach[0], at), max(reach[1], at)
	}
	return reach
}

package engine

import (
	"context"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/engine/internal/pipeline"
	"github.com/spoor-lang/spoor/engine/internal/state"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

// A search whose figures need to see an event but once does not hold it: its panes
// are live, and take each event when it comes. Each lasts until the next time at
// which a window begins or ends, so that a window is made of whole panes. They are
// the state of such a search, and lie in snapshots.

// goLive returns how the search's events are counted when they come; nil where it must
// hold them. Those who want to know what a run has seen hold them, too.
func (w *windowRunner) goLive() *pipeline.Panes {
	c := w.conf
	if c.fullScan || c.continuous || c.held || c.reasons || !w.schedule.ascends(c.zone) {
		return nil
	}
	return w.prog.Live()
}

// turnLive makes the search of an engine that evaluates all rules in full, which one
// that explains does, go on from what was counted. It holds nothing yet.
func (w *windowRunner) turnLive() {
	if !w.conf.fullScan || w.conf.continuous || w.conf.reasons || !w.schedule.ascends(w.conf.zone) {
		return
	}
	if w.panes = w.prog.Live(); w.panes != nil {
		w.live, w.planned = true, true
		w.sources[0].in.kind.live = true // which is its alone
	}
}

// ascends reports whether later runs have windows that neither begin nor end earlier,
// none of which reaches into the future, or has no beginning.
func (s *schedule) ascends(zone *time.Location) bool {
	return s.earliest != "" && timefmt.Ascends(s.earliest, zone) && timefmt.Ascends(s.latest, zone)
}

// cut returns the first time after t at which a run's window begins or ends, of a
// schedule that ascends.
func (s *schedule) cut(t time.Time) time.Time {
	cut := End
	for _, modifier := range []string{s.earliest, s.latest} {
		if run := s.next(firstAfter(t, modifier).Add(-1)); !run.IsZero() {
			at, _ := timefmt.Relative(run, modifier)
			cut = minTime(cut, at)
		}
	}
	return cut
}

// firstAfter returns the first time for which a modifier that ascends means one after t.
func firstAfter(t time.Time, modifier string) time.Time {
	behind := func(d time.Duration) bool {
		at, _ := timefmt.Relative(t.Add(d), modifier)
		return at.After(t)
	}
	low, high := time.Duration(0), time.Second
	for !behind(high) && high < farAhead {
		low, high = high, 2*high
	}
	for high-low > 1 {
		if mid := low + (high-low)/2; behind(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return t.Add(high)
}

// farAhead is how far ahead a run is looked for that does not read an event any more.
const farAhead = 100 * 365 * 24 * time.Hour

// count lets an event count that the search's source takes.
func (w *windowRunner) count(ev *Event) {
	last := len(w.gathered) - 1
	if last < 0 || !ev.Time.Before(w.gathered[last].to) {
		w.open(ev.Time)
		last++
	}
	w.weighPanes(w.gathered[last].Take(ev))
	w.newest = maxTime(w.newest, ev.Time)
}

// open opens a pane that begins with an event at t, and closes the one before it.
func (w *windowRunner) open(t time.Time) *pipeline.Pane {
	if last := len(w.gathered) - 1; last >= 0 {
		w.weighPanes(-w.gathered[last].Close())
	}
	p := w.panes.Open(w.env(t, time.Time{}, time.Time{}), w.conf.windowSize)
	w.gathered = append(w.gathered, pane{t, w.schedule.cut(t.In(w.conf.zone)), p})
	w.weighPanes(p.Size())
	return p
}

// runLive runs the search over the panes of a window.
func (w *windowRunner) runLive(env *pipeline.Env) (*pipeline.Table, error) {
	var list []*pipeline.Pane
	for _, p := range slices.Backward(w.gathered) {
		if !p.from.Before(env.Earliest) && !p.to.After(env.Latest) {
			list = append(list, p.Pane)
		}
	}
	return w.panes.Run(context.Background(), env, list)
}

// leavePanes lets go of the panes that end by a time.
func (w *windowRunner) leavePanes(by time.Time) {
	n := 0
	for n < len(w.gathered) && !w.gathered[n].to.After(by) {
		w.weighPanes(-w.gathered[n].Size())
		n++
	}
	w.gathered = slices.Delete(w.gathered, 0, n)
}

// evictPane drops the oldest pane, and counts its events.
func (w *windowRunner) evictPane() {
	if len(w.gathered) > 0 {
		w.evicted += w.gathered[0].Rows()
		w.leavePanes(w.gathered[0].to)
	}
}

// groups counts those of all panes.
func (w *windowRunner) groups() int {
	n := 0
	for _, p := range w.gathered {
		n += p.Groups()
	}
	return n
}

func (w *windowRunner) savePanes(to *state.Writer) {
	to.Count(len(w.gathered))
	for _, p := range w.gathered {
		to.Time(p.from)
		p.Save(to)
	}
}

// readPanes reads what savePanes wrote.
func (w *windowRunner) readPanes(r *state.Reader) {
	for range r.Count() {
		from := r.Time()
		last := len(w.gathered) - 1
		if r.Err() != nil || from.After(w.newest) || last >= 0 && from.Before(w.gathered[last].to) {
			r.Fail("expected what was counted in the order of time")
			return
		}
		p := w.open(from)
		size := p.Size()
		p.Load(r)
		w.weighPanes(p.Size() - size)
	}
}

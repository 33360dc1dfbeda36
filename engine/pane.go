package engine

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/engine/internal/pipeline"
)

// Windows that overlap read the same events again and again: an hour each five
// minutes reads each twelve times. Where a search comes down to figures over its
// events, the events between two beginnings of windows are gathered once, in a
// pane, and each window puts its panes together. Panes are worked out from the
// events that the window holds anyhow, and are no state of their own: a snapshot
// knows nothing of them. Live panes are another matter: see live.go.

// pane is what the events of [from, to) have been gathered to.
type pane struct {
	from, to time.Time
	*pipeline.Pane
}

// paned runs the search over a window by its panes; ok is false where the window
// must be run as a whole.
func (w *windowRunner) paned(env *pipeline.Env) (t *pipeline.Table, ok bool, err error) {
	if w.byPanes() == nil || w.journal != nil || env.Earliest.IsZero() || env.Latest.After(env.Now) {
		return nil, false, nil
	}
	next, _ := w.schedule.window(w.schedule.next(env.Now))
	if !next.Before(env.Latest) { // nobody reads these events again
		w.dropPanes()
		return nil, false, nil
	}
	w.gathered = slices.DeleteFunc(w.gathered, func(p pane) bool {
		old := p.from.Before(env.Earliest) || p.to.After(env.Latest)
		if old {
			w.weighPanes(-p.Size())
		}
		return old
	})
	if err := w.gather(env); err != nil {
		return nil, true, err
	}
	list := make([]*pipeline.Pane, 0, len(w.gathered))
	for _, p := range slices.Backward(w.gathered) {
		list = append(list, p.Pane)
	}
	t, err = w.panes.Run(context.Background(), env, list)
	return t, t != nil || err != nil, err
}

// byPanes returns how the search runs by panes; nil where it cannot. That is found
// out when it first runs.
func (w *windowRunner) byPanes() *pipeline.Panes {
	if !w.planned && !w.conf.fullScan && !w.conf.continuous {
		w.panes = w.prog.Panes()
	}
	w.planned = true
	return w.panes
}

// maxCuts is how many windows ahead are looked at for where the next pane ends.
// Windows that slide begin later each time; those that begin at a fixed time, or
// with the day, need no cut for long, and a pane that turns out to be too wide is
// made again.
const maxCuts = 64

// gather fills the window with panes. Those that are there follow one another;
// what is missing lies before or behind them.
func (w *windowRunner) gather(env *pipeline.Env) error {
	from, to := env.Earliest, env.Latest
	if n := len(w.gathered); n > 0 && w.gathered[0].from.Equal(from) {
		from = w.gathered[n-1].to
	} else {
		w.dropPanes()
	}
	for at := env.Now; from.Before(to); {
		end := to
		for range maxCuts {
			if at = w.schedule.next(at); at.IsZero() {
				break
			}
			if begin, _ := w.schedule.window(at); begin.After(from) {
				end = minTime(begin, to)
				break
			}
		}
		p, err := w.panes.Gather(context.Background(), env, w.between(from, end))
		if err != nil {
			return err
		}
		w.gathered = append(w.gathered, pane{from, end, p})
		w.weighPanes(p.Size())
		from = end
	}
	return nil
}

// weighPanes lets so many bytes more of panes count.
func (w *windowRunner) weighPanes(n int) {
	w.paneBytes += n
	if w.live {
		w.shelf.live += n
	} else {
		w.shelf.panes += n
	}
}

// dropPanes lets go of all panes. What is needed of them is gathered again from
// the events, unless they are live.
func (w *windowRunner) dropPanes() {
	w.weighPanes(-w.paneBytes)
	w.gathered = nil
}

// between yields the events of [from, to).
func (w *windowRunner) between(from, to time.Time) iter.Seq[Event] {
	src := &w.sources[0]
	events := src.in.events
	return func(yield func(Event) bool) {
		src.yield(slices.Values(events.all()[events.before(from):events.before(to)]), yield)
	}
}

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

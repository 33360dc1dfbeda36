package events

import (
	"container/heap"
	"iter"

	"github.com/spoor-lang/spoor/engine"
)

// Merge yields the events of all files in the order of their times, as far as
// each file keeps it; the engine's lateness does the rest.
func (r *Reader) Merge(names []string) iter.Seq2[engine.Event, error] {
	return func(yield func(engine.Event, error) bool) {
		var hs heads
		for i, name := range names {
			next, stop := iter.Pull2(r.File(name))
			defer stop()
			h := &head{next: next, order: i}
			if !h.fill(yield) {
				return
			}
			if h.full {
				hs = append(hs, h)
			}
		}
		heap.Init(&hs)
		for len(hs) > 0 {
			h := hs[0]
			if !yield(h.ev, nil) || !h.fill(yield) {
				return
			}
			if h.full {
				heap.Fix(&hs, 0)
			} else {
				heap.Pop(&hs)
			}
		}
	}
}

// head is the next event of a file.
type head struct {
	next  func() (engine.Event, error, bool)
	ev    engine.Event
	full  bool
	order int // of its file, which decides between equal times
}

// fill takes the file's next event, and yields the errors before it. It
// returns false if no more is wanted.
func (h *head) fill(yield func(engine.Event, error) bool) bool {
	for {
		ev, err, ok := h.next()
		if err == nil {
			h.ev, h.full = ev, ok
			return true
		}
		if !yield(engine.Event{}, err) {
			return false
		}
	}
}

type heads []*head

func (h heads) Len() int { return len(h) }
func (h heads) Less(i, j int) bool {
	if c := h[i].ev.Time.Compare(h[j].ev.Time); c != 0 {
		return c < 0
	}
	return h[i].order < h[j].order
}
func (h heads) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *heads) Push(x any)   { *h = append(*h, x.(*head)) }
func (h *heads) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

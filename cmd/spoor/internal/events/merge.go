package events

import (
	"container/heap"
	"iter"
	"math"

	"github.com/spoor-lang/spoor/engine"
)

// Merge yields the events of all files in the order of their times, as far as
// each file keeps it; the engine's lateness does the rest. There are at most
// [MaxOpen] files.
func (r *Reader) Merge(names []string) iter.Seq2[engine.Event, error] {
	var files []iter.Seq2[engine.Event, error]
	for _, name := range names {
		files = append(files, r.File(name))
	}
	return merge(files, func(ev engine.Event, before int64) int64 { return instant(ev.Time, before) })
}

// merge yields the items of several series in one order, those of the same
// time in the order of the series, and an error before all else. at returns an
// item's time, and is given that of the one before it in its series.
func merge[T any](series []iter.Seq2[T, error], at func(item T, before int64) int64) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		hs := heads[T]{}
		for i, s := range series {
			next, stop := iter.Pull2(s)
			defer stop()
			if h := (&head[T]{next: next, order: i, at: first}); h.fill(at) {
				hs = append(hs, h)
			}
		}
		heap.Init(&hs)
		for len(hs) > 0 {
			if !yield(hs[0].item, hs[0].err) {
				return
			}
			if hs[0].fill(at) {
				heap.Fix(&hs, 0)
			} else {
				heap.Pop(&hs)
			}
		}
	}
}

// head is the next item of a series.
type head[T any] struct {
	next  func() (T, error, bool)
	item  T
	err   error
	at    int64
	order int // of its series, which decides between equal times
}

// first is the time of an item that has none, and none before it.
const first = math.MinInt64

// fill takes the next item, and returns false at the end of the series.
func (h *head[T]) fill(at func(T, int64) int64) (ok bool) {
	if h.item, h.err, ok = h.next(); ok && h.err == nil {
		h.at = at(h.item, h.at)
	}
	return ok
}

type heads[T any] []*head[T]

func (h heads[T]) Len() int { return len(h) }
func (h heads[T]) Less(i, j int) bool {
	if (h[i].err != nil) != (h[j].err != nil) {
		return h[i].err != nil
	}
	if h[i].at != h[j].at {
		return h[i].at < h[j].at
	}
	return h[i].order < h[j].order
}
func (h heads[T]) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *heads[T]) Push(x any)   { *h = append(*h, x.(*head[T])) }
func (h *heads[T]) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

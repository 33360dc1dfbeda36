package pipeline

import (
	"slices"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
)

// hits are the rows of events with the times that order them. They lie in pieces: a
// list that grows leaves behind more than it holds.
type hits struct {
	pieces   [][]hit
	n        int
	newest   time.Time
	disorder bool // one came behind a newer one
}

type hit struct {
	at  time.Time
	row []event.Value
}

// A piece holds so many hits: the first few, and each twice what the one before it
// holds, up to most.
const (
	leastHits = 16
	mostHits  = 1024
)

func (h *hits) add(at time.Time, row []event.Value) {
	last := len(h.pieces) - 1
	if last < 0 || len(h.pieces[last]) == cap(h.pieces[last]) {
		h.pieces = append(h.pieces, make([]hit, 0, min(leastHits<<min(len(h.pieces), 16), mostHits)))
		last++
	}
	h.pieces[last] = append(h.pieces[last], hit{at, row})
	h.disorder = h.disorder || h.n > 0 && at.Before(h.newest)
	h.newest = at
	h.n++
}

// newestFirst orders the rows by time, those of the same time by arrival, and turns
// that around.
func (h *hits) newestFirst() [][]event.Value {
	if h.disorder {
		all := slices.Concat(h.pieces...)
		slices.SortStableFunc(all, func(a, b hit) int { return a.at.Compare(b.at) })
		h.pieces = [][]hit{all}
	}
	rows := make([][]event.Value, h.n)
	i := h.n
	for _, piece := range h.pieces {
		for _, hit := range piece {
			i--
			rows[i] = hit.row
		}
	}
	return rows
}

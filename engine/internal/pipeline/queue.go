package pipeline

import (
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

// entry is a row as a window holds it.
type entry struct {
	group *group
	vals  []event.Value
	at    float64
}

// queue is what a window holds of one group, the oldest row first, and what its
// figures need to go on without looking at all rows again.
type queue struct {
	group   *group
	figures []figureColumn
	rows    []entry
	slides  []slide
}

// slide is one figure over a queue. One that can take values back does so: its
// accumulator is the group's. One that can go on where another has stopped is
// put together of two: the figure over the later rows grows with each row, and
// for the earlier ones there is a figure from each of them on, which are
// computed at once, from the last to the first, when the first of the later
// ones is to go. Every row is thus added twice at most. Any other is computed
// over all rows.
type slide struct {
	remover aggregate.Remover
	holds   bool // many values, so that merging is no gain
	merges  bool
	fronts  []aggregate.Accumulator // from each of the earlier rows on
	back    aggregate.Accumulator   // over the later rows
	broken  bool                    // the figures of some rows cannot be put together
}

// fewRows is up to how many rows looking at all of them takes less time than
// putting figures together.
const fewRows = 8

// newQueue returns an empty queue of at most so many rows; 0 is no bound.
func newQueue(gr *group, figures []figureColumn, most int) *queue {
	q := &queue{group: gr, figures: figures, slides: make([]slide, len(figures))}
	for i := range q.slides {
		s := &q.slides[i]
		acc := gr.accs[i]
		if s.remover, _ = acc.(aggregate.Remover); s.remover != nil {
			continue
		}
		_, s.holds = acc.(aggregate.Dropper)
		_, merges := acc.(aggregate.Merger)
		s.merges = merges && !s.holds && (most == 0 || most > fewRows)
		s.back = figures[i].accumulator()
	}
	return q
}

// push adds the latest row.
func (q *queue) push(e entry) {
	q.rows = append(q.rows, e)
	for i := range q.slides {
		v := e.vals[i]
		switch s := &q.slides[i]; {
		case v.IsNull():
		case s.remover != nil:
			s.remover.Add(v, e.at)
		case s.merges:
			s.back.Add(v, e.at)
		}
	}
}

// pop takes the oldest row out.
func (q *queue) pop() {
	for i := range q.slides {
		switch s := &q.slides[i]; {
		case s.remover != nil:
			if v := q.rows[0].vals[i]; !v.IsNull() {
				s.remover.Remove(v)
			}
		case s.merges:
			if len(s.fronts) == 0 {
				q.turn(i)
			}
			s.fronts = s.fronts[1:]
		}
	}
	q.rows[0] = entry{}
	q.rows = q.rows[1:]
}

// turn makes all rows the earlier ones.
func (q *queue) turn(i int) {
	s := &q.slides[i]
	s.broken = false
	s.fronts = make([]aggregate.Accumulator, len(q.rows))
	for j := len(q.rows) - 1; j >= 0; j-- {
		front := q.figures[i].accumulator()
		if v := q.rows[j].vals[i]; !v.IsNull() {
			front.Add(v, q.rows[j].at)
		}
		if j+1 < len(q.rows) && !s.broken {
			s.broken = !front.(aggregate.Merger).Merge(s.fronts[j+1])
		}
		s.fronts[j] = front
	}
	s.back = q.figures[i].accumulator()
}

// cheap reports whether a figure needs no look at all rows.
func (q *queue) cheap(i int) bool {
	s := &q.slides[i]
	return s.remover != nil || s.merges && !s.broken
}

// holding is how many rows one takes as long as whose value is looked up among
// all others.
const holding = 8

// figure returns a figure over the queue, and how many rows that took.
func (q *queue) figure(i int) (event.Value, int) {
	s := &q.slides[i]
	if s.remover != nil {
		return s.remover.Result(), 0
	}
	if q.cheap(i) {
		if len(s.fronts) == 0 {
			return s.back.Result(), 0
		}
		both := q.figures[i].accumulator().(aggregate.Merger)
		if both.Merge(s.fronts[0]) && both.Merge(s.back) {
			return both.Result(), 0
		}
	}
	fresh := q.figures[i].accumulator()
	for _, e := range q.rows {
		if v := e.vals[i]; !v.IsNull() {
			fresh.Add(v, e.at)
		}
	}
	if s.holds {
		return fresh.Result(), holding * len(q.rows)
	}
	return fresh.Result(), len(q.rows)
}

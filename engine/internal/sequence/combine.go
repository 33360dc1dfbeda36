package sequence

import (
	"container/list"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Joiner finds the events of one of Endgame's joins: for each key a row with a
// cell for each step, which the first event that meets the step fills. A row
// that is full is a match, and the key begins anew. It is not safe for
// concurrent use.
//
// As in all of Endgame's language, case does not matter in keys, a missing value
// is a key like any other, and a list is one.
type Joiner struct {
	items   []item
	until   int // an item; -1 for none
	keep    func(ev event.Event) event.Fields
	bound   int
	trace   trace
	rows    map[string]*joinRow
	oldest  list.List // rows, by the time of their first event
	number  uint64
	bytes   int // of the events
	evicted int
	load    *loading[*joinRow] // nil unless a state is read
}

type joinRow struct {
	key    string
	vals   []event.Value
	cells  []*Kept
	filled int
	at     *list.Element
}

// CompileJoin returns a joiner for a join; MaxPartials bounds its rows. What
// is wrong with it goes to s.Errors.
func CompileJoin(st *ast.Combine, s *expr.Scope, o Options) *Joiner {
	c := compiler{Scope: s, category: o.Category}
	if st.Refused != "" {
		c.Errorf(st, "%s", st.Refused)
	}
	for i := range st.Steps {
		if st.Steps[i].Missing {
			c.Errorf(&st.Steps[i], "expected an event in a join, found a missing one")
		}
		c.item(&st.Steps[i], i)
	}
	j := &Joiner{until: -1, keep: o.Keep, bound: o.MaxPartials, trace: o.Trace, rows: map[string]*joinRow{}}
	if st.Until != nil {
		j.until = c.item(st.Until, len(st.Steps))
	}
	c.arity(st.Steps, st.Until)
	c.originalKeys()
	j.items = c.p.items
	if j.bound <= 0 {
		j.bound = DefaultMaxPartials
	}
	return j
}

// Concerns reports whether the event that f holds meets a step.
func (j *Joiner) Concerns(f *field.Frame) bool { return concerns(j.items, f) }

// Step takes the next event, which f holds, and calls emit for each row that
// it completes. An event of until drops the rows of its keys before it fills
// any.
func (j *Joiner) Step(f *field.Frame, ev event.Event, emit func(Match)) {
	j.number++
	j.trace.sight(j.items, f, j.number, ev)
	if j.until >= 0 && j.items[j.until].hit(f, j.number) {
		it := &j.items[j.until]
		for i := range it.keys(f, j.number) {
			if r := j.rows[string(it.key(i))]; r != nil {
				j.tell(Ended, r, it.step)
				j.drop(r)
			}
		}
	}
	var k *Kept
	for n := range j.items {
		it := &j.items[n]
		if n == j.until || !it.hit(f, j.number) {
			continue
		}
		if k == nil {
			k = keptOf(ev, j.keep, j.number)
		}
		for i := range it.keys(f, j.number) {
			j.fill(j.row(it, i), n, k)
		}
	}
	j.full(f, emit)
	for i := range j.items {
		j.items[i].release()
	}
}

// Advance does nothing: a join has no bound in time.
func (j *Joiner) Advance(time.Time, func(Match)) {}

// Stats returns what the joiner holds: Partials are the rows.
func (j *Joiner) Stats() Stats {
	st := Stats{Partials: len(j.rows), Keys: len(j.rows), Evicted: j.evicted}
	for i := range j.items {
		st.Evicted += j.items[i].cut
	}
	return st
}

// row returns the row of the i-th key of an item, new if there was none.
func (j *Joiner) row(it *item, i int) *joinRow {
	if r := j.rows[string(it.key(i))]; r != nil {
		return r
	}
	r := &joinRow{key: string(it.key(i)), vals: it.tuple(i), cells: make([]*Kept, j.steps())}
	j.rows[r.key] = r
	r.at = j.oldest.PushBack(r)
	if len(j.rows) > j.bound {
		j.evicted++
		j.tell(Evicted, j.oldest.Front().Value.(*joinRow), 0)
		j.drop(j.oldest.Front().Value.(*joinRow))
	}
	return r
}

func (j *Joiner) steps() int {
	if j.until >= 0 {
		return len(j.items) - 1
	}
	return len(j.items)
}

func (j *Joiner) fill(r *joinRow, n int, k *Kept) {
	if r.cells[n] == nil {
		r.cells[n] = k
		j.bytes += k.size()
		r.filled++
		j.tell(Filled, r, j.items[n].step)
	}
}

// full emits the rows that the event of f has filled: it may stand in several
// cells of a row.
func (j *Joiner) full(f *field.Frame, emit func(Match)) {
	for n := range j.steps() {
		it := &j.items[n]
		if !it.hit(f, j.number) {
			continue
		}
		for i := range it.keys(f, j.number) {
			if r := j.rows[string(it.key(i))]; r != nil && r.filled == len(r.cells) {
				j.drop(r)
				j.tell(Found, r, it.step)
				emit(Match{Events: r.cells, Keys: r.vals})
			}
		}
	}
}

func (j *Joiner) drop(r *joinRow) {
	j.bytes -= sizeOf(r.cells)
	j.oldest.Remove(r.at)
	delete(j.rows, r.key)
}

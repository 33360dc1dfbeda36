package pipeline

import (
	"cmp"
	"slices"
	"sort"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = annotator("concurrency", func(*compiler, *ast.Annotate) rowFunc { return (*run).concurrency })

// concurrency counts for each row the rows that are under way when it starts,
// itself among them: those that start no later and end after that.
func (r *run) concurrency(n *ast.Annotate, t *Table) error {
	start, length := t.find(cmp.Or(n.Options["start"], "_time")), t.find(n.Options["duration"])
	var starts, ends []float64
	for i := range t.rows {
		at, ok := number(t.at(i, start))
		d, timed := number(t.at(i, length))
		if ok && timed {
			starts, ends = append(starts, at), append(ends, at+max(d, 0))
		}
	}
	slices.Sort(starts)
	slices.Sort(ends)
	to := t.column(cmp.Or(n.Options["output"], "concurrency"))
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return err
		}
		at, ok := number(t.at(i, start))
		d, timed := number(t.at(i, length))
		if !ok || !timed {
			continue
		}
		begun := sort.Search(len(starts), func(i int) bool { return starts[i] > at })
		over := sort.Search(len(ends), func(i int) bool { return ends[i] > at })
		if d <= 0 { // over at once, but it counts for itself
			over--
		}
		t.set(i, to, event.OfInt(int64(begun-over)))
	}
	return nil
}

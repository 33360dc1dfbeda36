package pipeline

import (
	"cmp"
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// The limits of one table. Its rows are those of events, or bounded by maxRows;
// these bound what a few of them can be made to hold: columns that are named by
// data, with a value in hardly any row, and values that repeat themselves.
const (
	maxCells  = 1 << 22 // rows times columns, where most of them are empty: 100 MB
	sparse    = 16      // cells to a value, beyond which most are empty
	maxGrown  = 1 << 25 // cells by which stages widen rows: 300 more for 100,000
	large     = 4 << 10 // bytes from which on a value counts for maxWeight
	maxWeight = 1 << 27 // bytes of large values that stages make
)

// room is what a table's rows have been widened by, and what was refused.
type room struct {
	grown         int // cells
	cells, values int // of these in the stage at hand, and how many have got a value
	weight        int // of large values
	lost          int // values that found no room
	fitted        int // cells of the table when it was last looked at as a whole
}

// take asks for cells, of which one gets a value.
func (m *room) take(cells int) bool {
	n := m.cells + cells
	if m.grown+cells > maxGrown || cells > sparse && n > max(maxCells, sparse*m.values) {
		return false
	}
	m.cells = n
	m.grown += cells
	return true
}

// weigh asks for a value to take another one's place.
func (m *room) weigh(old, v event.Value) bool {
	n := m.weight + weight(v) - weight(old)
	if n > maxWeight && n > m.weight {
		m.lost++
		return false
	}
	m.weight = n
	return true
}

// weight is about how many bytes a large value takes; 0 for others.
func weight(v event.Value) int {
	n := 0
	if s, ok := v.Str(); ok {
		n = len(s)
	} else if v.IsList() {
		n = v.Len() * valueSize
	}
	if n < large {
		return 0
	}
	return n
}

// valueSize is the size of an event.Value.
const valueSize = 24

// fit cuts a table to the columns with the most values if most of its cells are
// empty, since a stage that orders columns or fills them makes all of them, and
// reports what the stage had to leave out.
func (t *Table) fit(r *run, n ast.Node) {
	// A table that grows by a column at a time is looked at now and then.
	if cells := len(t.rows) * len(t.cols); cells > maxCells && cells > t.room.fitted+t.room.fitted/4 {
		t.room.fitted = cells
		counts := t.counts()
		total := 0
		for _, c := range counts {
			total += c
		}
		if most := max(maxCells, sparse*total) / len(t.rows); most < len(t.cols) {
			t.keepFullest(counts, max(most, 1))
		}
	}
	r.dropped(n, "values", t.room.lost)
	t.room.lost, t.room.cells, t.room.values = 0, 0, 0
}

// counts returns how many values each column has.
func (t *Table) counts() []int {
	counts := make([]int, len(t.cols))
	for _, row := range t.rows {
		for c, v := range row {
			if !v.IsNull() {
				counts[c]++
			}
		}
	}
	return counts
}

// keepFullest keeps so many columns, in their order.
func (t *Table) keepFullest(counts []int, most int) {
	order := make([]int, len(counts))
	for c := range order {
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(counts[b], counts[a]) })
	for _, c := range order[most:] {
		t.room.lost += counts[c]
	}
	kept := order[:most]
	slices.Sort(kept)
	names := make([]string, len(kept))
	for i, c := range kept {
		names[i] = t.cols[c]
	}
	t.project(kept, names)
}

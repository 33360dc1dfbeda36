package pipeline

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = shape("contingency", func(*compiler, *ast.Reshape) tableFunc { return (*run).contingency })

// crossed counts how often the values of two fields come together.
type crossed struct {
	rows, cols   []string // the most frequent first
	byRow, byCol map[string]int64
	cells        map[[2]string]int64
	total        int64
}

// contingency makes a row of each value of the first field and a column of
// each value of the second, with the counts of both together, and sums.
func (r *run) contingency(n *ast.Reshape, t *Table) (*Table, error) {
	x := &crossed{byRow: map[string]int64{}, byCol: map[string]int64{}, cells: map[[2]string]int64{}}
	a, b := t.find(n.Fields[0]), t.find(n.Fields[1])
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return nil, err
		}
		for _, row := range texts(t.at(i, a)) {
			for _, col := range texts(t.at(i, b)) {
				x.add(row, col)
			}
		}
	}
	x.rows = frequent(x.byRow, n.Options["maxrows"], n.Options["minrowcover"], x.total)
	x.cols = frequent(x.byCol, n.Options["maxcols"], n.Options["mincolcover"], x.total)
	if over := len(x.cols) - maxColumns; over > 0 {
		r.dropped(n, "columns", over)
		x.cols = x.cols[:maxColumns]
	}
	return x.table(n), nil
}

func (x *crossed) add(row, col string) {
	x.byRow[row]++
	x.byCol[col]++
	x.cells[[2]string{row, col}]++
	x.total++
}

// frequent returns the most frequent values: at most so many, and of them as
// many as make the given share of all.
func frequent(counts map[string]int64, most, cover string, total int64) []string {
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	if v, err := strconv.Atoi(most); err == nil && v > 0 {
		names = names[:min(v, len(names))]
	}
	share, err := strconv.ParseFloat(cover, 64)
	if err != nil {
		return names
	}
	var sum int64
	for i, name := range names {
		if float64(sum) >= share*float64(total) {
			return names[:i]
		}
		sum += counts[name]
	}
	return names
}

func (x *crossed) table(n *ast.Reshape) *Table {
	out := newTable(n.Fields[0])
	for _, col := range x.cols {
		out.column(col)
	}
	totals, name := true, cmp.Or(n.Options["totalstr"], "TOTAL")
	if o := n.Options["usetotal"]; o != "" {
		totals = isTrue(o)
	}
	line := func(title string, count func(col string) int64, sum int64) {
		i := out.Add()
		out.set(i, 0, event.OfString(title))
		for _, col := range x.cols {
			out.Set(i, col, event.OfInt(count(col)))
		}
		if totals {
			out.Set(i, name, event.OfInt(sum))
		}
	}
	for _, row := range x.rows {
		line(row, func(col string) int64 { return x.cells[[2]string{row, col}] }, x.byRow[row])
	}
	if totals {
		line(name, func(col string) int64 { return x.byCol[col] }, x.total)
	}
	return out
}

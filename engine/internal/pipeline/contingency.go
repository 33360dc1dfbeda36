package pipeline

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = shape("contingency", func(c *compiler, n *ast.Reshape) tableFunc {
	if len(n.Fields) != 2 {
		c.errorf(n, "expected the fields of rows and of columns")
	}
	return (*run).contingency
})

// crossed counts how often the values of two fields come together.
type crossed struct {
	rows, cols   []string // the most frequent first
	byRow, byCol map[string]int64
	total        int64
	cells        []int64 // row by row
	combos       int     // combinations that were too many for one row
}

// contingency makes a row of each value of the first field and a column of
// each value of the second, with the counts of both together, and sums. What
// is counted together is known by then, so that there are no more counts than
// cells.
func (r *run) contingency(n *ast.Reshape, t *Table) (*Table, error) {
	x := &crossed{byRow: map[string]int64{}, byCol: map[string]int64{}}
	if err := x.each(r, n, t, x.single); err != nil {
		return nil, err
	}
	r.dropped(n, "combinations of a row's values", x.combos)
	x.rows = frequent(x.byRow, n.Options["maxrows"], n.Options["minrowcover"], x.total)
	x.cols = frequent(x.byCol, n.Options["maxcols"], n.Options["mincolcover"], x.total)
	x.cut(r, n)
	if err := x.each(r, n, t, x.together()); err != nil {
		return nil, err
	}
	return x.table(n), nil
}

// emptyText is what empty values are called.
const emptyText = "EMPTY_STR"

// each calls f for every combination of the values of both fields.
func (x *crossed) each(r *run, n *ast.Reshape, t *Table, f func(row, col string)) error {
	a, b := t.find(n.Fields[0]), t.find(n.Fields[1])
	x.combos = 0
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return err
		}
		rows, cols := texts(t.at(i, a)), texts(t.at(i, b))
		total := len(rows) * len(cols)
		if total > maxCombinations {
			x.combos++
		}
		for j := range min(total, maxCombinations) {
			f(cmp.Or(rows[j/len(cols)], emptyText), cmp.Or(cols[j%len(cols)], emptyText))
		}
	}
	return nil
}

func (x *crossed) single(row, col string) {
	x.byRow[row]++
	x.byCol[col]++
	x.total++
}

// cut keeps as many columns and rows as a table holds.
func (x *crossed) cut(r *run, n *ast.Reshape) {
	if over := len(x.cols) - maxColumns; over > 0 {
		r.dropped(n, "columns", over)
		x.cols = x.cols[:maxColumns]
	}
	if over := len(x.rows) - maxCells/max(len(x.cols), 1); over > 0 {
		r.dropped(n, "rows", over)
		x.rows = x.rows[:len(x.rows)-over]
	}
	x.cells = make([]int64, len(x.rows)*len(x.cols))
}

// together returns what counts the combinations of the rows and columns.
func (x *crossed) together() func(row, col string) {
	rows, cols := places(x.rows), places(x.cols)
	return func(row, col string) {
		i, ok := rows[row]
		j, yes := cols[col]
		if ok && yes {
			x.cells[i*len(x.cols)+j]++
		}
	}
}

func places(names []string) map[string]int {
	at := make(map[string]int, len(names))
	for i, name := range names {
		at[name] = i
	}
	return at
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
	line := func(title string, counts []int64) {
		i := out.Add()
		out.set(i, 0, event.OfString(title))
		sum := int64(0)
		for j, col := range x.cols {
			out.Set(i, col, event.OfInt(counts[j]))
			sum += counts[j]
		}
		if totals {
			out.Set(i, name, event.OfInt(sum))
		}
	}
	sums := make([]int64, len(x.cols))
	for i, row := range x.rows {
		counts := x.cells[i*len(x.cols):][:len(x.cols)]
		line(row, counts)
		for j, n := range counts {
			sums[j] += n
		}
	}
	if totals {
		line(name, sums)
	}
	return out
}

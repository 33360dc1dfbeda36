package pipeline

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

var _ = shape("xyseries", func(c *compiler, n *ast.Reshape) tableFunc {
	if len(n.Fields) < 3 {
		c.errorf(n, "expected the fields of rows, of columns and of cells")
	}
	return (*run).xyseries
})

// xyseries makes a row of each value of the first field, and of each value of
// the second a column, which holds the cells; both in the order of the values.
func (r *run) xyseries(n *ast.Reshape, t *Table) (*Table, error) {
	x, y := t.find(n.Fields[0]), t.find(n.Fields[1])
	cells := n.Fields[2:]
	out := newTable(n.Fields[0])
	index := map[string]int{}
	lost := 0
	for _, title := range seriesTitles(n, t, y) {
		if len(out.cols) < maxColumns {
			out.column(title)
		}
	}
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return nil, err
		}
		key, name := t.at(i, x), t.at(i, y)
		if key.IsNull() || name.IsNull() {
			continue
		}
		row, ok := index[key.Text()]
		if !ok {
			row = out.Add()
			index[key.Text()] = row
			out.set(row, 0, key)
		}
		for _, c := range cells {
			title := name.Text()
			if len(cells) > 1 {
				title = seriesTitle(n.Options, c, title)
			}
			if out.find(title) < 0 {
				lost++
				continue
			}
			out.Set(row, title, t.Value(i, c))
		}
	}
	r.dropped(n, "columns", lost)
	slices.SortStableFunc(out.rows, func(a, b []event.Value) int { return aggregate.Compare(a[0], b[0]) })
	return out, nil
}

// seriesTitles returns the names of the columns, cell by cell and in the order
// of the values.
func seriesTitles(n *ast.Reshape, t *Table, y int) []string {
	seen := map[string]bool{}
	var values []event.Value
	for i := range t.rows {
		if v := t.at(i, y); !v.IsNull() && !seen[v.Text()] {
			seen[v.Text()] = true
			values = append(values, v)
		}
	}
	slices.SortStableFunc(values, aggregate.Compare)
	var titles []string
	for _, c := range n.Fields[2:] {
		for _, v := range values {
			title := v.Text()
			if len(n.Fields) > 3 {
				title = seriesTitle(n.Options, c, title)
			}
			titles = append(titles, title)
		}
	}
	return titles
}

// seriesTitle names the column of one of several cells.
func seriesTitle(options map[string]string, cell, key string) string {
	if f := options["format"]; f != "" {
		return strings.NewReplacer("$AGG$", cell, "$VAL$", key).Replace(f)
	}
	return cell + cmp.Or(options["sep"], ": ") + key
}

package pipeline

import (
	"cmp"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = shape("xyseries", func(c *compiler, n *ast.Reshape) tableFunc {
	if len(n.Fields) < 3 {
		c.errorf(n, "expected the fields of rows, of columns and of cells")
	}
	return (*run).xyseries
})

// xyseries makes a row of each value of the first field, and of each value of
// the second a column, which holds the cells.
func (r *run) xyseries(n *ast.Reshape, t *Table) (*Table, error) {
	x, y := t.find(n.Fields[0]), t.find(n.Fields[1])
	cells := n.Fields[2:]
	out := newTable(n.Fields[0])
	index := map[string]int{}
	lost := 0
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
			if out.find(title) < 0 && len(out.cols) >= maxColumns {
				lost++
				continue
			}
			out.Set(row, title, t.Value(i, c))
		}
	}
	r.dropped(n, "columns", lost)
	return out, nil
}

// seriesTitle names the column of one of several cells.
func seriesTitle(options map[string]string, cell, key string) string {
	if f := options["format"]; f != "" {
		return strings.NewReplacer("$AGG$", cell, "$VAL$", key).Replace(f)
	}
	return cell + cmp.Or(options["sep"], ": ") + key
}

package pipeline

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = shape("transpose", func(*compiler, *ast.Reshape) tableFunc { return (*run).transpose })

// defaultTranspose is how many rows transpose turns: the documented default.
const defaultTranspose = 5

// transpose turns the first rows into columns: `row 1` and so on, or the
// values of a field.
func (r *run) transpose(n *ast.Reshape, t *Table) (*Table, error) {
	limit := defaultTranspose
	for _, name := range []string{"limit", "int", "rows"} {
		if v, err := strconv.Atoi(n.Options[name]); err == nil {
			limit = v
		}
	}
	if len(n.Fields) > 0 {
		if v, err := strconv.Atoi(n.Fields[0]); err == nil {
			limit = v
		}
	}
	if limit <= 0 || limit > maxColumns {
		limit = maxColumns
	}
	rows := t.rows[:min(limit, len(t.rows))]
	header := t.find(n.Options["header_field"])
	out := newTable(cmp.Or(n.Options["column_name"], "column"))
	to := make([]int, len(rows))
	for i := range rows {
		title := "row " + strconv.Itoa(i+1)
		if v := t.at(i, header); !v.IsNull() {
			title = v.Text()
		}
		to[i] = out.column(title)
	}
	for c, name := range t.cols {
		if c == header || internal(name) == 1 && !slices.ContainsFunc(rows, func(row []event.Value) bool { return !cell(row, c).IsNull() }) {
			continue
		}
		if o := n.Options["include_empty"]; o != "" && !isTrue(o) && !t.filled(c) {
			continue
		}
		i := out.Add()
		out.set(i, 0, event.OfString(name))
		for j, row := range rows {
			out.set(i, to[j], cell(row, c))
		}
	}
	return out, r.ctx.Err()
}

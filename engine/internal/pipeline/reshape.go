package pipeline

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = register((*compiler).reshape)

// defaultTranspose is how many rows transpose turns: the documented default.
const defaultTranspose = 5

// maxColumns bounds the columns that rows are turned into: what a row of a
// megabyte holds.
const maxColumns = 10_000

// reshape turns rows into columns or back.
func (c *compiler) reshape(n *ast.Reshape) stage {
	switch n.Kind {
	case "xyseries":
		if len(n.Fields) < 3 {
			c.errorf(n, "expected the fields of rows, of columns and of cells")
			return nil
		}
		return stageFunc(func(r *run, t *Table) (*Table, error) { return r.xyseries(n, t) })
	case "untable":
		if len(n.Fields) != 3 {
			c.errorf(n, "expected a field and two names")
			return nil
		}
		return stageFunc(func(r *run, t *Table) (*Table, error) { return r.untable(n, t) })
	case "transpose":
		return stageFunc(func(r *run, t *Table) (*Table, error) { return r.transpose(n, t) })
	}
	c.errorf(n, "unknown kind of table %q", n.Kind)
	return nil
}

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

// untable makes a row of each cell.
func (r *run) untable(n *ast.Reshape, t *Table) (*Table, error) {
	x := t.find(n.Fields[0])
	out := newTable(n.Fields...)
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return nil, err
		}
		for c, name := range t.cols {
			if v := t.at(i, c); c != x && !v.IsNull() && internal(name) == 0 && len(out.rows) <= maxRows {
				out.rows = append(out.rows, []event.Value{t.at(i, x), event.OfString(name), v})
			}
		}
	}
	return r.bound(n, out), nil
}

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

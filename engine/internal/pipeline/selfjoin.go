package pipeline

import (
	"strconv"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = shape("selfjoin", func(*compiler, *ast.Reshape) tableFunc { return (*run).selfJoin })

// selfJoin joins each row with the rows behind it that have the same keys, up
// to max of them, which count as used then. With keepsingle, rows that have
// none stay.
func (r *run) selfJoin(n *ast.Reshape, t *Table) (*Table, error) {
	limit, overwrite := 1, true
	if v, err := strconv.Atoi(n.Options["max"]); err == nil {
		limit = v
	}
	if o := n.Options["overwrite"]; o != "" {
		overwrite = isTrue(o)
	}
	keys := make([]int, len(n.Fields))
	for i, name := range n.Fields {
		keys[i] = t.find(name)
	}
	groups := map[string][]int{}
	for i, row := range t.rows {
		if k, ok := joinKey(row, keys); ok {
			groups[k] = append(groups[k], i)
		}
	}
	used := make([]bool, len(t.rows))
	var rows [][]event.Value
	for i, row := range t.rows {
		if err := r.tick(); err != nil {
			return nil, err
		}
		k, ok := joinKey(row, keys)
		if !ok || used[i] {
			continue
		}
		others := groups[k]
		for len(others) > 0 && others[0] <= i {
			others = others[1:]
		}
		groups[k] = others
		if limit > 0 && len(others) > limit {
			others = others[:limit]
		}
		for _, o := range others {
			used[o] = true
			row = over(row, t.rows[o], overwrite, len(t.cols))
		}
		if len(others) > 0 || isTrue(n.Options["keepsingle"]) {
			rows = append(rows, row)
		}
	}
	t.rows = rows
	return t, nil
}

// over returns a row with the values of another where it has none or, with
// overwrite, wherever the other has one.
func over(row, other []event.Value, overwrite bool, width int) []event.Value {
	m := copyRow(row, width)[:len(row)]
	for c, v := range other {
		for len(m) <= c {
			m = append(m, event.Value{})
		}
		if !v.IsNull() && (overwrite || m[c].IsNull()) {
			m[c] = v
		}
	}
	return m
}

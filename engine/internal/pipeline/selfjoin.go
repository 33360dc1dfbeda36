package pipeline

import (
	"strconv"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = shape("selfjoin", func(*compiler, *ast.Reshape) tableFunc { return (*run).selfJoin })

// selfJoin joins each row with the rows behind it that have the same keys, up
// to max of them: there is a row for each pair, and none for the last. With
// keepsingle, rows whose keys no other has stay.
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
	single, seen := isTrue(n.Options["keepsingle"]), map[string]int{}
	var rows [][]event.Value
	lost := 0
	for _, row := range t.rows {
		if err := r.tick(); err != nil {
			return nil, err
		}
		k, ok := joinKey(row, keys)
		if !ok {
			continue
		}
		seen[k]++
		others := groups[k][seen[k]:]
		if limit > 0 && len(others) > limit {
			others = others[:limit]
		}
		if room := maxRows - len(rows); len(others) > room {
			lost += len(others) - room
			others = others[:room]
		}
		for _, o := range others {
			rows = append(rows, over(row, t.rows[o], overwrite, len(t.cols)))
		}
		if single && len(groups[k]) == 1 && len(rows) < maxRows {
			rows = append(rows, row)
		}
	}
	r.dropped(n, "rows", lost)
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

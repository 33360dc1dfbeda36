package pipeline

import (
	"cmp"
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

var _ = register((*compiler).totals)

// totals adds numbers up, along each row and down the columns.
func (c *compiler) totals(n *ast.Totals) stage {
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		cols := t.summable(n)
		if n.Row {
			t.rowTotals(cmp.Or(n.Name, "Total"), cols)
		}
		if n.Col && len(t.rows) > 0 {
			if n.Row && len(n.Fields) == 0 {
				cols = append(cols, t.column(cmp.Or(n.Name, "Total")))
			}
			t.columnTotals(n, cols)
		}
		return t, r.ctx.Err()
	})
}

// summable returns the columns that are named, or all.
func (t *Table) summable(n *ast.Totals) []int {
	var cols []int
	for c, name := range t.cols {
		switch {
		case len(n.Fields) > 0 && !named(n.Fields, name):
		case len(n.Fields) == 0 && (internal(name) == 1 || n.Row && name == cmp.Or(n.Name, "Total")):
		default:
			cols = append(cols, c)
		}
	}
	return cols
}

func (t *Table) rowTotals(name string, cols []int) {
	to := t.column(name)
	for i := range t.rows {
		total := 0.0
		for _, c := range cols {
			if f, ok := number(t.at(i, c)); ok {
				total += f
			}
		}
		t.set(i, to, aggregate.Number(total))
	}
}

func (t *Table) columnTotals(n *ast.Totals, cols []int) {
	sums := make([]event.Value, len(t.cols))
	for _, c := range cols {
		total, some := 0.0, false
		for i := range t.rows {
			if f, ok := number(t.at(i, c)); ok {
				total += f
				some = true
			}
		}
		if some {
			sums[c] = aggregate.Number(total)
		}
	}
	t.rows = append(t.rows, slices.Clip(sums))
	if n.LabelField != "" {
		t.Set(len(t.rows)-1, n.LabelField, event.OfString(cmp.Or(n.Label, "Total")))
	}
}

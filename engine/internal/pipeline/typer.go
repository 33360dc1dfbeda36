package pipeline

import (
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/expr"
)

var _ = register((*compiler).typer)

// typer adds to the field eventtype the names of the event types that a row is
// of, beside those that it has.
func (c *compiler) typer(n *ast.Typer) stage {
	conds := make([]expr.Cond, len(n.Types))
	for i, t := range n.Types {
		conds[i] = c.rows.Cond(t.Cond)
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		to := t.column("eventtype")
		cur := r.cursor(t)
		for i := range t.rows {
			if err := r.tick(); err != nil {
				return nil, err
			}
			f := cur.row(i)
			all := texts(t.at(i, to))
			for j, cond := range conds {
				if cond(f) == expr.True && !slices.Contains(all, n.Types[j].Name) {
					all = append(all, n.Types[j].Name)
				}
			}
			if len(all) > 0 {
				slices.Sort(all)
				t.set(i, to, aggregate.Multi(all))
			}
		}
		return t, nil
	})
}

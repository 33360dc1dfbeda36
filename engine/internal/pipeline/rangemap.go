package pipeline

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

var _ = register((*compiler).rangeMap)

// rangeMap names the ranges that a number lies in.
func (c *compiler) rangeMap(n *ast.RangeMap) stage {
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		from, to := t.find(n.Field), t.column("range")
		for i := range t.rows {
			var names []string
			if f, ok := number(t.at(i, from)); ok {
				for _, g := range n.Ranges {
					if g.Low <= f && f <= g.High {
						names = append(names, g.Name)
					}
				}
			}
			if names == nil {
				t.set(i, to, event.OfString(n.Default))
				continue
			}
			t.set(i, to, aggregate.Multi(names))
		}
		return t, r.ctx.Err()
	})
}

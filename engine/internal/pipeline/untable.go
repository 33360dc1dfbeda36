package pipeline

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = shape("untable", func(c *compiler, n *ast.Reshape) tableFunc {
	if len(n.Fields) != 3 {
		c.errorf(n, "expected a field and two names")
	}
	return (*run).untable
})

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

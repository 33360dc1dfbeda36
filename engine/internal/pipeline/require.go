package pipeline

import "github.com/spoor-lang/spoor/ast"

var _ = annotator("require", func(c *compiler, _ *ast.Annotate) rowFunc {
	p := c.prog
	return func(r *run, n *ast.Annotate, t *Table) error {
		if t.Len() == 0 {
			return p.errorf(n, "expected rows before require, found none")
		}
		return nil
	}
})

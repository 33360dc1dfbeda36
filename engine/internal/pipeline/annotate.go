package pipeline

import "github.com/spoor-lang/spoor/ast"

var _ = register((*compiler).annotate)

// annotators are the commands that add to each row, by name. The file of each
// adds its own: a function that looks for mistakes in the stage, and returns
// what runs over the table.
var annotators = map[string]func(*compiler, *ast.Annotate) rowFunc{}

// rowFunc adds to the rows of a table.
type rowFunc func(r *run, n *ast.Annotate, t *Table) error

func annotator(name string, make func(*compiler, *ast.Annotate) rowFunc) struct{} {
	annotators[name] = make
	return struct{}{}
}

func (c *compiler) annotate(n *ast.Annotate) stage {
	make, ok := annotators[n.Kind]
	if !ok {
		c.errorf(n, "unknown kind of annotation %q", n.Kind)
		return nil
	}
	f := make(c, n)
	return stageFunc(func(r *run, t *Table) (*Table, error) { return t, f(r, n, t) })
}

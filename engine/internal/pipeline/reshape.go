package pipeline

import "github.com/spoor-lang/spoor/ast"

var _ = register((*compiler).reshape)

// maxColumns bounds the columns that rows are turned into: what a row of a
// megabyte holds.
const maxColumns = 10_000

// tableFunc makes another table of one.
type tableFunc func(r *run, n *ast.Reshape, t *Table) (*Table, error)

// shapes are the commands that make another table of the rows, by name. The
// file of each adds its own: a function that looks for mistakes in the stage,
// and returns what runs.
var shapes = map[string]func(*compiler, *ast.Reshape) tableFunc{}

func shape(name string, make func(*compiler, *ast.Reshape) tableFunc) struct{} {
	shapes[name] = make
	return struct{}{}
}

func (c *compiler) reshape(n *ast.Reshape) stage {
	make, ok := shapes[n.Kind]
	if !ok {
		c.errorf(n, "unknown kind of table %q", n.Kind)
		return nil
	}
	f := make(c, n)
	return stageFunc(func(r *run, t *Table) (*Table, error) { return f(r, n, t) })
}

package pipeline

import "github.com/spoor-lang/spoor/ast"

var _ = register((*compiler).custom)

// custom runs a command of the embedder's.
func (c *compiler) custom(n *ast.Custom) stage {
	if c.opts.Commands == nil || !c.opts.Commands(n.Name) {
		why := n.Why
		if why == "" {
			why = "is not one of the engine's"
		}
		c.errorf(n, "command %q %s; register it as an engine.Command to run your own", n.Name, why)
		return nil
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		f := r.env.Custom[n.Name]
		if f == nil {
			return nil, r.prog.errorf(n, "the command %q was not registered", n.Name)
		}
		return t, f(t, n.Args)
	})
}

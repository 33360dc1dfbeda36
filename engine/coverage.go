package engine

import (
	"fmt"

	"github.com/spoor-lang/spoor/ast"
)

// Coverage says of one rule whether it runs, and how faithfully.
type Coverage struct {
	// Rule is nil if nil was given.
	Rule *ast.Rule
	// Err is why the rule does not run, with positions; nil if it does.
	Err error
	// Approximations are what a rule that runs does in another way than its
	// vendor's engine, each as "name:line:column: text".
	Approximations []string
}

// Status returns "runs", "approximated" or "refused".
func (c Coverage) Status() string {
	switch {
	case c.Err != nil:
		return "refused"
	case len(c.Approximations) > 0:
		return "approximated"
	}
	return "runs"
}

// Coverage returns a report on every rule that New was given, in that order.
func (e *Engine) Coverage() []Coverage { return e.coverage }

func (e *Engine) cover(r *ast.Rule, c *compiled, err error) {
	x := Coverage{Rule: r, Err: err}
	if err == nil {
		src := sourceOf(r.Query)
		for _, n := range c.notes {
			line, column := src.Position(n.Off)
			x.Approximations = append(x.Approximations, fmt.Sprintf("%s:%d:%d: %s", src.Name, line, column, n.Text))
		}
	}
	e.coverage = append(e.coverage, x)
}

// sourceOf returns the text of a query, or, for one that was built by hand, a
// name to stand in errors.
func sourceOf(q *ast.Query) *ast.Source {
	if q.Source == nil {
		return &ast.Source{Name: "query"}
	}
	return q.Source
}

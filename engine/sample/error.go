package sample

import (
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// Unsatisfiable says that no event can meet conditions of a query together,
// and that this is proved.
type Unsatisfiable struct {
	Query *ast.Query
	// Conflict are the conditions that exclude one another, in the order of
	// the text.
	Conflict []ast.Node
	// Dead is the alternative that cannot be met, where the query as a whole
	// can; see [Dead].
	Dead ast.Node
	// Text shows the conflict, on one line.
	Text string
}

// Error returns the message at the place of the first condition.
func (e *Unsatisfiable) Error() string {
	return located(e.Query, e.Conflict, "nothing can meet this: "+e.Text)
}

// Unsolved says that no events were found, and not that there are none.
type Unsolved struct {
	Query *ast.Query
	// Conflict are the conditions at which the search ended, in the order of
	// the text.
	Conflict []ast.Node
	// Text shows them, on one line.
	Text string
}

// Error returns the message at the place of the first condition.
func (e *Unsolved) Error() string {
	return located(e.Query, e.Conflict, "no sample found: "+e.Text)
}

// NoEvents says that a query does not begin with events: it makes its rows,
// or reads them from a lookup.
type NoEvents struct {
	Query *ast.Query
	Stage ast.Stage // the stage that rows come from
}

// Error returns the message at the place of the stage.
func (e *NoEvents) Error() string {
	return located(e.Query, []ast.Node{e.Stage}, "expected a query that reads events, found one that does not")
}

func located(q *ast.Query, nodes []ast.Node, text string) string {
	if q == nil || q.Source == nil || len(nodes) == 0 {
		return text
	}
	return q.Source.Errorf(ast.Start(nodes[0]), "%s", text).Error()
}

// maxShown bounds the conditions that a message shows.
const maxShown = 4

// failure is the error of a solver that found nothing.
func (s *solver) failure(q *ast.Query) error {
	slices.SortStableFunc(s.stuck, func(a, b goal) int { return ast.Start(a.e) - ast.Start(b.e) })
	var nodes []ast.Node
	var shown []string
	for _, g := range s.stuck {
		nodes = append(nodes, g.e)
		t := text(q, unnamed(g.e))
		if !g.want {
			t = "not (" + t + ")"
		}
		if !slices.Contains(shown, t) {
			shown = append(shown, t)
		}
	}
	if len(shown) > maxShown {
		shown = append(shown[:maxShown], "…")
	}
	all := strings.Join(shown, " and ")
	if s.unsure || len(s.stuck) == 0 || s.spent() {
		return &Unsolved{q, nodes, all}
	}
	return &Unsatisfiable{Query: q, Conflict: nodes, Text: all}
}

// unnamed takes the prefixes off the variables of an expression.
func unnamed(e ast.Expr) ast.Expr {
	return rewrite(e, func(x ast.Expr) ast.Expr {
		f, ok := x.(*ast.Field)
		if !ok {
			return x
		}
		c := *f
		if i := strings.LastIndexByte(f.Name, separator); i >= 0 {
			c.Name = f.Name[i+1:]
		}
		c.Name = strings.TrimPrefix(c.Name, itself)
		if strings.HasPrefix(c.Name, flagMark) {
			c.Name = "related"
		}
		return &c
	})
}

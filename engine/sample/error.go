package sample

import (
	"fmt"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// Unsatisfiable says that no event can meet conditions of a query together.
type Unsatisfiable struct {
	Query *ast.Query
	// Conflict are the conditions that exclude one another, in the order of
	// the text.
	Conflict []ast.Node
	Text     string
}

// Error returns the message at the place of the first condition.
func (e *Unsatisfiable) Error() string { return at(e.Query, e.Conflict, "nothing can meet this: "+e.Text) }

// Unsolved says that no events were found, and not that there are none.
type Unsolved struct {
	Query *ast.Query
	// Conflict are the conditions at which the search ended.
	Conflict []ast.Node
	Text     string
}

// Error returns the message at the place of the first condition.
func (e *Unsolved) Error() string { return at(e.Query, e.Conflict, "no sample found: "+e.Text) }

// NoEvents says that a query reads no events at its beginning.
type NoEvents struct {
	Stage ast.Stage // the stage that rows come from; nil for an empty query
}

// Error says so.
func (e *NoEvents) Error() string { return "expected a query that reads events, found one that does not" }

func at(q *ast.Query, nodes []ast.Node, text string) string {
	if q == nil || q.Source == nil || len(nodes) == 0 {
		return text
	}
	return q.Source.Errorf(nodes[0].Pos(), "%s", text).Error()
}

// failure is the error of a solver that found nothing.
func (s *solver) failure(q *ast.Query) error {
	var nodes []ast.Node
	var texts []string
	for _, g := range s.stuck {
		nodes = append(nodes, g.e)
		not := ""
		if !g.want {
			not = "not "
		}
		if len(texts) < 4 {
			texts = append(texts, fmt.Sprintf("%s%s", not, excerpt(q, g.e)))
		}
	}
	text := strings.Join(texts, "; ")
	if s.unsure || len(s.stuck) == 0 || s.tests > maxTests {
		return &Unsolved{q, nodes, text}
	}
	return &Unsatisfiable{q, nodes, text}
}

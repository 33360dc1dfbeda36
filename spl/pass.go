package spl

import "github.com/spoor-lang/spoor/ast"

// These say how rows are shown, or which servers compute them. They pass the
// rows on.
var _ = register(
	command{names: []string{"highlight"}, parse: parsePass},
	command{names: []string{"iconify"}, parse: parsePass},
	command{names: []string{"localop"}, generates: sometimes, parse: parsePass},
	command{names: []string{"redistribute"}, parse: parsePass},
	command{names: []string{"noop"}, generates: sometimes, parse: parsePass},
)

func parsePass(s *stage) (ast.Stage, error) {
	s.rest()
	if !s.rows() { // localop may stand before the stats that begins a search
		return noRows(s), nil
	}
	return nil, nil
}

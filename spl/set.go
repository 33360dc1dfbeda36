package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"set"}, generates: always, parse: parseSet})

// parseSet parses set union|diff|intersect [search] [search].
func parseSet(s *stage) (ast.Stage, error) {
	a := &ast.Append{Off: s.Off, Kind: ast.AppendSet, Max: maxAppended}
	switch op := strings.ToLower(s.tok.text); op {
	case "union", "diff", "intersect":
		s.advance()
		a.Options = map[string]string{"op": op}
	default:
		return nil, s.expected("union, diff or intersect")
	}
	for range 2 {
		q, err := s.sub(subsearch)
		if err != nil {
			return nil, err
		}
		a.Subs = append(a.Subs, q)
	}
	return a, nil
}

package spl

import (
	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"xpath"}, parse: parseXPath})

// parseXPath parses xpath [outfield=f] "path" [field=f] [default=text].
func parseXPath(s *stage) (ast.Stage, error) {
	e := &ast.Extract{Off: s.Off, Kind: ast.ExtractXPath, Output: "xpath"}
	var missing string
	vars := map[string]any{"outfield": &e.Output, "field": &e.Field, "default": &missing}
	if err := s.settings(vars); err != nil {
		return nil, err
	}
	if s.tok.kind != quoted {
		return nil, s.expected("a path in quotes")
	}
	e.Pattern = unquoteArgument(s.advance())
	err := s.settings(vars)
	if missing != "" {
		e.Options = with(e.Options, "default", missing)
	}
	return e, err
}

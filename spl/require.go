package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"require"}, parse: parseRequire})

func parseRequire(s *stage) (ast.Stage, error) {
	return &ast.Annotate{Off: s.Off, Kind: "require"}, nil
}

package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"addinfo"}, parse: parseAddInfo})

func parseAddInfo(s *stage) (ast.Stage, error) {
	return &ast.Annotate{Off: s.Off, Kind: "addinfo"}, nil
}

package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"uniq"}, parse: parseUniq})

func parseUniq(s *stage) (ast.Stage, error) { return &ast.Reshape{Off: s.Off, Kind: "uniq"}, nil }

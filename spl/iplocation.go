package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"iplocation"}, parse: parseIPLocation})

func parseIPLocation(s *stage) (ast.Stage, error) {
	g := &ast.Geo{Off: s.Off}
	var err error
	g.Field, err = s.oneField(map[string]any{"prefix": &g.Prefix, "allfields": &g.All, "lang": nil})
	return g, err
}

package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"makejson"}, parse: parseMakeJSON})

// parseMakeJSON parses makejson [fields] output=name.
func parseMakeJSON(s *stage) (ast.Stage, error) {
	a, err := s.annotate("output")
	if err == nil && a.Options["output"] == "" {
		err = s.expected("output=…")
	}
	return a, err
}

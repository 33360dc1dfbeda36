package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"makecontinuous"}, parse: parseMakeContinuous})

// parseMakeContinuous parses makecontinuous [field] [options of bin], with
// options anywhere.
func parseMakeContinuous(s *stage) (ast.Stage, error) {
	b := &ast.Bin{Off: s.Off, Field: "_time", Continuous: true}
	set := func(o option) (bool, error) { return s.binOption(o, b) }
	if err := s.options(set); err != nil {
		return nil, err
	}
	if s.atName() {
		b.Field, _ = s.fieldName()
	}
	return b, s.options(set)
}

package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"setfields"}, parse: parseSetFields})

// parseSetFields parses setfields name="text", …: an eval of constants.
func parseSetFields(s *stage) (ast.Stage, error) {
	a := &ast.Assign{Off: s.Off}
	for s.commas(); s.tok.kind != end; s.commas() {
		o, ok, err := s.option()
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, s.expected(`name="text"`)
		}
		at := s.off(o.at)
		a.Set = append(a.Set, ast.Assignment{Off: at, Name: o.as, Value: &ast.Literal{Off: at, Value: o.text}})
	}
	if len(a.Set) == 0 {
		return nil, s.expected(`name="text"`)
	}
	return a, nil
}

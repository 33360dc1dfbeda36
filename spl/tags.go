package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"tags"}, parse: parseTags})

func parseTags(s *stage) (ast.Stage, error) {
	t := &ast.Tags{Off: s.Off}
	for {
		err := s.options(func(o option) (bool, error) {
			switch o.name {
			case "outputfield", "inclname", "inclvalue", "allowed_tags":
				t.Options = with(t.Options, o.name, o.text)
				return true, nil
			}
			return false, nil
		})
		if err != nil || !s.atName() {
			return t, err
		}
		t.Fields = append(t.Fields, unquoteArgument(s.advance()))
	}
}

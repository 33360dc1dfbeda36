package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"strcat"}, parse: parseStrcat})

// parseStrcat parses strcat [allrequired=b] source … target, where a source is
// a field or a text in quotes. It is an eval that joins them; a missing field
// counts as empty or, with allrequired, leaves the target alone.
func parseStrcat(s *stage) (ast.Stage, error) {
	var all bool
	if err := s.settings(map[string]any{"allrequired": &all}); err != nil {
		return nil, err
	}
	var tokens []token
	for s.commas(); s.atName(); s.commas() {
		tokens = append(tokens, s.advance())
	}
	if len(tokens) < 2 {
		return nil, s.expected("sources and a field for them")
	}
	target := unquoteArgument(tokens[len(tokens)-1])
	var x ast.Expr
	for _, t := range tokens[:len(tokens)-1] {
		part := s.strcatSource(t, all)
		if x == nil {
			x = part
		} else {
			x = &ast.Arith{Off: s.off(t.from), Op: ast.Concat, X: x, Y: part, Rule: ast.Loose}
		}
	}
	if all {
		x = coalesce(s.Off, x, &ast.Field{Off: s.Off, Name: target})
	}
	return &ast.Assign{Off: s.Off, Set: []ast.Assignment{{Off: s.Off, Name: target, Value: x}}}, nil
}

func (s *stage) strcatSource(t token, required bool) ast.Expr {
	at := s.off(t.from)
	if t.kind == quoted {
		return &ast.Literal{Off: at, Value: unquoteArgument(t)}
	}
	f := &ast.Field{Off: at, Name: t.text}
	if required {
		return f
	}
	return coalesce(at, f, &ast.Literal{Off: at, Value: ""})
}

func coalesce(at ast.Off, args ...ast.Expr) ast.Expr {
	return &ast.Call{Off: at, Lib: libSPL, Name: "coalesce", Args: args}
}

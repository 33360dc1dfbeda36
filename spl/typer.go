package spl

import (
	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"typer"}, parse: parseTyper})

// parseTyper parses typer [eventtypes=…] [maxlen=n]: all event types that the
// content defines are tried.
func parseTyper(s *stage) (ast.Stage, error) {
	t := &ast.Typer{Off: s.Off}
	if err := s.settings(map[string]any{"maxlen": nil, "eventtypes": nil}); err != nil {
		return nil, err
	}
	for _, name := range s.content.eventtypeNames() {
		text, _ := s.content.eventtype(name)
		x, err := s.typeTerms(name, text, s.tok.from)
		if err != nil {
			return nil, err
		}
		if x != nil {
			t.Types = append(t.Types, ast.EventType{Off: s.Off, Name: name, Cond: x})
		}
	}
	return t, nil
}

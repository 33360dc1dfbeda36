package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"typer"}, parse: parseTyper})

// parseTyper leaves the rows alone: events bring their event types along.
func parseTyper(s *stage) (ast.Stage, error) {
	s.note(s.Pos(), "typer adds nothing: events have the event types that they came with")
	return nil, s.settings(map[string]any{"maxlen": nil, "eventtypes": nil})
}

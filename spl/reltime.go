package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"reltime"}, parse: parseRelTime})

// parseRelTime parses reltime [timefield="fields"] [prefix=text].
func parseRelTime(s *stage) (ast.Stage, error) {
	a, err := s.annotate("timefield", "prefix")
	if err == nil && len(a.Fields) > 0 {
		err = s.fail("reltime takes no fields, found %q", short(a.Fields[0]))
	}
	return a, err
}

package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"concurrency"}, parse: parseConcurrency})

// parseConcurrency parses concurrency duration=field [start=field]
// [output=field].
func parseConcurrency(s *stage) (ast.Stage, error) {
	a, err := s.annotate("duration", "start", "output")
	switch {
	case err != nil:
	case a.Options["duration"] == "":
		err = s.expected("duration=…")
	case len(a.Fields) > 0:
		err = s.fail("concurrency takes its fields as options, found %q", short(a.Fields[0]))
	}
	return a, err
}

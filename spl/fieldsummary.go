package spl

import (
	"strconv"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"fieldsummary"}, parse: parseFieldSummary})

// parseFieldSummary parses fieldsummary [maxvals=n] [fields].
func parseFieldSummary(s *stage) (ast.Stage, error) {
	r, err := s.reshape("fieldsummary", "maxvals")
	if n := r.Options["maxvals"]; err == nil && n != "" {
		if v, bad := strconv.Atoi(n); bad != nil || v < 0 {
			err = s.fail("expected a number as maxvals, found %q", short(n))
		}
	}
	return r, err
}

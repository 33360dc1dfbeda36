package spl

import (
	"strconv"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"selfjoin"}, parse: parseSelfJoin})

// parseSelfJoin parses selfjoin [overwrite=b] [max=n] [keepsingle=b] fields.
func parseSelfJoin(s *stage) (ast.Stage, error) {
	r, err := s.reshape("selfjoin", "overwrite", "max", "keepsingle")
	if err != nil {
		return nil, err
	}
	if len(r.Fields) == 0 {
		return nil, s.expected("a field name")
	}
	if n, ok := r.Options["max"]; ok {
		if v, bad := strconv.Atoi(n); bad != nil || v < 0 {
			return nil, s.fail("expected a number as max, found %q", short(n))
		}
	}
	return r, nil
}

package spl

import (
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"contingency", "counttable", "ctable"}, parse: parseContingency})

// parseContingency parses contingency [options] field field.
func parseContingency(s *stage) (ast.Stage, error) {
	r, err := s.reshape("contingency", "maxrows", "maxcols", "mincolcover", "minrowcover", "usetotal", "totalstr")
	if err != nil {
		return nil, err
	}
	if len(r.Fields) != 2 {
		return nil, s.fail("contingency takes two fields, found %d", len(r.Fields))
	}
	for _, field := range r.Fields {
		if strings.Contains(field, "*") {
			return nil, s.fail("contingency takes no wildcards, found %q", short(field))
		}
	}
	for _, name := range []string{"maxrows", "maxcols", "mincolcover", "minrowcover"} {
		if text, ok := r.Options[name]; ok {
			if f, bad := strconv.ParseFloat(text, 64); bad != nil || f < 0 {
				return nil, s.fail("expected a number as %s, found %q", name, short(text))
			}
		}
	}
	return r, nil
}

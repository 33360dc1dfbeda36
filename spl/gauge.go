package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"gauge"}, parse: parseGauge})

// parseGauge parses gauge value [low … high], each a field or a number.
func parseGauge(s *stage) (ast.Stage, error) {
	r, err := s.reshape("gauge")
	if err == nil && len(r.Fields) == 0 {
		err = s.expected("a field name or a number")
	}
	return r, err
}

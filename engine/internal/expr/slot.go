package expr

import "github.com/spoor-lang/spoor/ast"

// Plain returns the slot of a field of the event at hand whose values are
// compared as the texts, numbers and booleans that they are. It returns false
// for any other expression: an earlier event's field, a variable, and what a
// schema makes a date, an address or a version, which have several notations.
// A field that the event at hand cannot have is none either.
func (s *Scope) Plain(e ast.Expr) (slot int, ok bool) {
	x, isField := e.(*ast.Field)
	if !isField || x.Of != "" || x.Name == "" {
		return 0, false
	}
	if _, _, bound := s.variable(x); bound {
		return 0, false
	}
	if s.Types != nil {
		if _, known := s.Types(x.Name); !known {
			return 0, false
		}
	}
	switch t, _ := s.typeOf(x); t {
	case Date, IP, Version:
		return 0, false
	}
	return s.slot(x.Name), true
}

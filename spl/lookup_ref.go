package spl

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// lookup finds a lookup by name. One that has no content here is noted.
func (s *stage) lookup(name string, at int) (*ast.LookupDef, error) {
	l, ok := s.content.lookup(name)
	if !ok {
		return nil, s.errorf(at, "unknown lookup %q%s", name, syntax.Suggest(name, s.content.lookupNames()))
	}
	if l.Table == nil && l.Func == nil {
		s.note(at, "lookup %q has no content here and matches nothing", name)
	}
	return l, nil
}

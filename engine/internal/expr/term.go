package expr

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// raw is the field that holds an event's text.
const raw = "_raw"

// term compiles the search for a word in the event's text. A row without
// text has no words; every row has the word *.
func (s *Scope) term(e *ast.Term) condition {
	if match.Everything(e.Text) {
		return always(True)
	}
	has := match.Word(e.Text, !e.Case, e.Whole)
	slot := s.slot(raw)
	return condition{run: func(f *field.Frame) Tri {
		v := f.Get(slot)
		for i := range v.Len() {
			if text, ok := v.At(i).Str(); ok && has(text) {
				return True
			}
		}
		return False
	}, weight: perSearch}
}

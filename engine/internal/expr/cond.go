package expr

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Cond compiles a condition. What is wrong with it goes to s.Errors; the
// closure then yields Null.
func (s *Scope) Cond(e ast.Expr) Cond {
	return s.cond(e).run
}

// condition is a compiled condition, and its outcome if that is known before
// any event: what holds only literals is folded.
type condition struct {
	run    Cond
	onMap  *onMap // see CondOnMap; nil for none
	known  bool
	tri    Tri
	common *common // of a shared condition whose parts alone are remembered

	slot   int     // of the only field that it is about, counted from 1; 0 for none
	weight int     // what it costs to ask; 0 if nothing
	share  float64 // of the events for which it is true: a guess, 0 for none
}

func always(t Tri) condition {
	return condition{run: func(*field.Frame) Tri { return t }, known: true, tri: t}
}

// failed stands for what could not be compiled.
func failed() condition {
	return condition{run: func(*field.Frame) Tri { return Null }}
}

// maxDepth bounds how deeply expressions nest. Parsers allow a thousand
// brackets; left-deep sums and generated searches get some way beyond, and a
// stack of ten thousand closures is a few megabytes.
const maxDepth = 10_000

func (s *Scope) cond(e ast.Expr) condition {
	if s.depth++; s.depth > maxDepth {
		s.depth--
		s.Errorf(e, "expected at most %d nested expressions, found more", maxDepth)
		return failed()
	}
	defer func() { s.depth-- }()
	if s.Watch != nil {
		return s.Watch.cond(s, e)
	}
	if s.Shared != nil && s.values == 0 && len(s.vars) == 0 && !isParts(e) {
		return s.shared(e)
	}
	return s.bareCond(e)
}

func (s *Scope) bareCond(e ast.Expr) condition {
	switch e := e.(type) {
	case *ast.Logic:
		return s.logic(e)
	case *ast.Not:
		return s.not(e)
	case *ast.Compare:
		return s.compare(e)
	case *ast.Match:
		return s.match(e)
	case *ast.In:
		return s.in(e)
	case *ast.IsNull:
		return s.isNull(e)
	case *ast.Call:
		return s.callCond(e)
	case *ast.Bool:
		return always(triOf(e.Value))
	}
	return s.rareCond(e)
}

func (s *Scope) rareCond(e ast.Expr) condition {
	switch e := e.(type) {
	case *ast.Field:
		return s.fieldCond(e)
	case *ast.Term:
		return s.term(e)
	case *ast.Any:
		return s.any(e)
	case *ast.Relation:
		if s.Relation == nil {
			s.Errorf(e, "%q is not possible here", string(e.Kind)+" of")
			return failed()
		}
		return condition{run: s.Relation(e), weight: perSearch}
	case *ast.Subsearch:
		s.Errorf(e, "a subsearch is not possible here")
		return failed()
	case *ast.Subtext:
		s.eval(e)
		return failed()
	case *ast.Literal:
		return s.literalCond(e)
	case nil:
		return always(True)
	}
	s.Errorf(e, "expected a condition, found a computed value")
	return failed()
}

func (s *Scope) literalCond(e *ast.Literal) condition {
	switch v := e.Value.(type) {
	case nil:
		return always(Null)
	case bool:
		return always(triOf(v))
	}
	hint := ""
	if _, isText := e.Value.(string); isText && s.View == ast.ViewECS {
		hint = `: several values stand in a list, ("a", "b")`
	}
	s.Errorf(e, "expected a condition, found %s%s", literalText(e), hint)
	return failed()
}

func triOf(b bool) Tri {
	if b {
		return True
	}
	return False
}

// decided applies a leaf's null rule.
func decided(t Tri, r ast.NullRule) Tri {
	if t == Null && r == ast.NullIsFalse {
		return False
	}
	return t
}

// truth is the value of an expression as a condition: one of several values
// that is true is enough.
func truth(v event.Value) Tri {
	if b, ok := v.Bool(); ok {
		return triOf(b)
	}
	if s, ok := v.Str(); ok {
		switch s {
		case "true":
			return True
		case "false":
			return False
		}
		return Null
	}
	if !v.IsList() {
		return Null
	}
	out := Null
	for i := range v.Len() {
		switch truth(v.At(i)) {
		case True:
			return True
		case False:
			out = False
		}
	}
	return out
}

func (s *Scope) fieldCond(e *ast.Field) condition {
	if t, ok := s.typeOf(e); ok && t != Boolean && t != Unknown {
		s.Errorf(e, "expected a condition, found the field %q of type %s", e.Name, t)
		return failed()
	}
	if e.Enum {
		return s.enum(e)
	}
	x := s.eval(e)
	if x.known {
		return always(truth(x.val))
	}
	is := truth
	if s.View == ast.ViewECS { // leaves of EQL are two-valued
		is = func(v event.Value) Tri { return decided(truth(v), ast.NullIsFalse) }
	}
	c := s.leaf(x, nil, judgeFunc(is))
	c.weight = light
	return c
}

// enum compiles subtype.create: a field of that name, or else a text subtype
// that says "create".
func (s *Scope) enum(e *ast.Field) condition {
	path, last := e.Split()
	run := s.Eval(&ast.Field{Off: e.Off, Name: e.Name, Optional: true})
	says := s.Cond(&ast.Match{Off: e.Off, X: &ast.Field{Off: e.Off, Name: path, Optional: true},
		Kind: ast.Star, Fold: true, Patterns: []string{last}, Op: "==", Null: ast.NullIsNull})
	return condition{run: func(f *field.Frame) Tri {
		if v := run(f); !v.IsNull() {
			return truth(v)
		}
		return says(f)
	}}
}

// isNull compiles the question for a value. A field is null if it has none; what is
// computed of a list's values, one by one, if one of them comes to null.
func (s *Scope) isNull(e *ast.IsNull) condition {
	x := s.eval(e.X)
	if x.known {
		return always(triOf(absent(x.val)))
	}
	is := func(v event.Value) Tri { return triOf(absent(v)) }
	if e.Unset {
		is = func(v event.Value) Tri { return triOf(v.IsNull()) }
	} else if _, field := e.X.(*ast.Field); !field {
		is = func(v event.Value) Tri { return triOf(absent(v) || lacking(v)) }
	}
	c := s.leaf(x, nil, judgeFunc(is))
	c.weight = light + x.weight
	return c
}

// lacking reports whether v is a list with a null in it.
func lacking(v event.Value) bool {
	if !v.IsList() {
		return false
	}
	for i := range v.Len() {
		if v.At(i).IsNull() {
			return true
		}
	}
	return false
}

// absent reports whether v has no value: a list of nothing, or of nulls, has
// none.
func absent(v event.Value) bool {
	if v.IsNull() {
		return true
	}
	if !v.IsList() {
		return false
	}
	for i := range v.Len() {
		if !v.At(i).IsNull() {
			return false
		}
	}
	return true
}

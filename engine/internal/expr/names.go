package expr

import (
	"math"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/match"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// field compiles the value of a field of the event at hand, of an earlier
// event, or of an array's element.
func (s *Scope) field(e *ast.Field) value {
	if i, path, ok := s.variable(e); ok {
		return element(i, path)
	}
	switch {
	case strings.HasPrefix(e.Of, "$"):
		s.Errorf(e, "unknown variable %q%s", e.Of, syntax.Suggest(e.Of, s.vars))
		return void()
	case e.Of != "":
		return s.alias(e)
	}
	if s.Unknown(e) {
		if e.Optional { // what no event can have is a null that folds
			return constant(event.Value{})
		}
		var known []string
		if s.Names != nil {
			known = s.Names()
		}
		s.Errorf(e, "unknown field %q%s", e.Name, syntax.Suggest(e.Name, known))
		return void()
	}
	slot := s.slot(e.Name)
	return value{run: s.Slots.Getter(slot), slot: slot + 1, onMap: s.fieldOnMap(slot, e.Name)}
}

// Unknown reports whether a schema says that no event has the field.
func (s *Scope) Unknown(e *ast.Field) bool {
	if s.Types == nil {
		return false
	}
	_, known := s.Types(e.Name)
	return !known
}

// operand is x as a function or a computation of EQL takes it. JSON does not
// tell 5 from 5.0, and decoders make a float of either: a field's whole number
// counts as an integer, so that it divides and prints as one, unless a schema
// says that it is none. A date is one in all its notations. Of a list whose values
// are taken one by one, nulls are none.
func (s *Scope) operand(e ast.Expr, x value, each bool) value {
	if _, ok := e.(*ast.Field); !ok || x.known {
		return x
	}
	is := whole
	switch t, _ := s.typeOf(e); t {
	case Date:
		is = dateOr
	case Float:
		is = floating
	}
	run := x.run
	return value{run: func(f *field.Frame) event.Value {
		v := run(f)
		if v.Kind() == event.List {
			return eachOf(v, is, each)
		}
		return is(v)
	}}
}

// dateOr is the time that a date field's value stands for, or the value.
func dateOr(v event.Value) event.Value {
	const first, last = 1678, 2261 // whose nanoseconds a value can hold
	if t, ok := timeOf(v); ok && first <= t.Year() && t.Year() <= last {
		return event.OfTime(t)
	}
	return v
}

// floating is an integer as a float.
func floating(v event.Value) event.Value {
	if v.Kind() != event.Int {
		return v
	}
	f, _ := v.Float()
	return event.OfFloat(f)
}

// whole is a float without a fraction as an integer.
func whole(v event.Value) event.Value {
	if v.Kind() != event.Float {
		return v
	}
	f, _ := v.Float()
	if f != math.Trunc(f) || math.Abs(f) > maxExact {
		return v
	}
	return event.OfInt(int64(f))
}

// eachOf is a list with is of its values, without nulls if present. It is the list
// itself where that is the same.
func eachOf(list event.Value, is func(event.Value) event.Value, present bool) event.Value {
	for i := range list.Len() {
		e := list.At(i)
		if is(e).Kind() == e.Kind() && !(present && e.IsNull()) {
			continue
		}
		out := make([]event.Value, 0, list.Len())
		for j := range list.Len() {
			if e := list.At(j); !present || !e.IsNull() {
				out = append(out, is(e))
			}
		}
		return event.OfList(out)
	}
	return list
}

// variable finds the array search whose variable a field belongs to, the
// innermost first, and the path below it. Endgame's variables have no $, so
// that their first use looks like a field's name.
func (s *Scope) variable(e *ast.Field) (i int, path string, ok bool) {
	for i, v := range slices.Backward(s.vars) {
		switch rest, below := strings.CutPrefix(e.Name, v+"."); {
		case e.Of == v:
			return i, e.Name, true
		case e.Of == "" && e.Name == v:
			return i, "", true
		case e.Of == "" && below:
			return i, rest, true
		}
	}
	return 0, "", false
}

func element(i int, path string) value {
	if path == "" {
		return value{run: func(f *field.Frame) event.Value { return f.Vars[i] }}
	}
	return value{run: func(f *field.Frame) event.Value { return event.Below(f.Vars[i], path) }}
}

func (s *Scope) alias(e *ast.Field) value {
	i, ok := s.Aliases[e.Of]
	if !ok {
		var known []string
		for a := range s.Aliases {
			known = append(known, a)
		}
		slices.Sort(known)
		s.Errorf(e, "unknown event %q%s", e.Of, syntax.Suggest(e.Of, known))
		return void()
	}
	view, name := s.View, e.Name
	return value{run: func(f *field.Frame) event.Value {
		if i >= len(f.Refs) || f.Refs[i] == nil {
			return event.Value{}
		}
		fields := f.Refs[i]
		if v, ok := fields.(event.Viewer); ok {
			fields = v.View(view)
		}
		return fields.Field(name)
	}}
}

// Slot returns the slot that a field of the event at hand is read from.
func (s *Scope) Slot(f *ast.Field) int { return s.slot(f.Name) }

// slot returns the slot of a field of the event at hand. A name that carries
// the dataset's prefix is one that the dataset calculates, or the event's
// field behind the prefix.
func (s *Scope) slot(name string) int {
	if s.Dataset == nil {
		return s.own(name)
	}
	if calculated, ok := s.Dataset.Fields[name]; ok && calculated != nil {
		return s.calculated(name, calculated)
	}
	for _, p := range s.Dataset.Prefixes {
		if bare, ok := strings.CutPrefix(name, p); ok && bare != "" {
			name = bare
			break
		}
	}
	return s.own(name)
}

// own returns the slot of a field that the event itself has, or that follows
// from its time.
func (s *Scope) own(name string) int {
	slot := s.Slots.Slot(s.View, name)
	if s.Default == nil || s.Slots.Computed(slot) {
		return slot
	}
	if given := s.Default(name); given != nil {
		view := s.View
		s.Slots.Compute(slot, func(f *field.Frame) event.Value {
			if v := f.View(view).Field(name); !v.IsNull() {
				return v
			}
			return given(f)
		})
	}
	return slot
}

// calculated returns the slot of a field that a data model derives from the
// event's own fields. Models of one name may differ, and so it is the expression
// that tells it from others.
func (s *Scope) calculated(name string, e ast.Expr) int {
	slot := s.Slots.Derived(e, s.View, name)
	if s.Slots.Computed(slot) { // was there before
		if s.Shared != nil {
			s.GaveUp.Add(s.Shared.gaveUp[slot])
		}
		return slot
	}
	inner := *s
	inner.Dataset, inner.lookups, inner.GaveUp = nil, nil, &match.GaveUp{}
	if s.Shared != nil { // the slot uses conditions, and stays, whoever asked first
		defer s.Shared.ignore(len(s.Shared.used))
	}
	run := inner.Eval(e)
	s.gaveUpIn(slot, inner.GaveUp)
	if len(inner.Errors) > len(s.Errors) { // which the next query is told, too
		s.Errors = inner.Errors
		return slot
	}
	s.Slots.Compute(slot, run)
	return slot
}

// gaveUpIn counts what is given up on in the slot, for each rule that asks for it.
func (s *Scope) gaveUpIn(slot int, g *match.GaveUp) {
	if s.GaveUp.Add(g); s.Shared == nil || g.Expressions() == 0 {
		return
	}
	if s.Shared.gaveUp == nil {
		s.Shared.gaveUp = map[int]*match.GaveUp{}
	}
	s.Shared.gaveUp[slot] = g
}

// typeOf returns what the schema says of a field; false if e is no field or
// there is no schema. The time of an event is a date without a schema, too.
func (s *Scope) typeOf(e ast.Expr) (Type, bool) {
	x, ok := e.(*ast.Field)
	if !ok || x.Of != "" && strings.HasPrefix(x.Of, "$") {
		return Unknown, false
	}
	if s.Types == nil {
		if x.Name == "@timestamp" && s.View == ast.ViewECS {
			return Date, true
		}
		return Unknown, false
	}
	return s.Types(x.Name)
}

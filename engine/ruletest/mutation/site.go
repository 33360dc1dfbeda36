package mutation

import (
	"reflect"

	"github.com/spoor-lang/spoor/ast"
)

// root is a condition of a stage or a step, with all that it has to hold for.
type root struct {
	at     *ast.Expr
	events *ast.Events // whose condition it is; nil for one on rows
	eval   bool        // written as eval writes conditions
	value  bool        // no condition, but a value that is computed of some
}

// condition is a root as it is now.
type condition struct {
	events ast.Events
	expr   ast.Expr
}

func (r *root) condition() *condition {
	if r == nil || r.value {
		return nil
	}
	c := &condition{expr: copyOf(reflect.ValueOf(r.at).Elem()).Interface().(ast.Expr)}
	if r.events != nil {
		c.events = *r.events
	}
	return c
}

// stages changes the stages of a query or of a search inside one.
func (m *maker) stages(q *ast.Query) {
	if q == nil {
		return
	}
	for i, st := range q.Stages {
		m.stage(st)
		if i > 0 {
			m.dropStage(q, i)
		}
	}
}

func (m *maker) stage(st ast.Stage) {
	switch st := st.(type) {
	case *ast.Events:
		m.events(st)
		return
	case *ast.Sequence:
		m.sequence(st)
		return
	case *ast.Sample:
		m.sample(st)
		return
	case *ast.Combine:
		m.combine(st)
		return
	case *ast.Append:
		for _, sub := range st.Subs {
			m.stages(sub)
		}
		return
	case *ast.JoinRows:
		m.stages(st.Sub)
	}
	m.pipe(st)
	m.inside(reflect.ValueOf(st).Elem(), st)
}

func (m *maker) events(st *ast.Events) {
	if st.Category != "" {
		m.try(Predicate, st.Pos(), "drop the category "+st.Category, set(&st.Category, ""))
	}
	if st.Where != nil {
		m.condition(root{at: &st.Where, events: st})
	}
}

// conditions are the fields of stages that hold one.
var conditions = map[string]bool{
	"Where": true, "Cond": true, "While": true, "StartsWith": true, "EndsWith": true, "ResetBefore": true, "ResetAfter": true,
}

var exprType = reflect.TypeFor[ast.Expr]()

// inside finds the conditions and other expressions in a stage's fields.
func (m *maker) inside(v reflect.Value, st ast.Stage) {
	for i := range v.NumField() {
		f, field := v.Field(i), v.Type().Field(i)
		if field.Type == exprType && !f.IsNil() {
			at := f.Addr().Interface().(*ast.Expr)
			if filter, ok := st.(*ast.Filter); conditions[field.Name] {
				m.condition(root{at: at, eval: !ok || !filter.Search})
			} else {
				m.value(at)
			}
		}
		m.parts(f, st)
	}
}

// parts finds the expressions in the parts of a stage, such as the figures of
// an Aggregate.
func (m *maker) parts(f reflect.Value, st ast.Stage) {
	switch f.Kind() {
	case reflect.Pointer:
		if !f.IsNil() && f.Type().Elem().Kind() == reflect.Struct && !shared[f.Type()] && f.Type() != reflect.TypeFor[*ast.Query]() {
			m.inside(f.Elem(), st)
		}
	case reflect.Struct:
		m.inside(f, st)
	case reflect.Slice:
		if f.Type().Elem().Kind() != reflect.Struct {
			return
		}
		for i := range f.Len() {
			m.inside(f.Index(i), st)
		}
	}
}

package expr

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// any compiles the search of an array: an element of it meets a condition.
// An array that is not there has none.
func (s *Scope) any(e *ast.Any) condition {
	x := s.eval(e.X)
	cond := s.lambda(e.Var, e.Cond)
	run := x.run
	return condition{run: func(f *field.Frame) Tri {
		if count(f, run(f), cond, 1) > 0 {
			return True
		}
		return False
	}, weight: x.weight + perSearch}
}

// lambda compiles a condition in which a variable stands for an element.
func (s *Scope) lambda(name string, e ast.Expr) Cond {
	s.vars = append(s.vars, name)
	c := s.cond(e)
	s.vars = s.vars[:len(s.vars)-1]
	return c.run
}

// count counts the elements that meet the condition, up to most.
func count(f *field.Frame, list event.Value, cond Cond, most int) int {
	n, depth := 0, len(f.Vars)
	f.Vars = append(f.Vars, event.Value{})
	for i := 0; i < list.Len() && n < most; i++ {
		f.Vars[depth] = list.At(i)
		if cond(f) == True {
			n++
		}
	}
	f.Vars = f.Vars[:depth]
	return n
}

// arraySearch is Endgame's form, whose variable is a plain name.
func (s *Scope) arraySearch(e *ast.Call) value {
	list, cond, ok := s.arrayForm(e)
	if !ok {
		return void()
	}
	return value{run: func(f *field.Frame) event.Value {
		return event.OfBool(count(f, list(f), cond, 1) > 0)
	}}
}

// arrayCount counts the elements for which a condition is true.
func (s *Scope) arrayCount(e *ast.Call) value {
	list, cond, ok := s.arrayForm(e)
	if !ok {
		return void()
	}
	return value{run: func(f *field.Frame) event.Value {
		v := list(f)
		return event.OfInt(int64(count(f, v, cond, v.Len())))
	}}
}

func (s *Scope) arrayForm(e *ast.Call) (list Eval, cond Cond, ok bool) {
	v, isField := e.Args[1].(*ast.Field)
	if !isField {
		s.Errorf(e.Args[1], "expected a variable as the second argument of %s", e.Name)
		return nil, nil, false
	}
	name := v.Of
	if name == "" {
		name = v.Name
	}
	return s.eval(e.Args[0]).run, s.lambda(name, e.Args[2]), true
}

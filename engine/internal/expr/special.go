package expr

import (
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/fn"
)

// special is a form that looks like a function and evaluates its arguments
// itself: not all of them, or one of them several times.
type special struct {
	min, max int
	compile  func(s *Scope, e *ast.Call) value
	instead  string // as fn.Func.Instead
}

// anyValue is what today's EQL has for arrays.
const anyValue = "conditions that hold for any of an array's values, and _arraysearch in Elastic Endpoint's language"

// specials are the forms by library and lower-case name. It is set in init,
// as the forms compile further calls.
var specials map[string]map[string]special

func init() {
	specials = map[string]map[string]special{
		fn.SPL: {
			"if":          {3, 3, (*Scope).ifElse, ""},
			"case":        {2, -1, (*Scope).firstCase, ""},
			"validate":    {2, -1, (*Scope).validate, ""},
			"coalesce":    {1, -1, (*Scope).coalesce, ""},
			"isnull":      {1, 1, func(s *Scope, e *ast.Call) value { return s.presence(e, true) }, ""},
			"isnotnull":   {1, 1, func(s *Scope, e *ast.Call) value { return s.presence(e, false) }, ""},
			"null":        {0, 0, func(*Scope, *ast.Call) value { return constant(event.Value{}) }, ""},
			"true":        {0, 0, func(*Scope, *ast.Call) value { return constant(event.OfBool(true)) }, ""},
			"false":       {0, 0, func(*Scope, *ast.Call) value { return constant(event.OfBool(false)) }, ""},
			"in":          {2, -1, (*Scope).member, ""},
			"mvfilter":    {1, 1, (*Scope).mvfilter, ""},
			"mvmap":       {2, 3, (*Scope).mvmap, ""},
			"searchmatch": {1, 1, (*Scope).searchmatch, ""},
			"lookup":      {3, 3, (*Scope).lookup, ""},
			"sigfig":      {1, 1, (*Scope).sigfig, ""},
		},
		fn.Endgame: {
			"arraysearch": {3, 3, (*Scope).arraySearch, anyValue},
			"arraycount":  {3, 3, (*Scope).arrayCount, anyValue},
			"safe":        {1, 1, func(s *Scope, e *ast.Call) value { return s.eval(e.Args[0]) }, "the argument alone: what cannot be computed is null"},
		},
	}
}

// yielded returns the arguments of which a form of SPL yields one.
func yielded(e *ast.Call) (list []ast.Expr) {
	if e.Lib != fn.SPL {
		return nil
	}
	switch strings.ToLower(e.Name) {
	case "if":
		return e.Args[min(1, len(e.Args)):]
	case "coalesce":
		return e.Args
	case "case", "validate":
		for i := 1; i < len(e.Args); i += 2 {
			list = append(list, e.Args[i])
		}
	}
	return list
}

// ifElse yields its second argument if the first is true, else its third.
func (s *Scope) ifElse(e *ast.Call) value {
	c, a, b := s.cond(e.Args[0]), s.eval(e.Args[1]), s.eval(e.Args[2])
	switch {
	case c.known && c.tri == True:
		return a
	case c.known:
		return b
	}
	cond, yes, no := c.run, a.run, b.run
	return value{onMap: s.choicesOnMap(True, []condition{c, always(True)}, []value{a, b}), run: func(f *field.Frame) event.Value {
		if cond(f) == True {
			return yes(f)
		}
		return no(f)
	}}
}

// firstCase yields the value behind the first condition that is true.
func (s *Scope) firstCase(e *ast.Call) value { return s.branches(e, True) }

// validate yields the value behind the first condition that is false.
func (s *Scope) validate(e *ast.Call) value { return s.branches(e, False) }

func (s *Scope) branches(e *ast.Call, want Tri) value {
	if len(e.Args)%2 != 0 {
		s.Errorf(e.Args[len(e.Args)-1], "expected a value behind each condition of %s, found none", e.Name)
		return void()
	}
	n := len(e.Args) / 2
	ifs, thens := make([]condition, n), make([]value, n)
	conds, vals := make([]Cond, n), make([]Eval, n)
	for i := range n {
		ifs[i], thens[i] = s.cond(e.Args[2*i]), s.eval(e.Args[2*i+1])
		conds[i], vals[i] = ifs[i].run, thens[i].run
	}
	return value{onMap: s.choicesOnMap(want, ifs, thens), run: func(f *field.Frame) event.Value {
		for i, c := range conds {
			if c(f) == want {
				return vals[i](f)
			}
		}
		return event.Value{}
	}}
}

// coalesce yields its first argument that is not null.
func (s *Scope) coalesce(e *ast.Call) value {
	runs := make([]Eval, len(e.Args))
	for i, a := range e.Args {
		runs[i] = s.eval(a).run
	}
	return value{run: func(f *field.Frame) event.Value {
		for _, run := range runs {
			if v := run(f); !absent(v) {
				return v
			}
		}
		return event.Value{}
	}}
}

func (s *Scope) presence(e *ast.Call, null bool) value {
	run := s.eval(e.Args[0]).run
	return value{run: func(f *field.Frame) event.Value { return event.OfBool(absent(run(f)) == null) }}
}

// presenceCond compiles isnull and isnotnull of a field where they are asked as
// conditions, which the calculated fields of data models begin with.
func (s *Scope) presenceCond(e *ast.Call) (condition, bool) {
	name := strings.ToLower(e.Name)
	null := name == "isnull"
	if e.Lib != fn.SPL || len(e.Args) != 1 || !null && name != "isnotnull" {
		return condition{}, false
	}
	if _, ok := e.Args[0].(*ast.Field); !ok || s.Watch != nil {
		return condition{}, false
	}
	x := s.eval(e.Args[0])
	if x.known {
		return always(triOf(absent(x.val) == null)), true
	}
	c := s.leaf(x, func(string) bool { return !null }, judgeFunc(func(v event.Value) Tri { return triOf(absent(v) == null) }))
	c.weight = light
	return c, true
}

// member is in(x, a, b): the operator in the clothes of a function.
func (s *Scope) member(e *ast.Call) value {
	return s.eval(&ast.In{Off: e.Off, X: e.Args[0], List: e.Args[1:], Rule: ast.Loose, Null: e.Null})
}

// mvfilter keeps the values of the one field in its condition for which that
// is true.
func (s *Scope) mvfilter(e *ast.Call) value {
	names := fieldNames(e.Args[0])
	if len(names) != 1 {
		s.Errorf(e, "expected one field in the condition of mvfilter, found %d", len(names))
		return void()
	}
	slot, cond := s.slot(names[0]), s.cond(e.Args[0]).run
	return value{run: func(f *field.Frame) event.Value {
		return over(f, slot, f.Get(slot), func(v event.Value) event.Value {
			if cond(f) == True {
				return v
			}
			return event.Value{}
		})
	}}
}

// mvmap evaluates its second argument for each value of the first, bound to
// the name of the field in it. A third argument names another field to bind.
func (s *Scope) mvmap(e *ast.Call) value {
	names := fieldNames(e.Args[0])
	body := e.Args[len(e.Args)-1]
	if len(e.Args) == 3 {
		names = fieldNames(e.Args[1])
	}
	if len(names) == 0 {
		s.Errorf(e, "expected a field as the first argument of mvmap")
		return void()
	}
	slot, list, run := s.slot(names[0]), s.eval(e.Args[0]).run, s.eval(body).run
	return value{run: func(f *field.Frame) event.Value {
		return over(f, slot, list(f), func(event.Value) event.Value { return run(f) })
	}}
}

// over calls each for the values of a list, with the slot bound to the value,
// and returns all values that this yields, in one list.
func over(f *field.Frame, slot int, list event.Value, each func(event.Value) event.Value) event.Value {
	if list.IsNull() {
		return event.Value{}
	}
	before := f.Get(slot)
	var out []event.Value
	for i := range list.Len() {
		e := list.At(i)
		f.Set(slot, e)
		v := each(e)
		for j := range v.Len() {
			out = append(out, v.At(j))
		}
	}
	f.Set(slot, before)
	return listOf(out)
}

// searchmatch is a search, in the notation of the search command, as a
// condition.
func (s *Scope) searchmatch(e *ast.Call) value {
	l, ok := e.Args[0].(*ast.Literal)
	text, isText := "", false
	if ok {
		text, isText = l.Value.(string)
	}
	switch {
	case !isText:
		s.Errorf(e.Args[0], "expected a quoted search as the argument of searchmatch")
		return void()
	case e.Parse == nil && s.Search == nil:
		s.Errorf(e, "searchmatch is not possible here")
		return void()
	}
	parse := e.Parse
	if parse == nil {
		parse = s.Search
	}
	x, err := parse(text)
	if err != nil {
		s.Errorf(l, "%s", err)
		return void()
	}
	return s.eval(x)
}

// fieldNames lists the fields that an expression reads, each once.
func fieldNames(e ast.Expr) []string {
	var names []string
	for todo := []ast.Expr{e}; len(todo) > 0; {
		e, todo = todo[len(todo)-1], todo[:len(todo)-1]
		if x, ok := e.(*ast.Field); ok && x.Of == "" && !slices.Contains(names, x.Name) {
			names = append(names, x.Name)
		}
		todo = append(todo, operands(e)...)
	}
	return names
}

// operands are the expressions right below e.
func operands(e ast.Expr) []ast.Expr {
	switch e := e.(type) {
	case *ast.Call:
		return e.Args
	case *ast.Compare:
		return []ast.Expr{e.X, e.Y}
	case *ast.Arith:
		return []ast.Expr{e.X, e.Y}
	case *ast.In:
		return append([]ast.Expr{e.X}, e.List...)
	case *ast.Logic:
		return e.List
	case *ast.Match:
		return []ast.Expr{e.X}
	case *ast.IsNull:
		return []ast.Expr{e.X}
	case *ast.Not:
		return []ast.Expr{e.X}
	case *ast.Neg:
		return []ast.Expr{e.X}
	}
	return nil
}

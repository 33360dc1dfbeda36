package expr

import (
	"slices"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/fn"
	"github.com/spoor-lang/spoor/internal/syntax"
)

func (s *Scope) callCond(e *ast.Call) condition {
	if f, ok := fn.Lookup(e.Lib, e.Name); ok && !fn.Boolean(e.Lib, f.Name) {
		s.Errorf(e, "expected a condition, found the value of %s", f.Name)
		return failed()
	}
	if c, ok := s.presenceCond(e); ok {
		return c
	}
	v := s.call(e)
	for _, x := range yielded(e) {
		if t := written(x); t == "string" || t == "number" {
			s.Errorf(x, "expected a condition, found %s", literalText(x.(*ast.Literal)))
			return failed()
		}
	}
	if v.known {
		return always(truth(v.val))
	}
	run, rule := v.run, e.Null
	return condition{run: func(f *field.Frame) Tri { return decided(truth(run(f)), rule) }, weight: v.weight}
}

// call compiles a call of a function of the library, or one of the forms that
// evaluate their arguments themselves.
func (s *Scope) call(e *ast.Call) value {
	s.values++
	defer func() { s.values-- }()
	v := s.bareCall(e)
	if v.weight == 0 && !v.known {
		v.weight = perCall
	}
	return v
}

func (s *Scope) bareCall(e *ast.Call) value {
	name := strings.ToLower(e.Name)
	if special, ok := specials[e.Lib][name]; ok {
		if !s.arity(e, special.min, special.max) {
			return void()
		}
		return special.compile(s, e)
	}
	f, ok := s.function(e)
	if !ok {
		return void()
	}
	args := make([]value, len(e.Args))
	known := e.Lib != fn.SPL && len(args) > 0 // others may depend on the time
	for i, a := range e.Args {
		if args[i] = s.eval(a); e.Lib != fn.SPL {
			args[i] = s.operand(a, args[i], f.Each)
		}
		known = known && args[i].known
	}
	c, ok := s.bind(e, f, args)
	if !ok {
		return void()
	}
	run := invoke(f, c, args, e.Lib != fn.SPL)
	if known {
		return constant(run(&field.Frame{}))
	}
	weight := perCall
	for _, a := range args {
		weight += a.weight
	}
	return value{run: run, weight: weight}
}

// function finds the function of a call, and checks what is known of the call
// beforehand.
func (s *Scope) function(e *ast.Call) (*fn.Func, bool) {
	f, ok := fn.Lookup(e.Lib, e.Name)
	switch {
	case !ok:
		if today := instead(e); today != "" {
			s.Errorf(e, "%s belongs to Endgame's language (option eql.Endgame), today's has %s", e.Name, today)
			break
		}
		s.Errorf(e, "unknown function %q%s", e.Name, similar(e))
	case e.Fold && !f.Fold:
		s.Errorf(e, "expected %s without ~, which it does not know", f.Name)
	default:
		return f, s.arity(e, f.Min, f.Max) && s.params(e, f)
	}
	return nil, false
}

// similar offers what a call of an unknown function may have meant.
func similar(e *ast.Call) string {
	if e.Lib != fn.SPL {
		switch name := strings.ToLower(e.Name); name {
		case "lower", "upper", "tolower", "toupper":
			return ": the operators : and like~ ignore case"
		case "exists", "isnotnull", "isnull":
			return ": write field != null, or == null"
		default:
			if known := elsewhere[name]; known != "" {
				return `, did you mean "` + known + `"?`
			}
		}
	}
	return syntax.Suggest(e.Name, names(e.Lib))
}

// elsewhere are names that other languages have for EQL's functions.
var elsewhere = map[string]string{
	"len": "length", "strlen": "length", "substr": "substring", "contains": "stringContains", "tostring": "string",
	"tonumber": "number", "int": "number", "cidr": "cidrMatch", "position": "indexOf",
}

// instead is what today's EQL has for a function of the original language; empty
// if the call is of no such.
func instead(e *ast.Call) string {
	if e.Lib != fn.EQL {
		return ""
	}
	if f, ok := fn.Lookup(fn.Endgame, e.Name); ok {
		return f.Instead
	}
	return specials[fn.Endgame][strings.ToLower(e.Name)].instead
}

// names are the names of a library's functions, as they are documented.
func names(lib string) []string {
	all := fn.Names(lib)
	for i, n := range all {
		if f, ok := fn.Lookup(lib, n); ok {
			all[i] = f.Name
		}
	}
	for n := range specials[lib] {
		all = append(all, n)
	}
	slices.Sort(all)
	return all
}

func (s *Scope) arity(e *ast.Call, least, most int) bool {
	n := len(e.Args)
	switch {
	case n >= least && (n <= most || most < 0):
		return true
	case least == most:
		s.Errorf(e, "expected %d argument%s to %s, found %d", least, plural(least), e.Name, n)
	case n < least:
		s.Errorf(e, "expected at least %d argument%s to %s, found %d", least, plural(least), e.Name, n)
	default:
		s.Errorf(e, "expected at most %d argument%s to %s, found %d", most, plural(most), e.Name, n)
	}
	return false
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// params checks the types of the arguments as far as they are known before
// any event: of literals, and of fields in a schema.
func (s *Scope) params(e *ast.Call, f *fn.Func) bool {
	for i, a := range e.Args {
		if f.Params == "" {
			return true
		}
		want := paramTypes[f.Params[min(i, len(f.Params)-1)]]
		found := s.argumentType(a, e.Lib == fn.SPL && !want.plain)
		if want.name != "" && found != "" && !slices.Contains(want.classes, found) {
			s.Errorf(a, "expected %s as argument %d of %s, found a %s", want.name, i+1, f.Name, found)
			return false
		}
	}
	return true
}

// argumentType is what is known of an argument's type; empty for nothing. To
// SPL, a field has no type, and a text that reads as a number may be one.
func (s *Scope) argumentType(a ast.Expr, loose bool) string {
	if l, ok := a.(*ast.Literal); ok && l.Value != nil {
		if _, number := event.Of(l.Value).Number(); loose && number {
			return ""
		}
		return literalType(l)
	}
	if t, ok := s.typeOf(a); ok && s.Types != nil && !loose {
		return t.class()
	}
	return made(a)
}

// made is the type of what today's EQL makes of other values, "string", "number" or
// "boolean"; empty for anything else.
func made(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Call:
		return fn.Result(e.Lib, e.Name)
	case *ast.Arith:
		if e.Rule == ast.Typed {
			return "number"
		}
	case *ast.Neg:
		if e.Rule == ast.Typed {
			return "number"
		}
	case *ast.Compare:
		if e.Rule == ast.Typed {
			return "boolean"
		}
	case *ast.In:
		if e.Rule == ast.Typed {
			return "boolean"
		}
	case *ast.Match, *ast.Not, *ast.Logic, *ast.IsNull:
		return "boolean"
	}
	return ""
}

// paramTypes are the letters of fn.Func.Params, with the classes that they
// admit. A plain one does not take a number in quotes.
var paramTypes = map[byte]struct {
	name    string
	classes []string
	plain   bool
}{
	's': {"a string", []string{"string"}, false},
	'n': {"a number", []string{"number"}, false},
	'd': {"a number without quotes", []string{"number"}, true},
	'b': {"a boolean", []string{"boolean"}, false},
	'i': {"an address", []string{"ip", "string"}, false},
}

// class is what a type is to functions; empty if that is unknown.
func (t Type) class() string {
	switch t {
	case Keyword, Text, Version:
		return "string"
	case Float:
		return string(Number)
	case Unknown:
		return ""
	}
	return string(t)
}

// bind lets the function prepare what its literal arguments allow.
func (s *Scope) bind(e *ast.Call, f *fn.Func, args []value) (fn.Call, bool) {
	if f.Bind == nil {
		return f.Call, true
	}
	lits := make([]*event.Value, len(args))
	for i := range args {
		if args[i].known {
			lits[i] = &args[i].val
		}
	}
	c, err := f.Bind(lits, fn.Options{Fold: e.Fold, GaveUp: s.GaveUp})
	if err != nil {
		s.Errorf(e, "%s: %s", f.Name, err)
		return nil, false
	}
	return c, true
}

// invoke evaluates the arguments onto the frame's stack and calls the
// function: for each value of the first argument if the function wants that,
// for each combination of values in EQL.
func invoke(f *fn.Func, c fn.Call, args []value, product bool) Eval {
	runs := make([]Eval, len(args))
	for i, a := range args {
		runs[i] = a.run
	}
	strict, each := !f.Null, f.Each
	return func(fr *field.Frame) event.Value {
		base := len(fr.Stack)
		several := false
		for _, run := range runs {
			v := run(fr)
			if strict && v.IsNull() {
				fr.Stack = fr.Stack[:base]
				return event.Value{}
			}
			several = several || v.IsList()
			fr.Stack = append(fr.Stack, v)
		}
		vals := fr.Stack[base:]
		var out event.Value
		switch ctx := context(fr); {
		case !several || !each:
			out = c(ctx, vals)
		case product:
			out = combine(ctx, c, vals, strict)
		default:
			out = overFirst(ctx, c, vals)
		}
		fr.Stack = fr.Stack[:base]
		return out
	}
}

// context is what functions may know; the frame keeps it between calls.
func context(f *field.Frame) *fn.Context {
	c, ok := f.Memo.(*fn.Context)
	if !ok {
		c = &fn.Context{}
		f.Memo = c
	}
	if c.Now = f.Now; c.Now.IsZero() {
		c.Now = f.Time
	}
	if c.Zone = f.Zone; c.Zone == nil {
		c.Zone = time.UTC
	}
	return c
}

// overFirst applies c to each value of the first argument.
func overFirst(ctx *fn.Context, c fn.Call, args []event.Value) event.Value {
	list := args[0]
	if !list.IsList() {
		return c(ctx, args)
	}
	out := make([]event.Value, 0, list.Len())
	for i := range list.Len() {
		args[0] = list.At(i)
		if v := c(ctx, args); !v.IsNull() {
			out = append(out, v)
		}
	}
	return listOf(out)
}

// combine applies c to each combination of the arguments' values. A true
// outcome ends it: of conditions, one is enough. Null outcomes stay among the
// others: see isNull.
func combine(ctx *fn.Context, c fn.Call, args []event.Value, strict bool) event.Value {
	lists := append([]event.Value(nil), args...)
	total := 1
	for _, l := range lists {
		if total *= max(l.Len(), 1); total > maxPairs {
			return event.Value{}
		}
	}
	var out []event.Value
	for n := range total {
		if null := pick(args, lists, n); null && strict {
			out = append(out, event.Value{})
			continue
		}
		v := c(ctx, args)
		if b, ok := v.Bool(); ok && b {
			return v
		}
		out = append(out, v)
	}
	if absentAll(out) {
		return event.Value{}
	}
	return listOf(out)
}

func absentAll(vs []event.Value) bool {
	for _, v := range vs {
		if !v.IsNull() {
			return false
		}
	}
	return true
}

// pick sets args to the n-th combination of the lists' values, and reports
// whether one of them is null.
func pick(args, lists []event.Value, n int) (null bool) {
	for i, l := range lists {
		switch k := l.Len(); {
		case !l.IsList():
			args[i] = l
		case k == 0:
			args[i] = event.Value{}
		default:
			args[i] = l.At(n % k)
			n /= k
		}
		null = null || args[i].IsNull()
	}
	return null
}

// listOf is a list, or what a list of none or one amounts to.
func listOf(vs []event.Value) event.Value {
	switch len(vs) {
	case 0:
		return event.Value{}
	case 1:
		return vs[0]
	}
	return event.OfList(vs)
}

package expr_test

import (
	"testing"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

// odd is an event whose fields are of every kind.
var odd = event.Map{
	"a": nil, "b": true, "i": 7, "f": -0.5, "s": "text", "l": []any{1, "x", nil, []any{2}}, "e": []any{},
	"o": map[string]any{"a": []any{map[string]any{"b": 1}, "c"}}, "n": "12", "ip": "10.0.0.1", "_raw": "some text",
	"at": "2024-05-01T10:00:00Z",
}

// run compiles a condition and runs it, watched, shared and on a map too, which
// changes nothing; what does not compile yields null.
func run(t *testing.T, s *expr.Scope, e ast.Expr) {
	watched := *s
	watched.Watch = &expr.Watch{}
	watch := watched.Cond(e)
	common := *s
	common.Shared = &expr.Shared{}
	shared, again := common.Cond(e), common.Cond(&ast.Logic{Op: ast.Or, List: []ast.Expr{e, e}})
	cond, value := s.Cond(e), s.Eval(e)
	framed, mapped, other := onMap(*s, e)
	for _, ev := range []event.Map{odd, {}} {
		if other.Reset(ev); mapped == nil {
			break
		}
		if is := mapped(ev); is != expr.Unsure && is != framed(other) {
			t.Error("asking a map makes a difference")
		}
	}
	f := &field.Frame{Slots: s.Slots}
	f.Reset(odd)
	first := cond(f)
	if cond(f) != first {
		t.Error("a second run differs")
	}
	if watch(f) != first {
		t.Error("watching makes a difference")
	}
	if again(f) != first || shared(f) != first || shared(f) != first {
		t.Error("sharing makes a difference")
	}
	value(f)
	if len(f.Stack) != 0 || len(f.Vars) != 0 {
		t.Error("something was left on the stack")
	}
	f.Reset(event.Map{})
	if cond(f) != watch(f) {
		t.Error("watching makes a difference")
	}
	if cond(f) != shared(f) {
		t.Error("sharing makes a difference")
	}
}

func FuzzEQL(f *testing.F) {
	f.Add(`a == null and not l in (1, "x") or i / 2 == 3`)
	f.Add(`length(substring(s, -2, i)) > f or cidrMatch(ip, "10.0.0.0/8")`)
	f.Add(`between~(s, "t", n, b) regex~ ("x.*", "[a-z]") and o.a.b == 1`)
	f.Add(`_arraysearch(o.a, $v, $v.b == 1 and concat($v, l) : "*")`)
	f.Fuzz(func(t *testing.T, text string) {
		q, err := eql.Parse("fuzz", "any where "+text, eql.Endpoint)
		if err != nil {
			return
		}
		ev, ok := q.Stages[0].(*ast.Events)
		if !ok || ev.Where == nil {
			return
		}
		types := map[string]expr.Type{"at": expr.Date, "ip": expr.IP, "s": expr.Version}
		run(t, &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: q.Source}, ev.Where)
		run(t, &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: q.Source,
			Types: func(name string) (expr.Type, bool) { return types[name], true }}, ev.Where)
	})
}

func FuzzWhere(f *testing.F) {
	f.Add(`a!=1 AND l IN (i, "x") OR i.s="7text"`)
	f.Add(`if(isnull(a), mvcount(mvfilter(l>0)), case(b, s+n)) = coalesce(e, o)`)
	f.Add(`mvmap(l, l*2)=2 XOR match(s, "^t") AND -f % 2 > 0`)
	f.Fuzz(func(t *testing.T, text string) {
		q, err := spl.Parse("fuzz", "* | where "+text, nil)
		if err != nil || len(q.Stages) != 2 {
			return
		}
		if w, ok := q.Stages[1].(*ast.Filter); ok {
			run(t, &expr.Scope{Slots: &field.Slots{}, Source: q.Source}, w.Cond)
		}
	})
}

// FuzzCalculated takes the text for what a data model calculates.
func FuzzCalculated(f *testing.F) {
	f.Add(`if(isnull(s) OR s="", "unknown", s)`)
	f.Add(`case(isnotnull(a) AND a!="", a, isnotnull(s) AND l!="x", replace(s, "^(.)", "x"), true(), "unknown")`)
	f.Add(`validate(isnull(a), l, n=12 OR i=7, if(b, o, e))`)
	f.Fuzz(func(t *testing.T, text string) {
		q, err := spl.Parse("fuzz", `* | where (d="text" OR d=7 OR NOT d="unknown" AND s="text") AND d!=(`+text+")", nil)
		if err != nil || len(q.Stages) != 2 {
			return
		}
		w, ok := q.Stages[1].(*ast.Filter)
		if !ok {
			return
		}
		both, ok := w.Cond.(*ast.Logic)
		if !ok || len(both.List) != 2 {
			return
		}
		is, ok := both.List[1].(*ast.Compare)
		if !ok {
			return
		}
		model := &ast.Dataset{Fields: map[string]ast.Expr{"d": is.Y}}
		run(t, &expr.Scope{Slots: &field.Slots{}, Source: q.Source, Dataset: model}, both.List[0])
	})
}

package expr_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/spl"
)

// scopeSPL parses a search and makes the scope of one of its stages.
func scopeSPL(t testing.TB, search string) (*ast.Query, *expr.Scope) {
	t.Helper()
	q, err := spl.Parse("test", search, nil)
	require.NoError(t, err, search)
	return q, &expr.Scope{Slots: &field.Slots{}, Source: q.Source}
}

func frameOf(t testing.TB, s *expr.Scope, ev string) *field.Frame {
	t.Helper()
	require.Empty(t, s.Errors)
	f := &field.Frame{Slots: s.Slots}
	f.Reset(object(t, ev))
	return f
}

func TestWhere(t *testing.T) {
	for _, r := range []row{
		{`a!="x"`, `{}`, unknown},
		{`NOT a="x"`, `{}`, unknown},
		{`a="x" OR 1=1`, `{}`, yes},
		{`a="x" AND 1=2`, `{}`, no},
		{`isnull(a)`, `{}`, yes},
		{`isnotnull(a)`, `{"a": ""}`, yes},
		{`isnotnull(a)`, `{"a": [null]}`, no},
		{`isnull(a) AND isnull(b)`, `{"a": [], "b": null}`, yes},
		{`NOT isnull(a) AND isnotnull(b)`, `{"a": 0, "b": ["x", null]}`, yes},
		{`isnull(a) OR isnotnull(b)`, `{"a": false}`, no},
		{`a="x"`, `{"a": "X"}`, no},
		{`a="x"`, `{"a": 4}`, no},
		{`a!="x"`, `{"a": 4}`, yes},
		{`a="true"`, `{"a": true}`, yes},
		{`a!=""`, `{"a": ""}`, no},
		{`a!=""`, `{"a": []}`, unknown},
		{`a=4`, `{"a": "4.0"}`, yes},
		{`a="4"`, `{"a": 4}`, yes},
		{`a="10" AND a>9`, `{"a": "10"}`, yes}, // numbers where both read as one
		{`a>"9"`, `{"a": "10x"}`, no},          // texts otherwise
		{`a=b`, `{"a": "1", "b": 1.0}`, yes},
		{`a="b"`, `{"a": ["a", "b"]}`, yes},
		{`a!="b"`, `{"a": ["a", "b"]}`, yes},
		{`a!="b"`, `{"a": ["b", "b"]}`, no},
		{`a IN ("x", 4)`, `{"a": "4"}`, yes},
		{`a IN ("x", 4)`, `{"a": "X"}`, no},
		{`in(a, "x", b)`, `{"a": "y", "b": ["x", "y"]}`, yes},
		{`NOT a IN (b)`, `{"a": ["x", "y"], "b": ["y", "z"]}`, no},
		{`NOT a IN (b)`, `{"a": ["x", "y"]}`, unknown},
		{`a=16`, `{"a": "0x10"}`, no}, // hexadecimal texts are no numbers
		{`a XOR b`, `{"a": true, "b": false}`, yes},
	} {
		q, s := scopeSPL(t, "* | where "+r.cond)
		cond := s.Cond(q.Stages[1].(*ast.Filter).Cond)
		assert.Equal(t, r.want, cond(frameOf(t, s, r.event)), "%s over %s", r.cond, r.event)
		if _, m, _ := onMap(*s, q.Stages[1].(*ast.Filter).Cond); m != nil {
			assert.Equal(t, r.want, m(object(t, r.event)), "%s over the map %s", r.cond, r.event)
		}
	}
}

func TestSearchTerms(t *testing.T) {
	for _, r := range []row{
		{`a=x`, `{"a": "X"}`, yes},
		{`a=x*`, `{"a": "Xyz"}`, yes},
		{`a="x?z"`, `{"a": "xyz"}`, no},
		{`a=*`, `{"a": ""}`, yes},
		{`a=*`, `{}`, no},
		{`NOT a=*`, `{}`, yes},
		{`a=""`, `{"a": ""}`, yes},
		{`a=1`, `{"a": "1.0"}`, no}, // as texts
		{`a=1`, `{"a": 1}`, yes},
		{`a=4*`, `{"a": 42}`, yes},
		{`a>9`, `{"a": "10"}`, yes},
		{`a>9`, `{}`, no},
		{`a!=x`, `{}`, no},
		{`NOT a=x`, `{}`, yes},
		{`a!=x`, `{"a": ["x", "y"]}`, yes},
		{`NOT a=x`, `{"a": ["x", "y"]}`, no},
		{`a IN (x, y*)`, `{"a": "YES"}`, yes},
		{`a=10.0.0.0/8`, `{"a": "10.1.2.3"}`, yes},
		{`a=10.0.0.0/8`, `{"a": "11.1.2.3"}`, no},
		{`a=10.0.0.0/8`, `{"a": "10.0.0.0/8"}`, yes},
		{`a!=10.0.0.0/8`, `{"a": "10.1.2.3"}`, no},
		{`failed root`, `{"_raw": "Failed password for root"}`, yes},
		{`fail`, `{"_raw": "Failed password for root"}`, no},
		{`"password for"`, `{"_raw": "Failed password for root"}`, yes},
		{`CASE(failed)`, `{"_raw": "Failed password for root"}`, no},
		{`TERM(a.b)`, `{"_raw": "x a.b.c"}`, no},
		{`failed`, `{"msg": "failed"}`, no},
		{`*`, `{}`, yes},
	} {
		q, s := scopeSPL(t, "search "+r.cond)
		cond := s.Cond(q.Stages[0].(*ast.Events).Where)
		assert.Equal(t, r.want, cond(frameOf(t, s, r.event)), "%s over %s", r.cond, r.event)
	}
}

func TestEvalValues(t *testing.T) {
	for _, c := range []struct {
		value, event string
		want         any
	}{
		{`1+2*3`, `{}`, "7"},
		{`7/2`, `{}`, "3.5"},
		{`7%4`, `{}`, "3"},
		{`-a`, `{"a": "3"}`, "-3"},
		{`a+1`, `{"a": "3"}`, "4"},
		{`a+"/"+b`, `{"a": 3, "b": "x"}`, "3/x"},
		{`a.b`, `{"a": 3, "b": 4.50}`, "34.5"},
		{`a."x"`, `{}`, nil},
		{`a+1`, `{}`, nil},
		{`a*2`, `{"a": "x"}`, nil},
		{`a+1`, `{"a": [1, 2]}`, nil},
		{`1/0`, `{}`, nil},
		{`if(a=1, "yes", "no")`, `{"a": 1}`, "yes"},
		{`if(a=1, "yes", "no")`, `{}`, "no"},
		{`case(a=1, "one", a=2, "two")`, `{"a": 2}`, "two"},
		{`case(a=1, "one", a=2, "two")`, `{"a": 3}`, nil},
		{`case(b=1, "one", true(), "other")`, `{}`, "other"},
		{`validate(a>0, "low", a<9, "high")`, `{"a": 10}`, "high"},
		{`validate(a>0, "low", a<9, "high")`, `{"a": 5}`, nil},
		{`coalesce(a, b, "c")`, `{"b": ""}`, ""},
		{`coalesce(a, b, "c")`, `{}`, "c"},
		{`coalesce(a, b)`, `{"a": ["x", "y"]}`, "x\ny"},
		{`null()`, `{}`, nil},
		{`mvfilter(a!="x")`, `{"a": ["x", "y", "x", "z"]}`, "y\nz"},
		{`mvfilter(a>1)`, `{"a": 2}`, "2"},
		{`mvfilter(a>9)`, `{"a": [1, 2]}`, nil},
		{`mvfilter(a>9)`, `{}`, nil},
		{`mvmap(a, a*2)`, `{"a": [1, 2]}`, "2\n4"},
		{`mvmap(a, if(a>1, a, null()))`, `{"a": [1, 2, 3]}`, "2\n3"},
		{`mvmap(a, a.b)`, `{"a": ["x", "y"], "b": "!"}`, "x!\ny!"},
		{`mvcount(mvfilter(a="x")) + mvcount(a)`, `{"a": ["x", "y"]}`, "3"}, // bound for the filter alone
	} {
		q, s := scopeSPL(t, "* | eval r="+c.value)
		run := s.Eval(q.Stages[1].(*ast.Assign).Set[0].Value)
		v := run(frameOf(t, s, c.event))
		if c.want == nil {
			assert.True(t, v.IsNull(), "%s over %s: found %q", c.value, c.event, v.Text())
			continue
		}
		assert.Empty(t, cmp.Diff(c.want, v.Text()), "%s over %s", c.value, c.event)
	}
}

func TestSPLErrors(t *testing.T) {
	for cond, message := range map[string]string{
		`isnul(a)`:               `test:1:11: unknown function "isnul", did you mean "isnull"?`,
		`if(a=1, 2)`:             `expected 3 arguments to if, found 2`,
		`case(a=1, 2, a=3)`:      `expected a value behind each condition of case, found none`,
		`if("x", 1, 2)`:          `expected a condition, found "x"`,
		`if(len(a), 1, 2)`:       `expected a condition, found the value of len`,
		`lower(a)`:               `expected a condition, found the value of lower`,
		`if(a=1, "yes", "no")`:   `test:1:19: expected a condition, found "yes"`,
		`case(a=1, b=2, a=2, 1)`: `expected a condition, found 1`,
		`coalesce(a, "x")`:       `expected a condition, found "x"`,
		`true()+1=2`:             `test:1:11: expected a number, found a condition`,
		`2*(a=1)=2`:              `expected a number, found a condition`,
		`-isnull(a)=2`:           `expected a number, found a condition`,
		`mvfilter(a=b)`:          `expected one field in the condition of mvfilter, found 2`,
		`match(a, "(?R)x")`:      `recursion`,
		`searchmatch(a)`:         `expected a quoted search`,
		`mvmap("x", 1)="x"`:      `expected a field as the first argument of mvmap`,
		`coalesce()="x"`:         `expected at least 1 argument to coalesce, found 0`,
		`isnull(a, b)`:           `expected 1 argument to isnull, found 2`,
	} {
		q, err := spl.Parse("test", "* | where "+cond, nil)
		require.NoError(t, err, cond)
		s := &expr.Scope{Slots: &field.Slots{}, Source: q.Source}
		x := q.Stages[1].(*ast.Filter).Cond
		if c, ok := x.(*ast.Call); ok && c.Parse != nil {
			continue // the parser provides for it
		}
		s.Cond(x)
		require.NotEmpty(t, s.Errors, cond)
		assert.Contains(t, s.Errors[0].Error(), message, cond)
	}
}

func TestSearchmatch(t *testing.T) {
	parse := func(text string) (ast.Expr, error) {
		q, err := spl.Parse("inner", text, nil)
		if err != nil {
			return nil, err
		}
		return q.Stages[0].(*ast.Events).Where, nil
	}
	call := &ast.Call{Lib: "spl", Name: "searchmatch", Args: []ast.Expr{&ast.Literal{Value: "a=x*"}}, Parse: parse}
	s := &expr.Scope{Slots: &field.Slots{}, Source: &ast.Source{}}
	cond := s.Cond(call)
	assert.Equal(t, expr.True, cond(frameOf(t, s, `{"a": "XY"}`)))
	assert.Equal(t, expr.False, cond(frameOf(t, s, `{}`)))
}

// TestDataset resolves the names of a data model.
func TestDataset(t *testing.T) {
	name := func(n string) *ast.Field { return &ast.Field{Name: n} }
	s := &expr.Scope{
		Slots: &field.Slots{}, View: ast.ViewCIM, Source: &ast.Source{},
		Dataset: &ast.Dataset{
			Model: "Change", Path: []string{"All", "Account"},
			Prefixes: []string{"All.Account.", "All."},
			Fields: map[string]ast.Expr{
				"All.user": &ast.Call{Lib: "spl", Name: "coalesce", Args: []ast.Expr{name("user"), &ast.Literal{Value: "unknown"}}},
			},
		},
	}
	user, dest, deep, bare := s.Eval(name("All.user")), s.Eval(name("All.dest")), s.Eval(name("All.Account.src")), s.Eval(name("user"))
	again := s.Eval(name("All.user"))
	f := frameOf(t, s, `{"dest": "d", "src": "s"}`)
	assert.Equal(t, "unknown", user(f).Text())
	assert.Equal(t, "unknown", again(f).Text())
	assert.Equal(t, "d", dest(f).Text())
	assert.Equal(t, "s", deep(f).Text())
	assert.True(t, bare(f).IsNull(), "a name without prefix is the event's own")
	assert.Equal(t, 4, s.Slots.Len(), "user, All.user, dest, src")
}

func TestAlias(t *testing.T) {
	s := &expr.Scope{Slots: &field.Slots{}, Source: &ast.Source{}, Aliases: map[string]int{"event0": 0, "event1": 1}}
	cond := s.Cond(&ast.Compare{Op: ast.Eq, X: &ast.Field{Name: "pid"}, Y: &ast.Field{Of: "event1", Name: "process.pid"}, Null: ast.NullIsFalse})
	f := frameOf(t, s, `{"pid": 4}`)
	assert.Equal(t, expr.False, cond(f), "not there yet")
	f.Refs = []event.Fields{nil, event.Map{"process": map[string]any{"pid": 4}}}
	assert.Equal(t, expr.True, cond(f))

	s.Cond(&ast.IsNull{X: &ast.Field{Of: "event2", Name: "pid"}})
	require.Len(t, s.Errors, 1)
	assert.Contains(t, s.Errors[0].Error(), `unknown event "event2", did you mean "event0"?`)
}

// TestDeep compiles what nests as deep as no bracket lets a parser go.
func TestDeep(t *testing.T) {
	var sum ast.Expr = &ast.Literal{Value: int64(1)}
	for range 200_000 {
		sum = &ast.Arith{Op: ast.Add, X: sum, Y: &ast.Literal{Value: int64(1)}}
	}
	s := &expr.Scope{Slots: &field.Slots{}, Source: &ast.Source{}}
	s.Eval(sum)
	require.NotEmpty(t, s.Errors)
	assert.Contains(t, s.Errors[0].Error(), "nested expressions")

	var not ast.Expr = &ast.Field{Name: "f"}
	for range 200_001 {
		not = &ast.Not{X: not}
	}
	s = &expr.Scope{Slots: &field.Slots{}, Source: &ast.Source{}}
	assert.Equal(t, expr.False, s.Cond(not)(frameOf(t, s, `{"f": true}`)))
}

func TestNoAllocation(t *testing.T) {
	cond, f := compileEQL(t, remoteShell)
	calls, g := compileEQL(t, `any where startsWith~(process.name, "WIN") and cidrMatch(ip, "10.0.0.0/8") and
		process.pid in (1, 2, 3) and process.name in~ ("a", "b", "c", "d", "e", "f", "g", "h", "i", "winrs.exe") and length(process.name) > 3`)
	ev := event.Map{"process.name": "WinRS.exe", "ip": "10.1.2.3", "process.pid": 3}
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		f.Reset(shellEvent)
		g.Reset(ev)
		if cond(f) != expr.True || calls(g) != expr.True {
			t.Fatal("expected a match")
		}
	}))
}

package expr_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// many makes a scope for conditions of as many rules as make them wait.
func many(view string) *expr.Scope {
	return &expr.Scope{Slots: &field.Slots{}, View: view, Source: &ast.Source{}, Shared: &expr.Shared{Rules: 1000}}
}

var laterEvents = []event.Map{
	{"s": "text", "n": 5, "event": map[string]any{"type": "start"}},
	{"s": []string{"a", "text"}, "n": []int{1, 7}, "t": "10.0.0.1"},
	{"n": "5", "t": "x"},
	{},
}

// A condition that is compiled later says the same of every event, and has asked
// for its fields' slots before.
func TestCondLater(t *testing.T) {
	for _, tt := range []struct{ where, eql string }{
		{eql: `s : ("a*", "t*")`},
		{eql: `not (s == "text" and n > 4) or t in ("x", "y")`},
		{eql: `s like~ "TEXT" and event.type == "start" and missing == null`},
		{eql: `length(s) > 3 or stringContains~(s, "EX")`},
		{eql: `s regex~ "t[a-z]xt"`}, // of which there is something to note
		{eql: `n in (1, 5) or s != null`},
		{eql: `n + 1 == 6`},
		{eql: `true and not false`},
		{where: `like(s, "t%") OR n=5`},
		{where: `n>4 AND NOT s="text"`},
		{where: `mvcount(mvfilter(s="text"))=1`},
		{where: `cidrmatch("10.0.0.0/8", t)`},
	} {
		t.Run(tt.eql+tt.where, func(t *testing.T) {
			cond, view := whereOf(t, tt.eql, tt.where)
			now, wait := many(view), many(view)
			want, later := now.Cond(cond), wait.CondLater(cond)
			require.Empty(t, now.Errors)
			assert.Empty(t, wait.Errors)
			assert.Equal(t, now.Notes, wait.Notes)
			slots := wait.Slots.Len()
			f, g := &field.Frame{Slots: now.Slots}, &field.Frame{Slots: wait.Slots}
			for range 2 {
				for _, ev := range laterEvents {
					f.Reset(ev)
					g.Reset(ev)
					assert.Equal(t, want(f), later(g), ev)
					assert.Equal(t, want(f), later(g), ev)
				}
			}
			assert.Equal(t, slots, wait.Slots.Len())
			assert.Equal(t, now.Notes, wait.Notes)
			assert.Empty(t, wait.Errors)
		})
	}
}

// What is wrong is told at once, once.
func TestCondLaterErrors(t *testing.T) {
	for _, text := range []string{
		`cidrMatch(a, "b")`, `s : ("a", 5)`, `s in ("a", 5)`, `a == 1 and nothing(b)`, `s regex "("`, `length(a, b) == 2`,
		`a == "x" and not (b : "y" or length() == 2)`,
	} {
		cond, view := whereOf(t, text, "")
		now, wait := many(view), many(view)
		now.Cond(cond)
		wait.CondLater(cond)
		require.NotEmpty(t, now.Errors, text)
		assert.Equal(t, now.Errors, wait.Errors, text)
		assert.Equal(t, now.Notes, wait.Notes, text)
	}
}

// The conditions of real rules wait for the most part, and are then the same.
func TestCondLaterCorpora(t *testing.T) {
	var now, wait []*expr.Scope
	one, other := many(ast.ViewECS), many(ast.ViewECS)
	var want, later []expr.Cond
	for _, r := range corpusRules(t) {
		st, ok := r.Query.Stages[0].(*ast.Events)
		if !ok {
			continue
		}
		a, b := *one, *other
		want, later = append(want, a.Cond(st.Where)), append(later, b.CondLater(st.Where))
		assert.Equal(t, a.Errors, b.Errors, r.Name)
		assert.Equal(t, a.Notes, b.Notes, r.Name)
		now, wait = append(now, &a), append(wait, &b)
	}
	slots := other.Slots.Len()
	f, g := &field.Frame{Slots: one.Slots}, &field.Frame{Slots: other.Slots}
	for range 2 {
		f.Reset(processEvent)
		g.Reset(processEvent)
		for i := range want {
			assert.Equal(t, want[i](f), later[i](g))
		}
	}
	assert.Equal(t, slots, other.Slots.Len())
	for i := range now {
		assert.Equal(t, len(now[i].Errors), len(wait[i].Errors))
	}
}

// Several goroutines may be the first to ask.
func TestCondLaterConcurrently(t *testing.T) {
	scope := many(ast.ViewECS)
	var conds []expr.Cond
	for _, text := range []string{`s : ("a*", "t*")`, `s : ("a*", "t*") or n == 5`, `not s : ("a*", "t*") and n > 4`} {
		cond, _ := whereOf(t, text, "")
		once, id := scope.CondOnceLater(cond)
		assert.NotZero(t, id)
		conds = append(conds, scope.CondLater(cond), once)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			f := &field.Frame{Slots: scope.Slots}
			for range 100 {
				f.Reset(event.Map{"s": "text", "n": 5})
				for i, c := range conds {
					assert.Equal(t, i < 4, c(f) == expr.True)
				}
			}
		})
	}
	all.Wait()
}

package expr_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// onMap compiles a condition for maps as well.
func onMap(s expr.Scope, cond ast.Expr) (expr.Cond, expr.MapCond, *field.Frame) {
	s.Slots, s.Errors = &field.Slots{}, nil
	c, m := s.CondOnMap(cond)
	return c, m, &field.Frame{Slots: s.Slots}
}

// Conditions that rules are made of are asked of a map without a frame, those of
// functions and of several fields are not.
func TestCondOnMap(t *testing.T) {
	for _, tt := range []struct {
		where, eql string
		want       bool
	}{
		{eql: `s == "text" and i != 7 and b == true and n < 3`, want: true},
		{eql: `not s : ("a*", "t?xt") or i in (1, 7) or not l == null`, want: true},
		{eql: `b and s like~ "a" or i regex "[0-9]"`, want: true},
		{eql: `s == "a" or s == "b" or i == 1`, want: true},
		{eql: `s == "a" or s == "b" or s == "c"`}, // looked up again and again
		{eql: `i == n`},
		{eql: `length(s) == 4`},
		{eql: `s == "a" and length(s) == 4`},
		{where: `s="text" AND NOT i>"6" AND n IN ("12", 13)`, want: true},
		{where: `isnull(s) XOR b`},
	} {
		t.Run(tt.eql+tt.where, func(t *testing.T) {
			cond, view := whereOf(t, tt.eql, tt.where)
			c, m, f := onMap(expr.Scope{View: view, Source: &ast.Source{}}, cond)
			require.Equal(t, tt.want, m != nil)
			for _, ev := range []event.Map{odd, {"s": "text", "i": 1}, {"s": []string{"b", "text"}}, {"l": map[string]any{"x": 1}}, {}, nil} {
				if f.Reset(ev); m != nil {
					assert.Equal(t, c(f), m(ev), "%v", ev)
				}
			}
		})
	}
}

// A data model's calculated fields lie in no map.
func TestCondOnMapOfADataset(t *testing.T) {
	cond, _ := whereOf(t, `x : "a*"`, "")
	dataset := &ast.Dataset{Fields: map[string]ast.Expr{"x": &ast.Field{Name: "s"}}}
	_, m, _ := onMap(expr.Scope{Source: &ast.Source{}, Dataset: dataset}, cond)
	assert.Nil(t, m)
	dataset.Fields["x"] = nil // as it is in the event
	_, m, _ = onMap(expr.Scope{Source: &ast.Source{}, Dataset: dataset}, cond)
	require.NotNil(t, m)
	assert.Equal(t, expr.True, m(event.Map{"x": "Abc"}))
}

// On maps, the rules of the corpora come to what they come to on frames.
func TestCorporaOnMap(t *testing.T) {
	asked := 0
	for _, r := range corpusRules(t) {
		st, ok := r.Query.Stages[0].(*ast.Events)
		if !ok {
			continue
		}
		c, m, f := onMap(expr.Scope{View: ast.ViewECS, Source: r.Query.Source}, st.Where)
		if m == nil {
			continue
		}
		asked++
		for _, ev := range []event.Map{processEvent, odd, {}} {
			f.Reset(ev)
			assert.Equal(t, c(f), m(ev), r.Name)
		}
	}
	assert.Greater(t, asked, 100)
	t.Logf("%d rules", asked)
}

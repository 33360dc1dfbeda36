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

// Conditions that rules are made of are asked of a map without a frame. What it takes
// a frame to tell leaves the rest of a conjunction to decide; where nothing is left,
// or fields are looked up again and again, no map is asked.
func TestCondOnMap(t *testing.T) {
	maps := []event.Map{
		odd, {"s": "text", "i": 1}, {"s": []string{"b", "text"}}, {"s": "text", "i": 7}, {"s": "a"}, {"l": map[string]any{"x": 1}}, {}, nil,
	}
	for _, tt := range []struct {
		where, eql string
		sure       int // of the maps, those that tell; -1 if none is asked
	}{
		{eql: `s == "text" and i != 7 and b == true and n < 3`, sure: len(maps)},
		{eql: `not s : ("a*", "t?xt") or i in (1, 7) or not l == null`, sure: len(maps)},
		{eql: `b and s like~ "a" or i regex "[0-9]"`, sure: len(maps)},
		{eql: `s == "a" or s == "b" or i == 1`, sure: len(maps)},
		{eql: `s == "a" or s == "b" or s : "c*" or not (s == "text" and s != null)`, sure: len(maps)}, // one look-up
		{eql: `s == "a" and i == 1 or s == "b" and i == 2 or s == "c" and i == 3`, sure: -1},
		{eql: `i == n`, sure: -1},
		{eql: `length(s) == 4`, sure: -1},
		{eql: `s == "a" or length(s) == 4`, sure: -1},
		{eql: `s == "text" and length(s) == 4`, sure: 4},
		{eql: `not (s == "text" and length(s) == 4)`, sure: 4},
		{eql: `s == "text" and (i == 1 or length(s) == 4)`, sure: 4},
		{where: `s="text" AND NOT i>"6" AND n IN ("12", 13)`, sure: len(maps)},
		{where: `s!="x" AND (s="text" OR s="b")`, sure: len(maps)},
		{where: `s="text" AND len(s)=4`, sure: 1},
		{where: `NOT (s="text" AND len(s)=4)`, sure: 1},
		{where: `isnull(s) XOR b`, sure: -1},
		{where: `if(isnull(s), "none", s)="none"`, sure: len(maps)},
		{where: `case(isnull(s), "none", i=7, s, s="text", i, true(), len(s))=1`, sure: 7},
		{where: `validate(isnotnull(s), "none", s!="text", i)=7`, sure: len(maps)},
		{where: `if(len(s)=4, "four", s)="four"`, sure: -1},
	} {
		t.Run(tt.eql+tt.where, func(t *testing.T) {
			cond, view := whereOf(t, tt.eql, tt.where)
			c, m, f := onMap(expr.Scope{View: view, Source: &ast.Source{}}, cond)
			require.Equal(t, tt.sure >= 0, m != nil)
			if m == nil {
				return
			}
			sure := 0
			for i, ev := range maps {
				f.Reset(ev)
				if is := m(ev); is != expr.Unsure {
					sure++
					assert.Equal(t, c(f), is, "map %d", i)
				}
			}
			assert.Equal(t, tt.sure, sure)
		})
	}
}

// A data model's calculated fields are what a map tells if they are chosen among its
// fields; under the names of others it holds nothing of theirs.
func TestCondOnMapOfADataset(t *testing.T) {
	cond, _ := whereOf(t, `x : "a*" and x != "ab" and s : "a*"`, "")
	dataset := &ast.Dataset{Fields: map[string]ast.Expr{}}
	scope := expr.Scope{Source: &ast.Source{}, Dataset: dataset}
	ev := event.Map{"x": "ab", "s": "Abc"}
	for _, tt := range []struct {
		x    string // how it is calculated
		want expr.Tri
	}{
		{"", expr.False}, // as it is
		{`s`, expr.True},
		{`x`, expr.False},
		{`"abc"`, expr.True},
		{`if(isnull(s) OR s="", "unknown", s)`, expr.True},
		{`if(isnull(y) OR y="", "unknown", y)`, expr.False},
		{`case(isnotnull(y) AND y!="", y, isnotnull(s) AND s!="", s, true(), "unknown")`, expr.True},
		{`case(isnotnull(s) AND s!="", s, true(), lower(y))`, expr.True},
		{`case(isnotnull(y) AND y!="", y, true(), lower(s))`, expr.Unsure},
		{`case(y="b", y, len(s)=4, x, true(), s)`, expr.Unsure},
		{`case(isnull(y) AND len(s)=4, x, true(), s)`, expr.Unsure},
		{`case(isnotnull(y) AND len(s)=4, x, true(), s)`, expr.True},
	} {
		delete(dataset.Fields, "x")
		if tt.x != "" {
			dataset.Fields["x"], _ = whereOf(t, "", tt.x)
		}
		c, m, f := onMap(scope, cond)
		require.NotNil(t, m, tt.x)
		assert.Equal(t, tt.want, m(ev), tt.x)
		if f.Reset(ev); tt.want != expr.Unsure {
			assert.Equal(t, tt.want, c(f), tt.x)
		}
	}
	dataset.Fields["x"], _ = whereOf(t, "", `lower(s)`)
	only, _ := whereOf(t, `x : "a*"`, "")
	_, m, _ := onMap(scope, only)
	assert.Nil(t, m)
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
			if is := m(ev); is != expr.Unsure {
				assert.Equal(t, c(f), is, r.Name)
			}
		}
	}
	assert.Greater(t, asked, 100)
	t.Logf("%d rules", asked)
}

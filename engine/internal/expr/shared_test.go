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

// A condition that two rules have is asked once for an event: the second time
// it is known, even if the field is another by then.
func TestShared(t *testing.T) {
	for _, tt := range []struct {
		where, eql string
		once       bool
	}{
		{eql: `s : ("a*", "t*")`, once: true},
		{eql: `length(s) > 3`, once: true},
		{eql: `not s : ("a*", "b*")`, once: true},
		{eql: `(s : ("a*", "c*") or length(s) == 4) and s != "z"`, once: true},
		{eql: `s == "text"`}, // as soon compared as remembered
		{where: `like(s, "t%")`, once: true},
		{where: `mvcount(mvfilter(s="text"))=1`}, // binds s
	} {
		t.Run(tt.eql+tt.where, func(t *testing.T) {
			cond, view := whereOf(t, tt.eql, tt.where)
			same, _ := whereOf(t, tt.eql, tt.where)
			scope := func(slots *field.Slots, shared *expr.Shared) *expr.Scope {
				return &expr.Scope{Slots: slots, View: view, Source: &ast.Source{}, Shared: shared}
			}
			slots, shared := &field.Slots{}, &expr.Shared{}
			one, other := scope(slots, shared).Cond(cond), scope(slots, shared).Cond(same)
			f := &field.Frame{Slots: slots}
			f.Reset(event.Map{"s": "text"})
			require.Equal(t, expr.True, one(f))
			f.Set(slots.Slot(view, "s"), event.OfString("u"))
			assert.Equal(t, tt.once, other(f) == expr.True)
			f.Reset(event.Map{"s": "b"})
			assert.NotEqual(t, expr.True, other(f))
		})
	}
}

// What is wrong with a condition is told for each rule that has it.
func TestSharedErrors(t *testing.T) {
	cond, _ := whereOf(t, `cidrMatch(a, "b")`, "")
	shared := &expr.Shared{}
	for range 2 {
		s := &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: &ast.Source{}, Shared: shared}
		s.Cond(cond)
		assert.Len(t, s.Errors, 1)
	}
}

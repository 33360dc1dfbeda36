package expr_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

// outcomes writes a trace as name=outcome(parts).
func outcomes(t *expr.Trace, f *field.Frame) string {
	var b strings.Builder
	b.WriteString(strings.TrimPrefix(fmt.Sprintf("%T", t.Expr), "*ast."))
	if x, ok := t.Expr.(*ast.Field); ok {
		b.WriteString(" " + x.Name)
	}
	switch tri, asked := t.Tri(); {
	case t.Cond && !asked:
		b.WriteString("=?")
	case t.Cond:
		b.WriteString("=" + []string{"false", "true", "null"}[tri])
	default:
		v, asked := t.Value(f)
		if b.WriteString("=" + strings.Join(strings.Fields(v.Text()), " ")); !asked {
			b.WriteString("?")
		}
	}
	var parts []string
	for _, p := range t.Parts {
		if _, literal := p.Expr.(*ast.Literal); !literal {
			parts = append(parts, outcomes(p, f))
		}
	}
	if len(parts) > 0 {
		b.WriteString("(" + strings.Join(parts, ", ") + ")")
	}
	return b.String()
}

func TestWatch(t *testing.T) {
	fields := event.Map{"a": 1, "s": "text", "l": []any{1, 2, 3}}
	tests := []struct{ where, eql, want string }{
		{
			eql:  `a == 2 and s : "t*" and b == 1`,
			want: "Logic=false(Compare=false(Field a=1), Match=true(Field s=text), Compare=false(Field b=))",
		},
		{eql: `a == 1 or s : "x"`, want: "Logic=true(Compare=true(Field a=1), Match=false(Field s=text))"},
		{eql: `not not not a == 1`, want: "Not=false(Compare=true(Field a=1))"},
		{eql: `false and a == 1`, want: "Logic=false(Bool=false, Compare=true(Field a=1))"},
		{eql: `length(s) > 4`, want: "Compare=false(Call=4(Field s=text))"},
		{where: `b=1 AND a=1`, want: "Logic=null(Compare=null(Field b=), Compare=true(Field a=1))"},
		{
			where: `if(a=1, s, l)="text"`,
			want:  "Compare=true(Call=text(Compare=true(Field a=1), Field s=text, Field l=1 2 3))",
		},
		{where: `if(a=1, len(s), len(l))=4`, want: "Compare=true(Call=4(Compare=true(Field a=1), Call=4(Field s=text), Call=?(Field l=1 2 3)))"},
		{where: `mvcount(mvfilter(l>2))=1`, want: "Compare=true(Call=1(Call=3(Compare=true(Field l=1 2 3))))"},
		{where: `a IN (1, 2)`, want: "In=true(Field a=1)"},
	}
	for _, tt := range tests {
		t.Run(tt.eql+tt.where, func(t *testing.T) {
			cond, view := whereOf(t, tt.eql, tt.where)
			s := &expr.Scope{Slots: &field.Slots{}, View: view, Source: &ast.Source{}, Watch: &expr.Watch{}}
			run := s.Cond(cond)
			require.Empty(t, s.Errors)
			require.Len(t, s.Watch.Roots, 1)
			f := &field.Frame{Slots: s.Slots}
			f.Reset(event.Map{})
			run(f)
			s.Watch.Next()
			f.Reset(fields)
			run(f)
			assert.Equal(t, tt.want, outcomes(s.Watch.Roots[0], f))
		})
	}
}

// whereOf parses a condition of either language.
func whereOf(t *testing.T, inEQL, inSPL string) (cond ast.Expr, view string) {
	if inEQL != "" {
		q, err := eql.Parse("test", "any where "+inEQL)
		require.NoError(t, err)
		return q.Stages[0].(*ast.Events).Where, ast.ViewECS
	}
	q, err := spl.Parse("test", "* | where "+inSPL, nil)
	require.NoError(t, err)
	return q.Stages[1].(*ast.Filter).Cond, ""
}

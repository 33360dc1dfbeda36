package index

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// fieldIs is a condition that a field, or what a function makes of it, has a text.
func fieldIs(function, name, text string) ast.Expr {
	var x ast.Expr = &ast.Field{Name: name}
	if function != "" {
		x = &ast.Call{Lib: "spl", Name: function, Args: []ast.Expr{x}}
	}
	return &ast.Compare{Op: ast.Eq, X: x, Y: &ast.Literal{Value: text}}
}

func cursorOf(conds ...ast.Expr) (*Cursor, *field.Frame) {
	slots := &field.Slots{}
	var entries []Entry
	for i, e := range conds {
		entries = append(entries, Entry{i, e, &expr.Scope{Slots: slots, View: ast.ViewECS, Source: &ast.Source{Name: "test"}}})
	}
	c := Build(entries).Cursor()
	return c, &field.Frame{Slots: slots}
}

// What was marked before events and texts were counted once around is no mark.
func TestCursorAround(t *testing.T) {
	holds := func(name, text string) ast.Expr {
		return &ast.Match{X: &ast.Field{Name: name}, Kind: ast.Wildcard, Patterns: []string{"*" + text + "*"}}
	}
	var conds []ast.Expr
	for i := range 60 { // so many that there are gates
		kind := fmt.Sprint("kind", i%3)
		conds = append(conds, &ast.Logic{Op: ast.And, List: []ast.Expr{fieldIs("", "kind", kind), holds("a", fmt.Sprint("<", i, ">"))}})
	}
	c, f := cursorOf(conds...)
	require.Equal(t, 1, c.Stats().Gates)
	for i, x := range []struct {
		m    event.Map
		want []int32
	}{
		{event.Map{"kind": "kind0", "a": "<9> and <4>"}, []int32{9}},
		{event.Map{"kind": "kind9", "a": "<9>"}, nil},
		{event.Map{"kind": "kind1", "a": "<4>, <9>"}, []int32{4}}, // around
		{event.Map{"kind": "kind0", "a": "<9>, <4>"}, []int32{9}},
	} {
		f.Reset(x.m)
		require.Equal(t, x.want, c.Candidates(f, nil), x.m)
		if i == 1 {
			c.gen, c.text = math.MaxUint32, math.MaxUint32
		}
	}
	require.Equal(t, []uint32{2, 2}, []uint32{c.gen, c.text})
}

// What a text beyond ASCII is in upper or lower case is not what it is folded: each may
// meet a condition about that, also the second time.
func TestWide(t *testing.T) {
	c, f := cursorOf(fieldIs("upper", "a", "INDIGO"), fieldIs("lower", "a", "i\u0307ndigo"), fieldIs("", "a", "i*n"),
		&ast.Match{X: &ast.Field{Name: "a"}, Kind: ast.Wildcard, Patterns: []string{"*some*thing*"}})
	for range 3 {
		for text, want := range map[string][]int32{"\u0131ndigo": {0, 1}, "\u0130ndigo": {0, 1}, "Indigo": {0}, "outdigo": nil} {
			f.Reset(event.Map{"a": text})
			require.Equal(t, want, c.Candidates(f, nil), text)
		}
	}
}

// How deeply a condition is looked into is counted for each of its branches.
func TestNesting(t *testing.T) {
	var many []ast.Expr
	for range 2 * maxNesting {
		many = append(many, &ast.Compare{Op: ast.Gt, X: &ast.Field{Name: "n"}, Y: &ast.Literal{Value: int64(1)}})
	}
	c, f := cursorOf(&ast.Logic{Op: ast.And, List: append(many, fieldIs("", "a", "key"))})
	f.Reset(event.Map{"n": 2, "a": "other"})
	require.Empty(t, c.Candidates(f, nil))
	f.Reset(event.Map{"n": 2, "a": "key"})
	require.Equal(t, []int32{0}, c.Candidates(f, nil))
}

package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

func is(name string, value any) ast.Expr {
	return &ast.Compare{Op: ast.Eq, X: &ast.Field{Name: name}, Y: &ast.Literal{Value: value}, Null: ast.NullIsFalse}
}

// stepped is a rule for a sequence of events whose kinds are given.
func stepped(filters []ast.Expr, until string, kinds ...string) *ast.Rule {
	st := &ast.Sequence{Maxspan: time.Minute}
	for _, k := range kinds {
		st.Steps = append(st.Steps, ast.Step{Event: ast.Events{Where: is("kind", k)}})
	}
	if until != "" {
		st.Until = &ast.Step{Event: ast.Events{Where: is("kind", until)}}
	}
	return &ast.Rule{ID: "r", Filters: filters, Query: &ast.Query{Language: ast.EQL, View: ast.ViewECS, Stages: []ast.Stage{st}}}
}

// An event that is an exception is none of the rule's, whichever step it
// would be: the first, the last, or the end of the sequence.
func TestExceptionsOfASequence(t *testing.T) {
	trusted := []ast.Expr{&ast.Not{X: is("trusted", true)}}
	type ev = map[string]any
	for _, c := range []struct {
		name   string
		events []ev
		want   int
	}{
		{"all count", []ev{{"kind": "a"}, {"kind": "b"}}, 1},
		{"the first is an exception", []ev{{"kind": "a", "trusted": true}, {"kind": "b"}}, 0},
		{"the second is an exception", []ev{{"kind": "a"}, {"kind": "b", "trusted": true}}, 0},
		{"another takes its place", []ev{{"kind": "a"}, {"kind": "b", "trusted": true}, {"kind": "b"}}, 1},
		{"the end", []ev{{"kind": "a"}, {"kind": "end"}, {"kind": "b"}}, 0},
		{"the end is an exception", []ev{{"kind": "a"}, {"kind": "end", "trusted": true}, {"kind": "b"}}, 1},
	} {
		for _, lateness := range []time.Duration{0, 10 * time.Second} { // events that wait are asked twice
			e, err := New([]*ast.Rule{stepped(trusted, "end", "a", "b")}, Lateness(lateness))
			require.NoError(t, err)
			n := 0
			for i, f := range c.events {
				n += len(e.Process(Event{Time: noon.Add(time.Duration(i) * time.Second), Fields: event.Map(f)}))
			}
			n += len(e.Flush(End))
			assert.Equal(t, c.want, n, "%s, lateness %v", c.name, lateness)
		}
	}
}

// Filters and systems are joined, and what is wrong with a filter is an error
// of the rule.
func TestFiltersAndSystems(t *testing.T) {
	r := stepped([]ast.Expr{is("a", int64(1)), is("b", int64(2))}, "", "x", "y")
	r.Query.Stages = []ast.Stage{&ast.Events{Where: &ast.Bool{Value: true}}}
	r.OS = []string{"linux"}
	e, err := New([]*ast.Rule{r})
	require.NoError(t, err)
	for _, c := range []struct {
		event map[string]any
		want  int
	}{
		{map[string]any{"a": 1, "b": 2}, 1},
		{map[string]any{"a": 1, "b": 2, "host.os.type": "linux"}, 1},
		{map[string]any{"a": 1, "b": 2, "host.os.type": "windows"}, 0},
		{map[string]any{"a": 1}, 0},
		{map[string]any{"b": 2, "host.os.type": "linux"}, 0},
	} {
		assert.Len(t, e.Process(Event{Time: noon, Fields: event.Map(c.event)}), c.want, c.event)
	}

	r.Filters = []ast.Expr{&ast.Match{X: &ast.Field{Name: "a"}, Kind: ast.Regex, Patterns: []string{"("}}}
	_, err = New([]*ast.Rule{r})
	assert.Error(t, err)
}

package sample_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/sample"
	"github.com/spoor-lang/spoor/eql"
)

// Each positive leaf is true in a hit; leaves that one hit meets share it.
func TestLeaves(t *testing.T) {
	for _, c := range []struct {
		query string
		want  []string
		hits  int
	}{
		{`any where a == 1 and b == 2`, []string{"a == 1", "b == 2"}, 1},
		{`any where a == 1 or b == 2`, []string{"a == 1", "b == 2"}, 2},
		{`any where a == 1 and not b == 2`, []string{"a == 1"}, 1},
		{`any where a == 1 and not (b == 2 and not c == 3)`, []string{"a == 1", "c == 3"}, 2},
		{`any where a == 1 and (b == 2 or c == 3 and (d == 4 or e == 5))`, []string{"a == 1", "b == 2", "c == 3", "d == 4", "e == 5"}, 3},
		{`any where a : "x" or a : "y" or a : "?"`, []string{`a : "x"`, `a : "y"`, `a : "?"`}, 2},
		{`any where (a == 1) == true or b`, []string{"a == 1", "b"}, 2},
		{`any where _arraysearch(a, $e, $e.b == 1 and ($e.c == 2 or not $e.d == 3))`, []string{"$e.b == 1", "$e.c == 2"}, 2},
		{`any where _arraysearch(a, $e, not $e.d == 3)`, []string{"_arraysearch(a, $e, $e.d != 3)"}, 1},
		{`process where descendant of [process where a == 1 or b == 2]`, []string{"a == 1", "b == 2"}, 2},
		{`sequence by u [a where x == 1 or y == 2] [b where z == 3]`, []string{"x == 1", "y == 2", "z == 3"}, 2},
		{`sequence by u with maxspan=1m [a where x == 1] ![b where z == 3]`, []string{"x == 1"}, 1},
		{`any where not a == 1`, nil, 0},
	} {
		q, err := eql.Parse("q", c.query, eql.Endpoint)
		require.NoError(t, err)
		leaves, err := sample.Leaves(q)
		require.NoError(t, err, c.query)
		var texts []string
		hits := map[*event.Event]bool{}
		for _, l := range leaves {
			require.NoError(t, l.Err, c.query)
			texts = append(texts, l.Text)
			hits[&l.Hit[0]] = true
			assert.Equal(t, 1, alertsOf(t, q, l.Hit), "%s: %s", c.query, l.Text)
		}
		assert.Empty(t, cmp.Diff(c.want, texts), c.query)
		assert.Len(t, hits, c.hits, c.query)
	}
}

func alertsOf(t *testing.T, q *ast.Query, events []event.Event) int {
	e, err := engine.New([]*ast.Rule{{ID: "r", Query: q}})
	require.NoError(t, err)
	n := 0
	for _, ev := range events {
		n += len(e.Process(ev))
	}
	return n + len(e.Flush(engine.End))
}

// A leaf is a node of the query, and belongs to a step.
func TestLeafNodes(t *testing.T) {
	q, err := eql.Parse("q", `sequence by u [a where x == 1] as e [b where y == 2 and startsWith(z, e.x)]`, eql.Endpoint)
	require.NoError(t, err)
	leaves, err := sample.Leaves(q)
	require.NoError(t, err)
	steps := q.Stages[0].(*ast.Sequence).Steps
	second := steps[1].Event.Where.(*ast.Logic).List
	require.Len(t, leaves, 3)
	for i, want := range []struct {
		cond ast.Expr
		step int
		text string
	}{{steps[0].Event.Where, 0, "x == 1"}, {second[0], 1, "y == 2"}, {second[1], 1, "startsWith(z, e.x)"}} {
		assert.Same(t, want.cond, leaves[i].Cond)
		assert.Equal(t, want.step, leaves[i].Step)
		assert.Equal(t, want.text, leaves[i].Text)
	}
}

// A leaf that nothing can meet is dead, and the others are not.
func TestDeadLeaves(t *testing.T) {
	leaves, err := sample.Leaves(parse(t, `any where not a : "x*" and (a == "y" or a == "xy" and b == 1)`))
	require.NoError(t, err)
	dead := map[string]bool{}
	for _, l := range leaves {
		var never *sample.Unsatisfiable
		dead[l.Text] = errors.As(l.Err, &never)
	}
	assert.Equal(t, map[string]bool{`a == "y"`: false, `a == "xy"`: true, `b == 1`: true}, dead)
}

// What is idle is proved so also where the reason is a length, an equality, an
// element, the end of a computed text, or one of several exclusions.
func TestIdleProofs(t *testing.T) {
	for query, idle := range map[string]string{
		`any where length(a) > 3 and a regex "[0-9]{3}(ab|c)"`:                                                                                 `length(a) > 3`,
		`any where length(a) >= 3 and a : "a?c*"`:                                                                                              `length(a) >= 3`,
		`sequence by a [x where b == 1] [y where a != null]`:                                                                                   `a != null`,
		`any where a : "?*" and (a : "x" or endsWith~(a, concat("y", b)))`:                                                                     `a : "?*"`,
		`any where a == 1 and not _arraysearch(b, $e, $e.c : "*x*") and not _arraysearch(b, $e, $e.c : "*xy*")`:                                `not _arraysearch(b, $e, $e.c : "*xy*")`,
		`any where (a == 1 or d == 2) and not (b : "x" and c : "y") and not (b : ("x", "z") and c : ("y", "w")) and not (a : "u" and d : "v")`: `not (b : "x" and c : "y")`,
	} {
		q, err := eql.Parse("q", query, eql.Endpoint)
		require.NoError(t, err)
		misses, err := sample.NearMisses(q)
		require.NoError(t, err)
		for _, m := range misses {
			var never *sample.Unsatisfiable
			if m.Text == idle {
				assert.ErrorAs(t, m.Err, &never, query)
			} else {
				assert.NoError(t, m.Err, "%s: %s", query, m.Text)
			}
		}
	}
}

func ExampleLeaves() {
	q, err := eql.Parse("shell", `process where process.name : "cmd.exe" and (user.id : "S-1-5-18" or process.pid < 100)`)
	if err != nil {
		panic(err)
	}
	leaves, err := sample.Leaves(q)
	if err != nil {
		panic(err)
	}
	for _, l := range leaves {
		fmt.Printf("%s: %v\n", l.Text, l.Hit[0].Fields)
	}
	// Output:
	// process.name : "cmd.exe": map[event.category:process process.name:cmd.exe user.id:S-1-5-18]
	// user.id : "S-1-5-18": map[event.category:process process.name:cmd.exe user.id:S-1-5-18]
	// process.pid < 100: map[event.category:process process.name:cmd.exe process.pid:99]
}

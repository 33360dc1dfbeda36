package mutation_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/ruletest/mutation"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

func parse(t testing.TB, text string) *ast.Query {
	t.Helper()
	if strings.Contains(text, "search") || strings.Contains(text, "|") {
		q, err := spl.Parse("q", text, nil)
		require.NoError(t, err)
		return q
	}
	q, err := eql.Parse("q", text, eql.Endpoint)
	require.NoError(t, err)
	return q
}

// oneLine is a query's text.
func oneLine(q *ast.Query) string { return strings.Join(strings.Fields(ast.Format(q)), " ") }

// Each mutant is the query with one change.
func TestOf(t *testing.T) {
	tests := []struct {
		query string
		want  []string
	}{
		{`any where true`, nil},
		{`process where a == 1`, []string{
			"predicate: any where a == 1",
			"predicate: process where true",
			"change: process where a != 1",
		}},
		{`any where a == 1 and b > 2 and not c`, []string{
			"predicate: any where b > 2 and not c",
			"predicate: any where a == 1 and not c",
			"exclusion: any where a == 1 and b > 2",
			"change: any where a == 1 or b > 2 or not c",
			"change: any where a != 1 and b > 2 and not c",
			"change: any where a == 1 and b >= 2 and not c",
			"exclusion: any where a == 1 and b > 2 and c",
		}},
		{`any where not (a <= 1 or b != 2)`, []string{
			"exclusion: any where true",
			"exclusion: any where a <= 1 or b != 2",
			"exclusion: any where not b != 2",
			"predicate: any where not a <= 1",
			"change: any where not (a <= 1 and b != 2)",
			"change: any where not (a < 1 or b != 2)",
			"predicate: any where not (a <= 1 or b == 2)",
		}},
		{`any where a : ("x?y", "*z")`, []string{
			`predicate: any where true`,
			`predicate: any where a : ("*z")`,
			`change: any where a : ("*x?y", "*z")`,
			`change: any where a : ("x?y*", "*z")`,
			`change: any where a : ("x*y", "*z")`,
			`predicate: any where a : ("x?y")`,
			`change: any where a : ("x?y", "z")`,
			`change: any where a : ("x?y", "*z*")`,
			`change: any where a like ("x?y", "*z")`,
		}},
		{`any where a in~ ("x", "y") and b == null`, []string{
			`predicate: any where b == null`,
			`predicate: any where a in~ ("x", "y")`,
			`change: any where a in~ ("x", "y") or b == null`,
			`predicate: any where a in~ ("y") and b == null`,
			`predicate: any where a in~ ("x") and b == null`,
			`change: any where a in ("x", "y") and b == null`,
			`change: any where a in~ ("x", "y") and b != null`,
		}},
		{`any where endsWith~(a, "x", "y")`, []string{
			`predicate: any where true`,
			`predicate: any where endsWith~(a, "y")`,
			`predicate: any where endsWith~(a, "x")`,
			`change: any where endsWith(a, "x", "y")`,
		}},
		{`sequence by h with maxspan=2s [any where true] by u with runs=2 [any where true] by v until [any where true] by w`, []string{
			"change: sequence by h with maxspan=4s [any where true] by u with runs=2 [any where true] by v until [any where true] by w",
			"change: sequence by h with maxspan=1s [any where true] by u with runs=2 [any where true] by v until [any where true] by w",
			"predicate: sequence with maxspan=2s [any where true] by u with runs=2 [any where true] by v until [any where true] by w",
			"predicate: sequence by h with maxspan=2s [any where true] with runs=2 [any where true] until [any where true]",
			"step: sequence by h with maxspan=2s [any where true] by v until [any where true] by w",
			"change: sequence by h with maxspan=2s [any where true] by u [any where true] by v until [any where true] by w",
			"change: sequence by h with maxspan=2s [any where true] by u with runs=3 [any where true] by v until [any where true] by w",
			"step: sequence by h with maxspan=2s [any where true] by u with runs=2 until [any where true] by w",
			"change: sequence by h with maxspan=2s [any where true] by v [any where true] by u with runs=2 until [any where true] by w",
			"step: sequence by h with maxspan=2s [any where true] by u with runs=2 [any where true] by v",
		}},
		{`search a="x*" NOT b=1 | stats count min(c) as m by d e | where m>5 | head 3`, []string{
			`predicate: search NOT b="1" | stats count, min(c) AS "m" BY d e | where 'm' > 5 | head limit=3`,
			`exclusion: search a="x*" | stats count, min(c) AS "m" BY d e | where 'm' > 5 | head limit=3`,
			`change: search a="x*" OR NOT b="1" | stats count, min(c) AS "m" BY d e | where 'm' > 5 | head limit=3`,
			`change: search a="*x*" NOT b="1" | stats count, min(c) AS "m" BY d e | where 'm' > 5 | head limit=3`,
			`change: search a="x" NOT b="1" | stats count, min(c) AS "m" BY d e | where 'm' > 5 | head limit=3`,
			`exclusion: search a="x*" b="1" | stats count, min(c) AS "m" BY d e | where 'm' > 5 | head limit=3`,
			`change: search a="x*" NOT b="*1" | stats count, min(c) AS "m" BY d e | where 'm' > 5 | head limit=3`,
			`change: search a="x*" NOT b="1*" | stats count, min(c) AS "m" BY d e | where 'm' > 5 | head limit=3`,
			`step: search a="x*" NOT b="1" | stats min(c) AS "m" BY d e | where 'm' > 5 | head limit=3`,
			`step: search a="x*" NOT b="1" | stats count BY d e | where 'm' > 5 | head limit=3`,
			`change: search a="x*" NOT b="1" | stats count, max(c) AS "m" BY d e | where 'm' > 5 | head limit=3`,
			`predicate: search a="x*" NOT b="1" | stats count, min(c) AS "m" BY e | where 'm' > 5 | head limit=3`,
			`predicate: search a="x*" NOT b="1" | stats count, min(c) AS "m" BY d | where 'm' > 5 | head limit=3`,
			`step: search a="x*" NOT b="1" | where 'm' > 5 | head limit=3`,
			`predicate: search a="x*" NOT b="1" | stats count, min(c) AS "m" BY d e | where searchmatch("()") | head limit=3`,
			`change: search a="x*" NOT b="1" | stats count, min(c) AS "m" BY d e | where 'm' >= 5 | head limit=3`,
			`change: search a="x*" NOT b="1" | stats count, min(c) AS "m" BY d e | where 'm' > 5 | head limit=4`,
			`step: search a="x*" NOT b="1" | stats count, min(c) AS "m" BY d e | where 'm' > 5`,
		}},
		{`search * | eval r=if(a>1 AND b=2, "x", "y") | sort - r`, []string{
			`predicate: search () | eval "r" = if('b' = 2, "x", "y") | sort 10000 -r`,
			`predicate: search () | eval "r" = if('a' > 1, "x", "y") | sort 10000 -r`,
			`change: search () | eval "r" = if('a' > 1 OR 'b' = 2, "x", "y") | sort 10000 -r`,
			`change: search () | eval "r" = if('a' >= 1 AND 'b' = 2, "x", "y") | sort 10000 -r`,
			`change: search () | eval "r" = if('a' > 1 AND 'b' != 2, "x", "y") | sort 10000 -r`,
			`step: search () | sort 10000 -r`,
			`change: search () | eval "r" = if('a' > 1 AND 'b' = 2, "x", "y") | sort 10000 +r`,
			`step: search () | eval "r" = if('a' > 1 AND 'b' = 2, "x", "y")`,
		}},
		{`search a=1 [search b="*" | fields c]`, []string{
			`predicate: search [search b=* | fields + c]`,
			`predicate: search a="1"`,
			`change: search a="1" OR [search b=* | fields + c]`,
			`change: search a="*1" [search b=* | fields + c]`,
			`change: search a="1*" [search b=* | fields + c]`,
			`predicate: search a="1" [search () | fields + c]`,
			`predicate: search a="1" [search NOT b=* | fields + c]`,
			`step: search a="1" [search b=*]`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			q := parse(t, tt.query)
			before := ast.Format(q)
			var got []string
			for m := range mutation.Of(q) {
				got = append(got, string(m.Kind)+": "+oneLine(m.Query))
			}
			assert.Empty(t, cmp.Diff(tt.want, got))
			assert.Equal(t, before, ast.Format(q), "the query is as it was")
		})
	}
}

func TestStops(t *testing.T) {
	n := 0
	for range mutation.Of(parse(t, `any where a == 1 and b == 2`)) {
		n++
		break
	}
	assert.Equal(t, 1, n)
	for range mutation.Of(nil) {
		t.Error("a nil query has no mutants")
	}
}

// What is called equivalent is, and what makes a difference is not.
func TestEquivalent(t *testing.T) {
	tests := []struct {
		query string
		want  []string // changes that change nothing
	}{
		{`process where a == 1`, nil},
		{`any where a : ("x*", "xy*")`, []string{`drop "xy*" from a : (…)`, `"xy" for "xy*": a`}},
		{`any where a : "x" and a : "x*"`, []string{`drop a : "x*"`, `"*x*" for "x*": a`, `"x" for "x*": a`}},
		{`any where a == "x" and a in ("x", "y")`, []string{`drop a in ("x", "y")`, `drop "y" from a in (…)`}},
		{`search a="x*" OR a="xy*"`, []string{`drop a="xy*"`, `"xy" for "xy*": a`}},
		{`any where not a : ("x*", "xy*")`, []string{`drop "xy*" from a : (…)`, `"xy" for "xy*": a`}},
		{`search a!="x*" a!="xy*"`, []string{`drop a!="xy*"`, `"xy" for "xy*": a`}},
		{`any where not (a == 1 and a == 1)`, []string{`drop a == 1`, `drop a == 1`, `or for and: a == 1 and a == 1`}},
		{`any where a : "x" or b == 1 and not c > 2`, nil},
		{`any where length(a) > 2 and a != null`, nil},
		{`sequence [a where true] [b where true]`, nil},
		{`search * | eval r=if(a="x" AND like(a, "x%"), 1, 2)`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			var got []string
			for m := range mutation.Of(parse(t, tt.query)) {
				if m.Equivalent() {
					got = append(got, m.Change)
				}
			}
			assert.Empty(t, cmp.Diff(tt.want, got))
		})
	}
}

// Of random conditions and all events of a small world: where a mutant is
// called equivalent, the two agree.
func TestEquivalentIsProved(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	var worlds []event.Map
	for _, a := range []any{nil, "x", "xy", "X", "yx", "", "q", []any{"x", "q"}, []any{"xy", "yx"}, 1} {
		for _, b := range []any{nil, 0, 1, 2, "1", []any{1, 3}} {
			worlds = append(worlds, event.Map{"event.category": "any", "a": a, "b": b})
		}
	}
	n, rounds := 0, 1000
	if testing.Short() {
		rounds = 200
	}
	for range rounds {
		q := parse(t, "any where "+randomCondition(rnd, 3))
		if rnd.IntN(2) == 0 {
			q = parse(t, "search "+randomSearch(rnd, 3))
		}
		f, err := engine.Compile(q)
		require.NoError(t, err)
		for m := range mutation.Of(q) {
			if !m.Equivalent() {
				continue
			}
			n++
			g, err := engine.Compile(m.Query)
			require.NoError(t, err)
			for _, w := range worlds {
				if f.Match(w) != g.Match(w) {
					t.Fatalf("%s\n%s\n%s\nis not the same for %v", oneLine(q), m.Change, oneLine(m.Query), w)
				}
			}
		}
	}
	t.Logf("%d equivalent mutants", n)
	assert.Greater(t, n, rounds/10)
}

// pick is one of several.
func pick(rnd *rand.Rand, list ...string) string { return list[rnd.IntN(len(list))] }

func randomCondition(rnd *rand.Rand, depth int) string {
	if depth > 0 && rnd.IntN(3) > 0 {
		x, y := randomCondition(rnd, depth-1), randomCondition(rnd, depth-1)
		return pick(rnd, "("+x+" and "+y+")", "("+x+" or "+y+")", "not ("+x+")")
	}
	pattern := func() string { return pick(rnd, `"x"`, `"x*"`, `"*x"`, `"xy*"`, `"q"`, `"?"`, `"*"`) }
	return pick(rnd, "a : "+pattern(), "a : ("+pattern()+", "+pattern()+")", "a like "+pattern(), "a == "+pick(rnd, `"x"`, `"q"`, `"X"`),
		`a in ("x", "q")`, `a in~ ("x", "xy")`, "b "+pick(rnd, "==", "!=", "<", "<=", ">", ">=")+" "+pick(rnd, "0", "1", "2"),
		"a == null", "b != null", "length(a) > 1", `startsWith~(a, "x")`)
}

func randomSearch(rnd *rand.Rand, depth int) string {
	if depth > 0 && rnd.IntN(3) > 0 {
		x, y := randomSearch(rnd, depth-1), randomSearch(rnd, depth-1)
		return pick(rnd, "("+x+" "+y+")", "("+x+" OR "+y+")", "NOT ("+x+")")
	}
	pattern := func() string { return pick(rnd, `"x"`, `"x*"`, `"*x"`, `"xy*"`, `"q"`, `"*"`) }
	return pick(rnd, "a="+pattern(), "a!="+pattern(), "a IN ("+pattern()+", "+pattern()+")",
		"b"+pick(rnd, "=", "!=", "<", "<=", ">", ">=")+pick(rnd, "0", "1", "2"))
}

func TestPosition(t *testing.T) {
	q, err := eql.Parse("q", "any where a == 1\n  and b == 2")
	require.NoError(t, err)
	var places []string
	for m := range mutation.Of(q) {
		line, column := m.Position()
		places = append(places, fmt.Sprintf("%d:%d %s", line, column, m.Change))
	}
	assert.Contains(t, places, "2:7 drop b == 2")
	assert.Contains(t, places, "1:11 drop a == 1")
}

// Rules that are published can be changed, the changes leave it alone, and
// most make rules that run.
func TestCorpora(t *testing.T) {
	root := os.Getenv("SPOOR_SHARED")
	if root == "" {
		t.Skip("SPOOR_SHARED is not set")
	}
	corpus := os.DirFS(filepath.Join(root, "corpus"))
	content, err := spl.LoadContent(os.DirFS(filepath.Join(root, "corpus", "splunk-content")))
	require.NoError(t, err)
	searches, _ := spl.LoadRules(corpus, "splunk-detections", content) // what does not load is another test's
	rules, _ := eql.LoadRules(corpus, "elastic-detection-rules")
	endpoint, _ := eql.LoadRules(corpus, "elastic-endpoint-rules")
	n, refused := 0, 0
	for i, r := range append(append(rules, searches...), endpoint...) {
		if i%20 != 0 {
			continue
		}
		before := ast.Format(r.Query)
		k := 0
		for m := range mutation.Of(r.Query) {
			if k++; k > 100 {
				break
			}
			n++
			if _, err := engine.New([]*ast.Rule{{ID: "r", Query: m.Query}}); err != nil {
				refused++
			}
			assert.NotEqual(t, before, ast.Format(m.Query))
			assert.NotEmpty(t, m.Change)
		}
		assert.Equal(t, before, ast.Format(r.Query), r.Name)
	}
	t.Logf("%d mutants, %d refused", n, refused)
	assert.NotZero(t, n)
	assert.Less(t, refused, n/10)
}

package sample_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/sample"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

func parse(t testing.TB, text string) *ast.Query {
	t.Helper()
	q, err := eql.Parse("q", text, eql.Endpoint)
	require.NoError(t, err)
	return q
}

// alerts runs a query over events.
func alerts(t testing.TB, q *ast.Query, events []event.Event) int {
	t.Helper()
	e, err := engine.New([]*ast.Rule{{ID: "r", Query: q}})
	require.NoError(t, err)
	n := 0
	for _, ev := range events {
		n += len(e.Process(ev))
	}
	return n + len(e.Flush(engine.End))
}

func TestHit(t *testing.T) {
	for _, tt := range []struct {
		query string
		want  event.Map
	}{
		{`any where true`, event.Map{}},
		{`process where true`, event.Map{"event.category": "process"}},
		{`any where a == "x" and b == 4 and c == true`, event.Map{"a": "x", "b": int64(4), "c": true}},
		{`any where a : "Mimi*.exe"`, event.Map{"a": "Mimia.exe"}},
		{`any where a : "*tail"`, event.Map{"a": "tail"}},
		{`any where a : ("x*", "y*") and not a : "x*"`, event.Map{"a": "y"}},
		{`any where a : "x*" and a : "*y" and a : "*z*"`, event.Map{"a": "xz" + "y"}},
		{`any where a == "x" and a == "y"`, event.Map{"a": []any{"x", "y"}}},
		{`any where a : "?:\\x"`, event.Map{"a": `C:\x`}},
		{`any where a : "?:\\x" and not a : "c:\\*"`, event.Map{"a": `b:\x`}},
		{`any where (a == 1 or b == 2) and not a == 1`, event.Map{"b": int64(2)}},
		{`any where a > 3 and a < 6 and a != 4`, event.Map{"a": int64(5)}},
		{`any where a != null`, event.Map{"a": "a-1"}},
		{`any where a == null`, event.Map{}},
		{`any where not a : "x*"`, event.Map{}},
		{`any where a regex "ab+[0-9]{2}"`, event.Map{"a": "ab11"}},
		{`any where cidrmatch(a, "10.1.0.0/16")`, event.Map{"a": "10.1.0.1"}},
		{`any where startswith(a, "x") and endswith(a, "y") and length(a) == 5`, event.Map{"a": "xzq7y"}},
		{`any where substring(a, 2, 4) == "xy"`, event.Map{"a": "aaxy"}},
		{`any where number(a) == 7`, event.Map{"a": int64(7)}},
		{`any where a + 3 == 10`, event.Map{"a": int64(7)}},
		{`any where concat(a, ":", b) == "x:y" and b == "y"`, event.Map{"a": "x", "b": "y"}},
		{`any where a == b and b in ("x", "y") and not a == "x"`, event.Map{"a": "y", "b": "y"}},
		{`any where _arraysearch(list, $e, $e.name == "n" and $e.size > 2)`,
			event.Map{"list": []any{map[string]any{"name": "n", "size": int64(3)}}}},
	} {
		t.Run(tt.query, func(t *testing.T) {
			q := parse(t, tt.query)
			events, err := sample.Hit(q)
			require.NoError(t, err)
			require.Len(t, events, 1)
			assert.Equal(t, 1, alerts(t, q, events))
			got := maps.Clone(events[0].Fields.(event.Map))
			if tt.want["a"] == "xzy" { // how texts are joined is nobody's business
				got["a"], tt.want["a"] = "", ""
			}
			assert.Empty(t, cmp.Diff(tt.want, got))
		})
	}
}

// sequences need several events, that share a key and lie within the span.
func TestSequences(t *testing.T) {
	for _, tt := range []struct {
		query string
		times []time.Duration
		texts []string // of the near misses
	}{
		{`sequence by host with maxspan=1m [process where a == 1] [network where b == 2]`,
			[]time.Duration{0, time.Second},
			[]string{`event.category == "process"`, `a == 1`, `event.category == "network"`, `b == 2`, `not within maxspan=1m0s`, `another host`}},
		{`sequence [any where a == 1] by x [any where a == 2] by y`,
			[]time.Duration{0, time.Second},
			[]string{`a == 1`, `a == 2`, `another y`}},
		{`sequence with maxspan=2s [any where a == 1] with runs=3 [any where a == 2]`,
			[]time.Duration{0, 400 * time.Millisecond, 800 * time.Millisecond, 1200 * time.Millisecond},
			[]string{`a == 1`, `a == 2`, `not within maxspan=2s`, `2 events instead of 3`}},
		{`sequence by k with maxspan=1m [any where a == 1] ![any where a == 3] [any where a == 2]`,
			[]time.Duration{0, time.Second},
			[]string{`a == 1`, `a == 2`, `not within maxspan=1m0s`, `another k`, `an event that must be missing`}},
		{`sequence [any where a == 1] as first [any where b == first.c]`,
			[]time.Duration{0, time.Second},
			[]string{`a == 1`, `b == first.c`}},
		{`sequence by k with maxspan=1m [any where a == 1] [process where a == 2] until [any where not c : "x*"]`,
			[]time.Duration{0, time.Second},
			[]string{`a == 1`, `event.category == "process"`, `a == 2`, `not within maxspan=1m0s`, `another k`}},
		{`sample by host [any where a == 1] [any where a == 2]`,
			[]time.Duration{0, time.Second},
			[]string{`a == 1`, `a == 2`, `another host`}},
		{`process where a == 1 and descendant of [process where a == 2]`,
			[]time.Duration{0, time.Second},
			[]string{`event.category == "process"`, `a == 1`, `descendant of [process where a == 2]`}},
	} {
		t.Run(tt.query, func(t *testing.T) {
			q := parse(t, tt.query)
			events, err := sample.Hit(q)
			require.NoError(t, err)
			var times []time.Duration
			for _, ev := range events {
				times = append(times, ev.Time.Sub(events[0].Time))
			}
			assert.Equal(t, tt.times, times)
			assert.NotZero(t, alerts(t, q, events))

			misses, err := sample.NearMisses(q)
			require.NoError(t, err)
			var texts []string
			for _, m := range misses {
				texts = append(texts, m.Text)
				require.NoError(t, m.Err, m.Text)
				assert.Zero(t, alerts(t, q, m.Events), m.Text)
			}
			assert.Empty(t, cmp.Diff(tt.texts, texts))
		})
	}
}

// A near miss is the hit but for what is broken.
func TestNearMisses(t *testing.T) {
	q := parse(t, `process where name : "cmd.exe" and args : ("/c", "/k") and not user : "SYSTEM" and pid > 4`)
	misses, err := sample.NearMisses(q)
	require.NoError(t, err)
	got := map[string]event.Map{}
	for _, m := range misses {
		require.NoError(t, m.Err)
		assert.Zero(t, alerts(t, q, m.Events), m.Text)
		got[m.Text] = m.Events[0].Fields.(event.Map)
	}
	hit := event.Map{"event.category": "process", "name": "cmd.exe", "args": "/c", "pid": int64(5)}
	but := func(name string, v any) event.Map {
		m := maps.Clone(hit)
		m[name] = v
		return m
	}
	assert.Empty(t, cmp.Diff(map[string]event.Map{
		`event.category == "process"`: but("event.category", "processx"),
		`name : "cmd.exe"`:            but("name", "cmd.exex"),
		`args : ("/c", "/k")`:         but("args", "/cx"),
		`not user : "SYSTEM"`:         but("user", "SYSTEM"),
		`pid > 4`:                     but("pid", int64(4)),
	}, got))
}

func TestUnsatisfiable(t *testing.T) {
	for query, want := range map[string]string{
		`any where a : "x*" and not a : "*"`:                                  "q:1:11: nothing can meet this: a : \"x*\" and not (a : \"*\")",
		`any where a == "x" and a == null`:                                    "a == \"x\" and a == null",
		`any where a > 5 and not a > 3`:                                       "a > 5 and not (a > 3)",
		`any where a : ("ab*", "ac*") and not a : ("?b*", "a?*")`:             "a : (\"ab*\", \"ac*\") and not (a : (\"?b*\", \"a?*\"))",
		`any where length(a) == 3 and not length(a) == 3`:                     "length(a) == 3 and not (length(a) == 3)",
		`any where b == 1 and (a == "x" or a == "y") and not a in ("x", "y")`: "not (a in (\"x\", \"y\"))",
	} {
		_, err := sample.Hit(parse(t, query))
		var never *sample.Unsatisfiable
		require.ErrorAs(t, err, &never, query)
		assert.ErrorContains(t, err, want, query)
		assert.NotEmpty(t, never.Conflict)
	}
}

// What a list of values can meet is not called unsatisfiable.
func TestSatisfiableByLists(t *testing.T) {
	for _, query := range []string{
		`any where a == "x" and a == "y" and a == "z"`,
		`any where a > 5 and a < 3`,
		`any where a : "x*" and a : "y*" and not a : "z*"`,
	} {
		q := parse(t, query)
		events, err := sample.Hit(q)
		require.NoError(t, err, query)
		assert.Equal(t, 1, alerts(t, q, events))
	}
}

// A condition that the others imply has no near miss, and that is proved.
func TestIdleConditions(t *testing.T) {
	misses, err := sample.NearMisses(parse(t, `any where a != null and a : "x*" and not a : "y"`))
	require.NoError(t, err)
	idle := map[string]bool{}
	for _, m := range misses {
		var never *sample.Unsatisfiable
		idle[m.Text] = errors.As(m.Err, &never)
	}
	assert.Equal(t, map[string]bool{`a != null`: true, `a : "x*"`: false, `not a : "y"`: false}, idle)
}

func TestDead(t *testing.T) {
	q := parse(t, `any where not a : "x*" and (a == "y" or (a == "xy" and b == 1) or c == 2)`)
	dead, err := sample.Dead(q)
	require.NoError(t, err)
	require.Len(t, dead, 1)
	assert.Equal(t, `not (a : "x*") and a == "xy"`, dead[0].Text)

	dead, err = sample.Dead(parse(t, `any where a == "x" or b == 1`))
	require.NoError(t, err)
	assert.Empty(t, dead)
}

// The first filter of a search is met, and missed.
func TestSearch(t *testing.T) {
	content := &spl.Content{}
	for _, text := range []string{
		`search index=main EventCode=4688 process_name="*.exe" NOT user=SYSTEM`,
		`search error timeout NOT "connection reset"`,
		`search a>5 a<=7 | stats count by a | where count > 1`,
		`search (a=1 OR b=2) c!=3`,
		`| tstats count from datamodel=Endpoint.Processes where Processes.user!=root Processes.process!="*temp*"`,
	} {
		q, err := spl.Parse("q", text, content)
		require.NoError(t, err, text)
		lead := *q
		lead.Stages = q.Stages[:1]
		filter, err := engine.Compile(&lead)
		require.NoError(t, err, text)

		hit, err := sample.Hit(q)
		require.NoError(t, err, text)
		require.Len(t, hit, 1)
		assert.True(t, filter.Match(hit[0].Fields), "%s: %v", text, hit[0].Fields)
		misses, err := sample.NearMisses(q)
		require.NoError(t, err)
		assert.NotEmpty(t, misses)
		for _, m := range misses {
			require.NoError(t, m.Err, m.Text)
			assert.False(t, filter.Match(m.Events[0].Fields), "%s: %s: %v", text, m.Text, m.Events[0].Fields)
		}
	}
}

func TestNoEvents(t *testing.T) {
	q, err := spl.Parse("q", `| makeresults | eval a=1`, &spl.Content{})
	require.NoError(t, err)
	_, err = sample.Hit(q)
	var none *sample.NoEvents
	require.ErrorAs(t, err, &none)
	assert.Same(t, q.Stages[0], none.Stage)
}

// A query that does not compile is refused as the engine refuses it.
func TestInvalid(t *testing.T) {
	_, err := sample.Hit(parse(t, `any where nosuch(a)`))
	assert.ErrorContains(t, err, `unknown function "nosuch"`)
}

func TestDeterministic(t *testing.T) {
	text := `sequence by h [process where a : ("x*", "y*") and (b == 1 or c : "*z*")] [file where d in ("p", "q") and e == f]`
	first, err := sample.NearMisses(parse(t, text))
	require.NoError(t, err)
	for range 5 {
		again, err := sample.NearMisses(parse(t, text))
		require.NoError(t, err)
		for i := range first {
			assert.Empty(t, cmp.Diff(first[i].Events, again[i].Events))
		}
	}
}

// Puzzles end, with a sample or without.
func TestHostile(t *testing.T) {
	puzzle := func(n int) string {
		text := "any where true"
		for i := range n {
			text += fmt.Sprintf(` and (a : "*%d*" or b%d == %d) and not (a : "*%dx*" and b == %d)`, i, i%7, i, i, i)
		}
		return text
	}
	wide := ""
	for i := range 2000 {
		wide += fmt.Sprintf(` or a%d : "x%d*" and b%d == %d`, i%50, i, i%7, i)
	}
	for _, text := range []string{
		`any where a regex "(a|b){200}(c|d){200}" and not a regex "a*.*"`,
		`any where length(a) > 2000000000`,
		`any where a : "` + strings.Repeat("*a?", 300) + `" and not a : "` + strings.Repeat("?*", 300) + `b*"`,
		puzzle(30),
		"any where false" + wide,
	} {
		begin := time.Now()
		_, err := sample.NearMisses(parse(t, text))
		t.Log(err)
		_, err = sample.Leaves(parse(t, text))
		t.Log(err)
		assert.Less(t, time.Since(begin), time.Minute, text[:min(40, len(text))])
	}
	_, err := sample.Hit(parse(t, puzzle(200)))
	require.NoError(t, err)
}

func FuzzHit(f *testing.F) {
	for _, text := range []string{
		`any where a : "x*" and not (b == 1 or c like~ "?y*")`,
		`sequence by a with maxspan=1s [any where b regex "x+[^y]"] with runs=2 ![file where true] [any where d == e] until [any where f]`,
		`process where length(a) > 3 and substring(b, -3) == "exe" and cidrmatch(c, "::1/64")`,
		`any where _arraysearch(a, $x, $x.y == 2 or _arraysearch($x.z, $y, $y : "*")) and child of [any where true]`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := eql.Parse("q", text, eql.Endpoint)
		if err != nil {
			return
		}
		events, err := sample.Hit(q)
		if err == nil && alerts(t, q, events) == 0 {
			t.Errorf("silent on %v", events)
		}
		leaves, err := sample.Leaves(q)
		for i := 0; err == nil && i < len(leaves); i++ {
			if l := leaves[i]; l.Err == nil && alerts(t, q, l.Hit) == 0 {
				t.Errorf("%s: silent on %v", l.Text, l.Hit)
			}
		}
	})
}

func ExampleDead() {
	q, err := eql.Parse("q", `process where not process.name : "b*" and (process.name : "ab" or process.name : "ba")`)
	if err != nil {
		fmt.Println(err)
		return
	}
	dead, err := sample.Dead(q)
	fmt.Println(dead, err)
	// Output:
	// [q:1:19: nothing can meet this: not (process.name : "b*") and process.name : "ba"] <nil>
}

func ExampleHit() {
	q, err := eql.Parse("shell", `process where process.name : ("cmd.exe", "powershell.exe") and process.parent.name : "winword*"`)
	if err != nil {
		panic(err)
	}
	events, err := sample.Hit(q)
	if err != nil {
		panic(err)
	}
	fields := events[0].Fields.(event.Map)
	for _, name := range slices.Sorted(fields.Names()) {
		fmt.Println(name, "=", fields[name])
	}
	// Output:
	// event.category = process
	// process.name = cmd.exe
	// process.parent.name = winword
}

func ExampleNearMisses() {
	q, err := eql.Parse("shell", `process where process.name : "cmd.exe" and not user.id : "S-1-5-18"`)
	if err != nil {
		panic(err)
	}
	misses, err := sample.NearMisses(q)
	if err != nil {
		panic(err)
	}
	for _, m := range misses {
		fmt.Printf("%s: %v\n", m.Text, m.Events[0].Fields)
	}
	// Output:
	// event.category == "process": map[event.category:processx process.name:cmd.exe]
	// process.name : "cmd.exe": map[event.category:process process.name:cmd.exex]
	// not user.id : "S-1-5-18": map[event.category:process process.name:cmd.exe user.id:S-1-5-18]
}

package pipeline_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/pipeline"
	"github.com/spoor-lang/spoor/spl"
)

func TestSources(t *testing.T) {
	const dm = "| tstats count from datamodel=Endpoint.Processes"
	tests := []struct {
		name, search string
		needs        string // "*" behind them: and fields that only the run knows
		yes, no      string // events that the source may and must not take
	}{
		{"what the stages name", "a=1 b>2 | eval c=d+e | stats count by c, f", "_time a b c d e f", "a=1 b=3", "a=1 b=2"},
		{"filters behind the terms", `a=1 | where b="x" | table a`, "_time a b", "a=1 b=x", "a=1 b=X"},
		{"the whole event", "a=1", "_time a *", "a=1", "a=2"},
		{"patterns", "a=1 | stats values(x*)", "_time a *", "a=1", "a=2"},
		{"fields end it", "a=1 | fields b | eval c=b", "_raw _time a b", "a=1", "a=2"},
		{"a model's fields", dm + " where Processes.user=u by Processes.dest", "_time dest tag user", "user=u", "user=v"},
		{"a model's members", dm + " by Processes.dest", "_time dest tag", "tag=process|report", "tag=network"},
		{"a subsearch leaves it open", "a=1 NOT [search b=2 | table c] | table d", "_time a c d", "a=1 c=9", "a=2"},
		{"raw text", "word | table a", "_raw _time a", "_raw=word", "_raw=other"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			slots := &field.Slots{}
			q, err := spl.Parse("test", tt.search, content())
			require.NoError(t, err)
			p, errs := pipeline.Compile(q, pipeline.Options{Slots: slots})
			require.Empty(t, errs)
			srcs := p.Sources()
			src := srcs[len(srcs)-1]
			for _, s := range srcs { // the outermost stands where the search begins
				if s.Node.Pos() < src.Node.Pos() {
					src = s
				}
			}
			needs := strings.Join(src.Needs, " ")
			if src.All {
				needs += " *"
			}
			assert.Equal(t, tt.needs, needs)
			frame := &field.Frame{Slots: slots}
			matches := func(text string) bool {
				ev := read("5 " + text)[0]
				frame.Reset(ev.Fields)
				frame.Time = ev.Time
				return src.Match(frame) == expr.True
			}
			assert.True(t, matches(tt.yes), tt.yes)
			assert.False(t, matches(tt.no), tt.no)
		})
	}
}

// What was asked of an event when it was taken is not asked again, unless the answer
// may be another by now, or was not the whole answer.
func TestRunsDoNotAskAgain(t *testing.T) {
	for text, again := range map[string]bool{
		"a=1 | stats count by a":                                                                    false,
		"a=1 | where b<5 | stats count by a":                                                        false,
		"a=1 | where b<now() | stats count by a":                                                    true,
		"a=1 NOT [search b=2 | table c] | stats count by a":                                         true,
		"| tstats count from datamodel=Endpoint.Processes where Processes.user=u by Processes.user": false,
	} {
		q, err := spl.Parse("test", text, content())
		require.NoError(t, err)
		p, errs := pipeline.Compile(q, pipeline.Options{Slots: &field.Slots{}, Shared: &expr.Shared{}})
		require.Empty(t, errs)
		rows := func(asked bool) int {
			table, err := p.Run(context.Background(), &pipeline.Env{Input: read("5 a=2 user=v"), Now: now, Asked: asked})
			require.NoError(t, err)
			return table.Len()
		}
		assert.Zero(t, rows(false), text)
		assert.Equal(t, again, rows(true) == 0, text)
	}
}

func TestSourcesOfSubsearches(t *testing.T) {
	p := compile(t, "a=1 [search b=2 [search c=3 | table b] | table a] | table a")
	assert.Len(t, p.Sources(), 3)
}

func TestSourceOfItsOwnTime(t *testing.T) {
	p := compile(t, "earliest=-2h a=1 | table a")
	from, ok := p.Sources()[0].Earliest(time.Unix(10_000, 0).UTC())
	require.True(t, ok)
	assert.Equal(t, int64(2800), from.Unix())
	p = compile(t, "a=1 | table a")
	_, ok = p.Sources()[0].Earliest(now)
	assert.False(t, ok)
}

func TestKeys(t *testing.T) {
	for text, want := range map[string][]string{
		"* | stats count by a, b":                           {"a", "b"},
		"* | stats count by a, b | rename a as x":           {"x", "b"},
		"* | stats count by p.a, p.b | rename p.* as *":     {"a", "b"},
		"* | stats count by a, b | table a":                 nil,
		"* | stats count by a | fields - count":             {"a"},
		"* | stats values(c) as c by a | mvexpand c":        nil,
		"* | stats count by a | stats count":                nil,
		"* | table a":                                       nil,
		"* | stats count by a | eventstats sum(count) as s": {"a"},
	} {
		assert.Equal(t, want, compile(t, text).Keys(), text)
	}
}

func TestWhatCompilingRefuses(t *testing.T) {
	none := &ast.Source{Name: "q", Text: "…"}
	for _, tt := range []struct {
		stage ast.Stage
		want  string
	}{
		{&ast.Aggregate{Kind: ast.AggStats, Aggs: []ast.Agg{{Func: "cuont", As: "c"}}}, `unknown function "cuont", did you mean "count"?`},
		{&ast.Extract{Kind: ast.ExtractRegex, Pattern: "(?<a>x"}, "missing closing )"},
		{&ast.Extract{Kind: ast.ExtractRegex, Pattern: "x"}, "expected a named group"},
		{&ast.Extract{Kind: ast.ExtractSed, Pattern: "s/a/b"}, "expected three '/'"},
		{&ast.Extract{Kind: ast.ExtractSed, Pattern: "y/ab/c/"}, "expected as many characters"},
		{&ast.Convert{Items: []ast.ConvertItem{{Func: "ctim", Field: "a"}}}, `unknown function "ctim" of convert, did you mean "ctime"?`},
		{&ast.Rename{Pairs: []ast.NamePair{{From: "a*", To: "*b*"}}}, "expected as many *"},
		{&ast.Dedup{N: 1}, "expected a field"},
		{&ast.Sequence{}, "expected a stage of a search over rows, found Sequence"},
		{&ast.Running{Kind: "autoregress", To: 1 << 20}, "rows back"},
	} {
		_, errs := pipeline.Compile(&ast.Query{Source: none, Stages: []ast.Stage{&ast.Events{}, tt.stage}}, pipeline.Options{})
		if assert.NotEmpty(t, errs, tt.want) {
			assert.Contains(t, errs[0].Message, tt.want)
		}
	}
}

func TestAllErrorsAtOnce(t *testing.T) {
	_, errs := pipeline.Compile(&ast.Query{Stages: []ast.Stage{
		&ast.Events{}, &ast.Dedup{}, &ast.Make{Count: 1}, &ast.Dedup{},
	}}, pipeline.Options{})
	assert.Len(t, errs, 3)
}

func TestDepthIsBounded(t *testing.T) {
	q := &ast.Query{Stages: []ast.Stage{&ast.Make{Count: 1}}}
	for range 100 {
		q = &ast.Query{Stages: []ast.Stage{&ast.Make{Count: 1}, &ast.Append{Kind: ast.AppendRows, Subs: []*ast.Query{q}}}}
	}
	_, errs := pipeline.Compile(q, pipeline.Options{})
	require.NotEmpty(t, errs)
	assert.Contains(t, errs[0].Message, "inside one another")
}

// many are events of which each has a list as long as there are events.
func many(n int) events {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprint(i)
	}
	in := make(events, n)
	for i := range in {
		in[i] = event.Event{Time: time.Unix(int64(i), 0), Fields: event.Map{"m": list, "k": "x"}}
	}
	return in
}

func TestRowsAreBounded(t *testing.T) {
	lost := map[string]int{}
	out, err := compile(t, "* | table m k | mvexpand m").Run(context.Background(), &pipeline.Env{
		Input: many(1100), Now: now, Truncated: func(_ int, what string, n int) { lost[what] += n },
	})
	require.NoError(t, err)
	assert.Equal(t, 1<<20, out.Len())
	assert.Equal(t, map[string]int{"rows": 1100*1100 - 1<<20}, lost)
}

// A chart has a cell for each pair of its keys' values, whether or not an event
// has both.
func TestChartsAreBounded(t *testing.T) {
	for search, want := range map[string][]string{
		"* | rename _time as t | table t | streamstats count as a | chart count over t by a limit=0": {"rows"},
		"* | streamstats count as a | timechart span=1us count by a limit=0":                         {"buckets", "rows"},
		"* | head 5 | chart count over k by m limit=0":                                               nil,
	} {
		lost := map[string]int{}
		out, err := compile(t, search).Run(context.Background(), &pipeline.Env{
			Input: many(2500), Now: now, Truncated: func(_ int, what string, n int) { lost[what] += n },
		})
		require.NoError(t, err, search)
		// As many empty buckets may be filled in as there are others.
		assert.LessOrEqual(t, out.Len()*len(out.Columns()), 2<<22+2*len(out.Columns()), search)
		assert.Equal(t, want, slices.Sorted(maps.Keys(lost)), search)
	}
}

func TestCombinationsAreBounded(t *testing.T) {
	lost := 0
	_, err := compile(t, "* | eval n=m, o=m | stats count by m n o").Run(context.Background(), &pipeline.Env{
		Input: many(30), Now: now, Truncated: func(int, string, int) { lost++ },
	})
	require.NoError(t, err)
	assert.Positive(t, lost)
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := compile(t, "* | table m").Run(ctx, &pipeline.Env{Input: many(2)})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestRunsAtTheSameTime(t *testing.T) {
	p := compile(t, `* | eval b=n*2 | lookup users user OUTPUT dept | stats sum(b) as b values(dept) as d by user | sort user`)
	in := read(logins)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				out, err := p.Run(context.Background(), &pipeline.Env{Input: in, Now: now})
				if assert.NoError(t, err) {
					assert.Equal(t, []string{"user=ann b=10 d=lab|ops", "user=bob b=14"}, printed(out))
				}
			}
		})
	}
	wg.Wait()
}

// A run leaves its input as it was: a program may run over it again.
func TestRunsAgain(t *testing.T) {
	in := read(logins)
	p := compile(t, "* | eval n=1 | rename user as u | makemv delim=\"n\" u | table id n u")
	first, err := p.Run(context.Background(), &pipeline.Env{Input: in, Now: now})
	require.NoError(t, err)
	again, err := p.Run(context.Background(), &pipeline.Env{Input: in, Now: now})
	require.NoError(t, err)
	assert.Equal(t, printed(first), printed(again))
	assert.Equal(t, read(logins), in)
}

func TestNoInput(t *testing.T) {
	out, err := compile(t, "a=1 | stats count").Run(context.Background(), &pipeline.Env{})
	require.NoError(t, err)
	assert.Equal(t, []string{"count=0"}, printed(out))
}

func BenchmarkStats(b *testing.B) {
	in := make(events, 10_000)
	for i := range in {
		in[i] = event.Event{Time: time.Unix(int64(i), 0), Fields: event.Map{
			"user": fmt.Sprint("u", i%97), "host": fmt.Sprint("h", i%13), "bytes": i, "action": "login",
		}}
	}
	q, err := spl.Parse("bench", "action=login | eval kb=bytes/1024 | stats count sum(kb) as kb values(host) as host by user | where count>10", content())
	require.NoError(b, err)
	p, errs := pipeline.Compile(q, pipeline.Options{})
	require.Empty(b, errs)
	for b.Loop() {
		if _, err := p.Run(context.Background(), &pipeline.Env{Input: in, Now: now}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(in)), "ns/event")
}

// A field that a data model calculates in a wrong way is found at compiling,
// whether the search compiles the rest now or at its first event, and in every
// search that has it as a column or asks for it.
func TestCalculatedErrors(t *testing.T) {
	ds := &ast.Dataset{
		Model: "M", Path: []string{"D"}, Prefixes: []string{"D."},
		Fields: map[string]ast.Expr{"D.bad": &ast.Call{Lib: "spl", Name: "nonsense"}, "D.good": &ast.Literal{Value: "x"}},
	}
	search := func(where ast.Expr, column string) *ast.Query {
		return &ast.Query{Language: ast.SPL, View: ast.ViewCIM, Stages: []ast.Stage{
			&ast.Events{Dataset: ds, Where: where}, &ast.Project{Patterns: []string{column}, Table: true},
		}}
	}
	bad := &ast.IsNull{X: &ast.Field{Name: "D.bad"}}
	of := pipeline.Options{Slots: &field.Slots{}, Shared: &expr.Shared{}}
	for _, o := range []pipeline.Options{{}, of, of} {
		for _, q := range []*ast.Query{search(nil, "D.bad"), search(bad, "D.good")} {
			_, errs := pipeline.Compile(q, o)
			if assert.NotEmpty(t, errs) {
				assert.Contains(t, errs[0].Message, "nonsense")
			}
		}
		_, errs := pipeline.Compile(search(nil, "D.good"), o)
		assert.Empty(t, errs)
	}
}

// So is a wrong lookup in the condition of a source, of which the source itself
// asks nothing.
func TestConditionErrors(t *testing.T) {
	q, err := spl.Parse("q", `search a=1 | where lookup("users", json_object("user", b), json_array("zz")) = "x"`, content())
	require.NoError(t, err)
	for _, o := range []pipeline.Options{{}, {Slots: &field.Slots{}, Shared: &expr.Shared{}}} {
		_, errs := pipeline.Compile(q, o)
		if assert.Len(t, errs, 1) {
			assert.Contains(t, errs[0].Message, `lookup users has no column "zz"`)
		}
	}
}

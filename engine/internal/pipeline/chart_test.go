package pipeline_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/pipeline"
	"github.com/spoor-lang/spoor/spl"
)

// stages is a search whose last stages are given as nodes.
type stages struct {
	name, search string
	then         []ast.Stage
	want         []string
}

func checkStages(t *testing.T, in string, env pipeline.Env, tests []stages) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, err := spl.Parse("test", tt.search, content())
			require.NoError(t, err)
			more := *q
			more.Stages = append(append([]ast.Stage{}, q.Stages...), tt.then...)
			p, errs := pipeline.Compile(&more, pipeline.Options{Commands: func(name string) bool { return env.Custom[name] != nil }})
			require.Empty(t, errs)
			e := env
			e.Input, e.Now = read(in), now
			out, err := p.Run(context.Background(), &e)
			require.NoError(t, err)
			if d := cmp.Diff(tt.want, printed(out)); d != "" {
				t.Errorf("%s\n%s", tt.search, d)
			}
		})
	}
}

var (
	count = ast.Agg{Func: "count", As: "count", Text: "count"}
	sumN  = ast.Agg{Func: "sum", Arg: &ast.Field{Name: "n"}, As: "sum(n)", Text: "sum(n)"}
	byH   = []ast.Group{{Field: "h"}}
)

func splitBy(limit int, other, null bool) *ast.SplitBy {
	return &ast.SplitBy{
		Group: ast.Group{Field: "s"}, Limit: limit,
		UseOther: other, OtherStr: "OTHER", UseNull: null, NullStr: "NULL", Sep: ": ",
	}
}

func splitWhere(text string) *ast.SplitBy {
	s := splitBy(1, false, false)
	s.Where = text
	return s
}

func TestChart(t *testing.T) {
	one := func(a ast.Aggregate) []ast.Stage { return []ast.Stage{&a} }
	checkStages(t, `
		10 h=a s=x n=1
		20 h=a s=y n=2
		70 h=b s=x n=4
		200 h=b n=8
		210 h=a s=z n=16`, pipeline.Env{}, []stages{
		{"one key", "*", one(ast.Aggregate{Kind: ast.AggChart, Aggs: []ast.Agg{count}, By: byH}),
			[]string{"h=a count=3", "h=b count=2"}},
		{"ranges by their numbers", "*", one(ast.Aggregate{Kind: ast.AggChart, Aggs: []ast.Agg{count}, By: []ast.Group{{Field: "n", Span: &ast.Span{N: 2}}}}),
			[]string{"n=0-2 count=1", "n=2-4 count=1", "n=4-6 count=1", "n=8-10 count=1", "n=16-18 count=1"}},
		{"a column for each value", "*", one(ast.Aggregate{Kind: ast.AggChart, Aggs: []ast.Agg{count}, By: byH, Split: splitBy(0, true, true)}),
			[]string{"h=a x=1 y=1 z=1 NULL=0", "h=b x=1 y=0 z=0 NULL=1"}},
		{"the greatest, and others", "*", one(ast.Aggregate{Kind: ast.AggChart, Aggs: []ast.Agg{sumN}, By: byH, Split: splitBy(1, true, false)}),
			[]string{"h=a z=16 OTHER=3", "h=b OTHER=4"}},
		{"the greatest alone", "*", one(ast.Aggregate{Kind: ast.AggChart, Aggs: []ast.Agg{sumN}, By: byH, Split: splitBy(1, false, false)}),
			[]string{"h=a z=16"}},
		{"those that a figure chooses", "*", one(ast.Aggregate{Kind: ast.AggChart, Aggs: []ast.Agg{sumN}, By: byH, Split: splitWhere("max in top 1")}),
			[]string{"h=a z=16"}},
		{"all but the least", "*", one(ast.Aggregate{Kind: ast.AggChart, Aggs: []ast.Agg{sumN}, By: byH, Split: splitWhere("sum notin bottom1")}),
			[]string{"h=a x=1 z=16", "h=b x=4"}},
		{"those beyond a bound", "*", one(ast.Aggregate{Kind: ast.AggChart, Aggs: []ast.Agg{sumN}, By: byH, Split: splitWhere("sum>5")}),
			[]string{"h=a z=16"}},
		{"several figures", "s=x", one(ast.Aggregate{Kind: ast.AggChart, Aggs: []ast.Agg{count, sumN}, By: byH, Split: splitBy(0, true, true)}),
			[]string{"h=a count: x=1 sum(n): x=1", "h=b count: x=1 sum(n): x=4"}},
		{"timechart fills", "*", one(ast.Aggregate{Kind: ast.AggTime, Aggs: []ast.Agg{count, sumN}, Span: &ast.Span{N: 1, Unit: ast.Minute}, Cont: true}),
			[]string{"_time=0 count=2 sum(n)=3", "_time=60 count=1 sum(n)=4", "_time=120 count=0", "_time=180 count=2 sum(n)=24"}},
		{"timechart by a field", "n<16", one(ast.Aggregate{Kind: ast.AggTime, Aggs: []ast.Agg{count}, Span: &ast.Span{N: 1, Unit: ast.Minute}, Cont: true, Split: splitBy(10, true, true)}),
			[]string{"_time=0 x=1 y=1 NULL=0", "_time=60 x=1 y=0 NULL=0", "_time=120 x=0 y=0 NULL=0", "_time=180 x=0 y=0 NULL=1"}},
		{"timechart without gaps", "*", one(ast.Aggregate{Kind: ast.AggTime, Aggs: []ast.Agg{count}, Span: &ast.Span{N: 1, Unit: ast.Minute}}),
			[]string{"_time=0 count=2", "_time=60 count=1", "_time=180 count=2"}},
		{"timechart of nothing", "h=none", one(ast.Aggregate{Kind: ast.AggTime, Aggs: []ast.Agg{count}, Cont: true}), []string{}},
		{"a span that fits", "*", one(ast.Aggregate{Kind: ast.AggTime, Aggs: []ast.Agg{count}, Bins: 4}),
			[]string{"_time=0 count=2", "_time=60 count=1", "_time=180 count=2"}},
	})
}

func TestTimechartOverTheWindow(t *testing.T) {
	env := pipeline.Env{Earliest: time.Unix(0, 0), Latest: time.Unix(180, 0)}
	checkStages(t, `70 h=a`, env, []stages{
		{"from end to end", "*", []ast.Stage{&ast.Aggregate{Kind: ast.AggTime, Aggs: []ast.Agg{count}, Span: &ast.Span{N: 1, Unit: ast.Minute}, Cont: true, FixedRange: true}},
			[]string{"_time=0 count=0", "_time=60 count=1", "_time=120 count=0"}},
	})
}

func TestFrequency(t *testing.T) {
	show := func(f ast.Frequency) *ast.Frequency {
		f.CountField, f.PercentField, f.ShowCount, f.ShowPercent = "count", "percent", true, true
		f.Fields, f.OtherStr = []string{"s"}, "OTHER"
		return &f
	}
	checkStages(t, `
		1 s=x h=a
		2 s=x h=b
		3 s=y h=b
		4 h=b
		5 s=w|x h=a
		6 s=y h=b
		7 s=z h=b`, pipeline.Env{}, []stages{
		{"most", "*", []ast.Stage{&ast.Aggregate{Kind: ast.AggTop, Frequencies: show(ast.Frequency{Limit: 2})}},
			[]string{"s=x count=3 percent=42.857143", "s=y count=2 percent=28.571429"}},
		{"and the others", "*", []ast.Stage{&ast.Aggregate{Kind: ast.AggTop, Frequencies: show(ast.Frequency{Limit: 1, UseOther: true})}},
			[]string{"s=x count=3 percent=42.857143", "s=OTHER count=4 percent=57.142857"}},
		{"least", "*", []ast.Stage{&ast.Aggregate{Kind: ast.AggRare, Frequencies: show(ast.Frequency{Limit: 2})}},
			[]string{"s=w count=1 percent=14.285714", "s=z count=1 percent=14.285714"}},
		{"in groups", "*", []ast.Stage{&ast.Aggregate{Kind: ast.AggTop, By: byH, Frequencies: show(ast.Frequency{Limit: 1})}},
			[]string{"h=a s=x count=2 percent=66.666667", "h=b s=y count=2 percent=50"}},
	})
}

func TestReshape(t *testing.T) {
	reshape := func(kind string, options map[string]string, fields ...string) []ast.Stage {
		return []ast.Stage{&ast.Reshape{Kind: kind, Fields: fields, Options: options}}
	}
	const in = `
		1 h=a s=x n=1
		2 h=a s=y n=2
		3 h=b s=x n=4`
	const stats = "* | stats sum(n) as n by h s"
	checkStages(t, in, pipeline.Env{}, []stages{
		{"xyseries", stats, reshape("xyseries", nil, "h", "s", "n"), []string{"h=a x=1 y=2", "h=b x=4"}},
		{"xyseries of two", stats + " | eval m=n", reshape("xyseries", map[string]string{"sep": "/"}, "h", "s", "n", "m"),
			[]string{"h=a n/x=1 n/y=2 m/x=1 m/y=2", "h=b n/x=4 m/x=4"}},
		{"untable", stats + " | fields - s | head 1", reshape("untable", nil, "h", "name", "value"), []string{"h=a name=n value=1"}},
		{"transpose", stats, reshape("transpose", nil), []string{
			"column=h row 1=a row 2=a row 3=b", "column=s row 1=x row 2=y row 3=x", "column=n row 1=1 row 2=2 row 3=4"}},
		{"transpose with a header", "* | stats sum(n) as n by h", reshape("transpose", map[string]string{"header_field": "h", "column_name": "what"}),
			[]string{"what=n a=3 b=4"}},
	})
}

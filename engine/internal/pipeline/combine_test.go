package pipeline_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/pipeline"
	"github.com/spoor-lang/spoor/spl"
)

// parse parses a search inside another.
func parse(t *testing.T, text string) *ast.Query {
	t.Helper()
	q, err := spl.Parse("sub", text, content())
	require.NoError(t, err)
	return q
}

const people = `
	1 t=l user=ann at=home
	2 t=l user=bob
	3 t=l user=cal at=road
	4 t=r user=ann dept=ops at=desk
	5 t=r user=ann dept=lab
	6 t=r user=bob dept=hr
`

func TestJoin(t *testing.T) {
	sub := parse(t, "t=r | table _time user dept at")
	join := func(j ast.JoinRows) []ast.Stage {
		j.Sub, j.Fields = sub, []ast.NamePair{{From: "user", To: "user"}}
		return []ast.Stage{&j, &ast.Project{Patterns: []string{"user", "dept", "at"}, Table: true}}
	}
	checkStages(t, people, pipeline.Env{}, []stages{
		{"the first match", "t=l", join(ast.JoinRows{Max: 1, Overwrite: true}), []string{"user=bob dept=hr", "user=ann dept=lab at=home"}},
		{"every match", "t=l user=ann", join(ast.JoinRows{Overwrite: true}), []string{"user=ann dept=lab at=home", "user=ann dept=ops at=desk"}},
		{"this side's values stay", "t=l user=ann", join(ast.JoinRows{}), []string{"user=ann dept=lab at=home", "user=ann dept=ops at=home"}},
		{"rows without a match", "t=l", join(ast.JoinRows{Outer: true, Max: 1}), []string{"user=cal at=road", "user=bob dept=hr", "user=ann dept=lab at=home"}},
		{"only earlier ones", "t=l", join(ast.JoinRows{UseTime: true, Earlier: true}), []string{}},
		{"only later ones", "t=l user=bob", join(ast.JoinRows{UseTime: true}), []string{"user=bob dept=hr"}},
	})
}

func TestJoinByAllCommonFields(t *testing.T) {
	checkStages(t, people, pipeline.Env{}, []stages{
		{"common fields", "t=l | table user", []ast.Stage{&ast.JoinRows{Sub: parse(t, "t=r | table user dept"), Max: 1, Overwrite: true}},
			[]string{"user=bob dept=hr", "user=ann dept=lab"}},
		{"none in common", "t=l | table at", []ast.Stage{&ast.JoinRows{Sub: parse(t, "t=r | table user dept"), Max: 1}}, []string{}},
	})
}

func TestAppend(t *testing.T) {
	add := func(kind ast.AppendKind, override bool, text ...string) []ast.Stage {
		a := &ast.Append{Kind: kind, Override: override}
		for _, s := range text {
			a.Subs = append(a.Subs, parse(t, s))
		}
		return []ast.Stage{a}
	}
	pipe := parse(t, "| inputlookup append=t users | stats count")
	pipe.Stages = pipe.Stages[1:] // it reads the rows at hand
	checkStages(t, people, pipeline.Env{}, []stages{
		{"behind", "t=l user=bob | table user", add(ast.AppendRows, false, "t=r user=bob | table dept"), []string{"user=bob", "dept=hr"}},
		{"beside", "t=l | table user | head 2", add(ast.AppendColumns, false, "t=r | table user dept"),
			[]string{"user=cal dept=hr", "user=bob dept=lab", "user=ann dept=ops"}},
		{"beside, instead", "t=l | table user | head 1", add(ast.AppendColumns, true, "t=r | table user | head 1"), []string{"user=bob"}},
		{"of the rows themselves", "t=l | table user", []ast.Stage{&ast.Append{Kind: ast.AppendPipe, Subs: []*ast.Query{pipe}}},
			[]string{"user=cal", "user=bob", "user=ann", "count=3"}},
		{"several", "t=l user=bob | table user", add(ast.AppendUnion, false, "user=ann | table t", "user=cal | table user"),
			[]string{"user=bob", "t=r", "t=r", "t=l", "user=cal"}},
		{"in the order of time", "t=none | table _time user", add(ast.AppendMulti, false, "t=l | table _time user", "t=r | table _time user"), []string{
			"_time=6 user=bob", "_time=5 user=ann", "_time=4 user=ann", "_time=3 user=cal", "_time=2 user=bob", "_time=1 user=ann"}},
	})
}

func TestSubsearch(t *testing.T) {
	check(t, people, []spec{
		{"rows are alternatives", "t=l [search t=r | table user] | table user", []string{"user=bob", "user=ann"}},
		{"columns go together", "t=l [search t=l at=home | table user at] | table user", []string{"user=ann"}},
		{"all but those", "t=l NOT [search t=r | table user] | table user", []string{"user=cal"}},
		{"of nothing", "t=l [search t=none | table user] | table user", []string{}},
		{"internal fields do not count", "t=l [search t=r | fields user] | table user", []string{"user=bob", "user=ann"}},
		{"a list is any of its values", "t=l [search t=r | stats values(user) as user] | table user", []string{"user=bob", "user=ann"}},
		{"text that is a search", `t=l [search t=r dept=hr | eval search="user=cal OR user=ann" | table search] | table user`, []string{"user=cal", "user=ann"}},
		{"of rows", "t=l | table user at | search [search t=r | table user] | table user", []string{"user=bob", "user=ann"}},
		{"of a lookup", "t=l [inputlookup users where dept=lab | fields user] | table user", []string{"user=ann"}},
	})
}

func TestFormatAndReturn(t *testing.T) {
	format := &ast.FormatRows{RowPrefix: "(", ColumnPrefix: "(", ColumnSep: "AND", ColumnEnd: ")", RowSep: "OR", RowEnd: ")", EmptyStr: "NOT ()", MVSep: "OR"}
	give := func(n int, items ...ast.ReturnItem) []ast.Stage {
		return []ast.Stage{&ast.Return{Count: n, Items: items}}
	}
	checkStages(t, people, pipeline.Env{}, []stages{
		{"rows", "t=l at=* | table user at", []ast.Stage{format}, []string{`search=( ( at="road" AND user="cal" ) OR ( at="home" AND user="ann" ) )`}},
		{"lists", "t=r | stats values(user) as user", []ast.Stage{format}, []string{`search=( ( ( user="ann" OR user="bob" ) ) )`}},
		{"nothing", "t=none | table user", []ast.Stage{format}, []string{"search=NOT ()"}},
		{"quotes", `t=l at=home | eval u="a\"b\\c" | table u`, []ast.Stage{format}, []string{`search=( ( u="a\"b\\c" ) )`}},
		{"the first row", "t=l | table user", give(1, ast.ReturnItem{Field: "user"}), []string{`search=user="cal"`}},
		{"two rows", "t=l | table user at", give(2, ast.ReturnItem{Field: "user", Alias: "u"}, ast.ReturnItem{Field: "at"}),
			[]string{`search=(u="cal" at="road") OR (u="bob")`}},
		{"a value", "t=l | table user", give(1, ast.ReturnItem{Field: "user", Value: true}), []string{`search=cal`}},
		{"of nothing", "t=none", give(1, ast.ReturnItem{Field: "user"}), []string{}},
	})
}

// template is a late query in SPL.
func template(text string) ast.Late {
	return ast.Late{Text: text, Parse: func(text string) (*ast.Query, error) {
		q, err := spl.Parse("late", text, content())
		if err != nil {
			return nil, err
		}
		if ev, ok := q.Stages[0].(*ast.Events); ok && strings.HasPrefix(text, "*|") && ev.Where == nil {
			q.Stages = q.Stages[1:]
		}
		return q, nil
	}}
}

func TestForEach(t *testing.T) {
	each := func(mode, text string, patterns ...string) []ast.Stage {
		late := template(text)
		inner := late.Parse
		late.Parse = func(text string) (*ast.Query, error) {
			q, err := inner("* | " + text)
			if err == nil {
				q.Stages = q.Stages[1:] // a template runs over the rows at hand
			}
			return q, err
		}
		return []ast.Stage{&ast.ForEach{Mode: mode, Patterns: patterns, Template: late}}
	}
	checkStages(t, "1 a_x=1 a_y=2 b=3 l=4|5|x j=[7,8]", pipeline.Env{}, []stages{
		{"fields of a pattern", "* | table a_x a_y", each("", "eval <<FIELD>>=<<FIELD>>*10", "a_*"), []string{"a_x=10 a_y=20"}},
		{"what the star stands for", "* | table a_x a_y", each("", `eval n_<<MATCHSTR>>="<<MATCHSEG1>>"`, "a_*"), []string{"a_x=1 a_y=2 n_x=x n_y=y"}},
		{"names", "* | table b", each("", "eval <<FIELD>>=9", "b", "c"), []string{"b=9 c=9"}},
		{"values", "* | eval s=0, n=\"\" | table l s n", each("multivalue", `eval n=n . <<ITEM>> . <<ITER>>`, "l"), []string{"l=4|5|x s=0 n=4051x2"}},
		{"an array", "* | eval s=0 | table j s", each("json_array", `eval s=s+<<ITEM>>`, "j"), []string{"j=[7,8] s=15"}},
	})
}

// A field's name that makes no sense in the template is left out.
func TestForEachOverHostileNames(t *testing.T) {
	lost := 0
	env := pipeline.Env{Truncated: func(_ int, _ string, n int) { lost += n }}
	late := template("")
	parse := late.Parse
	late.Text = "eval <<FIELD>>=1"
	late.Parse = func(text string) (*ast.Query, error) {
		q, err := parse("* | " + text)
		if err == nil {
			q.Stages = q.Stages[1:]
		}
		return q, err
	}
	checkStages(t, "1 a=0 b(=0", env, []stages{
		{"", "* | fields a b* | fields - _time", []ast.Stage{&ast.ForEach{Patterns: []string{"*"}, Template: late}}, []string{"a=1 b(=0"}},
	})
	assert.Equal(t, 1, lost)
}

func TestMap(t *testing.T) {
	run := func(max int, text string) []ast.Stage {
		return []ast.Stage{&ast.Map{Search: template(text), Max: max}}
	}
	checkStages(t, people+"\n7 t=q user=~d \"e\" \\f~ at=$x$", pipeline.Env{}, []stages{
		{"for each row", "t=l | table user", run(10, "search t=r user=$user$ | table user dept"), []string{"user=bob dept=hr", "user=ann dept=lab", "user=ann dept=ops"}},
		{"for the first", "t=l | table user", run(2, "search t=r user=$user$ | table dept"), []string{"dept=hr"}},
		{"values are quoted where they must be", "t=q", run(1, "search t=q user=$user$ | table t"), []string{"t=q"}},
		{"or are already", "t=q", run(1, `search t=q user="$user$" | table t`), []string{"t=q"}},
		{"a value is no token", "t=q", run(1, `search t=q | eval a="$at$" | table a`), []string{"a=$x$"}},
		{"no such field", "t=l user=cal", run(1, `search user=cal | eval a="$none$" | table a`), []string{"a=$none$"}},
	})
}

func TestMapOfTextThatIsNoSearch(t *testing.T) {
	q := parse(t, "t=l | table user")
	q.Stages = append(q.Stages, &ast.Map{Search: template("search ((")})
	p, errs := pipeline.Compile(q, pipeline.Options{})
	require.Empty(t, errs)
	_, err := p.Run(t.Context(), &pipeline.Env{Input: read(people), Now: now})
	var e *ast.Error
	assert.True(t, errors.As(err, &e), "%v", err)
}

func TestMapReadsItsSource(t *testing.T) {
	q := parse(t, "t=l | table user")
	q.Stages = append(q.Stages, &ast.Map{Search: template("search t=r user=$user$ | table dept")})
	p, errs := pipeline.Compile(q, pipeline.Options{})
	require.Empty(t, errs)
	assert.Len(t, p.Sources(), 2)
}

const clicks = `
	0 u=a p=1 e=in
	10 u=a p=2 e=do
	20 u=a p=2 e=out
	25 u=b e=do
	300 u=a p=3 e=in
	310 u=c e=out
	320 e=none
`

func TestTransaction(t *testing.T) {
	is := func(name, value string) ast.Expr {
		return &ast.Match{X: &ast.Field{Name: name}, Kind: ast.Star, Patterns: []string{value}, Fold: true, Null: ast.NullIsFalse}
	}
	group := func(x ast.Transaction) []ast.Stage {
		if x.Fields == nil {
			x.Fields = []string{"u"}
		}
		return []ast.Stage{&x, &ast.Project{Patterns: []string{"_time", "u", "p", "e", "duration", "eventcount", "closed_txn"}, Table: true}}
	}
	checkStages(t, clicks, pipeline.Env{}, []stages{
		{"by a field", "*", group(ast.Transaction{Connected: true}), []string{
			"_time=310 u=c e=out duration=0 eventcount=1 closed_txn=0",
			"_time=25 u=b e=do duration=0 eventcount=1 closed_txn=0",
			"_time=0 u=a p=1|2|3 e=do|in|out duration=300 eventcount=4 closed_txn=0"}},
		{"a longest time", "u=a", group(ast.Transaction{Maxspan: time.Minute}), []string{
			"_time=300 u=a p=3 e=in duration=0 eventcount=1 closed_txn=1",
			"_time=0 u=a p=1|2 e=do|in|out duration=20 eventcount=3 closed_txn=0"}},
		{"a longest pause", "u=a p<3", group(ast.Transaction{Maxpause: 5 * time.Second}), []string{
			"_time=20 u=a p=2 e=out duration=0 eventcount=1 closed_txn=1",
			"_time=10 u=a p=2 e=do duration=0 eventcount=1 closed_txn=1",
			"_time=0 u=a p=1 e=in duration=0 eventcount=1 closed_txn=0"}},
		{"so many events", "u=a", group(ast.Transaction{MaxEvents: 3}), []string{
			"_time=10 u=a p=2|3 e=do|in|out duration=290 eventcount=3 closed_txn=1",
			"_time=0 u=a p=1 e=in duration=0 eventcount=1 closed_txn=0"}},
		{"from start to end", "*", group(ast.Transaction{StartsWith: is("e", "in"), EndsWith: is("e", "out")}), []string{
			"_time=0 u=a p=1|2 e=do|in|out duration=20 eventcount=3 closed_txn=1"}},
		{"and those without an end", "*", group(ast.Transaction{StartsWith: is("e", "in"), EndsWith: is("e", "out"), KeepOpen: true}), []string{
			"_time=310 u=c e=out duration=0 eventcount=1 closed_txn=0",
			"_time=0 u=a p=1|2 e=do|in|out duration=20 eventcount=3 closed_txn=1"}},
		{"lists", "u=a p<3", group(ast.Transaction{MVList: true, NullStr: "NULL"}), []string{
			"_time=0 u=a|a|a p=1|2|2 e=in|do|out duration=20 eventcount=3 closed_txn=0"}},
		{"all in one", "u=a", []ast.Stage{&ast.Transaction{}, &ast.Project{Patterns: []string{"eventcount"}, Table: true}}, []string{"eventcount=4"}},
	})
}

func TestTransactionByTwoFields(t *testing.T) {
	checkStages(t, `
		1 a=1
		2 a=1 b=2
		3 b=2
		4 b=3`, pipeline.Env{}, []stages{
		{"what shares a value belongs together", "*", []ast.Stage{
			&ast.Transaction{Fields: []string{"a", "b"}, Connected: true}, &ast.Project{Patterns: []string{"a", "b", "eventcount"}, Table: true}},
			[]string{"b=3 eventcount=1", "a=1 b=2 eventcount=3"}},
	})
}

func TestRest(t *testing.T) {
	checkStages(t, `
		1 h=a x=1 y=2 s=q
		2 h=b x=10 y=z`, pipeline.Env{
		Geo: func(addr string) map[string]string {
			return map[string]string{"City": "at " + addr, "Timezone": "here"}
		},
		Custom: map[string]func(*pipeline.Table, string) error{"mine": func(rows *pipeline.Table, args string) error {
			for i := range rows.Len() {
				rows.Set(i, "mine", event.OfString(args+rows.Value(i, "h").Text()))
			}
			rows.Keep(func(i int) bool { return rows.Value(i, "h").Text() != "b" })
			return nil
		}},
	}, []stages{
		{"totals of rows", "* | table h x y", []ast.Stage{&ast.Totals{Row: true, Name: "Total"}}, []string{"h=b x=10 y=z Total=10", "h=a x=1 y=2 Total=3"}},
		{"totals of columns", "* | table h x y", []ast.Stage{&ast.Totals{Col: true, LabelField: "h", Label: "all"}},
			[]string{"h=b x=10 y=z", "h=a x=1 y=2", "h=all x=11 y=2"}},
		{"delta", "* | table x", []ast.Stage{&ast.Running{Kind: "delta", Field: "x", From: 1}}, []string{"x=10", "x=1 delta(x)=-9"}},
		{"accum", "* | table x", []ast.Stage{&ast.Running{Kind: "accum", Field: "x", As: "t"}}, []string{"x=10 t=10", "x=1 t=11"}},
		{"autoregress", "* | table x", []ast.Stage{&ast.Running{Kind: "autoregress", Field: "x", From: 1, To: 2}}, []string{"x=10", "x=1 x_p1=10"}},
		{"rangemap", "* | table x y", []ast.Stage{&ast.RangeMap{Field: "x", Default: "none", Ranges: []ast.NumberRange{{Name: "low", High: 5}}}},
			[]string{"x=10 y=z range=none", "x=1 y=2 range=low"}},
		{"iplocation", "h=a | table h", []ast.Stage{&ast.Geo{Field: "h", Prefix: "p_"}}, []string{"h=a p_City=at a"}},
		{"outlier", "* | table x", []ast.Stage{&ast.Outlier{Kind: "outlier", Fields: []string{"x"}, Options: map[string]string{"action": "rm", "param": "0.1"}}},
			[]string{"x=1"}},
		{"custom", "* | table h", []ast.Stage{&ast.Custom{Name: "mine", Args: "is "}}, []string{"h=a mine=is a"}},
	})
}

func TestAnomalyDetection(t *testing.T) {
	in := strings.Repeat("1 a=x b=y\n", 20) + "2 a=odd b=y"
	find := func(action string) []ast.Stage {
		return []ast.Stage{
			&ast.Outlier{Kind: "anomalydetection", Fields: []string{"a", "b"}, Options: map[string]string{"action": action}},
			&ast.Project{Patterns: []string{"a", "probable_cause"}, Table: true},
		}
	}
	checkStages(t, in, pipeline.Env{}, []stages{
		{"filter", "* | table a b", find(""), []string{"a=odd probable_cause=a"}},
		{"annotate", "* | table a b | head 2", find("annotate"), []string{"a=odd", "a=x"}},
	})
	_, errs := pipeline.Compile(&ast.Query{Stages: []ast.Stage{&ast.Events{}, &ast.Outlier{Kind: "anomalydetection", Options: map[string]string{"method": "zscore"}}}}, pipeline.Options{})
	assert.Len(t, errs, 1)
}

func TestGenerating(t *testing.T) {
	run := func(st ...ast.Stage) []string {
		t.Helper()
		p, errs := pipeline.Compile(&ast.Query{Language: ast.SPL, Stages: st}, pipeline.Options{})
		require.Empty(t, errs)
		out, err := p.Run(t.Context(), &pipeline.Env{Now: now})
		require.NoError(t, err)
		return printed(out)
	}
	assert.Equal(t, []string{"_time=1000", "_time=1000"}, run(&ast.Make{Count: 2}))
	assert.Equal(t, []string{"a=1 b=2", "b=3"}, run(&ast.Make{Columns: []string{"a", "b"}, Data: []map[string]string{{"a": "1", "b": "2"}, {"b": "3"}}}))
	days := run(&ast.Series{Start: "1/1/1970", End: "1/3/1970", Step: ast.Span{N: 1, Unit: ast.Day}}, &ast.Project{Patterns: []string{"starttime", "endtime"}, Table: true})
	assert.Equal(t, []string{"starttime=0 endtime=86399", "starttime=86400 endtime=172799"}, days)
	// Without an end it stops at the midnight before now.
	days = run(&ast.Series{Start: "-1", Step: ast.Span{N: 1, Unit: ast.Day}}, &ast.Project{Patterns: []string{"starttime"}, Table: true})
	assert.Equal(t, []string{"starttime=-86400"}, days)
	assert.Regexp(t, regexp.MustCompile(`Dec 31 00:00:00 1969`), run(&ast.Series{Start: "-1"})[0])
}

package spl

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
)

// tree compares parts of a tree that were written by hand.
var tree = cmp.Options{cmpopts.IgnoreTypes(ast.Off(0)), cmpopts.EquateEmpty()}

func field(name string) *ast.Field { return &ast.Field{Name: name} }

func match(name string, patterns ...string) *ast.Match {
	return &ast.Match{
		X: field(name), Kind: ast.Star, Patterns: patterns, Fold: true, Op: "=", Null: ast.NullIsFalse,
	}
}

func in(name string, patterns ...string) *ast.Match {
	m := match(name, patterns...)
	m.Op, m.List = "IN", true
	return m
}

func and(list ...ast.Expr) ast.Expr { return &ast.Logic{Op: ast.And, List: list} }
func or(list ...ast.Expr) ast.Expr  { return &ast.Logic{Op: ast.Or, List: list} }

func TestSearchTerms(t *testing.T) {
	prefix := match("ip", "10.0.0.0/8")
	prefix.CIDR = true
	differs := match("a", "x")
	differs.Negate = true
	for text, want := range map[string]ast.Expr{
		``:                       nil,
		`*`:                      &ast.Bool{Value: true},
		`()`:                     &ast.Bool{Value: true},
		`NOT ()`:                 &ast.Not{X: &ast.Bool{Value: true}},
		`a=x`:                    match("a", "x"),
		`a = "x y"`:              match("a", "x y"),
		`a="x"*`:                 match("a", "x*"),
		`"a b"=x`:                match("a b", "x"),
		`a!=x`:                   differs,
		`max(a)=x (b=y)`:         and(match("max(a)", "x"), match("b", "y")),
		`max(a) IN (x, y)`:       in("max(a)", "x", "y"),
		`a=*`:                    &ast.Not{X: &ast.IsNull{X: field("a")}},
		`a=""`:                   match("a", ""),
		`ip=10.0.0.0/8`:          prefix,
		`a=x b=y OR c=z`:         and(match("a", "x"), or(match("b", "y"), match("c", "z"))),
		`a=x OR b=y AND c=z`:     and(or(match("a", "x"), match("b", "y")), match("c", "z")),
		`NOT a=x OR b=y`:         or(&ast.Not{X: match("a", "x")}, match("b", "y")),
		`NOT NOT a=x`:            match("a", "x"),
		`(a=x (b=y))`:            and(match("a", "x"), match("b", "y")),
		`a IN (x, "y z")`:        in("a", "x", "y z"),
		`a in("x". "y")`:         in("a", "x", "y"),
		`a NOT IN (x)`:           &ast.Not{X: in("a", "x")},
		`word "two words" or x`:  and(&ast.Term{Text: "word"}, &ast.Term{Text: "two words", Phrase: true}, &ast.Term{Text: "or"}, &ast.Term{Text: "x"}),
		`*Open()*`:               &ast.Term{Text: "*Open()*"},
		`TERM(k=1.5) CASE(Ab)`:   and(&ast.Term{Text: "k=1.5", Whole: true}, &ast.Term{Text: "Ab", Case: true}),
		`p="c:\\d\e\"|"`:         match("p", `c:\d\e"|`),
		`p=c:\\d\ e\|\"x\"`:      match("p", `c:\d e|"x"`),
		`p="a\*"`:                match("p", `a\*`),
		`n>5`:                    &ast.Compare{Op: ast.Gt, X: field("n"), Y: &ast.Literal{Value: int64(5)}, Rule: ast.Loose, Null: ast.NullIsFalse},
		`n<="05"`:                &ast.Compare{Op: ast.Le, X: field("n"), Y: &ast.Literal{Value: "05"}, Rule: ast.Loose, Null: ast.NullIsFalse},
		`t>=f(now(), "-1h")`:     and(&ast.Compare{Op: ast.Ge, X: field("t"), Y: &ast.Literal{Value: "f"}, Rule: ast.Loose, Null: ast.NullIsFalse}, &ast.Term{Text: "now()"}, &ast.Term{Text: "-1h", Phrase: true}),
		`a.b{}.c-d/e=x`:          match("a.b{}.c-d/e", "x"),
		`eventtype=x`:            match("eventtype", "x"),
		`earliest=1 a=x`:         and(match("earliest", "1"), match("a", "x")),
		`a=x, b=y`:               and(match("a", "x"), match("b", "y")),
		"a=x ```b=y | c``` d=z":  and(match("a", "x"), match("d", "z")),
		`a="` + "```b```" + `"`:  match("a", "```b```"),
		`a=x AND (b=y AND c=z)`:  and(match("a", "x"), match("b", "y"), match("c", "z")),
		`NOT (a=x OR b=y)`:       &ast.Not{X: or(match("a", "x"), match("b", "y"))},
		`a=x NOT b=y`:            and(match("a", "x"), &ast.Not{X: match("b", "y")}),
		`source::"a b" c=d`:      and(match("source", "a b"), match("c", "d")),
		`source::"a b"* OR x::5`: or(match("source", "a b*"), match("x", "5")),
		`a:: "b"`:                and(&ast.Term{Text: "a::"}, &ast.Term{Text: "b", Phrase: true}),
		`src=::ffff:* y=0x1F`:    and(match("src", "::ffff:*"), match("y", "0x1F")),
	} {
		got, err := parseSearchExpr(text)
		if assert.NoError(t, err, text) {
			assert.Empty(t, cmp.Diff(want, got, tree), text)
		}
	}
}

func call(name string, args ...ast.Expr) *ast.Call {
	return &ast.Call{Lib: "spl", Name: name, Args: args}
}
func lit(v any) *ast.Literal { return &ast.Literal{Value: v} }

func compare(o ast.Op, x, y ast.Expr) *ast.Compare {
	return &ast.Compare{Op: o, X: x, Y: y, Rule: ast.Loose}
}

func arith(o ast.Op, x, y ast.Expr) *ast.Arith {
	return &ast.Arith{Op: o, X: x, Y: y, Rule: ast.Loose}
}

func TestEvalExpr(t *testing.T) {
	a, b, c := field("a"), field("b"), field("c")
	for text, want := range map[string]ast.Expr{
		`1`:                             lit(int64(1)),
		`.5`:                            lit(.5),
		`4.`:                            lit(4.),
		`-3`:                            lit(int64(-3)),
		`- - - 3`:                       lit(int64(-3)),
		`-a`:                            &ast.Neg{X: a, Rule: ast.Loose},
		`"a\\b\"c\d"`:                   lit(`a\b"c\d`),
		`"a\tb\\n"`:                     lit("a\tb\\n"),
		`'a b'`:                         field("a b"),
		`a{}`:                           field("a{}"),
		`null`:                          field("null"),
		`a.b`:                           arith(ast.Concat, a, b),
		`a.5`:                           arith(ast.Concat, a, lit(int64(5))),
		`a."x".b`:                       arith(ast.Concat, arith(ast.Concat, a, lit("x")), b),
		`a+b*c`:                         arith(ast.Add, a, arith(ast.Mul, b, c)),
		`(a+b)*c`:                       arith(ast.Mul, arith(ast.Add, a, b), c),
		`a-b-c`:                         arith(ast.Sub, arith(ast.Sub, a, b), c),
		`a=1`:                           compare(ast.Eq, a, lit(int64(1))),
		`a==1`:                          compare(ast.Eq, a, lit(int64(1))),
		`a>=b+1`:                        compare(ast.Ge, a, arith(ast.Add, b, lit(int64(1)))),
		`a OR b AND c`:                  or(a, and(b, c)),
		`a or b and not c`:              or(a, and(b, &ast.Not{X: c})),
		`a XOR b OR c`:                  &ast.Logic{Op: ast.Xor, List: []ast.Expr{a, or(b, c)}},
		`NOT a=1 AND b`:                 and(&ast.Not{X: compare(ast.Eq, a, lit(int64(1)))}, b),
		`AND_x`:                         field("AND_x"),
		`a IN (1, "x")`:                 &ast.In{X: a, List: []ast.Expr{lit(int64(1)), lit("x")}, Rule: ast.Loose},
		`a NOT IN (b)`:                  &ast.Not{X: &ast.In{X: a, List: []ast.Expr{b}, Rule: ast.Loose}},
		`a LIKE "p%"`:                   call("like", a, lit("p%")),
		`in(a, b)`:                      call("in", a, b),
		`if(isnull(a),1,b)`:             call("if", call("isnull", a), lit(int64(1)), b),
		`now()`:                         call("now"),
		`a AND(b)`:                      and(a, b),
		`"x" . 1 + 2`:                   arith(ast.Add, arith(ast.Concat, lit("x"), lit(int64(1))), lit(int64(2))),
		`searchmatch("a=x OR \"y z\"")`: or(match("a", "x"), &ast.Term{Text: "y z", Phrase: true}),
		`1e3`:                           lit(1000.),
		`9999999999999999999`:           lit(1e19),
	} {
		got, err := parseEvalExpr(text)
		if assert.NoError(t, err, text) {
			assert.Empty(t, cmp.Diff(want, got, tree), text)
		}
	}
}

func events(e ast.Expr) *ast.Events { return &ast.Events{Where: e} }

func pair(from, to string) ast.NamePair { return ast.NamePair{From: from, To: to} }

// TestStages has the stage that a command becomes, behind a search for all.
func TestStages(t *testing.T) {
	sum := ast.Agg{Func: "sum", Arg: field("b"), As: "s", Text: "sum(b)"}
	count := ast.Agg{Func: "count", As: "count", Text: "count"}
	minute, text := ast.Span{N: 5, Unit: ast.Minute}, "x"
	_ = text
	for text, want := range map[string]ast.Stage{
		`search a=x`: &ast.Filter{Cond: match("a", "x"), Search: true},
		`search`:     &ast.Filter{Cond: &ast.Bool{Value: true}, Search: true},
		`where a`:    &ast.Filter{Cond: field("a")},
		`eval a=1, "b c"=a, {k}='x y', d:e=2`: &ast.Assign{Set: []ast.Assignment{
			{Name: "a", Value: lit(int64(1))}, {Name: "b c", Value: field("a")},
			{From: &ast.Field{Name: "k"}, Value: field("x y")}, {Name: "d:e", Value: lit(int64(2))}}},
		`stats count, sum(b) as s BY h, "i j"`: &ast.Aggregate{Kind: ast.AggStats, Aggs: []ast.Agg{count, sum},
			By: []ast.Group{{Field: "h"}, {Field: "i j"}}},
		`stats Values(*) p95(x) as p`: &ast.Aggregate{Kind: ast.AggStats, Aggs: []ast.Agg{
			{Func: "values", Arg: field("*"), As: "Values(*)", Text: "Values(*)"},
			{Func: "perc", Param: 95, Arg: field("x"), As: "p", Text: "p95(x)"}}},
		`stats count(eval(a=1)) as n`: &ast.Aggregate{Kind: ast.AggStats, Aggs: []ast.Agg{
			{Func: "count", Arg: compare(ast.Eq, field("a"), lit(int64(1))), Cond: true, As: "n", Text: "count(eval(a=1))"}}},
		`streamstats window=2 current=f sum(b) as s`: &ast.Aggregate{Kind: ast.AggStream, Aggs: []ast.Agg{sum},
			Window: &ast.Window{Size: 2, Global: true}},
		`timechart span=5m count`: &ast.Aggregate{Kind: ast.AggTime, Aggs: []ast.Agg{count}, Span: &minute,
			Cont: true, Partial: true, FixedRange: true},
		`top 3 a showperc=f by b`: &ast.Aggregate{Kind: ast.AggTop, By: []ast.Group{{Field: "b"}},
			Frequencies: &ast.Frequency{Limit: 3, Fields: []string{"a"}, ShowCount: true, CountField: "count",
				PercentField: "percent", OtherStr: "OTHER"}},
		`table a, b c*,`:                &ast.Project{Table: true, Patterns: []string{"a", "b", "c*"}},
		`fields - a`:                    &ast.Project{Drop: true, Patterns: []string{"a"}},
		`fields -a b`:                   &ast.Project{Drop: true, Patterns: []string{"a", "b"}},
		`rename a.* as *, "b" AS "c d"`: &ast.Rename{Pairs: []ast.NamePair{pair("a.*", "*"), pair("b", "c d")}},
		`convert timeformat="%F" ctime(a) AS b`: &ast.Convert{Format: "%F",
			Items: []ast.ConvertItem{{Func: "ctime", Field: "a", As: "b"}}},
		`rex field=a "(?<x>\\\\d|\"\w)" max_match=0`: &ast.Extract{Kind: ast.ExtractRegex, Field: "a", Pattern: `(?<x>\\d|"\w)`},
		`rex mode=sed "s/a/b/g"`:                     &ast.Extract{Kind: ast.ExtractSed, Pattern: "s/a/b/g"},
		`regex a!="^x"`: &ast.Filter{Cond: &ast.Not{X: &ast.Match{X: field("a"), Kind: ast.RegexFind,
			Patterns: []string{"^x"}, Op: "regex", Null: ast.NullIsFalse}}},
		`spath input=a b{}.c output=d`:         &ast.Extract{Kind: ast.ExtractPath, Field: "a", Pattern: "b{}.c", Output: "d"},
		`bin span=5m _time as t`:               &ast.Bin{Field: "_time", As: "t", Span: &minute},
		`dedup 2 a, b keepempty=t`:             &ast.Dedup{N: 2, Fields: []ast.Expr{field("a"), field("b")}, KeepEmpty: true},
		`sort - a, +b c`:                       &ast.Sort{N: maxSorted, Keys: []ast.SortKey{{Field: "a", Desc: true}, {Field: "b"}, {Field: "c"}}},
		`sort 0 -num(a) desc`:                  &ast.Sort{Keys: []ast.SortKey{{Field: "a", Desc: true, As: "num"}}, Desc: true},
		`head 5`:                               &ast.Head{N: 5},
		`head`:                                 &ast.Head{N: 10},
		`head (a<3) keeplast=t`:                &ast.Head{While: compare(ast.Lt, field("a"), lit(int64(3))), KeepLast: true},
		`tail 2`:                               &ast.Tail{N: 2, Reverse: true},
		`fillnull value="x y" a, b`:            &ast.Fill{Value: "x y", Fields: []string{"a", "b"}},
		`filldown a`:                           &ast.Fill{Down: true, Fields: []string{"a"}},
		`replace "a*" with *, 1 with b in c d`: &ast.Replace{Pairs: []ast.NamePair{pair("a*", "*"), pair("1", "b")}, Fields: []string{"c", "d"}},
		`makemv delim="," a`:                   &ast.Split{Field: "a", Delim: ","},
		`mvexpand a limit=3`:                   &ast.Expand{Field: "a", Limit: 3},
		`addtotals fieldname=s a, , b`:         &ast.Totals{Row: true, Name: "s", Label: "Total", Fields: []string{"a", "b"}},
		`return 2 a=b $c`:                      &ast.Return{Count: 2, Items: []ast.ReturnItem{{Alias: "a", Field: "b"}, {Field: "c", Value: true}}},
		`rangemap field=a low=-5-9 default=x`:  &ast.RangeMap{Field: "a", Ranges: []ast.NumberRange{{Name: "low", Low: -5, High: 9}}, Default: "x"},
		`delta a as b p=2`:                     &ast.Running{Kind: "delta", Field: "a", As: "b", From: 2, To: 2},
		`transaction a maxspan=5m startsWith=(x=1) endswith=eval(y)`: &ast.Transaction{Fields: []string{"a"},
			Maxspan: 5 * 60e9, MaxEvents: maxTransaction, Connected: true, Delim: " ", NullStr: "NULL",
			StartsWith: match("x", "1"), EndsWith: field("y")},
		`iplocation prefix=p_ a`: &ast.Geo{Field: "a", Prefix: "p_"},
	} {
		q, err := Parse("test", "* | "+text, nil)
		if assert.NoError(t, err, text) && assert.Len(t, q.Stages, 2, text) {
			assert.Empty(t, cmp.Diff(want, q.Stages[1], tree), text)
		}
	}
}

func TestFirstStage(t *testing.T) {
	for text, want := range map[string]ast.Stage{
		`a=x`:                          events(match("a", "x")),
		`search a=x`:                   events(match("a", "x")),
		`search=x`:                     events(match("search", "x")),
		`| search a=x`:                 events(match("a", "x")),
		`earliest=-1h latest=now a=x`:  &ast.Events{Where: match("a", "x"), Time: ast.TimeRange{Earliest: "-1h", Latest: "now"}},
		`timeformat=%Y starttime=2024`: &ast.Events{Time: ast.TimeRange{Earliest: "2024", Layout: "%Y"}},
		`_index_earliest=-1h a=x`:      &ast.Events{Where: match("a", "x"), Time: ast.TimeRange{IndexEarliest: "-1h"}},
		`a=x hoursago=2`:               &ast.Events{Where: match("a", "x"), Time: ast.TimeRange{Earliest: "-2h"}},
		`a=x starthoursago=24`:         &ast.Events{Where: match("a", "x"), Time: ast.TimeRange{Earliest: "-24h"}},
		`| makeresults count=3`:        &ast.Make{Count: 3},
		`| makeresults format=csv data="a,b
1,2"`: &ast.Make{Count: 1, Columns: []string{"a", "b"}, Data: []map[string]string{{"a": "1", "b": "2"}}},
	} {
		q, err := Parse("test", text, nil)
		if assert.NoError(t, err, text) && assert.Len(t, q.Stages, 1, text) {
			assert.Empty(t, cmp.Diff(want, q.Stages[0], tree), text)
		}
	}
}

func TestTstats(t *testing.T) {
	q, err := Parse("test", `| tstats summariesonly=t fillnull_value=none count from datamodel=Web
		where Web.status=200 earliest=-2h by _time span=5m Web.dest, "Web.src" | where count>1`, nil)
	require.NoError(t, err)
	require.Len(t, q.Stages, 3)
	e := q.Stages[0].(*ast.Events)
	assert.Equal(t, "Web", e.Dataset.Model)
	assert.Equal(t, ast.TimeRange{Earliest: "-2h"}, e.Time)
	assert.Empty(t, cmp.Diff(match("Web.status", "200"), e.Where, tree))
	a := q.Stages[1].(*ast.Aggregate)
	assert.Equal(t, "tstats", a.Source)
	assert.Equal(t, "none", *a.FillNull)
	assert.Empty(t, cmp.Diff([]ast.Group{
		{Field: "_time", Span: &ast.Span{N: 5, Unit: ast.Minute}}, {Field: "Web.dest"}, {Field: "Web.src"},
	}, a.By, tree))
}

func TestErrors(t *testing.T) {
	c := &Content{
		Macros: map[string]Macro{
			"one(1)": {Name: "one", Args: []string{"a"}, Definition: "x=$a$"}, "bad": {Definition: "(a=b"},
			"loop": {Definition: "`pool`"}, "pool": {Definition: "`loop`"}, "ev": {Definition: `"x"`, Eval: true},
		},
	}
	for text, want := range map[string]string{
		``:                  `t:1:1: the search is empty`,
		`|`:                 `t:1:2: expected a command, found the end of the search`,
		`| | head`:          `t:1:3: expected a command, found "|"`,
		`* | head |`:        `t:1:11: expected a command, found the end of the search`,
		"*\n| head | \n\n":  `t:2:9: expected a command, found the end of the search`,
		`* | rex "(?<1>a)"`: `t:1:9: the regular expression is invalid: the name of a group begins with a digit: "(?<1>"`,
		`* | dedup -1 a`:    `t:1:11: expected a whole number above 0, found "-1"`,
		`* | dedup 1.5 a`:   `t:1:11: expected a whole number above 0, found "1.5"`,
		`* | return -1 a`:   `t:1:12: expected a whole number above 0, found "-1"`,
		`* | bin a bins=0`:  `t:1:16: expected a number above 0 as bins, found "0"`,
		`| tstats values(Web.*) as * from datamodel=Web`: `t:1:17: tstats takes no wildcards: name the fields of "Web.*"`,
		`| tstats count from datamodel=Web by Web.*`:     `t:1:38: tstats takes no wildcards behind BY: name the fields of "Web.*"`,
		`a []`:                `t:1:4: expected a command, found "]"`,
		`* | frobnicate a`:    `t:1:5: unknown command "frobnicate"`,
		`* | stat count`:      `t:1:5: unknown command "stat", did you mean "stats"?`,
		`* | table a(b`:       `t:1:12: unexpected "(" in table`,
		`* | 5`:               `t:1:5: unknown command "5"`,
		`* | (a=b)`:           `t:1:5: expected a command, found "(a=b)"`,
		`| localop | eval a=`: `expected a value`,
		`| eval a=1`:          `t:1:3: eval needs rows: it can't be the first command`,
		`* | makeresults`:     `t:1:5: makeresults makes rows of its own: it must be the first command`,
		`* | tstats count from datamodel=Web by Web.src`: `t:1:5: tstats makes rows of its own: it must be the first command`,
		`* | tstats append=t count from datamodel=Web`:   `t:1:5: tstats with append=t needs prestats=t`,
		`| tstats list(Web.src) from datamodel=Web`:      `t:1:10: tstats has no function list: use stats`,
		`| tstats count from datamodel=Wob`:              `t:1:31: unknown data model "Wob", did you mean "Web"?`,
		`a=x )`:                                          `t:1:5: ")" closes nothing`,
		`(a=x`:                                           `t:1:5: expected ")", found the end of the search`,
		`a=x OR`:                                         `t:1:7: expected a search term, found the end of the search`,
		`a=x AND | head`:                                 `t:1:9: expected a term after AND, found "|"`,
		`a=`:                                             `t:1:3: expected a value after =, found the end of the search`,
		`a IN ()`:                                        `t:1:7: expected a value, found ")"`,
		`a="x`:                                           `t:1:3: the quote has no end, expected "`,
		`[search a`:                                      `t:1:1: "[" is not closed, expected "]"`,
		`a ]`:                                            `t:1:3: "]" closes nothing`,
		`a [b=c]`:                                        `t:1:4: unknown command "b"`,
		`a [search x | foo]`:                             `t:1:15: unknown command "foo"`,
		`* | eval a+=1`:                                  `t:1:11: expected "=" after the field name, found "+"`,
		`* | eval a=`:                                    `t:1:12: expected a value, found the end of the search`,
		`* | eval a=1+*2`:                                `t:1:14: expected a value, found "*"`,
		`* | eval a=if(b>0, true(), c=1)`:                `t:1:31: the value of "a" is true or false, which a field can't hold: let if(…) yield texts or numbers`,
		`* | eval a=case(b>0, true(), true(), null())`: `the value of "a" is true or false`,
		`* | fieldformat a=(b>0)`:                      `t:1:23: the value of "a" is true or false, which a field can't hold: put it in if(…)`,
		`* | head a`:                                   `t:1:10: expected a number of rows or a condition, found "a"`,
		`* | eval a=(b>0)`:                             `t:1:16: the value of "a" is true or false, which a field can't hold: put it in if(…)`,
		`* | where`:                                    `t:1:10: expected a value, found the end of the search`,
		`* | where (a=1`:                               `t:1:15: expected ")", found the end of the search`,
		`* | where f(a`:                                `t:1:14: expected "," or ")", found the end of the search`,
		`* | stats frob(a)`:                            `t:1:11: unknown function "frob" of stats`,
		`* | stats cuont`:                              `t:1:11: unknown function "cuont" of stats, did you mean "count"?`,
		`* | stats sum(a by b`:                         `t:1:17: expected ")", found "by"`,
		`* | stats count(eval(a=1))`:                   `t:1:11: count of an expression needs a name: AS name`,
		`* | stats count by`:                           `t:1:19: expected a field name after BY, found the end of the search`,
		`* | stats foo=t count`:                        `t:1:11: stats has no option "foo"`,
		`* | stats dc(a) as b by b`:                    `t:1:11: stats can't name a figure "b", as a field after BY`,
		`* | stats count by a where count>1`:           `t:1:22: expected | before the command where`,
		`* | stats dc(b) as n by a search n>1`:         `t:1:27: expected | before the command search`,
		`* | where a IS NULL`:                          `t:1:13: unexpected "IS" in where: use isnull(field) or isnotnull(field)`,
		`* | where a=1 && b=2`:                         `t:1:15: unexpected "&" in where: the operator is AND`,
		`* | where a between 1 AND 2`:                  `t:1:13: unexpected "between" in where: use >= and <=`,
		`* | eval b=if(a contains "x", 1, 2)`:          `t:1:17: expected "," or ")", found "contains"`,
		`* | where a contains "x"`:                     `t:1:13: unexpected "contains" in where: use like(field, pattern) or match(field, regex)`,
		`* | stats count by a count`:                   `t:1:11: stats can't name a figure "count", as a field after BY`,
		`| tstats count as host by host`:               `t:1:10: tstats can't name a figure "host", as a field after BY`,
		`* | rename a b`:                               `t:1:14: expected AS, found "b"`,
		`* | rename a as b*`:                           `t:1:17: expected as many * in "b*" as in "a"`,
		`* | convert ctme(a)`:                          `t:1:13: unknown conversion "ctme", did you mean "ctime"?`,
		`* | rex`:                                      `t:1:8: expected a regular expression in quotes, found the end of the search`,
		`* | rex "abc"`:                                `t:1:9: the pattern names no group: expected (?<field>…) in it`,
		`* | rex mode=sed "x/a/b/"`:                    `t:1:18: expected s/pattern/replacement/flags or y/from/to/, found "x/a/b/"`,
		`* | regex a="(b"`:                             `t:1:13: the regular expression is invalid: missing closing ): "(b"`,
		`* | eval a=if(match(b, "(c"), 1, 2)`:          `t:1:15: the regular expression is invalid: missing closing ): "(c"`,
		`* | where searchmatch("a=")`:                  `t:1:11: expected a value after =, found the end of the search`,
		`* | bin span=5m`:                              `t:1:16: expected a field name, found the end of the search`,
		`* | bin span=5x a`:                            `t:1:14: expected a length such as 5m or 10 as span, found "5x"`,
		`* | dedup`:                                    `t:1:10: expected a field name, found the end of the search`,
		`* | lookup nowhere a`:                         `t:1:12: unknown lookup "nowhere"`,
		`* | lookup`:                                   `t:1:11: expected the name of a lookup, found the end`,
		`* | join a`:                                   `t:1:11: expected a search in brackets, found the end`,
		`* | lookup nowhere`:                           `t:1:19: expected a field name, found the end`,
		`* | join type=x a [search b]`:                 `t:1:10: expected inner, left or outer as the type of a join, found "x"`,
		`* | join where a=b [search b]`:                `t:1:16: expected left.field=right.field, found "a=b"`,
		`* | replace a b`:                              `t:1:15: expected "with", found "b"`,
		`* | top`:                                      `t:1:5: expected a field name after top`,
		`* | top 5 limt=3 a`:                           `t:1:11: top has no option "limt"`,
		`* | append`:                                   `t:1:11: expected a search in brackets, found the end of the search`,
		`* | foreach a [frob x]`:                       `t:1:16: unknown command "frob"`,
		`* | foreach a* [eval <<FIELD>>=]`:             `t:1:32: expected a value, found "]"`,
		"`nope` a":                                     "t:1:1: unknown macro \"nope\"",
		"* | `one(a,b)`":                               "t:1:5: macro \"one\" takes 1 argument, found 2",
		"a `bad`":                                      "t:1:3: expected \")\", found the end of the search",
		"`loop`":                                       "t:1:1: macro \"loop\" calls itself: loop -> pool -> loop (in macro loop -> pool)",
		"`ev`":                                         "t:1:1: macro \"ev\" is an eval macro, and the content has no Evaluate",
		"a `b":                                         "t:1:3: the macro has no end, expected `",
		"a ```b":                                       "t:1:3: the comment has no end, expected ```",
		"a\n| eval b=\n| head":                         `t:3:1: expected a value, found "|"`,
	} {
		_, err := Parse("t", text, c)
		if assert.Error(t, err, text) {
			assert.Contains(t, err.Error(), want, text)
		}
	}
}

func TestMacros(t *testing.T) {
	c := &Content{Macros: map[string]Macro{
		"hosts":   {Definition: "host=a OR host=b"},
		"who(2)":  {Args: []string{"u", "h"}, Definition: `user="$u$" host=$h$ cost=$5`},
		"deep(1)": {Args: []string{"x"}, Definition: "`who($x$, \"b c\")`"},
		"cut":     {Definition: "x=1 | where y=2 | stats count"},
		"nothing": {Definition: ""},
	}}
	for text, want := range map[string]string{
		"`hosts` x=1":         `(host="a" OR host="b") x="1"`,
		"`deep(al)`":          `user="al" host="b" c cost="$5"`,
		"a=\"`hosts`\"":       "a=\"`hosts`\"",
		"a `comment(\"b\")`":  `a`,
		"a | `nothing`| head": `a | head limit=10`,
		"`cut` by z":          `x="1" | where 'y' = 2 | stats count BY z`,
		"a | `any_filter`":    `a | search ()`,
	} {
		q, err := Parse("t", text, c)
		if assert.NoError(t, err, text) {
			assert.Equal(t, "search "+want, ast.Format(q), text)
		}
	}
}

// Offsets are those of the text as written, whatever stands for it.
func TestOffsets(t *testing.T) {
	c := &Content{Macros: map[string]Macro{"m": {Definition: "long=definition of=terms"}}}
	text := "`m` ```why``` a=b | where `m2(x)` c=1"
	c.Macros["m2(1)"] = Macro{Args: []string{"x"}, Definition: "$x$=5 AND"}
	q, err := Parse("t", text, c)
	require.NoError(t, err)
	terms := q.Stages[0].(*ast.Events).Where.(*ast.Logic).List
	assert.Equal(t, 0, terms[0].(*ast.Match).X.Pos())
	assert.Equal(t, 0, terms[1].(*ast.Match).Pos())
	assert.Equal(t, "a=b", text[terms[2].(*ast.Match).X.Pos():][:3])
	where := q.Stages[1].(*ast.Filter)
	assert.Equal(t, "where", text[where.Pos():][:5])
	list := where.Cond.(*ast.Logic).List
	assert.Equal(t, "`m2", text[list[0].Pos():][:3])
	assert.Equal(t, "=1", text[list[1].Pos():])
}

func TestEventTypeTerm(t *testing.T) {
	c := &Content{EventTypes: map[string]string{"web": "port=80 OR eventtype=tls", "tls": "port=443", "a": "eventtype=b", "b": "eventtype=a"}}
	q, err := Parse("t", "eventtype=web", c)
	require.NoError(t, err)
	assert.Equal(t, `search eventtype IN ("web") OR port="80" OR eventtype IN ("tls") OR port="443"`, ast.Format(q))
	_, err = Parse("t", "eventtype=a", c)
	assert.EqualError(t, err, `t:1:10: event type "a" refers to itself`)
}

// Event types that double one another would be a million at this depth.
func TestEventTypeBomb(t *testing.T) {
	c := &Content{EventTypes: map[string]string{}}
	for i := range maxEventtypes {
		c.EventTypes[fmt.Sprint("e", i)] = fmt.Sprintf("eventtype=e%d eventtype=e%d", i+1, i+1)
	}
	_, err := Parse("t", "eventtype=e0", c)
	assert.EqualError(t, err, "t:1:10: event types make more than 1048576 bytes of text")
}

// A tag of the content is a test for the values that have it, too.
func TestTagTerm(t *testing.T) {
	c := &Content{
		EventTypes: map[string]string{"tls": "port=443"},
		Tags:       map[string][]string{"eventtype=tls": {"Crypto"}, "host=w": {"crypto"}, "tag=crypto": {"crypto", "loop"}},
	}
	for text, want := range map[string]string{
		"tag=crypto":       `search tag IN ("crypto") OR eventtype IN ("tls") OR port="443" OR host="w" OR tag="crypto"`,
		"tag=loop":         `search tag IN ("loop") OR tag="crypto"`,
		"tag::host=crypto": `search tag::host IN ("crypto") OR host="w"`,
		"tag=other":        `search tag="other"`,
	} {
		q, err := Parse("t", text, c)
		require.NoError(t, err, text)
		assert.Equal(t, want, ast.Format(q), text)
	}
}

// Text that becomes a query when the search runs is parsed with the same
// content.
func TestLate(t *testing.T) {
	c := &Content{Macros: map[string]Macro{"m": {Definition: "host=a"}}}
	q, err := Parse("t", "* | map search=\"search `m` user=\\\"$user$\\\"\" | foreach x* [eval y=<<FIELD>>]", c)
	require.NoError(t, err)
	m := q.Stages[1].(*ast.Map)
	assert.Equal(t, "search `m` user=\"$user$\"", m.Search.Text)
	late, err := m.Search.Parse("search `m` user=\"al\"")
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff([]ast.Stage{events(and(match("host", "a"), match("user", "al")))}, late.Stages, tree))
	f := q.Stages[2].(*ast.ForEach)
	late, err = f.Template.Parse("eval y=x1")
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff([]ast.Stage{&ast.Assign{Set: []ast.Assignment{{Name: "y", Value: field("x1")}}}}, late.Stages, tree))
}

func TestSubsearch(t *testing.T) {
	q, err := Parse("t", `NOT [| makeresults | eval a=1] user=[search x | return $u]`, nil)
	require.NoError(t, err)
	list := q.Stages[0].(*ast.Events).Where.(*ast.Logic).List
	sub := list[0].(*ast.Not).X.(*ast.Subsearch)
	assert.Len(t, sub.Query.Stages, 2)
	x, err := sub.Raw(`b="c"`)
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff(ast.Expr(match("b", "c")), x, tree))
	x, err = list[1].(*ast.Subsearch).Raw("al")
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff(ast.Expr(match("user", "al")), x, tree))
}

func TestForeignCommand(t *testing.T) {
	q, err := Parse("t", `* | cyberchef recipe="[{"op":"x","args":[true]}]" y | head`, &Content{Commands: map[string]bool{"cyberchef": true}})
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff(&ast.Custom{Name: "cyberchef", Args: `recipe="[{"op":"x","args":[true]}]" y`}, q.Stages[1], tree))
}

package ruletest_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/ruletest"
)

func parseCases(t testing.TB, text string) []*ruletest.Case {
	t.Helper()
	cases, err := ruletest.Parse("f.test", text, fstest.MapFS{"r.eql": {Data: []byte(`process where a == 1 and b == 2`)}})
	require.NoError(t, err)
	return cases
}

func changes(trials []ruletest.Trial) (list []string) {
	for _, t := range trials {
		list = append(list, t.Change)
	}
	return list
}

// What is open is what the cases leave open.
func TestReviews(t *testing.T) {
	const rule = "load r.eql\n"
	const fires = rule + "0s process a=1 b=2 => r 1\n"
	tests := []struct {
		name, text        string
		unexercised, open []string
	}{
		{"nothing is expected", rule + "0s process a=9 b=9\n",
			[]string{"drop the category process", "drop a == 1", "drop b == 2"},
			[]string{"or for and: a == 1 and b == 2", "!= for ==: a == 1", "!= for ==: b == 2"}},
		{"a hit alone", fires,
			[]string{"drop the category process", "drop a == 1", "drop b == 2"},
			[]string{"or for and: a == 1 and b == 2"}},
		{"a near miss of one condition", fires + "1s process a=0 b=2\n",
			[]string{"drop the category process", "drop b == 2"}, nil},
		{"all near misses, of several cases", fires + "1s process a=0 b=2\n---\n" + rule + "0s process a=1 b=0\n1s file a=1 b=2\n", nil, nil},
		{"a case that fails takes no part", fires + "---\n" + rule + "0s process a=1 b=2\n",
			[]string{"drop the category process", "drop a == 1", "drop b == 2"},
			[]string{"or for and: a == 1 and b == 2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reviews := ruletest.Reviews(context.Background(), parseCases(t, tt.text))
			require.Len(t, reviews, 1)
			r := reviews[0]
			assert.Equal(t, "r.eql", r.File)
			assert.Len(t, r.Trials, 6)
			assert.Empty(t, cmp.Diff(tt.unexercised, changes(r.Unexercised())))
			assert.Empty(t, cmp.Diff(tt.open, changes(r.Survivors())))
			assert.Equal(t, 6, r.Noticed()+len(tt.unexercised)+len(tt.open))
		})
	}
}

// Rules are told apart by their files and words, and what is proved to be the
// same is not open.
func TestReviewsOfSeveralRules(t *testing.T) {
	const text = `rule x eql
	any where a : ("x*", "xy*")
rule y spl
	search b=1 | stats count by c
macro unused 1
0s a=xyz b=1 c=d => x 1
1s a=q
end => y {"c": "d", "count": 1}
---
rule x eql
	any where a : ("x*", "xy*")
0s a=ax
1s a=x  => x 2
---
rule refused eql
	any where ### expected
`
	reviews := ruletest.Reviews(context.Background(), parseCases(t, text))
	require.Len(t, reviews, 2)
	x, y := reviews[0], reviews[1]
	assert.Equal(t, "x 2", fmt.Sprint(x.Rule, " ", x.Cases))
	assert.Equal(t, 2, x.Equivalent())
	assert.Equal(t, []string{`"x" for "x*": a`, `"*xy*" for "xy*": a`, `with case: a : ("x*", "xy*")`}, changes(x.Survivors()))
	assert.Empty(t, x.Unexercised())
	assert.Equal(t, "y 1", fmt.Sprint(y.Rule, " ", y.Cases))
	assert.Contains(t, changes(y.Unexercised()), `drop b="1"`)
}

func TestReviewsEnd(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	assert.Empty(t, ruletest.Reviews(ctx, parseCases(t, "load r.eql\n0s process a=1 b=2 => r 1\n")))
}

// The tests of the two seed rules hold every part of them.
func TestSeedsAreHeld(t *testing.T) {
	for _, name := range []string{"tests/seed_eql.test", "tests/seed_spl.test"} {
		text, err := os.ReadFile("../../testdata/" + name)
		require.NoError(t, err)
		cases, err := ruletest.Parse(name, string(text), os.DirFS("../../testdata"))
		require.NoError(t, err)
		reviews := ruletest.Reviews(context.Background(), cases)
		require.Len(t, reviews, 1)
		r := reviews[0]
		t.Logf("%s: %d changes, %d noticed, %d equivalent", r.File, len(r.Trials), r.Noticed(), r.Equivalent())
		assert.Equal(t, len(r.Trials), r.Noticed()+r.Equivalent())
		assert.Greater(t, len(r.Trials), 30)
		for _, x := range append(r.Unexercised(), r.Survivors()...) {
			line, column := x.Position()
			t.Errorf("%s:%d:%d: no case notices: %s", r.File, line, column, x.Change)
		}
	}
}

func ExampleReviews() {
	cases, err := ruletest.Parse("shells.test", `# A shell, and something else.
rule shells eql
	process where process.name : "cmd.exe" and not user.name : "svc_*"

0s  process process.name=cmd.exe user.name=ann  => shells 1
1s  process process.name=notepad.exe user.name=ann
`, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range ruletest.Reviews(context.Background(), cases) {
		fmt.Printf("%s: %d of %d changes noticed\n", r.Rule, r.Noticed(), len(r.Trials))
		for _, x := range r.Unexercised() {
			fmt.Println(x.Kind, "-", x.Change)
		}
	}
	// Output:
	// shells: 3 of 11 changes noticed
	// predicate - drop the category process
	// exclusion - drop not user.name : "svc_*"
}

func ExampleCase_Run() {
	cases, err := ruletest.Parse("shells.test", `# The wrong shell is expected.
rule shells eql
	process where process.name : "cmd.exe"

0s  process process.name=cmd.exe
1s  process process.name=pwsh.exe  => shells 2
`, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range cases {
		for _, f := range c.Run() {
			fmt.Println(f)
		}
	}
	// Output:
	// shells.test:5: unexpected alert: => shells 1
	// shells.test:6: expected an alert: => shells 2
}

func ExampleRewrite() {
	text, err := ruletest.Rewrite("logins.test", `rule logins spl
	search action=failure | stats count by user

0s   user=ann action=failure
1s   user=ann action=failure
end  => logins {"user": "ann", "count": 1}
`, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(text[strings.Index(text, "end"):])
	// Output:
	// end  => logins {"user": "ann", "count": 2}
}

package ruletest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/spl"
)

func TestWarnings(t *testing.T) {
	tests := []struct {
		name, search string
		want         []string
	}{
		{"nothing is wrong", `index=a | stats count by user | where count>5`, nil},
		{"a field that stats drops", `index=a | stats count by user | where host="x"`,
			[]string{`r:1:39: the field "host" is never set behind stats`}},
		{"a key that table drops", `index=a | table user | stats count by host`,
			[]string{`r:1:39: the field "host" is never set behind table`}},
		{"once for each field", `index=a | table user | where x=1 OR x=2`,
			[]string{`r:1:30: the field "x" is never set behind table`}},
		{"a condition that is never true", `index=a | where 1=2`,
			[]string{`r:1:11: the condition is never true: the search finds nothing`}},
		{"a stage that no row reaches", `index=a | where 1=2 | eval x=1 | where x=1`,
			[]string{`r:1:11: the condition is never true: the search finds nothing`, `r:1:23: no row reaches this stage`}},
		{"a stage that makes rows of none", `index=a | where 1=2 | append [search index=b]`,
			[]string{`r:1:11: the condition is never true: the search finds nothing`}},
		{"a count of none", `index=a | head 0 | stats count | where count=0`, nil},
		{"the first none of all", `index=a | head 0 | where x=1`, []string{`r:1:20: no row reaches this stage`}},
		{"one branch can be true", `index=a | where 1=2 OR x=1`, nil},
		{"a field that eval makes", `index=a | stats count | eval x=count | where x=1`, nil},
		{"a new name", `index=a | stats count by a.user | rename a.* as * | where user="x"`, nil},
		{"an old name", `index=a | stats count by user | rename user as u | where user="x"`,
			[]string{`r:1:58: the field "user" is never set behind stats`}},
		{"a choice among fields", `index=a | stats count by user | eval x=coalesce(host, user)`, nil},
		{"a field that is asked for first", `index=a | stats count by user | eval x=case(isnotnull(src), src, true(), user)`, nil},
		{"columns that only the run knows", `index=a | stats count by user | spath input=user | where x=1`, nil},
		{"before any stage fixes them", `index=a | where x=1`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, err := spl.Parse("r", tt.search, nil)
			require.NoError(t, err)
			e, err := engine.New([]*ast.Rule{{ID: "r", Query: q}})
			require.NoError(t, err)
			assert.Empty(t, cmp.Diff(tt.want, e.Coverage()[0].Warnings))
		})
	}
}

// An alert names fields that no row has.
func TestWarningsOfAlerts(t *testing.T) {
	file := "name: A\nid: a\ntype: TTP\nsearch: index=a | stats count by user | rename user as dest\n" +
		"rba: {message: $dest$ and $host$, risk_objects: [{field: user, type: user, score: 1}, {field: dest, type: system, score: 1}]}\n"
	r, err := spl.ParseRule("r.yml", []byte(file), nil)
	require.NoError(t, err)
	e, err := engine.New([]*ast.Rule{r})
	require.NoError(t, err)
	assert.Equal(t, []string{
		`r.yml:4:41: the field "user", which an alert is to show, is never set behind stats`,
		`r.yml:4:41: the field "host", which an alert is to show, is never set behind stats`,
	}, e.Coverage()[0].Warnings)
}

// Published detections are in use: many warnings would be false alarms.
func TestWarningsOfPublishedDetections(t *testing.T) {
	root := os.Getenv("SPOOR_SHARED")
	if root == "" {
		t.Skip("SPOOR_SHARED is not set")
	}
	corpus := filepath.Join(root, "corpus")
	content, err := spl.LoadContent(os.DirFS(filepath.Join(corpus, "splunk-content")))
	require.NoError(t, err)
	rules, _ := spl.LoadRules(os.DirFS(corpus), "splunk-detections", content) // what does not load is another test's
	require.NotEmpty(t, rules)
	e, _ := engine.New(rules) // nor is what does not compile
	require.NotNil(t, e)
	n := 0
	for _, c := range e.Coverage() {
		if len(c.Warnings) > 0 {
			n++
		}
		for _, w := range c.Warnings {
			t.Log(w)
		}
	}
	t.Logf("%d of %d rules have warnings", n, len(rules))
	assert.Less(t, n, len(rules)/10, "more rules than are wrong")
}

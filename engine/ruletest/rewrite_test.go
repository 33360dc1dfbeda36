package ruletest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/ruletest"
)

// Rows and trees are written anew; what a rule is meant to do is not.
func TestRewrite(t *testing.T) {
	const search = "rule r spl\n\tsearch a=* | stats count by a\n\n0s a=x\n1s a=y\n2s a=x\n"
	tests := []struct{ name, text, want string }{
		{"a row that is right, as it is written", search + `end => r {"count":"2",  "a":"x"}   => r {"a": "y", "count": 1}`, ""},
		{"a row that is wrong", search + `end   => r {"a": "x", "count": 3} => r {"a": "y", "count": 1}`,
			search + `end   => r {"a": "x", "count": 2} => r {"a": "y", "count": 1}`},
		{"a row too few", search + `end => r {"a": "y", "count": 1}`,
			search + `end => r {"a": "y", "count": 1} => r {"a": "x", "count": 2}`},
		{"no row yet", search + "end\n", search + `end => r {"a": "x", "count": 2} => r {"a": "y", "count": 1}` + "\n"},
		{"a row too many", search + `end => r {"a": "q"} => r {"a": "x", "count": 2} => r {"a": "y", "count": 1}`,
			search + `end => r {"a": "x", "count": 2} => r {"a": "y", "count": 1}`},
		{"a row that is not to come", "rule r spl\n\tsearch a=1 | stats count by a\n0s a=2\nend => r {\"a\": 1}\r\n", "rule r spl\n\tsearch a=1 | stats count by a\n0s a=2\nend\r\n"},
		{"lists, and texts with quotes", "rule r spl\n\tsearch a=* | table a b\n0s a=1 a=\"<\\\"x\" b=1.50\nend\n",
			"rule r spl\n\tsearch a=* | table a b\n0s a=1 a=\"<\\\"x\" b=1.50\nend => r {\"a\": [1,\"<\\\"x\"], \"b\": 1.5}\n"},
		{"alerts by their events", "rule r eql\n\tany where a == 1\n0s a=2 => r 1\n1s a=1\n", ""},
		{"a tree", "rule r eql\n\tany where true\ntree r\n\tNothing\n0s => x 1\n", "rule r eql\n\tany where true\ntree r\n\tEvents\n\t  Bool Value=true\n0s => x 1\n"},
		{"a rule that is refused", "rule r spl\n\tsearch a=1 | nosuch ### unknown\nend => r {\"a\": 1}\n", "rule r spl\n\tsearch a=1 | nosuch ### unknown\nend\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ruletest.Rewrite("f.test", tt.text, nil)
			require.NoError(t, err)
			if tt.want == "" {
				tt.want = tt.text
			}
			assert.Empty(t, cmp.Diff(tt.want, got))
			again, err := ruletest.Rewrite("f.test", got, nil)
			require.NoError(t, err)
			assert.Equal(t, got, again, "rewriting twice is rewriting once")
			if strings.Contains(got, "end => r {") {
				cases, err := ruletest.Parse("f.test", got, nil)
				require.NoError(t, err)
				assert.Empty(t, cases[0].Run(), "what is written holds")
			}
		})
	}
	_, err := ruletest.Rewrite("f.test", "soon", nil)
	assert.ErrorContains(t, err, "f.test:1: ")
}

// What is written can be read.
func FuzzRewrite(f *testing.F) {
	f.Add("rule r spl\n\tsearch a=* | stats count by a\n0s a=x\nend => r {\"a\": 1} => r {}\n")
	f.Add("rule r spl\n\tsearch a=* | eval b=split(a, \"x\") | table *\n0s a=\"1x\\u00002\" => r {\n1s c={\"d\":[1e300]}\ntree r\n\tx\n---\nend")
	f.Fuzz(func(t *testing.T, text string) {
		fresh, err := ruletest.Rewrite("f.test", text, nil)
		if err != nil {
			return
		}
		_, err = ruletest.Parse("f.test", fresh, nil)
		require.NoError(t, err, fresh)
	})
}

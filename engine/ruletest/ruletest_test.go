package ruletest_test

import (
	"flag"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/ruletest"
)

var _ = flag.Bool("update", false, "rewrite the golden trees of .test files")

func TestProject(t *testing.T) { ruletest.Test(t, "../../testdata", "tests/*.test") }

// A case must fail whenever what happens is not what its lines say.
func TestCaseFails(t *testing.T) {
	const rule = "rule r eql\n\tprocess where process.pid == 4\n\n"
	tests := []struct{ name, text, want string }{
		{"an alert that is not expected", rule + "0s process process.pid=4", "f.test:4: unexpected alert: => r 1"},
		{"an expected alert that does not come", rule + "0s process process.pid=5 => r 1", "f.test:4: expected an alert: => r 1"},
		{"another event", rule + "0s process process.pid=5\n1s process process.pid=4 => r 1", "f.test:5: unexpected alert: => r 2"},
		{"a rule that is refused", "rule r eql\n\tprocess where", "f.test:2: refused:"},
		{"a rule that is not refused", "rule r eql\n\tprocess where true ### expected", "f.test:2: expected the line to be refused"},
		{"another message", "rule r eql\n\tprocess where ### no such words", "f.test:2: "},
		{"another tree", rule + "tree r\n\tSomething\n", "f.test:4: the tree of r differs"},
		{"a byte order mark", "\ufeff# a\n" + rule + "0s process process.pid=4", "f.test:5: unexpected alert: => r 1"},
		{"an unknown option", rule + "engine speed=9\n0s", "unknown engine option"},
		{"an unknown language", "rule r kql\n\ta:b", "expected the language eql"},
		{"a file that is not there", "load nowhere.toml", "nowhere.toml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cases, err := ruletest.Parse("f.test", tt.text, fstest.MapFS{})
			require.NoError(t, err)
			require.Len(t, cases, 1)
			var all []string
			for _, f := range cases[0].Run() {
				all = append(all, f.String())
			}
			assert.Contains(t, strings.Join(all, "\n"), tt.want)
		})
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no time", "soon process x=1", `f.test:1: expected a statement or a time, found "soon"`},
		{"no indentation", "rule r eql\nprocess where true", `f.test:2: expected a statement or a time, found "process": the text of a rule is indented`},
		{"two categories", "0s process a=b c", `f.test:1: expected name=value, found "c": the event's category is process already`},
		{"no closing quote", `0s process x="a`, "f.test:1: x: expected a closing quote"},
		{"no JSON", `0s process x=[1,`, "f.test:1: x: expected JSON"},
		{"no rule", "0s process =>", "f.test:1: expected a rule's name after =>"},
		{"no number", "0s process => r one", `f.test:1: expected an event's number, found "one"`},
		{"no language", "rule r\n\ttrue", "f.test:1: expected `rule NAME LANGUAGE`"},
		{"fields behind the alerts", "0s process => r 1 => r 1 {}", "f.test:1"},
		{"no definition", "macro", "f.test:1: expected a macro's name and definition"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ruletest.Parse("f.test", tt.text, nil)
			require.Error(t, err)
			assert.Contains(t, err.Error(), tt.want)
		})
	}
}

func TestCasesAreParted(t *testing.T) {
	cases, err := ruletest.Parse("f.test", "# one\n0s\n---\n\n# two\n# more of two\n1s\n---\n---\n2s\n", nil)
	require.NoError(t, err)
	var names []string
	for _, c := range cases {
		names = append(names, c.Name)
	}
	assert.Equal(t, []string{"one", "two", "line 10"}, names)
}

// A folder of content is read once, and a case's own macros go before it.
func TestContent(t *testing.T) {
	dir := fstest.MapFS{
		"tests/content/macros/wanted.yml": {Data: []byte("name: wanted\ndefinition: a=1\n")},
		"tests/content/macros/other.yml":  {Data: []byte("name: other\ndefinition: a=2\n")},
		"tests/content/lookups/t.csv":     {Data: []byte("a,b\n1,x\n")},
		"tests/bad/macros/bad.yml":        {Data: []byte("name: [\n")},
	}
	run := func(text string) (all []string) {
		cases, err := ruletest.Parse("tests/f.test", text, dir)
		require.NoError(t, err)
		for _, c := range cases {
			for _, f := range c.Run() {
				all = append(all, f.String())
			}
		}
		return all
	}
	const search = "rule r spl\n\tsearch `wanted` OR `other` | lookup t.csv a | table a b\n"
	assert.Empty(t, run("content content\n"+search+"0s a=1\n1s a=2\n2s a=3\nend => r {\"a\": 1, \"b\": \"x\"} => r {\"a\": 2}\n"+
		"---\ncontent content\nmacro wanted a=3\n"+search+"0s a=1\n1s a=3\nend => r {\"a\": 3}\n"))
	assert.Contains(t, strings.Join(run("content nowhere\n"+search), "\n"), "nowhere")
	assert.Contains(t, strings.Join(run("content bad\n"+search), "\n"), "bad.yml")
	cases, err := ruletest.Parse("f.test", "content x\n"+search, nil)
	require.NoError(t, err)
	assert.Contains(t, cases[0].Run()[0].Message, "no folder to read x from")
}

func FuzzParse(f *testing.F) {
	f.Add("# a\nrule r eql\n\tprocess where true\n0s process a=1 b=\"x\" c={\"d\":[1]} => r 1\n---\nend")
	f.Add("macro m(a) b\nlookup l\n\ta,b\n\t1,2\ntree r\n\tEvents")
	f.Fuzz(func(t *testing.T, text string) {
		cases, err := ruletest.Parse("f.test", text, nil)
		if err != nil {
			assert.True(t, strings.HasPrefix(err.Error(), "f.test:"), err.Error())
		}
		for _, c := range cases {
			assert.NotEmpty(t, c.Name)
		}
	})
}

package spl

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
)

// corpus loads the detections of Splunk's content.
func corpus(t testing.TB) ([]*ast.Rule, *Content, error) {
	dir := shared(t, "")
	c, err := LoadContent(os.DirFS(filepath.Join(dir, "corpus/splunk-content")))
	require.NoError(t, err)
	rules, err := LoadRules(os.DirFS(filepath.Join(dir, "corpus/splunk-detections")), "*/*.yml", c)
	return rules, c, err
}

// Every detection parses.
func TestCorpus(t *testing.T) {
	rules, _, err := corpus(t)
	assert.NoError(t, err)
	assert.NotEmpty(t, rules)
	t.Logf("%d detections parse", len(rules))
}

// sameTree compares queries without what is not their meaning.
var sameTree = cmp.Options{
	cmpopts.IgnoreTypes(ast.Off(0)),
	cmpopts.IgnoreFields(ast.Query{}, "Source", "Notes"),
	cmpopts.IgnoreFields(ast.Late{}, "Parse"),
	cmpopts.IgnoreFields(ast.Agg{}, "Text"), // spells an expression as it was written
	cmpopts.IgnoreFields(ast.Subsearch{}, "Raw"),
	cmp.Comparer(func(a, b *ast.Dataset) bool {
		return a == b || a != nil && b != nil && a.Model == b.Model && strings.Join(a.Path, ".") == strings.Join(b.Path, ".")
	}),
	cmp.Comparer(func(a, b *ast.LookupDef) bool { return a == b || a != nil && b != nil && a.Name == b.Name }),
	cmpopts.EquateEmpty(),
}

// What Format prints parses to the same tree.
func TestCorpusFormat(t *testing.T) {
	rules, c, _ := corpus(t)
	for _, r := range rules {
		text := ast.Format(r.Query)
		q, err := Parse(r.Name, text, c)
		if assert.NoError(t, err, text) {
			assert.Empty(t, cmp.Diff(r.Query, q, sameTree), text)
		}
	}
}

// engineErrors are the mistakes in the conformance cases that only the engine
// can know of: the functions of eval and their arguments.
var engineErrors = []string{
	"error-eval-unknown-function", "error-where-unknown-function", "error-eval-if-two-args", "error-eval-if-four-args",
	"error-eval-replace-two-args", "error-eval-match-one-arg", "error-eval-mvindex-one-arg",
}

// The searches of the conformance cases parse, unless they are mistakes.
func TestConformance(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t, ""), "conformance/spl/*.json"))
	require.NoError(t, err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		var cases []struct {
			Name, Search string
			Error        bool
			Macros       map[string]struct {
				Args       []string
				Definition string
			}
			Lookups map[string]any
		}
		require.NoError(t, json.Unmarshal(b, &cases))
		for _, k := range cases {
			c := &Content{Macros: map[string]Macro{}, Lookups: map[string]*ast.LookupDef{}}
			for name, m := range k.Macros {
				c.Macros[macroKey(name, len(m.Args))] = Macro{Name: name, Args: m.Args, Definition: m.Definition}
			}
			for name := range k.Lookups {
				c.Lookups[name] = &ast.LookupDef{Name: name}
			}
			q, err := Parse(k.Name, k.Search, c)
			if contains(engineErrors, k.Name) {
				continue
			}
			if assert.Equal(t, k.Error, err != nil, "%s: %s: %v", k.Name, k.Search, err) && err == nil {
				text := ast.Format(q)
				again, err := Parse(k.Name, text, c)
				if assert.NoError(t, err, text) {
					assert.Empty(t, cmp.Diff(q, again, sameTree), text)
				}
			}
		}
	}
}

func BenchmarkParse(b *testing.B) {
	rules, c, _ := corpus(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, r := range rules {
			if _, err := Parse(r.Name, r.Query.Source.Text, c); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(rules)), "µs/search")
}

package engine_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/spl"
)

// hard is a text that (a*)*(?!x)y$ takes more than any number of steps for.
var hard = strings.Repeat("a", 60)

// gaveUp are a rule's texts that its regular expressions gave up on.
func gaveUp(e *engine.Engine, id string) int {
	for _, r := range e.Stats().Rules {
		if r.ID == id {
			return r.GaveUp
		}
	}
	return -1
}

// Each place that runs a regular expression counts the texts that it gives up on, for
// the rule that it is of.
func TestWhatRegularExpressionsGiveUpOnIsCounted(t *testing.T) {
	const re = `(a*)*(?!x)y$`
	for _, text := range []string{
		`search k=1 | regex s="` + re + `"`,
		`search k=1 | where match(s, "` + re + `")`,
		`search k=1 | where match(s, re)`,
		`search k=1 | eval t=replace(s, "` + re + `", "")`,
		`search k=1 | eval t=mvfind(s, "` + re + `")`,
		`search k=1 | rex field=s "(?<t>` + re + `)"`,
		`search k=1 | rex field=s mode=sed "s/` + re + `//"`,
		`search k=1 | makemv tokenizer="(` + re + `)" s`,
		`search k=1 | stats count(eval(match(s, "` + re + `"))) as n`,
		`search k=1 | append [search k=1 | where match(s, "` + re + `")]`,
	} {
		t.Run(text, func(t *testing.T) {
			search := searchRule(t, "search", text)
			search.Schedule = ast.Schedule{Interval: time.Second, Window: ast.TimeRange{Earliest: "-1s"}}
			lost := 0
			e := newEngine(t, []*ast.Rule{search, rule(t, "other", `any where s : "a*"`)},
				engine.Observe(engine.Observer{Lost: func(r *ast.Rule, n int) {
					assert.Equal(t, "search", r.ID)
					lost += n
				}}))
			e.Process(ev(0, engine.Map{"k": 1, "s": "aaa", "re": re}))
			e.Process(ev(1.5, engine.Map{"k": 1, "s": "aaay", "re": re}))
			assert.Zero(t, gaveUp(e, "search"))
			e.Process(ev(3, engine.Map{"k": 1, "s": hard, "re": re}))
			e.Process(ev(4, engine.Map{}))
			e.Flush(noon.Add(5 * time.Second))
			n := gaveUp(e, "search")
			assert.Positive(t, n)
			assert.Zero(t, gaveUp(e, "other"))
			s := e.Stats()
			assert.Equal(t, n, s.GaveUp)
			assert.Equal(t, n, s.Truncated)
			assert.Equal(t, n, lost)

			again, err := engine.Restore(bytes.NewReader(snapshot(t, e)), []*ast.Rule{search})
			require.NoError(t, err)
			assert.Equal(t, n, gaveUp(again, "search"))
		})
	}
}

// What a condition is shared for, and what a data model calculates, counts for each
// rule, and where maps are asked, once: a run, which reads it again, is not at hand.
func TestGivingUpCountsForEachRule(t *testing.T) {
	content := &spl.Content{Models: map[string]*spl.Model{"M": {Name: "M", Datasets: []*spl.ModelDataset{{
		Name: "D", Calculated: []spl.CalculatedField{{Name: "c", Eval: `replace(s, "(a*)*(?!x)y$", "")`}},
	}}}}}
	for _, text := range []string{
		`search k=1 | regex s!="(a*)*(?!x)y$" | stats count by s`, `| tstats count from datamodel=M.D where D.c=a* by D.c`,
	} {
		var rules []*ast.Rule
		for _, id := range []string{"one", "two"} {
			q, err := spl.Parse(id, text, content)
			require.NoError(t, err)
			rules = append(rules, &ast.Rule{ID: id, Query: q})
		}
		for _, opts := range [][]engine.Option{{engine.Holding()}, {engine.FullScan()}, {engine.Workers(2), engine.Holding()}} {
			e := newEngine(t, rules, opts...)
			e.ProcessBatch([]engine.Event{ev(0, engine.Map{"k": 1, "s": "a"}), ev(1, engine.Map{"k": 1, "s": hard})})
			assert.Equal(t, 1, gaveUp(e, "one"), text)
			assert.Equal(t, 1, gaveUp(e, "two"), text)
		}
		many := slices.Clone(rules)
		for i := range 200 {
			many = append(many, rule(t, fmt.Sprint(i), fmt.Sprintf(`any where n == %d`, i)))
		}
		for _, opts := range [][]engine.Option{{engine.Holding()}, {engine.Workers(2), engine.Holding()}} { // where conditions wait to be compiled
			e := newEngine(t, many, opts...)
			e.ProcessBatch([]engine.Event{ev(0, engine.Map{"k": 1, "s": "a"}), ev(1, engine.Map{"k": 1, "s": hard})})
			assert.Equal(t, 1, gaveUp(e, "one"), text)
			assert.Equal(t, 1, gaveUp(e, "two"), text)
		}
		e := newEngine(t, rules[:1], engine.Holding())
		e.Process(ev(0, engine.Map{"k": 1, "s": "a"}))
		e.Process(ev(1, engine.Map{"k": 1, "s": hard}))
		assert.Equal(t, 1, gaveUp(e, "one"), text)
	}
}

func TestGivingUpInABatchIsTold(t *testing.T) {
	q, err := spl.Parse("q", `search k=1 | where match(s, "(a*)*(?!x)y$")`, nil)
	require.NoError(t, err)
	lost := 0
	o := engine.Observer{Lost: func(_ *ast.Rule, n int) { lost += n }}
	events := []engine.Event{ev(0, engine.Map{"k": 1, "s": "a"}), ev(1, engine.Map{"k": 1, "s": hard})}
	for range engine.Search(context.Background(), q, slices.Values(events), engine.Observe(o)) {
	}
	assert.Positive(t, lost)
}

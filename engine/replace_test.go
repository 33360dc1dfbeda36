package engine_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
)

func TestReplaceReports(t *testing.T) {
	pair := `sequence by k with maxspan=1m [a where n == 1] [b where true]`
	kept, gone := rule(t, "kept", pair), rule(t, "gone", pair)
	e, err := engine.New([]*ast.Rule{kept, rule(t, "metadata", pair), rule(t, "edited", pair), gone, rule(t, "wrong", pair)})
	require.NoError(t, err)
	e.Process(ev(1, engine.Map{"event.category": "a", "k": 1, "n": 1}))
	e.Process(ev(2, engine.Map{"event.category": "c", "k": 1}))

	metadata := rule(t, "metadata", pair+" // a word more")
	metadata.Severity = "high"
	edited := rule(t, "edited", `sequence by k with maxspan=1m [a where n == 2] [b where true]`)
	wrong := rule(t, "wrong", `process where lenght(x) > 1`)
	report, err := e.Replace([]*ast.Rule{rule(t, "new", `b where true`), rule(t, "kept", pair), metadata, edited, wrong})
	assert.ErrorContains(t, err, `did you mean "length"?`)
	assert.Equal(t, engine.Report{
		Added: []string{"new"}, Removed: []string{"gone"}, Kept: []string{"kept"}, Metadata: []string{"metadata"}, Refused: []string{"wrong"},
		Dropped: []engine.Dropped{{ID: "edited", From: noon.Add(time.Second), To: noon.Add(2 * time.Second), Why: "its query, filters or schedule have changed"}},
	}, report)

	var ids []string
	for _, a := range e.Process(ev(3, engine.Map{"event.category": "b", "k": 1})) {
		ids = append(ids, a.Rule.ID+" "+a.Rule.Severity)
	}
	slices.Sort(ids)
	assert.Equal(t, []string{"kept ", "metadata high", "new ", "wrong "}, ids)

	var status []string
	for _, c := range e.Coverage() {
		status = append(status, c.Rule.ID+" "+c.Status())
	}
	assert.Equal(t, []string{"new runs", "kept runs", "metadata runs", "edited runs", "wrong refused"}, status)
	assert.Len(t, e.Rules(), 5)
	assert.Len(t, e.Stats().Rules, 5)
}

func TestReplaceKeepsThrottles(t *testing.T) {
	throttled := func(severity string, d time.Duration) *ast.Rule {
		r := rule(t, "r", `any where true`)
		r.Severity, r.Suppression = severity, &ast.Suppression{Fields: []string{"k"}, Duration: d}
		return r
	}
	e, err := engine.New([]*ast.Rule{throttled("low", time.Minute)})
	require.NoError(t, err)
	one := engine.Map{"event.category": "a", "k": 1}
	require.Len(t, e.Process(ev(0, one)), 1)
	_, err = e.Replace([]*ast.Rule{throttled("high", time.Minute)})
	require.NoError(t, err)
	assert.Empty(t, e.Process(ev(1, one)))
	_, err = e.Replace([]*ast.Rule{throttled("high", time.Hour)})
	require.NoError(t, err)
	assert.Len(t, e.Process(ev(2, one)), 1, "another suppression remembers nothing")
}

// Events that wait for their turn hold what the rules of their time read: a
// new rule would miss fields in them, and take that for an absence.
func TestReplacedRulesSeeNoEventFromBefore(t *testing.T) {
	e, err := engine.New([]*ast.Rule{rule(t, "old", `sequence [a where n == 1] [b where true]`)}, engine.Lateness(10*time.Second))
	require.NoError(t, err)
	e.Process(ev(0, engine.Map{"event.category": "a", "n": 1, "x": 1}))
	_, err = e.Replace([]*ast.Rule{
		rule(t, "old", `sequence [a where n == 1] [b where true]`),
		rule(t, "new", `sequence [a where x == null] [b where true]`),
	})
	require.NoError(t, err)
	e.Process(ev(1, engine.Map{"event.category": "b"}))
	alerts := e.Flush(engine.End)
	require.Len(t, alerts, 1)
	assert.Equal(t, "old", alerts[0].Rule.ID)
}

// However often other rules come and go, and texts around the same query
// change, a rule finds what it would have found alone.
func TestReplaceUnderLoadLosesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 9))
	rounds := 30
	if testing.Short() {
		rounds = 8
	}
	for round := range rounds {
		rules := stateful(t, r)
		events := statefulEvents(r, 80)
		opts := [][]engine.Option{{}, {engine.Lateness(3 * time.Second)}, {engine.FullScan()}}[round%3]
		whole, err := engine.New(rules, opts...)
		require.NoError(t, err)
		moved, err := engine.New(rules, opts...)
		require.NoError(t, err)
		mine := func(alerts []engine.Alert) []string {
			list := texts(slices.DeleteFunc(alerts, func(a engine.Alert) bool { return a.Rule.Name == "other" }))
			slices.Sort(list) // new rules may stand before old ones
			return list
		}
		others := 0
		for _, x := range events {
			require.Equal(t, mine(whole.Process(x)), mine(moved.Process(x)))
			if r.IntN(3) > 0 {
				continue
			}
			next := slices.Clone(rules)
			for i := range next {
				if r.IntN(3) == 0 {
					edited := *next[i]
					edited.Description = fmt.Sprint("edition ", r.IntN(1000))
					next[i] = &edited
				}
			}
			for range r.IntN(60) {
				others++
				o := rule(t, fmt.Sprint("other", others), fmt.Sprintf(`a where n == %d`, r.IntN(10)))
				o.Name = "other"
				next = slices.Insert(next, r.IntN(len(next)), o)
			}
			report, err := moved.Replace(next)
			require.NoError(t, err)
			require.Empty(t, report.Dropped)
			require.Len(t, report.Kept, len(rules)-len(report.Metadata))
		}
		require.Equal(t, mine(whole.Flush(engine.End)), mine(moved.Flush(engine.End)))
	}
}

// Rules that were replaced find what they find in an engine of their own: the
// index knows them.
func TestReplacedRulesAreFound(t *testing.T) {
	e, err := engine.New(nil)
	require.NoError(t, err)
	for edition := range 100 {
		var rules []*ast.Rule
		for i := range 20 {
			n := i
			if i%7 == edition%7 {
				n = i + edition*100
			}
			rules = append(rules, rule(t, fmt.Sprint(i), fmt.Sprintf(`a where n == %d`, n)))
		}
		_, err := e.Replace(rules)
		require.NoError(t, err)
		fresh, err := engine.New(rules)
		require.NoError(t, err)
		for i := range 20 {
			for _, n := range []int{i, i + edition*100} {
				x := ev(float64(edition), engine.Map{"event.category": "a", "n": n})
				require.Equal(t, texts(fresh.Process(x)), texts(e.Process(x)), "edition %d", edition)
			}
		}
	}
}

// Rules that come and go leave nothing behind: what they have in common with others
// is theirs as long as one of them runs, and is given to later ones then.
func TestReplacedRulesLeaveNothingBehind(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 4))
	queries := []string{ // each edition has patterns of its own
		`a where length(x) > 3 and x : ("*%d*b*", "e%d")`,
		`a where x : ("*%d*b*", "e%d") or n == 3 and startsWith(x, "4")`,
		`any where not (x : ("*%d*b*", "*c*3", "e%d") and length(x) > 3)`,
		`sequence by k with maxspan=9s [a where x : ("*%d*b*", "e%d")] [b where length(x) > 3 and n != 2]`,
		`sequence by k with maxspan=9s [a where n == 1] [b where endsWith(x, "%d") or x == "e%d"] until [c where length(x) > 5]`,
		`any where x like ("*%d*", "?b*", "e%d") and length(x) > 3`,
		`search x="*%d*b*" x!="e%d" | where like(x, "%%b%%") AND len(x)>3 | stats count by k, n`,
	}
	edited := func(id, edition int) *ast.Rule {
		text := fmt.Sprintf(queries[id%len(queries)], (id+edition)%7, edition)
		if !strings.HasPrefix(text, "search") {
			return rule(t, fmt.Sprint(id), text)
		}
		s := searchRule(t, fmt.Sprint(id), text)
		s.Schedule = ast.Schedule{Interval: time.Second, Window: ast.TimeRange{Earliest: "-1s"}}
		return s
	}
	const many = 150 // so that some conditions are compiled when they are first asked
	var first []*ast.Rule
	for id := range many {
		first = append(first, edited(id, 0))
	}
	e, err := engine.New(first, engine.Workers(2))
	require.NoError(t, err)
	alerts, most := 0, 0
	for edition := range 60 {
		var rules []*ast.Rule
		for id := range many {
			if r.IntN(4) > 0 {
				rules = append(rules, edited(id, edition/(1+id%3)))
			}
		}
		_, err := e.Replace(rules)
		require.NoError(t, err)
		fresh, err := engine.New(rules)
		require.NoError(t, err)
		var events []engine.Event
		for i := range 40 {
			x := fmt.Sprintf("%d%s%d", r.IntN(9), []string{"b", "cb", "bbc"}[r.IntN(3)], r.IntN(9))
			events = append(events, ev(float64(edition*100)+float64(i)/8, engine.Map{
				"event.category": []string{"a", "b", "c"}[r.IntN(3)], "k": fmt.Sprint(edition, r.IntN(3)), "n": r.IntN(6), "x": x,
			}))
		}
		list := func(e *engine.Engine) []string {
			list := append(texts(e.ProcessBatch(events)), texts(e.Flush(noon.Add(time.Duration(edition*100+50)*time.Second)))...)
			slices.Sort(list)
			return list
		}
		want := list(fresh)
		alerts += len(want)
		require.Equal(t, want, list(e), "edition %d", edition)
		conds, marks := e.Shared()
		require.Less(t, conds, 5*many, "edition %d", edition)
		require.Less(t, marks, 5*many, "edition %d", edition)
		most = max(most, marks)
	}
	assert.NotZero(t, most)
	assert.NotZero(t, alerts)
	_, err = e.Replace(nil)
	require.NoError(t, err)
	conds, marks := e.Shared()
	assert.Zero(t, conds)
	assert.Zero(t, marks)
}

// BenchmarkReplace measures what one rule costs among all of the corpora, and
// what loading all of them does: the yardstick.
func BenchmarkReplace(b *testing.B) {
	rules := newEngine(b, corpus(b)).Rules()
	b.Run("load", func(b *testing.B) {
		for range b.N {
			newEngine(b, rules)
		}
	})
	e := newEngine(b, rules)
	b.Run("one", func(b *testing.B) {
		for i := range b.N {
			next := slices.Clone(rules)
			next[i%10] = rule(b, rules[i%10].ID, fmt.Sprintf(`process where process.pid == %d`, i))
			if _, err := e.Replace(next); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("text", func(b *testing.B) { // the same rules, read again
		next := make([]*ast.Rule, len(rules))
		for range b.N {
			for i := range rules {
				again := *rules[i]
				next[i] = &again
			}
			if _, err := e.Replace(next); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("snapshot", func(b *testing.B) {
		for range b.N {
			snapshot(b, e)
		}
	})
}

// What a data model calculates is the model's of the rule, though another of the
// same name calculates it otherwise, or did before.
func TestModelsOfOneName(t *testing.T) {
	search := func(id, calculated string) *ast.Rule {
		ds := &ast.Dataset{Model: "M", Path: []string{"D"}, Prefixes: []string{"D."},
			Fields: map[string]ast.Expr{"D.f": &ast.Literal{Value: calculated}}}
		q := &ast.Query{Language: ast.SPL, View: ast.ViewCIM, Stages: []ast.Stage{
			&ast.Events{Dataset: ds, Where: &ast.Match{X: &ast.Field{Name: "D.f"}, Kind: ast.Star, Patterns: []string{"y"}, Op: "="}},
		}}
		return &ast.Rule{ID: id, Query: q, Schedule: ast.Schedule{Interval: time.Second, Window: ast.TimeRange{Earliest: "-1s"}}}
	}
	found := func(e *engine.Engine) (ids []string) {
		for _, a := range append(e.Process(ev(1, engine.Map{"a": 1})), e.Flush(engine.End)...) {
			ids = append(ids, a.Rule.ID)
		}
		return ids
	}
	assert.Equal(t, []string{"b"}, found(newEngine(t, []*ast.Rule{search("a", "x"), search("b", "y")})))
	e := newEngine(t, []*ast.Rule{search("a", "x")})
	_, err := e.Replace([]*ast.Rule{search("a", "y")})
	require.NoError(t, err)
	assert.Equal(t, []string{"a"}, found(e))
}

// A rule without a state holds nothing until it raises an alert. If it is given
// again with a suppression, for which it needs the order of events, it has by then
// raised some, or none.
func TestReplaceBySuppression(t *testing.T) {
	for _, raised := range []bool{false, true} {
		plain := func() *ast.Rule { return rule(t, "r", `process where process.name == "a"`) }
		e, err := engine.New([]*ast.Rule{plain()})
		require.NoError(t, err)
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		see := func(name, user string) []engine.Alert {
			at = at.Add(time.Second)
			return e.Process(engine.Event{Time: at, Fields: engine.Map{
				"event.category": "process", "process.name": name, "user.name": user, "user.id": user,
			}})
		}
		if raised {
			assert.Len(t, see("a", "x"), 1)
		}
		r := plain()
		r.Suppression = &ast.Suppression{Fields: []string{"user.id"}, Duration: time.Hour}
		_, err = e.Replace([]*ast.Rule{r})
		require.NoError(t, err)
		alerts := see("a", "y")
		require.Len(t, alerts, 1)
		assert.Equal(t, "y", alerts[0].Last("user.id").Text())
		assert.Equal(t, "y", alerts[0].Last("user.name").Text())
		assert.NotEmpty(t, alerts[0].Events[0].ID)
		assert.Empty(t, see("a", "y"))
		assert.Len(t, see("a", "z"), 1)
	}
}

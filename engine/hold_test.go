package engine_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
)

// sortedTexts are those of what events raise one by one, in no order: rules without
// a state raise theirs before an event has its turn.
func sortedTexts(e *engine.Engine, events []engine.Event) []string {
	list := oneByOne(e, events)
	slices.Sort(list)
	return list
}

// Events that come in order raise the same whether they wait for their turn or not.
func TestLatenessChangesNothingInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 12))
	alerts := 0
	for range 20 {
		rules := stateful(t, r)
		events := statefulEvents(r, 300)
		for i := range events {
			events[i].Time, events[i].ID = noon.Add(time.Duration(i)*300*time.Millisecond), fmt.Sprint(i)
		}
		at, err := engine.New(rules)
		require.NoError(t, err)
		want := sortedTexts(at, events)
		alerts += len(want)
		for _, opts := range [][]engine.Option{{}, {engine.FullScan()}, {engine.MeasureTime(func() time.Duration { return 0 })}} {
			late, err := engine.New(rules, append(opts, engine.Lateness(3*time.Second))...)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(want, sortedTexts(late, events)))
		}
	}
	assert.NotZero(t, alerts)
}

// The same for all rules and real events, whose captures are a minute apart.
func TestLatenessChangesNothingOnTelemetry(t *testing.T) {
	rules := corpus(t)
	events := captured(t)
	for i := range events {
		events[i].Time = noon.Add(time.Duration(i) * 5 * time.Second)
	}
	want := sortedTexts(newEngine(t, rules), events)
	require.NotEmpty(t, want)
	require.Empty(t, cmp.Diff(want, sortedTexts(newEngine(t, rules, engine.Lateness(time.Minute)), events)))
}

// Events that wait for their turn go on in an engine whose rules are in another
// order, and are others in part.
func TestHeldEventsAmongOtherRules(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 2))
	alerts := 0
	for round := range 20 {
		rules := stateful(t, r)
		events := statefulEvents(r, 120)
		late := engine.Lateness(4 * time.Second)
		whole, err := engine.New(rules, late)
		require.NoError(t, err)
		want := sortedTexts(whole, events)
		alerts += len(want)

		var got []string
		cut, err := engine.New(rules, late)
		require.NoError(t, err)
		for i, x := range events {
			if got = append(got, texts(cut.Process(x))...); i%11 != 10 {
				continue
			}
			r.Shuffle(len(rules), func(i, j int) { rules[i], rules[j] = rules[j], rules[i] })
			opts := [][]engine.Option{{late}, {late, engine.FullScan()}}[r.IntN(2)]
			cut, err = engine.Restore(bytes.NewReader(snapshot(t, cut)), rules, opts...)
			require.NoError(t, err)
			if r.IntN(2) == 0 {
				_, err = cut.Replace(append([]*ast.Rule{rule(t, "none", `sequence [d where n == null] [d where n == 77]`)}, rules...))
				require.NoError(t, err)
			}
		}
		got = append(got, texts(cut.Flush(engine.End))...)
		slices.Sort(got)
		require.Empty(t, cmp.Diff(want, got), "round %d", round)
	}
	assert.NotZero(t, alerts)
}

// An event that lies too far ahead waits where others do not, and several workers
// hold of it what one does.
func TestSkewedEventIsHeldAsOneWorkerDoes(t *testing.T) {
	search := searchRule(t, "search", `search n=7 | table n k`)
	search.Schedule = ast.Schedule{Interval: time.Minute, Window: ast.TimeRange{Earliest: "-1m"}}
	rules := []*ast.Rule{search, rule(t, "pair", `sequence [a where n == 7] [b where true]`)}
	events := []engine.Event{
		ev(0, engine.Map{"event.category": "a", "n": 1, "k": "first"}),
		ev(1, engine.Map{"event.category": "a", "n": 2, "k": "second"}),
		ev(7200, engine.Map{"event.category": "c", "n": 7, "k": "ahead"}),
		ev(7201, engine.Map{"event.category": "a", "n": 7, "k": "ahead, too"}),
		ev(2, engine.Map{"event.category": "a", "n": 3, "k": "third"}),
		ev(7203, engine.Map{"event.category": "b", "n": 3}),
	}
	run := func(opts ...engine.Option) (list []string) {
		e, err := engine.New(rules, append(opts, engine.Skew(time.Hour))...)
		require.NoError(t, err)
		for _, a := range append(e.ProcessBatch(events), e.Flush(engine.End)...) {
			list = append(list, a.Rule.ID+" "+a.Time.String()+" "+a.Row.Field("k").Text())
		}
		assert.Equal(t, 3, e.Stats().Skewed)
		return list
	}
	want := run()
	require.NotEmpty(t, want)
	assert.Equal(t, want, run(engine.Workers(2)))
}

// A rule that begins or ceases to suppress alerts, which makes it take events in
// their turn or as they come, sees each event once.
func TestHeldEventsAreSeenOnceWhereSuppressionChanges(t *testing.T) {
	plain, suppressed := rule(t, "x", `a where true`), rule(t, "x", `a where true`)
	suppressed.Suppression = &ast.Suppression{Fields: []string{"n"}, Duration: time.Minute}
	other := rule(t, "other", `sequence [a where true] [b where true]`)
	late := engine.Lateness(time.Minute)
	replaced := func(t *testing.T, e *engine.Engine, rules []*ast.Rule) *engine.Engine {
		_, err := e.Replace(rules)
		require.NoError(t, err)
		return e
	}
	restored := func(t *testing.T, e *engine.Engine, rules []*ast.Rule) *engine.Engine {
		e, err := engine.Restore(bytes.NewReader(snapshot(t, e)), rules, late)
		require.NoError(t, err)
		return e
	}
	for _, change := range []func(*testing.T, *engine.Engine, []*ast.Rule) *engine.Engine{replaced, restored} {
		for _, pair := range [][2]*ast.Rule{{plain, suppressed}, {suppressed, plain}} {
			e, err := engine.New([]*ast.Rule{pair[0], other}, late)
			require.NoError(t, err)
			alerts := e.Process(ev(0, engine.Map{"event.category": "a", "n": 1}))
			e = change(t, e, []*ast.Rule{pair[1], other})
			alerts = append(alerts, e.Process(ev(1, engine.Map{"event.category": "a", "n": 2}))...)
			alerts = append(alerts, e.Flush(engine.End)...)
			assert.Len(t, alerts, 2)
			x := e.Stats().Rules[0]
			assert.Equal(t, 2, x.Candidates)
		}
	}
}

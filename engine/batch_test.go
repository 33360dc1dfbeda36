package engine_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
)

// batched runs events through an engine in batches of random sizes.
func batched(r *rand.Rand, e *engine.Engine, events []engine.Event) []string {
	var all []string
	for len(events) > 0 {
		n := min(1+r.IntN(200), len(events))
		all = append(all, texts(e.ProcessBatch(events[:n]))...)
		events = events[n:]
	}
	return append(all, texts(e.Flush(engine.End))...)
}

func oneByOne(e *engine.Engine, events []engine.Event) []string {
	var all []string
	for _, ev := range events {
		all = append(all, texts(e.Process(ev))...)
	}
	return append(all, texts(e.Flush(engine.End))...)
}

// A batch on several processors raises the alerts that the same events raise one
// by one, in the same order, and counts the same.
func TestProcessBatch(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	rounds := 60
	if testing.Short() {
		rounds = 15
	}
	alerts := 0
	for round := range rounds {
		rules := stateful(t, r)
		rules = append(rules, rule(t, "free", `any where n == 1`), rule(t, "also free", `a where n == 2 and k == 1`))
		events := statefulEvents(r, 400)
		if round%5 == 4 {
			events[7].Fields, events[9].Time = nil, time.Time{}
		}
		opts := [][]engine.Option{
			{}, {engine.Lateness(3 * time.Second)}, {engine.FullScan()}, {engine.Continuous()}, {engine.MeasureTime(func() time.Duration { return 0 })},
		}[round%5]
		one, err := engine.New(rules, opts...)
		require.NoError(t, err)
		want := oneByOne(one, events)
		alerts += len(want)
		for _, workers := range []int{1, 2, 5} {
			e, err := engine.New(rules, append(opts, engine.Workers(workers))...)
			require.NoError(t, err)
			got := batched(r, e, events)
			require.Empty(t, cmp.Diff(want, got), "%d workers, round %d", workers, round)
			require.Empty(t, cmp.Diff(one.Stats(), e.Stats()), "%d workers, round %d", workers, round)
		}
	}
	assert.NotZero(t, alerts)
}

// The same for all rules and real events.
func TestProcessBatchOnTelemetry(t *testing.T) {
	rules := corpus(t)
	events := captured(t)
	for name, opts := range map[string][]engine.Option{
		"in order":   nil,
		"with delay": {engine.Lateness(10 * time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			one := newEngine(t, rules, opts...)
			e := newEngine(t, rules, append(opts, engine.Workers(3))...)
			want := oneByOne(one, events)
			require.NotEmpty(t, want)
			require.Empty(t, cmp.Diff(want, batched(rand.New(rand.NewPCG(3, 3)), e, events)))
			require.Empty(t, cmp.Diff(one.Stats(), e.Stats()))
		})
	}
}

// Rules may change between batches.
func TestProcessBatchAfterReplace(t *testing.T) {
	var rules []*ast.Rule
	for i := range 300 {
		rules = append(rules, rule(t, fmt.Sprint(i), fmt.Sprintf(`any where n == %d`, i%50)))
	}
	var events []engine.Event
	for i := range 200 {
		events = append(events, ev(float64(i), engine.Map{"event.category": "a", "n": i % 70}))
	}
	run := func(opts ...engine.Option) (all []string) {
		e, err := engine.New(rules[:100], opts...)
		require.NoError(t, err)
		all = append(all, texts(e.ProcessBatch(events))...)
		for _, some := range [][]*ast.Rule{rules[:110], rules[90:], append(rules[:5:5], rule(t, "new", `any where n == 60`))} {
			_, err := e.Replace(some)
			require.NoError(t, err)
			all = append(all, texts(e.ProcessBatch(events))...)
		}
		return all
	}
	want := run()
	assert.NotEmpty(t, want)
	assert.Empty(t, cmp.Diff(want, run(engine.Workers(2))))
}

// An event that the index names for a rule, and that does not concern it, counts among
// those that were looked at for the rule, whoever has looked.
func TestCandidatesOfABatch(t *testing.T) {
	rules := among(t, rule(t, "r", `sequence [b where true] [a where n == 1 and k > 4]`), 5)
	var events []engine.Event
	for i := range 40 {
		events = append(events, ev(float64(i), engine.Map{"event.category": "a", "n": 1, "k": 2}))
	}
	for workers := range 3 {
		e := newEngine(t, rules, engine.Workers(1+workers))
		assert.Empty(t, e.ProcessBatch(events))
		assert.Equal(t, len(events), e.Stats().Rules[0].Candidates)
	}
}

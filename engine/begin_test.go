package engine_test

import (
	"bytes"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
)

// alike returns sequences of which many have the same first step.
func alike(r *rand.Rand) string {
	step := func() string { return fmt.Sprintf(" [%c where n < %d]", 'a'+r.IntN(4), 3+r.IntN(9)) }
	text := fmt.Sprintf("sequence by k with maxspan=%ds", 4+9*r.IntN(2))
	text += [...]string{" [a where n > 2]", " [a where true]", " [a where n > 2] with runs=2"}[r.IntN(3)]
	for range 1 + r.IntN(2) {
		text += step()
	}
	if r.IntN(3) == 0 {
		text += " !" + strings.TrimSpace(step())
	}
	if r.IntN(3) == 0 {
		text += " until" + step()
	}
	return text
}

// Rules that share their first step find what each finds alone, while rules come
// and go, and the engine is saved and restored.
func TestRulesThatBeginAlike(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 23))
	rounds := 150
	if testing.Short() {
		rounds = 25
	}
	found := 0
	for round := range rounds {
		opts := [][]engine.Option{{}, {engine.Lateness(3e9)}, {engine.Partials(1)}}[round%3]
		var rules []*ast.Rule
		for i := range 12 {
			rules = append(rules, rule(t, fmt.Sprint("r", i), alike(r)))
		}
		shared, err := engine.New(rules, opts...)
		require.NoError(t, err)
		alone, err := engine.New(rules, append(opts, engine.FullScan())...)
		require.NoError(t, err)
		for i, x := range statefulEvents(r, 120) {
			want, got := texts(alone.Process(x)), texts(shared.Process(x))
			slices.Sort(want)
			slices.Sort(got)
			if round%3 < 2 { // which of several series goes first is another matter
				require.Equal(t, want, got, "round %d, event %d", round, i)
			}
			found += len(want)
			switch r.IntN(12) {
			case 0: // others take their place
				for range 3 {
					rules = slices.Clone(rules)
					rules[r.IntN(len(rules))] = rule(t, fmt.Sprint("r", round, "-", i, "-", r.IntN(1e6)), alike(r))
				}
				_, err = shared.Replace(rules)
				require.NoError(t, err)
				_, err = alone.Replace(rules)
				require.NoError(t, err)
			case 1:
				state, before := snapshot(t, shared), shared.Stats()
				shared, err = engine.Restore(bytes.NewReader(state), rules, opts...)
				require.NoError(t, err)
				slices.SortFunc(before.Rules, func(a, b engine.RuleStats) int { return strings.Compare(a.ID, b.ID) })
				after := shared.Stats()
				slices.SortFunc(after.Rules, func(a, b engine.RuleStats) int { return strings.Compare(a.ID, b.ID) })
				require.Equal(t, before, after)
			}
		}
		if round%3 == 2 {
			assert.Positive(t, shared.Stats().Evicted)
			continue
		}
		held := func(e *engine.Engine) map[string]int {
			snapshot(t, e) // lets go of what is too old
			m := map[string]int{}
			for _, s := range e.Stats().Rules {
				m[s.ID] = s.Held
			}
			return m
		}
		require.Equal(t, held(alone), held(shared), "round %d", round)
	}
	assert.Greater(t, found, 10*rounds)
}

// A thousand rules that begin alike hold their first events once.
func TestFirstEventsAreHeldOnce(t *testing.T) {
	var rules []*ast.Rule
	for i := range 1000 {
		rules = append(rules, rule(t, fmt.Sprint(i), fmt.Sprintf(`sequence by k with maxspan=1h [a where n == 1] [b where n == %d]`, i)))
	}
	e, err := engine.New(rules)
	require.NoError(t, err)
	for k := range 100 {
		e.Process(ev(float64(k), engine.Map{"event.category": "a", "n": 1, "k": k}))
	}
	s := e.Stats()
	assert.Equal(t, 100, s.Rules[999].Held, "each rule has them")
	assert.Less(t, s.Bytes, 100*1000, "but not its own")
	assert.Len(t, e.Process(ev(200, engine.Map{"event.category": "b", "n": 7, "k": 4})), 1)
	assert.Empty(t, e.Process(ev(201, engine.Map{"event.category": "b", "n": 7, "k": 4})), "one that is taken is used up")
	assert.Len(t, e.Process(ev(202, engine.Map{"event.category": "b", "n": 8, "k": 4})), 1, "for that rule alone")
	assert.Equal(t, 99, e.Stats().Rules[8].Held)
	assert.Equal(t, 100, e.Stats().Rules[9].Held)
}

// An event that waited for its turn when a rule came is none of the rule's, be
// the engine saved in between or not.
func TestEventsBeforeARuleCame(t *testing.T) {
	old := rule(t, "old", `sequence by k with maxspan=1m [a where true] [b where true]`)
	late := rule(t, "late", `sequence by k with maxspan=1m [a where true] [b where n == 1]`)
	e, err := engine.New([]*ast.Rule{old}, engine.Lateness(10*time.Second))
	require.NoError(t, err)
	e.Process(ev(0, engine.Map{"event.category": "a", "k": 1}))
	rules := []*ast.Rule{old, late}
	_, err = e.Replace(rules)
	require.NoError(t, err)
	saved, err := engine.Restore(bytes.NewReader(snapshot(t, e)), rules, engine.Lateness(10*time.Second))
	require.NoError(t, err)
	for _, e := range []*engine.Engine{e, saved} {
		e.Process(ev(1, engine.Map{"event.category": "b", "k": 1, "n": 1}))
		alerts := e.Flush(engine.End)
		require.Len(t, alerts, 1)
		assert.Equal(t, "old", alerts[0].Rule.ID)
	}
}

// A first event that waited for its turn when a rule came is none of the rule's, and
// takes none from it that the rule has seen before.
func TestFirstEventFromBeforeARuleCame(t *testing.T) {
	old := rule(t, "old", `sequence by k with maxspan=1m [a where true] [c where true]`)
	late := rule(t, "late", `sequence by k with maxspan=1m [a where true] [b where true]`)
	rules := []*ast.Rule{old, late}
	skew := engine.Skew(5 * time.Second)
	for _, opts := range [][]engine.Option{{skew}, {skew, engine.FullScan()}} {
		e, err := engine.New(rules[:1], opts...)
		require.NoError(t, err)
		first := func(at float64, k int) { e.Process(ev(at, engine.Map{"event.category": "a", "k": k})) }
		first(0, 2)
		first(10, 1) // too far ahead
		change(t, e, rules)
		first(4, 1)
		first(8, 2)
		first(11, 2)
		e, err = engine.Restore(bytes.NewReader(snapshot(t, e)), rules, opts...)
		require.NoError(t, err)
		for _, s := range e.Stats().Rules {
			assert.Equal(t, 2, s.Held, s.ID)
		}
		found := e.Process(ev(12, engine.Map{"event.category": "b", "k": 1}))
		found = append(found, e.Process(ev(13, engine.Map{"event.category": "c", "k": 1}))...)
		require.Len(t, found, 2)
		assert.Equal(t, noon.Add(4*time.Second), found[0].Events[0].Time, "of late")
		assert.Equal(t, noon.Add(10*time.Second), found[1].Events[0].Time, "of old")
	}
}

// The same for whatever rules and events, in whatever order these come, where rules
// change, and the state of either engine is read again.
func TestRulesThatBeginAlikeOutOfOrder(t *testing.T) {
	rounds := uint64(500)
	if testing.Short() {
		rounds = 100
	}
	found := 0
	for seed := range rounds {
		r := rand.New(rand.NewPCG(seed, 24))
		opts := []engine.Option{
			engine.Lateness(time.Duration(r.IntN(3)) * 2 * time.Second), engine.Skew(time.Duration(1+r.IntN(8)) * time.Second),
		}
		if r.IntN(3) == 0 {
			opts = append(opts, engine.SourceClock("process.entity_id", 4*time.Second))
		}
		var rules []*ast.Rule
		for i := range 1 + r.IntN(6) {
			rules = append(rules, rule(t, fmt.Sprint("r", i), alike(r)))
		}
		shared, alone := newEngine(t, rules, opts...), newEngine(t, rules, append(opts, engine.FullScan())...)
		for i, x := range outOfOrder(r, statefulEvents(r, 120)) {
			want, got := texts(alone.Process(x)), texts(shared.Process(x))
			slices.Sort(want)
			slices.Sort(got)
			require.Equal(t, want, got, "seed %d, event %d", seed, i)
			require.Equal(t, alone.Stats().Late, shared.Stats().Late)
			require.Equal(t, alone.Stats().Skewed, shared.Stats().Skewed)
			found += len(want)
			switch r.IntN(12) {
			case 0, 1:
				rules = slices.Clone(rules)
				for range 2 {
					rules[r.IntN(len(rules))] = rule(t, fmt.Sprint("r", i, "-", r.IntN(1e6)), alike(r))
				}
				change(t, shared, rules)
				change(t, alone, rules)
			case 2:
				var err error
				saved := snapshot(t, []*engine.Engine{shared, alone}[r.IntN(2)])
				shared, err = engine.Restore(bytes.NewReader(saved), rules, opts...)
				require.NoError(t, err)
			}
		}
		want, got := texts(alone.Flush(engine.End)), texts(shared.Flush(engine.End))
		slices.Sort(want)
		slices.Sort(got)
		require.Equal(t, want, got, "seed %d", seed)
	}
	assert.Greater(t, found, int(rounds))
}

// outOfOrder shifts the times of events by some seconds.
func outOfOrder(r *rand.Rand, events []engine.Event) []engine.Event {
	most := 1 + r.IntN(12)
	for i := range events {
		events[i].Time = events[i].Time.Add(time.Duration(r.IntN(most)-most/2) * time.Second)
	}
	return events
}

func change(t *testing.T, e *engine.Engine, rules []*ast.Rule) {
	_, err := e.Replace(rules)
	require.NoError(t, err)
}

// counted is an object that counts how often its members are asked for.
type counted struct {
	event.Map
	n *int
}

func (c counted) Members() iter.Seq2[string, engine.Value] {
	*c.n++
	return c.Map.Members()
}

// An object by which many sequences join is written, and copied, once for all of them.
func TestObjectAsAJoinKeyIsWrittenOnce(t *testing.T) {
	var rules []*ast.Rule
	for i := range 40 {
		rules = append(rules, rule(t, fmt.Sprint(i), fmt.Sprintf(`sequence by k [a where n > %d] [b where n > %d]`, i, i)))
	}
	for _, opts := range [][]engine.Option{nil, {engine.FullScan()}, {engine.Lateness(time.Second)}} {
		e, n := newEngine(t, rules, opts...), 0
		object := func() any { return counted{event.Map{"x": 1, "y": []any{2, "z"}}, &n} }
		e.Process(ev(0, engine.Map{"event.category": "a", "n": 99, "k": object()}))
		alerts := e.Process(ev(1, engine.Map{"event.category": "b", "n": 99, "k": map[string]any{"x": 1, "y": []any{2}}}))
		assert.Empty(t, append(alerts, e.Flush(noon.Add(time.Minute))...))
		alerts = e.Process(ev(61, engine.Map{"event.category": "b", "n": 99, "k": object()}))
		alerts = append(alerts, e.Flush(engine.End)...)
		require.Len(t, alerts, len(rules))
		assert.Equal(t, "{\"x\":1,\"y\":2\nz}", alerts[0].Keys[0].Text())
		assert.Less(t, n, 10)
	}
}

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

// randomSearch is a search over a window of a few seconds. Half of them have the
// schedule of others, and often their condition.
func randomSearch(t testing.TB, r *rand.Rand, id string) *ast.Rule {
	texts := []string{
		`search n>%d | stats count values(word) by k`,
		`search n>%d word=* | stats dc(tag) latest(_time) as last by word`,
		`search n<%d | table _time k tag`,
		`search n=%d | table *`,
		`search n>%[1]d | join k [search n<%[1]d | stats count by k] | stats sum(count) by k word`,
		`search n=%d | stats list(process.entity_id) as all by tag`,
	}
	n, interval, earliest := r.IntN(10), 3+r.IntN(9), 2+r.IntN(20)
	if r.IntN(2) == 0 {
		n, interval, earliest = 1+3*r.IntN(2), 5, 12
	}
	rule := searchRule(t, id, fmt.Sprintf(texts[r.IntN(len(texts))], n))
	rule.Schedule = ast.Schedule{Interval: time.Duration(interval) * time.Second, Window: ast.TimeRange{Earliest: fmt.Sprintf("-%ds", earliest)}}
	return rule
}

func rowsOf(alerts []engine.Alert) []string {
	list := []string{}
	for _, a := range alerts {
		list = append(list, fmt.Sprint(a.Rule.ID, a.Time, a.Row.Map()))
	}
	slices.Sort(list) // rules that were restored have other seats
	return list
}

// Searches that hold an event together find what each finds by itself, whatever
// the others read, and whichever come, go, or are restored.
func TestSearchesShareWhatTheyHold(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 23))
	rounds := 40
	if testing.Short() {
		rounds = 10
	}
	found, together := 0, 0
	for round := range rounds {
		opts := [][]engine.Option{{}, {engine.Lateness(3 * time.Second)}, {engine.WindowEvents(7), engine.Holding()}, {engine.Continuous()}}[round%4]
		var rules []*ast.Rule
		for i := range 8 {
			rules = append(rules, randomSearch(t, r, fmt.Sprint(i)))
		}
		shared, err := engine.New(rules, opts...)
		require.NoError(t, err)
		apart, err := engine.New(rules, append(opts, engine.FullScan())...)
		require.NoError(t, err)
		for i, x := range statefulEvents(r, 150) {
			m := x.Fields.(engine.Map)
			m["word"], m["tag"] = string(rune('a'+r.IntN(3))), []any{"x", string(rune('x' + r.IntN(3)))}
			want := rowsOf(apart.Process(x))
			found += len(want)
			together += shared.HeldTogether()
			require.Zero(t, apart.HeldTogether())
			require.Empty(t, cmp.Diff(want, rowsOf(shared.Process(x))), "round %d, event %d", round, i)
			switch r.IntN(20) {
			case 0:
				rules = append(rules[1:len(rules):len(rules)], randomSearch(t, r, fmt.Sprint("new ", i)))
				for _, e := range []*engine.Engine{shared, apart} {
					_, err = e.Replace(rules)
					require.NoError(t, err)
				}
			case 1:
				before := shared.StateStats()
				shared, err = engine.Restore(bytes.NewReader(snapshot(t, shared)), rules, opts...)
				require.NoError(t, err)
				after := shared.StateStats()
				require.Equal(t, before.Bytes, after.Bytes)
				require.ElementsMatch(t, before.Rules, after.Rules)
			}
		}
		require.Equal(t, rowsOf(apart.Flush(engine.End)), rowsOf(shared.Flush(engine.End)))
		_, err = shared.Replace(nil)
		require.NoError(t, err)
		require.Zero(t, shared.Stats().Bytes, "what no rule holds is gone")
	}
	assert.Greater(t, found, 50*rounds)
	assert.Greater(t, together, 20*rounds)
}

// Sources of the same condition and window are asked once and hold one window, and
// each rule counts what it would count by itself. One that comes later sees nothing
// of what was before.
func TestSourcesAreAskedTogether(t *testing.T) {
	rules := []*ast.Rule{
		searchRule(t, "a", `search n=1 | stats count by k`),
		searchRule(t, "b", `search n=1 | stats values(word) as words by k`),
		searchRule(t, "other", `search n=2 | stats count by k`),
		searchRule(t, "twice", `search n=1 | join k [search n=1 | stats count by k] | stats sum(count) as n by k`),
	}
	e, err := engine.New(rules, engine.Holding())
	require.NoError(t, err)
	one := func(seconds float64) {
		e.Process(ev(seconds, engine.Map{"n": 1, "k": "x", "word": fmt.Sprint(seconds)}))
	}
	one(0)
	one(1)
	assert.Equal(t, 3, e.HeldTogether(), "a, b, and twice with two sources")
	rules = append(rules, searchRule(t, "late", `search n=1 | stats count by k`))
	_, err = e.Replace(rules)
	require.NoError(t, err)
	one(2)
	assert.Equal(t, 3, e.HeldTogether(), "late has a window of its own")

	e, err = engine.Restore(bytes.NewReader(snapshot(t, e)), append(rules, searchRule(t, "new", `search n=1 | stats count by k`)), engine.Holding())
	require.NoError(t, err)
	assert.Equal(t, 3, e.HeldTogether(), "and so has new")
	one(3)
	candidates, held := map[string]int{}, map[string]int{}
	for _, r := range e.Stats().Rules {
		candidates[r.ID], held[r.ID] = r.Candidates, r.Held
	}
	assert.Equal(t, map[string]int{"a": 4, "b": 4, "other": 0, "twice": 8, "late": 2, "new": 1}, held)
	assert.Equal(t, held, candidates)

	got := map[string]string{}
	for _, a := range e.Flush(engine.End) {
		got[a.Rule.ID] = fmt.Sprint(a.Row.Map())
	}
	assert.Equal(t, map[string]string{
		"a": "map[count:4 k:x]", "b": "map[k:x words:[0 1 2 3]]", "twice": "map[k:x n:16]",
		"late": "map[count:2 k:x]", "new": "map[count:1 k:x]",
	}, got)
	assert.Zero(t, e.Stats().Bytes, "what no run reads any more is gone")
}

// A hundred searches over the same events hold them once, and lose them together
// where they are too many.
func TestSharedEventsAreHeldOnce(t *testing.T) {
	size := func(n int, opts ...engine.Option) (bytes, snapshots int) {
		var rules []*ast.Rule
		for i := range n {
			rules = append(rules, searchRule(t, fmt.Sprint(i), fmt.Sprintf(`search n>=0 | stats values(text) by n | where n>%d`, i)))
		}
		e, err := engine.New(rules, append(opts, engine.Holding())...)
		require.NoError(t, err)
		for i := range 2048 {
			e.Process(ev(float64(i)/1000, engine.Map{"n": i, "text": fmt.Sprintf("%0100d", i)}))
		}
		s, sum := e.Stats(), 0
		for _, r := range s.Rules {
			sum += r.Bytes
			assert.Equal(t, s.Rules[0].Evicted, r.Evicted)
		}
		if len(opts) == 0 {
			assert.InEpsilon(t, s.Bytes, sum, 0.2, "each rule has its share")
		}
		return s.Bytes, len(snapshot(t, e))
	}
	one, file := size(1)
	hundred, files := size(100)
	assert.Less(t, hundred-one, 100*2048*16, "beside a place for each")
	assert.Less(t, files-file, 100*2048*2)
	bounded, _ := size(100, engine.StateBytes(hundred/2))
	assert.InDelta(t, hundred/2, bounded, float64(hundred)/8)
}

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

// randomSearch is a search over a window of a few seconds.
func randomSearch(t testing.TB, r *rand.Rand, id string) *ast.Rule {
	texts := []string{
		`search n>%d | stats count values(word) by k`,
		`search n>%d word=* | stats dc(tag) latest(_time) as last by word`,
		`search n<%d | table _time k tag`,
		`search n=%d | table *`,
		`search n>%[1]d | join k [search n<%[1]d | stats count by k] | stats sum(count) by k word`,
		`search n=%d | stats list(process.entity_id) as all by tag`,
	}
	rule := searchRule(t, id, fmt.Sprintf(texts[r.IntN(len(texts))], r.IntN(10)))
	rule.Schedule = ast.Schedule{Interval: time.Duration(3+r.IntN(9)) * time.Second, Window: ast.TimeRange{Earliest: fmt.Sprintf("-%ds", 2+r.IntN(20))}}
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
	found := 0
	for round := range rounds {
		opts := [][]engine.Option{{}, {engine.Lateness(3 * time.Second)}, {engine.WindowEvents(7)}, {engine.Continuous()}}[round%4]
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
}

// A hundred searches over the same events hold them once, and lose them together
// where they are too many.
func TestSharedEventsAreHeldOnce(t *testing.T) {
	size := func(n int, opts ...engine.Option) (bytes, snapshots int) {
		var rules []*ast.Rule
		for i := range n {
			rules = append(rules, searchRule(t, fmt.Sprint(i), fmt.Sprintf(`search n>=0 | stats values(text) by n | where n>%d`, i)))
		}
		e, err := engine.New(rules, opts...)
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

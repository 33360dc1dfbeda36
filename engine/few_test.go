package engine_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
)

// handful are one or two rules of few conditions.
func handful(t testing.TB, r *rand.Rand) []*ast.Rule {
	n := r.IntN(10)
	search := searchRule(t, "search", fmt.Sprintf(`search n>%d k=1 | stats count by k`, n))
	search.Schedule = ast.Schedule{Interval: 3 * time.Second, Window: ast.TimeRange{Earliest: "-9s"}}
	all := []*ast.Rule{
		rule(t, "event", fmt.Sprintf(`a where n == %d or not k == 1`, n)),
		rule(t, "sequence", fmt.Sprintf(`sequence by k with maxspan=9s [a where n > %d] [b where true]`, n)),
		rule(t, "absent", fmt.Sprintf(`sequence by k with maxspan=5s [a where n < %d] ![c where true]`, n)),
		rule(t, "sample", `sample by k [a where n > 3] [b where true]`),
		search,
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:1+r.IntN(2)]
}

// Rules that are few raise the alerts of a full scan, whether an event is a map
// or not, with whatever lateness, and over a restart.
func TestFewRules(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 29))
	rounds := 60
	if testing.Short() {
		rounds = 20
	}
	alerts := 0
	for round := range rounds {
		rules := handful(t, r)
		opts := [][]engine.Option{{}, {engine.Lateness(3 * time.Second)}, {engine.Continuous()}}[round%3]
		few, full := newEngine(t, rules, opts...), newEngine(t, rules, append(opts, engine.FullScan())...)
		scouted := newEngine(t, rules, append(opts, engine.Workers(2))...)
		require.True(t, few.Few())
		require.False(t, full.Few())
		events := statefulEvents(r, 300)
		var got, want []string
		for _, x := range events {
			want = append(want, texts(full.Process(x))...)
			switch r.IntN(40) {
			case 0:
				x.Fields = asked{x.Fields.(engine.Map), new([]string)}
			case 1:
				var err error
				few, err = engine.Restore(bytes.NewReader(snapshot(t, few)), rules, opts...)
				require.NoError(t, err)
			}
			got = append(got, texts(few.Process(x))...)
		}
		want = append(want, texts(full.Flush(engine.End))...)
		got = append(got, texts(few.Flush(engine.End))...)
		require.Empty(t, cmp.Diff(want, got), "round %d", round)
		require.Empty(t, cmp.Diff(want, batched(r, scouted, events)), "round %d", round)
		alerts += len(want)
	}
	assert.Greater(t, alerts, 10*rounds)
}

// What is asked for many fields, or of many rules, is for the index.
func TestFewRulesAreFew(t *testing.T) {
	var rules []*ast.Rule
	for i := range 6 {
		rules = append(rules, rule(t, fmt.Sprint(i), fmt.Sprintf(`a where n == %d`, i)))
	}
	assert.True(t, newEngine(t, rules[:4]).Few())
	e := newEngine(t, rules)
	assert.False(t, e.Few())
	_, err := e.Replace(rules[:1])
	require.NoError(t, err)
	assert.True(t, e.Few())
	for _, text := range []string{`a where length(s) > 3`, `a where descendant of [b where n == 1]`} {
		q, err := eql.Parse("r", text, eql.Endpoint)
		require.NoError(t, err)
		assert.False(t, newEngine(t, []*ast.Rule{{ID: "r", Query: q}}).Few(), text)
	}
}

// A field that is derived, such as the time of an event, is none of its map.
func TestFewRulesOfDerivedFields(t *testing.T) {
	search := searchRule(t, "search", `search k=1 _time>0 | stats count by k`)
	search.Schedule = ast.Schedule{Interval: 3 * time.Second, Window: ast.TimeRange{Earliest: "-3s"}}
	e := newEngine(t, []*ast.Rule{search})
	assert.False(t, e.Few())
	assert.Empty(t, e.Process(ev(1, engine.Map{"k": 1})))
	assert.NotEmpty(t, e.Flush(engine.End))
}

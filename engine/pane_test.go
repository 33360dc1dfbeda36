package engine_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
)

// Windows that overlap are put together from panes, and come to what they come to
// as a whole, whatever their schedule.
func TestOverlappingWindows(t *testing.T) {
	texts := []string{
		`search n>=0 | stats count dc(n) values(n) by k`,
		`search n<7 | eval m=n*2 | where m!=4 | stats sum(m) as s avg(n) min(n) max(n) range(n) by k | where s>3`,
		`search n>=0 | stats first(n) last(n) earliest(n) latest(n) list(n) mode(n) median(n) p90(n)`,
		`search n>=0 | rex field=word "(?<letter>[a-c])" | stats count earliest(_time) by letter k | sort - count`,
		`search n>=0 | stats sum(part) count by k`,  // fractions
		`search n>=0 | stats stdev(n) count by k`,   // what cannot be put together
		`search n>=0 | where n<now() | stats count`, // what changes with time
		`search n>=0 | bin _time span=7s | stats count by _time`,
		`search n>=0 | stats count by word | eventstats sum(count) as all | where count*3>all`,
		`search n=99 | stats count`,
		`search n>=0 | eval at=[| makeresults | eval s=_time%11 | return $s] | stats count by at`, // so does a search
	}
	schedules := []ast.Schedule{
		{Interval: 7 * time.Second, Window: ast.TimeRange{Earliest: "-30s"}},
		{Interval: 5 * time.Second, Window: ast.TimeRange{Earliest: "-1m@m", Latest: "-3s"}},
		{Interval: 10 * time.Second, Window: ast.TimeRange{Earliest: "-10s"}},
		{Cron: "* * * * *", Window: ast.TimeRange{Earliest: "-5m@m", Latest: "@m"}},
		{Interval: 20 * time.Second, Window: ast.TimeRange{Earliest: "-13s", Latest: "-2s"}},
	}
	var rules []*ast.Rule
	for i, text := range texts {
		for j, s := range schedules {
			r := searchRule(t, fmt.Sprintf("%d %d", i, j), text)
			r.Schedule = s
			rules = append(rules, r)
		}
	}
	r := rand.New(rand.NewPCG(37, 41))
	rounds := 20
	if testing.Short() {
		rounds = 4
	}
	rows, gathered := map[string]int{}, 0
	for round := range rounds {
		opts := [][]engine.Option{{}, {engine.Lateness(3 * time.Second)}, {engine.WindowEvents(12), engine.Holding()}, {engine.StateBytes(1), engine.Holding()}}[round%4]
		paned, err := engine.New(rules, opts...)
		require.NoError(t, err)
		whole, err := engine.New(rules, append(opts, engine.FullScan())...)
		require.NoError(t, err)
		same := func(want, got []engine.Alert) {
			require.Equal(t, len(want), len(got))
			for i := range want {
				require.Equal(t, want[i].Rule.ID, got[i].Rule.ID)
				require.Equal(t, want[i].Row, got[i].Row, want[i].Rule.Query.Source.Text)
				rows[want[i].Rule.ID]++
			}
		}
		n := 250
		if round%4 == 3 {
			n = 1100 // the state is weighed each 1024
		}
		for _, x := range statefulEvents(r, n) {
			m := x.Fields.(engine.Map)
			m["word"], m["part"] = string(rune('a'+r.IntN(5))), 0.1*float64(r.IntN(9))
			if r.IntN(9) == 0 {
				m["n"] = []any{r.IntN(3), r.IntN(3)}
			}
			same(whole.Process(x), paned.Process(x))
			gathered += paned.Gathered()
			require.Zero(t, whole.Gathered())
			if r.IntN(60) == 0 {
				paned, err = engine.Restore(bytes.NewReader(snapshot(t, paned)), rules, opts...)
				require.NoError(t, err)
			}
		}
		same(whole.Flush(engine.End), paned.Flush(engine.End))
	}
	assert.Positive(t, gathered)
	for _, r := range rules {
		if r.ID[0] != '9' || r.ID[2] == '0' {
			assert.Positive(t, rows[r.ID], "%s: %s", r.ID, r.Query.Source.Text)
		}
	}
}

// Panes count for the size of the state. Where it exceeds its bound they go first,
// and nothing is lost with them.
func TestPanesAreBounded(t *testing.T) {
	r := searchRule(t, "r", `search n>=0 | stats values(text) dc(text) by k`)
	r.Schedule = ast.Schedule{Interval: 5 * time.Second, Window: ast.TimeRange{Earliest: "-60s"}}
	run := func(opts ...engine.Option) (s engine.Stats, alerts, most, panes int) {
		e, err := engine.New([]*ast.Rule{r}, append(opts, engine.Holding())...)
		require.NoError(t, err)
		for i := range 8 * 1024 {
			x := ev(float64(i)/64, engine.Map{"n": i, "k": i % 7, "text": fmt.Sprintf("%0500d", i)})
			alerts += len(e.Process(x))
			panes = max(panes, e.Gathered())
			if i%1024 == 1023 {
				most = max(most, e.Stats().Bytes)
			}
		}
		return e.Stats(), alerts, most, panes
	}
	_, want, events, _ := run(engine.FullScan(), engine.StateBytes(0))
	_, got, all, panes := run(engine.StateBytes(0))
	require.Equal(t, want, got)
	require.Positive(t, panes)
	require.Greater(t, all, 2*events, "each text is held by an event and by two figures of a pane")

	bound := events + events/4
	s, got, most, panes := run(engine.StateBytes(bound))
	assert.LessOrEqual(t, most, bound)
	assert.Zero(t, s.Evicted)
	assert.Positive(t, panes)
	assert.Equal(t, want, got)

	s, _, most, _ = run(engine.StateBytes(events / 2))
	assert.LessOrEqual(t, most, events/2)
	assert.Positive(t, s.Evicted)

	e, err := engine.New([]*ast.Rule{r}, engine.Holding())
	require.NoError(t, err)
	for i := range 1000 {
		e.Process(ev(float64(i)/64, engine.Map{"n": i, "k": i % 7, "text": "x"}))
	}
	require.Positive(t, e.Gathered())
	e.Flush(noon.Add(time.Hour))
	assert.Zero(t, e.Stats().Bytes, "a search that rests holds nothing")

	e.Process(ev(4000, engine.Map{"n": 1, "k": 1, "text": "x"}))
	e.Flush(noon.Add(4010 * time.Second))
	require.Positive(t, e.Gathered())
	_, err = e.Replace(nil)
	require.NoError(t, err)
	assert.Zero(t, e.Stats().Bytes)
}

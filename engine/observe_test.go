package engine_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/spl"
)

func TestObserver(t *testing.T) {
	var log []string
	note := func(format string, args ...any) { log = append(log, fmt.Sprintf(format, args...)) }
	throttled := rule(t, "throttled", `a where true`)
	throttled.Suppression = &ast.Suppression{Fields: []string{"k"}, Duration: time.Hour}
	window := searchRule(t, "window", `search n=1 | table n`)
	e, err := engine.New([]*ast.Rule{throttled, rule(t, "pair", `sequence by k [a where n == 1] [b where true]`), window},
		engine.Lateness(10*time.Second), engine.WindowEvents(1),
		engine.Observe(engine.Observer{
			Alert:    func(a engine.Alert) { note("alert %s", a.Rule.ID) },
			HeldBack: func(r *ast.Rule, at time.Time) { note("held back %s at %v", r.ID, at.Sub(noon)) },
			Late:     func(r *ast.Rule, ev engine.Event) { note("late %s at %v", r.ID, ev.Time.Sub(noon)) },
			Lost:     func(r *ast.Rule, n int) { note("lost %s %d", r.ID, n) },
		}))
	require.NoError(t, err)
	one := engine.Map{"event.category": "a", "k": 1, "n": 1}
	e.Process(ev(0, one))
	e.Process(ev(1, one))
	e.Process(ev(30, engine.Map{"event.category": "b", "k": 1}))
	e.Process(ev(2, one))
	e.Flush(noon.Add(time.Minute))
	assert.Equal(t, []string{
		"alert throttled",
		"held back throttled at 1s", "lost window 1",
		"late throttled at 2s", "late pair at 2s", "late window at 2s",
		"alert pair",
	}, log)

	s := e.Stats()
	assert.Equal(t, 1, s.Evicted)
	assert.Equal(t, 1, s.Truncated)
	assert.Equal(t, 3, s.Matches)
	assert.Equal(t, 2, s.Alerts)
}

// What max_signals holds back is counted and told, by whatever runs it was found,
// and the pipes of a rule count what it has found, not what it has raised.
func TestFindsBeyondMaxSignals(t *testing.T) {
	for _, tt := range []struct {
		name, text                        string
		matches, alerts, capped, heldBack int
	}{
		{"an event", `a where true`, 4, 2, 2, 2},
		{"a sequence", `sequence [a where true] [a where true]`, 3, 2, 1, 1},
		{"head", `a where true | head 3`, 3, 2, 1, 1},
	} {
		r := rule(t, "r", tt.text)
		r.MaxSignals = 2
		heldBack := 0
		for _, opt := range []engine.Option{engine.Lateness(0), engine.FullScan()} {
			heldBack = 0
			e, err := engine.New([]*ast.Rule{r}, opt, engine.Observe(engine.Observer{
				HeldBack: func(of *ast.Rule, at time.Time) {
					heldBack++
					assert.Same(t, r, of)
					assert.GreaterOrEqual(t, at.Sub(noon), 2*time.Second)
				},
			}))
			require.NoError(t, err)
			raised := 0
			for i := range 4 {
				raised += len(e.Process(ev(float64(i), engine.Map{"event.category": "a", "k": 1})))
			}
			s := e.Stats().Rules[0]
			assert.Equal(t, []int{tt.matches, tt.alerts, tt.alerts, tt.capped, tt.heldBack},
				[]int{s.Matches, s.Alerts, raised, s.Capped, heldBack}, tt.name)
		}
	}
}

func TestMeasuredTimeIsEstimated(t *testing.T) {
	var clock time.Duration
	told := 0
	e, err := engine.New([]*ast.Rule{rule(t, "r", `a where true`)},
		engine.MeasureTime(func() time.Duration { clock += time.Microsecond; return clock }),
		engine.Observe(engine.Observer{Evaluated: func(_ *ast.Rule, took time.Duration) {
			told++
			assert.Equal(t, time.Microsecond, took)
		}}))
	require.NoError(t, err)
	for i := range 6300 {
		e.Process(ev(float64(i), engine.Map{"event.category": "a"}))
	}
	assert.Equal(t, 100, told)
	s := e.Stats()
	assert.Equal(t, 6300*time.Microsecond, s.Time, "each evaluation takes a microsecond of this clock")
	assert.Equal(t, s.Time, s.Rules[0].Time)
	assert.Equal(t, 6300, s.Rules[0].Candidates)
	assert.Equal(t, 6300, s.Candidates)
}

// Where rules are few, the time that it takes to pass by an event is theirs, too; it
// is no candidate.
func TestWhatFewRulesPassByIsMeasured(t *testing.T) {
	var clock time.Duration
	told := map[string]int{}
	e, err := engine.New([]*ast.Rule{rule(t, "one", `a where n == 1`), rule(t, "two", `sequence by k [a where n == 1] [b where n == 1]`)},
		engine.MeasureTime(func() time.Duration { clock += 2 * time.Microsecond; return clock }),
		engine.Observe(engine.Observer{Evaluated: func(r *ast.Rule, took time.Duration) {
			told[r.ID]++
			assert.Equal(t, time.Microsecond, took)
		}}))
	require.NoError(t, err)
	require.True(t, e.Few())
	for i := range 6300 {
		e.Process(ev(float64(i), engine.Map{"event.category": "a", "n": 2}))
	}
	assert.Equal(t, map[string]int{"one": 100, "two": 100}, told)
	for _, r := range e.Stats().Rules {
		assert.Equal(t, 6300*time.Microsecond, r.Time)
		assert.Zero(t, r.Candidates)
	}
	e.Process(ev(6300, engine.Map{"event.category": "a", "n": 2})) // which is measured, and the next is not
	e.Process(ev(6301, engine.Map{"event.category": "a", "n": 1}))
	assert.Equal(t, 1, e.Stats().Rules[0].Candidates)
}

func TestCost(t *testing.T) {
	suppressed := rule(t, "suppressed", `process where true`)
	suppressed.Suppression = &ast.Suppression{Fields: []string{"k"}, Duration: time.Hour}
	hourly := searchRule(t, "hourly", `search name=x | rex field=line "(?<a>b+)" | stats count by a`)
	always := searchRule(t, "always", `search name=x | stats count`)
	always.Schedule = ast.Schedule{Interval: time.Hour, Window: ast.TimeRange{Latest: "now"}}
	tests := []struct {
		rule *ast.Rule
		want string
	}{
		{rule(t, "r", `process where process.name : "winrs.exe" and process.args : "*x*"`), "value process.name"},
		{rule(t, "r", `process where process.name : ("a.exe", "b*")`), "affix process.name"},
		{rule(t, "r", `process where process.command_line : "*mimikatz*" and not user.id == "s"`), "substring process.command_line"},
		{rule(t, "r", `any where not x == 1 and process.args regex~ "[a-z]+" and host.id != null`), "presence host.id, 1 regex"},
		{rule(t, "r", `process where true`), "value event.category"},
		{rule(t, "r", `process where not x == 1`), "value event.category"},
		{rule(t, "r", `any where not x == 1`), "scan"},
		{rule(t, "r", `any where false`), "never"},
		{rule(t, "r", `sequence by k with maxspan=1m [any where a == "x"] [any where b : "*yyyy*"]`),
			"substring b, state: a sequence holds its first events for 1m0s"},
		{rule(t, "r", `sequence by k [any where a == "x"] [any where true]`),
			"scan, state: a sequence without maxspan holds its first events until newer ones take their place"},
		{rule(t, "r", `sample by k [any where a == "x"] [any where a == "y"]`),
			"value a, state: a sample holds events for each key until newer keys take their place"},
		{suppressed, "value event.category, state: suppression remembers the alerts of 1h0m0s"},
		{hourly, "value name, 1 regex, state: a search holds what it reads of the last 1h10m0s"},
		{always, "value name, state: a search over all time holds the latest 100000 events"},
	}
	for _, tt := range tests {
		e, err := engine.New([]*ast.Rule{tt.rule})
		require.NoError(t, err)
		assert.Equal(t, tt.want, e.Coverage()[0].Cost().String(), tt.rule.Query.Source.Text)
	}
	e, err := engine.New([]*ast.Rule{rule(t, "bad", `a where lenght(x) > 1`)})
	require.Error(t, err)
	assert.Zero(t, e.Coverage()[0].Cost(), "nothing is known of a rule that does not run")
}

// What was lost before a snapshot is not told again.
func TestLossesBeforeASnapshot(t *testing.T) {
	rules := []*ast.Rule{rule(t, "pair", `sequence by k [a where true] [b where true]`)}
	told := 0
	opts := []engine.Option{engine.Partials(1), engine.Observe(engine.Observer{Lost: func(_ *ast.Rule, n int) { told += n }})}
	e, err := engine.New(rules, opts...)
	require.NoError(t, err)
	lose := func() {
		for k := range 3 {
			e.Process(ev(float64(k), engine.Map{"event.category": "a", "k": k}))
		}
		e.Process(ev(3, engine.Map{"event.category": "b", "k": 9}))
	}
	lose()
	assert.Equal(t, 2, told)
	e, err = engine.Restore(bytes.NewReader(snapshot(t, e)), rules, opts...)
	require.NoError(t, err)
	lose()
	assert.Equal(t, e.Stats().Evicted, told)
}

// What a sequence loses of what it shares with others is told at once where the state of
// all is bounded, and else at the latest when the rule leaves.
func TestLossesOfABeginning(t *testing.T) {
	for name, opt := range map[string]engine.Option{"of all": engine.StateBytes(1), "of a rule": engine.Partials(1)} {
		t.Run(name, func(t *testing.T) {
			told := 0
			rules := []*ast.Rule{rule(t, "pair", `sequence by k [a where true] [b where true]`)}
			e := newEngine(t, rules, opt, engine.Observe(engine.Observer{Lost: func(_ *ast.Rule, n int) { told += n }}))
			for k := range 1024 {
				e.Process(ev(float64(k), engine.Map{"event.category": "a", "k": k}))
			}
			lost := e.Stats().Evicted
			require.NotZero(t, lost)
			if name == "of all" {
				assert.Equal(t, lost, told)
			}
			_, err := e.Replace(nil)
			require.NoError(t, err)
			assert.Equal(t, lost, told)
		})
	}
}

// An alert that later ones are not compared with is a loss as any other.
func TestLossesOfSuppression(t *testing.T) {
	r := rule(t, "each", `a where true`)
	r.Suppression = &ast.Suppression{Fields: []string{"k"}, Duration: time.Hour}
	told := 0
	e, err := engine.New([]*ast.Rule{r}, engine.Observe(engine.Observer{Lost: func(_ *ast.Rule, n int) { told += n }}))
	require.NoError(t, err)
	const groups = 100_000
	for k := range groups + 3 {
		e.Process(ev(1, engine.Map{"event.category": "a", "k": k}))
	}
	assert.Equal(t, 3, told)
	assert.Equal(t, 3, e.Stats().Truncated)
}

// What a single search drops is told as well.
func TestLossesOfASearch(t *testing.T) {
	q, err := spl.Parse("q", "| makeresults count=2000000 | head 1", nil)
	require.NoError(t, err)
	told := 0
	for _, err := range engine.Search(t.Context(), q, func(func(engine.Event) bool) {}, engine.Observe(engine.Observer{Lost: func(r *ast.Rule, n int) {
		assert.Same(t, q, r.Query)
		told += n
	}})) {
		require.NoError(t, err)
	}
	assert.Equal(t, 2_000_000-1<<20, told)
}

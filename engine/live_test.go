package engine_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/spl"
)

// liveTexts are searches whose figures see an event but once.
var liveTexts = []string{
	`search n>%d | stats count by k`,
	`search n>%d | stats count dc(word) values(word) as words`,
	`search n<%d | stats min(n) max(n) range(n) first(n) last(n) by k`,
	`search n<%d | stats count(eval(n>2)) as some dc(tag) min(word) max(tag) by tag`,
	`search k=* | stats count earliest_n min(_time) max(_time) dc(n) by k word | where count>%d`,
	`search n>%d | where n<9 | stats count as c by _time span=4s | eventstats max(c) as top | where c=top`,
	`search n>%d | bin n span=3 | stats count by n`, // not live: a stage before the figures
	`search n=%d | stats count`,
	`search n>%d | stats count dc(k) by date_second`,
	`search n>%d | stats count dc(deep{}.x) as xs by deep{}.x`, // not live: what lies in lists comes apart first
	`| tstats count dc(D.word) as words min(_time) as first from datamodel=M.D where D.n>%d by D.twice`,
}

var liveModel = &spl.Content{Models: map[string]*spl.Model{"M": {Name: "M", Datasets: []*spl.ModelDataset{{
	Name: "D", Fields: []string{"n", "word"},
	Calculated: []spl.CalculatedField{{Name: "twice", Eval: `k*2`}},
}}}}}

func liveSearch(t testing.TB, r *rand.Rand, id string) *ast.Rule {
	text := liveTexts[r.IntN(len(liveTexts))]
	q, err := spl.Parse(id, strings.ReplaceAll(fmt.Sprintf(text, r.IntN(9)), " earliest_n", ""), liveModel)
	require.NoError(t, err)
	schedules := []ast.Schedule{
		{Interval: 7 * time.Second, Window: ast.TimeRange{Earliest: "-7s"}},
		{Interval: 7 * time.Second, Window: ast.TimeRange{Earliest: "-30s"}},
		{Interval: 5 * time.Second, Window: ast.TimeRange{Earliest: "-1m@m", Latest: "-3s"}},
		{Cron: "* * * * *", Window: ast.TimeRange{Earliest: "-2m@m", Latest: "@m"}},
		{Interval: 20 * time.Second, Window: ast.TimeRange{Earliest: "-13s", Latest: "-2s"}},
		{Interval: 30 * time.Second, Window: ast.TimeRange{Earliest: "-1h@h", Latest: "now"}},
		{Interval: 9 * time.Second}, // hours that ended ten minutes ago
	}
	return &ast.Rule{ID: id, Query: q, Schedule: schedules[r.IntN(len(schedules))]}
}

// mixed gives events fields of several types and of several values, and says of texts
// that are equal as if they were not.
func mixed(r *rand.Rand, events []engine.Event) {
	for i := range events {
		m := events[i].Fields.(engine.Map)
		m["word"], m["tag"] = string(rune('a'+r.IntN(4))), []any{"x", string(rune('x' + r.IntN(3))), r.IntN(2)}
		m["k"] = []any{1, "1", 1.0, "2", 2, nil, []any{1, "1", 3}, []any{nil, 2}}[r.IntN(8)]
		m["deep"] = []any{map[string]any{"x": r.IntN(3)}, map[string]any{"x": r.IntN(3)}}
		switch r.IntN(6) {
		case 0:
			m["n"] = []any{r.IntN(9), fmt.Sprint(r.IntN(9))}
		case 1:
			m["n"] = fmt.Sprint(r.IntN(9))
		case 2:
			m["n"] = float64(r.IntN(9))
		}
	}
}

// lent are the events with texts that are written over once they were taken.
func lent(events []engine.Event) (copies []engine.Event, takeBack func()) {
	var all [][]byte
	copies = slices.Clone(events)
	for i := range copies {
		m := engine.Map{}
		for k, v := range events[i].Fields.(engine.Map) {
			if s, ok := v.(string); ok && s != "" {
				b := []byte(s)
				all = append(all, b)
				v = unsafe.String(&b[0], len(b))
			}
			m[k] = v
		}
		copies[i].Fields = m
	}
	return copies, func() {
		for _, b := range all {
			for i := range b {
				b[i] = '#'
			}
		}
	}
}

// Searches that count events when they come find what they find if they hold them and
// are run over all of the window: whatever the schedule, the lateness and the workers,
// over restarts, and beside rules that come and go.
func TestCountedWhenTheyCome(t *testing.T) {
	r := rand.New(rand.NewPCG(53, 59))
	rounds := 60
	if testing.Short() {
		rounds = 12
	}
	found, live := 0, 0
	for round := range rounds {
		opts := [][]engine.Option{{}, {engine.Lateness(3 * time.Second)}, {engine.Workers(2)}}[round%3]
		var rules []*ast.Rule
		for i := range 1 + round%9 {
			rules = append(rules, liveSearch(t, r, fmt.Sprint(i)))
		}
		e := newEngine(t, rules, opts...)
		whole := newEngine(t, rules, append(opts, engine.FullScan())...)
		live += e.Live()
		require.Zero(t, whole.Live())
		events := statefulEvents(r, 300)
		mixed(r, events)
		for i := 0; len(events) > 0; i++ {
			some := events[:min(len(events), 1+r.IntN(40))]
			events = events[len(some):]
			var want []string
			for _, x := range some {
				want = append(want, rowsOf(whole.Process(x))...)
			}
			slices.Sort(want)
			own, takeBack := lent(some)
			found += len(want)
			require.Empty(t, cmp.Diff(want, rowsOf(e.ProcessBatch(own)), cmp.Transformer("", noNil)), "round %d, batch %d", round, i)
			takeBack()
			switch r.IntN(9) {
			case 0:
				e = restored(t, snapshot(t, e), rules, opts...)
				file := snapshot(t, e)
				require.True(t, bytes.Equal(file, snapshot(t, restored(t, file, rules, opts...))))
			case 1: // what an engine has held, another one counts
				e = restored(t, snapshot(t, whole), rules, opts...)
			case 2: // and one that evaluates all in full goes on from what was counted
				full := restored(t, snapshot(t, e), rules, append(opts, engine.FullScan())...)
				e = restored(t, snapshot(t, full), rules, opts...)
			case 3:
				rules = append(rules[1:len(rules):len(rules)], liveSearch(t, r, fmt.Sprint("new ", round, i)))
				for _, x := range []*engine.Engine{e, whole} {
					_, err := x.Replace(rules)
					require.NoError(t, err)
				}
			}
		}
		require.Equal(t, rowsOf(whole.Flush(engine.End)), rowsOf(e.Flush(engine.End)))
		_, err := e.Replace(nil)
		require.NoError(t, err)
		require.Zero(t, e.Stats().Bytes, "what no rule holds is gone")
	}
	assert.Greater(t, found, 50*rounds)
	assert.Greater(t, live, 2*rounds)
}

// Of keys that are equal as numbers, or as texts, rows have those and are in the order
// that they have where events are held.
func TestRowsOfEqualKeys(t *testing.T) {
	r := searchRule(t, "r", `search k=* | stats count by k`)
	r.Schedule = ast.Schedule{Interval: 10 * time.Second, Window: ast.TimeRange{Earliest: "-30s"}}
	random := rand.New(rand.NewPCG(101, 103))
	keys := []any{"1", "1.0", "01", 1, 1.0, 0.3, math.Nextafter(0.3, 1), map[string]any{"a": 1}, map[string]any{"a": 1.0}, []any{[]any{1, 2}, 1}}
	live, whole := newEngine(t, []*ast.Rule{r}), newEngine(t, []*ast.Rule{r}, engine.FullScan())
	require.Equal(t, 1, live.Live())
	found := 0
	for i := range 300 {
		x := ev(float64(i), engine.Map{"k": keys[random.IntN(len(keys))]})
		got, want := live.Process(x), whole.Process(x)
		require.Len(t, got, len(want))
		for i := range want {
			require.Equal(t, want[i].Row.Map(), got[i].Row.Map())
		}
		if found += len(want); i%40 == 0 {
			live = restored(t, snapshot(t, live), []*ast.Rule{r})
		}
	}
	assert.Greater(t, found, 100)
}

func noNil(list []string) []string { return append([]string{}, list...) }

func restored(t *testing.T, file []byte, rules []*ast.Rule, opts ...engine.Option) *engine.Engine {
	t.Helper()
	e, err := engine.Restore(bytes.NewReader(file), rules, opts...)
	require.NoError(t, err)
	return e
}

// Panes end where windows do, by the clock of the engine's zone, whatever that of an event.
func TestPanesEndByTheZone(t *testing.T) {
	r := searchRule(t, "r", `search n=* | stats count min(n) max(n)`)
	for _, s := range []ast.Schedule{
		{Cron: "0 * * * *", Window: ast.TimeRange{Earliest: "-90m", Latest: "-20m"}},
		{Cron: "0 3,7 * * *", Window: ast.TimeRange{Earliest: "-5h"}},
		{Interval: time.Hour, Window: ast.TimeRange{Earliest: "-50m@m", Latest: "-7m"}},
	} {
		r.Schedule = s
		for name, zone := range map[string]*time.Location{"off by minutes": time.FixedZone("", 20700), "another day": time.FixedZone("", -39600)} {
			rules := []*ast.Rule{r}
			live, whole := newEngine(t, rules, engine.Zone(zone)), newEngine(t, rules, engine.Zone(zone), engine.FullScan())
			require.Equal(t, 1, live.Live())
			found := 0
			for i := range 500 {
				x := ev(float64(i)*420, engine.Map{"n": i})
				want := rowsOf(whole.Process(x))
				require.Equal(t, want, rowsOf(live.Process(x)), "%s, %+v", name, s)
				found += len(want)
			}
			assert.Greater(t, found, 3)
		}
	}
}

// What was counted keeps no event alive, once another has begun a pane.
func TestCountedEventsAreLetGo(t *testing.T) {
	r := searchRule(t, "r", `search n>=0 | stats count values(text) first(_time) by k`)
	r.Schedule = ast.Schedule{Interval: 5 * time.Second, Window: ast.TimeRange{Earliest: "-60s"}}
	e := newEngine(t, []*ast.Rule{r})
	gone := make(chan bool, 1)
	func() {
		b := bytes.Repeat([]byte("x"), 100)
		runtime.AddCleanup(&b[0], func(int) { gone <- true }, 0)
		e.Process(ev(1, engine.Map{"n": 1, "k": 1, "text": unsafe.String(&b[0], len(b))}))
	}()
	e.Process(ev(9, engine.Map{"n": 1, "k": 1, "text": "y"}))
	require.Equal(t, 2, e.Gathered())
	for range 100 {
		runtime.GC()
		select {
		case <-gone:
			runtime.KeepAlive(e)
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Error("the event's text is still there")
	runtime.KeepAlive(e)
}

// Figures that need an event again, a source that asks more than its condition, and
// those who want to know what a run has seen, hold events.
func TestWhatIsHeld(t *testing.T) {
	hour := ast.Schedule{Interval: time.Hour, Window: ast.TimeRange{Earliest: "-1h"}}
	for text, live := range map[string]bool{
		`search a=1 | stats count by k`:                                            true,
		`search a=1 | where b=2 | stats count dc(x) by k`:                          true,
		`search a=1 | stats list(x) by k`:                                          false,
		`search a=1 | stats sum(x) by k`:                                           false, // which the order rounds
		`search a=1 | stats latest(x) by k`:                                        false,
		`search a=1 | stats count by k l m`:                                        false,
		`search a=1 | table k`:                                                     false,
		`search a=1 | eval k=lower(k) | stats count by k`:                          false,
		`search a=1 earliest=-5m | stats count by k`:                               false,
		`search a=1 | where x<now() | stats count by k`:                            false,
		`search a=1 | join k [search a=2 | fields k] | stats count by k`:           false,
		`search a=1 [search b=2 | stats count by x | fields x] | stats count by k`: false,
	} {
		r := searchRule(t, "r", text)
		r.Schedule = hour
		held := func(opts ...engine.Option) bool { return newEngine(t, []*ast.Rule{r}, opts...).Live() == 0 }
		assert.Equal(t, !live, held(), text)
		assert.True(t, held(engine.FullScan()), text)
		assert.True(t, held(engine.Reasons()), text)
		assert.True(t, held(engine.Continuous()), text)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for _, x := range []struct {
		earliest, latest string
		zone             *time.Location
		live             bool
	}{
		{"-1h", "now", time.UTC, true},
		{"-70m@m", "-10m@m", berlin, true},
		{"-1d@d", "@d", time.UTC, true},
		{"-1d@d", "@d", berlin, false},
		{"-1h@h", "", berlin, false},
		{"-1mon@mon", "", time.UTC, false},
		{"", "now", time.UTC, false},
		{"0", "now", time.UTC, false},
		{"-1h", "+5m", time.UTC, false},
	} {
		r := searchRule(t, "r", `search a=1 | stats count by k`)
		r.Schedule = ast.Schedule{Interval: time.Hour, Window: ast.TimeRange{Earliest: x.earliest, Latest: x.latest}}
		e := newEngine(t, []*ast.Rule{r}, engine.Zone(x.zone))
		assert.Equal(t, x.live, e.Live() == 1, "%+v", x)
	}
}

// What is said of an event for a search that has counted those before it, is what is
// said where it has held them.
func TestExplainWhatWasCounted(t *testing.T) {
	for _, text := range []string{
		`search n>=0 | stats count by k | where count>3`,
		`search n>=0 | where n<100 | stats dc(n) as n min(n) max(n) by k | where n>6 | table k n`,
		`search n>=0 | stats count | where count>100`,
		`| tstats count from datamodel=M.D where D.n>=0 by D.twice | where count>2`,
	} {
		q, err := spl.Parse("r", text, liveModel)
		require.NoError(t, err)
		r := &ast.Rule{ID: "r", Query: q, Schedule: ast.Schedule{Interval: 10 * time.Second, Window: ast.TimeRange{Earliest: "-10s"}}}
		for _, late := range []int{0, 4} { // what waits comes behind the event, or ahead of it
			opts := []engine.Option{engine.Lateness(time.Duration(late) * time.Second)}
			live, held := newEngine(t, []*ast.Rule{r}, opts...), newEngine(t, []*ast.Rule{r}, append(opts, engine.Holding())...)
			require.Equal(t, 1, live.Live())
			for i := range 15 {
				x := ev(float64(i-i*7%5*late/4), engine.Map{"n": i, "k": i % 2})
				want, got := held.Explain("r", x), live.Explain("r", x)
				require.NotEmpty(t, want.Runs, text)
				require.Empty(t, cmp.Diff(want, got), "%s, event %d", text, i)
				require.Equal(t, rowsOf(held.Process(x)), rowsOf(live.Process(x)))
			}
		}
	}
}

// The same for any searches and schedules, over restarts and beside rules that come and go.
// Which events the index names that meet no source is its own affair: it differs with what
// it has to find.
func TestExplainDoesNotTellCountedFromHeld(t *testing.T) {
	r := rand.New(rand.NewPCG(107, 109))
	rounds := 40
	if testing.Short() {
		rounds = 8
	}
	asked, read, outside := 0, 0, 0
	for round := range rounds {
		opts := [][]engine.Option{{}, {engine.Lateness(3 * time.Second)}, {engine.Workers(2)}}[round%3]
		holding := append(slices.Clone(opts), engine.Holding())
		var rules []*ast.Rule
		for i := range 1 + round%6 {
			rules = append(rules, liveSearch(t, r, fmt.Sprint(i)))
		}
		live, held := newEngine(t, rules, opts...), newEngine(t, rules, holding...)
		events := statefulEvents(r, 60)
		mixed(r, events)
		for i, x := range events {
			id := rules[r.IntN(len(rules))].ID
			want, got := held.Explain(id, x), live.Explain(id, x)
			if met := slices.ContainsFunc(want.Steps, func(s engine.Step) bool { return s.Met > 0 }); met {
				require.True(t, *want.Routed && *got.Routed)
			}
			want.Routed, got.Routed = nil, nil
			require.Empty(t, cmp.Diff(want, got), "round %d, event %d", round, i)
			for asked++; len(want.Runs) > 0; want.Runs = want.Runs[1:] {
				source := want.Runs[0].Stages[0]
				read, outside = read+source.In-source.Outside, outside+source.Outside
			}
			require.Equal(t, rowsOf(held.Process(x)), rowsOf(live.Process(x)))
			switch r.IntN(20) {
			case 0:
				live, held = restored(t, snapshot(t, live), rules, opts...), restored(t, snapshot(t, held), rules, holding...)
			case 1:
				rules = append(rules[1:len(rules):len(rules)], liveSearch(t, r, fmt.Sprint("new ", round, i)))
				for _, e := range []*engine.Engine{live, held} {
					_, err := e.Replace(rules)
					require.NoError(t, err)
				}
			}
		}
	}
	assert.Greater(t, read, asked)
	assert.Greater(t, outside, asked/100)
}

// What was counted weighs about what it takes of memory, where no run comes to read it.
func TestWhatWasCountedIsWeighed(t *testing.T) {
	for _, figures := range []string{"count", "count dc(text)", "values(text)", "min(n) max(text) first(text)", "dc(n) values(text)"} {
		r := searchRule(t, "r", fmt.Sprintf(`search n>=0 | stats %s by k`, figures))
		r.Schedule = ast.Schedule{Interval: time.Second, Window: ast.TimeRange{Earliest: "-2h", Latest: "-1h"}}
		for _, c := range []struct{ panes, groups, texts, long int }{
			{2000, 1, 1, 5}, {1000, 1, 5, 50}, {200, 1, 100, 20}, {200, 10, 3, 5}, {100, 10, 10, 50}, {1, 10_000, 1, 20},
		} {
			e := newEngine(t, []*ast.Rule{r})
			e.Process(ev(-9, engine.Map{"n": 1, "k": "k", "text": "x"}))
			from, size := heap(), e.Stats().Bytes
			for i := range c.panes * c.groups * c.texts {
				k := i / c.texts % c.groups
				e.Process(ev(float64(i/(c.groups*c.texts)), engine.Map{
					"n": i, "k": fmt.Sprintf("group %0*d", c.long, k), "text": fmt.Sprintf("%0*d", c.long, i%c.texts),
				}))
			}
			takes := heap() - from
			require.Equal(t, c.panes+1, e.Gathered())
			assert.InEpsilon(t, takes, e.Stats().Bytes-size, 0.25, "%s: %+v", figures, c)
			runtime.KeepAlive(e)
		}
	}
}

// So does what it takes to count, as long as a part of a window lasts.
func TestWhatCountsIsWeighed(t *testing.T) {
	var rules []*ast.Rule
	for i := range 300 {
		r := searchRule(t, fmt.Sprint(i), fmt.Sprintf(`search n>=%d | stats count by k`, -i))
		r.Schedule = ast.Schedule{Interval: time.Minute, Window: ast.TimeRange{Earliest: "-1h"}}
		rules = append(rules, r)
	}
	e := newEngine(t, rules)
	e.Process(ev(0, engine.Map{"n": -1000}))
	for minute := range 3 {
		from, size := heap(), e.Stats().Bytes
		e.Process(ev(float64(60*minute), engine.Map{"n": 1, "k": "key"}))
		require.Equal(t, (minute+1)*len(rules), e.Gathered())
		takes := heap() - from
		assert.InEpsilon(t, takes, e.Stats().Bytes-size, 0.25, "minute %d", minute)
	}
	runtime.KeepAlive(e)
}

// What was counted weighs, and where all state weighs too much, the oldest parts of
// windows go first, whichever search's they are, and their events are counted.
func TestWhatWasCountedIsBounded(t *testing.T) {
	var rules []*ast.Rule
	for i := range 4 {
		r := searchRule(t, fmt.Sprint(i), fmt.Sprintf(`search n>=0 | stats values(text) by k | eval i=%d`, i))
		r.Schedule = ast.Schedule{Interval: 5 * time.Second, Window: ast.TimeRange{Earliest: "-60s"}}
		rules = append(rules, r)
	}
	run := func(opts ...engine.Option) (s engine.Stats, most int) {
		e := newEngine(t, rules, opts...)
		require.Equal(t, 4, e.Live())
		for i := range 6 * 1024 {
			e.Process(ev(float64(i)/64, engine.Map{"n": i, "k": i % 7, "text": fmt.Sprintf("%0500d", i)}))
			if i%1024 == 1023 {
				most = max(most, e.Stats().Bytes)
			}
		}
		return e.Stats(), most
	}
	s, all := run(engine.StateBytes(0))
	assert.Zero(t, s.Evicted)
	assert.InEpsilon(t, 4*60*64*550, all, 0.3, "each holds the texts of a minute")
	s, most := run(engine.StateBytes(all / 2))
	assert.LessOrEqual(t, most, all/2+all/20)
	assert.Greater(t, most, all/4)
	assert.Positive(t, s.Evicted)
	assert.Equal(t, s.Evicted, s.Truncated)
}

// Each run tells what the panes of its window had no room for.
func TestEachRunTellsWhatPanesDropped(t *testing.T) {
	r := searchRule(t, "r", `search n>=0 | stats count by n`)
	r.Schedule = ast.Schedule{Interval: 5 * time.Second, Window: ast.TimeRange{Earliest: "-20s"}}
	e := newEngine(t, []*ast.Rule{r}, engine.WindowEvents(3))
	require.Equal(t, 1, e.Live())
	for i := range 80 {
		e.Process(ev(float64(i)/2, engine.Map{"n": i}))
	}
	assert.Equal(t, 7+14+21+4*28, e.Stats().Truncated, "of ten groups in five seconds, there is room for three")
}

// What was counted is of no use to an engine that has to hold events.
func TestCountedThenHeld(t *testing.T) {
	r := searchRule(t, "r", `search n>=0 | stats count`)
	r.Schedule = ast.Schedule{Interval: 10 * time.Second, Window: ast.TimeRange{Earliest: "-10s"}}
	e := newEngine(t, []*ast.Rule{r})
	for i := range 5 {
		e.Process(ev(float64(i), engine.Map{"n": i}))
	}
	held, err := engine.Restore(bytes.NewReader(snapshot(t, e)), []*ast.Rule{r}, engine.Reasons())
	require.ErrorContains(t, err, "its events were counted when they came")
	held.Process(ev(5, engine.Map{"n": 5}))
	alerts := held.Flush(noon.Add(10 * time.Second))
	require.Len(t, alerts, 1)
	assert.Equal(t, map[string]any{"count": int64(1)}, alerts[0].Row.Map())
}

// Of events that searches have held together, each counts those that it has not left behind.
func TestHeldThenCounted(t *testing.T) {
	var rules []*ast.Rule
	for _, id := range []string{"ahead", "behind"} {
		r := searchRule(t, id, `search n>=0 | stats count by n`)
		r.Schedule = ast.Schedule{Interval: time.Minute, Window: ast.TimeRange{Earliest: "-1m"}}
		rules = append(rules, r)
	}
	e := newEngine(t, rules, engine.Holding())
	for i := range 20 {
		e.Process(ev(float64(i), engine.Map{"n": i}))
	}
	require.Equal(t, 1, e.HeldTogether())
	e.LeaveBehind("ahead", noon.Add(7*time.Second))
	file := snapshot(t, e)
	for _, opts := range [][]engine.Option{{engine.Holding()}, nil} {
		x := restored(t, file, rules, opts...)
		require.Equal(t, len(opts) == 0, x.Live() > 0)
		got := map[string]int{}
		for _, a := range x.Flush(engine.End) {
			got[a.Rule.ID]++
		}
		assert.Equal(t, map[string]int{"ahead": 13, "behind": 20}, got)
	}
}

// An engine that holds less than the one before it drops the groups that it has no room for.
func TestRestoredIntoLess(t *testing.T) {
	r := searchRule(t, "r", `search n>=0 | stats count by n`)
	r.Schedule = ast.Schedule{Interval: 50 * time.Second, Window: ast.TimeRange{Earliest: "-60s"}}
	e := newEngine(t, []*ast.Rule{r})
	for i := range 40 {
		e.Process(ev(float64(i), engine.Map{"n": i}))
	}
	less := restored(t, snapshot(t, e), []*ast.Rule{r}, engine.WindowEvents(10))
	assert.Equal(t, 10, less.Stats().Rules[0].Held)
	assert.Len(t, less.Flush(engine.End), 10)
	assert.Equal(t, 30, less.Stats().Truncated)
}

// What bounds the combinations of several values bounds them over a restart, too, and what
// it has dropped is told then.
func TestCombinationsAreBoundedOverRestarts(t *testing.T) {
	r := searchRule(t, "r", `search k=* | stats count(n) as n count by k tag`)
	r.Schedule = ast.Schedule{Interval: time.Minute, Window: ast.TimeRange{Earliest: "-80s"}}
	rules := []*ast.Rule{r}
	row := func(keys, values int) engine.Map { // of so many by a hundred combinations
		list := func(n int) []any { return slices.Repeat([]any{"x"}, n) }
		return engine.Map{"k": list(keys), "tag": list(100), "n": list(values)}
	}
	for _, c := range []struct {
		name           string
		rows           []engine.Map
		taken, dropped int // values and rows
	}{
		{"more combinations than a row may have", []engine.Map{row(101, 1), row(100, 1)}, 20_000, 1},
		{"combinations that take in many values", []engine.Map{row(100, 500), row(100, 500), row(100, 1)}, 5_000_000, 2},
		{"and those of few values behind them", []engine.Map{row(100, 800), row(100, 1), row(37, 100), row(100, 1)}, 8_380_000, 1},
	} {
		for cut := range len(c.rows) + 1 { // after so many events
			e := newEngine(t, rules)
			require.Equal(t, 1, e.Live())
			for i, m := range c.rows {
				if i == cut {
					e = restored(t, snapshot(t, e), rules)
				}
				e.Process(ev(float64(i), m))
			}
			e.Process(ev(50, engine.Map{"k": 1, "tag": 1, "n": 1})) // in another pane
			require.Equal(t, 2, e.Gathered())
			if cut == len(c.rows) {
				e = restored(t, snapshot(t, e), rules)
			}
			taken := 0
			for _, a := range e.Flush(noon.Add(time.Minute)) {
				n, _ := a.Row.Field("n").Int()
				taken += int(n)
			}
			assert.Equal(t, c.taken+1, taken, c.name)
			assert.Equal(t, c.dropped, e.Stats().Truncated, c.name)
		}
	}
}

// A snapshot that lies about what was counted is refused, and never a panic.
func TestForgedCounts(t *testing.T) {
	r := searchRule(t, "r", `search n>=0 | stats count values(word) min(n) by k`)
	r.Schedule = ast.Schedule{Interval: 5 * time.Second, Window: ast.TimeRange{Earliest: "-60s"}}
	random := rand.New(rand.NewPCG(61, 67))
	refused := 0
	for _, opt := range []engine.Option{engine.Workers(1), engine.Holding()} { // what was held is counted
		e := newEngine(t, []*ast.Rule{r}, opt)
		for i := range 100 {
			e.Process(ev(float64(i), engine.Map{"n": i, "k": i % 3, "word": string(rune('a' + i%5))}))
		}
		var records []engine.Record
		for x := range e.Records() {
			x.State = bytes.Clone(x.State)
			records = append(records, x)
		}
		require.Len(t, records, 2)
		for range 1500 {
			forged := slices.Clone(records)
			b := bytes.Clone(forged[1].State)
			b[random.IntN(len(b))] = byte(random.IntN(256))
			forged[1].State = b
			var file bytes.Buffer
			require.NoError(t, engine.WriteRecords(&file, slices.Values(forged)))
			x, err := engine.Restore(&file, []*ast.Rule{r})
			if err != nil {
				refused++
			}
			x.Process(ev(200, engine.Map{"n": 1, "k": 1}))
			x.Flush(noon.Add(time.Hour))
		}
	}
	assert.Greater(t, refused, 500)
}

// Figures of a batch that comes in the order of its times, which are found as events
// come, are those that are found of its rows.
func TestSearchOverEventsInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(89, 97))
	rounds := 300
	if testing.Short() {
		rounds = 60
	}
	found := 0
	for range rounds {
		q := liveSearch(t, r, "q").Query
		events := statefulEvents(r, 80)
		mixed(r, events)
		slices.SortStableFunc(events, func(a, b engine.Event) int { return a.Time.Compare(b.Time) })
		for i := range events {
			if r.IntN(3) == 0 && i > 0 {
				events[i].Time = events[i-1].Time
			}
		}
		last := engine.Now(events[len(events)-1].Time)
		want := rowsFrom(t, q, events, last)
		require.Empty(t, cmp.Diff(want, rowsFrom(t, q, events)), q.Source.Text)
		found += len(want)
		r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		require.Empty(t, cmp.Diff(rowsFrom(t, q, events, last), rowsFrom(t, q, events)), q.Source.Text)
	}
	assert.Greater(t, found, rounds)
}

// An event without fields is none of a search's, whatever its condition.
func TestSearchOverEventsWithoutFields(t *testing.T) {
	aliased := engine.Types(map[string]engine.FieldType{"key": {Type: "alias", Path: "k"}, "k": {Type: "long"}})
	events := []engine.Event{ev(0, engine.Map{"n": 1}), {Time: noon}, ev(1, engine.Map{"n": 2}), {Time: noon}}
	for _, text := range []string{`search NOT k=1 | stats count`, `search * | stats count`, `search NOT k=1 | table n`, `search NOT k=1 | timechart count`} {
		q := searchRule(t, "q", text).Query
		for _, opts := range [][]engine.Option{nil, {engine.Now(noon)}, {aliased}} {
			want := rowsFrom(t, q, []engine.Event{events[0], events[2]}, opts...)
			require.NotEmpty(t, want)
			assert.Equal(t, want, rowsFrom(t, q, events, opts...), text)
		}
	}
}

// A search whose context has ended looks at a few thousand events more at most.
func TestSearchEndsWithItsContext(t *testing.T) {
	for _, text := range []string{`search n>2 | stats count by k`, `search n>2 | table n`} {
		ctx, cancel := context.WithCancel(context.Background())
		seen, failed := 0, error(nil)
		events := func(yield func(engine.Event) bool) {
			for seen = 1; seen < 50_000; seen++ {
				if seen == 1000 {
					cancel()
				}
				if !yield(ev(float64(seen), engine.Map{"n": seen % 9, "k": seen % 3})) {
					return
				}
			}
		}
		for _, err := range engine.Search(ctx, searchRule(t, "q", text).Query, events, engine.Now(noon.AddDate(0, 0, 1))) {
			failed = err
		}
		require.ErrorIs(t, failed, context.Canceled)
		assert.Less(t, seen, 4096)
	}
}

func rowsFrom(t *testing.T, q *ast.Query, events []engine.Event, opts ...engine.Option) (list []string) {
	for row, err := range engine.Search(context.Background(), q, slices.Values(events), opts...) {
		require.NoError(t, err)
		list = append(list, fmt.Sprintf("%#v", row.Map()))
	}
	return list
}

package engine_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
)

func snapshot(t testing.TB, e *engine.Engine) []byte {
	var b bytes.Buffer
	require.NoError(t, e.Snapshot(&b))
	return b.Bytes()
}

// stateful are rules of every kind that holds something.
func stateful(t testing.TB, r *rand.Rand) []*ast.Rule {
	parse := func(id, text string, opts ...eql.Option) *ast.Rule {
		q, err := eql.Parse(id, text, opts...)
		require.NoError(t, err, text)
		return &ast.Rule{ID: id, Query: q}
	}
	rules := []*ast.Rule{
		parse("head", `sequence by k with maxspan=5s [a where true] [b where true] | head 3`),
		parse("sample", `sample by k [a where n > 3] [b where true] [c where true]`),
		parse("alias", `sequence with maxspan=9s [a where true] as x [b where n > x.n] [c where k == x.k]`, eql.Endpoint),
		parse("tree", `a where descendant of [b where n < 6]`, eql.Endpoint),
		parse("runs", `sequence by k with maxspan=9s [a where true] with runs=2 [any where n > 8]`),
		parse("join", `join by k [a where true] [b where true] [c where n > 4] until [d where n == 2]`, eql.Endgame),
	}
	for i := range 4 {
		rules = append(rules, parse(fmt.Sprint("random", i), randomSequence(r)))
		rules = append(rules, parse(fmt.Sprint("alike", i), alike(r)))
	}
	suppressed := parse("suppressed", `any where n > 2`)
	suppressed.Suppression = &ast.Suppression{Fields: []string{"k"}, Duration: 4 * time.Second}
	capped := parse("capped", `any where true`)
	capped.MaxSignals, capped.Schedule.Interval = 5, 10*time.Second
	rules = append(rules, suppressed, capped)
	for i, text := range []string{
		`search n=* | stats count values(n) by k`, `search n>5 | stats count earliest(_time) by process.entity_id`, `search n=7 | table *`,
	} {
		search := searchRule(t, fmt.Sprint("search", i), text)
		search.Schedule = ast.Schedule{Interval: 7 * time.Second, Window: ast.TimeRange{Earliest: "-10s"}}
		rules = append(rules, search)
	}
	return rules
}

func statefulEvents(r *rand.Rand, n int) []engine.Event {
	events := randomEvents(r, n)
	for i := range events {
		m := events[i].Fields.(engine.Map)
		m["process.entity_id"] = fmt.Sprint("p", r.IntN(9))
		m["process.parent.entity_id"] = fmt.Sprint("p", r.IntN(9))
		if r.IntN(5) == 0 {
			m["event.type"] = "end"
		}
		if r.IntN(3) == 0 {
			events[i].ID = ""
		}
	}
	return events
}

func texts(alerts []engine.Alert) []string {
	list := []string{}
	for _, a := range alerts {
		text := a.Rule.ID + " " + a.ID + " " + a.Time.String()
		for _, x := range a.Events {
			text += " " + x.ID
			if x.Fields != nil {
				text += "=" + x.Fields.Field("n").Text()
			}
		}
		for _, k := range a.Keys {
			text += " " + k.Kind().String() + ":" + k.Text()
		}
		list = append(list, text)
	}
	return list
}

// A run that is cut anywhere, and goes on in another engine, is the run that
// was never cut.
func TestSnapshotAnywhereChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	rounds := 60
	if testing.Short() {
		rounds = 15
	}
	found := map[string]int{}
	for round := range rounds {
		rules := stateful(t, r)
		events := statefulEvents(r, 80)
		opts := [][]engine.Option{{}, {engine.Lateness(3 * time.Second)}, {engine.Continuous()}, {engine.FullScan()},
			{engine.SourceClock("k", 2*time.Second), engine.Lateness(time.Second)}}[round%5]
		if round%5 == 1 {
			r.Shuffle(len(events)/8, func(i, j int) { events[i], events[j] = events[j], events[i] })
		}
		whole, err := engine.New(rules, opts...)
		require.NoError(t, err)
		cut, err := engine.New(rules, opts...)
		require.NoError(t, err)
		for i, x := range events {
			want := whole.Process(x)
			require.Equal(t, texts(want), texts(cut.Process(x)), "event %d of round %d", i, round)
			for _, a := range want {
				found[a.Rule.ID]++
			}
			if r.IntN(4) > 0 {
				continue
			}
			state := snapshot(t, cut)
			if r.IntN(4) == 0 { // taking one changes nothing either
				require.True(t, bytes.Equal(state, snapshot(t, whole)), "the same state gives the same bytes")
			}
			before := cut.StateStats()
			cut, err = engine.Restore(bytes.NewReader(state), rules, opts...)
			require.NoError(t, err)
			require.Equal(t, before, cut.StateStats())
			require.True(t, bytes.Equal(state, snapshot(t, cut)), "nothing is lost on the way")
		}
		require.Equal(t, texts(whole.Flush(engine.End)), texts(cut.Flush(engine.End)))
	}
	for _, r := range stateful(t, r) {
		assert.NotZero(t, found[r.ID], "%s must find something", r.ID)
	}
}

// An engine counts beyond what 32 bits hold, and so does one that goes on from it.
func TestLargeCountsComeBack(t *testing.T) {
	search := searchRule(t, "search", `search n>5 | stats count`)
	search.Schedule = ast.Schedule{Interval: time.Second, Window: ast.TimeRange{Earliest: "-1s"}}
	e := newEngine(t, []*ast.Rule{search})
	e.Process(ev(0, engine.Map{"n": 1}))
	e.Flush(noon.AddDate(100, 0, 0))
	require.Greater(t, int64(e.Stats().Rules[0].Unrun), int64(math.MaxInt32))
	assert.Equal(t, e.Stats(), restored(t, snapshot(t, e), []*ast.Rule{search}).Stats())
}

// Which rules an event comes too late for is the same whether all are asked or those that
// the index finds, and whoever looks at it.
func TestLateEventsOfRules(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 28))
	counted := 0
	for range 20 {
		rules := stateful(t, r)
		for _, x := range [][2]string{
			{"descendant", `d where descendant of [a where n == 1] and n < 4`},
			{"no descendant", `d where not descendant of [a where n == 1] and n < 4`},
			{"nested", `d where descendant of [a where n == 2 and descendant of [b where n > 7]]`},
		} {
			q, err := eql.Parse(x[0], x[1], eql.Endpoint)
			require.NoError(t, err)
			rules = append(rules, &ast.Rule{ID: x[0], Query: q})
		}
		lateness := engine.Lateness(time.Duration(r.IntN(2)) * time.Second)
		fast, full := newEngine(t, rules, lateness), newEngine(t, rules, lateness, engine.FullScan())
		both := newEngine(t, rules, lateness, engine.Workers(2))
		events := outOfOrder(r, statefulEvents(r, 200))
		for _, e := range []*engine.Engine{fast, full} {
			oneByOne(e, events)
		}
		batched(r, both, events)
		want := lateOf(full)
		require.Equal(t, want, lateOf(fast))
		require.Equal(t, want, lateOf(both))
		counted += want["descendant"] + want["nested"]
	}
	assert.NotZero(t, counted)
}

func lateOf(e *engine.Engine) map[string]int {
	late := map[string]int{"": e.Stats().Late}
	for _, s := range e.Stats().Rules {
		late[s.ID] = s.Late
	}
	return late
}

// A late event counts for the rules that it would have concerned.
func TestLateEventsCountForTheirRules(t *testing.T) {
	rules := []*ast.Rule{
		rule(t, "event", `a where true`),
		rule(t, "concerned", `sequence [a where n == 1] [b where true]`),
		rule(t, "another", `sequence [a where n == 2] [b where true]`),
	}
	e, err := engine.New(rules, engine.Lateness(time.Second))
	require.NoError(t, err)
	e.Process(ev(60, engine.Map{"event.category": "c"}))
	e.Process(ev(0, engine.Map{"event.category": "a", "n": 1}))
	e, err = engine.Restore(bytes.NewReader(snapshot(t, e)), rules, engine.Lateness(time.Second))
	require.NoError(t, err)
	late := map[string]int{}
	for _, s := range e.Stats().Rules {
		late[s.ID] = s.Late
	}
	assert.Equal(t, map[string]int{"event": 0, "concerned": 1, "another": 0}, late)
}

func TestRestoreWithEditedRules(t *testing.T) {
	text := `sequence by k with maxspan=1m [a where n == 1] [b where true]`
	first := []*ast.Rule{rule(t, "same", text), rule(t, "edited", text), rule(t, "gone", text)}
	e, err := engine.New(first)
	require.NoError(t, err)
	e.Process(ev(1, engine.Map{"event.category": "a", "k": 1, "n": 1}))
	e.Process(ev(3, engine.Map{"event.category": "c", "k": 1, "n": 1}))
	state := snapshot(t, e)

	same := rule(t, "same", "  // moved, and said otherwise\n"+text)
	same.Severity = "high"
	second := []*ast.Rule{same, rule(t, "edited", `sequence by k with maxspan=1m [a where n == 2] [b where true]`), rule(t, "new", text)}
	e, err = engine.Restore(bytes.NewReader(state), second)
	var dropped *engine.Dropped
	require.ErrorAs(t, err, &dropped)
	assert.EqualError(t, err, "rule edited begins anew, without what was from 2024-01-01T12:00:01Z to 2024-01-01T12:00:03Z: its query, filters or schedule have changed")
	alerts := e.Process(ev(4, engine.Map{"event.category": "b", "k": 1}))
	require.Len(t, alerts, 1)
	assert.Equal(t, same, alerts[0].Rule)
}

func TestSnapshotHoldsCollections(t *testing.T) {
	r := searchRule(t, "r", `search user=* | stats count by user | outputlookup known_users`)
	r.Schedule = ast.Schedule{Interval: time.Minute, Window: ast.TimeRange{Earliest: "-1m"}}
	e, err := engine.New([]*ast.Rule{r})
	require.NoError(t, err)
	e.Process(ev(1, engine.Map{"user": "ann"}))
	e.Flush(noon.Add(time.Minute))
	store := &engine.Memory{}
	_, err = engine.Restore(bytes.NewReader(snapshot(t, e)), []*ast.Rule{r}, engine.Collections(store))
	require.NoError(t, err)
	table, ok := store.Table("known_users")
	require.True(t, ok)
	assert.Equal(t, []string{"user", "count"}, table.Columns())
	var rows [][]string
	for row := range table.Rows() {
		rows = append(rows, slices.Clone(row))
	}
	assert.Equal(t, [][]string{{"ann", "1"}}, rows)
}

// A damaged snapshot is refused as a whole; what is left is a new engine.
func TestRestoreRefusesDamage(t *testing.T) {
	rules := stateful(t, rand.New(rand.NewPCG(1, 1)))
	e, err := engine.New(rules)
	require.NoError(t, err)
	for _, x := range statefulEvents(rand.New(rand.NewPCG(2, 2)), 30) {
		e.Process(x)
	}
	whole := snapshot(t, e)
	empty, err := engine.New(rules)
	require.NoError(t, err)
	nothing := snapshot(t, empty)
	check := func(b []byte, what string) {
		got, err := engine.Restore(bytes.NewReader(b), rules)
		require.Error(t, err, what)
		require.Equal(t, nothing, snapshot(t, got), what)
	}
	for i := 0; i < len(whole); i += 13 {
		check(whole[:i], fmt.Sprint("cut off at ", i))
		broken := slices.Clone(whole)
		broken[i] ^= 0x40
		check(broken, fmt.Sprint("a false byte at ", i))
	}
	_, err = engine.Restore(bytes.NewReader(nil), rules)
	assert.EqualError(t, err, "expected a snapshot, found something else")
}

// Whatever the records hold, with checksums that are right, restoring comes to
// an end, and the engine runs.
func FuzzRestore(f *testing.F) {
	rules := stateful(f, rand.New(rand.NewPCG(1, 1)))
	e, err := engine.New(rules)
	require.NoError(f, err)
	events := statefulEvents(rand.New(rand.NewPCG(2, 2)), 30)
	for _, x := range events {
		e.Process(x)
	}
	var records []engine.Record
	for r := range e.Records() {
		r.State = bytes.Clone(r.State)
		records = append(records, r)
		f.Add(uint(len(records)-1), r.Key, r.State)
	}
	f.Fuzz(func(t *testing.T, i uint, key string, state []byte) {
		list := slices.Clone(records)
		at := &list[i%uint(len(list))]
		at.Key, at.State = key, state
		var b bytes.Buffer
		require.NoError(t, engine.WriteRecords(&b, slices.Values(list)))
		e, err := engine.Restore(&b, rules)
		require.NotNil(t, e)
		for _, x := range events {
			e.Process(x)
		}
		e.Flush(noon.Add(time.Hour))
		if err == nil {
			_, err = engine.Restore(bytes.NewReader(snapshot(t, e)), rules)
			require.NoError(t, err)
		}
	})
}

func ExampleRestore() {
	q, _ := eql.Parse("office", `sequence by host.id with maxspan=1m
	  [process where process.parent.name : "winword.exe"]
	  [network where destination.port == 443]`)
	rules := []*ast.Rule{{ID: "office", Query: q}}
	e, _ := engine.New(rules)
	e.Process(engine.Event{Time: noon, Fields: engine.Map{"event.category": "process", "host.id": "a", "process.parent.name": "WINWORD.EXE"}})

	var file bytes.Buffer
	if err := e.Snapshot(&file); err != nil {
		fmt.Println(err)
	}
	e, err := engine.Restore(&file, rules) // perhaps on another machine
	fmt.Println(err)
	alerts := e.Process(engine.Event{Time: noon.Add(time.Second), Fields: engine.Map{"event.category": "network", "host.id": "a", "destination.port": 443}})
	fmt.Println(len(alerts))
	// Output:
	// <nil>
	// 1
}

// A stream engine keeps one value for each rule and key, and hands back those of
// the keys that it gives to a worker.
func ExampleWriteRecords() {
	q, _ := eql.Parse("office", `sequence by host.id with maxspan=1m
	  [process where process.parent.name : "winword.exe"] [network where destination.port == 443]`)
	rules := []*ast.Rule{{ID: "office", Query: q}}
	e, _ := engine.New(rules)
	for _, host := range []string{"a", "b"} {
		e.Process(engine.Event{Time: noon, Fields: engine.Map{
			"event.category": "process", "host.id": host, "process.parent.name": "WINWORD.EXE",
		}})
	}

	type id struct{ rule, key string }
	var common []engine.Record       // what each worker needs
	values := map[id]engine.Record{} // what one worker owns
	for r := range e.Records() {
		r.State = slices.Clone(r.State)
		if r.Kind == engine.KeyRecord {
			values[id{r.Rule, r.Key}] = r
		} else {
			common = append(common, r)
		}
	}
	fmt.Println(len(values), "keys")

	for _, value := range values { // each to a worker of its own
		var file bytes.Buffer
		_ = engine.WriteRecords(&file, slices.Values(append(slices.Clip(common), value)))
		worker, err := engine.Restore(&file, rules)
		if err != nil {
			fmt.Println(err)
			continue
		}
		for _, host := range []string{"a", "b"} {
			alerts := worker.Process(engine.Event{Time: noon.Add(time.Second), Fields: engine.Map{
				"event.category": "network", "host.id": host, "destination.port": 443,
			}})
			for range alerts {
				fmt.Println("an alert")
			}
		}
	}
	// Output:
	// 2 keys
	// an alert
	// an alert
}

package engine_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

var noon = time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)

func rule(t testing.TB, id, text string) *ast.Rule {
	q, err := eql.Parse(id, text)
	require.NoError(t, err)
	return &ast.Rule{ID: id, Name: id, Query: q}
}

func searchRule(t testing.TB, id, text string) *ast.Rule {
	q, err := spl.Parse(id, text, nil)
	require.NoError(t, err)
	return &ast.Rule{ID: id, Name: id, Query: q}
}

func ev(seconds float64, fields engine.Map) engine.Event {
	return engine.Event{Time: noon.Add(time.Duration(seconds * float64(time.Second))), Fields: fields}
}

func TestNewNamesEveryBadRule(t *testing.T) {
	good := rule(t, "good", `process where process.pid == 4`)
	e, err := engine.New([]*ast.Rule{
		rule(t, "unknown function", `process where lenght(process.name) > 3`),
		good,
		nil,
		{ID: "no query"},
		{Name: "no id", Query: good.Query},
		good,
		rule(t, "no condition", `process where 1 + process.pid`),
	})
	require.NotNil(t, e)
	assert.Equal(t, []*ast.Rule{good}, e.Rules())
	for _, want := range []string{
		`unknown function:1:15: unknown function "lenght", did you mean "length"?`,
		"rule without a query",
		`rule "no id" without an id`,
		`the id good is taken by another rule`,
		"no condition:1:",
	} {
		assert.ErrorContains(t, err, want)
	}
	assert.Len(t, e.Process(ev(0, engine.Map{"event.category": "process", "process.pid": 4})), 1)
}

// A rule sees the events of its indices, and those that name none.
func TestIndices(t *testing.T) {
	r := rule(t, "r", `sequence by host.id [process where true] [file where true]`)
	r.Indices = []string{"logs-endpoint.*", "*:winlogbeat-*", "-logs-endpoint.alerts*"}
	for _, lateness := range []time.Duration{0, time.Second} {
		for index, want := range map[string]int{
			"logs-endpoint.process-1": 1, "winlogbeat-8": 1, "": 1, "logs-endpoint.alerts-1": 0, "auditbeat-8": 0,
		} {
			e, err := engine.New([]*ast.Rule{r}, engine.Indices("_index"), engine.Lateness(lateness))
			require.NoError(t, err)
			first := engine.Map{"event.category": "process", "host.id": "a"}
			if index != "" {
				first["_index"] = index
			}
			alerts := e.Process(ev(0, first))
			alerts = append(alerts, e.Process(ev(1, engine.Map{"event.category": "file", "host.id": "a"}))...)
			assert.Len(t, append(alerts, e.Flush(engine.End)...), want, "%s, lateness %s", index, lateness)
		}
	}
}

func TestCoverage(t *testing.T) {
	e, err := engine.New([]*ast.Rule{
		rule(t, "runs", `process where true`),
		rule(t, "bad", `process where lenght(x) > 1`),
		rule(t, "tail", "process where true\n| tail 1"),
		rule(t, "fold", `process where x regex~ "[a-f]+"`),
		rule(t, "both", `process where x regex~ "[0-9a-zA-Z]+[A-Fa-f]"`),
		rule(t, "escaped", `process where x regex~ """[\]a-z]"""`),
	})
	require.Error(t, err)
	var got []string
	for _, c := range e.Coverage() {
		got = append(got, c.Rule.ID+" "+c.Status())
	}
	assert.Equal(t, []string{"runs runs", "bad refused", "tail approximated", "fold approximated", "both runs", "escaped approximated"}, got)
	assert.ErrorContains(t, e.Coverage()[1].Err, "bad:1:15: unknown function")
	assert.Contains(t, e.Coverage()[2].Approximations[0], "tail:2:3: a stream has no end")
	assert.Contains(t, e.Coverage()[3].Approximations[0], "fold:1:17: ranges such as [a-z]")
}

// What a file asks for beside its query counts as the query's own does.
func TestCoverageOfTheFile(t *testing.T) {
	r := rule(t, "r", `process where true`)
	r.Notes = []ast.Note{{Off: 8, Text: "a is not done"}, {Text: "b is not known", Mistake: true}}
	e, err := engine.New([]*ast.Rule{r})
	require.NoError(t, err)
	c := e.Coverage()[0]
	assert.Equal(t, []string{"r:1:9: a is not done"}, c.Approximations)
	assert.Equal(t, []string{"r:1:1: b is not known"}, c.Warnings)
	assert.Equal(t, "approximated", c.Status())

	mended := *r
	mended.Notes = nil
	_, err = e.Replace([]*ast.Rule{&mended})
	require.NoError(t, err)
	assert.Equal(t, "runs", e.Coverage()[0].Status())
	assert.Empty(t, e.Coverage()[0].Warnings)
}

// A rule that asks where addresses lie is told if nobody knows.
func TestCoverageWithoutPlaces(t *testing.T) {
	q, err := spl.Parse("q", "search a=1 | appendpipe [iplocation ip] | stats count by Country", nil)
	require.NoError(t, err)
	for _, c := range []struct {
		opts []engine.Option
		want []string
	}{
		{nil, []string{"q:1:26: iplocation adds nothing without the option engine.Geo"}},
		{[]engine.Option{engine.Geo(func(string) map[string]string { return nil })}, nil},
	} {
		e, err := engine.New([]*ast.Rule{{ID: "q", Query: q}}, c.opts...)
		require.NoError(t, err)
		assert.Equal(t, c.want, e.Coverage()[0].Approximations)
	}
}

// A rule is told that its regular expressions run in bounded steps, wherever
// they stand, if they do.
func TestCoverageOfRegularExpressions(t *testing.T) {
	for text, want := range map[string]string{
		`search a=1 | regex b="x(?=y)"`:                   "q:1:21: the regular expression is tried in a bounded number of steps",
		`search a=1 | rex field=b "(?<c>x)(?!y)"`:         "q:1:14: the regular",
		`search a=1 | rex field=b mode=sed "s/x(?=y)//g"`: "q:1:14: the regular",
		`search a=1 | makemv tokenizer="(x)(?=y)" b`:      "q:1:14: the regular",
		`search a=1 | where match(b, "(x)\1")`:            "q:1:20: the regular",
		`search a=1 | regex b="x+y"`:                      "",
	} {
		q, err := spl.Parse("q", text, nil)
		require.NoError(t, err, text)
		e, err := engine.New([]*ast.Rule{{ID: "q", Query: q}})
		require.NoError(t, err, text)
		notes := e.Coverage()[0].Approximations
		if want == "" {
			assert.Empty(t, notes, text)
		} else if assert.Len(t, notes, 1, text) {
			assert.Contains(t, notes[0], want, text)
		}
	}
}

// What an alert or a partial holds is a copy.
func TestNothingAliasesTheCaller(t *testing.T) {
	for _, lateness := range []time.Duration{0, time.Second} {
		e, err := engine.New([]*ast.Rule{
			rule(t, "event", `process where process.args : "b"`),
			rule(t, "sequence", `sequence by host.id [process where process.args : "b"] [file where true]`),
		}, engine.Lateness(lateness))
		require.NoError(t, err)
		args := []any{"a", "b"}
		m := engine.Map{"event.category": "process", "host.id": "h", "process.args": args}
		alerts := e.Process(ev(0, m))
		args[1], m["host.id"] = "changed", "changed"
		alerts = append(alerts, e.Process(ev(1, engine.Map{"event.category": "file", "host.id": "h"}))...)
		alerts = append(alerts, e.Flush(engine.End)...)
		require.Len(t, alerts, 2)
		for _, a := range alerts {
			assert.Equal(t, "a\nb", a.Events[0].Fields.Field("process.args").Text(), a.Rule.ID)
		}
		assert.Equal(t, "h", alerts[1].Keys[0].Text())
	}
}

func TestAMissAllocatesNothing(t *testing.T) {
	e, err := engine.New([]*ast.Rule{
		rule(t, "event", `process where process.name : ("a.exe", "b*") and not process.args : "x"`),
		rule(t, "sequence", `sequence by host.id with maxspan=1m [process where process.pid == 9] [file where true]`),
	})
	require.NoError(t, err)
	miss := ev(0, engine.Map{"event.category": "process", "process.name": "explorer.exe", "host.id": "h", "process.pid": 4})
	assert.Zero(t, testing.AllocsPerRun(100, func() { e.Process(miss) }))
}

func TestLateEventsAreCounted(t *testing.T) {
	e, err := engine.New([]*ast.Rule{
		rule(t, "event", `process where true`),
		rule(t, "sequence", `sequence [process where true] [file where true]`),
	}, engine.Lateness(time.Second))
	require.NoError(t, err)
	e.Process(ev(60, engine.Map{"event.category": "file"}))
	alerts := e.Process(ev(0, engine.Map{"event.category": "process"}))
	require.Len(t, alerts, 1)
	assert.Equal(t, "event", alerts[0].Rule.ID)
	assert.Empty(t, e.Flush(engine.End))
	assert.Equal(t, 1, e.Stats().Late)
}

func TestAlertIdentity(t *testing.T) {
	ids := func() (ids []string) {
		e, err := engine.New([]*ast.Rule{rule(t, "a", `process where true`), rule(t, "b", `any where true`)})
		require.NoError(t, err)
		for _, x := range []engine.Map{{"event.category": "process", "x": 1}, {"event.category": "process", "x": 2}} {
			for _, a := range e.Process(ev(0, x)) {
				ids = append(ids, a.ID)
			}
		}
		return ids
	}
	first := ids()
	assert.Equal(t, first, ids(), "a replay finds the same")
	sort.Strings(first)
	assert.Len(t, slices.Compact(first), 4, "other rules and other events are others")
}

// Equal rows are one find, whichever windows they come of: a replay finds them again,
// as do windows that overlap.
func TestAlertIdentityOfRows(t *testing.T) {
	search := searchRule(t, "search", `search k=1 | stats count by k`)
	search.Schedule = ast.Schedule{Interval: time.Minute, Window: ast.TimeRange{Earliest: "-2m"}}
	found := func(at ...float64) (ids []string, latest []time.Time) {
		e := newEngine(t, []*ast.Rule{search})
		var alerts []engine.Alert
		for _, x := range at {
			alerts = append(alerts, e.Process(ev(x, engine.Map{"k": 1}))...)
		}
		for _, a := range append(alerts, e.Flush(engine.End)...) {
			ids, latest = append(ids, a.ID), append(latest, a.Latest)
		}
		return ids, latest
	}
	ids, latest := found(10, 300)
	require.Len(t, ids, 3, "the first event lies in two windows, and nothing runs behind the last")
	assert.Len(t, slices.Compact(ids), 1)
	assert.Len(t, slices.Compact(latest), 3, "the end of the window tells them apart")
	again, _ := found(10, 300)
	assert.Equal(t, ids[0], again[0])
	two, _ := found(10, 20)
	assert.NotContains(t, two, ids[0], "another count is another find")
}

func TestSearchOverAStreamRunsOnItsSchedule(t *testing.T) {
	r := searchRule(t, "r", `search user=* | stats count by user`)
	r.Schedule = ast.Schedule{Interval: 10 * time.Minute, Window: ast.TimeRange{Earliest: "-10m"}}
	e, err := engine.New([]*ast.Rule{r})
	require.NoError(t, err)
	var rows []string
	show := func(alerts []engine.Alert) {
		for _, a := range alerts {
			rows = append(rows, fmt.Sprint(a.Latest.Format(time.TimeOnly), " ", a.Row.Field("user").Text(), " ", a.Row.Field("count").Text()))
		}
	}
	for _, x := range []struct {
		at   float64
		user string
	}{{1, "a"}, {2, "b"}, {599, "a"}, {600, "a"}, {1900, "b"}} {
		show(e.Process(ev(x.at, engine.Map{"user": x.user})))
	}
	show(e.Flush(engine.End))
	assert.Equal(t, []string{"12:10:00 a 2", "12:10:00 b 1", "12:20:00 a 1", "12:40:00 b 1"}, rows)
	assert.Zero(t, e.Stats().Rules[0].Held)
}

// A search that finds something in an empty window runs on every tick, but not
// for all of a gap of decades; what was left out is counted.
func TestRunsOverAGapAreBounded(t *testing.T) {
	empty := searchRule(t, "empty", `search n=1 | stats count`)
	empty.Schedule = ast.Schedule{Cron: "*/5 * * * *", Window: ast.TimeRange{Earliest: "-1h"}}
	ever := searchRule(t, "ever", `search n=1 | stats count`)
	ever.Schedule = ast.Schedule{Interval: time.Hour, Window: ast.TimeRange{Earliest: "0"}}
	quiet := searchRule(t, "quiet", `search n=1 | stats count by n`)
	quiet.Schedule = empty.Schedule
	e, err := engine.New([]*ast.Rule{empty, ever, quiet}, engine.Skew(0))
	require.NoError(t, err)
	e.Process(ev(1, engine.Map{"n": 1}))
	later := noon.AddDate(30, 0, 0)
	runs := map[string]int{}
	var last time.Time
	for _, a := range e.Flush(later) {
		runs[a.Rule.ID]++
		if a.Time.After(last) {
			last = a.Time
		}
	}
	assert.Equal(t, later, last, "the last run is made")
	hours := int(later.Sub(noon).Hours())
	stats := e.Stats().Rules
	assert.Equal(t, map[string]int{"empty": 12 + 1001, "ever": 1001, "quiet": 12}, runs)
	assert.Equal(t, 12*hours-runs["empty"], stats[0].Unrun)
	assert.Equal(t, hours-runs["ever"], stats[1].Unrun)
	assert.Zero(t, stats[2].Unrun)
}

// An event that lay too far ahead has its turn before those that come behind it in time,
// even if one of these is the first that time has come to.
func TestSkewedEventsHaveTheirTurn(t *testing.T) {
	search := searchRule(t, "search", `search n>0 | stats values(n) as n count`)
	search.Schedule = ast.Schedule{Interval: 10 * time.Second, Window: ast.TimeRange{Earliest: "-30s"}}
	rules := []*ast.Rule{rule(t, "sequence", `sequence [a where n == 2] [a where n == 3]`), search}
	var events []engine.Event
	for _, x := range [][2]int{{0, 1}, {90, 2}, {50, 1}, {105, 3}} {
		events = append(events, ev(float64(x[0]), engine.Map{"event.category": "a", "n": x[1]}))
	}
	for _, opts := range [][]engine.Option{nil, {engine.FullScan()}, {engine.Workers(2)}} {
		e := newEngine(t, rules, append(opts, engine.Skew(time.Minute))...)
		raised := map[string]int{}
		counts := []string{}
		for _, a := range append(e.ProcessBatch(events), e.Flush(engine.End)...) {
			raised[a.Rule.ID]++
			if a.Rule == search {
				counts = append(counts, a.Row.Field("count").Text())
			}
		}
		assert.Equal(t, 1, raised["sequence"])
		assert.Equal(t, []string{"0", "1", "1", "1", "0", "0", "1", "1", "1", "0", "1", "2"}, counts)
		assert.Equal(t, 1, e.Stats().Skewed)
	}
}

// An event without a time has that of the latest, in UTC: of equal times in several zones
// none counts more, whichever of them the engine has looked at more closely.
func TestEventsWithoutATime(t *testing.T) {
	rules := []*ast.Rule{rule(t, "r", `any where n == 1`)}
	run := func(opts ...engine.Option) []engine.Alert {
		e := newEngine(t, rules, opts...)
		for _, zone := range []*time.Location{time.FixedZone("east", 3600), time.FixedZone("west", -3600)} {
			x := ev(0, engine.Map{"n": 2})
			x.Time = x.Time.In(zone)
			e.Process(x)
		}
		var err error
		e, err = engine.Restore(bytes.NewReader(snapshot(t, e)), rules, opts...)
		require.NoError(t, err)
		return e.Process(engine.Event{Fields: engine.Map{"n": 1}})
	}
	want := newEngine(t, rules).Process(ev(0, engine.Map{"n": 1}))
	require.Len(t, want, 1)
	for _, opts := range [][]engine.Option{nil, {engine.FullScan()}, {engine.Lateness(time.Second)}} {
		got := run(opts...)
		require.Len(t, got, 1)
		assert.Equal(t, want[0].ID, got[0].ID)
	}
}

// Events whose clocks are wrong by ages move no time, whether any other bounds it or not,
// and nobody waits for what lies between.
func TestTimesOutOfAllBounds(t *testing.T) {
	search := searchRule(t, "search", `search n>0 | stats count by n`)
	search.Schedule = ast.Schedule{Interval: 10 * time.Second, Window: ast.TimeRange{Earliest: "-30s"}}
	count := searchRule(t, "count", `search n>9 | stats count`)
	count.Schedule = ast.Schedule{Cron: "* * * * *", Window: ast.TimeRange{Earliest: "-1m"}}
	rules := []*ast.Rule{search, count, rule(t, "free", `any where n > 0`), rule(t, "sequence", `sequence [any where n == 1] [any where n == 2]`)}
	for name, opts := range map[string][]engine.Option{
		"in order": nil, "unbounded": {engine.Skew(0)}, "with delay": {engine.Lateness(time.Second), engine.QueueEvents(1)},
		"in a batch": {engine.Workers(2)}, "by source": {engine.SourceClock("n", time.Minute)}, "full scan": {engine.FullScan(), engine.Skew(0)},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEngine(t, rules, opts...)
			far := engine.Event{Time: engine.End.AddDate(1000, 0, 0), Fields: engine.Map{"n": 1}}
			old := engine.Event{Time: time.Unix(-1<<55, 0), Fields: engine.Map{"n": 3}}
			var all []engine.Event
			for i := range 40 {
				all = append(all, far, old, ev(float64(i), engine.Map{"n": 1 + i%2}))
			}
			raised := map[string]int{}
			for _, a := range append(e.ProcessBatch(all), e.Flush(engine.End)...) {
				raised[a.Rule.ID]++
			}
			assert.Equal(t, 120, raised["free"])
			assert.NotZero(t, raised["search"])
			assert.NotZero(t, raised["sequence"])
			assert.GreaterOrEqual(t, e.Stats().Skewed, 40)
			assert.Zero(t, e.Stats().Held)
		})
	}
}

func TestWindowIsBounded(t *testing.T) {
	e, err := engine.New([]*ast.Rule{searchRule(t, "r", `search user=* | stats list(user)`)}, engine.WindowEvents(10))
	require.NoError(t, err)
	for i := range 25 {
		e.Process(ev(float64(i), engine.Map{"user": "a"}))
	}
	s := e.Stats().Rules[0]
	assert.Equal(t, 10, s.Held)
	assert.Equal(t, 15, s.Truncated)
}

// Where events are counted and not held, the groups are bounded.
func TestGroupsOfAWindowAreBounded(t *testing.T) {
	e, err := engine.New([]*ast.Rule{searchRule(t, "r", `search n=* | stats count by n`)}, engine.WindowEvents(10))
	require.NoError(t, err)
	for i := range 25 {
		e.Process(ev(float64(i), engine.Map{"n": i % 14}))
	}
	assert.Equal(t, 10, e.Stats().Rules[0].Held)
	counts := map[string]int{}
	for _, a := range e.Flush(engine.End) {
		counts[fmt.Sprint(a.Row.Map())]++
	}
	assert.Len(t, counts, 10)
	assert.Contains(t, counts, "map[count:2 n:9]")
	assert.Contains(t, counts, "map[count:2 n:0]")
	assert.Equal(t, 5, e.Stats().Rules[0].Truncated, "n is 10 to 13 five times")
}

// One rule's search fills a lookup that another's reads, in event time.
func TestCollections(t *testing.T) {
	content := &spl.Content{Lookups: map[string]*ast.LookupDef{
		"known_users": {Name: "known_users", Collection: "known_users", MaxMatches: 1},
	}}
	parse := func(id, text string) *ast.Rule {
		q, err := spl.Parse(id, text, content)
		require.NoError(t, err)
		return &ast.Rule{ID: id, Query: q, Schedule: ast.Schedule{Interval: time.Minute, Window: ast.TimeRange{Earliest: "-1m"}}}
	}
	store := &engine.Memory{}
	e, err := engine.New([]*ast.Rule{
		parse("new user", `search user=* | lookup known_users user OUTPUT seen | where isnull(seen) | table user`),
		parse("baseline", `search user=* | stats count as seen by user | outputlookup known_users`),
	}, engine.Collections(store))
	require.NoError(t, err)
	var found []string
	show := func(alerts []engine.Alert) {
		for _, a := range alerts {
			if a.Rule.ID == "new user" {
				found = append(found, a.Latest.Format(time.TimeOnly)+" "+a.Row.Field("user").Text())
			}
		}
	}
	for _, x := range []struct {
		at   float64
		user string
	}{{1, "ann"}, {61, "ann"}, {62, "bob"}} {
		show(e.Process(ev(x.at, engine.Map{"user": x.user})))
	}
	show(e.Flush(engine.End))
	assert.Equal(t, []string{"12:01:00 ann", "12:02:00 bob"}, found)
	table, ok := store.Table("known_users")
	require.True(t, ok)
	assert.Equal(t, []string{"user", "seen"}, table.Columns())
}

func TestUnregisteredCommand(t *testing.T) {
	_, err := engine.New([]*ast.Rule{searchRule(t, "r", `search n=* | apply model`)})
	assert.EqualError(t, err, `r:1:14: command "apply" needs a trained model of the Machine Learning Toolkit; register it as an engine.Command to run your own`)

	apply := engine.Command("apply", func(rows *engine.Rows, args string) error { return nil })
	_, err = engine.New([]*ast.Rule{searchRule(t, "r", `search n=* | apply model`)}, apply)
	assert.NoError(t, err)
}

func TestCommand(t *testing.T) {
	q, err := spl.Parse("q", `search n=* | double n | table n`, &spl.Content{Commands: map[string]bool{"double": true}})
	require.NoError(t, err)
	double := engine.Command("double", func(rows *engine.Rows, args string) error {
		for i := range rows.Len() {
			n, _ := rows.Value(i, args).Number()
			rows.Set(i, args, event.OfFloat(2*n))
		}
		return nil
	})
	var got []string
	for r, err := range engine.Search(context.Background(), q, slices.Values([]engine.Event{ev(0, engine.Map{"n": 21})}), double) {
		require.NoError(t, err)
		got = append(got, r.Field("n").Text())
	}
	assert.Equal(t, []string{"42"}, got)
}

func TestFilter(t *testing.T) {
	q, err := eql.Parse("q", `process where process.name : "cmd.exe"`)
	require.NoError(t, err)
	f, err := engine.Compile(q)
	require.NoError(t, err)
	hit := engine.Map{"event.category": "process", "process.name": "CMD.EXE"}
	assert.True(t, f.Match(hit))
	assert.False(t, f.Match(engine.Map{"event.category": "file", "process.name": "CMD.EXE"}))
	assert.False(t, f.Match(nil))
	if !raced {
		assert.Zero(t, testing.AllocsPerRun(100, func() { f.Match(hit) }))
		again, err := eql.Parse("q", `process where process.name : "cmd*" and not process.name : ("cmd.com", "cmdkey*") and process.name != "cmd2.exe"`)
		require.NoError(t, err)
		f, err = engine.Compile(again) // asks a frame
		require.NoError(t, err)
		assert.True(t, f.Match(hit))
		assert.Zero(t, testing.AllocsPerRun(100, func() { f.Match(hit) }))
	}

	q, err = eql.Parse("q", `sequence [a where true] [b where true]`)
	require.NoError(t, err)
	_, err = engine.Compile(q)
	assert.ErrorContains(t, err, "expected a condition on single events")
}

// A rule over a stream may filter what it finds, also by the events of a
// sequence.
func TestFilterOverStream(t *testing.T) {
	q, err := eql.Parse("q", `sequence by k [any where is == "a"] [any where is == "b"]
		| filter n == 1 and events[1].n == 2 | head 2 | filter events[1].ok | head 1`, eql.Endgame)
	require.NoError(t, err)
	e, err := engine.New([]*ast.Rule{{ID: "r", Query: q}})
	require.NoError(t, err)
	n, at := 0, 0.0
	for i, pair := range []struct {
		first, second int
		ok            bool
		want          int
	}{{1, 1, true, 0}, {2, 2, true, 0}, {1, 2, false, 0}, {1, 2, true, 1}, {1, 2, true, 0}} {
		n = len(e.Process(ev(at, engine.Map{"is": "a", "k": 1, "n": pair.first})))
		n += len(e.Process(ev(at+1, engine.Map{"is": "b", "k": 1, "n": pair.second, "ok": pair.ok})))
		at += 2
		assert.Equal(t, pair.want, n, "pair %d", i)
		if i == 2 { // a restart in between changes nothing
			var b bytes.Buffer
			require.NoError(t, e.Snapshot(&b))
			e, err = engine.Restore(&b, []*ast.Rule{{ID: "r", Query: q}})
			require.NoError(t, err)
		}
	}
}

// asked is an event that notes which of its fields are asked for.
type asked struct {
	engine.Map
	names *[]string
}

func (a asked) Field(name string) engine.Value {
	*a.names = append(*a.names, name)
	return a.Map.Field(name)
}

// What tells most events apart is asked first: a category is the category of
// many.
func TestFilterAsksWhatDecides(t *testing.T) {
	q, err := eql.Parse("q", `process where event.type == "start" and process.command_line : ("*-r:*", "*/r:*") and process.name : "winrs.exe"`)
	require.NoError(t, err)
	f, err := engine.Compile(q)
	require.NoError(t, err)
	var names []string
	m := engine.Map{"event.category": "process", "event.type": "start", "process.name": "cmd.exe", "process.command_line": "cmd -r:x"}
	assert.False(t, f.Match(asked{m, &names}))
	assert.Equal(t, []string{"process.name"}, names)
}

func TestPipesOfTheOriginalLanguage(t *testing.T) {
	var events []engine.Event
	for i, name := range []string{"b", "a", "B", "c", "a", "a"} {
		x := ev(float64(i), engine.Map{"event.category": "process", "name": name, "n": i % 3})
		x.ID = fmt.Sprint(i)
		events = append(events, x)
	}
	tests := []struct{ pipes, want string }{
		{"| head 2", "0; 1"},
		{"| tail 2", "4; 5"},
		{"| head 4 | tail 1", "3"},
		{"| unique name", "0; 1; 3"},
		{"| sort name | head 3", "1; 4; 5"},
		{"| sort n, name", "0; 3; 1; 4; 5; 2"},
		{`| filter n == 1`, "1; 4"},
		{"| count", "count=6 percent=1"},
		{"| count name", "count=1 percent=0.166666666666667 name=c; count=2 percent=0.3333333333333333 name=b; count=3 percent=0.5 name=a"},
		{"| unique_count name | filter count > 1 | filter percent < 0.5", "0 count=2 percent=0.3333333333333333 name=b"},
		{"| unique_count name | sort count | head 1", "3 count=1 percent=0.166666666666667 name=c"},
		{"| filter events[0].n == 2 and name.B", "2"},
		{"| filter events[1].n == 2", ""},
		{"| unique_count name | filter n == 0", "0 count=2 percent=0.3333333333333333 name=b; 3 count=1 percent=0.166666666666667 name=c"},
	}
	for _, tt := range tests {
		t.Run(tt.pipes, func(t *testing.T) {
			q, err := eql.Parse("q", "process where true "+tt.pipes, eql.Endgame)
			require.NoError(t, err)
			var got []string
			for r, err := range engine.Search(context.Background(), q, slices.Values(events)) {
				require.NoError(t, err)
				text := describe(r.Events)
				for i, c := range r.Columns {
					text += " " + c + "=" + r.Values[i].Text()
				}
				got = append(got, strings.TrimSpace(text))
			}
			assert.Equal(t, tt.want, strings.Join(got, "; "))
		})
	}
}

// ---- stream = batch = shuffled ----

// randomSequence writes a sequence over the categories a to d.
func randomSequence(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("sequence")
	if r.IntN(2) == 0 {
		b.WriteString(" by k")
	}
	b.WriteString(" with maxspan=" + fmt.Sprint(2+r.IntN(20)) + "s")
	steps := 2 + r.IntN(3)
	positive := 0
	for i := range steps {
		category := string(rune('a' + r.IntN(4)))
		missing := r.IntN(5) == 0 && (positive > 0 || i < steps-1)
		if i == steps-1 && positive == 0 {
			missing = false
		}
		if missing {
			b.WriteString(" ![" + category + " where true]")
			continue
		}
		positive++
		b.WriteString(" [" + category + " where n < " + fmt.Sprint(r.IntN(12)) + "]")
	}
	if r.IntN(4) == 0 {
		b.WriteString(" until [d where n == 0]")
	}
	return b.String()
}

func randomEvents(r *rand.Rand, n int) []engine.Event {
	events := make([]engine.Event, n)
	at := noon
	for i := range events {
		at = at.Add(time.Duration(1+r.IntN(3000)) * time.Millisecond)
		events[i] = engine.Event{Time: at, ID: fmt.Sprintf("%03d", i), Fields: engine.Map{
			"event.category": string(rune('a' + r.IntN(4))), "k": r.IntN(2), "n": r.IntN(10),
		}}
	}
	return events
}

func describe(events []engine.Event) string {
	var b strings.Builder
	for _, x := range events {
		if x.Fields == nil {
			b.WriteString(" -")
			continue
		}
		b.WriteString(" " + x.ID)
	}
	return b.String()
}

func streamed(t *testing.T, q *ast.Query, events []engine.Event, opts ...engine.Option) []string {
	e, err := engine.New([]*ast.Rule{{ID: "r", Query: q}}, opts...)
	require.NoError(t, err)
	found := []string{}
	for _, x := range events {
		for _, a := range e.Process(x) {
			found = append(found, describe(a.Events))
		}
	}
	for _, a := range e.Flush(engine.End) {
		found = append(found, describe(a.Events))
	}
	sort.Strings(found)
	return found
}

func TestStreamIsBatchIsShuffled(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	rounds, hits := 300, 0
	if testing.Short() {
		rounds = 50
	}
	for range rounds {
		text := randomSequence(r)
		q, err := eql.Parse("q", text)
		require.NoError(t, err, text)
		events := randomEvents(r, 40)
		want := []string{}
		for row, err := range engine.Search(context.Background(), q, slices.Values(events)) {
			require.NoError(t, err, text)
			want = append(want, describe(row.Events))
		}
		sort.Strings(want)
		hits += len(want)
		require.Equal(t, want, streamed(t, q, events), text)

		const lateness = 5 * time.Second
		shuffled := arriving(events, func(x engine.Event) time.Duration {
			return x.Time.Sub(noon) + time.Duration(r.Int64N(int64(lateness)))
		})
		require.Equal(t, want, streamed(t, q, shuffled, engine.Lateness(lateness)), text)
	}
	require.Greater(t, hits, rounds/2, "the random rules must find something")
}

// arriving returns events in the order in which they arrive.
func arriving(events []engine.Event, at func(engine.Event) time.Duration) []engine.Event {
	when := make(map[string]time.Duration, len(events))
	for _, x := range events {
		when[x.ID] = at(x)
	}
	shuffled := slices.Clone(events)
	slices.SortStableFunc(shuffled, func(a, b engine.Event) int { return cmp.Compare(when[a.ID], when[b.ID]) })
	return shuffled
}

// Sources that each send in their own order, but late and in bulk, make no
// difference if each has its own clock.
func TestStreamOfSourcesIsBatch(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 17))
	rounds, hits := 300, 0
	if testing.Short() {
		rounds = 50
	}
	for range rounds {
		text := randomSequence(r)
		q, err := eql.Parse("q", text)
		require.NoError(t, err, text)
		events := randomEvents(r, 60)
		bulk := []time.Duration{1, 7 * time.Second, 31 * time.Second}
		for i := range events {
			source := i
			if i >= len(bulk) { // the first event of each makes it known
				source = r.IntN(len(bulk))
			}
			events[i].Fields.(engine.Map)["host.name"] = fmt.Sprint("source ", source%len(bulk))
		}
		want := streamed(t, q, events)
		hits += len(want)
		shuffled := arriving(events, func(x engine.Event) time.Duration {
			after := x.Time.Sub(noon)
			if x.ID < events[len(bulk)].ID {
				return after
			}
			var source int
			fmt.Sscanf(x.Fields.Field("host.name").Text(), "source %d", &source)
			return time.Minute + after.Truncate(bulk[source]) + bulk[source]
		})
		for _, lateness := range []time.Duration{0, time.Second} {
			opts := []engine.Option{engine.SourceClock("host.name", time.Minute), engine.Lateness(lateness)}
			require.Equal(t, want, streamed(t, q, shuffled, opts...), text)
		}
	}
	require.Greater(t, hits, rounds/2, "the random rules must find something")
}

// ---- examples ----

func ExampleNew() {
	q, _ := eql.Parse("office", `sequence by host.id with maxspan=1m
	  [process where process.parent.name : "winword.exe"]
	  [network where destination.port == 443]`)
	e, err := engine.New([]*ast.Rule{{ID: "office", Query: q}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, x := range []engine.Event{
		{Time: noon, Fields: engine.Map{"event.category": "process", "host.id": "a", "process.parent.name": "WINWORD.EXE"}},
		{Time: noon.Add(time.Second), Fields: engine.Map{"event.category": "network", "host.id": "a", "destination.port": 443}},
	} {
		for _, a := range e.Process(x) {
			fmt.Println(a.Rule.ID, a.Keys[0].Text(), a.Time.Format(time.TimeOnly))
		}
	}
	// Output: office a 12:00:01
}

func ExampleSearch() {
	q, _ := spl.Parse("q", `search status>=500 | stats count by host | sort - count`, nil)
	events := slices.Values([]engine.Event{
		{Time: noon, Fields: engine.Map{"host": "web1", "status": 500}},
		{Time: noon, Fields: engine.Map{"host": "web2", "status": 200}},
		{Time: noon, Fields: engine.Map{"host": "web1", "status": 503}},
	})
	for row, err := range engine.Search(context.Background(), q, events) {
		fmt.Println(row.Field("host").Text(), row.Field("count").Text(), err)
	}
	// Output: web1 2 <nil>
}

func ExampleCompile() {
	q, _ := eql.Parse("q", `process where process.args : "-enc*" and not user.name : "svc-*"`)
	f, _ := engine.Compile(q)
	fmt.Println(f.Match(engine.Map{"event.category": "process", "process.args": []any{"powershell", "-EncodedCommand"}}))
	// Output: true
}

func ExampleEngine_Flush() {
	q, _ := eql.Parse("backup", `sequence by host.id with maxspan=1h
	  [process where process.name == "backup-start"]
	  ![process where process.name == "backup-end"]`)
	e, _ := engine.New([]*ast.Rule{{ID: "backup", Query: q}})
	e.Process(engine.Event{Time: noon, Fields: engine.Map{"event.category": "process", "host.id": "a", "process.name": "backup-start"}})
	fmt.Println(len(e.Flush(noon.Add(30 * time.Minute))))
	fmt.Println(len(e.Flush(noon.Add(61 * time.Minute))))
	// Output:
	// 0
	// 1
}

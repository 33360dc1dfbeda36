package engine_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
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
	other := searchRule(t, "other", `search event.category=a n<7 | stats dc(n) by event.category`)
	other.Schedule = ast.Schedule{Interval: 4 * time.Second, Window: ast.TimeRange{Earliest: "-5s", Latest: "-1s"}}
	if r.IntN(2) == 0 {
		other.Filters = []ast.Expr{&ast.Not{X: &ast.Compare{Op: ast.Eq, X: &ast.Field{Name: "n"}, Y: &ast.Literal{Value: 5}}}}
	}
	all := []*ast.Rule{
		rule(t, "event", fmt.Sprintf(`a where n == %d or not k == 1`, n)),
		rule(t, "sequence", fmt.Sprintf(`sequence by k with maxspan=9s [a where n > %d] [b where true]`, n)),
		rule(t, "absent", fmt.Sprintf(`sequence by k with maxspan=5s [a where n < %d] ![c where true]`, n)),
		rule(t, "sample", `sample by k [a where n > 3] [b where true]`),
		search, other,
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
			categorise(r, x.Fields.(engine.Map))
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
		require.Empty(t, cmp.Diff(want, batched(r, newEngine(t, rules, opts...), events)), "round %d", round)
		alerts += len(want)
	}
	assert.Greater(t, alerts, 10*rounds)
}

// categorise lets an event have its category in any way, or in none.
func categorise(r *rand.Rand, m engine.Map) {
	const field = "event.category"
	switch r.IntN(12) {
	case 0:
		m[field] = []any{m[field], "b"}
	case 1:
		m["event"] = map[string]any{"category": m[field]}
		delete(m, field)
	case 2:
		m[field] = nil
	case 3:
		delete(m, field)
	case 4:
		m[field] = 7
	}
}

// An event behind the end of every stream moves no clock, and ends no stretch of those that
// concern no rule.
func TestSkippedAtTheEnd(t *testing.T) {
	rules := []*ast.Rule{rule(t, "r", `a where n == 1`)}
	quick, whole := newEngine(t, rules), newEngine(t, rules)
	require.True(t, quick.Few())
	whole.SkipNone()
	for _, seconds := range []int{-4, -3, 0, -2, 0, 1, -1, -1, 2} {
		for range 2 {
			x := engine.Event{Time: engine.End.Add(time.Duration(seconds) * time.Second), Fields: engine.Map{"n": 2}}
			quick.Process(x)
			whole.Process(x)
		}
		if seconds == 0 {
			continue // the next is of the same stretch, if there is one
		}
		require.Equal(t, whole.Stats(), quick.Stats(), "%d", seconds)
	}
	assert.Equal(t, 8, quick.Stats().Skewed)
}

// An event that concerns no rule moves the clock, and counts, as it does on the whole way:
// whether it is in order, late, or too far ahead, while others wait for their turn, and
// where a search has come that has seen none.
func TestSkippedEvents(t *testing.T) {
	r := rand.New(rand.NewPCG(29, 5))
	rounds := 36
	if testing.Short() {
		rounds = 12
	}
	for round := range rounds {
		rules := handful(t, r)
		for i := range round % 2 * 5 { // then the index is asked
			rules = append(rules, rule(t, fmt.Sprint(i), fmt.Sprintf(`b where n == %d`, 100+i)))
		}
		options := func() []engine.Option {
			var passed time.Duration
			return [][]engine.Option{
				{engine.Skew(4 * time.Second)}, {engine.Skew(0), engine.StateBytes(0)}, {engine.Skew(5500 * time.Millisecond), engine.StateBytes(1)},
				{engine.MeasureTime(func() time.Duration { passed++; return passed })}, {engine.Lateness(3 * time.Second)}, {engine.Continuous()},
			}[round/2%6]
		}
		quick, whole := newEngine(t, rules, options()...), newEngine(t, rules, options()...)
		whole.SkipNone()
		for i, x := range statefulEvents(r, 6000) {
			switch r.IntN(30) {
			case 0:
				x.Time = time.Time{}
			case 1:
				x.Time = x.Time.Add(time.Duration(r.IntN(20_000)) * time.Millisecond)
			case 2:
				x.Time = x.Time.Add(-time.Duration(r.IntN(2000)) * time.Millisecond)
			case 3:
				require.Equal(t, texts(whole.Flush(x.Time)), texts(quick.Flush(x.Time)))
			}
			want := texts(whole.Process(x))
			if i%2 == 0 {
				require.Equal(t, want, texts(quick.Process(x)))
			} else {
				require.Equal(t, want, texts(quick.ProcessBatch([]engine.Event{x})))
			}
			if i%1000 == 999 {
				require.Equal(t, whole.Stats(), quick.Stats())
				require.Equal(t, snapshot(t, whole), snapshot(t, quick))
			}
			if i%2500 == 2499 {
				replaceAll(t, quick, rules)
				replaceAll(t, whole, rules)
				whole.SkipNone()
			}
		}
	}
}

// An event that only searches count, within a stretch, is a candidate of theirs, and one
// that was looked at, whether its category alone decides that or not.
func TestCountedWithinAStretch(t *testing.T) {
	var rules []*ast.Rule
	for _, text := range []string{`search event.category=a | stats count by n`, `search event.category=b n>4 | stats dc(n)`} {
		r := searchRule(t, text, text)
		r.Schedule = ast.Schedule{Interval: time.Minute, Window: ast.TimeRange{Earliest: "-90s"}}
		rules = append(rules, r)
	}
	quick, whole := newEngine(t, rules), newEngine(t, rules)
	require.Equal(t, 2, quick.Live())
	require.True(t, quick.Few())
	whole.SkipNone()
	r := rand.New(rand.NewPCG(31, 37))
	for i := range 3000 {
		x := ev(float64(i)/8, engine.Map{"event.category": string(rune('a' + r.IntN(3))), "n": r.IntN(10)})
		require.Equal(t, len(whole.Process(x)), len(quick.Process(x)))
		if i%50 == 49 {
			require.Equal(t, whole.Stats(), quick.Stats())
			require.Equal(t, snapshot(t, whole), snapshot(t, quick))
		}
	}
	assert.Greater(t, quick.Stats().Candidates, 1000)
}

// A search that comes begins with the next event, though that concerns no rule.
func TestSkippedEventsBeginSearches(t *testing.T) {
	search := searchRule(t, "search", `search n>5 | stats count`)
	search.Schedule = ast.Schedule{Interval: 10 * time.Second, Window: ast.TimeRange{Earliest: "-10s"}}
	for _, more := range []int{0, 5} {
		e, err := engine.New(nil)
		require.NoError(t, err)
		e.Process(ev(0, engine.Map{"n": 1}))
		_, err = e.Replace(among(t, search, more))
		require.NoError(t, err)
		require.Equal(t, more == 0, e.Few())
		e.Process(ev(10, engine.Map{"n": 1}))
		assert.Len(t, e.Process(ev(40, engine.Map{"n": 1})), 3, "of nothing")
	}
}

// Events that concern no rule let go of what is out of its span all the same, every few
// thousands, whenever the state is weighed.
func TestSkippedEventsLetGo(t *testing.T) {
	for _, more := range []int{0, 5} {
		e := newEngine(t, among(t, rule(t, "r", `sequence with maxspan=1s [a where true] [b where n == 1]`), more))
		at := 0.0
		pass := func(n int) {
			for range n {
				at++
				e.Process(ev(at, engine.Map{"event.category": "c"}))
			}
		}
		pass(500)
		e.Flush(noon.Add(time.Duration(at) * time.Second)) // what is held is looked through, and not weighed
		e.Process(ev(at, engine.Map{"event.category": "a"}))
		pass(1 << 12)
		assert.Zero(t, e.Stats().Rules[0].Held)
	}
}

// among returns a rule among others.
func among(t *testing.T, r *ast.Rule, others int) []*ast.Rule {
	rules := []*ast.Rule{r}
	for i := range others {
		rules = append(rules, rule(t, fmt.Sprint("other", i), fmt.Sprintf(`b where n == %d`, 100+i)))
	}
	return rules
}

// replaceAll lets rules go, and come again as new ones.
func replaceAll(t *testing.T, e *engine.Engine, rules []*ast.Rule) {
	for _, list := range [][]*ast.Rule{nil, rules} {
		_, err := e.Replace(list)
		require.NoError(t, err)
	}
}

// What is asked for many fields, or of many rules, is for the index, and so is what
// no map tells.
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
	for text, want := range map[string]bool{
		`any where length(s) > 3`: false, `a where length(s) > 3`: true, `a where descendant of [b where n == 1]`: false,
	} {
		q, err := eql.Parse("r", text, eql.Endpoint)
		require.NoError(t, err)
		assert.Equal(t, want, newEngine(t, []*ast.Rule{{ID: "r", Query: q}}).Few(), text)
	}
}

// Of a field that another one is an alias of, a map alone tells nothing.
func TestFewRulesWithAliases(t *testing.T) {
	types := engine.Types(map[string]engine.FieldType{"pid": {Type: "alias", Path: "process.pid"}})
	e := newEngine(t, []*ast.Rule{rule(t, "r", `process where pid == 7`)}, types)
	for i := range 3 {
		x := ev(float64(i), engine.Map{"event.category": "process", "process.pid": 7})
		assert.Len(t, e.Process(x), 1)
		x.Time = x.Time.Add(time.Millisecond)
		assert.Len(t, e.ProcessBatch([]engine.Event{x}), 1)
	}
}

// A field that is derived, such as the time of an event, is none of its map.
func TestFewRulesOfDerivedFields(t *testing.T) {
	for text, want := range map[string]bool{`_time>0`: false, `k=1 _time>0`: true} {
		search := searchRule(t, "search", `search `+text+` | stats count by k`)
		search.Schedule = ast.Schedule{Interval: 3 * time.Second, Window: ast.TimeRange{Earliest: "-3s"}}
		e := newEngine(t, []*ast.Rule{search})
		assert.Equal(t, want, e.Few())
		assert.Empty(t, e.Process(ev(0, engine.Map{"k": 2})))
		assert.Empty(t, e.Process(ev(1, engine.Map{"k": 1})))
		assert.NotEmpty(t, e.Flush(engine.End))
	}
}

// overModels are one or two rules, of which one searches a data model.
func overModels(t testing.TB, r *rand.Rand) []*ast.Rule {
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	cond := func() string {
		return one(`Processes.process_name=sh`, `Processes.process_name!=sh`, `Processes.process="* -c *"`, `Processes.process=unknown`,
			`Processes.user=*`, `NOT Processes.user=root`, `Processes.parent_process_name IN (unknown, "s*")`,
			`Processes.process_integrity_level=high`, `Processes.vendor_product=*unknown`, `Processes.process_id=7`, `process_name=sh`, `host=a`)
	}
	text := "| tstats count from datamodel=Endpoint.Processes where "
	switch r.IntN(3) {
	case 0:
		text += fmt.Sprintf(`(%s OR %s) %s`, cond(), cond(), cond())
	case 1:
		text += fmt.Sprintf(`%s NOT (%s %s)`, cond(), cond(), cond())
	default:
		text += fmt.Sprintf(`%s OR (%s %s)`, cond(), cond(), cond())
	}
	search := searchRule(t, "search", text+" by Processes.process_name Processes.user")
	search.Schedule = ast.Schedule{Interval: 3 * time.Second, Window: ast.TimeRange{Earliest: "-9s"}}
	rules := []*ast.Rule{search, rule(t, "event", `any where process_name : "s*" and length(user) > 3`)}
	return rules[:1+r.IntN(2)]
}

// modelEvents are events as a data model of processes names their fields, with values
// of every kind, or none.
func modelEvents(r *rand.Rand, n int) []engine.Event {
	values := map[string][]any{
		"process_name":            {"sh", "SH", "init", "", nil, []any{"sh", "ls"}, []any{}, []string{"x"}, 7},
		"process":                 {"sh -c ls", "ls", "", nil, []any{"", "a -c b"}, 12, map[string]any{"name": "sh"}},
		"user":                    {"root", "SYSTEM", "unknown", "", nil, []string{}, true},
		"parent_process_name":     {"sshd", "", nil, []any{nil}},
		"parent_process":          {"sshd -D", "", "  init x", nil},
		"process_integrity_level": {"High", "low", nil, []any{"HIGH"}},
		"process_id":              {7, "7", 7.0, 8},
		"tag":                     {"process", "report", []any{"process", "report"}, []string{"report", "process"}, nil, []any{}, "other"},
		"vendor_product":          {"a b", nil, ""},
		"vendor":                  {"a", "unknown"},
		"product":                 {"b", "unknown"},
		"sourcetype":              {"x:unknown", "y"},
		"host":                    {"a", "b"},
		"_time":                   {1.5, "x"},
	}
	names := slices.Sorted(maps.Keys(values))
	events := make([]engine.Event, n)
	for i := range events {
		m := engine.Map{}
		for _, name := range names {
			if list := values[name]; r.IntN(3) > 0 {
				m[name] = list[r.IntN(len(list))]
			}
		}
		events[i] = ev(float64(r.IntN(4)+i)/4, m)
	}
	return events
}

// A data model makes no difference to that, whatever it calculates of what fields.
func TestFewRulesOverADataModel(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 26))
	rounds := 300
	if testing.Short() {
		rounds = 60
	}
	alerts, few := 0, 0
	for round := range rounds {
		rules := overModels(t, r)
		opts := [][]engine.Option{{}, {engine.Lateness(3 * time.Second)}, {engine.Continuous()}}[round%3]
		events := modelEvents(r, 200)
		engines := []*engine.Engine{newEngine(t, rules, append(opts, engine.FullScan())...), newEngine(t, rules, opts...)}
		if engines[1].Few() {
			few++
		}
		got := make([][]string, len(engines))
		for _, x := range events {
			for i, e := range engines {
				got[i] = append(got[i], texts(e.Process(x))...)
			}
		}
		for i, e := range engines {
			got[i] = append(got[i], texts(e.Flush(engine.End))...)
		}
		text := rules[0].Query.Source.Text
		require.Empty(t, cmp.Diff(got[0], got[1]), text)
		require.Empty(t, cmp.Diff(got[0], batched(r, newEngine(t, rules, append(opts, engine.Workers(2))...), events)), text)
		s, full := engines[1].Stats(), engines[0].Stats()
		require.Equal(t, full.Late, s.Late)
		require.Equal(t, full.Matches, s.Matches)
		alerts += len(got[0])
	}
	assert.Greater(t, alerts, rounds)
	assert.Greater(t, few, rounds/2)
}

// A filter of a condition over a data model answers for a map as it does for fields
// that are none.
func TestFilterOverADataModel(t *testing.T) {
	r := rand.New(rand.NewPCG(26, 11))
	met := 0
	for range 300 {
		q := *overModels(t, r)[0].Query
		q.Stages = q.Stages[:1]
		f, err := engine.Compile(&q)
		require.NoError(t, err)
		for _, x := range modelEvents(r, 50) {
			m := x.Fields.(engine.Map)
			is := f.Match(m)
			require.Equal(t, f.Match(asked{m, new([]string)}), is, "%s %v", q.Source.Text, m)
			if is {
				met++
			}
		}
	}
	assert.Greater(t, met, 100)
}

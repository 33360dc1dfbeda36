package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/schema"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

// timeline reads events, one a word: the time in seconds, the category, and
// fields, as in 3:process,host.id=a,process.name=b.exe. A value that reads as a
// number is one.
func timeline(text string) (events []engine.Event) {
	for _, w := range strings.Fields(text) {
		at, rest, _ := strings.Cut(w, ":")
		var sec float64
		fmt.Sscan(at, &sec)
		m := engine.Map{}
		for i, part := range strings.Split(rest, ",") {
			name, value, pair := strings.Cut(part, "=")
			var n int64
			switch {
			case !pair && i == 0 && name != "":
				m["event.category"] = name
			case pair:
				if m[name] = value; value != "" {
					if _, err := fmt.Sscanf(value+"$", "%d$", &n); err == nil {
						m[name] = n
					}
				}
			}
		}
		events = append(events, ev(sec, m))
	}
	return events
}

func explain(t *testing.T, r *ast.Rule, text string, q engine.Question, opts ...engine.Option) engine.Explanation {
	t.Helper()
	x, err := engine.Explain(context.Background(), r, slices.Values(timeline(text)), q, opts...)
	require.NoError(t, err)
	return x
}

// nth asks about one event.
func nth(n int) engine.Question {
	return engine.Question{Event: func(i int, _ engine.Event) bool { return i == n }}
}

func TestExplainOneEvent(t *testing.T) {
	office := rule(t, "office", `process where process.parent.name : "winword.exe" and (process.name : "cmd.exe" or process.pid == 4)
  and not user.id == "S-1-5-18"`)
	office.OS, office.Indices = []string{"windows"}, []string{"logs-*"}
	exception, err := eql.Parse("", `any where not process.name : "cmd.com"`)
	require.NoError(t, err)
	office.Filters = []ast.Expr{exception.Stages[0].(*ast.Events).Where}
	tests := []struct {
		name, event string
		verdict     engine.Verdict
		reason      string
	}{
		{"it meets all", "process,process.parent.name=WINWORD.EXE,process.name=cmd.exe", engine.Fired, "the event meets the condition"},
		{
			"the category", "file,process.parent.name=winword.exe,process.name=cmd.exe", engine.Silent,
			`the event does not meet the condition: event.category == "process" is false (event.category = "file")`,
		},
		{
			"the first operand that is not met", "process,process.parent.name=excel.exe,process.name=a.exe", engine.Silent,
			`process.parent.name : "winword.exe" is false (process.parent.name = "excel.exe")`,
		},
		{
			"no alternative", "process,process.parent.name=winword.exe,process.name=a.exe", engine.Silent,
			`process.name : "cmd.exe" or process.pid == 4 is false (process.name = "a.exe", process.pid is missing)`,
		},
		{
			"an exclusion", "process,process.parent.name=winword.exe,process.pid=4,user.id=S-1-5-18", engine.Silent,
			`2:11: user.id == "S-1-5-18" is true (user.id = "S-1-5-18")`,
		},
		{
			"another system", "process,process.parent.name=winword.exe,process.pid=4,host.os.type=linux", engine.Silent,
			`the rule does not see the event, for its system: host.os.type == null or host.os.type : "windows" is false (host.os.type = "linux")`,
		},
		{
			"another index", "process,process.parent.name=winword.exe,process.pid=4,_index=audit-1", engine.Silent,
			`the rule does not see the event, for its index: _index == null or _index like "logs-*" is false (_index = "audit-1")`,
		},
		{
			"an exception", "process,process.parent.name=winword.exe,process.pid=4,process.name=cmd.com", engine.Silent,
			`the rule does not see the event, for its exception: 1:15: process.name : "cmd.com" is true (process.name = "cmd.com")`,
		},
	}
	e, err := engine.New([]*ast.Rule{office}, engine.Indices("_index"))
	require.NoError(t, err)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			one := timeline("0:" + tt.event)[0]
			x := e.Explain("office", one)
			assert.Equal(t, tt.verdict, x.Verdict, x)
			assert.Contains(t, x.Reason, tt.reason)
			assert.Equal(t, tt.verdict == engine.Fired, len(e.Process(one)) == 1)
			if tt.verdict == engine.Fired {
				assert.True(t, *x.Routed)
			}
		})
	}
}

// Each part of a condition tells its outcome and the values that it saw, also
// behind the one that decides.
func TestExplanationTree(t *testing.T) {
	r := rule(t, "r", `any where a == 1 and (length(b) > 2 or c : "x*") and d != null`)
	e, err := engine.New([]*ast.Rule{r})
	require.NoError(t, err)
	x := e.Explain("r", timeline("0:,a=2,b=ab,c=y")[0])
	want := &engine.Condition{
		Text: `a == 1 and (length(b) > 2 or c : "x*") and d != null`, Op: "and", Line: 1, Column: 11, Outcome: engine.IsFalse,
		Parts: []*engine.Condition{
			{Text: "a == 1", Line: 1, Column: 11, Outcome: engine.IsFalse, Decides: true, Values: []engine.Seen{{Name: "a", Value: int64(2)}}},
			{
				Text: `length(b) > 2 or c : "x*"`, Op: "or", Line: 1, Column: 23, Outcome: engine.IsFalse,
				Parts: []*engine.Condition{
					{
						Text: "length(b) > 2", Line: 1, Column: 23, Outcome: engine.IsFalse,
						Values: []engine.Seen{{Name: "length(b)", Value: int64(2)}, {Name: "b", Value: "ab"}},
					},
					{Text: `c : "x*"`, Line: 1, Column: 40, Outcome: engine.IsFalse, Values: []engine.Seen{{Name: "c", Value: "y"}}},
				},
			},
			{
				Text: "d != null", Op: "not", Line: 1, Column: 54, Outcome: engine.IsFalse,
				Parts: []*engine.Condition{{Text: "d == null", Line: 1, Column: 54, Outcome: engine.IsTrue, Values: []engine.Seen{{Name: "d"}}}},
			},
		},
	}
	assert.Empty(t, cmp.Diff(want, x.Steps[0].Condition))
	assert.Equal(t, []string{"a == 1", `length(b) > 2 or c : "x*"`, "d != null"}, x.Steps[0].Lacks)
	assert.Equal(t, []*engine.Condition{x.Steps[0].Condition.Parts[0]}, x.Steps[0].Condition.Grounds())

	data, err := json.Marshal(x)
	require.NoError(t, err)
	var back engine.Explanation
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, x.String(), back.String(), "JSON holds all that the text does")
}

func TestExplainSequences(t *testing.T) {
	two := `sequence by host.id with maxspan=10s [process where process.name : "a.exe"] [file where file.name : "b" and user.name : "u"]`
	three := `sequence by host.id with maxspan=10s [process where true] [file where true] [network where destination.port == 443]`
	absent := `sequence by host.id with maxspan=10s [process where true] ![registry where true] [file where true]`
	tests := []struct{ name, rule, events, reason string }{
		{"complete", two, "0:process,host.id=A,process.name=a.exe 1:file,host.id=A,file.name=b,user.name=u", "complete at 12:00:01 for host.id=A"},
		{
			"too late, and not quite", three,
			"0:process,host.id=A 2:file,host.id=A 14.1:network,host.id=A,destination.port=444",
			"step 2 of 3 reached at 12:00:02 for host.id=A; maxspan ended 4.1s before event 3, which met all but destination.port == 443",
		},
		{
			"too late", three, "0:process,host.id=A 2:file,host.id=A 14.1:network,host.id=A,destination.port=443",
			"step 2 of 3 reached at 12:00:02 for host.id=A; maxspan ended 4.1s before event 3, which met step 3",
		},
		{
			"nearly", two, "0:process,host.id=A,process.name=a.exe 1:file,host.id=A,file.name=b,user.name=v 2:file,host.id=A",
			`maxspan ended 9s after event 2, which met all but user.name : "u"`,
		},
		{
			"nothing came near", "sequence by host.id [process where true] [file where true]", "0:process,host.id=A 1:process,host.id=B",
			"step 1 of 2 reached at 12:00:00 for host.id=A; step 2 has not followed",
		},
		{"another key", two, "0:process,host.id=A,process.name=x.exe 1:file,host.id=B,file.name=b,user.name=u", "event 2 meets step 2 for host.id=B, but nothing met what comes before"},
		{"no key", two, "0:process,process.name=a.exe", "1 event met step 1 of 2, none with a value of host.id"},
		{"no category", two, "0:registry,host.id=A,process.name=a.exe", "no event meets step 1 of 2, and none is of its category"},
		{"no event", two, "0:process,host.id=A,process.name=x.exe", `no event meets step 1 of 2; nearest is event 1, which met all but process.name : "a.exe"`},
		{
			"until", `sequence by host.id [process where true] [file where true] until [network where true]`,
			"0:process,host.id=A 1:network,host.id=A 2:file,host.id=A", "step 1 of 2 reached at 12:00:00 for host.id=A; until was met by event 2",
		},
		{
			"replaced", `sequence by host.id [process where true] [file where true] until [network where true]`,
			"0:process,host.id=A 1:process,host.id=A", "step 1 of 2 reached at 12:00:01 for host.id=A; step 2 has not followed",
		},
		{
			"an event that must be missing", absent, "0:process,host.id=A 1:registry,host.id=A 2:file,host.id=A",
			"an event that must be missing was there by event 2",
		},
		{
			"what must not follow", `sequence by host.id with maxspan=10s [process where true] ![file where true]`,
			"0:process,host.id=A 1:file,host.id=A", "an event that must be missing was there by event 2",
		},
		{
			"runs", `sequence by host.id with maxspan=10s [process where true] with runs=3 [file where true]`,
			"0:process,host.id=A 1:process,host.id=A", "2 of 4 events found by 12:00:01 for host.id=A; maxspan ended",
		},
		{
			"a sample", `sample by host.id [process where true] [file where true] [network where destination.port == 1]`,
			"0:process,host.id=A 1:network,host.id=A,destination.port=2 2:file,host.id=A",
			"2 of 3 events found by 12:00:02 for host.id=A; step 3 has not followed; nearest was event 2, which met all but destination.port == 1",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := explain(t, rule(t, "r", tt.rule), tt.events, engine.Question{})
			assert.Contains(t, x.Reason, tt.reason, x)
			assert.Equal(t, tt.name == "complete", x.Verdict == engine.Fired, x)
		})
	}
}

// A condition that refers to an earlier event is asked with the events of the
// series that waits for it.
func TestExplainReferences(t *testing.T) {
	q, err := eql.Parse("r", `sequence by host.id with maxspan=10s
  [process where true] as first
  [file where process.pid == first.process.pid and file.name : "b"]`, eql.Endpoint)
	require.NoError(t, err)
	r := &ast.Rule{ID: "r", Name: "r", Query: q}
	x := explain(t, r, "0:process,host.id=A,process.pid=4 1:file,host.id=A,process.pid=5,file.name=b", engine.Question{})
	assert.Contains(t, x.Reason, "which met all but process.pid == first.process.pid")
	assert.Equal(t, []engine.Seen{{Name: "process.pid", Value: int64(5)}, {Name: "first.process.pid", Value: int64(4)}},
		x.Stories[0].Nearest.Condition.Grounds()[0].Values)
	x = explain(t, r, "0:process,host.id=A,process.pid=4 1:file,host.id=A,process.pid=4,file.name=b", engine.Question{})
	assert.Equal(t, engine.Fired, x.Verdict)
	assert.Equal(t, 1, x.Steps[1].Met)
}

// Of a sequence, an event is asked about as the engine stands: what it would
// do now.
func TestExplainAsTheEngineStands(t *testing.T) {
	r := rule(t, "r", `sequence by host.id with maxspan=10s [process where true] [file where file.name : "b"] ![network where true]`)
	plain := rule(t, "plain", `sequence by host.id with maxspan=10s [process where true] [file where file.name : "b"]`)
	plain.Suppression = &ast.Suppression{Fields: []string{"host.id"}, Duration: time.Hour}
	for _, lateness := range []time.Duration{0, 3 * time.Second} {
		e, err := engine.New([]*ast.Rule{r, plain}, engine.Lateness(lateness))
		require.NoError(t, err)
		events := timeline("0:process,host.id=A 1:file,host.id=A,file.name=c 2:file,host.id=A,file.name=b")
		e.Process(events[0])
		before := snapshotOf(t, e)
		assert.Equal(t, engine.Silent, e.Explain("plain", events[1]).Verdict)
		x := e.Explain("plain", events[2])
		assert.Equal(t, engine.Fired, x.Verdict, x)
		assert.Equal(t, "it met step 2 of 2 for host.id=A; a match was complete for host.id=A", x.Reason)
		x = e.Explain("r", events[2])
		assert.Equal(t, engine.Pending, x.Verdict, x)
		assert.Equal(t, before, snapshotOf(t, e), "nothing changes by asking")

		e.Process(events[2])
		e.Flush(events[2].Time.Add(time.Second))
		again := timeline("4:process,host.id=A 5:file,host.id=A,file.name=b")
		e.Process(again[0])
		x = e.Explain("plain", again[1])
		assert.Equal(t, engine.Withheld, x.Verdict, x)
		assert.Contains(t, e.Explain("plain", events[0]).Reason, "too late")
	}
}

func snapshotOf(t *testing.T, e *engine.Engine) string {
	var b bytes.Buffer
	require.NoError(t, e.Snapshot(&b))
	return b.String()
}

func TestExplainRelatedProcesses(t *testing.T) {
	q, err := eql.Parse("r", `process where process.name == "c" and descendant of [process where process.name == "a"]`, eql.Endpoint)
	require.NoError(t, err)
	e, err := engine.New([]*ast.Rule{{ID: "r", Query: q}})
	require.NoError(t, err)
	child := timeline("1:process,process.name=c,process.entity_id=2,process.parent.entity_id=1")[0]
	assert.Equal(t, engine.Silent, e.Explain("r", child).Verdict)
	e.Process(timeline("0:process,process.name=a,process.entity_id=1")[0])
	assert.Equal(t, engine.Fired, e.Explain("r", child).Verdict)
	assert.Equal(t, engine.Fired, e.Explain("r", child).Verdict, "asking does not make the process known")
	require.Len(t, e.Process(child), 1)
}

func TestExplainSearches(t *testing.T) {
	count := `search code=1 | stats count by host | where count > 2 | table host`
	events := "0:,code=1,host=h 1:,code=1,host=h 2:,code=2,host=h 3:,code=1,host=g"
	tests := []struct {
		name, search, events string
		event                int // 0 for all
		verdict              engine.Verdict
		reason               string
		rows                 string // in and out of each stage, and the rows that the event has a part in
	}{
		{
			"no row is left", count, events, 0, engine.Silent,
			"run at 13:00:00 over [11:50:00, 12:50:00): none of 2 rows left stage 3, where 'count' > 2: 1:45: 'count' > 2 is false (count = 2)",
			"3>3 3>2 2>0! 0>0",
		},
		{"rows are left", strings.Replace(count, "2", "1", 1), events, 0, engine.Fired, "1 row", "3>3 3>2 2>1 1>1"},
		{
			"the event's group", count, events + " 4:,code=1,host=h", 4, engine.Silent,
			"no row that the event has a part in left stage 3, where 'count' > 2: 1:45: 'count' > 2 is false (count = 1)",
			"4>4/1 4>2/1 2>1! 1>1",
		},
		{"the event's group is found", count, events + " 4:,code=1,host=h", 1, engine.Fired, "1 row", "4>4/1 4>2/1 2>1/1 1>1/1"},
		{"the event is none of the search's", count, events, 3, engine.Silent, `code="1" is false (code = 2)`, ""},
		{
			"the event lies outside", "search code=1 earliest=-5m | table host", events, 1, engine.Silent,
			"it lies outside the window: 12:00:00 is not in [12:55:00, 12:50:00) of the run at 13:00:00", "2>0 0>0",
		},
		{"a duplicate", "search code=1 | dedup host | table host", events, 1, engine.Silent, "no row that the event has a part in left stage 2, dedup", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := engine.Question{}
			if tt.event > 0 {
				q = nth(tt.event)
			}
			x := explain(t, searchRule(t, "r", tt.search), tt.events, q)
			assert.Equal(t, tt.verdict, x.Verdict, x)
			assert.Contains(t, x.Reason, tt.reason, x)
			if tt.rows != "" {
				require.NotEmpty(t, x.Runs, x)
				assert.Equal(t, tt.rows, stagesOf(x.Runs[0]), x)
			}
		})
	}
}

// An event is found by its id, also by the one that it is given for want of
// another.
func TestExplainByID(t *testing.T) {
	r := searchRule(t, "r", `search code=1 | stats count by host | where count > 2`)
	events := "0:,code=1,host=h 1:,code=1,host=g"
	first := explain(t, r, events, nth(2))
	again := explain(t, r, events, engine.Question{Event: func(_ int, ev engine.Event) bool { return ev.ID == first.Event.ID }})
	assert.Equal(t, 2, again.Event.N)
	assert.Equal(t, first.String(), again.String())
	assert.Equal(t, "g", again.Runs[0].Stages[2].Row["host"])
}

// Of many runs, the one that reads the event is told of, however late it is.
func TestExplainLateRuns(t *testing.T) {
	r := searchRule(t, "r", `search code=1 | stats count by host | where count > 1`)
	var events []string
	for i := range 100 {
		events = append(events, fmt.Sprintf("%d:,code=1,host=h%d", i*3600, i%90))
	}
	x := explain(t, r, strings.Join(events, " "), nth(99))
	require.Len(t, x.Runs, 1)
	assert.Equal(t, "1>1/1 1>1/1 1>0!", stagesOf(x.Runs[0]), x)
	assert.Equal(t, noon.Add(99*time.Hour), x.Runs[0].At)
}

func stagesOf(run engine.Run) string {
	var words []string
	for _, st := range run.Stages {
		w := fmt.Sprintf("%d>%d", st.In, st.Out)
		if st.Concerned > 0 {
			w += fmt.Sprintf("/%d", st.Concerned)
		}
		if st.Lost {
			w += "!"
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

// Explaining a search writes nothing to a store, and asks it as it stands.
func TestExplainLeavesCollectionsAlone(t *testing.T) {
	store := &engine.Memory{}
	e, err := engine.New([]*ast.Rule{searchRule(t, "r", `search code=1 | stats count by host | outputlookup seen`)}, engine.Collections(store))
	require.NoError(t, err)
	x := e.Explain("r", timeline("0:,code=1,host=h")[0])
	assert.Equal(t, engine.Fired, x.Verdict, x)
	_, written := store.Table("seen")
	assert.False(t, written)
}

// Macros and subsearches are shown as they were expanded, and data models by
// the tags of the event.
func TestExplainExpanded(t *testing.T) {
	content := &spl.Content{Macros: map[string]spl.Macro{"wide": {Definition: "count > 5"}}}
	q, err := spl.Parse("r", "| tstats count from datamodel=Endpoint.Processes where Processes.process_name=cmd.exe by Processes.dest | where `wide`", content)
	require.NoError(t, err)
	r := &ast.Rule{ID: "r", Query: q}
	tagged := engine.Map{"tag": []any{"network"}, "process_name": "cmd.exe", "dest": "h"}
	e, err := engine.New([]*ast.Rule{r})
	require.NoError(t, err)
	x := e.Explain("r", ev(0, tagged))
	assert.Contains(t, x.Reason, `data model Endpoint.Processes is false (tag = ["network"]`)
	member := x.Steps[0].Condition.Parts[0]
	assert.NotZero(t, member.Line)
	assert.Zero(t, member.Parts[1].Line, "the constraint is no part of the rule's text")
	tagged["tag"] = []any{"process", "report"}
	x = e.Explain("r", ev(0, tagged))
	assert.Contains(t, x.Reason, "where 'count' > 5")
}

// An event of a schema tells what it was read by, and what was inferred.
func TestExplainMapping(t *testing.T) {
	raw := map[string]any{
		"@timestamp": "2024-01-01T12:00:00Z", "winlog": map[string]any{
			"channel": "Microsoft-Windows-Sysmon/Operational", "event_id": "3", "computer_name": "pc",
			"event_data": map[string]any{"DestinationPort": "5985", "Initiated": "true"},
		},
	}
	event := schema.Windows(schema.Infer(schema.ApplicationProtocol)).Event(raw)
	r := rule(t, "r", `network where network.protocol == "http" and destination.port == 1`)
	x, err := engine.Explain(context.Background(), r, slices.Values([]engine.Event{event}), nth(1))
	require.NoError(t, err)
	assert.Contains(t, x.Mapping, "Microsoft-Windows-Sysmon/Operational 3")
	assert.Equal(t, "ecs", x.View)
	assert.Equal(t, []string{"network.protocol"}, x.Inferred)
	assert.True(t, x.Steps[0].Condition.Parts[1].Values[0].Inferred)
}

func TestExplainErrors(t *testing.T) {
	r := rule(t, "office", `process where true`)
	none := slices.Values([]engine.Event(nil))
	_, err := engine.Explain(context.Background(), r, none, nth(1))
	assert.ErrorContains(t, err, "not among those given")
	_, err = engine.Explain(context.Background(), rule(t, "bad", `process where lenght(a) == 1`), none, engine.Question{})
	assert.ErrorContains(t, err, `did you mean "length"?`)
	_, err = engine.Explain(context.Background(), nil, none, engine.Question{})
	assert.Error(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = engine.Explain(ctx, r, slices.Values(timeline("0:process")), engine.Question{})
	assert.ErrorIs(t, err, context.Canceled)

	bad := rule(t, "bad", `process where lenght(a) == 1`)
	e, _ := engine.New([]*ast.Rule{r, bad})
	assert.Equal(t, engine.NoRule, e.Explain("ofice", ev(0, engine.Map{})).Verdict)
	assert.Contains(t, e.Explain("ofice", ev(0, engine.Map{})).Reason, `did you mean "office"?`)
	assert.Contains(t, e.Explain("bad", ev(0, engine.Map{})).Reason, "the rule is refused: bad:1:15: unknown function")
	assert.Equal(t, engine.Silent, e.Explain("office", engine.Event{}).Verdict)
}

// What an event says does not steer a terminal.
func TestExplanationIsHarmless(t *testing.T) {
	r := rule(t, "r", `any where a : "x"`)
	x := explain(t, r, "0:,a=\x1b[2J\u202e", engine.Question{})
	assert.NotContains(t, x.String(), "\x1b")
	assert.NotContains(t, x.String(), "\u202e")
}

// Questions about keys narrow the stories, and the others are counted.
func TestExplainKeys(t *testing.T) {
	r := rule(t, "r", `sequence by host.id [process where true] [file where true]`)
	events := "0:process,host.id=A 0:process,host.id=B 0:process,host.id=C 1:file,host.id=B"
	x := explain(t, r, events, engine.Question{Most: 1})
	require.Len(t, x.Stories, 1)
	assert.Equal(t, "B", x.Stories[0].Keys[0].Value, "what came furthest is first")
	assert.Equal(t, 2, x.MoreKeys)
	x = explain(t, r, events, engine.Question{Keys: func(keys []engine.Seen) bool { return keys[0].Value == "C" }})
	require.Len(t, x.Stories, 1)
	assert.Equal(t, engine.Waiting, x.Stories[0].Fate)
}

func TestReasons(t *testing.T) {
	rules := []*ast.Rule{
		rule(t, "one", `process where process.name : "a.exe"`),
		rule(t, "two", `sequence by host.id [process where process.name : "a.exe"] [file where true]`),
		searchRule(t, "rows", `search process.name=a.exe | stats count by host.id | where count > 0`),
	}
	e, err := engine.New(rules, engine.Reasons())
	require.NoError(t, err)
	var alerts []engine.Alert
	for _, ev := range timeline("0:process,host.id=A,process.name=a.exe 1:file,host.id=A") {
		alerts = append(alerts, e.Process(ev)...)
	}
	alerts = append(alerts, e.Flush(engine.End)...)
	require.Len(t, alerts, 3)
	reasons := map[string]*engine.Explanation{}
	for _, a := range alerts {
		reasons[a.Rule.ID] = a.Reasons
	}
	assert.Equal(t, "the event meets the condition", reasons["one"].Reason)
	assert.Equal(t, "the events meet all steps for host.id=A", reasons["two"].Reason)
	assert.Len(t, reasons["two"].Steps, 2)
	assert.Equal(t, engine.IsTrue, reasons["two"].Steps[1].Condition.Outcome)
	assert.Equal(t, "1>1 1>1 1>1", stagesOf(reasons["rows"].Runs[0]))

	e, err = engine.New(rules)
	require.NoError(t, err)
	for _, a := range e.Process(timeline("0:process,host.id=A,process.name=a.exe")[0]) {
		assert.Nil(t, a.Reasons)
	}
}

// FuzzExplain shows that a verdict, its tree, the filter and the engine agree.
func FuzzExplain(f *testing.F) {
	f.Add(`a == null and not l in (1, "x") or i / 2 == 3`)
	f.Add(`length(s) > 3 and (cidrMatch(ip, "10.0.0.0/8") or not not s : "t*")`)
	odd := engine.Map{"a": nil, "b": true, "i": 7, "s": "text", "l": []any{1, "x", nil}, "e": []any{}, "ip": "10.0.0.1"}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := eql.Parse("fuzz", "any where "+text)
		if err != nil || len(q.Stages) != 1 {
			return
		}
		filter, err := engine.Compile(q)
		if err != nil {
			return
		}
		e, err := engine.New([]*ast.Rule{{ID: "r", Query: q}})
		require.NoError(t, err)
		x := e.Explain("r", ev(0, odd))
		assert.Equal(t, filter.Match(odd), x.Verdict == engine.Fired)
		assert.Equal(t, len(e.Process(ev(0, odd))) > 0, x.Verdict == engine.Fired)
		if c := x.Steps[0].Condition; c != nil {
			assert.Equal(t, x.Verdict == engine.Fired, c.Outcome == engine.IsTrue)
		}
		assert.NotEmpty(t, x.String())
	})
}

// What is said of an event with several keys comes in one order, also of keys with the
// same text.
func TestExplainKeysInOneOrder(t *testing.T) {
	e := newEngine(t, []*ast.Rule{rule(t, "r", `sequence by k with maxspan=9s [a where true] [b where true]`)})
	x := ev(0, engine.Map{"event.category": "b", "k": []any{1, "1", 2, "2"}})
	want := e.Explain("r", x)
	require.Len(t, want.Stories, 4)
	for range 20 {
		require.Equal(t, want.Stories, e.Explain("r", x).Stories)
	}
}

// To explain an event leaves a search as it was: one that tells of no runs goes on so, and
// one that tells of them for its alerts tells what it did.
func TestExplainLeavesSearches(t *testing.T) {
	r := searchRule(t, "r", `search n>=5 | stats count by k`)
	r.Schedule = ast.Schedule{Interval: 10 * time.Second, Window: ast.TimeRange{Earliest: "-10s"}}
	for traced, opts := range [][]engine.Option{nil, {engine.Reasons()}} {
		asked, other := newEngine(t, []*ast.Rule{r}, opts...), newEngine(t, []*ast.Rule{r}, opts...)
		for i := range 50 {
			x := ev(float64(i), engine.Map{"n": i % 9, "k": 1})
			asked.Explain("r", x)
			require.Equal(t, traced, asked.Traced())
			got, want := asked.Process(x), other.Process(x)
			require.Len(t, got, len(want))
			for j := range want {
				require.Equal(t, want[j].Reasons, got[j].Reasons)
			}
		}
		require.Equal(t, other.Stats(), asked.Stats())
	}
}

package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

// hits are the rules that fire on an event.
func hits(ev engine.Event, rules []*ast.Rule, opts ...engine.Option) (ids []string) {
	e, err := engine.New(rules, opts...)
	if err != nil {
		return []string{err.Error()}
	}
	for _, a := range e.Process(ev) {
		ids = append(ids, a.Rule.ID)
	}
	return ids
}

// rows prints what a search finds among some logons.
func rows(search string, content *spl.Content, opts ...engine.Option) {
	q, err := spl.Parse("search", search, content)
	if err != nil {
		fmt.Println(err)
		return
	}
	events := []engine.Event{logon(0, "ann", "failure"), logon(30, "bob", "failure"), logon(90, "ann", "success")}
	for row, err := range engine.Search(context.Background(), q, slices.Values(events), opts...) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(row.Map())
	}
}

// What the index says of a field decides how it is compared.
func ExampleTypes() {
	ev := engine.Event{Fields: engine.Map{"event.category": "network", "source.ip": "10.0.0.10"}}
	near := []*ast.Rule{named("near", `network where source.ip >= "10.0.0.9"`)}
	fmt.Println("texts:", hits(ev, near))
	fmt.Println("addresses:", hits(ev, near, engine.Types(map[string]engine.FieldType{"source.ip": {Type: "ip"}})))
	// Output:
	// texts: []
	// addresses: [near]
}

// A slip of the pen is an error where all fields are known.
func ExampleStrictTypes() {
	fields := map[string]engine.FieldType{"process.name": {Type: "keyword"}, "event.category": {Type: "keyword"}}
	_, err := engine.New([]*ast.Rule{named("slip", `process where process.nmae == "cmd.exe"`)}, engine.StrictTypes(fields))
	fmt.Println(err)
	// Output:
	// slip:1:15: unknown field "process.nmae", did you mean "process.name"?
}

func ExampleCategory() {
	ev := engine.Event{Fields: engine.Map{"kind": "process", "name": "cmd.exe"}}
	fmt.Println(hits(ev, []*ast.Rule{named("shell", `process where name == "cmd.exe"`)}, engine.Category("kind")))
	// Output:
	// [shell]
}

// Rules see the events of the indices that they name.
func ExampleIndices() {
	r := named("all", `any where true`)
	r.Indices = []string{"logs-endpoint*", "-logs-endpoint.test"}
	for _, index := range []string{"logs-endpoint.events", "logs-endpoint.test", "winlogbeat"} {
		ev := engine.Event{Fields: engine.Map{"_index": index}}
		fmt.Println(index, hits(ev, []*ast.Rule{r}, engine.Indices("_index")))
	}
	// Output:
	// logs-endpoint.events [all]
	// logs-endpoint.test []
	// winlogbeat []
}

// An alert carries what its rule reads, and what else is asked for.
func ExampleKeep() {
	e, err := engine.New([]*ast.Rule{named("guess", guess)}, engine.Keep("labels.site"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, outcome := range []string{"failure", "success"} {
		ev := logon(i, "ann", outcome)
		ev.Fields.(engine.Map)["labels.site"] = "north"
		for _, a := range e.Process(ev) {
			fmt.Println(a.Last("labels.site").Text())
		}
	}
	// Output:
	// north
}

// A tie-breaker orders events of the same time.
func ExampleTiebreaker() {
	e, err := engine.New([]*ast.Rule{named("guess", guess)}, engine.Lateness(time.Second), engine.Tiebreaker("log.offset"))
	if err != nil {
		fmt.Println(err)
		return
	}
	later, sooner := logon(0, "ann", "success"), logon(0, "ann", "failure")
	later.Fields.(engine.Map)["log.offset"], sooner.Fields.(engine.Map)["log.offset"] = 2, 1
	fmt.Println(len(e.Process(later)), len(e.Process(sooner)), len(e.Flush(engine.End)))
	// Output:
	// 0 0 1
}

// Each host has a clock of its own, so that one that lags behind loses nothing.
func ExampleSourceClock() {
	e, err := engine.New([]*ast.Rule{named("guess", guess)}, engine.SourceClock("host.name", time.Hour))
	if err != nil {
		fmt.Println(err)
		return
	}
	on := func(host string, ev engine.Event) engine.Event {
		ev.Fields.(engine.Map)["host.name"] = host
		return ev
	}
	e.Process(on("slow", logon(0, "ann", "failure")))
	e.Process(on("fast", logon(59, "bob", "failure")))
	e.Process(on("slow", logon(5, "ann", "success")))
	fmt.Println(len(e.Flush(engine.End)), "alert,", e.Stats().Late, "late")
	// Output:
	// 1 alert, 0 late
}

// A row is raised with its first event, not on a schedule.
func ExampleContinuous() {
	q, err := spl.Parse("users", `search "event.outcome"=failure | stats count by user.name`, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := engine.New([]*ast.Rule{{ID: "users", Query: q}}, engine.Continuous())
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, user := range []string{"ann", "ann", "bob"} {
		for _, a := range e.Process(logon(i, user, "failure")) {
			fmt.Println(i, a.Row.Map())
		}
	}
	// Output:
	// 0 map[count:1 user.name:ann]
	// 2 map[count:1 user.name:bob]
}

func ExampleWindow() {
	noon := logon(0, "", "").Time
	rows(`search * | stats count`, nil, engine.Window(noon, noon.Add(time.Minute)))
	// Output:
	// map[count:2]
}

func ExampleNow() {
	rows(`search earliest=-1m | stats count`, nil, engine.Now(logon(100, "", "").Time))
	// Output:
	// map[count:1]
}

func ExampleZone() {
	rows(`search user.name=bob | eval at=strftime(_time, "%H:%M %Z") | table at`, nil, engine.Zone(time.FixedZone("CEST", 2*60*60)))
	// Output:
	// map[at:14:00 CEST]
}

// What is known of addresses is the embedder's.
func ExampleGeo() {
	rows(`search user.name=bob | eval ip="192.0.2.1" | iplocation ip | table ip Country`, nil, engine.Geo(func(addr string) map[string]string {
		return map[string]string{"Country": "Nowhere"}
	}))
	// Output:
	// map[Country:Nowhere ip:192.0.2.1]
}

// A command that the engine does not know is the embedder's to run.
func ExampleCommand() {
	content := &spl.Content{Commands: map[string]bool{"shout": true}}
	rows(`search user.name=ann | table user.name | shout user.name`, content, engine.Command("shout", func(rows *engine.Rows, args string) error {
		for i := range rows.Len() {
			name := rows.Value(i, args).Text()
			rows.Set(i, args, event.OfString(strings.ToUpper(name)))
		}
		return nil
	}))
	// Output:
	// map[user.name:ANN]
	// map[user.name:ANN]
}

// What one search writes, another one reads.
func ExampleCollections() {
	store := &engine.Memory{}
	content := &spl.Content{Lookups: map[string]*ast.LookupDef{"seen": {Name: "seen", Collection: "seen", MaxMatches: 1}}}
	rows(`search * | stats count by user.name | rename user.name as user | outputlookup seen`, content, engine.Collections(store))
	rows(`| inputlookup seen | stats sum(count) as all`, content, engine.Collections(store))
	// Output:
	// map[count:2 user:ann]
	// map[count:1 user:bob]
	// map[all:3]
}

// A snapshot is made of records, one a rule and key, which may be kept apart.
func ExampleEngine_Records() {
	rules := []*ast.Rule{named("guess", guess)}
	e, err := engine.New(rules)
	if err != nil {
		fmt.Println(err)
		return
	}
	e.Process(logon(0, "ann", "failure"))
	e.Process(logon(1, "bob", "failure"))
	keys := 0
	var all strings.Builder
	for r := range e.Records() {
		if r.Kind == engine.KeyRecord {
			keys++
		}
	}
	err = engine.WriteRecords(&all, e.Records())
	fmt.Println(keys, "keys", err)
	restored, err := engine.Restore(strings.NewReader(all.String()), rules)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(restored.Process(logon(2, "bob", "success"))), "alert")
	// Output:
	// 2 keys <nil>
	// 1 alert
}

// The engine reads no clock: whoever wants to know what rules take hands it one.
func ExampleMeasureTime() {
	begun := time.Now()
	q, err := eql.Parse("all", "any where true")
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := engine.New([]*ast.Rule{{ID: "all", Query: q}}, engine.MeasureTime(func() time.Duration { return time.Since(begun) }))
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range 1000 {
		e.Process(logon(i%60, "ann", "failure"))
	}
	s := e.Stats()
	fmt.Println(s.Rules[0].Candidates, s.Rules[0].Matches, s.Rules[0].Time > 0)
	// Output:
	// 1000 1000 true
}

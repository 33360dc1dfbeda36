package engine_test

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

// named is a rule of an EQL query that is known to be right.
func named(id, query string) *ast.Rule {
	q, err := eql.Parse(id, query)
	if err != nil {
		panic(err)
	}
	return &ast.Rule{ID: id, Name: id, Query: q}
}

// logon is an event some seconds after noon.
func logon(seconds int, user, outcome string) engine.Event {
	return engine.Event{
		Time:   time.Date(2026, 5, 1, 12, 0, seconds, 0, time.UTC),
		Fields: engine.Map{"event.category": "authentication", "event.outcome": outcome, "user.name": user},
	}
}

const guess = `sequence by user.name with maxspan=1m
  [authentication where event.outcome == "failure"]
  [authentication where event.outcome == "success"]`

// Inside the lateness, the order of arrival makes no difference.
func ExampleEngine_Process() {
	e, err := engine.New([]*ast.Rule{named("guess", guess)}, engine.Lateness(10*time.Second))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, ev := range []engine.Event{logon(5, "ann", "success"), logon(3, "ann", "failure"), logon(20, "bob", "failure")} {
		for _, a := range e.Process(ev) {
			fmt.Println(a.Rule.Name, a.Keys[0].Text(), a.Time.Format(time.TimeOnly))
		}
	}
	// Output:
	// guess ann 12:00:05
}

// What is wrong with rules is told by place; the others run.
func ExampleEngine_Coverage() {
	e, err := engine.New([]*ast.Rule{
		named("good", `process where process.name : "cmd.exe"`),
		named("endless", `sequence by host.id [process where true] [network where true]`),
		named("bad", `process where cidrMatch(source.ip)`),
	})
	fmt.Println(strings.Count(err.Error(), "\n")+1, "error")
	for _, c := range e.Coverage() {
		fmt.Println(c.Rule.ID, c.Status(), c.Cost().State)
	}
	// Output:
	// 1 error
	// good runs none
	// endless runs count
	// bad refused
}

// The rules change under way, and what is pending goes on.
func ExampleEngine_Replace() {
	e, err := engine.New([]*ast.Rule{named("guess", guess)})
	if err != nil {
		fmt.Println(err)
		return
	}
	e.Process(logon(0, "ann", "failure"))
	renamed := named("guess", guess)
	renamed.Name = "Guessed password"
	report, err := e.Replace([]*ast.Rule{renamed, named("all", "any where true")})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("added", report.Added, "metadata", report.Metadata)
	for _, a := range e.Process(logon(1, "ann", "success")) {
		fmt.Println(a.Rule.Name)
	}
	// Unordered output:
	// added [all] metadata [guess]
	// Guessed password
	// all
}

func ExampleEngine_Stats() {
	e, err := engine.New([]*ast.Rule{named("guess", guess)})
	if err != nil {
		fmt.Println(err)
		return
	}
	e.Process(logon(0, "ann", "failure"))
	e.Process(logon(1, "bob", "failure"))
	s := e.Stats()
	fmt.Println(s.Events, "events,", s.Rules[0].Held, "partials,", s.Alerts, "alerts,", s.Truncated, "lost")
	// Output:
	// 2 events, 2 partials, 0 alerts, 0 lost
}

func ExampleObserve() {
	e, err := engine.New([]*ast.Rule{named("guess", guess)}, engine.Observe(engine.Observer{
		Late: func(r *ast.Rule, ev engine.Event) {
			fmt.Println("too late for", r.ID+":", ev.Fields.Field("user.name").Text())
		},
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	e.Process(logon(30, "ann", "failure"))
	e.Process(logon(10, "bob", "failure"))
	// Output:
	// too late for guess: bob
}

// A search over a stream runs on its schedule, in the time of the events.
func ExampleSchedule() {
	q, err := spl.Parse("failures", `search "event.outcome"=failure | stats count by user.name | where count > 1`, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := engine.New([]*ast.Rule{{ID: "failures", Query: q}}, engine.Schedule("*/5 * * * *", "-5m", "now"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, user := range []string{"ann", "ann", "bob", "ann"} {
		e.Process(logon(i, user, "failure"))
	}
	for _, a := range e.Flush(time.Date(2026, 5, 1, 12, 6, 0, 0, time.UTC)) {
		fmt.Println(a.Time.Format(time.TimeOnly), a.Row.Map())
	}
	// Output:
	// 12:05:00 map[count:3 user.name:ann]
}

func ExampleEngine_Snapshot() {
	rules := []*ast.Rule{named("guess", guess)}
	e, err := engine.New(rules)
	if err != nil {
		fmt.Println(err)
		return
	}
	e.Process(logon(0, "ann", "failure"))
	f, err := os.CreateTemp("", "state")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(f.Name())
	defer f.Close()
	fmt.Println(e.Snapshot(f))
	info, _ := f.Stat()
	fmt.Println(info.Size() > 0)
	// Output:
	// <nil>
	// true
}

// Several processors look at a batch, and the alerts are those of one.
func ExampleEngine_ProcessBatch() {
	e, err := engine.New([]*ast.Rule{named("guess", guess)}, engine.Workers(4))
	if err != nil {
		fmt.Println(err)
		return
	}
	batch := []engine.Event{logon(3, "ann", "failure"), logon(4, "bob", "failure"), logon(5, "ann", "success"), logon(6, "bob", "success")}
	for _, a := range e.ProcessBatch(batch) {
		fmt.Println(a.Rule.Name, a.Keys[0].Text(), a.Time.Format(time.TimeOnly))
	}
	// Output:
	// guess ann 12:00:05
	// guess bob 12:00:06
}

package engine_test

import (
	"context"
	"fmt"
	"log"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

// Why a rule is silent on an event: each part of its condition, the one that
// decides behind ».
func ExampleEngine_Explain() {
	q, err := eql.Parse("office", `process where process.parent.name : "winword.exe" and process.name : ("cmd.exe", "powershell.exe")`)
	if err != nil {
		log.Fatal(err)
	}
	e, err := engine.New([]*ast.Rule{{ID: "office", Name: "Office starts a shell", Query: q}})
	if err != nil {
		log.Fatal(err)
	}
	x := e.Explain("office", engine.Event{
		ID: "4711", Time: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC),
		Fields: engine.Map{"event.category": "process", "process.parent.name": "WINWORD.EXE", "process.name": "splwow64.exe"},
	})
	fmt.Print(x)
	// Output:
	// Office starts a shell: silent
	// the event does not meet the condition: 1:55: process.name : ("cmd.exe", "powershell.exe") is false (process.name = "splwow64.exe")
	// event 4711 at 2026-01-01 12:00:00
	// condition, at 1:1: not met
	//     false 1:15 event.category == "process" and (process.parent.name : "winword.exe" and proces…
	//       true  event.category == "process"
	//             event.category = "process"
	//       true  1:15 process.parent.name : "winword.exe"
	//             process.parent.name = "WINWORD.EXE"
	//     » false 1:55 process.name : ("cmd.exe", "powershell.exe")
	//             process.name = "splwow64.exe"
}

// How far the events of a sequence came, for each join key, and what became of
// them.
func ExampleExplain() {
	q, err := eql.Parse("office", `sequence by host.id with maxspan=1m
  [process where process.parent.name : "winword.exe"]
  [network where destination.port == 443]`)
	if err != nil {
		log.Fatal(err)
	}
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	events := []engine.Event{
		{Time: noon, Fields: engine.Map{"event.category": "process", "host.id": "a", "process.parent.name": "WINWORD.EXE"}},
		{Time: noon.Add(64 * time.Second), Fields: engine.Map{"event.category": "network", "host.id": "a", "destination.port": 8443}},
	}
	rule := &ast.Rule{ID: "office", Name: "Office calls out", Query: q}
	x, err := engine.Explain(context.Background(), rule, slices.Values(events), engine.Question{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(x.Verdict)
	for _, s := range x.Stories {
		fmt.Printf("%d of %d: %s\n", s.Reached, s.Of, s.Reason)
	}
	// Output:
	// silent
	// 1 of 2: step 1 of 2 reached at 12:00:00 for host.id=a; maxspan ended 4s before event 2, which met all but destination.port == 443
}

// Where a search lost an event, or the group that it went into.
func ExampleExplain_search() {
	q, err := spl.Parse("logons", `search action=failure | stats count by user | where count > 5`, nil)
	if err != nil {
		log.Fatal(err)
	}
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	var events []engine.Event
	for i := range 3 {
		events = append(events, engine.Event{Time: noon.Add(time.Duration(i) * time.Minute), Fields: engine.Map{"action": "failure", "user": "jo"}})
	}
	rule := &ast.Rule{ID: "logons", Name: "Many failed logons", Query: q}
	second := engine.Question{Event: func(n int, _ engine.Event) bool { return n == 2 }}
	x, err := engine.Explain(context.Background(), rule, slices.Values(events), second)
	if err != nil {
		log.Fatal(err)
	}
	for _, st := range x.Runs[0].Stages {
		fmt.Printf("%d in, %d out, %d with the event: %s\n", st.In, st.Out, st.Concerned, st.Text)
		if st.Lost {
			fmt.Println("lost:", st.Row["user"], st.Row["count"])
		}
	}
	// Output:
	// 3 in, 3 out, 1 with the event: search action="failure"
	// 3 in, 1 out, 1 with the event: stats count BY user
	// 1 in, 0 out, 0 with the event: where 'count' > 5
	// lost: jo 3
}

// Alerts that carry their reasons.
func ExampleReasons() {
	q, err := eql.Parse("shell", `process where process.name : ("cmd.exe", "powershell.exe")`)
	if err != nil {
		log.Fatal(err)
	}
	e, err := engine.New([]*ast.Rule{{ID: "shell", Query: q}}, engine.Reasons())
	if err != nil {
		log.Fatal(err)
	}
	for _, a := range e.Process(engine.Event{
		ID: "4711", Time: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC),
		Fields: engine.Map{"event.category": "process", "process.name": "PowerShell.exe"},
	}) {
		fmt.Print(a.Reasons.Brief())
	}
	// Output:
	// the event meets the condition
	// condition  2026-01-01 12:00:00  event 4711
	//   true  event.category == "process"
	//           event.category = "process"
	//   true  1:15 process.name : ("cmd.exe", "powershell.exe")
	//           process.name = "PowerShell.exe"
}

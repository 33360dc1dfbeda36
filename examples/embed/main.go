// Command embed is the smallest program around the engine: parse a rule, feed
// it events, print its alerts.
package main

import (
	"fmt"
	"log"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
)

const rule = `sequence by host.id with maxspan=1m
  [process where process.parent.name : "winword.exe"]
  [network where destination.port == 443]`

func main() {
	q, err := eql.Parse("office", rule)
	if err != nil {
		log.Fatal(err)
	}
	e, err := engine.New([]*ast.Rule{{ID: "office", Name: "Office calls out", Query: q}})
	if err != nil {
		log.Fatal(err)
	}
	for _, ev := range events {
		for _, a := range e.Process(ev) {
			fmt.Println(a.Time.Format(time.TimeOnly), a.Rule.Name, "on", a.Keys[0].Text())
		}
	}
}

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

var events = []engine.Event{
	{Time: noon, Fields: engine.Map{
		"event.category": "process", "host.id": "a", "process.parent.name": "WINWORD.EXE"}},
	{Time: noon.Add(30 * time.Second), Fields: engine.Map{
		"event.category": "network", "host.id": "a", "destination.port": 443}},
}

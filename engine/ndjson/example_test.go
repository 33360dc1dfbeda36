package ndjson_test

import (
	"fmt"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/ndjson"
	"github.com/spoor-lang/spoor/engine/schema"
	"github.com/spoor-lang/spoor/eql"
)

// From lines of JSON to alerts, decoding no more than the rules read.
func ExampleReader_Events() {
	q, err := eql.Parse("shells", `process where process.name : "cmd.exe"`)
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := engine.New([]*ast.Rule{{ID: "shells", Query: q}})
	if err != nil {
		fmt.Println(err)
		return
	}
	const lines = `{"event.category":"process","process":{"name":"CMD.exe","pid":4120}}
nothing
{"event.category":"process","process":{"name":"sh"}}`
	for ev, err := range ndjson.NewReader(schema.Windows()).Events(strings.NewReader(lines)) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		for _, a := range e.Process(ev) {
			fmt.Println(a.Rule.ID, a.Events[0].Fields.Field("process.name").Text())
		}
	}
	// Output:
	// shells CMD.exe
	// line 2: expected a JSON object
}

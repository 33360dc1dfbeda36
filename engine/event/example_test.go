package event_test

import (
	"fmt"

	"github.com/spoor-lang/spoor/engine/event"
)

// Flat and nested keys are the same.
func ExampleMap() {
	for _, m := range []event.Map{
		{"process.name": "cmd.exe"},
		{"process": map[string]any{"name": "cmd.exe"}},
	} {
		fmt.Println(m.Field("process.name").Text(), m.Field("process.pid").IsNull())
	}
	// Output:
	// cmd.exe true
	// cmd.exe true
}

func ExampleOf() {
	for _, x := range []any{nil, true, 4, 1.5, "a", []string{"a", "b"}} {
		v := event.Of(x)
		fmt.Println(v.Kind(), v.Len(), v.Any())
	}
	// Output:
	// null 0 <nil>
	// bool 1 true
	// int 1 4
	// float 1 1.5
	// string 1 a
	// list 2 [a b]
}

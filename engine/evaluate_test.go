package engine_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/spl"
)

// A macro may be an expression that says what its text is.
func ExampleEvaluate() {
	content := &spl.Content{
		Macros: map[string]spl.Macro{
			"logons(1)": {Args: []string{"kind"}, Eval: true, Definition: `"EventCode=" . if("$kind$"="good", 4624, 4625)`},
		},
		Evaluate: engine.Evaluate,
	}
	q, err := spl.Parse("logons", "`logons(bad)` | table user", content)
	if err != nil {
		fmt.Println(err)
		return
	}
	events := []engine.Event{
		{Fields: engine.Map{"EventCode": 4624, "user": "ann"}},
		{Fields: engine.Map{"EventCode": 4625, "user": "bob"}},
	}
	for row := range engine.Search(context.Background(), q, slices.Values(events)) {
		fmt.Println(row.Map()["user"])
	}
	// Output: bob
}

func TestEvalMacros(t *testing.T) {
	c := &spl.Content{Evaluate: engine.Evaluate, Macros: map[string]spl.Macro{
		"twice(1)": {Args: []string{"n"}, Eval: true, Definition: "$n$ * 2"},
		"inner":    {Eval: true, Definition: "\"a=\" . (`twice(4)`)"},
		"null":     {Eval: true, Definition: "null()"},
		"field":    {Eval: true, Definition: "user"},
		"wrong":    {Eval: true, Definition: "lower()"},
		"broken":   {Eval: true, Definition: "1 +"},
		"loop":     {Eval: true, Definition: "`loop`"},
	}}
	q, err := spl.Parse("t", "`inner` x=`twice(3)`", c)
	require.NoError(t, err)
	assert.Equal(t, `search a="8" x="6"`, ast.Format(q))
	for text, want := range map[string]string{
		"a=b `null`":   "t:1:5: the macro's expression has no value: the expression is null (in macro null)",
		"`field`":      "t:1:1: the macro's expression has no value: the expression is null (in macro field)",
		"`wrong`":      "t:1:1: the macro's expression has no value: eval:1:1: expected 1 argument to lower, found 0 (in macro wrong)",
		"`broken`":     "t:1:1: the macro is no expression: eval:1:4: expected a value, found the end of the search (in macro broken)",
		"`loop`":       `t:1:1: macro "loop" calls itself: loop -> loop (in macro loop)`,
		"`twice(1,2)`": `t:1:1: macro "twice" takes 1 argument, found 2`,
	} {
		_, err := spl.Parse("t", text, c)
		assert.EqualError(t, err, want)
	}
}

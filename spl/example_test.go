package spl_test

import (
	"fmt"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/spl"
)

func ExampleParse() {
	c := &spl.Content{Macros: map[string]spl.Macro{
		"logons": {Definition: "EventCode=4624 OR EventCode=4625"},
	}}
	q, err := spl.Parse("logons.spl", "`logons` user!=system | stats count by user", c)
	fmt.Println(ast.Format(q), err)

	_, err = spl.Parse("logons.spl", "`logon` | stats count by user", c)
	fmt.Println(err)
	// Output:
	// search (EventCode="4624" OR EventCode="4625") user!="system" | stats count BY user <nil>
	// logons.spl:1:1: unknown macro "logon", did you mean "logons"?
}

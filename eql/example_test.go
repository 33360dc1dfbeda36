package eql_test

import (
	"fmt"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/eql"
)

func ExampleParse() {
	q, err := eql.Parse("office", `sequence by host.id with maxspan=60s
		[process where process.parent.name : ("winword.exe", "excel.exe")] // the macro
		[network where destination.port != 443]`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ast.Format(q))
	// Output:
	// sequence by host.id with maxspan=1m
	//   [process where process.parent.name : ("winword.exe", "excel.exe")]
	//   [network where destination.port != 443]
}

func ExampleParse_error() {
	_, err := eql.Parse("office", `process where process.name = "winword.exe"`)
	fmt.Println(err)
	if e, ok := err.(*ast.Error); ok {
		fmt.Println(e.Snippet())
	}
	// Output:
	// office:1:28: expected ==, found =
	// process where process.name = "winword.exe"
	//                            ^
}

func ExampleEndpoint() {
	q, err := eql.Parse("loader", `sequence by process.entity_id
		[process where true] as start
		[library where dll.path == start.process.executable]`, eql.Endpoint)
	if err != nil {
		fmt.Println(err)
		return
	}
	for n := range ast.Preorder(q.Stages[0]) {
		if f, ok := n.(*ast.Field); ok && f.Of != "" {
			fmt.Println(f.Of, f.Name)
		}
	}
	// Output: start process.executable
}

func ExampleParseRule() {
	r, err := eql.ParseRule("rules/encoded.toml", []byte(`
[rule]
name = "Encoded command"
risk_score = 47
type = "eql"
query = '''
process where process.args : "-enc*"
'''
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.ID, r.RiskScore, r.Schedule.Interval)
	fmt.Println(ast.Format(r.Query))
	// Output:
	// encoded 47 5m0s
	// process where process.args : "-enc*"
}

package eql_test

import (
	"fmt"
	"testing/fstest"

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

// A file that is wrong does not keep the others from loading.
func ExampleLoadRules() {
	rule := func(query string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("[rule]\nrule_id = \"1\"\nname = \"Shell\"\ntype = \"eql\"\nlanguage = \"eql\"\nquery = '" + query + "'\n")}
	}
	rules, err := eql.LoadRules(fstest.MapFS{
		"rules/good.toml": rule(`process where process.name : "cmd.exe"`),
		"rules/bad.toml":  rule(`process where process.name :`),
	}, "rules/*.toml")
	for _, r := range rules {
		fmt.Println(r.Name, "-", ast.Format(r.Query))
	}
	fmt.Println(err)
	// Output:
	// Shell - process where process.name : "cmd.exe"
	// rules/bad.toml:6:38: expected a string behind :, found the end
}

// Endgame's dialect has pipes of its own.
func ExampleEndgame() {
	q, err := eql.Parse("seldom", `process where process_name = 'cmd.exe' | unique_count command_line | filter count < 5`, eql.Endgame)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(q.Stages), "stages")
	_, err = eql.Parse("seldom", `process where process.name : "cmd.exe" | unique_count process.command_line`)
	fmt.Println(err)
	// Output:
	// 3 stages
	// seldom:1:42: the pipe unique_count belongs to Endgame's language (option eql.Endgame)
}

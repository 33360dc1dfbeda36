package ast_test

import (
	"fmt"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/eql"
)

func ExampleFormat() {
	q, err := eql.Parse("shells", `process where (process.name: ("CMD.exe")) // shells
		and not ((user.name == "svc"))`)
	fmt.Println(ast.Format(q), err)
	// Output:
	// process where process.name : ("CMD.exe") and user.name != "svc" <nil>
}

// What a report on a query says of a part of it, and where that is.
func ExampleFormatExpr() {
	q, err := eql.Parse("shells", `process where process.name : "cmd.exe" and process.args_count > 5`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range q.Stages[0].(*ast.Events).Where.(*ast.Logic).List {
		fmt.Println(ast.Start(e), ast.FormatExpr(q, e, false))
	}
	// Output:
	// 14 process.name : "cmd.exe"
	// 43 process.args_count > 5
}

// Which fields a query reads.
func ExamplePreorder() {
	q, err := eql.Parse("shells", `sequence by host.id [process where process.name : "cmd.exe"] [network where destination.port == 443]`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for n := range ast.Preorder(q.Stages[0]) {
		if f, ok := n.(*ast.Field); ok {
			fmt.Println(f.Name)
		}
	}
	// Output:
	// process.name
	// host.id
	// destination.port
	// host.id
}

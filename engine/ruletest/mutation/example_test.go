package mutation_test

import (
	"fmt"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/ruletest/mutation"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

func ExampleOf() {
	q, err := eql.Parse("shells", `process where process.name : "cmd.exe" and not user.name == "svc"`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for m := range mutation.Of(q) {
		if m.Kind == mutation.Exclusion {
			fmt.Println(m.Change)
			fmt.Println("   ", ast.Format(m.Query))
		}
	}
	// Output:
	// drop user.name != "svc"
	//     process where process.name : "cmd.exe"
	// negate user.name != "svc"
	//     process where process.name : "cmd.exe" and user.name == "svc"
}

// Searches have mutants, too.
func ExampleOf_search() {
	q, err := spl.Parse("many", `search action=denied | stats count by src | where count > 5`, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for m := range mutation.Of(q) {
		if m.Kind == mutation.Predicate {
			fmt.Println(m.Change)
		}
	}
	// Output:
	// drop action="denied"
	// drop src from stats by
	// drop 'count' > 5
}

// No test can notice what makes no difference.
func ExampleMutant_Equivalent() {
	q, err := eql.Parse("scripts", `file where file.name : ("*.ps1", "*.old.ps1")`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for m := range mutation.Of(q) {
		if m.Equivalent() {
			fmt.Println(m.Change)
		}
	}
	// Output:
	// drop "*.old.ps1" from file.name : (…)
	// ".old.ps1" for "*.old.ps1": file.name
}

package spl_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
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

// A file that is wrong does not keep the others from loading.
func ExampleLoadRules() {
	detection := func(search string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("name: Shell\nid: 1\ntype: TTP\nsearch: '" + search + "'\n")}
	}
	rules, err := spl.LoadRules(fstest.MapFS{
		"detections/good.yml": detection(`index=a | stats count by user`),
		"detections/bad.yml":  detection(`index=a | stat count by user`),
	}, "detections/*.yml", nil)
	for _, r := range rules {
		fmt.Println(r.Name, "-", ast.Format(r.Query))
	}
	fmt.Println(err)
	// Output:
	// Shell - search index="a" | stats count BY user
	// detections/bad.yml:4:20: unknown command "stat", did you mean "stats"?
}

// A lookup is a table that a search joins to its rows.
func ExampleNewLookup() {
	table, err := spl.ReadCSV(strings.NewReader("user,team\nann,red\nbob,blue\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	content := &spl.Content{Lookups: map[string]*ast.LookupDef{"teams": spl.NewLookup("teams", table)}}
	q, err := spl.Parse("teams", `search action=failure | lookup teams user OUTPUT team | stats count by team`, content)
	if err != nil {
		fmt.Println(err)
		return
	}
	events := []engine.Event{{Fields: engine.Map{"action": "failure", "user": "ann"}}}
	for row, err := range engine.Search(context.Background(), q, slices.Values(events)) {
		fmt.Println(row.Map(), err)
	}
	// Output:
	// map[count:1 team:red] <nil>
}

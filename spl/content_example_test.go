package spl_test

import (
	"fmt"
	"testing/fstest"

	"github.com/spoor-lang/spoor/spl"
)

func ExampleLoadContent() {
	c, err := spl.LoadContent(fstest.MapFS{
		"macros/office.yml": {Data: []byte("name: office\ndefinition: parent_process_name IN (winword.exe, excel.exe)\n")},
		"lookups/ports.yml": {Data: []byte("name: ports\nfilename: ports.csv\nmatch_type: WILDCARD(service)\n")},
		"lookups/ports.csv": {Data: []byte("port,service\n22,ssh*\n445,smb*\n")},
		"macros/broken.yml": {Data: []byte("name: broken\n")},
	})
	fmt.Println(c.Macros["office"].Definition)
	fmt.Println(c.Lookups["ports"].Match, c.Lookups["ports"].Table.Columns())
	fmt.Println(err)
	// Output:
	// parent_process_name IN (winword.exe, excel.exe)
	// map[service:WILDCARD] [port service]
	// macros/broken.yml:1:1: expected a definition of macro "broken"
}

func ExampleParseRule() {
	rule, err := spl.ParseRule("rules/shell_from_office.yml", []byte(`
name: Shell From Office
id: 7d3c5a52-0c5d-4a5e-9f39-2f6b9be1c001
type: TTP
search: >-
  | tstats count from datamodel=Endpoint.Processes
  where Processes.parent_process_name=winword.exe by Processes.dest
  | `+"`drop_dm_object_name(Processes)` | `shell_from_office_filter`"+`
rba:
  message: Word started a shell on $dest$
  risk_objects:
  - {field: dest, type: system, score: 64}
tags:
  mitre_attack_id: [T1059]
`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rule.Name, rule.Severity, rule.RiskScore, rule.TechniqueIDs)
	fmt.Println(rule.Schedule.Cron, rule.Schedule.Window.Earliest, rule.Schedule.Window.Latest)

	_, err = spl.ParseRule("rules/broken.yml", []byte("name: Broken\nid: x\ntype: TTP\nsearch: index=main\n  | stat count\n"), nil)
	fmt.Println(err)
	// Output:
	// Shell From Office high 64 [T1059]
	// 0 * * * * -70m@m -10m@m
	// rules/broken.yml:5:5: unknown command "stat", did you mean "stats"?
}

func ExampleParseModel() {
	m, err := spl.ParseModel("endpoint.yml", []byte(`
model: Endpoint
extends: true
datasets:
  - name: Processes
    children:
      - {name: Shells, where: 'process_name IN (cmd.exe, powershell.exe, sh)'}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	c := &spl.Content{Models: map[string]*spl.Model{m.Name: m}}
	_, err = spl.Parse("shells", "| tstats count from datamodel=Endpoint where nodename=Processes.Shells by Processes.dest", c)
	fmt.Println(err)
	_, err = spl.Parse("shells", "| tstats count from datamodel=Endpoint.Proceses by Processes.dest", c)
	fmt.Println(err)
	// Output:
	// <nil>
	// shells:1:31: data model Endpoint has no dataset "Proceses", did you mean "Processes"?
}

package alert_test

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/alert"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

// raised is the alert of a small rule.
func raised() engine.Alert {
	r, err := eql.ParseRule("shell.toml", []byte(`
[rule]
rule_id = "shell"
name = "Shell of a service"
type = "eql"
severity = "low"
risk_score = 21
query = 'process where process.name == "sh" and user.name == "svc"'
severity_mapping = [{ field = "host.name", operator = "equals", value = "vault", severity = "critical" }]
`))
	if err != nil {
		panic(err)
	}
	e, err := engine.New([]*ast.Rule{r})
	if err != nil {
		panic(err)
	}
	return e.Process(at(0, "e1", map[string]any{
		"event.category": "process", "process.name": "sh", "user.name": "svc", "host.name": "vault",
	}))[0]
}

func ExampleECS() {
	doc := alert.ECS(raised())
	for _, name := range []string{"kibana.alert.reason", "kibana.alert.severity", "kibana.alert.original_time"} {
		fmt.Println(doc[name])
	}
	text, _ := json.Marshal(doc["event"])
	fmt.Println(string(text))
	// Output:
	// Shell of a service, process sh, user svc, host vault
	// critical
	// 2024-05-01T12:00:00.000Z
	// {"category":"process","kind":"signal"}
}

func ExampleOCSF() {
	doc := alert.OCSF(raised())
	fmt.Println(doc["type_uid"], doc["severity"], doc["message"])
	// Output:
	// 200401 Critical Shell of a service, process sh, user svc, host vault
}

func ExampleRisk() {
	a := rowAlert(&ast.Rule{
		Name: "Odd logon", Message: "$user$ logged on to $dest$",
		RiskObjects: []ast.RiskObject{{Field: "user", Type: "user", Score: 25}},
	}, "user", []any{"ann", "bob"}, "dest", "vault")
	for _, e := range alert.Risk(a) {
		fmt.Printf("%s %s %d: %s\n", e.ObjectType, e.Object, e.Score, e.Message)
	}
	// Output:
	// user ann 25: ann, bob logged on to vault
	// user bob 25: ann, bob logged on to vault
}

func ExampleDrilldowns() {
	a := rowAlert(&ast.Rule{Drilldowns: []ast.Drilldown{{
		Name: "What $user$ did", Search: `search user = $user$ | stats count by dest`,
		Earliest: "$info_min_time$", Latest: "$info_max_time$",
	}}}, "user", `ann" | delete`)
	for _, d := range alert.Drilldowns(a) {
		fmt.Println(d.Search)
		fmt.Println(d.Earliest.UTC(), "to", d.Latest.UTC())
		_, err := spl.Parse(d.Name, d.Search, nil)
		fmt.Println(err)
	}
	// Output:
	// search user = "ann\" | delete" | stats count by dest
	// 2024-05-01 11:00:00 +0000 UTC to 2024-05-01 12:00:00 +0000 UTC
	// <nil>
}

func ExampleWrite() {
	_ = alert.Write(os.Stdout, raised())
	// Output:
	// Shell of a service
	//   time                 2024-05-01T12:00:00Z
	//   severity             critical, risk score 21
	//   message              Shell of a service, process sh, user svc, host vault
	//   event 1 at 2024-05-01T12:00:00Z
	//     event.category               process
	//     host.name                    vault
	//     process.name                 sh
	//     user.name                    svc
	//   alert id             b22d206cae887e4058aa0cb8b78b9ec9
}

func ExampleMessage() {
	fmt.Println(alert.Message(raised()))
	fmt.Println(alert.Message(rowAlert(&ast.Rule{Message: "$user$ logged on to $dest$ from $src$"}, "user", "ann", "dest", []any{"vault", "bank"})))
	fmt.Println(alert.Message(rowAlert(&ast.Rule{Name: "Logons"}, "user", "ann", "dest", nil, "count", 7)))
	// Output:
	// Shell of a service, process sh, user svc, host vault
	// ann logged on to vault, bank from $src$
	// Logons, user ann, count 7
}

func ExampleRender() {
	field := func(name string) event.Value { return event.Map{"user": "ann"}.Field(name) }
	fmt.Println(alert.Render("$user$ paid $$5 to $dest$", field))
	// Output:
	// ann paid $$5 to $dest$
}

// What the events of a sequence agree on.
func ExampleCommon() {
	common := alert.Common(shellAlert())
	fmt.Println(common["host.id"], common["process.name"], common["args"])
	// Output:
	// h <nil> [b]
}

package schema_test

import (
	"fmt"
	"strings"
	"testing/fstest"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/schema"
)

const process = `{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Hostname":"h1","EventTime":"2026-05-01 12:00:00",` +
	`"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"cmd /c whoami","User":"CORP\\ann","ProcessId":"4120"}`

// One raw event is seen as ECS and as CIM.
func ExampleWindows() {
	s := schema.Windows()
	for ev, err := range s.ParseNDJSON(strings.NewReader(process)) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		views := ev.Fields.(event.Viewer)
		ecs, cim := views.View(ast.ViewECS), views.View(ast.ViewCIM)
		fmt.Println(ev.Time.UTC())
		fmt.Println(ecs.Field("event.category").Text(), ecs.Field("process.name").Text(), ecs.Field("user.name").Text())
		fmt.Println(cim.Field("tag").At(0).Text(), cim.Field("process_name").Text(), cim.Field("user").Text())
	}
	// Output:
	// 2026-05-01 12:00:00 +0000 UTC
	// process cmd.exe ann
	// process cmd.exe ann
}

// Mappings are data, and can be extended.
func ExampleNew() {
	s, err := schema.New(fstest.MapFS{"own.yaml": {Data: []byte(`
channels:
- name: Microsoft-Windows-Sysmon/Operational
  events:
    1:
      ecs:
        labels.shell: CommandLine | lower
`)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	ev, err := s.ParseObject([]byte(process))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ev.Fields.(event.Viewer).View(ast.ViewECS).Field("labels.shell").Text())
	// Output:
	// cmd /c whoami
}

// What is guessed is marked as such, and off unless it is asked for.
func ExampleInfer() {
	const connection = `{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":3,"DestinationPort":"5985","Protocol":"tcp"}`
	for _, s := range []*schema.Schema{schema.Windows(), schema.Windows(schema.Infer(schema.ApplicationProtocol))} {
		ev, err := s.ParseObject([]byte(connection))
		if err != nil {
			fmt.Println(err)
			return
		}
		protocol := ev.Fields.(event.Viewer).View(ast.ViewECS).Field("network.protocol")
		fmt.Printf("%q %v\n", protocol.Text(), ev.Fields.(schema.Inferrer).Inferred())
	}
	// Output:
	// "" []
	// "http" [network.protocol]
}

// A bad element does not keep the others from being read.
func ExampleSchema_ParseXML() {
	const log = `<Events>
<Event><System><Provider Name="P"/><EventID>4688</EventID><Channel>Security</Channel></System></Event>
<Event><System></Wrong></Event>
<Event><System><EventID>4624</EventID><Channel>Security</Channel></System></Event>
</Events>`
	for ev, err := range schema.Windows().ParseXML(strings.NewReader(log)) {
		if err != nil {
			fmt.Println("line", err.(*schema.LineError).Line)
			continue
		}
		fmt.Println(ev.Fields.Field("EventID").Text())
	}
	// Output:
	// 4688
	// line 3
	// 4624
}

// A lens looks at one event after another in the same memory.
func ExampleLens() {
	l := schema.Windows().Lens()
	raw, err := event.ParseJSON([]byte(process))
	if err != nil {
		fmt.Println(err)
		return
	}
	ev := l.Event(raw) // until the next one
	fmt.Println(ev.Fields.(event.Viewer).View(ast.ViewECS).Field("process.command_line").Text())
	// Output:
	// cmd /c whoami
}

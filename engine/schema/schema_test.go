package schema

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// read returns the events of a file in testdata/events.
func read(t *testing.T, s *Schema, name string) []event.Event {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "testdata", "events", name))
	require.NoError(t, err)
	defer f.Close()
	seq := s.ParseNDJSON(f)
	if filepath.Ext(name) == ".xml" {
		seq = s.ParseXML(f)
	}
	var all []event.Event
	for e, err := range seq {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}

// fields reads the view's fields that want names.
func fields(e event.Event, view string, want map[string]any) map[string]any {
	got := map[string]any{}
	v := e.Fields.(event.Viewer).View(view)
	for name := range want {
		got[name] = v.Field(name).Any()
	}
	return got
}

func TestXMLProcessCreation(t *testing.T) {
	events := read(t, Windows(), "winrm-target-sysmon.xml")
	require.Len(t, events, 3)
	e := events[1]
	assert.Equal(t, time.Date(2019, 5, 16, 1, 31, 36, 443e6, time.UTC), e.Time)
	assert.Equal(t, "DC1.insecurebank.local/Microsoft-Windows-Sysmon/Operational/17985", e.ID)
	ecs := map[string]any{
		"event.category": "process", "event.type": "start", "event.code": "1",
		"event.sequence": int64(17985),
		"host.id":        "dc1.insecurebank.local", "host.name": "DC1.insecurebank.local",
		"host.os.type": "windows", "process.name": "cmd.exe",
		"process.executable":               `C:\Windows\System32\cmd.exe`,
		"process.pid":                      int64(3136),
		"process.args":                     []any{`C:\Windows\system32\cmd.exe`, "/C", "ipconfig"},
		"process.args_count":               int64(3),
		"process.parent.name":              "winrshost.exe",
		"process.parent.pid":               int64(3948),
		"process.pe.original_file_name":    nil,
		"process.pe.imphash":               "77aed1adaf24b344f08c8ad1432908c3",
		"user.name":                        "Administrator",
		"user.domain":                      "insecurebank",
		"winlog.event_data.IntegrityLevel": "High",
		"winlog.user.identifier":           "S-1-5-18",
	}
	assert.Empty(t, cmp.Diff(ecs, fields(e, ast.ViewECS, ecs)))
	cim := map[string]any{
		"process_name": "cmd.exe", "process_id": "3136", "user": "Administrator",
		"process": `C:\Windows\system32\cmd.exe /C ipconfig`, "dest": "DC1.insecurebank.local",
		"parent_process_name":       "winrshost.exe",
		"process_guid":              "{dfae8213-bd78-5cdc-0000-001091041300}",
		"process_integrity_level":   "high",
		"EventCode":                 int64(1),
		"EventID":                   int64(1),
		"Computer":                  "DC1.insecurebank.local",
		"Image":                     `C:\Windows\System32\cmd.exe`,
		"source":                    "XmlWinEventLog:Microsoft-Windows-Sysmon/Operational",
		"sourcetype":                "XmlWinEventLog",
		"tag":                       []any{"process", "report"},
		"RuleName":                  nil,
		"process_current_directory": `C:\Users\administrator\`,
	}
	assert.Empty(t, cmp.Diff(cim, fields(e, ast.ViewCIM, cim)))
}

func TestIncomingConnection(t *testing.T) {
	want := map[string]any{
		"event.category": "network", "event.type": []any{"start", "connection", "protocol"},
		"process.pid": int64(4), "network.direction": "ingress",
		"destination.port": int64(5985), "source.ip": "172.18.39.5",
		"network.protocol": nil, "network.transport": "tcp", "network.type": "ipv4",
	}
	for _, file := range []string{"composed-winrm-shell.xml", "winlogbeat.ndjson"} {
		events := read(t, Windows(), file)
		assert.Empty(t, cmp.Diff(want, fields(events[0], ast.ViewECS, want)), file)
		assert.Empty(t, events[0].Fields.(Inferrer).Inferred())

		events = read(t, Windows(Infer(ApplicationProtocol)), file)
		f := events[0].Fields.(event.Viewer).View(ast.ViewECS)
		assert.Empty(t, events[0].Fields.(Inferrer).Inferred(), "nothing was read yet")
		assert.Equal(t, "http", f.Field("network.protocol").Text())
		assert.Equal(t, []string{"network.protocol"}, events[0].Fields.(Inferrer).Inferred())
	}
}

func TestBadInput(t *testing.T) {
	s := Windows()
	var lines []string
	for e, err := range s.ParseNDJSON(strings.NewReader("\n{\"EventID\":1,\"Channel\":\"Security\"}\n[1]\n{\"a\":\n{} x\n{\"EventID\":3}")) {
		if err != nil {
			lines = append(lines, err.Error())
			continue
		}
		assert.NotNil(t, e.Fields)
	}
	require.Len(t, lines, 3)
	assert.Contains(t, lines[0], "line 3: expected a JSON object")
	n, bad := 0, 0
	for _, err := range s.ParseXML(strings.NewReader("<Events><Event><System><EventID>1</EventID></System></Event>\n<Event><a></Event>\n<Event x='1'>\n<Event><System/></Event></Events>")) {
		n++
		var le *LineError
		if errors.As(err, &le) {
			bad++
		}
	}
	assert.Equal(t, 4, n)
	assert.Equal(t, 2, bad)
}

func TestSecurityProcessAndConnection(t *testing.T) {
	for _, e := range read(t, Windows(), "psremoting.ndjson") {
		if e.Fields.Field("EventID").Text() != "4688" {
			continue
		}
		cim := map[string]any{"action": "allowed", "process_name": "wsmprovhost.exe", "tag": []any{"process", "report"}}
		assert.Empty(t, cmp.Diff(cim, fields(e, ast.ViewCIM, cim)))
		return
	}
	t.Fatal("found no 4688")
}

func TestManyUnclosedElements(t *testing.T) {
	n := 0
	for _, err := range Windows().ParseXML(strings.NewReader(strings.Repeat("<Event>\n", 100_000))) {
		n++
		var le *LineError
		require.ErrorAs(t, err, &le)
		require.Equal(t, n, le.Line)
	}
	assert.Equal(t, 100_000, n)
}

// What a search found is the event in it, whatever its layout; its id is that of
// the document where the event has none of its own.
func TestHits(t *testing.T) {
	s := Windows()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	winlog := want{"channel": "Security", "event_id": 4688, "event_data": want{"NewProcessName": `C:\a\b.exe`}}
	numbered := want{"channel": "Security", "event_id": 4688, "record_id": 7, "computer_name": "A"}
	for _, tt := range []struct {
		hit         map[string]any
		id, name, x string
	}{
		{want{"_index": "i", "_id": "1", "_source": want{"@timestamp": "2026-01-02T03:04:05Z", "process": want{"name": "x"}}}, "1", "process.name", "x"},
		{want{"_id": "1", "fields": want{"@timestamp": []any{"2026-01-02T03:04:05Z"}, "process.name": []any{"x"}}}, "1", "process.name", "x"},
		{want{"_id": "1", "_source": want{"@timestamp": "2026-01-02T03:04:05Z", "winlog": winlog}}, "1", "process.name", "b.exe"},
		{want{"_id": "1", "_source": want{"@timestamp": "2026-01-02T03:04:05Z", "winlog": numbered}}, "A/Security/7", "event.code", "4688"},
		{want{"@timestamp": "2026-01-02T03:04:05Z", "fields": want{"a": "x"}, "_source": "y"}, "", "fields.a", "x"},
	} {
		for _, ev := range []event.Event{s.Event(tt.hit), s.Lens().Event(event.Map(tt.hit))} {
			assert.Equal(t, tt.id, ev.ID, tt.hit)
			assert.Equal(t, at, ev.Time.UTC(), tt.hit)
			view := ev.Fields
			if v, ok := view.(event.Viewer); ok {
				view = v.View(ast.ViewECS)
			}
			found := view.Field(tt.name)
			require.NotZero(t, found.Len(), tt.hit)
			assert.Equal(t, tt.x, found.At(0).Text(), tt.hit)
		}
	}
}

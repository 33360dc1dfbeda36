package schema

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

type want = map[string]any

// TestViews reads one real event of each kind as ECS and as CIM.
func TestViews(t *testing.T) {
	events := map[string]event.Event{}
	for _, e := range read(t, Windows(), filepath.Join("schema", "events.ndjson")) {
		ch := strings.ToLower(e.Fields.Field("Channel").Text())
		events[ch[strings.LastIndexByte(ch, '-')+1:]+" "+e.Fields.Field("EventID").Text()] = e
	}
	for id, tt := range map[string]struct{ ecs, cim want }{
		"sysmon/operational 1":          {want{"event.category": "process", "event.type": "start", "process.pid": int64(6772), "process.parent.name": "cmd.exe", "process.pe.original_file_name": nil, "user.name": "wardog", "user.domain": "WORKSTATION5"}, want{"process_id": "6772", "user": "wardog", "tag": []any{"process", "report"}}},
		"sysmon/operational 2":          {want{"event.category": "file", "event.type": "change", "file.extension": "temp"}, want{"action": "modified", "tag": []any{"endpoint", "filesystem"}}},
		"sysmon/operational 3":          {want{"network.direction": "egress", "network.type": "ipv6", "destination.port": int64(445), "process.pid": int64(4), "network.protocol": nil}, want{"direction": "outbound", "dest_port": int64(445), "tag": []any{"network", "communicate"}}},
		"sysmon/operational 5":          {want{"event.type": "end", "process.name": "Outflank-Dumpert.exe"}, want{"process_id": "6772"}},
		"sysmon/operational 7":          {want{"event.category": "library", "dll.name": "kernel.appcore.dll", "dll.code_signature.trusted": true, "dll.code_signature.subject_name": "Microsoft Windows"}, want{"loaded_file": "kernel.appcore.dll", "process_name": "Outflank-Dumpert.exe"}},
		"sysmon/operational 8":          {want{"process.name": "wuauclt.exe", "Target.process.pid": int64(2368), "event.type": "change"}, want{"parent_process_name": "wuauclt.exe", "process_id": "2368"}},
		"sysmon/operational 10":         {want{"event.type": "access", "process.pid": int64(944), "Target.process.name": "svchost.exe"}, want{"granted_access": "0x1000", "process_id": "3252", "parent_process_id": "944"}},
		"sysmon/operational 11":         {want{"event.type": "creation", "file.name": "OUTFLANK-DUMPERT.EXE-440DD2BD.pf", "file.directory": `C:\Windows\Prefetch`}, want{"file_create_time": "2020-10-19 02:56:14.642"}},
		"sysmon/operational 12":         {want{"registry.hive": "HKU", "event.category": []any{"configuration", "registry"}}, want{"registry_key_name": "AppSwitched", "tag": []any{"endpoint", "registry"}}},
		"sysmon/operational 13":         {want{"registry.value": "A972977C-95EC-9F21-DCC4-595CA3A0E033", "registry.data.type": "REG_BINARY"}, want{"registry_key_name": "ReaderRevisionInfo", "registry_value_data": "Binary Data", "action": "modified"}},
		"sysmon/operational 17":         {want{"file.name": "PSEXESVC", "event.type": "creation"}, want{"pipe_name": `\PSEXESVC`}},
		"sysmon/operational 18":         {want{"file.name": "PSEXESVC", "event.type": "access"}, want{"process_name": "System"}},
		"sysmon/operational 22":         {want{"dns.question.name": "WORKSTATION5", "dns.resolved_ip": "192.168.2.5", "dns.response_code": "NOERROR"}, want{"query": "WORKSTATION5", "answer": "192.168.2.5", "dest": nil, "tag": []any{"network", "resolution", "dns"}}},
		"sysmon/operational 23":         {want{"event.type": "deletion", "file.extension": "xml", "user.name": "wardog"}, want{"action": "deleted"}},
		"security 1102":                 {want{"event.type": []any{"admin", "change"}}, want{"action": "cleared"}},
		"security 4624":                 {want{"event.outcome": "success", "user.name": "SYSTEM", "user.id": "S-1-5-18", "user.domain": "NT AUTHORITY", "process.pid": int64(0x2e0), "winlog.logon.type": "Service", "source.ip": nil}, want{"action": "success", "app": "win:local", "tag": []any{"authentication"}}},
		"security 4625":                 {want{"event.outcome": "failure", "user.name": "pedro", "user.domain": "PEDRO01", "user.id": nil, "source.ip": "::1"}, want{"action": "failure", "user": "pedro"}},
		"security 4657":                 {want{"registry.path": `HKLM\SYSTEM\ControlSet001\Control\Lsa\LMCompatibilityLevel`, "registry.hive": "HKLM", "registry.data.type": "REG_DWORD", "process.pid": nil}, want{"action": "modified", "registry_value_data": "2"}},
		"security 4663":                 {want{"event.category": "process", "file.path": nil, "process.name": "Outflank-Dumpert.exe"}, want{"file_path": nil}},
		"security 4688":                 {want{"user.name": "wardog", "user.domain": "WORKSTATION5", "user.id": "S-1-5-21-3940915590-64593676-1414006259-500", "user.effective.id": nil, "process.pid": int64(0x1a74), "process.parent.pid": int64(0xc08)}, want{"process": `C:\Users\wardog\Desktop\Outflank-Dumpert.exe`, "process_id": "0x1a74", "user": "wardog"}},
		"security 4689":                 {want{"event.type": "end", "process.pid": int64(0x1a74)}, want{"tag": []any{}}},
		"security 4697":                 {want{"service.name": "PSEXESVC"}, want{"start_mode": "demand", "service_path": `%SystemRoot%\PSEXESVC.exe`}},
		"security 4768":                 {want{"source.ip": "172.18.39.5", "user.name": "pgustavo", "user.id": "S-1-5-21-1363495622-3806888128-621328882-1104", "event.action": "kerberos-authentication-ticket-requested"}, want{"action": "success", "src": "172.18.39.5"}},
		"security 4769":                 {want{"service.name": "HR001$", "source.port": int64(50645)}, want{"action": "success"}},
		"security 4776":                 {want{"event.action": "credential-validated", "user.name": "pedro"}, want{"src": "PEDRO01", "action": "success"}},
		"security 4799":                 {want{"event.type": []any{"info", "group"}, "group.name": "Backup Operators", "user.target.name": nil, "process.name": "esentutl.exe", "user.name": "wardog"}, want{"process_name": "esentutl.exe"}},
		"security 5145":                 {want{"file.name": "PSEXESVC", "source.port": int64(58391)}, want{"file_name": "PSEXESVC"}},
		"security 5156":                 {want{"network.direction": "egress", "network.transport": "tcp", "process.pid": int64(3428), "event.type": []any{"connection", "allowed"}}, want{"direction": "outbound", "dest_port": int64(80)}},
		"system 7036":                   {want{"service.name": "Network Setup Service", "event.type": "start"}, want{"status": "running"}},
		"system 7040":                   {want{"service.name": "NdisCap", "event.type": "change"}, want{"service": "Microsoft NDIS Capture"}},
		"system 7045":                   {want{"service.name": "PSEXESVC", "event.type": "creation"}, want{"start_mode": "demand start", "service_path": `%SystemRoot%\PSEXESVC.exe`}},
		"taskscheduler/operational 106": {want{"event.type": "creation", "user.name": "pgustavo", "user.domain": "THESHIRE"}, want{"action": "created", "object": `\MordorSchtask`}},
		"taskscheduler/operational 200": {want{"event.type": "start", "process.executable": nil}, want{"tag": []any{}}},
	} {
		e, ok := events[id]
		require.True(t, ok, id)
		assert.Empty(t, cmp.Diff(tt.ecs, fields(e, ast.ViewECS, tt.ecs)), id)
		assert.Empty(t, cmp.Diff(tt.cim, fields(e, ast.ViewCIM, tt.cim)), id)
	}
}

// An agent on a collector of forwarded events knows the collector's id.
func TestHostID(t *testing.T) {
	for _, tt := range []struct{ host, computer, id string }{
		{"ws1", "WS1.example.org", "7f3a"},
		{"collector", "WS1.example.org", "ws1.example.org"},
		{"ws1.other.org", "WS1.example.org", "ws1.example.org"},
	} {
		e := Windows().Event(want{
			"host":   want{"id": "7f3a", "name": tt.host},
			"winlog": want{"channel": "Security", "event_id": 4624, "computer_name": tt.computer},
		})
		assert.Equal(t, tt.id, e.Fields.(event.Viewer).View(ast.ViewECS).Field("host.id").Text(), tt.host)
	}
}

// Transforms belong to one alternative unless brackets say otherwise.
func TestExpressions(t *testing.T) {
	raw := want{"EventID": 1, "Channel": "X", "B": "WORD", "Two Words": "Yes"}
	for def, val := range map[string]string{
		"(A or B) | lower":           "word",
		"A or (B | lower)":           "word",
		"B | lower or A":             "word",
		"`Two Words` | upper":        "YES",
		"B | list(x) | text":         "x\nWORD",
		"B | when(A,)":               "WORD",
		"A or =none":                 "none",
		"(A or (B | lower)) | upper": "WORD",
	} {
		s, err := New(fstest.MapFS{"x.yaml": {Data: []byte("channels: [{name: X, ecs: {f: '" + def + "'}}]")}})
		require.NoError(t, err, def)
		assert.Equal(t, val, s.Event(raw).Fields.(event.Viewer).View(ast.ViewECS).Field("f").Text(), def)
	}
	for def, msg := range map[string]string{
		"A or B | lower":  "expected brackets",
		"(A or B | lower": "expected",
		"A | lwer":        "lower",
		"A B":             "expected a field",
		"":                "expected a field",
	} {
		_, err := New(fstest.MapFS{"x.yaml": {Data: []byte("channels: [{name: X, ecs: {f: '" + def + "'}}]")}})
		assert.ErrorContains(t, err, msg, def)
	}
}

// Exported events in UTF-16 are refused, not taken for a file without events.
func TestUTF16(t *testing.T) {
	for _, text := range []string{"\xff\xfe<\x00E\x00", "\xfe\xff\x00<", "<\x00E\x00"} {
		n := 0
		for _, err := range Windows().ParseXML(strings.NewReader(text)) {
			n++
			assert.ErrorContains(t, err, "line 1: expected UTF-8, found UTF-16")
		}
		assert.Equal(t, 1, n)
	}
}

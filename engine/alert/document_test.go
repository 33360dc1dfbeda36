package alert_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/alert"
)

type obj = map[string]any

// shellRule is a rule with all that a document tells of one.
var shellRule = &ast.Rule{
	ID: "11", Name: "Shell from a relay", Description: "What it finds.", Type: "eql", Version: "3",
	Authors: []string{"A"}, References: []string{"https://example.org/a"}, Tags: []string{"T"},
	Severity: "medium", RiskScore: 47, MaxSignals: 100, BuildingBlock: true,
	SeverityMapping: []ast.SeverityMapping{{Field: "user.name", Value: "root", Severity: "high"}},
	Threats: []ast.Threat{{Framework: "MITRE ATT&CK", Tactic: ast.Attack{ID: "TA1", Name: "tactic", Reference: "https://example.org/TA1"},
		Techniques: []ast.Technique{
			{Attack: ast.Attack{ID: "T1", Name: "one"}, Sub: []ast.Attack{{ID: "T1.001", Name: "one.one"}}},
			{Attack: ast.Attack{ID: "T2", Name: "two"}},
		}}},
	TechniqueIDs: []string{"T1", "T1.001", "T2"},
	Schedule:     ast.Schedule{Interval: 5 * time.Minute},
	Suppression:  &ast.Suppression{Fields: []string{"host.id", "user.name"}},
}

func shellAlert() engine.Alert {
	return engine.Alert{
		ID: "aa", Rule: shellRule, Time: noon.Add(2 * time.Second),
		Events: []engine.Event{
			at(0, "e1", obj{"host.id": "h", "process.name": "relay", "event.action": "start", "event.kind": "event", "user.name": "ann", "args": []any{"a", "b"}}),
			{}, // a missing event
			at(2, "e2", obj{"host.id": "h", "process.name": "sh", "event.action": "start", "event.kind": "event", "user.name": "root", "args": []any{"b", "c"}}),
		},
		Inferred: []string{"host.id"},
	}
}

func diff(t *testing.T, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestCommon(t *testing.T) {
	for _, c := range []struct {
		name   string
		events []engine.Event
		want   obj
	}{
		{"none", nil, obj{}},
		{"one", []engine.Event{at(0, "", obj{"a": obj{"b": 1}, "at": noon})}, obj{"a.b": int64(1), "at": "2024-05-01T12:00:00.000Z"}},
		{"values", []engine.Event{at(0, "", obj{"a": 1, "b": "x", "c": "y"}), at(1, "", obj{"a": 1.0, "b": "X", "c": "y"})},
			obj{"a": int64(1), "c": "y"}},
		{"lists", []engine.Event{at(0, "", obj{"a": []any{"x", "y", "y", 1}, "b": []any{"x"}}), at(1, "", obj{"a": []any{1.0, "y", "1"}, "b": []any{"z"}})},
			obj{"a": []any{"y", int64(1)}}},
		{"objects", []engine.Event{at(0, "", obj{"a": []any{obj{"n": 1}, obj{"n": 2}}}), at(1, "", obj{"a": []any{obj{"n": 2}}})},
			obj{"a": []any{obj{"n": int64(2)}}}},
		{"a list and a value", []engine.Event{at(0, "", obj{"a": []any{"x"}}), at(1, "", obj{"a": "x"})}, obj{}},
		{"a missing event", []engine.Event{at(0, "", obj{"a": 1}), {}, at(1, "", obj{"a": 1})}, obj{"a": int64(1)}},
		{"only missing", []engine.Event{{}}, obj{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			diff(t, c.want, alert.Common(engine.Alert{Rule: &ast.Rule{}, Events: c.events}))
		})
	}
	diff(t, obj{"dest": "h"}, alert.Common(rowAlert(&ast.Rule{}, "dest", "h", "user", nil)))
}

func TestECS(t *testing.T) {
	diff(t, map[string]any{
		"@timestamp": "2024-05-01T12:00:02.000Z",
		"ecs":        obj{"version": "8.11.0"},
		"host":       obj{"id": "h"},
		"args":       []any{"b"},
		"event":      obj{"action": "start", "kind": "signal"},
		"threat": obj{
			"framework": "MITRE ATT&CK",
			"tactic":    obj{"id": []any{"TA1"}},
			"technique": obj{"id": []any{"T1", "T2"}, "subtechnique": obj{"id": []any{"T1.001"}}},
		},
		"kibana.alert.uuid": "aa", "kibana.alert.group.id": "aa",
		"kibana.alert.status": "active", "kibana.alert.workflow_status": "open",
		"kibana.alert.severity": "high", "kibana.alert.risk_score": 47,
		"kibana.alert.reason": "Shell from a relay, process sh, user root",
		"kibana.alert.depth":  1,
		"kibana.alert.ancestors": []any{
			obj{"id": "e1", "type": "event", "depth": 0}, obj{"id": "e2", "type": "event", "depth": 0},
		},
		"kibana.alert.building_block_type": "default",
		"kibana.alert.suppression.terms": []any{
			obj{"field": "host.id", "value": "h"}, obj{"field": "user.name", "value": nil},
		},
		"kibana.alert.rule.uuid": "11", "kibana.alert.rule.rule_id": "11",
		"kibana.alert.rule.name": "Shell from a relay", "kibana.alert.rule.description": "What it finds.",
		"kibana.alert.rule.type": "eql", "kibana.alert.rule.version": "3",
		"kibana.alert.rule.author": []any{"A"}, "kibana.alert.rule.tags": []any{"T"},
		"kibana.alert.rule.references": []any{"https://example.org/a"},
		"kibana.alert.rule.severity":   "medium", "kibana.alert.rule.risk_score": 47,
		"kibana.alert.rule.interval": "5m", "kibana.alert.rule.max_signals": 100,
		"kibana.alert.rule.building_block_type": "default",
		"kibana.alert.rule.threat": []any{obj{
			"framework": "MITRE ATT&CK",
			"tactic":    obj{"id": "TA1", "name": "tactic", "reference": "https://example.org/TA1"},
			"technique": []any{
				obj{"id": "T1", "name": "one", "subtechnique": []any{obj{"id": "T1.001", "name": "one.one"}}},
				obj{"id": "T2", "name": "two"},
			},
		}},
		"spoor.inferred": []any{"host.id"},
	}, alert.ECS(shellAlert()))
}

// A single event is told as it was; its own kind and time are kept aside.
func TestECSOfOneEvent(t *testing.T) {
	a := engine.Alert{ID: "aa", Time: noon, Rule: &ast.Rule{ID: "1", Name: "N", NameOverride: "event.reason"}, Events: []engine.Event{
		at(-1, "e", obj{"@timestamp": "x", "event.kind": "event", "event.reason": "why", "process": obj{"name": "sh"}, "process.name.text": "t"}),
	}}
	got := alert.ECS(a)
	diff(t, map[string]any{
		"@timestamp": "2024-05-01T12:00:00.000Z", "ecs": obj{"version": "8.11.0"},
		"event": obj{"kind": "signal", "reason": "why"}, "process": obj{"name": "sh"},
		"process.name.text":                  "t", // its place is taken
		"kibana.alert.original_time":         "2024-05-01T11:59:59.000Z",
		"kibana.alert.original_event.kind":   "event",
		"kibana.alert.original_event.reason": "why",
		"kibana.alert.uuid":                  "aa", "kibana.alert.status": "active", "kibana.alert.workflow_status": "open",
		"kibana.alert.risk_score": 0, "kibana.alert.depth": 1, "kibana.alert.reason": "why, process sh",
		"kibana.alert.ancestors": []any{obj{"id": "e", "type": "event", "depth": 0}},
		"kibana.alert.rule.uuid": "1", "kibana.alert.rule.rule_id": "1",
		"kibana.alert.rule.name": "why", "kibana.alert.rule.risk_score": 0,
		"kibana.alert.rule.rule_name_override": "event.reason",
	}, got)
}

func TestOCSF(t *testing.T) {
	t0 := noon.UnixMilli()
	tactic := obj{"uid": "TA1", "name": "tactic", "src_url": "https://example.org/TA1"}
	one := obj{"uid": "T1", "name": "one"}
	event := func(name, user string, args ...any) obj {
		return obj{"host": obj{"id": "h"}, "process": obj{"name": name}, "event": obj{"action": "start", "kind": "event"},
			"user": obj{"name": user}, "args": args}
	}
	diff(t, map[string]any{
		"activity_id": 1, "activity_name": "Create", "category_uid": 2, "category_name": "Findings",
		"class_uid": 2004, "class_name": "Detection Finding", "type_uid": 200401, "type_name": "Detection Finding: Create",
		"severity_id": 4, "severity": "High", "status_id": 1, "status": "New", "is_alert": false,
		"time": t0 + 2000, "start_time": t0, "end_time": t0 + 2000, "risk_score": 47,
		"message":  "Shell from a relay, process sh, user root",
		"metadata": obj{"version": "1.5.0", "uid": "aa", "product": obj{"name": "Spoor", "vendor_name": "Spoor"}},
		"finding_info": obj{
			"uid": "aa", "title": "Shell from a relay", "desc": "What it finds.", "src_url": "https://example.org/a",
			"created_time": t0 + 2000, "first_seen_time": t0, "last_seen_time": t0 + 2000,
			"analytic": obj{"type_id": 1, "type": "Rule", "uid": "11", "name": "Shell from a relay", "version": "3"},
			"attacks": []any{
				obj{"tactic": tactic, "technique": one, "sub_technique": obj{"uid": "T1.001", "name": "one.one"}},
				obj{"tactic": tactic, "technique": obj{"uid": "T2", "name": "two"}},
			},
		},
		"evidences": []any{
			obj{"uid": "e1", "data": event("relay", "ann", "a", "b"), "device": obj{"uid": "h", "type_id": 0}, "user": obj{"name": "ann"}},
			obj{"uid": "e2", "data": event("sh", "root", "b", "c"), "device": obj{"uid": "h", "type_id": 0}, "user": obj{"name": "root"}},
		},
	}, alert.OCSF(shellAlert()))
}

// An evidence has the objects that OCSF can tell from others: a process by its
// number or id, an endpoint by its address.
func TestOCSFEvidence(t *testing.T) {
	got := alert.OCSF(engine.Alert{Rule: &ast.Rule{}, Events: []engine.Event{at(0, "e", obj{
		"host.name": "vault", "host.ip": []any{"10.0.0.1", "fe80::1"}, "user.domain": "CORP",
		"process.pid": "4", "process.name": "cmd.exe", "process.command_line": "cmd /c x", "process.executable": `C:\Windows\cmd.exe`,
		"process.parent.name": "nobody.exe", "source.port": 49152, "destination.ip": "10.0.0.2", "destination.port": 443.0,
		"file.path": "/etc/passwd", "dns.question.name": "example.org",
	})}})
	evidence := got["evidences"].([]any)[0].(obj)
	delete(evidence, "data")
	diff(t, obj{
		"uid": "e", "device": obj{"hostname": "vault", "ip": "10.0.0.1", "type_id": 0},
		"process": obj{"pid": int64(4), "name": "cmd.exe", "cmd_line": "cmd /c x",
			"file": obj{"path": `C:\Windows\cmd.exe`, "name": "cmd.exe", "type_id": 0}},
		"dst_endpoint": obj{"ip": "10.0.0.2", "port": int64(443)},
		"file":         obj{"path": "/etc/passwd", "name": "passwd", "type_id": 0},
		"query":        obj{"hostname": "example.org"},
	}, evidence)
}

// A row's fields have CIM's names; of several values it is not known which
// belong together.
func TestOCSFEvidenceOfARow(t *testing.T) {
	got := alert.OCSF(rowAlert(&ast.Rule{}, "dest", "vault", "user", []any{"ann", "bob"}, "process_id", "4", "process_name", "cmd.exe",
		"parent_process_name", "explorer.exe", "dest_ip", "10.0.0.2", "count", 3))
	evidence := got["evidences"].([]any)[0].(obj)
	delete(evidence, "data")
	diff(t, obj{
		"device":       obj{"hostname": "vault", "type_id": 0},
		"process":      obj{"pid": int64(4), "name": "cmd.exe"},
		"dst_endpoint": obj{"ip": "10.0.0.2"},
	}, evidence)
}

// The columns of a search over a data model have its data sets' prefixes. A name
// without one goes first; what only looks like a prefix is none.
func TestOCSFEvidenceOfADataModel(t *testing.T) {
	rule := &ast.Rule{Query: &ast.Query{Stages: []ast.Stage{
		&ast.Events{Dataset: &ast.Dataset{Prefixes: []string{"Processes."}}},
		&ast.Append{Subs: []*ast.Query{{Stages: []ast.Stage{&ast.Events{Dataset: &ast.Dataset{Prefixes: []string{"Filesystem."}}}}}}},
	}}}
	got := alert.OCSF(rowAlert(rule, "Processes.dest", "vault", "Processes.process_id", 4, "process_name", "cmd.exe",
		"Processes.process_name", "sh", "Filesystem.file_name", "a.txt", "actor.user", "ann"))
	evidence := got["evidences"].([]any)[0].(obj)
	delete(evidence, "data")
	diff(t, obj{
		"device":  obj{"hostname": "vault", "type_id": 0},
		"process": obj{"pid": int64(4), "name": "cmd.exe"},
		"file":    obj{"name": "a.txt", "type_id": 0},
	}, evidence)
}

func TestOCSFSeverity(t *testing.T) {
	for severity, want := range map[string]int{"": 0, "informational": 1, "low": 2, "medium": 3, "high": 4, "critical": 5, "odd": 0} {
		assert.Equal(t, want, alert.OCSF(rowAlert(&ast.Rule{Severity: severity}))["severity_id"], severity)
	}
}

// A search has a row for an evidence, and techniques by their ids alone.
func TestOCSFOfARow(t *testing.T) {
	got := alert.OCSF(rowAlert(&ast.Rule{TechniqueIDs: []string{"T1", "T2.003"}}, "dest", []any{"h", "g"}, "count", 3))
	diff(t, []any{obj{"data": obj{"dest": []any{"h", "g"}, "count": int64(3)}}}, got["evidences"])
	diff(t, []any{
		obj{"technique": obj{"uid": "T1"}},
		obj{"technique": obj{"uid": "T2"}, "sub_technique": obj{"uid": "T2.003"}},
	}, got["finding_info"].(obj)["attacks"])
	assert.Equal(t, noon.Add(-time.Hour).UnixMilli(), got["start_time"])
	assert.Equal(t, true, got["is_alert"])
}

// Documents are for encoding/json.
func TestDocumentsAreJSON(t *testing.T) {
	for _, doc := range []any{alert.ECS(shellAlert()), alert.OCSF(shellAlert()), alert.ECS(engine.Alert{Rule: &ast.Rule{}}), alert.OCSF(engine.Alert{Rule: &ast.Rule{}})} {
		text, err := json.Marshal(doc)
		require.NoError(t, err)
		var back map[string]any
		require.NoError(t, json.Unmarshal(text, &back))
		assert.NotContains(t, back, "")
	}
}

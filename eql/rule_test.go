package eql_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/eql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const elasticRule = `[metadata]
maturity = "production"

[rule]
author = ["A", "B"]
description = "What it finds."
event_category_override = "event.type"
from = "now-1h/h"
index = ["logs-*", "winlogbeat-*"]
interval = "10m"
language = "eql"
license = "L"
max_signals = 7
name = "Odd child"
references = ["https://example.org/a"]
risk_score = 47
rule_id = "11"
severity = "medium"
tags = ["T"]
timestamp_override = "event.ingested"
tiebreaker_field = "event.sequence"
building_block_type = "default"
investigation_fields = { field_names = ["host.name"] }
type = "eql"

query = '''
process where
  process.name : "a.exe"
'''

[rule.alert_suppression]
group_by = ["host.id"]
duration = { value = 5, unit = "h" }
missing_fields_strategy = "doNotSuppress"

[[rule.threat]]
framework = "MITRE ATT&CK"
[[rule.threat.technique]]
id = "T1"
name = "one"
reference = "https://example.org/T1"
[[rule.threat.technique.subtechnique]]
id = "T1.001"
name = "one.one"
reference = "https://example.org/T1.001"
[[rule.threat.technique]]
id = "T2"
name = "two"
[rule.threat.tactic]
id = "TA1"
name = "tactic"
reference = "https://example.org/TA1"

[[rule.threat]]
framework = "MITRE ATT&CK"
[rule.threat.tactic]
id = "TA2"
name = "other"
[[rule.threat.technique]]
id = "T1"
name = "one"
`

const endpointRule = `[rule]
id = "22"
name = "Stolen token"
description = "What it finds."
license = "L"
os_list = ["windows", "macos"]
reference = ["https://example.org/b"]
version = "1.2.3"
query = """
sequence by host.id with maxspan=1m
  [process where true] as first
  [process where user.id != first.user.id]
"""

[[actions]]
action = "kill_process"
field = "process.entity_id"
state = 1
tree = true

[[optional_actions]]
action = "rollback"
field = "Effective_process.entity_id"
state = 0

[[threat]]
framework = "MITRE ATT&CK"
[threat.tactic]
id = "TA1"
name = "tactic"
`

// beside compares what a file says beside the query.
var beside = cmp.Options{cmpopts.IgnoreFields(ast.Rule{}, "Query", "Source"), cmpopts.EquateEmpty()}

func TestElasticRule(t *testing.T) {
	r, err := eql.ParseRule("rules/odd.toml", []byte(elasticRule))
	require.NoError(t, err)
	one := ast.Attack{ID: "T1", Name: "one", Reference: "https://example.org/T1"}
	want := &ast.Rule{
		ID: "11", Name: "Odd child", Description: "What it finds.", Status: "production", Type: "eql",
		Authors: []string{"A", "B"}, License: "L", References: []string{"https://example.org/a"}, Tags: []string{"T"},
		Severity: "medium", RiskScore: 47,
		Threats: []ast.Threat{
			{Framework: "MITRE ATT&CK", Tactic: ast.Attack{ID: "TA1", Name: "tactic", Reference: "https://example.org/TA1"},
				Techniques: []ast.Technique{
					{Attack: one, Sub: []ast.Attack{{ID: "T1.001", Name: "one.one", Reference: "https://example.org/T1.001"}}},
					{Attack: ast.Attack{ID: "T2", Name: "two"}},
				}},
			{Framework: "MITRE ATT&CK", Tactic: ast.Attack{ID: "TA2", Name: "other"},
				Techniques: []ast.Technique{{Attack: ast.Attack{ID: "T1", Name: "one"}}}},
		},
		TechniqueIDs: []string{"T1", "T1.001", "T2"},
		Schedule:     ast.Schedule{Interval: 10 * time.Minute, Window: ast.TimeRange{Earliest: "-1h@h", Latest: "now"}},
		Suppression:  &ast.Suppression{Fields: []string{"host.id"}, Duration: 5 * time.Hour, MissingAlone: true},
		MaxSignals:   7, Indices: []string{"logs-*", "winlogbeat-*"}, BuildingBlock: true,
		InvestigationFields: []string{"host.name"},
		TimestampOverride:   "event.ingested", Tiebreaker: "event.sequence",
	}
	if diff := cmp.Diff(want, r, beside); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	assert.Equal(t, "event.type", r.Query.Category)
	assert.Equal(t, ast.EQL, r.Query.Language)
	assert.Equal(t, elasticRule, r.Source.Text)
}

func TestEndpointRule(t *testing.T) {
	r, err := eql.ParseRule("stolen.toml", []byte(endpointRule))
	require.NoError(t, err)
	want := &ast.Rule{
		ID: "22", Name: "Stolen token", Description: "What it finds.", Version: "1.2.3", Type: "endpoint", License: "L",
		References: []string{"https://example.org/b"}, OS: []string{"windows", "macos"},
		Threats: []ast.Threat{{Framework: "MITRE ATT&CK", Tactic: ast.Attack{ID: "TA1", Name: "tactic"}}},
		Actions: []ast.Action{
			{Name: "kill_process", Field: "process.entity_id", Step: 1, Tree: true},
			{Name: "rollback", Field: "Effective_process.entity_id", Optional: true},
		},
	}
	if diff := cmp.Diff(want, r, beside); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	assert.Equal(t, ast.Endpoint, r.Query.Language)
}

// What a rule asks for and does not get is told.
func TestRuleNotes(t *testing.T) {
	for _, tt := range []struct {
		line, want string
		mistake    bool
	}{
		{`timestamp_field = "event.created"`, "4:1: events are ordered by their own times, and not by the timestamp_field event.created", false},
		{`timestamp_field = "@timestamp"`, "", false},
		{`reputation = true`, "4:1: the reputation is not looked up, as Endpoint does before it alerts", false},
		{`reputation = false`, "", false},
		{`data_view_id = "security"`, "4:1: the data view security is not looked up: the rule reads the events of every index", false},
		{"index = ['a']\ndata_view_id = 'security'", "", false},
		{`enabled = false`, "4:1: the rule runs, although its file has enabled = false", false},
		{`enabled = true`, "", false},
		{"note = 'n'\nsetup = 's'\ntimeline_id = 't'\nthrottle = '1h'\nmin_endpoint_version = '8'", "", false},
		{`[[rule.response_actions]]`, "4:8: the rule's response_actions are left to whoever takes the alerts", false},
		{"actions = []\noptional_actions = []", "", false},
		{`actions = [{id = 'x'}]`, "4:1: the rule's actions are left to whoever takes the alerts", false},
		{`max_signal = 3`, `4:1: the key "max_signal" of the rule is not known and has no effect, did you mean "max_signals"?`, true},
		{`Max_Signals = 3`, `4:1: the key "Max_Signals" of the rule is taken for max_signals, but Elastic's tools do not know it`, true},
		{"[rule.threshold]\nfield = []\n[rule.threshold.x]", `4:7: the key "threshold" of the rule is not known and has no effect`, true},
		{"[ruel]\nx = 1", `4:2: the key "ruel" of the file is not known and has no effect, did you mean "rule"?`, true},
		{`severity = "hgih"`, `4:1: expected low or medium or high or critical as severity, found "hgih", did you mean "high"?`, true},
		{"severity = 'low'\nrisk_score = 100\nmax_signals = 1\nfrom = 'now-1d/d'\nto = 'now'", "", false},
		{`risk_score = 101`, "4:1: expected risk_score to be from 0 to 100, found 101", true},
		{`max_signals = 0`, "4:1: expected max_signals to be from 1 to 10000, found 0", true},
		{`from = "now-9x"`, `4:1: expected a time such as now-6m as from, found "now-9x"`, true},
		{`to = "2024-01-01T00:00:00Z"`, "", false},
		{`from = "6m"`, `4:1: expected a time such as now-6m as from, found "6m"`, true},
		{"[rule.alert_suppression]\nduration = { value = 1, unit = 'h' }",
			"4:7: expected alert_suppression to have a field in group_by, found none: all alerts are one group", true},
		{"[rule.alert_suppression]\ngroup_by = ['a']\nmissing_fields_strategy = 'drop'",
			`4:7: expected suppress or doNotSuppress as alert_suppression, found "drop"`, true},
		{"os_list = ['Windows', 'linx']", `4:1: expected windows or macos or linux as os_list, found "linx", did you mean "linux"?`, true},
		{"[[rule.severity_mapping]]\nfield = 'a'\nseverity = 'hihg'", `4:8: expected low or medium or high or critical as severity_mapping, found "hihg", did you mean "high"?`, true},
		{"[[actions]]\nstate = 0\n[[actions]]\nstate = 1", "6:3: expected the state of an action to be from 0 to 0, which are the query's events, found 1", true},
		{"[transform]\nx = 1\n[[actions]]\naction = 'kill_process'", "", false},
	} {
		r, err := eql.ParseRule("r.toml", []byte("[rule]\nid = 'x'\nquery = 'any where true'\n"+tt.line))
		require.NoError(t, err, tt.line)
		if tt.want == "" {
			assert.Empty(t, r.Notes, tt.line)
			continue
		}
		if assert.Len(t, r.Notes, 1, tt.line) {
			n := r.Notes[0]
			line, column := r.Source.Position(n.Off)
			assert.Equal(t, tt.want, fmt.Sprintf("%d:%d: %s", line, column, n.Text))
			assert.Equal(t, tt.mistake, n.Mistake, tt.line)
		}
	}
}

func TestInvestigationFields(t *testing.T) {
	for _, fields := range []string{`{ field_names = ["host.name", "user.name"] }`, `["host.name", "user.name"]`} {
		r, err := eql.ParseRule("r.toml", []byte("[rule]\nquery = 'any where true'\ninvestigation_fields = "+fields))
		require.NoError(t, err, fields)
		assert.Equal(t, []string{"host.name", "user.name"}, r.InvestigationFields, fields)
	}
}

func TestRuleDefaults(t *testing.T) {
	r, err := eql.ParseRule("dir/short.toml", []byte("\ufeff[rule]\r\ntype = 'eql'\r\nquery = 'any where true'"))
	require.NoError(t, err)
	want := &ast.Rule{ID: "short", Name: "short", Type: "eql", MaxSignals: 100,
		Schedule: ast.Schedule{Interval: 5 * time.Minute, Window: ast.TimeRange{Earliest: "-6m", Latest: "now"}}}
	if diff := cmp.Diff(want, r, beside); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	bare, err := eql.ParseRule("dir/short.eql", []byte("\ufeffsequence\n[a where true]\n[b where true]"))
	require.NoError(t, err)
	if diff := cmp.Diff(want, bare, beside); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Errors stand at the line and column of the file, however the file writes the
// query.
func TestRuleErrors(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"[rule]\nQuery = 'process wher true'", `r.toml:2:18: expected "where", found "wher"`},
		{"[rule]\nquery = 'process wher true'", `r.toml:2:18: expected "where", found "wher"`},
		{"[rule]\nquery = '''\nprocess where\n  x == ]\n'''", `r.toml:4:8: expected a value, found "]"`},
		{"[rule]\nquery = '''\n\nprocess where ]'''", `r.toml:4:15: expected a value, found "]"`},
		{"[rule]\r\nquery = '''\r\nprocess where ]'''", `r.toml:3:15: expected a value, found "]"`},
		{"[rule]\nquery = \"process where x == \\\"y\\\\\\\\\\\" ]\"", `r.toml:2:39: expected and, or, a pipe or the end, found "]"`},
		{"[rule]\nquery = \"process where\\n\\tx == ]\"", `r.toml:2:32: expected a value, found "]"`},
		{"[rule]\nquery = \"\"\"\nprocess where \\\n   x == ]\"\"\"", `r.toml:4:9: expected a value, found "]"`},
		{"rule.query = 'any wher'", `r.toml:1:19: expected "where", found "wher"`},
		{"rule = { name = 'x', query = 'any wher' }", `r.toml:1:35: expected "where", found "wher"`},
		{"[rule]\nfilters = {}", `r.toml:2:11: expected a list as rule.filters, found a TOML inline table`},
		{"[rule]\nalert_suppression = 'x'", `r.toml:2:21: expected a table as rule.alert_suppression, found a TOML string`},
		{"[[rule]]\nquery = 'x'", `r.toml:1:3: expected a table in single brackets, found a list of them in [[ and ]]`},
		{"[rule]\nquery = \"process where a == 'C:\\W'\"", `r.toml:2:32: invalid escape character U+0057 'W': between ''' and ''' a backslash is itself`},
		{"[rule]\nfrom = now-5m", `r.toml:2:8: expected keyword "nan": a text stands in quotes`},
		{"[rule]\nquery = any where true", `r.toml:2:9: unexpected character U+0061 'a' at start of value: a text stands in quotes`},
		{"[rule]\nname = 'x'\nquery = ''", `r.toml:3:1: expected a query in the rule, found none`},
		{"[rule]\nname = 'x", `r.toml:2:`},
		{"[rule]\nname = 1\nquery = 'any where true'", `r.toml:2:8: expected a text as rule.name, found a TOML integer`},
		{"[rule]\ntags = 'é'\nquery = 'any where true'", `r.toml:2:8: expected a list of texts as rule.tags, found a TOML string`},
		{"[rule]\nmax_signals = 1.5", `r.toml:2:15: expected a whole number as rule.max_signals, found a TOML float`},
		{"[[rule.threat]]\ntactic = 'x'", `r.toml:2:10: expected a table as rule.threat.tactic, found a TOML string`},
		{"[metadata]\nmaturity = 1", `r.toml:2:12: expected a text as metadata.maturity, found a TOML integer`},
		{"[rule]\nname = 'x'", `r.toml: expected a query in the rule, found none`},
		{"", `r.toml: expected a rule, found an empty file`},
		{"name = 'x'\nquery = 'any where true'", `r.toml:2:1: expected the rule below [rule], found query outside of it`},
		{"[[rules]]\nquery = 'any where true'", `r.toml:1:3: expected the rule below [rule], found rules outside of it`},
		{"[rule]\ntype = 'eqll'\nlanguage = 'eql'\nquery = 'any where true'", `r.toml:2:1: expected eql as the rule's type, found "eqll"`},
		{"[rule]\ntype = 'EQL'\nquery = 'any where true'", `r.toml:2:1: expected eql as the rule's type, found "EQL"`},
		{"[rule]\ntype = 'correlation'\nlanguage = 'eql'\nquery = 'any where true'", `r.toml:2:1: expected eql as the rule's type, found "correlation"`},
		{"[rule]\ntype = 'eql'\nlanguage = 'kuery'\nquery = 'a : b'", `r.toml:3:1: expected eql as the rule's language, found "kuery"`},
		{"[rule]\nlanguage = 'eqk'\nquery = 'any where true'", `r.toml:2:1: expected eql as the rule's language, found "eqk"`},
		{"[rule]\ninterval = 'soon'\nquery = 'any where true'", `r.toml:2:1: interval: expected a length of time such as 5m, found "soon"`},
		{"[rule]\nquery = 'any where true'\n[rule.alert_suppression]\nduration = { value = 5, unit = 'y' }",
			`r.toml:3:7: alert_suppression: expected a length of time such as 5m, found "5y"`},
	} {
		r, err := eql.ParseRule("r.toml", []byte(c.file))
		assert.Nil(t, r, c.file)
		var e *ast.Error
		if assert.ErrorAs(t, err, &e, c.file) {
			assert.Equal(t, c.want, err.Error()[:min(len(err.Error()), len(c.want))], c.file)
			assert.NotContains(t, err.Error(), "\n")
		}
	}
	_, err := eql.ParseRule("r.eql", []byte("any\nwher true"))
	assert.EqualError(t, err, `r.eql:2:1: expected "where", found "wher", did you mean "where"?`)
}

func TestNotEQL(t *testing.T) {
	for _, file := range []string{
		"[rule]\ntype = 'threshold'\nlanguage = 'kuery'\nquery = 'a : b'",
		"[rule]\ntype = 'esql'\nquery = 'from logs'",
		"[rule]\nlanguage = 'kuery'\nquery = 'a : b'",
		"[rule]\ntype = 'machine_learning'\nmachine_learning_job_id = 'x'",
		"[rule]\ntype = 'threshold'\nlanguage = 'eql'\nquery = 'any where true'",
		"[rule]\ntype = 'esql'\nlanguage = 'esql'\nquery = 'from logs'",
		"[rule]\ntype = 'tomorrow'\nquery = 'from logs'",
		"[hunt]\nquery = ['a']",
	} {
		r, err := eql.ParseRule("r.toml", []byte(file))
		assert.Nil(t, r)
		assert.ErrorIs(t, err, eql.ErrNotEQL, file)
		assert.True(t, strings.HasPrefix(err.Error(), "r.toml: not an EQL rule: "), err)
	}
	_, err := eql.ParseRule("r.toml", []byte("[rule]\ntype = 'threshold'\nlanguage = 'kuery'\nquery = 'a : b'"))
	assert.EqualError(t, err, "r.toml: not an EQL rule: it is of type threshold, in kuery")
}

func TestLoadRules(t *testing.T) {
	dir := fstest.MapFS{
		"rules/b.toml":      {Data: []byte(elasticRule)},
		"rules/linux/a.eql": {Data: []byte("process where true")},
		"rules/linux/C.EQL": {Data: []byte("process where true")},
		"rules/bad.toml":    {Data: []byte("[rule]\nquery = 'process'")},
		"rules/esql.toml":   {Data: []byte("[rule]\ntype = 'esql'\nquery = 'from x'")},
		"rules/README.md":   {Data: []byte("words")},
		"docs/README.md":    {Data: []byte("words")},
	}
	ids := func(rules []*ast.Rule) (list []string) {
		for _, r := range rules {
			list = append(list, r.ID)
		}
		return list
	}
	rules, err := eql.LoadRules(dir, "rules")
	assert.Equal(t, []string{"11", "C", "a"}, ids(rules))
	assert.ErrorIs(t, err, eql.ErrNotEQL)
	var e *ast.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "rules/bad.toml", e.Name)
	var joined interface{ Unwrap() []error }
	require.True(t, errors.As(err, &joined))
	assert.Len(t, joined.Unwrap(), 2)

	rules, err = eql.LoadRules(dir, "rules/*/*.eql")
	require.NoError(t, err)
	assert.Equal(t, []string{"a"}, ids(rules))

	for _, pattern := range []string{"nowhere", "docs", "rules/*.yml", "[", ""} {
		rules, err = eql.LoadRules(dir, pattern)
		assert.Error(t, err, pattern)
		assert.Empty(t, rules, pattern)
	}
}

// A file of more keys than the TOML reader is good for is refused at the first that is
// too many, wherever they stand.
func TestCrowdedFile(t *testing.T) {
	const head = "[rule]\nname = 'a'\nquery = 'any where true'\n"
	keys := func(n int, sep string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "k%d=1%s", i, sep)
		}
		return b.String()
	}
	_, err := eql.ParseRule("a.toml", []byte(head+keys(10_000, "\n")))
	assert.EqualError(t, err, "a.toml:10001:1: expected at most 10000 keys and tables in a rule file")
	_, err = eql.ParseRule("a.toml", []byte(head+"x = {"+keys(10_000, ", ")+"z=1}\n"))
	assert.EqualError(t, err, "a.toml:4:1: expected at most 10000 keys and tables in a rule file")
	_, err = eql.ParseRule("a.toml", []byte(head+strings.Repeat("[[threat]]\n", 10_000)))
	assert.EqualError(t, err, "a.toml:10001:3: expected at most 10000 keys and tables in a rule file")
	for place, dotted := range map[string]string{
		"a.toml:2003:1": strings.Repeat("a.a.a.a.a = 1\n", 2_000), "a.toml:4:1": "x = {" + strings.Repeat("a.a.a.a.a = 1, ", 2_000) + "z=1}\n",
		"a.toml:2003:2": strings.Repeat("[a.a.a.a.a]\n", 2_000), "a.toml:2003:3": strings.Repeat("[[a.a.a.a.a]]\n", 2_000),
	} {
		_, err = eql.ParseRule("a.toml", []byte(head+dotted))
		assert.EqualError(t, err, place+": expected at most 10000 keys and tables in a rule file", "each part of a dotted key")
	}
	_, err = eql.ParseRule("a.toml", []byte(head+keys(9_000, "\n")))
	assert.NoError(t, err)
	_, err = eql.ParseRule("a.toml", []byte(head+keys(10_000, "\n")+"x =\n"))
	assert.ErrorContains(t, err, "a.toml:10001:1: ")
}

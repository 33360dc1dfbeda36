package spl

import (
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spoor-lang/spoor/ast"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// older is a detection in the older form, newer the same in the newer one.
const older = `name: Shell From Office
id: 7d3c5a52-0c5d-4a5e-9f39-2f6b9be1c001
version: 3
date: '2024-05-01'
author: Ada Lovelace, Spoor
status: production
type: Anomaly
description: An office program starts
  a shell.
data_source:
- Sysmon EventID 1
search: '| tstats count from datamodel=Endpoint.Processes where Processes.process_name=cmd.exe
  by Processes.dest | ` + "`drop_dm_object_name(Processes)` | `shell_from_office_filter`" + `'
references:
- https://example.com/a
tags:
  analytic_story:
  - Office Abuse
  asset_type: Endpoint
  confidence: 50
  impact: 45
  risk_score: 99.0
  message: $dest$ ran a shell
  mitre_attack_id: [T1059, T1059.003, T1059]
  observable:
  - name: user
    type: User
    role: [Victim]
  - name: dest
    type: Hostname
    role:
    - Victim
  - name: process_name
    type: Process
    role: [Attacker]
  - name: src
    type: IP Address
    role: [Attacker]
  - name: digest
    type: File Hash
    role: [Attacker]
  - name: link
    type: URL String
    role: [Attacker]
  - name: key
    type: Registry Path
    role: [Attacker]
  - name: thing
    type: Other
    role: [Victim]
  - name: nothing
    type: Other
    role: [Other]
  security_domain: endpoint
  throttling:
    fields: [dest, user]
    period: 24h
drilldown_searches:
- name: The events of $dest$
  search: '%original_detection_search% | search dest=$dest$'
  earliest_offset: $info_min_time$
  latest_offset: $info_max_time$
`

func TestParseRuleOlder(t *testing.T) {
	r, err := ParseRule("detections/shell_from_office.yml", []byte(older), nil)
	require.NoError(t, err)
	require.NotNil(t, r.Query)
	search := r.Query.Source.Text
	assert.True(t, strings.HasPrefix(search, "| tstats count from"))
	assert.Equal(t, older, r.Source.Text)
	r.Query, r.Source = nil, nil
	want := &ast.Rule{
		ID:          "7d3c5a52-0c5d-4a5e-9f39-2f6b9be1c001",
		Name:        "Shell From Office",
		Description: "An office program starts a shell.",
		Version:     "3",
		Status:      "production",
		Type:        "Anomaly",
		Authors:     []string{"Ada Lovelace", "Spoor"},
		References:  []string{"https://example.com/a"},
		Tags: []string{
			"Story: Office Abuse", "Asset: Endpoint", "Domain: endpoint", "Data Source: Sysmon EventID 1",
		},
		Severity:     "low",
		RiskScore:    22, // 22.5, and halves go to the even side
		TechniqueIDs: []string{"T1059", "T1059.003"},
		Schedule:     ast.Schedule{Cron: "0 * * * *", Window: ast.TimeRange{Earliest: "-70m@m", Latest: "-10m@m"}},
		Suppression:  &ast.Suppression{Fields: []string{"dest", "user"}, Duration: 24 * time.Hour},
		Message:      "$dest$ ran a shell",
		RiskObjects: []ast.RiskObject{
			{Field: "user", Type: "user", Score: 22},
			{Field: "dest", Type: "system", Score: 22},
			{Field: "process_name", Type: "process", Threat: true},
			{Field: "src", Type: "ip_address", Threat: true},
			{Field: "digest", Type: "file_name", Threat: true},
			{Field: "link", Type: "url", Threat: true},
			{Field: "key", Type: "registry path", Threat: true},
			{Field: "thing", Type: "other", Score: 22},
			{Field: "nothing", Type: "other", Score: 22},
		},
		Drilldowns: []ast.Drilldown{{
			Name: "The events of $dest$", Search: search + " | search dest=$dest$",
			Earliest: "$info_min_time$", Latest: "$info_max_time$",
		}},
	}
	assert.Empty(t, cmp.Diff(want, r))
}

// detection is a file of the newer form with these lines behind the search.
func detection(lines string) string {
	return "name: A\nid: a\ntype: TTP\nsearch: index=x\n" + lines
}

func TestParseRuleNewer(t *testing.T) {
	r, err := ParseRule("a.yml", []byte(detection(`
rba:
  message: $user$ was here
  risk_objects:
  - {field: user, type: user, score: 40}
  - {field: dest, type: system, score: 81}
  threat_objects:
  - {field: src, type: ip_address}
tags: {mitre_attack_id: T1078, unheard_of: [1, 2]}
`)), nil)
	require.NoError(t, err)
	assert.Equal(t, "$user$ was here", r.Message)
	assert.Equal(t, 81, r.RiskScore)
	assert.Equal(t, "critical", r.Severity)
	assert.Equal(t, []string{"T1078"}, r.TechniqueIDs)
	assert.Empty(t, cmp.Diff([]ast.RiskObject{
		{Field: "user", Type: "user", Score: 40},
		{Field: "dest", Type: "system", Score: 81},
		{Field: "src", Type: "ip_address", Threat: true},
	}, r.RiskObjects))
	assert.Nil(t, r.Suppression)
}

func TestParseRuleFindings(t *testing.T) {
	r, err := ParseRule("a.yml", []byte(detection(`
creation_date: '2026-05-01'
modification_date: '2026-06-01'
finding:
  title: $user$ on $dest$
  entity: {field: dest, type: system, score: 50}
intermediate_findings:
  entities:
  - {field: user, type: user, score: 70, message: $user$ was here}
threat_objects:
- {field: src, type: ip_address}
analytic_story: [Visits]
asset_type: Endpoint
cve: [CVE-2026-1]
mitre_attack_id: [T1078, T1021]
product: [Splunk Enterprise]
category: network
security_domain: network
tests: [{name: a, test_type: unit}]
`)), nil)
	require.NoError(t, err)
	assert.Empty(t, r.Notes)
	assert.Equal(t, "$user$ on $dest$", r.Message)
	assert.Equal(t, 70, r.RiskScore)
	assert.Equal(t, "high", r.Severity)
	assert.Equal(t, []string{"T1078", "T1021"}, r.TechniqueIDs)
	assert.Equal(t, []string{"Story: Visits", "Asset: Endpoint", "Domain: network", "CVE: CVE-2026-1"}, r.Tags)
	assert.Empty(t, cmp.Diff([]ast.RiskObject{
		{Field: "dest", Type: "system", Score: 50},
		{Field: "user", Type: "user", Score: 70, Message: "$user$ was here"},
		{Field: "src", Type: "ip_address", Threat: true},
	}, r.RiskObjects))

	r, err = ParseRule("a.yml", []byte(detection("intermediate_findings: {entities: [{field: u, type: user, score: 9, message: $u$}]}\n")), nil)
	require.NoError(t, err)
	assert.Equal(t, "$u$", r.Message, "where there is no title")
}

func TestSeverity(t *testing.T) {
	for score, want := range map[int]string{
		0: "informational", 20: "informational", 21: "low", 40: "low", 41: "medium",
		60: "medium", 61: "high", 80: "high", 81: "critical", 100: "critical",
	} {
		assert.Equal(t, want, severity(score), score)
	}
	r, err := ParseRule("a.yml", []byte(detection("")), nil)
	require.NoError(t, err)
	assert.Equal(t, "high", r.Severity, "a detection that names no risk")
	assert.Zero(t, r.RiskScore)
}

func TestSchedule(t *testing.T) {
	c := &Content{Schedules: map[string]ast.Schedule{"TTP": {Cron: "*/5 * * * *"}}}
	for _, tt := range []struct {
		c          *Content
		kind, more string
		want       string
	}{
		{nil, "TTP", "", "0 * * * *"},
		{nil, "Baseline", "", "10 0 * * *"},
		{c, "TTP", "", "*/5 * * * *"},
		{c, "Correlation", "", "0 * * * *"},
		{c, "TTP", "scheduling: {cron_schedule: 1 2 3 4 5}\n", "1 2 3 4 5"},
		{c, "TTP", "deployment: {scheduling: {cron_schedule: 2 2 3 4 5}}\n", "2 2 3 4 5"},
	} {
		r, err := ParseRule("a.yml", []byte("name: A\nid: a\ntype: "+tt.kind+"\nsearch: index=x\n"+tt.more), tt.c)
		require.NoError(t, err)
		assert.Equal(t, tt.want, r.Schedule.Cron, tt.kind)
	}
}

func TestParsePeriod(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"86400s": 24 * time.Hour, "1440m": 24 * time.Hour, "24h": 24 * time.Hour, "7d": 7 * 24 * time.Hour, "90": 90 * time.Second,
		"": 0, "h": 0, "0s": 0, "-1h": 0, "1.5h": 0, "5w": 0, "1hm": 0, "9223372036854775807d": 0, "99999999999999999999s": 0,
	} {
		got, ok := parsePeriod(text)
		assert.Equal(t, want, got, text)
		assert.Equal(t, want > 0, ok, text)
	}
}

func TestParseRuleErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"name: A\n", "r.yml:1:1: expected the id of the detection\nr.yml:1:1: expected the type of the detection\nr.yml:1:1: expected the search of the detection"},
		{"name: A\nid: a\ntype: TTP\nsearch: [x]\n", "r.yml:4:9: expected text as search, found a list\nr.yml:4:9: expected the search of the detection"},
		{"name: A\n id: b\n", "r.yml:2:4: mapping values are not allowed in this context"},
		{"", "r.yml:1:1: expected the keys of a detection"},
		{"just text\n", "r.yml:1:1: expected the keys of a detection"},
		{"name: 'A\n", "r.yml:1:9: found unexpected end of stream"},
		{"- search: x\nid: c\n", "r.yml:2:1: did not find expected '-' indicator"},
		{detection("rba: {risk_objects: [{field: u, score: 400}]}\n"), `r.yml:5:40: expected a whole number from 0 to 100 as score, found "400"`},
		{detection("tags: {message: m, risk_score: 2.5}\n"), `r.yml:5:32: expected a whole number from 0 to 100 as risk_score, found "2.5"`},
		{detection("rba: {risk_objects: [{type: user, score: 4}]}\n"), `r.yml:5:22: expected the field that names a field`},
		{"title: A\nid: a\nlogsource: {product: windows}\ndetection: {x: {y: 1}, condition: x}\n", `r.yml:3:12: expected a detection with a search, found a rule in Sigma: convert it to SPL first`},
		{detection("finding: {title: t, entity: {field: u, score: x}}\n"), `r.yml:5:47: expected a whole number from 0 to 100 as score, found "x"`},
		{detection("rba: {risk_objects: [user]}\n"), `r.yml:5:22: expected keys and values as an item of risk_objects, found a text`},
		{detection("tags: {throttling: {fields: [a], period: daily}}\n"), `r.yml:5:42: expected a period such as 24h, found "daily"`},
		{detection("tags: {throttling: {period: 1h}}\n"), `r.yml:5:20: expected the fields of the throttling`},
		{detection("tags: {observable: [{type: User, role: [Victim]}]}\n"), `r.yml:5:21: expected the name that names a field`},
		{detection("drilldown_searches: [{name: x}]\n"), `r.yml:5:22: expected the search of the drilldown`},
		{detection("scheduling: {cron_schedule: daily}\n"), `r.yml:5:13: expected a cron_schedule of 5 fields, found "daily"`},
		{detection("name: B\n"), `r.yml:5:1: key "name" is there twice`},
		{detection("---\n# the next\nname: B\n"), `r.yml:5:1: expected one document in the file, found another`},
		{detection("...\nname: B\n"), `r.yml:5:1: expected one document in the file, found another`},
		{detection("...\r\n--- # the next\r\nname: B\r\n"), `r.yml:6:1: expected one document in the file, found another`},
		{detection("--- ...\n"), `r.yml:5:1: expected one document in the file, found another`},
		{strings.ReplaceAll(detection("---\nname: B\n"), "\n", "\r"), `r.yml:1:41: expected one document in the file, found another`},
		{detection("rba: x # a\r---\u2028name: B\n"), `r.yml:5:12: expected one document in the file, found another`},
		{detection("description: \"a\u2028 b\"\u0085rba: {risk_objects: [user]}\n"), `r.yml:5:42: expected keys and values as an item of risk_objects, found a text`},
	} {
		r, err := ParseRule("r.yml", []byte(tt.text), nil)
		assert.Nil(t, r)
		assert.EqualError(t, err, tt.want, tt.text)
	}
}

// Marks around the only document are no second one.
func TestParseRuleMarks(t *testing.T) {
	for _, text := range []string{"---\n" + detection(""), detection("---\n"), detection("...\n---\n# no more\n"), detection("description: |\n  ---\n  x\n"),
		detection("---\n--- # a\n... # b\n\n"), detection("description: 'a\n---b\n...c'\n"), detection("description: |\n  ...\n  x\n"), "# a\n---\n# b\n" + detection("")} {
		_, err := ParseRule("r.yml", []byte(text), nil)
		assert.NoError(t, err, text)
	}
}

// A file has another document where the YAML reader finds one, whatever ends its lines.
func TestDocumentsAreTheReaders(t *testing.T) {
	r := rand.New(rand.NewPCG(131, 137))
	lines := []string{"---", "...", "--- # a", "... # b", "# c", "", " ", "---x: y", "d: |", " ---", "e: 'f", " g'", "h: [i,", " j]", "--- k", "l: m", "--- n: o"}
	breaks := []string{"\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029"}
	several, one := 0, 0
	for range 5000 {
		text, end := "", breaks[r.IntN(len(breaks))]
		for i, line := range append([]string{"a: b"}, lines...) {
			if i > 0 {
				line = lines[r.IntN(len(lines))]
			}
			if text += line; r.IntN(9) == 0 {
				text += breaks[r.IntN(len(breaks))]
			} else {
				text += end
			}
			if r.IntN(5) == 0 {
				break
			}
		}
		var first, next yaml.Node
		reader := yaml.NewDecoder(strings.NewReader(text))
		if reader.Decode(&first) != nil {
			continue
		}
		another := false
		for err := error(nil); err == nil && !another; {
			next = yaml.Node{}
			if err = reader.Decode(&next); err == nil {
				another = next.Content[0].Tag != "!!null" || next.Content[0].Value != ""
			} else {
				another = err != io.EOF
			}
		}
		f, err := readYAML("r.yml", []byte(text))
		require.NoError(t, err, "%q", text)
		if f.root.Kind != yaml.MappingNode {
			continue
		}
		found := slices.ContainsFunc(f.errs, func(err error) bool { return strings.Contains(err.Error(), "found another") })
		require.Equal(t, another, found, "%q", text)
		if another {
			several++
		} else {
			one++
		}
	}
	assert.Greater(t, several, 500)
	assert.Greater(t, one, 500)
}

// What a file asks for and its rule does not do is noted at its place.
func TestParseRuleNotes(t *testing.T) {
	for _, tt := range []struct {
		text, want string
		mistake    bool
	}{
		{"tests: []\ndate: '2026-01-01'\nbaselines: [b]\n", "", false},
		{"data_sources: [x]\n", `5:1: the key "data_sources" of the detection is not known and has no effect, did you mean "data_source"?`, true},
		{"suppress: {fields: [a]}\n", `5:1: the key "suppress" of the detection is not known and has no effect: use tags.throttling`, true},
		{"tags: {group: x, CVE: [y]}\n", `5:18: the key "CVE" of tags is not known and has no effect, did you mean "cve"?`, true},
		{"rba: {message: m, risk_object: []}\n", `5:19: the key "risk_object" of rba is not known and has no effect, did you mean "risk_objects"?`, true},
		{"finding: {title: m, entities: []}\n", `5:21: the key "entities" of finding is not known and has no effect`, true},
		{"mitre_attack_ids: [x]\n", `5:1: the key "mitre_attack_ids" of the detection is not known and has no effect, did you mean "mitre_attack_id"?`, true},
		{"deployment: {alert_action: {email: {to: x}}}\n", "5:28: the alert_action of the deployment is left to whoever takes the alerts", false},
	} {
		r, err := ParseRule("r.yml", []byte(detection(tt.text)), nil)
		require.NoError(t, err, tt.text)
		if tt.want == "" {
			assert.Empty(t, r.Notes, tt.text)
			continue
		}
		if assert.Len(t, r.Notes, 1, tt.text) {
			n := r.Notes[0]
			line, column := r.Source.Position(n.Off)
			assert.Equal(t, tt.want, fmt.Sprintf("%d:%d: %s", line, column, n.Text))
			assert.Equal(t, tt.mistake, n.Mistake, tt.text)
		}
	}
}

// The place of an error is that in the file, however the search is written.
func TestParseRulePlaces(t *testing.T) {
	for _, tt := range []struct{ name, search, want string }{
		{"plain", "search: index=x | nosuchcommand y", "5:19"},
		{"plain, folded", "search: index=x\n  | stats count\n  | nosuchcommand y", "7:5"},
		{"single quotes", "search: 'index=x a=''b'' | nosuchcommand y'", "5:28"},
		{"single quotes, folded", "search: 'index=x a=''b''\n\n  | nosuchcommand y'", "7:5"},
		{"double quotes", `search: "index=x a=\"b\" | nosuchcommand y"`, "5:28"},
		{"double quotes, folded", "search: \"index=x \\x41 \\\n    | nosuchcommand y\"", "6:7"},
		{"literal", "search: |\n  index=x\n  | nosuchcommand y\n", "7:5"},
		{"folded", "search: >-\n    index=x\n    | nosuchcommand y\n", "7:7"},
		{"folded, further in", "search: >2-\n  index=é\n     | nosuchcommand y\n", "7:8"},
		{"on the next line", "search:\n  index=x | nosuchcommand y\n", "6:13"},
	} {
		_, err := ParseRule("r.yml", []byte("name: A\nid: é\ntype: TTP\n# more\n"+tt.search+"\n"), nil)
		if assert.Error(t, err, tt.name) {
			assert.True(t, strings.HasPrefix(err.Error(), "r.yml:"+tt.want+": "), "%s: %v", tt.name, err)
		}
	}
}

func TestParseRuleBare(t *testing.T) {
	r, err := ParseRule("hunts/odd_shells.spl", []byte("index=x process_name=sh | stats count by host"), nil)
	require.NoError(t, err)
	assert.Equal(t, "odd_shells", r.ID)
	assert.Equal(t, "odd_shells", r.Name)
	assert.Len(t, r.Query.Stages, 2)
	assert.Equal(t, "0 * * * *", r.Schedule.Cron)

	_, err = ParseRule("a.spl", []byte("index=x\n| nosuchcommand"), nil)
	require.Error(t, err)
	assert.Contains(t, err.Error(), "a.spl:2:3: ")
}

func TestIsDetection(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       bool
	}{
		{"a.yml", "", true},
		{"A.YAML", "index=x", true},
		{"a.json", "{}", true},
		{"a.spl", "search: x", false},
		{"a", "index=x | search name:y", false},
		{"a", "search index=x\n| stats count", false},
		{"a", "# a comment\nsearch: index=x", true},
		{"a", `{"search": "index=x"}`, true},
		{"", "", false},
	} {
		assert.Equal(t, tt.want, isDetection(tt.name, []byte(tt.text)), "%s: %s", tt.name, tt.text)
	}
}

func TestLoadRules(t *testing.T) {
	fsys := fstest.MapFS{
		"rules/b.yml":        file(older),
		"rules/a.yml":        file(detection("")),
		"rules/bad.yml":      file("name: A\n"),
		"rules/deep/c.spl":   file("index=x"),
		"rules/deep/d.yaml":  file(detection("")),
		"rules/deep/bad.spl": file("index=x | nosuchcommand"),
		"rules/readme.md":    file("not a rule"),
	}
	for _, tt := range []struct {
		pattern string
		want    string // names of the rules' files
		bad     string // parts of the error, by blanks
	}{
		{"rules", "rules/a.yml rules/b.yml rules/deep/c.spl rules/deep/d.yaml", "rules/bad.yml rules/deep/bad.spl"},
		{"rules/?.yml", "rules/a.yml rules/b.yml", ""},
		{"rules/*/*.spl", "rules/deep/c.spl", "rules/deep/bad.spl"},
		{"rules/a.yml", "rules/a.yml", ""},
		{"nowhere", "", "nowhere"},
		{"[", "", "pattern"},
	} {
		rules, err := LoadRules(fsys, tt.pattern, nil)
		var names []string
		for _, r := range rules {
			names = append(names, r.Source.Name)
		}
		assert.Equal(t, tt.want, strings.Join(names, " "), tt.pattern)
		if tt.bad == "" {
			assert.NoError(t, err)
			continue
		}
		if assert.Error(t, err, tt.pattern) {
			for part := range strings.FieldsSeq(tt.bad) {
				assert.Contains(t, err.Error(), part)
			}
		}
	}
	_, err := LoadRules(fsys, "nowhere", nil)
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

// A hostile file is refused in no time.
func TestParseRuleHostile(t *testing.T) {
	const many = 100_000
	for name, text := range map[string]string{
		"brackets":   "search: " + strings.Repeat("[", many),
		"braces":     "search: " + strings.Repeat("{a: ", many),
		"indents":    "name:\n" + strings.Repeat("- ", many),
		"keys":       "name: a\n" + strings.Repeat("k: v\n", many),
		"objects":    detection("rba: {risk_objects: [" + strings.Repeat("x, ", many) + "]}\n"),
		"drilldowns": "search: a" + strings.Repeat("b", many) + "\nname: A\nid: a\ntype: TTP\ndrilldown_searches:\n" + strings.Repeat("- {search: '%original_detection_search%'}\n", 1000),
		"aliases":    "name: &a [x, x]\nid: &b [*a, *a]\ntype: &c [*b, *b]\nsearch: *c\n",
		"itself":     "search: &a {search: *a}\n",
		"binary":     "search: \x00\xff\xfe",
	} {
		begin := time.Now()
		_, err := ParseRule("r.yml", []byte(text), nil)
		assert.Error(t, err, name)
		assert.Less(t, time.Since(begin), 30*time.Second, name)
	}
}

func TestLoadRulesCorpus(t *testing.T) {
	c, err := LoadContent(os.DirFS(shared(t, "corpus", "splunk-content")))
	require.NoError(t, err)
	fsys := os.DirFS(shared(t, "corpus", "splunk-detections"))
	names, err := ruleFiles(fsys, ".")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	kinds := map[string]int{}
	parsed := 0
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		require.NoError(t, err)
		require.True(t, isDetection("", data), name)
		f, err := readYAML(name, data)
		require.NoError(t, err)
		if n := entry(f.root, "search"); assert.NotNil(t, n, name) {
			placed(t, f, n.Value)
		}
		r := f.rule(c)
		require.NotNil(t, r, name)
		if r.Query != nil {
			require.NoError(t, f.err(), name)
			parsed++
		} else {
			assert.Len(t, f.errs, 1, "%s: the search, and nothing else", name)
		}
		assert.NotEmpty(t, r.Severity, name)
		assert.NotEmpty(t, r.RiskObjects, name)
		assert.Equal(t, "0 * * * *", r.Schedule.Cron, name)
		kinds[r.Type]++
	}
	t.Logf("%d files, %d searches parse; %v", len(names), parsed, kinds)
}

// placed asserts that each word of a search is found where its anchors say.
func placed(t *testing.T, f *yamlFile, text string) {
	t.Helper()
	src := &ast.Source{Name: f.src.Name, Text: text, Anchors: f.anchors(entry(f.root, "search"))}
	for off := 0; off < len(text); off++ {
		if !(off == 0 || text[off-1] == ' ') || text[off] < 'A' || text[off] > 'z' || text[off] == '\\' {
			continue
		}
		line, column := src.Position(off)
		at := f.offset(line, column)
		word := text[off : off+1]
		if got := f.src.Text[at : at+1]; got != word {
			assert.Equal(t, word, got, "%s:%d:%d", f.src.Name, line, column)
			return
		}
	}
}

func FuzzParseRule(f *testing.F) {
	f.Add(older)
	f.Add(detection("rba: {risk_objects: [{field: u, type: user, score: 4}]}\n"))
	f.Add(detection("tags: {throttling: {fields: [a], period: 1h}}\n"))
	f.Add("index=x | stats count")
	f.Add("search: >-\n  index=x\n  | stats count\n")
	f.Add("search: \"a\\\n  b\"\n")
	f.Add("search: &a [*a]\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRule("r", []byte(text), nil)
		if err != nil {
			require.Nil(t, r)
			require.NotEmpty(t, err.Error())
			return
		}
		require.NotNil(t, r.Query)
		require.NotEmpty(t, r.ID)
	})
}

func BenchmarkLoadRules(b *testing.B) {
	c, err := LoadContent(os.DirFS(shared(b, "corpus", "splunk-content")))
	require.NoError(b, err)
	fsys := os.DirFS(shared(b, "corpus", "splunk-detections"))
	b.ReportAllocs()
	for b.Loop() {
		rules, _ := LoadRules(fsys, ".", c)
		b.ReportMetric(float64(len(rules)), "rules")
	}
}

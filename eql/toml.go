package eql

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// ruleFile is what both kinds of rule files hold, as far as it is used.
// Elastic's detection rules keep their threats in the rule, Endpoint's rules
// beside it.
type ruleFile struct {
	Metadata struct {
		Maturity string `toml:"maturity"`
	} `toml:"metadata"`
	Rule            *ruleTable    `toml:"rule"`
	Threat          []threatTable `toml:"threat"`
	Actions         []actionTable `toml:"actions"`
	OptionalActions []actionTable `toml:"optional_actions"`
}

// ruleTable is the table [rule]. A field of type any may be a text or a list
// of texts.
type ruleTable struct {
	Type        string   `toml:"type"`
	Language    string   `toml:"language"`
	Query       string   `toml:"query"`
	RuleID      string   `toml:"rule_id"`
	ID          string   `toml:"id"`
	Name        string   `toml:"name"`
	Description string   `toml:"description"`
	Version     any      `toml:"version"`
	Author      any      `toml:"author"`
	License     string   `toml:"license"`
	References  any      `toml:"references"`
	Reference   any      `toml:"reference"`
	Tags        []string `toml:"tags"`
	Severity    string   `toml:"severity"`
	RiskScore   int      `toml:"risk_score"`

	Index                 any    `toml:"index"`
	EventCategoryOverride string `toml:"event_category_override"`
	EventCategoryField    string `toml:"event_category_field"`
	TimestampOverride     string `toml:"timestamp_override"`
	TimestampField        string `toml:"timestamp_field"`
	TiebreakerField       string `toml:"tiebreaker_field"`
	Tiebreaker            string `toml:"tiebreaker"`
	From                  string `toml:"from"`
	To                    string `toml:"to"`
	Interval              string `toml:"interval"`
	MaxSignals            *int   `toml:"max_signals"`
	BuildingBlockType     string `toml:"building_block_type"`
	Filters               []any  `toml:"filters"`
	ExceptionsList        []any  `toml:"exceptions_list"`
	RuleNameOverride      string `toml:"rule_name_override"`

	SeverityMapping  []mappingTable `toml:"severity_mapping"`
	RiskScoreMapping []mappingTable `toml:"risk_score_mapping"`

	AlertSuppression *suppressionTable `toml:"alert_suppression"`
	Threat           []threatTable     `toml:"threat"`
	OSList           []string          `toml:"os_list"`
	Reputation       bool              `toml:"reputation"`

	InvestigationFields any    `toml:"investigation_fields"`
	DataViewID          string `toml:"data_view_id"`
	Enabled             *bool  `toml:"enabled"`
	Actions             any    `toml:"actions"`
	ResponseActions     any    `toml:"response_actions"`
}

// mappingTable is an entry of either mapping.
type mappingTable struct {
	Field     string `toml:"field"`
	Value     any    `toml:"value"`
	Severity  string `toml:"severity"`
	RiskScore *int   `toml:"risk_score"`
}

type suppressionTable struct {
	GroupBy  []string `toml:"group_by"`
	Duration *struct {
		Value int    `toml:"value"`
		Unit  string `toml:"unit"`
	} `toml:"duration"`
	MissingFieldsStrategy string `toml:"missing_fields_strategy"`
}

type threatTable struct {
	Framework string      `toml:"framework"`
	Tactic    attackTable `toml:"tactic"`
	Technique []struct {
		attackTable
		Subtechnique []attackTable `toml:"subtechnique"`
	} `toml:"technique"`
}

type attackTable struct {
	ID        string `toml:"id"`
	Name      string `toml:"name"`
	Reference string `toml:"reference"`
}

func (a attackTable) attack() ast.Attack {
	return ast.Attack{ID: a.ID, Name: a.Name, Reference: a.Reference}
}

type actionTable struct {
	Action string `toml:"action"`
	Field  string `toml:"field"`
	State  int    `toml:"state"`
	Tree   bool   `toml:"tree"`
}

// isEndpoint tells Endpoint's rules, which have no type.
func (t *ruleTable) isEndpoint() bool {
	return t.Type == "endpoint" || t.Type == "" && t.RuleID == "" && (t.ID != "" || len(t.OSList) > 0)
}

// investigationFields are the fields to show first: a table with their names,
// or the names themselves, as Kibana 8.10 had it.
func (t *ruleTable) investigationFields() []string {
	switch t := t.InvestigationFields.(type) {
	case map[string]any:
		return texts(t["field_names"])
	case *shownTable:
		return texts(t.FieldNames)
	}
	return texts(t.InvestigationFields)
}

type shownTable struct {
	FieldNames any `toml:"field_names"`
}

// unmet are the keys that ask for what the rule does not do, and what to tell
// of each.
func (t *ruleTable) unmet() (list []keyNote) {
	note := func(key, format string, args ...any) {
		list = append(list, keyNote{key, fmt.Sprintf(format, args...), false})
	}
	if f := t.TimestampField; f != "" && f != "@timestamp" {
		note("timestamp_field", "events are ordered by their own times, and not by the timestamp_field %s", f)
	}
	if t.Reputation {
		note("reputation", "the reputation is not looked up, as Endpoint does before it alerts")
	}
	if t.DataViewID != "" && len(texts(t.Index)) == 0 {
		note("data_view_id", "the data view %s is not looked up: the rule reads the events of every index", t.DataViewID)
	}
	if t.Enabled != nil && !*t.Enabled {
		note("enabled", "the rule runs, although its file has enabled = false")
	}
	if len(texts(t.Actions)) > 0 {
		note("actions", "the rule's actions are left to whoever takes the alerts")
	}
	if t.ResponseActions != nil {
		note("response_actions", "the rule's response_actions are left to whoever takes the alerts")
	}
	return append(list, t.wrong()...)
}

// wrong are the keys whose values mean nothing, and what to tell of each.
func (t *ruleTable) wrong() (list []keyNote) {
	oneOf := func(key, value string, known ...string) {
		if value != "" && !slices.Contains(known, value) {
			list = append(list, keyNote{key, fmt.Sprintf("expected %s as %s, found %q%s",
				strings.Join(known, " or "), key, value, syntax.Suggest(value, known)), true})
		}
	}
	levels := []string{"low", "medium", "high", "critical"}
	oneOf("severity", t.Severity, levels...)
	for _, m := range t.SeverityMapping {
		oneOf("severity_mapping", m.Severity, levels...)
	}
	for _, os := range t.OSList {
		oneOf("os_list", strings.ToLower(os), "windows", "macos", "linux")
	}
	if s := t.AlertSuppression; s != nil {
		oneOf("alert_suppression", s.MissingFieldsStrategy, "suppress", "doNotSuppress")
	}
	number := func(key string, n, least, most int) {
		if n < least || n > most {
			list = append(list, keyNote{key, fmt.Sprintf("expected %s to be from %d to %d, found %d", key, least, most, n), true})
		}
	}
	number("risk_score", t.RiskScore, 0, 100)
	if t.MaxSignals != nil {
		number("max_signals", *t.MaxSignals, 1, 10_000)
	}
	if s := t.AlertSuppression; s != nil && len(s.GroupBy) == 0 {
		list = append(list, keyNote{"alert_suppression", "expected alert_suppression to have a field in group_by, found none: all alerts are one group", true})
	}
	for _, w := range []struct{ key, value string }{{"from", t.From}, {"to", t.To}} {
		if w.value != "" && !relative.MatchString(w.value) && !absolute.MatchString(w.value) {
			list = append(list, keyNote{w.key, fmt.Sprintf("expected a time such as now-6m as %s, found %q", w.key, w.value), true})
		}
	}
	return list
}

// relative is Elasticsearch's date math, absolute the beginning of a date.
var (
	relative = regexp.MustCompile(`^now([+-][0-9]+[yMwdhHms])*(/[yMwdhHms])?$`)
	absolute = regexp.MustCompile(`^[0-9]{4}(-|$)`)
)

// The types and languages that Kibana's rules have beside eql.
var (
	otherTypes     = []string{"esql", "machine_learning", "new_terms", "query", "saved_query", "threat_match", "threshold"}
	otherLanguages = []string{"esql", "kuery", "lucene"}
)

// misspelt is the key that keeps a rule from being one in EQL, although it is
// meant to be, and what to say of it; nothing for a rule that is meant to be in
// another language.
func (t *ruleTable) misspelt() (key, text string) {
	wrong := func(value string, others []string) bool {
		return value != "" && value != "eql" && !slices.Contains(others, value)
	}
	mistake := func(key, value string) (string, string) {
		return key, fmt.Sprintf("expected eql as the rule's %s, found %q", key, value)
	}
	switch {
	case t.Type == "endpoint":
	case wrong(t.Type, otherTypes) && (t.Language == "eql" || syntax.Suggest(t.Type, []string{"eql"}) != ""):
		return mistake("type", t.Type)
	case t.Type == "eql" && t.Language != "" && t.Language != "eql",
		t.Type == "" && wrong(t.Language, otherLanguages) && syntax.Suggest(t.Language, []string{"eql"}) != "":
		return mistake("language", t.Language)
	}
	return "", ""
}

// kind returns what the rule is instead of EQL, or an empty string.
func (t *ruleTable) kind() string {
	switch {
	case t.Type != "" && t.Type != "eql" && t.Type != "endpoint":
		if t.Language != "" && t.Language != t.Type {
			return t.Type + ", in " + t.Language
		}
		return t.Type
	case t.Language != "" && t.Language != "eql":
		return t.Language
	}
	return ""
}

// texts returns the texts of a text or a list.
func texts(v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case []string:
		return v
	case []any:
		list := make([]string, len(v))
		for i, x := range v {
			list[i] = fmt.Sprint(x)
		}
		return list
	}
	return []string{fmt.Sprint(v)}
}

func text1(v any) string { return strings.Join(texts(v), ", ") }

// scalar is where a text stands in a TOML file.
type scalar struct {
	start int // of its content
	esc   syntax.Escape
}

// content returns where the content of the text at off begins: behind its
// quotes, and behind the line break that TOML drops there.
func content(file string, off int) scalar {
	var s scalar
	if file[off] == '"' {
		s.esc = syntax.BackslashEscape
	}
	s.start = off + 1
	if rest := file[off:]; strings.HasPrefix(rest, `"""`) || strings.HasPrefix(rest, "'''") {
		s.start = off + 3
		rest := strings.TrimPrefix(file[s.start:], "\r")
		rest = strings.TrimPrefix(rest, "\n")
		s.start = len(file) - len(rest)
	}
	return s
}

// piece is the part of the file that has the text as it is, or the text where
// the file has it in another form: so that it is held once.
func (s scalar) piece(file, text string) string {
	if strings.HasPrefix(file[s.start:], text) {
		return file[s.start : s.start+len(text)]
	}
	return text
}

func (s scalar) anchors(file, text string) []ast.Anchor {
	return syntax.Anchors(file, s.start, text, s.esc)
}

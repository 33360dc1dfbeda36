package eql

import (
	"fmt"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2/unstable"

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

// notes are what the rule asks for and does not get.
func (t *ruleTable) notes() (list []ast.Note) {
	if f := t.TimestampField; f != "" && f != "@timestamp" {
		list = append(list, ast.Note{Text: fmt.Sprintf("events are ordered by their own times, and not by the timestamp_field %s", f)})
	}
	if t.Reputation {
		list = append(list, ast.Note{Text: "the reputation is not looked up, as Endpoint does before it alerts"})
	}
	return list
}

// kind returns what the rule is instead of EQL, or an empty string.
func (t *ruleTable) kind() string {
	switch {
	case t.Type != "" && t.Type != "eql" && t.Type != "endpoint":
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

var tomlParsers = sync.Pool{New: func() any { return new(unstable.Parser) }}

// locate finds the text at a path of keys. data is the file once more.
func locate(file string, data []byte, path string) (scalar, error) {
	p := tomlParsers.Get().(*unstable.Parser)
	defer tomlParsers.Put(p)
	p.Reset(data)
	defer p.Reset(nil)
	var name []byte
	at := 0 // the length of the table's name
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			name = dotted(name[:0], e.Key())
			at = len(name)
		case unstable.KeyValue:
			name = dotted(name[:at], e.Key())
			if v := e.Value(); string(name) == path && v.Kind == unstable.String {
				return content(file, int(v.Raw.Offset)), nil
			}
		}
	}
	return scalar{}, p.Error()
}

// dotted appends keys to the name of the table that they are in.
func dotted(name []byte, keys unstable.Iterator) []byte {
	for keys.Next() {
		if len(name) > 0 {
			name = append(name, '.')
		}
		name = append(name, keys.Node().Data...)
	}
	return name
}

// content returns where the content of the text at off begins: behind its
// quotes, and behind the line break that TOML drops there.
func content(file string, off int) scalar {
	var s scalar
	quote := file[off : off+1]
	if quote == `"` {
		s.esc = syntax.BackslashEscape
	}
	s.start = off + 1
	if strings.HasPrefix(file[off:], strings.Repeat(quote, 3)) {
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

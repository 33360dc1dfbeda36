package eql

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// The tables that a rule file may have, and the keys that its rule may: what is
// read here, and what is for people, for Kibana, or for a version of Endpoint.
var (
	fileKeys = []string{"actions", "internal", "metadata", "optional_actions", "rule", "threat", "transform"}
	ruleKeys = []string{
		"actions", "alert_suppression", "alias_purpose", "alias_target_id", "author", "building_block_type", "created_at", "created_by", "data_view_id", "description", "enabled", "event_category_field",
		"event_category_override", "exceptions_list", "execution_summary", "false_positives", "filters", "from", "id", "immutable", "index",
		"interval", "investigation_fields", "language", "license", "max_endpoint_version", "max_signals", "meta",
		"min_endpoint_version", "name", "namespace", "note", "optional_actions", "os_list", "outcome", "output_index", "query", "reference",
		"references", "related_integrations", "reputation", "required_fields", "response_actions", "revision", "risk_score", "risk_score_mapping",
		"rule_id", "rule_name_override", "rule_source", "setup", "severity", "severity_mapping", "tags", "threat", "throttle",
		"tiebreaker", "tiebreaker_field", "timeline_id", "timeline_title", "timestamp_field", "timestamp_override",
		"timestamp_override_fallback_disabled", "to", "type", "updated_at", "updated_by", "version",
	}
)

// keyNote is what to tell of a key of the rule.
type keyNote struct {
	key, text string
	mistake   bool
}

// outline goes through the keys of a rule file. It finds where the text of the
// rule's query is, tells of the keys that have no effect because nothing knows
// them, and puts what else there is to tell of keys at their places. The error
// is the TOML reader's. data is the file once more.
func outline(file string, data []byte, unmet []keyNote) (query scalar, notes []ast.Note, err error) {
	p := tomlParsers.Get().(*unstable.Parser)
	defer tomlParsers.Put(p)
	p.Reset(data)
	defer p.Reset(nil)
	k := keyReader{file: file, unmet: unmet}
	for p.NextExpression() {
		k.expression(p.Expression())
	}
	return k.query, k.notes, p.Error()
}

// maxFileKeys bounds the keys and tables of a rule file, with those tables that a dotted key
// goes through: the TOML reader compares each with those before it, and thirty thousand take
// it seconds. Published rules have hundreds.
const maxFileKeys = 10_000

// crowded returns an error at the first key or table that is one too many.
func crowded(src *ast.Source, data []byte) error {
	if len(data) < 2*maxFileKeys { // no key is shorter
		return nil
	}
	p := tomlParsers.Get().(*unstable.Parser)
	defer tomlParsers.Put(p)
	p.Reset(data)
	defer p.Reset(nil)
	n := 0
	for p.NextExpression() {
		e := p.Expression()
		keys := e.Key()
		if n += keysIn(e); n <= maxFileKeys || !keys.Next() {
			continue
		}
		return src.Errorf(int(keys.Node().Raw.Offset), "expected at most %d keys and tables in a rule file", maxFileKeys)
	}
	return nil // what is wrong with the file is the reader's to say
}

// keysIn counts the keys within a part of a file, each part of a dotted one.
func keysIn(n *unstable.Node) int {
	count := 0
	if n.Kind == unstable.KeyValue || n.Kind == unstable.Table || n.Kind == unstable.ArrayTable {
		for parts := n.Key(); parts.Next(); {
			count++
		}
	}
	for list := n.Children(); list.Next(); {
		count += keysIn(list.Node())
	}
	return count
}

var tomlParsers = sync.Pool{New: func() any { return new(unstable.Parser) }}

type keyReader struct {
	file  string
	table string // whose keys follow; "rule." is one within the rule
	query scalar
	unmet []keyNote
	notes []ast.Note
	visit func(n, e *unstable.Node) // takes the keys instead, if it is set
}

func (k *keyReader) expression(e *unstable.Node) {
	keys := e.Key()
	if !keys.Next() {
		return
	}
	first := keys.Node()
	switch header := e.Kind != unstable.KeyValue; {
	case header || k.table == "":
		in := string(first.Data)
		if k.visit != nil && in != "rule" {
			k.visit(first, e)
		}
		k.tell(first, fileKeys, "the file")
		if in == "rule" && keys.Next() {
			in = "rule."
			k.key(keys.Node(), e)
		} else if in == "rule" && !header && e.Value().Kind == unstable.InlineTable {
			k.inline(e.Value())
		}
		if header {
			k.table = in
		}
	case k.table == "rule":
		k.key(first, e)
	}
}

// inline goes through the keys of rule = { … }.
func (k *keyReader) inline(table *unstable.Node) {
	for pairs := table.Children(); pairs.Next(); {
		if keys := pairs.Node().Key(); keys.Next() {
			k.key(keys.Node(), pairs.Node())
		}
	}
}

// key looks at a key of the rule; e is what stands there.
func (k *keyReader) key(n, e *unstable.Node) {
	if k.visit != nil {
		k.visit(n, e)
		return
	}
	if e.Kind == unstable.KeyValue && strings.EqualFold(string(n.Data), "query") && e.Value().Kind == unstable.String {
		k.query = content(k.file, int(e.Value().Raw.Offset))
	}
	k.tell(n, ruleKeys, "the rule")
}

// tell notes a key that is not known, once.
func (k *keyReader) tell(n *unstable.Node, known []string, of string) {
	if slices.Contains(known, string(n.Data)) {
		for _, u := range k.unmet {
			if u.key == string(n.Data) && of == "the rule" {
				k.note(n, ast.Note{Text: u.text, Mistake: u.mistake})
			}
		}
		return
	}
	sameLetters := func(key string) bool { return strings.EqualFold(key, string(n.Data)) }
	if i := slices.IndexFunc(known, sameLetters); i >= 0 { // the TOML reader takes it
		k.note(n, ast.Note{Mistake: true, Text: fmt.Sprintf("the key %q of %s is taken for %s, but Elastic's tools do not know it", n.Data, of, known[i])})
		return
	}
	k.note(n, ast.Note{Mistake: true, Text: fmt.Sprintf(
		"the key %q of %s is not known and has no effect%s", n.Data, of, syntax.Suggest(string(n.Data), known))})
}

func (k *keyReader) note(at *unstable.Node, n ast.Note) {
	n.Off = int(at.Raw.Offset)
	if !slices.ContainsFunc(k.notes, func(o ast.Note) bool { return o.Text == n.Text }) {
		k.notes = append(k.notes, n)
	}
}

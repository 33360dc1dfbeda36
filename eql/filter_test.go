package eql_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
)

// filtered parses a rule with what a file says beside its query.
func filtered(t *testing.T, beside string) *ast.Rule {
	t.Helper()
	r, err := eql.ParseRule("r.toml", []byte("[rule]\ntype = 'eql'\nquery = 'any where true'\n"+beside))
	require.NoError(t, err, beside)
	return r
}

// sees reports whether an event passes the rule's filters.
func sees(t *testing.T, r *ast.Rule, fields map[string]any) bool {
	t.Helper()
	e, err := engine.New([]*ast.Rule{r})
	require.NoError(t, err)
	return len(e.Process(engine.Event{Fields: engine.Map(fields)})) == 1
}

type fields = map[string]any

// passes are events that a clause lets through, and events that it does not.
type passes struct {
	clause  string
	yes, no []fields
}

var clauses = []passes{
	{`match_all = {}`, []fields{{}}, nil},
	{`match_none = {}`, nil, []fields{{}}},
	{`match_phrase = { "event.action" = "start" }`,
		[]fields{{"event.action": "start"}, {"event.action": []any{"end", "start"}}, {"event": fields{"action": "start"}}},
		[]fields{{}, {"event.action": "START"}, {"event.action": "start2"}, {"event.action": "sta*"}}},
	{`match_phrase = { a = { query = "x*" } }`, []fields{{"a": "x*"}}, []fields{{"a": "xy"}}},
	{`match_phrase = { "a.caseless" = "x" }`, []fields{{"a": "X"}}, []fields{{"a": "xx"}, {}}},
	{`terms = { "a.caseless" = ["x", "y"] }`, []fields{{"a": "Y"}}, []fields{{"a": "z"}}},
	{`exists = { field = "a.caseless" }`, []fields{{"a": "X"}}, []fields{{}}},
	{`match = { a = "x" }`, []fields{{"a": "x"}}, []fields{{"a": "y"}}},
	{`match_phrase = { port = "443" }`, []fields{{"port": 443}, {"port": "443"}}, []fields{{"port": 80}}},
	{`match_phrase = { ok = "true" }`, []fields{{"ok": true}, {"ok": "true"}}, []fields{{"ok": false}}},
	{`term = { port = 443 }`, []fields{{"port": 443}, {"port": 443.0}}, []fields{{"port": 444}, {}}},
	{`term = { ip = "10.0.0.0/8" }`, []fields{{"ip": "10.1.2.3"}, {"ip": "10.0.0.0/8"}}, []fields{{"ip": "11.1.2.3"}}},
	{`term = { a = { value = "x", case_insensitive = true } }`, []fields{{"a": "X"}}, []fields{{"a": "xx"}}},
	{`terms = { a = ["x", "y"], boost = 1.0 }`, []fields{{"a": "y"}}, []fields{{"a": "z"}, {}}},
	{`prefix = { a = { value = "x*" } }`, []fields{{"a": "x*y"}}, []fields{{"a": "xy"}, {}}},
	{`wildcard = { a = "C:\\\\Tools\\\\*.exe" }`, []fields{{"a": `C:\Tools\t.exe`}}, []fields{{"a": `c:\tools\t.exe`}, {}}},
	{`wildcard = { a = { wildcard = "t*", case_insensitive = true } }`, []fields{{"a": "Tool"}}, []fields{{"a": "a tool"}}},
	{`wildcard = { a = "1\\*[2]?*" }`, []fields{{"a": "1*[2]3"}, {"a": "1*[2]34\n5"}}, []fields{{"a": "12[2]3"}, {"a": "1*[2]"}}},
	{`regexp = { a = "t[a-z]+" }`, []fields{{"a": "tool"}}, []fields{{"a": "Tool"}, {"a": "a tool"}, {}}},
	{`regexp = { a = { value = "t.*", case_insensitive = true, flags = "ALL" } }`, []fields{{"a": "Tool"}}, []fields{{"a": "a tool"}}},
	{`constant_score = { filter = { term = { a = 1 } }, boost = 2.0 }`, []fields{{"a": 1}}, []fields{{"a": 2}, {}}},
	{`dis_max = { queries = [{ term = { a = 1 } }, { term = { b = 1 } }] }`, []fields{{"a": 1}, {"b": 1}}, []fields{{"a": 2}, {}}},
	{`exists = { field = "a" }`, []fields{{"a": ""}, {"a.b": 1, "a": 0}}, []fields{{}, {"b": 1}}},
	{`range = { n = { gte = 5, lt = 9 } }`,
		[]fields{{"n": 5}, {"n": 8.5}, {"n": []any{1, 6}}}, []fields{{"n": 9}, {"n": []any{1, 10}}, {}, {"n": "x"}}},
	{`bool = { must = [{ term = { a = 1 } }], filter = { term = { b = 1 } }, must_not = [{ exists = { field = "c" } }] }`,
		[]fields{{"a": 1, "b": 1}}, []fields{{"a": 1}, {"b": 1}, {"a": 1, "b": 1, "c": 1}}},
	{`bool = { should = [{ term = { a = 1 } }, { term = { b = 1 } }], minimum_should_match = 1 }`,
		[]fields{{"a": 1}, {"b": 1}}, []fields{{}}},
	{`bool = { should = [{ term = { a = 1 } }] }`, []fields{{"a": 1}}, []fields{{}}},
	{`bool = { should = [{ term = { a = 1 } }], filter = [{ term = { b = 1 } }] }`, []fields{{"b": 1}}, []fields{{"a": 1}}},
	{`bool = { should = [{ term = { a = 1 } }, { term = { b = 1 } }], minimum_should_match = "2" }`,
		[]fields{{"a": 1, "b": 1}}, []fields{{"a": 1}}},
	{`bool = {}`, []fields{{}}, nil},
	{`nested = { path = "sig", query = { bool = { filter = [{ term = { "sig.name" = "A" } }, { term = { "sig.ok" = true } }] } } }`,
		[]fields{{"sig": []any{fields{"name": "A", "ok": true}}}},
		[]fields{{"sig": []any{fields{"name": "A", "ok": false}, fields{"name": "B", "ok": true}}}, {}}},
}

func TestFilterClauses(t *testing.T) {
	for _, c := range clauses {
		r := filtered(t, "filters = [{ meta = { negate = false }, query = { "+c.clause+" } }]")
		not := filtered(t, "filters = [{ meta = { negate = true }, query = { "+c.clause+" } }]")
		old := filtered(t, "filters = [{ meta = {}, \"$state\" = { store = 'appState' }, "+c.clause+" }]")
		for _, e := range c.yes {
			assert.True(t, sees(t, r, e), "%s: %v", c.clause, e)
			assert.True(t, sees(t, old, e), "%s: %v", c.clause, e)
			assert.False(t, sees(t, not, e), "not %s: %v", c.clause, e)
		}
		for _, e := range c.no {
			assert.False(t, sees(t, r, e), "%s: %v", c.clause, e)
			assert.True(t, sees(t, not, e), "not %s: %v", c.clause, e)
		}
	}
}

// An index may type its fields as it likes, and may not have them: what a
// filter asks of a field that is nowhere does not hold.
func TestFiltersOfTypedFields(t *testing.T) {
	types := map[string]engine.FieldType{
		"event.category": {Type: "keyword"}, "port": {Type: "long"}, "ip": {Type: "ip"}, "ok": {Type: "boolean"}, "when": {Type: "date"},
	}
	for _, c := range []struct {
		clause string
		event  fields
	}{
		{`match_phrase = { port = "443" }`, fields{"port": 443}},
		{`wildcard = { port = "4*" }`, fields{"port": 443}},
		{`term = { ip = "10.0.0.0/8" }`, fields{"ip": "10.1.1.1"}},
		{`term = { ip = "10.1.1.1" }`, fields{"ip": "10.1.1.1"}},
		{`match_phrase = { ok = "true" }`, fields{"ok": true}},
		{`range = { when = { gte = "2024-01-01" } }`, fields{"when": "2024-05-01T00:00:00Z"}},
		{`bool = { must_not = [{ match_phrase = { nowhere = "x" } }] }`, fields{}},
		{`bool = { must_not = [{ wildcard = { nowhere = "x*" } }, { exists = { field = "nowhere" } }] }`, fields{}},
		{`bool = { must_not = [{ nested = { path = "nowhere", query = { exists = { field = "nowhere.x" } } } }] }`, fields{}},
	} {
		for _, opt := range []engine.Option{engine.Types(types), engine.StrictTypes(types)} {
			e, err := engine.New([]*ast.Rule{filtered(t, "filters = [{ query = { "+c.clause+" } }]")}, opt)
			require.NoError(t, err, c.clause)
			assert.Len(t, e.Process(engine.Event{Fields: engine.Map(c.event)}), 1, c.clause)
		}
	}
}

// Filters are joined, and those that are switched off do not count.
func TestFilters(t *testing.T) {
	r := filtered(t, `
[[rule.filters]]
[rule.filters.meta]
negate = true
[rule.filters.query.wildcard."file.path"]
case_insensitive = true
value = "*\\tmp\\*"
[[rule.filters]]
query.exists.field = "file.path"
[[rule.filters]]
meta.disabled = true
query.exists.field = "never"
`)
	assert.Len(t, r.Filters, 2)
	assert.Empty(t, r.Notes)
	assert.True(t, sees(t, r, fields{"file.path": "a"}))
	assert.False(t, sees(t, r, fields{"x": "a"}))
}

// A filter that combines others has them as parameters, each of which may be
// negated or switched off.
func TestCombinedFilters(t *testing.T) {
	const params = `params = [
  { query = { match_phrase = { a = "x" } } },
  { meta = { negate = true }, query = { exists = { field = "b" } } },
  { meta = { disabled = true }, query = { match_none = {} } },
  { meta = { type = "combined", params = [{ query = { exists = { field = "c" } } }] } },
]`
	for _, c := range []struct {
		relation string
		event    fields
		want     bool
	}{
		{"OR", fields{"a": "x", "b": 1}, true}, {"OR", fields{}, true}, {"OR", fields{"b": 1, "c": 1}, true}, {"OR", fields{"b": 1}, false},
		{"AND", fields{"a": "x", "c": 1}, true}, {"AND", fields{"a": "x", "b": 1, "c": 1}, false}, {"AND", fields{"a": "x"}, false},
	} {
		meta := "[[rule.filters]]\n[rule.filters.meta]\ntype = 'combined'\nrelation = '" + c.relation + "'\n" + params
		assert.Equal(t, c.want, sees(t, filtered(t, meta), c.event), "%s %v", c.relation, c.event)
		assert.Equal(t, !c.want, sees(t, filtered(t, meta+"\nnegate = true"), c.event), "not %s %v", c.relation, c.event)
	}
}

func TestFilterErrors(t *testing.T) {
	for _, c := range []struct{ beside, want string }{
		{`filters = [{ query = { match_phras = { a = 1 } } }]`,
			`r.toml:4:12: rule.filters[0].query.match_phras: expected a clause of Elasticsearch's query language (bool, constant_score, dis_max, exists, match, match_all, match_none, match_phrase, nested, prefix, range, regexp, term, terms, wildcard), found "match_phras", did you mean "match_phrase"?`},
		{`filters = [{ query = { bool = { must = [{ term = { a = [] } }] } } }]`,
			`r.toml:4:12: rule.filters[0].query.bool.must[0].term.a: expected a value, found a list`},
		{`filters = [{ query = { bool = { mustn = [] } } }]`,
			`r.toml:4:12: rule.filters[0].query.bool: expected must, filter, should or must_not, found "mustn"`},
		{`filters = [{ query = { bool = { should = [{ match_all = {} }, { match_all = {} }, { match_all = {} }], minimum_should_match = 2 } } }]`,
			`r.toml:4:12: rule.filters[0].query.bool: expected 0, 1 or all (3) for minimum_should_match, found 2`},
		{`filters = [{ query = { range = { "@timestamp" = { gte = "now-1d" } } } }]`,
			`r.toml:4:12: rule.filters[0].query.range.@timestamp: expected a number or a date for gte, found "now-1d"`},
		{`filters = [{ query = { range = { ip = { lt = "10.0.0.9" } } } }]`,
			`r.toml:4:12: rule.filters[0].query.range.ip: expected a number or a date for lt, found "10.0.0.9"`},
		{`filters = [{ query = { range = { n = {} } } }]`,
			`r.toml:4:12: rule.filters[0].query.range.n: expected a bound (gte, gt, lte, lt), found none`},
		{`filters = [{ query = { term = { a = 1, b = 2 } } }]`,
			`r.toml:4:12: rule.filters[0].query.term: expected a field, found 2 keys: a, b`},
		{`filters = [{ query = "a: b" }]`, `r.toml:4:12: rule.filters[0].query: expected a table, found "a: b"`},
		{`filters = [{ query = { match_phrase = { process.name = "x" } } }]`,
			`r.toml:4:12: rule.filters[0].query.match_phrase.process: expected the value at query or value or match_phrase, found the keys name (a name with dots stands in quotes)`},
		{`filters = [{ query = { regexp = { a = { value = "x", flags = "NONE" } } } }]`,
			`r.toml:4:12: rule.filters[0].query.regexp.a: expected the flags "ALL" or none, found "NONE"`},
		{`filters = [{ meta = { type = "combined" } }]`,
			`r.toml:4:12: rule.filters[0].meta: expected the combined filters as params, found none`},
		{`filters = [{ meta = { type = "combined", relation = "XOR", params = [{ query = { match_all = {} } }] } }]`,
			`r.toml:4:12: rule.filters[0].meta: expected the relation "AND" or "OR", found "XOR"`},
		{"[[rule.filters]]\nquery = { match_all = {} }\n[[rule.filters]]\n[[rule.filters.meta.params]]\n[rule.filters.query]\nids = {}",
			`r.toml:6:8: rule.filters[1].query.ids: expected a clause of Elasticsearch's query language (bool, constant_score, dis_max, exists, match, match_all, match_none, match_phrase, nested, prefix, range, regexp, term, terms, wildcard), found "ids"`},
		{`filters = [{ meta = {} }]`, `r.toml:4:12: rule.filters[0]: expected a clause, found 0 keys: `},
		{`filters = ["x"]`, `r.toml:4:12: rule.filters[0]: expected a table, found "x"`},
		{`exceptions_list = [{ items = [{ name = "e" }] }]`,
			`r.toml:4:20: rule.exceptions_list[0].items[0]: expected the entries of the exception, found none`},
		{`exceptions_list = [{ entries = [{ field = "a", type = "mach", value = 1 }] }]`,
			`r.toml:4:20: rule.exceptions_list[0].items[0].entries[0]: expected a type of entry (match, match_any, exists, wildcard, nested, list), found "mach", did you mean "match"?`},
		{`exceptions_list = [{ entries = [{ field = "a", type = "match", value = 1, operator = "not" }] }]`,
			`r.toml:4:20: rule.exceptions_list[0].items[0].entries[0]: expected the operator "included" or "excluded", found "not"`},
		{`exceptions_list = [{ entries = [{ field = "a", type = "match_any", value = "x" }] }]`,
			`r.toml:4:20: rule.exceptions_list[0].items[0].entries[0]: expected a list of values, found "x"`},
		{`exceptions_list = [{ entries = [{ type = "exists" }] }]`,
			`r.toml:4:20: rule.exceptions_list[0].items[0].entries[0]: expected a text for field, found none`},
	} {
		_, err := eql.ParseRule("r.toml", []byte("[rule]\ntype = 'eql'\nquery = 'any where true'\n"+c.beside))
		assert.EqualError(t, err, c.want)
	}
}

// Clauses that nest without end are refused, not followed.
func TestFilterDepth(t *testing.T) {
	const n = 1000
	deep := strings.Repeat(`{ bool = { must = `, n) + "{ match_all = {} }" + strings.Repeat("} }", n)
	_, err := eql.ParseRule("r.toml", []byte("[rule]\nquery = 'any where true'\nfilters = [{ query = "+deep+" }]"))
	require.Error(t, err)
	assert.Contains(t, err.Error(), "clauses nest deeper than 64")
	deep = strings.Repeat(`{ meta = { type = "combined", params = [`, n) + "{ query = { match_all = {} } }" + strings.Repeat("] } }", n)
	_, err = eql.ParseRule("r.toml", []byte("[rule]\nquery = 'any where true'\nfilters = ["+deep+"]"))
	require.Error(t, err)
	assert.Contains(t, err.Error(), "clauses nest deeper than 64")
}

func TestExceptions(t *testing.T) {
	for _, c := range []passes{
		{`{ field = "a", operator = "included", type = "match", value = "x" }`, []fields{{"a": "x"}}, []fields{{"a": "X"}, {}}},
		{`{ field = "a", operator = "excluded", type = "match", value = "x" }`, []fields{{"a": "y"}, {}}, []fields{{"a": "x"}}},
		{`{ field = "a", operator = "included", type = "match_any", value = ["x", "y"] }`, []fields{{"a": "y"}}, []fields{{"a": "z"}, {}}},
		{`{ field = "a", operator = "excluded", type = "match_any", value = ["x", "y"] }`, []fields{{"a": "z"}, {}}, []fields{{"a": "y"}}},
		{`{ field = "a", operator = "included", type = "exists" }`, []fields{{"a": 1}}, []fields{{}}},
		{`{ field = "a", operator = "excluded", type = "exists" }`, []fields{{}}, []fields{{"a": 1}}},
		{`{ field = "a", operator = "included", type = "wildcard", value = "x?z*" }`, []fields{{"a": "xyz1"}}, []fields{{"a": "xz"}, {}}},
		{`{ field = "a", operator = "excluded", type = "wildcard", value = "x*" }`, []fields{{"a": "y"}, {}}, []fields{{"a": "xy"}}},
		{`{ field = "a.caseless", operator = "included", type = "match_any", value = ["x", "y"] }`, []fields{{"a": "X"}}, []fields{{"a": "z"}, {}}},
		{`{ field = "a.caseless", operator = "included", type = "wildcard", value = "x*" }`, []fields{{"a": "Xy"}}, []fields{{"a": "yx"}, {}}},
		{`{ field = "a", operator = "included", type = "match", value = "x" }, { field = "b", operator = "included", type = "exists" }`,
			[]fields{{"a": "x", "b": 1}}, []fields{{"a": "x"}, {"b": 1}}},
		{`{ field = "sig", type = "nested", entries = [{ field = "name", operator = "included", type = "match", value = "A" }, { field = "ok", operator = "included", type = "match", value = "true" }] }`,
			[]fields{{"sig": []any{fields{"name": "A", "ok": true}}}, {"sig": fields{"name": "A", "ok": true}}},
			[]fields{{"sig": []any{fields{"name": "A", "ok": false}, fields{"name": "B", "ok": true}}}, {}}},
	} {
		r := filtered(t, "[[rule.exceptions_list]]\nlist_id = 'l'\n[[rule.exceptions_list.items]]\nname = 'e'\nentries = ["+c.clause+"]")
		for _, e := range c.yes {
			assert.False(t, sees(t, r, e), "%s excepts %v", c.clause, e)
		}
		for _, e := range c.no {
			assert.True(t, sees(t, r, e), "%s does not except %v", c.clause, e)
		}
	}
}

// One item that holds is enough, in whatever list.
func TestExceptionItems(t *testing.T) {
	r := filtered(t, `
[[rule.exceptions_list]]
items = [
  { name = "one", entries = [{ field = "a", operator = "included", type = "match", value = 1 }] },
  { name = "two", os_types = ["linux"], entries = [{ field = "b", operator = "included", type = "match", value = 1 }] },
]
[[rule.exceptions_list]]
entries = [{ field = "c", operator = "included", type = "match", value = 1 }]
`)
	for _, c := range []struct {
		event fields
		want  bool
	}{
		{fields{}, true}, {fields{"a": 1}, false}, {fields{"c": 1}, false},
		{fields{"b": 1}, true}, {fields{"b": 1, "host.os.type": "Linux"}, false},
	} {
		assert.Equal(t, c.want, sees(t, r, c.event), c.event)
	}
}

// What a file only refers to is told, and not applied.
func TestExceptionsElsewhere(t *testing.T) {
	r := filtered(t, `
[[rule.exceptions_list]]
list_id = "shared"
namespace_type = "single"
[[rule.exceptions_list]]
[[rule.exceptions_list.items]]
name = "values"
entries = [{ field = "ip", operator = "included", type = "list", list = { id = "ips", type = "ip" } }]
[[rule.exceptions_list.items]]
name = "old"
expire_time = "2020-01-01T00:00:00Z"
entries = [{ field = "a", operator = "included", type = "exists" }]
`)
	var notes []string
	for _, n := range r.Notes {
		notes = append(notes, n.Text)
	}
	want := []string{
		`the exceptions of the list "shared" are not applied: they are not in the rule's file`,
		`the exception "values" is not applied: it compares with a list of values that is not in the rule's file`,
		`the exception "old" applies beyond its expire_time, too`,
	}
	if diff := cmp.Diff(want, notes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	assert.Len(t, r.Filters, 1)
}

func TestRuleMappings(t *testing.T) {
	r := filtered(t, `
rule_name_override = "event.reason"
severity_mapping = [{ field = "event.severity", operator = "equals", value = "9", severity = "critical" }]
risk_score_mapping = [
  { field = "event.risk", operator = "equals", value = "" },
  { field = "user.name", operator = "equals", value = "root", risk_score = 90 },
]
`)
	ninety := 90
	want := &ast.Rule{
		NameOverride:    "event.reason",
		SeverityMapping: []ast.SeverityMapping{{Field: "event.severity", Value: "9", Severity: "critical"}},
		RiskScoreMapping: []ast.RiskScoreMapping{
			{Field: "event.risk"},
			{Field: "user.name", Value: "root", RiskScore: &ninety},
		},
	}
	got := &ast.Rule{NameOverride: r.NameOverride, SeverityMapping: r.SeverityMapping, RiskScoreMapping: r.RiskScoreMapping}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

package eql

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// maxFilterDepth bounds how deep the clauses of a filter may nest. Kibana's
// editor stops at a handful; each level is one of the converter's own calls.
const maxFilterDepth = 64

// element names the member of a list that a nested clause is about.
const element = "$element"

// filters turns a rule's filters into the conditions that every event has to
// meet to be seen by the rule.
func (c *clauses) filters(list []any) []ast.Expr {
	var conds []ast.Expr
	for i, x := range list {
		c.at(fmt.Sprintf("rule.filters[%d]", i), func() {
			if cond := c.filter(x); cond != nil {
				conds = append(conds, cond)
			}
		})
	}
	return conds
}

// filter is one of a rule's filters; nil if it is switched off. Beside its
// query it holds what Kibana's editor knows of it, of which only meta.negate
// and meta.disabled bear on the outcome, and meta.params where it combines other
// filters. Old ones have the clause itself in the place of the query.
func (c *clauses) filter(x any) ast.Expr {
	f := c.table(x)
	meta, _ := f["meta"].(map[string]any)
	if meta["disabled"] == true {
		return nil
	}
	query, ok := f["query"]
	if !ok {
		rest := maps.Clone(f)
		for _, k := range []string{"meta", "$state", "state"} {
			delete(rest, k)
		}
		query = rest
	}
	var cond ast.Expr
	switch {
	case meta["type"] == "combined":
		c.at("meta", func() { cond = c.combined(meta) })
	case ok:
		c.at("query", func() { cond = c.clause(query) })
	default:
		cond = c.clause(query)
	}
	if meta["negate"] == true {
		return &ast.Not{X: cond}
	}
	return cond
}

// combined joins filters: by or if their relation is OR, else by and.
func (c *clauses) combined(meta map[string]any) ast.Expr {
	list, ok := meta["params"].([]any)
	if !ok || len(list) == 0 {
		c.fail("expected the combined filters as params, found %s", described(meta["params"]))
		return never
	}
	return c.nest(func() ast.Expr {
		var conds []ast.Expr
		for i, x := range list {
			c.at(fmt.Sprintf("params[%d]", i), func() {
				if cond := c.filter(x); cond != nil {
					conds = append(conds, cond)
				}
			})
		}
		switch r := meta["relation"]; r {
		case "OR":
			return some(conds)
		case nil, "AND":
			return all(conds)
		default:
			c.fail(`expected the relation "AND" or "OR", found %s`, described(r))
			return never
		}
	})
}

// clauseKinds are the clauses that are understood.
var clauseKinds = []string{
	"bool", "constant_score", "dis_max", "exists", "match", "match_all", "match_none", "match_phrase", "nested", "prefix", "range",
	"regexp", "term", "terms", "wildcard",
}

// clause is one clause: a table whose only key names its kind.
func (c *clauses) clause(x any) ast.Expr {
	return c.nest(func() ast.Expr {
		kind, body, ok := c.single(x, "a clause")
		if !ok {
			return never
		}
		cond := never
		c.at(kind, func() { cond = c.kind(kind, body) })
		return cond
	})
}

// nest runs f one level deeper, unless that is too deep.
func (c *clauses) nest(f func() ast.Expr) ast.Expr {
	c.depth++
	defer func() { c.depth-- }()
	if c.depth > maxFilterDepth {
		c.fail("clauses nest deeper than %d", maxFilterDepth)
		return never
	}
	return f()
}

// never is the condition in the place of one that is wrong.
var never ast.Expr = &ast.Bool{}

func (c *clauses) kind(kind string, body any) ast.Expr {
	switch kind {
	case "match_all":
		return &ast.Bool{Value: true}
	case "match_none":
		return never
	case "bool":
		return c.boolean(c.table(body))
	case "nested":
		return c.nested(c.table(body))
	case "constant_score":
		cond := never
		c.at("filter", func() { cond = c.clause(c.table(body)["filter"]) })
		return cond
	case "dis_max":
		return some(c.list(c.table(body), "queries"))
	case "exists":
		return c.exists(c.text(c.table(body), "field"))
	case "terms":
		return c.terms(c.table(body))
	case "match", "match_phrase", "term", "prefix", "wildcard", "regexp", "range":
		field, spec, ok := c.single(body, "a field")
		if !ok {
			return never
		}
		cond := never
		c.at(field, func() { cond = c.onField(kind, field, spec) })
		return cond
	}
	c.fail("expected a clause of Elasticsearch's query language (%s), found %q%s",
		strings.Join(clauseKinds, ", "), kind, syntax.Suggest(kind, clauseKinds))
	return never
}

// onField is a clause about one field: its value alone, or a table with
// options beside the value.
func (c *clauses) onField(kind, field string, spec any) ast.Expr {
	if kind == "range" {
		return c.within(field, c.table(spec))
	}
	value := spec
	field, fold := caseless(field)
	if t, ok := spec.(map[string]any); ok {
		if value, ok = c.option(t, "query", "value", kind); !ok {
			return never
		}
		fold = fold || t["case_insensitive"] == true
		if flags := t["flags"]; kind == "regexp" && flags != nil && flags != "ALL" {
			c.fail(`expected the flags "ALL" or none, found %s`, described(flags))
		}
	}
	if !scalarValue(value) {
		c.fail("expected a value, found %s", described(value))
		return never
	}
	switch kind {
	case "prefix":
		return pattern(c.field(field), escapeWildcards(fmt.Sprint(value))+"*", fold)
	case "wildcard":
		return pattern(c.field(field), fmt.Sprint(value), fold)
	case "regexp":
		return &ast.Match{X: c.field(field), Kind: ast.Regex, Patterns: []string{fmt.Sprint(value)}, Fold: fold, Op: "==", Null: ast.NullIsFalse}
	}
	return equals(c.field(field), []any{value}, fold)
}

// terms holds where the field has one of the values.
func (c *clauses) terms(t map[string]any) ast.Expr {
	t = maps.Clone(t)
	delete(t, "boost")
	field, spec, ok := c.single(t, "a field")
	if !ok {
		return never
	}
	list, ok := spec.([]any)
	if !ok || slices.ContainsFunc(list, func(x any) bool { return !scalarValue(x) }) {
		c.fail("expected a list of values for %s, found %s", field, described(spec))
		return never
	}
	field, fold := caseless(field)
	return equals(c.field(field), list, fold)
}

// caseless returns the field of which an index made one that is compared without
// case: no event has x.caseless itself.
func caseless(name string) (field string, fold bool) { return strings.CutSuffix(name, ".caseless") }

// rangeOps are the bounds of a range clause.
var rangeOps = [...]struct {
	key string
	op  ast.Op
}{{"gte", ast.Ge}, {"gt", ast.Gt}, {"lte", ast.Le}, {"lt", ast.Lt}}

// within holds where one and the same value of the field meets all bounds.
func (c *clauses) within(field string, t map[string]any) ast.Expr {
	value := &ast.Field{Of: element + "value"}
	var list []ast.Expr
	for _, b := range rangeOps {
		v, ok := t[b.key]
		if !ok || v == nil {
			continue
		}
		if !ordered(v) {
			c.fail("expected a number or a date for %s, found %s", b.key, described(v))
			return never
		}
		list = append(list, &ast.Compare{Op: b.op, X: value, Y: literal(v), Null: ast.NullIsFalse})
	}
	if len(list) == 0 {
		c.fail("expected a bound (gte, gt, lte, lt), found none")
		return never
	}
	return &ast.Any{X: c.field(field), Var: value.Of, Cond: all(list)}
}

// ordered tells the bounds that a value can be compared with: no times that
// depend on when the rule runs, and no addresses, which as text have another
// order.
func ordered(bound any) bool {
	text, _ := bound.(string)
	_, err := netip.ParseAddr(text)
	return scalarValue(bound) && err != nil && !strings.HasPrefix(text, "now")
}

// boolean joins clauses. Those of should count only where nothing else is
// asked for, or where minimum_should_match says so.
func (c *clauses) boolean(t map[string]any) ast.Expr {
	for _, k := range slices.Sorted(maps.Keys(t)) {
		switch k {
		case "must", "filter", "should", "must_not", "minimum_should_match", "boost", "adjust_pure_negative":
		default:
			c.fail("expected must, filter, should or must_not, found %q", k)
			return never
		}
	}
	list := append(c.list(t, "must"), c.list(t, "filter")...)
	should := c.list(t, "should")
	least := 1
	if len(list) > 0 {
		least = 0
	}
	if m, ok := t["minimum_should_match"]; ok {
		if _, err := fmt.Sscan(fmt.Sprint(m), &least); err != nil || least < 0 {
			c.fail("expected a number for minimum_should_match, found %s", described(m))
		}
	}
	switch {
	case len(should) == 0 || least == 0:
	case least == 1:
		list = append(list, some(should))
	case least == len(should):
		list = append(list, should...)
	case least > len(should):
		list = append(list, never)
	default:
		c.fail("expected 0, 1 or all (%d) for minimum_should_match, found %d", len(should), least)
	}
	for _, not := range c.list(t, "must_not") {
		list = append(list, &ast.Not{X: not})
	}
	return all(list)
}

// list reads the clauses at a key: one, or a list of them.
func (c *clauses) list(t map[string]any, key string) (conds []ast.Expr) {
	x, ok := t[key]
	if !ok {
		return nil
	}
	list, ok := x.([]any)
	if !ok {
		list = []any{x}
	}
	for i, x := range list {
		c.at(fmt.Sprintf("%s[%d]", key, i), func() { conds = append(conds, c.clause(x)) })
	}
	return conds
}

// nested holds where one and the same element meets the query.
func (c *clauses) nested(t map[string]any) ast.Expr {
	path := c.text(t, "path")
	if c.scope != "" {
		c.fail("expected no nested clause within another")
		return never
	}
	c.scope = path
	defer func() { c.scope = "" }()
	cond := never
	c.at("query", func() { cond = c.clause(t["query"]) })
	return &ast.Any{X: &ast.Field{Name: path, Optional: true}, Var: element, Cond: cond}
}

func (c *clauses) exists(field string) ast.Expr {
	field, _ = caseless(field)
	return &ast.Not{X: &ast.IsNull{X: c.field(field)}}
}

// field is a field that a clause names. What no index has is missing, and no
// error: the same filter serves rules over many indexes.
func (c *clauses) field(name string) *ast.Field {
	if c.scope != "" {
		if rest, ok := strings.CutPrefix(name, c.scope+"."); ok {
			return &ast.Field{Name: rest, Of: element}
		}
	}
	return &ast.Field{Name: name, Optional: true}
}

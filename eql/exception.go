package eql

import (
	"fmt"
	"maps"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// exceptions turns the items of a rule's exception lists into conditions that
// an event must not meet. An item lists entries that all have to hold. What
// the file only refers to, a list kept elsewhere, or values kept elsewhere,
// cannot be applied, and is told by a note.
func (c *clauses) exceptions(lists []any) (conds []ast.Expr, notes []ast.Note) {
	note := func(format string, args ...any) {
		notes = append(notes, ast.Note{Off: c.place(), Text: fmt.Sprintf(format, args...)})
	}
	for i, x := range lists {
		c.at(fmt.Sprintf("rule.exceptions_list[%d]", i), func() {
			t := c.table(x)
			items, ok := t["items"].([]any)
			if !ok && t["entries"] != nil {
				items = []any{t}
			}
			if len(items) == 0 {
				note("the exceptions of the list %q are not applied: they are not in the rule's file", nameOf(t))
			}
			for j, item := range items {
				c.at(fmt.Sprintf("items[%d]", j), func() {
					if cond := c.exception(c.table(item), note); cond != nil {
						conds = append(conds, &ast.Not{X: cond})
					}
				})
			}
		})
	}
	return conds, notes
}

// nameOf is how an exception list or item is called.
func nameOf(t map[string]any) string {
	for _, k := range []string{"name", "list_id", "item_id", "id"} {
		if s, ok := t[k].(string); ok {
			return s
		}
	}
	return ""
}

// exception is the condition of one item, nil if it cannot be applied.
func (c *clauses) exception(t map[string]any, note func(string, ...any)) ast.Expr {
	entries, ok := t["entries"].([]any)
	if !ok || len(entries) == 0 {
		c.fail("expected the entries of the exception, found none")
		return nil
	}
	if t["expire_time"] != nil {
		note("the exception %q applies beyond its expire_time, too", nameOf(t))
	}
	if usesList(entries) {
		note("the exception %q is not applied: it compares with a list of values that is not in the rule's file", nameOf(t))
		return nil
	}
	conds := c.entries(entries)
	if systems, ok := t["os_types"].([]any); ok && len(systems) > 0 {
		conds = append(conds, equals(c.field("host.os.type"), systems, true))
	}
	return all(conds)
}

func usesList(entries []any) bool {
	for _, x := range entries {
		if e, ok := x.(map[string]any); ok && e["type"] == "list" {
			return true
		}
	}
	return false
}

func (c *clauses) entries(list []any) (conds []ast.Expr) {
	for i, x := range list {
		c.at(fmt.Sprintf("entries[%d]", i), func() { conds = append(conds, c.entry(c.table(x))) })
	}
	return conds
}

// entryTypes are the kinds of entries that are understood.
var entryTypes = []string{"match", "match_any", "exists", "wildcard", "nested", "list"}

// entry is one condition of an item, turned around if its operator says so.
func (c *clauses) entry(t map[string]any) ast.Expr {
	kind, name := c.text(t, "type"), c.text(t, "field")
	field, fold := caseless(name)
	cond := never
	switch kind {
	case "match", "wildcard":
		v := t["value"]
		if !scalarValue(v) {
			c.fail("expected a value, found %s", described(v))
		} else if kind == "match" {
			cond = equals(c.field(field), []any{v}, fold)
		} else {
			cond = pattern(c.field(field), fmt.Sprint(v), fold)
		}
	case "match_any":
		cond = c.oneOf(field, t["value"], fold)
	case "exists":
		cond = c.exists(field)
	case "nested":
		return c.ofElement(field, t["entries"])
	default:
		c.fail("expected a type of entry (match, match_any, exists, wildcard, nested, list), found %q%s",
			kind, syntax.Suggest(kind, entryTypes))
	}
	switch op := t["operator"]; op {
	case nil, "included":
		return cond
	case "excluded":
		return &ast.Not{X: cond}
	default:
		c.fail(`expected the operator "included" or "excluded", found %s`, described(op))
	}
	return cond
}

func (c *clauses) oneOf(field string, value any, fold bool) ast.Expr {
	list, ok := value.([]any)
	if !ok || len(list) == 0 {
		c.fail("expected a list of values, found %s", described(value))
		return never
	}
	for _, v := range list {
		if !scalarValue(v) {
			c.fail("expected a value, found %s", described(v))
			return never
		}
	}
	return equals(c.field(field), list, fold)
}

// ofElement holds where one and the same element of a list of objects meets all
// entries, whose fields are those of the element.
func (c *clauses) ofElement(path string, x any) ast.Expr {
	entries, ok := x.([]any)
	if !ok || len(entries) == 0 {
		c.fail("expected the entries of the element, found %s", described(x))
		return never
	}
	if c.scope != "" {
		c.fail("expected no nested entry within another")
		return never
	}
	c.scope = path
	defer func() { c.scope = "" }()
	var conds []ast.Expr
	for i, x := range entries {
		c.at(fmt.Sprintf("entries[%d]", i), func() {
			t := maps.Clone(c.table(x))
			if f, ok := t["field"].(string); ok {
				t["field"] = path + "." + f
			}
			conds = append(conds, c.entry(t))
		})
	}
	return &ast.Any{X: &ast.Field{Name: path, Optional: true}, Var: element, Cond: all(conds)}
}

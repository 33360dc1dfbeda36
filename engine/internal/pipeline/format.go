package pipeline

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var (
	_ = register((*compiler).formatRows)
	_ = register((*compiler).returnRows)
)

// formatRows makes one row of search text of all rows.
func (c *compiler) formatRows(n *ast.FormatRows) stage {
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		if n.MaxResults > 0 && len(t.rows) > n.MaxResults {
			r.dropped(n, "rows", len(t.rows)-n.MaxResults)
			t.rows = t.rows[:n.MaxResults]
		}
		return searchText(formatted(n, t)), r.ctx.Err()
	})
}

// searchText is the table of a text that is a search.
func searchText(text string) *Table {
	t := newTable("search")
	t.rows = [][]event.Value{{event.OfString(text)}}
	return t
}

// formatted is the rows as terms in the order of their names, in the notation
// that the stage asks for.
func formatted(n *ast.FormatRows, t *Table) string {
	names := slices.Sorted(slices.Values(t.cols))
	var rows []string
	for i := range t.rows {
		var terms []string
		for _, name := range names {
			if internal(name) == 0 {
				if s := term(name, t.Value(i, name), n.MVSep); s != "" {
					terms = append(terms, s)
				}
			}
		}
		if len(terms) > 0 {
			rows = append(rows, words(n.ColumnPrefix, strings.Join(terms, " "+n.ColumnSep+" "), n.ColumnEnd))
		}
	}
	if len(rows) == 0 {
		return n.EmptyStr
	}
	return words(n.RowPrefix, strings.Join(rows, " "+n.RowSep+" "), n.RowEnd)
}

func words(parts ...string) string { return strings.Join(parts, " ") }

// term is a field's value as a search term, empty for none. The values of
// fields that are called search or query stand for themselves.
func term(name string, v event.Value, sep string) string {
	var list []string
	for i := range v.Len() {
		text := v.At(i).Text()
		if name != "search" && name != "query" {
			text = fieldName(name) + `="` + escaped(text) + `"`
		}
		list = append(list, text)
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return words("(", strings.Join(list, " "+sep+" "), ")")
}

// fieldName is a name as a search writes it.
func fieldName(name string) string {
	if strings.ContainsAny(name, " \t\"=|()[],<>") {
		return `"` + escaped(name) + `"`
	}
	return name
}

// returnRows makes one row of search text of the first rows.
func (c *compiler) returnRows(n *ast.Return) stage {
	if len(n.Items) == 0 {
		c.errorf(n, "expected a field")
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		var rows []string
		for i := range min(max(n.Count, 1), len(t.rows)) {
			var terms []string
			for _, it := range n.Items {
				v := t.Value(i, it.Field)
				name := cmp.Or(it.Alias, it.Field)
				if it.Value {
					name = "search"
				}
				if s := term(name, v, "OR"); s != "" {
					terms = append(terms, s)
				}
			}
			if row := strings.Join(terms, " "); row != "" && !slices.Contains(rows, row) {
				rows = append(rows, row)
			}
		}
		switch len(rows) {
		case 0:
			return newTable("search"), nil
		case 1:
			return searchText(rows[0]), nil
		}
		return searchText("(" + strings.Join(rows, ") OR (") + ")"), nil
	})
}

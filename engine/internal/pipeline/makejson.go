package pipeline

import (
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/jsonpath"
)

var _ = annotator("makejson", func(c *compiler, n *ast.Annotate) rowFunc {
	if n.Options["output"] == "" {
		c.errorf(n, "expected a name for the output")
	}
	return (*run).makeJSON
})

// makeJSON writes fields of each row as an object: those that are named or
// else all, with the ones that begin with _ at the end, as Splunk's examples
// have it.
func (r *run) makeJSON(n *ast.Annotate, t *Table) error {
	var names []string
	for _, name := range t.cols {
		if len(n.Fields) == 0 || slices.ContainsFunc(n.Fields, func(p string) bool { return covers(p, name) }) {
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return internal(a) - internal(b) })
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return err
		}
		var members []string
		for _, name := range names {
			if v := t.Value(i, name); !v.IsNull() {
				members = append(members, quoteJSON(name)+": "+spacedJSON(v))
			}
		}
		t.Set(i, n.Options["output"], event.OfString("{"+strings.Join(members, ", ")+"}"))
	}
	return nil
}

// spacedJSON is a value with a blank behind each comma; texts that read as
// numbers are numbers.
func spacedJSON(v event.Value) string {
	if !v.IsList() {
		return scalarJSON(v, "none").JSON()
	}
	items := make([]string, 0, v.Len())
	for i := range v.Len() {
		if e := v.At(i); !e.IsNull() {
			items = append(items, spacedJSON(e))
		}
	}
	return "[" + strings.Join(items, ", ") + "]"
}

func quoteJSON(s string) string { return jsonpath.Of(event.OfString(s)).JSON() }

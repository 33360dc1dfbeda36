package pipeline

import (
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// lookupFunction prepares the function lookup. It reads the table of the
// lookup's definition: what a search has written to a collection is for the
// lookup command.
func (c *compiler) lookupFunction(n *ast.Lookup) func(keys []event.Value) [][]string {
	s, ok := c.lookup(n).(*lookup)
	if !ok {
		return func([]event.Value) [][]string { return nil }
	}
	if n.Def.Table != nil {
		cols := n.Def.Table.Columns()
		for _, o := range n.Outputs {
			if !slices.Contains(cols, o.From) {
				c.errorf(o, "lookup %s has no column %q", n.Def.Name, o.From)
			}
		}
	}
	find := s.compute
	if n.Def.Func == nil {
		find = func(keys []string) [][]string { return s.static().find(keys) }
	}
	return func(keys []event.Value) [][]string {
		rows := s.matches(keys, find)
		if len(rows) == 0 && n.Def.MinMatches > 0 {
			return [][]string{slices.Repeat([]string{n.Def.Default}, len(n.Outputs))}
		}
		return rows
	}
}

package pipeline

import (
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// lookupFunction prepares the function lookup. As the command does, it reads what
// was written to the lookup before the run, or by an earlier stage of it; outside
// of a run, the table of the definition.
func (c *compiler) lookupFunction(n *ast.Lookup) func(f *field.Frame, keys []event.Value) [][]string {
	s, ok := c.lookup(n).(*lookup)
	if !ok {
		return func(*field.Frame, []event.Value) [][]string { return nil }
	}
	return func(f *field.Frame, keys []event.Value) [][]string {
		find := s.compute
		if n.Def.Func == nil {
			find = s.in(f).find
		}
		rows := s.matches(keys, find)
		if len(rows) == 0 && n.Def.MinMatches > 0 {
			return [][]string{slices.Repeat([]string{n.Def.Default}, len(n.Outputs))}
		}
		return rows
	}
}

// pass is what one pass over rows or events keeps for functions.
type pass struct {
	store   Store
	indexes map[*lookup]*lookupIndex
}

// pass returns that of a frame; nil where there is nothing to read from.
func (r *run) pass() any {
	if r.env.Store == nil {
		return nil
	}
	return &pass{store: r.env.Store}
}

// in returns the rows of a lookup as the frame's run sees them.
func (s *lookup) in(f *field.Frame) *lookupIndex {
	p, ok := f.Pass.(*pass)
	if !ok {
		return s.static()
	}
	x, ok := p.indexes[s]
	if ok {
		return x
	}
	if table, ok := p.store.Table(storeName(s.node.Def)); ok {
		x = newLookupIndex(s.node, table)
	} else {
		x = s.static()
	}
	if p.indexes == nil {
		p.indexes = map[*lookup]*lookupIndex{}
	}
	p.indexes[s] = x
	return x
}

// readsTable reports whether an expression holds the function lookup of a table,
// which a run may have written to.
func readsTable(e ast.Expr) bool {
	for n := range ast.Preorder(e) {
		if c, ok := n.(*ast.Call); ok && c.Table != nil && c.Table.Func == nil {
			return true
		}
	}
	return false
}

package pipeline

import (
	"slices"
	"sync"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// lookupIndex finds the rows of a table by their keys.
type lookupIndex struct {
	outputs  []ast.NamePair
	exact    []int // which keys are compared whole
	patterns []int // and which are patterns in the table
	fold     bool
	limit    int
	rows     map[string][]lookupRow // by the exact keys, once they are read
	read     func()                 // reads them, the first time
}

// lookupRow is one row of the table: what matches the pattern keys, and the
// outputs.
type lookupRow struct {
	match []match.Text
	out   []string
}

func newLookupIndex(n *ast.Lookup, table ast.Table) *lookupIndex {
	def := n.Def
	x := &lookupIndex{outputs: n.Outputs, fold: !def.CaseSensitive, limit: def.MaxMatches, rows: map[string][]lookupRow{}}
	if x.limit <= 0 {
		x.limit = defaultMatches
	}
	for i, k := range n.Keys {
		if def.Match[k.From] == ast.MatchExact {
			x.exact = append(x.exact, i)
		} else {
			x.patterns = append(x.patterns, i)
		}
	}
	if table == nil {
		x.read = func() {}
		return x
	}
	cols := table.Columns()
	if len(x.outputs) == 0 {
		for _, name := range cols {
			if !slices.ContainsFunc(n.Keys, func(k ast.NamePair) bool { return k.From == name }) {
				x.outputs = append(x.outputs, ast.NamePair{From: name, To: name})
			}
		}
	}
	// Most searches never get to look anything up, and tables are large.
	x.read = sync.OnceFunc(func() {
		for cells := range table.Rows() {
			x.add(n, cols, cells)
		}
	})
	return x
}

func (x *lookupIndex) add(n *ast.Lookup, cols, cells []string) {
	keys := make([]string, len(n.Keys))
	for i, k := range n.Keys {
		keys[i] = cellOf(cols, cells, k.From)
	}
	row := lookupRow{out: make([]string, len(x.outputs))}
	for _, i := range x.patterns {
		row.match = append(row.match, cellMatcher(n.Def.Match[n.Keys[i].From], keys[i], x.fold))
	}
	for i, o := range x.outputs {
		row.out[i] = cellOf(cols, cells, o.From)
	}
	key := x.key(keys)
	x.rows[key] = append(x.rows[key], row)
}

func cellOf(cols, cells []string, name string) string {
	if i := slices.Index(cols, name); i >= 0 && i < len(cells) {
		return cells[i]
	}
	return ""
}

// cellMatcher compiles a cell that is a pattern.
func cellMatcher(how ast.LookupMatch, cell string, fold bool) match.Text {
	if how == ast.MatchCIDR {
		if set, err := match.CIDR(cell); err == nil {
			return func(s string) bool {
				ip, ok := match.Addr(s)
				return ok && set.Contains(ip)
			}
		}
	}
	return match.Star(cell, fold)
}

// key joins the keys that are compared whole.
func (x *lookupIndex) key(keys []string) string {
	if len(x.exact) == 1 {
		return x.folded(keys[x.exact[0]])
	}
	var vals []event.Value
	for _, i := range x.exact {
		vals = append(vals, event.OfString(x.folded(keys[i])))
	}
	return string(appendKey(nil, vals))
}

func (x *lookupIndex) folded(s string) string {
	if x.fold {
		return match.Fold(s)
	}
	return s
}

// find returns the outputs of the rows that match, in the table's order.
func (x *lookupIndex) find(keys []string) [][]string {
	x.read()
	var found [][]string
next:
	for _, row := range x.rows[x.key(keys)] {
		for j, i := range x.patterns {
			if !row.match[j](keys[i]) {
				continue next
			}
		}
		if found = append(found, row.out); len(found) == x.limit {
			break
		}
	}
	return found
}

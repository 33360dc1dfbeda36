package pipeline

import (
	"maps"
	"slices"
	"sync"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = register((*compiler).lookup)

// defaultMatches is how many rows of a lookup may match where the definition
// does not say: Splunk's documented default.
const defaultMatches = 100

// maxCached bounds the keys whose matches one run of a lookup remembers.
const maxCached = 10_000

// lookup adds the columns of matching table rows.
type lookup struct {
	node   *ast.Lookup
	static func() *lookupIndex // of the definition's own table
}

func (c *compiler) lookup(n *ast.Lookup) stage {
	if n.Def == nil || len(n.Keys) == 0 {
		c.errorf(n, "expected a lookup and a field")
		return nil
	}
	s := &lookup{node: n}
	if n.Def.Table != nil {
		cols := n.Def.Table.Columns() // a table that has none yet tells nothing
		for _, p := range slices.Concat(n.Keys, n.Outputs) {
			if len(cols) > 0 && !slices.Contains(cols, p.From) {
				c.errorf(p, "lookup %s has no column %q", n.Def.Name, p.From)
			}
		}
	}
	s.static = sync.OnceValue(func() *lookupIndex { return newLookupIndex(n, n.Def.Table) })
	return s
}

func (s *lookup) run(r *run, t *Table) (*Table, error) {
	n := s.node
	if n.Def.Func != nil && len(n.Outputs) == 0 {
		return t, s.computeAll(r, t)
	}
	find, outputs := s.finder(r)
	keys := make([]int, len(n.Keys))
	for i, k := range n.Keys {
		keys[i] = t.find(k.To)
	}
	to := make([]int, len(outputs))
	for i, o := range outputs {
		to[i] = t.column(o.To)
	}
	vals := make([]event.Value, len(keys))
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return nil, err
		}
		if n.KeepOld && t.anyFilled(i, to) {
			continue
		}
		for j, k := range keys {
			vals[j] = t.at(i, k)
		}
		rows := s.matches(vals, find)
		s.put(t, i, to, rows)
	}
	return t, nil
}

func (t *Table) anyFilled(row int, cols []int) bool {
	return slices.ContainsFunc(cols, func(c int) bool { return !t.at(row, c).IsNull() })
}

// finder returns what finds the outputs for a combination of keys, and the
// outputs' names.
func (s *lookup) finder(r *run) (func(keys []string) [][]string, []ast.NamePair) {
	n := s.node
	if n.Def.Func != nil {
		return s.compute, n.Outputs
	}
	var x *lookupIndex
	if table, ok := stored(r, n.Def); ok {
		x = newLookupIndex(n, table)
	} else {
		x = s.static()
	}
	cache := map[string][][]string{}
	var buf []byte
	return func(keys []string) [][]string {
		if len(x.patterns) == 0 {
			return x.find(keys)
		}
		buf = buf[:0]
		for _, k := range keys {
			buf = append(append(buf, k...), 0)
		}
		rows, ok := cache[string(buf)]
		if !ok {
			rows = x.find(keys)
			if len(cache) < maxCached {
				cache[string(buf)] = rows
			}
		}
		return rows
	}, x.outputs
}

// compute asks a lookup that is a function.
func (s *lookup) compute(keys []string) [][]string {
	in := make(map[string]string, len(keys))
	for i, k := range s.node.Keys {
		in[k.From] = keys[i]
	}
	out := s.node.Def.Func(in)
	if out == nil {
		return nil
	}
	row := make([]string, len(s.node.Outputs))
	for i, o := range s.node.Outputs {
		row[i] = out[o.From]
	}
	return [][]string{row}
}

// computeAll asks a lookup that is a function for all that it knows: only its
// answers name its columns.
func (s *lookup) computeAll(r *run, t *Table) error {
	in := make(map[string]string, len(s.node.Keys))
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return err
		}
		clear(in)
		for _, k := range s.node.Keys {
			if v := t.Value(i, k.To); v.Len() > 0 {
				in[k.From] = v.At(0).Text()
			}
		}
		if len(in) < len(s.node.Keys) {
			continue
		}
		out := s.node.Def.Func(in)
		for _, name := range slices.Sorted(maps.Keys(out)) {
			t.Set(i, name, textValue(out[name]))
		}
	}
	return nil
}

// matches finds the rows for the values of a row's key fields: those of a
// field with several values, one after the other. A missing field matches
// nothing.
func (s *lookup) matches(vals []event.Value, find func([]string) [][]string) [][]string {
	total := 1
	for _, v := range vals {
		if v.Len() == 0 {
			return nil
		}
		total = min(total*v.Len(), maxCombinations)
	}
	keys := make([]string, len(vals))
	var rows [][]string
	for i := range total {
		rest := i
		for j, v := range vals {
			keys[j] = v.At(rest % v.Len()).Text()
			rest /= v.Len()
		}
		found := find(keys)
		if total == 1 {
			return found
		}
		if len(rows) < maxValues {
			rows = append(rows, found...)
		}
	}
	return rows
}

// put writes the matches into a row. Of several, the outputs get the values
// of all, side by side; without enough of them, the default.
func (s *lookup) put(t *Table, row int, to []int, rows [][]string) {
	def := s.node.Def
	if len(rows) < def.MinMatches || len(rows) == 0 {
		if def.MinMatches > 0 {
			for _, c := range to {
				t.set(row, c, textValue(def.Default))
			}
		}
		if len(rows) == 0 {
			return
		}
	}
	for i, c := range to {
		if len(rows) == 1 {
			t.set(row, c, textValue(rows[0][i]))
			continue
		}
		vals := make([]string, len(rows))
		filled := false
		for j, cells := range rows {
			vals[j] = cells[i]
			filled = filled || cells[i] != ""
		}
		if filled {
			t.set(row, c, event.OfStrings(vals))
		}
	}
}

// textValue is a table's cell as a value: an empty one is none.
func textValue(s string) event.Value {
	if s == "" {
		return event.Value{}
	}
	return event.OfString(s)
}

// stored returns the rows that a search has written to a lookup.
func stored(r *run, def *ast.LookupDef) (ast.Table, bool) {
	if r.env.Store == nil {
		return nil, false
	}
	return r.env.Store.Table(storeName(def))
}

func storeName(def *ast.LookupDef) string {
	if def.Collection != "" {
		return def.Collection
	}
	return def.Name
}

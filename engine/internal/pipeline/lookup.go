package pipeline

import (
	"iter"
	"slices"
	"sync"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

var (
	_ = register((*compiler).lookup)
	_ = register((*compiler).readTable)
	_ = register((*compiler).writeTable)
)

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
		cols := n.Def.Table.Columns()
		for _, k := range n.Keys {
			if !slices.Contains(cols, k.From) {
				c.errorf(k, "lookup %s has no column %q", n.Def.Name, k.From)
			}
		}
	}
	s.static = sync.OnceValue(func() *lookupIndex { return newLookupIndex(n, n.Def.Table) })
	return s
}

func (s *lookup) run(r *run, t *Table) (*Table, error) {
	n := s.node
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

// lookupIndex finds the rows of a table by their keys.
type lookupIndex struct {
	outputs  []ast.NamePair
	exact    []int // which keys are compared whole
	patterns []int // and which are patterns in the table
	fold     bool
	limit    int
	rows     map[string][]lookupRow // by the exact keys
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
	for cells := range table.Rows() {
		x.add(n, cols, cells)
	}
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

// readTable makes rows of a lookup's.
func (c *compiler) readTable(n *ast.ReadTable) stage {
	if !n.Append {
		c.first(n, "the rows of a lookup")
	}
	if n.Lookup == nil {
		c.errorf(n, "expected a lookup")
		return nil
	}
	var where *condition
	if n.Where != nil {
		where = c.rowCondition(n.Where)
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		table, ok := stored(r, n.Lookup)
		if !ok {
			table = n.Lookup.Table
		}
		read := r.readRows(n, table)
		if where != nil {
			if err := r.keep(read, where); err != nil {
				return nil, err
			}
		}
		read.rows = read.rows[min(max(0, n.Start), len(read.rows)):]
		if n.Max > 0 && n.Max < len(read.rows) {
			read.rows = read.rows[:n.Max]
		}
		if !n.Append {
			return read, nil
		}
		t.appendRows(read)
		return r.bound(n, t), nil
	})
}

func (r *run) readRows(n *ast.ReadTable, table ast.Table) *Table {
	if table == nil {
		return &Table{}
	}
	t := newTable(table.Columns()...)
	lost := 0
	for cells := range table.Rows() {
		if len(t.rows) >= maxRows {
			lost++
			continue
		}
		row := make([]event.Value, len(t.cols))
		for i, name := range table.Columns() {
			if i < len(cells) {
				row[t.find(name)] = textValue(cells[i])
			}
		}
		t.rows = append(t.rows, row)
	}
	r.dropped(n, "rows", lost)
	return t
}

// snapshot is a table's rows as a store keeps them.
type snapshot struct {
	cols []string
	rows [][]string
}

func (s *snapshot) Columns() []string        { return s.cols }
func (s *snapshot) Rows() iter.Seq[[]string] { return slices.Values(s.rows) }

// writeTable writes the rows to a lookup, and passes them through.
func (c *compiler) writeTable(n *ast.WriteTable) stage {
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		if n.Lookup == nil || r.env.Store == nil || n.Keep && t.Len() == 0 {
			return t, nil
		}
		s := &snapshot{}
		if n.Append || n.KeyName != "" {
			if old, ok := stored(r, n.Lookup); ok {
				s.merge(old, "", nil)
			} else if n.Lookup.Table != nil {
				s.merge(n.Lookup.Table, "", nil)
			}
		}
		index := map[string]int{}
		if at := slices.Index(s.cols, n.KeyName); at >= 0 {
			for i, row := range s.rows {
				index[row[at]] = i
			}
		}
		s.merge(t.texts(), n.KeyName, index)
		if over := len(s.rows) - maxRows; over > 0 {
			r.dropped(n, "rows of a lookup", over)
			s.rows = s.rows[over:]
		}
		return t, r.env.Store.Write(storeName(n.Lookup), s)
	})
}

// texts returns the table as a store keeps it, without fields that begin with
// _.
func (t *Table) texts() *snapshot {
	s := &snapshot{}
	var from []int
	for c, name := range t.cols {
		if internal(name) == 0 || name == "_key" {
			s.cols = append(s.cols, name)
			from = append(from, c)
		}
	}
	for i := range t.rows {
		row := make([]string, len(from))
		for j, c := range from {
			row[j] = t.at(i, c).Text()
		}
		s.rows = append(s.rows, row)
	}
	return s
}

// merge adds the rows of another table. A row whose key is in the index
// replaces the one there.
func (s *snapshot) merge(t ast.Table, key string, index map[string]int) {
	to := make([]int, len(t.Columns()))
	for i, name := range t.Columns() {
		if to[i] = slices.Index(s.cols, name); to[i] < 0 {
			to[i] = len(s.cols)
			s.cols = append(s.cols, name)
			for j := range s.rows {
				s.rows[j] = append(s.rows[j], "")
			}
		}
	}
	at := slices.Index(t.Columns(), key)
	for cells := range t.Rows() {
		row := make([]string, len(s.cols))
		for i, c := range cells {
			row[to[i]] = c
		}
		if at >= 0 {
			if i, ok := index[cells[at]]; ok {
				s.rows[i] = row
				continue
			}
			index[cells[at]] = len(s.rows)
		}
		s.rows = append(s.rows, row)
	}
}

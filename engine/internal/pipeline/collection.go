package pipeline

import (
	"iter"
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var (
	_ = register((*compiler).readTable)
	_ = register((*compiler).writeTable)
)

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
			if err := r.keep(n, read, where); err != nil {
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

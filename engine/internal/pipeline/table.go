package pipeline

import (
	"iter"
	"slices"

	"github.com/spoor-lang/spoor/engine/event"
)

// Table is an ordered list of rows over named columns. A cell without a value
// is null. The zero value is an empty table.
//
// A row may be shorter than the columns: what it lacks is null, so that events
// of many kinds in one table pay for their own fields alone.
type Table struct {
	cols  []string
	index map[string]int
	rows  [][]event.Value
	// delims are what nomv puts between the values of a field, where mvcombine
	// or stats has said so.
	delims map[string]string
	room   room
}

// Columns returns the names of the columns, in order. The slice is read only.
func (t *Table) Columns() []string { return slices.Clip(t.cols) }

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// Value returns the value of a row's column; null if there is none.
func (t *Table) Value(row int, col string) event.Value { return t.at(row, t.find(col)) }

// Row returns the fields of a row. They read the table as it is when they are
// asked.
func (t *Table) Row(i int) event.Fields { return &rowFields{t, i} }

// Set gives a row's column a value, and makes the column if there is none.
func (t *Table) Set(row int, col string, v event.Value) { t.set(row, t.column(col), v) }

// Add adds an empty row and returns its number.
func (t *Table) Add() int {
	t.rows = append(t.rows, nil)
	return len(t.rows) - 1
}

// Keep removes the rows for which keep is false.
func (t *Table) Keep(keep func(row int) bool) {
	n := 0
	for i, row := range t.rows {
		if keep(i) {
			t.rows[n] = row
			n++
		}
	}
	clear(t.rows[n:])
	t.rows = t.rows[:n]
}

// rowFields is one row as fields.
type rowFields struct {
	t *Table
	i int
}

func (r *rowFields) Field(name string) event.Value { return r.t.Value(r.i, name) }

func (r *rowFields) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for c, name := range r.t.cols {
			if !r.t.at(r.i, c).IsNull() && !yield(name) {
				return
			}
		}
	}
}

// newTable returns a table of columns without rows.
func newTable(cols ...string) *Table {
	t := &Table{}
	for _, c := range cols {
		t.column(c)
	}
	return t
}

// find returns the number of a column, or -1.
func (t *Table) find(name string) int {
	if i, ok := t.index[name]; ok {
		return i
	}
	return -1
}

// column returns the number of a column, and makes it if there is none.
func (t *Table) column(name string) int {
	if i, ok := t.index[name]; ok {
		return i
	}
	if t.index == nil {
		t.index = map[string]int{}
	}
	i := len(t.cols)
	t.cols = append(t.cols, name)
	t.index[name] = i
	return i
}

func (t *Table) at(row, col int) event.Value { return cell(t.rows[row], col) }

// cell returns the value of a row at a column; null for column -1.
func cell(row []event.Value, col int) event.Value {
	if uint(col) < uint(len(row)) {
		return row[col]
	}
	return event.Value{}
}

func (t *Table) set(row, col int, v event.Value) { t.rows[row] = t.put(t.rows[row], col, v) }

// put returns a row with a value in a column, unless there is no room for it.
func (t *Table) put(r []event.Value, col int, v event.Value) []event.Value {
	if !t.room.weigh(cell(r, col), v) {
		v = event.Value{}
	}
	return t.place(r, col, v)
}

// place is put for a value that is held elsewhere, too, and takes no memory of
// its own.
func (t *Table) place(r []event.Value, col int, v event.Value) []event.Value {
	switch {
	case col < len(r):
		r[col] = v
	case !v.IsNull():
		r = t.widen(r, col, v)
	}
	return r
}

// widen returns a row with a value in a column that it is too short for.
func (t *Table) widen(r []event.Value, col int, v event.Value) []event.Value {
	if n := len(r); col < cap(r) {
		r = r[:col+1]
		clear(r[n:])
	} else {
		// A quarter of room to spare, so that a wide row that gets one
		// column after the other is not copied for each.
		width := max(len(t.cols), col+1+len(r)/4)
		if !t.room.take(width - n) {
			if width = col + 1; !t.room.take(width - n) {
				t.room.lost++
				return r
			}
		}
		wide := make([]event.Value, col+1, width)
		copy(wide, r)
		r = wide
	}
	t.room.values++
	r[col] = v
	return r
}

// retitle gives the columns new names. Names must differ.
func (t *Table) retitle(names []string) {
	t.cols = slices.Clip(names)
	t.index = make(map[string]int, len(names))
	for i, n := range names {
		t.index[n] = i
	}
}

// project makes the table one of the numbered columns, in that order; -1 is an
// empty column.
func (t *Table) project(from []int, names []string) {
	t.retitle(names)
	if identity(from) {
		for i, row := range t.rows {
			if len(row) > len(from) {
				t.rows[i] = row[:len(from):len(from)]
			}
		}
		return
	}
	all := make([]event.Value, len(from)*len(t.rows))
	for i, row := range t.rows {
		next := all[:len(from):len(from)]
		all = all[len(from):]
		for j, c := range from {
			next[j] = cell(row, c)
		}
		t.rows[i] = next
	}
}

func identity(from []int) bool {
	for i, c := range from {
		if c != i {
			return false
		}
	}
	return true
}

// filled reports whether a column has a value in some row.
func (t *Table) filled(col int) bool {
	for _, row := range t.rows {
		if !cell(row, col).IsNull() {
			return true
		}
	}
	return false
}

// copyRow returns a row that may be changed without changing the other.
func copyRow(row []event.Value, width int) []event.Value {
	c := make([]event.Value, len(row), max(width, len(row)))
	copy(c, row)
	return c
}

// clone returns a table that may be changed without changing t.
func (t *Table) clone() *Table {
	c := &Table{rows: make([][]event.Value, len(t.rows))}
	c.retitle(append([]string(nil), t.cols...))
	for i, row := range t.rows {
		c.rows[i] = copyRow(row, len(t.cols))
	}
	return c
}

// appendRows adds the rows of another table, column by name.
func (t *Table) appendRows(u *Table) {
	to := make([]int, len(u.cols))
	same := true
	for i, name := range u.cols {
		to[i] = t.column(name)
		same = same && to[i] == i
	}
	for _, row := range u.rows {
		if !same {
			moved := make([]event.Value, len(t.cols))
			for i, v := range row {
				moved[to[i]] = v
			}
			row = moved
		}
		t.rows = append(t.rows, row)
	}
}

package pipeline

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = shape("uniq", func(*compiler, *ast.Reshape) tableFunc { return (*run).uniq })

// uniq removes rows that are the same as the one before.
func (r *run) uniq(_ *ast.Reshape, t *Table) (*Table, error) {
	var last []byte
	first := true
	t.Keep(func(i int) bool {
		key := t.key(i)
		same := !first && string(key) == string(last)
		last, first = key, false
		return !same
	})
	return t, r.ctx.Err()
}

// key tells the rows of a table apart by all that they hold.
func (t *Table) key(row int) []byte {
	vals := make([]event.Value, len(t.cols))
	copy(vals, t.rows[row])
	return appendKey(nil, vals)
}

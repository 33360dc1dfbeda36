package pipeline

import (
	"slices"

	"github.com/spoor-lang/spoor/ast"
)

// combine makes one table of those of two searches: their rows once each, the
// rows that both have, or those that only one has.
func combine(op string, a, b *Table) *Table {
	inA, inB := a.keys(), b.keys()
	out := &Table{}
	seen := map[string]bool{}
	take := func(t *Table, wanted func(key string) bool) {
		more := newTable(t.cols...)
		for i := range t.rows {
			if k := t.namedKey(i); !seen[k] && wanted(k) {
				seen[k] = true
				more.rows = append(more.rows, t.rows[i])
			}
		}
		out.appendRows(more)
	}
	switch op {
	case "intersect":
		take(a, func(k string) bool { return inB[k] })
	case "diff":
		take(a, func(k string) bool { return !inB[k] })
		take(b, func(k string) bool { return !inA[k] })
	default:
		take(a, func(string) bool { return true })
		take(b, func(string) bool { return true })
	}
	return out
}

func (t *Table) keys() map[string]bool {
	all := make(map[string]bool, len(t.rows))
	for i := range t.rows {
		all[t.namedKey(i)] = true
	}
	return all
}

// namedKey tells the rows of different tables apart: by the names and the
// values of the fields that they have.
func (t *Table) namedKey(row int) string {
	var buf []byte
	for _, name := range slices.Sorted(slices.Values(t.cols)) {
		if v := t.Value(row, name); !v.IsNull() {
			buf = append(append(buf, name...), 0)
			buf = append(appendText(buf, v), 0)
		}
	}
	return string(buf)
}

// set runs two searches and combines what they yield.
func (r *run) set(n *ast.Append, subs []*Program) (*Table, error) {
	var both [2]*Table
	for i := range both {
		limit := n.Max
		if limit <= 0 {
			limit = maxRows
		}
		t, err := r.subRows(n, subs[i], limit)
		if err != nil {
			return nil, err
		}
		both[i] = t
	}
	return combine(n.Options["op"], both[0], both[1]), nil
}

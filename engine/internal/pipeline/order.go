package pipeline

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

var (
	_ = register((*compiler).head)
	_ = register((*compiler).tail)
	_ = register((*compiler).reverse)
	_ = register((*compiler).sort)
	_ = register((*compiler).dedup)
)

// head keeps the first rows.
func (c *compiler) head(n *ast.Head) stage {
	if n.While == nil {
		return stageFunc(func(r *run, t *Table) (*Table, error) {
			t.rows = t.rows[:max(0, min(n.N, len(t.rows)))]
			return t, nil
		})
	}
	cond := c.rows.Cond(n.While)
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		cur := r.cursor(t)
		for i := range t.rows {
			if err := r.tick(); err != nil {
				return nil, err
			}
			if n.N > 0 && i >= n.N {
				t.rows = t.rows[:i]
				break
			}
			if v := cond(cur.row(i)); v == expr.False || v == expr.Null && !n.Null {
				if n.KeepLast {
					i++
				}
				t.rows = t.rows[:i]
				break
			}
		}
		return t, nil
	})
}

// tail keeps the last rows.
func (c *compiler) tail(n *ast.Tail) stage {
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		t.rows = t.rows[max(0, len(t.rows)-max(0, n.N)):]
		if n.Reverse {
			slices.Reverse(t.rows)
		}
		return t, nil
	})
}

func (c *compiler) reverse(*ast.Reverse) stage {
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		slices.Reverse(t.rows)
		return t, nil
	})
}

// sort orders the rows; rows that are equal in all keys stay in their order.
func (c *compiler) sort(n *ast.Sort) stage {
	keys := c.sortKeys(n.Keys)
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		if err := r.sort(t, keys, n.Desc); err != nil {
			return nil, err
		}
		if n.N > 0 && n.N < len(t.rows) {
			t.rows = t.rows[:n.N]
		}
		return t, nil
	})
}

// sortKey is one compiled criterion.
type sortKey struct {
	eval expr.Eval
	desc bool
	as   string
}

func (c *compiler) sortKeys(list []ast.SortKey) []sortKey {
	keys := make([]sortKey, len(list))
	for i, k := range list {
		e := k.By
		if e == nil {
			e = &ast.Field{Off: k.Off, Name: k.Field}
		}
		keys[i] = sortKey{c.rows.Eval(e), k.Desc, k.As}
	}
	return keys
}

// Ranks part values that have no order among one another: numbers come before
// addresses, those before texts, and rows without a value last.
const (
	rankNumber = iota
	rankAddr
	rankText
	rankNull
)

// sortable is a value, read once for many comparisons.
type sortable struct {
	rank int
	num  float64
	addr netip.Addr
	text string
}

// readSortable reads a value as a criterion asks: "num", "ip", "str", or
// anything else for what the value looks like.
func readSortable(v event.Value, as string) sortable {
	if v.IsNull() {
		return sortable{rank: rankNull}
	}
	if v.IsList() {
		v = v.At(0)
	}
	if as != "str" && as != "ip" {
		if f, ok := v.Number(); ok {
			return sortable{rank: rankNumber, num: f}
		}
	}
	text := v.Text()
	if as != "str" && as != "num" {
		if ip, ok := match.Addr(text); ok {
			return sortable{rank: rankAddr, addr: ip}
		}
	}
	return sortable{rank: rankText, text: text}
}

func (a *sortable) compare(b *sortable) int {
	if a.rank != b.rank {
		return a.rank - b.rank
	}
	switch a.rank {
	case rankNumber:
		return aggregate.CompareNumbers(a.num, b.num)
	case rankAddr:
		return a.addr.Compare(b.addr)
	case rankText:
		return cmp.Compare(a.text, b.text)
	}
	return 0
}

// sort orders a table by keys; desc turns all of them around. Rows without a
// value come last either way.
func (r *run) sort(t *Table, keys []sortKey, desc bool) error {
	type line struct {
		row  []event.Value
		keys []sortable
	}
	cur := r.cursor(t)
	lines := make([]line, len(t.rows))
	all := make([]sortable, len(t.rows)*len(keys))
	for i, row := range t.rows {
		if err := r.tick(); err != nil {
			return err
		}
		f := cur.row(i)
		lines[i] = line{row, all[i*len(keys) : (i+1)*len(keys)]}
		for j, k := range keys {
			lines[i].keys[j] = readSortable(k.eval(f), k.as)
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int {
		for j, k := range keys {
			x, y := &a.keys[j], &b.keys[j]
			d := x.compare(y)
			if d != 0 && k.desc != desc && x.rank != rankNull && y.rank != rankNull {
				d = -d
			}
			if d != 0 {
				return d
			}
		}
		return 0
	})
	for i := range lines {
		t.rows[i] = lines[i].row
	}
	return nil
}

// dedup keeps the first rows of each combination of values: with sortby, of
// those that are in that order.
func (c *compiler) dedup(n *ast.Dedup) stage {
	if len(n.Fields) == 0 {
		c.errorf(n, "expected a field")
	}
	evals := make([]expr.Eval, len(n.Fields))
	for i, f := range n.Fields {
		evals[i] = c.rows.Eval(f)
	}
	keys := c.sortKeys(n.Sort)
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		if len(keys) > 0 {
			if err := r.sort(t, keys, false); err != nil {
				return nil, err
			}
		}
		return t, r.dedup(n, t, evals)
	})
}

func (r *run) dedup(n *ast.Dedup, t *Table, evals []expr.Eval) error {
	cur := r.cursor(t)
	seen := map[string]int{}
	var buf, last []byte
	vals := make([]event.Value, len(evals))
	kept := t.rows[:0:0]
	for i, row := range t.rows {
		if err := r.tick(); err != nil {
			return err
		}
		f := cur.row(i)
		missing := false
		for j, eval := range evals {
			vals[j] = eval(f)
			missing = missing || vals[j].IsNull()
		}
		if missing {
			if n.KeepEmpty {
				kept = append(kept, row)
			}
			continue
		}
		buf = appendKey(buf[:0], vals)
		if n.Consecutive && string(buf) != string(last) {
			clear(seen)
			last = append(last[:0], buf...)
		}
		if count := seen[string(buf)]; count < max(n.N, 1) {
			seen[string(buf)] = count + 1
			kept = append(kept, row)
		} else if n.KeepEvents {
			t.blank(i, n.Fields)
			kept = append(kept, t.rows[i])
		}
	}
	t.rows = kept
	return nil
}

// blank removes a row's values of the fields.
func (t *Table) blank(row int, fields []ast.Expr) {
	for _, e := range fields {
		if f, ok := e.(*ast.Field); ok {
			if c := t.find(f.Name); c >= 0 {
				t.set(row, c, event.Value{})
			}
		}
	}
}

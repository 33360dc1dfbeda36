package pipeline

import (
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var (
	_ = register((*compiler).join)
	_ = register((*compiler).append)
)

// maxSubRows is how many rows of another search join takes: Splunk's
// documented limit.
const maxSubRows = 50_000

// join adds the fields of another search's rows that have the same keys.
func (c *compiler) join(n *ast.JoinRows) stage {
	if n.Sub == nil {
		c.errorf(n, "expected a search in brackets")
		return nil
	}
	sub := c.sub(n, n.Sub)
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		other, err := r.subRows(n, sub, maxSubRows)
		if err != nil {
			return nil, err
		}
		return r.join(n, t, other)
	})
}

// subRows runs another search and returns its rows, up to a limit.
func (r *run) subRows(n ast.Node, p *Program, limit int) (*Table, error) {
	t, err := r.program(p, &Table{})
	if err != nil {
		return nil, err
	}
	if over := len(t.rows) - limit; over > 0 {
		r.dropped(n, "rows of a subsearch", over)
		t.rows = t.rows[:limit]
	}
	return t, nil
}

// joining is one run of a join.
type joining struct {
	n        *ast.JoinRows
	t, other *Table
	left     []int // columns of the keys
	right    []int
	to       []int // where the other side's columns go; -1 for its keys
	index    map[string][]int
	rows     [][]event.Value
	lost     int
	leftAt   int // _time
	rightAt  int
}

func (r *run) join(n *ast.JoinRows, t, other *Table) (*Table, error) {
	j := &joining{n: n, t: t, other: other, leftAt: t.find("_time"), rightAt: other.find("_time")}
	j.keys()
	j.index = map[string][]int{}
	for i, row := range other.rows {
		if k, ok := joinKey(row, j.right); ok {
			j.index[k] = append(j.index[k], i)
		}
	}
	if n.Left != "" {
		t.prefix(n.Left + ".")
		other.prefix(n.Right + ".")
	}
	j.to = make([]int, len(other.cols))
	for c, name := range other.cols {
		j.to[c] = t.column(name)
		if slices.Contains(j.right, c) && t.find(name) >= 0 && slices.Contains(j.left, t.find(name)) {
			j.to[c] = -1
		}
	}
	for _, row := range t.rows {
		if err := r.tick(); err != nil {
			return nil, err
		}
		j.row(row)
	}
	r.dropped(n, "rows", j.lost)
	t.rows = j.rows
	return t, nil
}

// prefix puts a text in front of the names of the columns, but for those of
// internal fields.
func (t *Table) prefix(text string) {
	names := slices.Clone(t.cols)
	for i, name := range names {
		if internal(name) == 0 {
			names[i] = text + name
		}
	}
	t.retitle(names)
}

// keys finds the columns to compare: those that are named, else all that both
// sides have.
func (j *joining) keys() {
	for _, f := range j.n.Fields {
		j.left = append(j.left, j.t.find(f.From))
		j.right = append(j.right, j.other.find(f.To))
	}
	if len(j.n.Fields) > 0 {
		return
	}
	for c, name := range j.t.cols {
		if o := j.other.find(name); o >= 0 && internal(name) == 0 {
			j.left = append(j.left, c)
			j.right = append(j.right, o)
		}
	}
}

// joinKey returns the text of a row's keys; false if one is missing.
func joinKey(row []event.Value, cols []int) (string, bool) {
	vals := make([]event.Value, len(cols))
	for i, c := range cols {
		if vals[i] = cell(row, c); vals[i].IsNull() {
			return "", false
		}
	}
	return string(appendKey(nil, vals)), true
}

// row adds what becomes of a row.
func (j *joining) row(row []event.Value) {
	k, ok := joinKey(row, j.left)
	found := 0
	if ok && len(j.left) > 0 {
		for _, i := range j.index[k] {
			if len(j.rows) >= maxRows { // the rest would take as long, for nothing
				j.lost += j.most(len(j.index[k]) - found)
				return
			}
			if j.n.UseTime && !j.inTime(row, j.other.rows[i]) {
				continue
			}
			j.rows = append(j.rows, j.merged(row, j.other.rows[i]))
			if found++; found == j.n.Max {
				break
			}
		}
	}
	switch {
	case found > 0 || !j.n.Outer:
	case len(j.rows) >= maxRows:
		j.lost++
	default:
		j.rows = append(j.rows, row)
	}
}

// most returns how many of n rows a row joins with at most.
func (j *joining) most(n int) int {
	if j.n.Max > 0 {
		n = min(n, j.n.Max)
	}
	return n
}

// inTime reports whether the other row is as early, or as late, as the search
// asks.
func (j *joining) inTime(row, other []event.Value) bool {
	a, ok1 := number(cell(row, j.leftAt))
	b, ok2 := number(cell(other, j.rightAt))
	return !ok1 || !ok2 || j.n.Earlier && b <= a || !j.n.Earlier && b >= a
}

func (j *joining) merged(row, other []event.Value) []event.Value {
	m := make([]event.Value, len(j.t.cols))
	copy(m, row)
	for c, v := range other {
		if to := j.to[c]; to >= 0 && !v.IsNull() && (j.n.Overwrite || m[to].IsNull()) {
			m[to] = v
		}
	}
	return m
}

// append adds another search's rows.
func (c *compiler) append(n *ast.Append) stage {
	var subs []*Program
	for _, q := range n.Subs {
		if n.Kind == ast.AppendPipe {
			subs = append(subs, c.inner(n, q))
		} else {
			subs = append(subs, c.sub(n, q))
		}
	}
	if n.Kind == ast.AppendSet {
		return stageFunc(func(r *run, _ *Table) (*Table, error) { return r.set(n, subs) })
	}
	interleaved := n.Kind == ast.AppendMulti || n.Kind == ast.AppendUnion && c.streaming(n)
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		for _, p := range subs {
			if err := r.append(n, p, t); err != nil {
				return nil, err
			}
		}
		if interleaved {
			newest(t)
		}
		return r.bound(n, t), nil
	})
}

// streaming reports whether the searches of a union go row by row, as does all
// before it: their rows come in the order of time then.
func (c *compiler) streaming(n *ast.Append) bool {
	for _, q := range n.Subs {
		if ast.Gathers(q.Stages) != nil {
			return false
		}
	}
	return ast.Gathers(c.query.Stages[:c.at]) == nil
}

func (r *run) append(n *ast.Append, p *Program, t *Table) error {
	if n.Kind == ast.AppendPipe {
		more, err := r.program(p, t.clone())
		if err == nil {
			t.appendRows(more)
		}
		return err
	}
	limit := n.Max
	if limit <= 0 {
		limit = maxRows
	}
	more, err := r.subRows(n, p, limit)
	if err != nil {
		return err
	}
	if n.Kind != ast.AppendColumns {
		t.appendRows(more)
		return nil
	}
	for c, name := range more.cols {
		to := t.column(name)
		for i := range more.rows {
			if i == len(t.rows) {
				t.Add()
			}
			if v := more.at(i, c); !v.IsNull() && (n.Override || t.at(i, to).IsNull()) {
				t.set(i, to, v)
			}
		}
	}
	return nil
}

// newest puts rows of several searches in the order of one: the newest first.
func newest(t *Table) {
	c := t.find("_time")
	slices.SortStableFunc(t.rows, func(a, b []event.Value) int {
		x, ok1 := number(cell(a, c))
		y, ok2 := number(cell(b, c))
		switch {
		case !ok1 || !ok2 || x == y:
			return 0
		case x > y:
			return -1
		}
		return 1
	})
}

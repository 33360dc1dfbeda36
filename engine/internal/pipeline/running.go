package pipeline

import (
	"cmp"
	"strconv"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

var _ = register((*compiler).running)

// maxBack bounds how many rows autoregress looks back at: each is a column.
const maxBack = 1000

// running computes along the rows.
func (c *compiler) running(n *ast.Running) stage {
	if n.Kind == "autoregress" && (n.From < 0 || n.To > maxBack || n.From > maxBack) {
		c.errorf(n, "expected from 0 to %d rows back", maxBack)
		return nil
	}
	var f func(n *ast.Running, t *Table, from int)
	switch n.Kind {
	case "delta":
		f = delta
	case "accum":
		f = accumulate
	case "autoregress":
		f = autoregress
	case "sma", "ema", "wma":
		f = trend
	default:
		c.errorf(n, "unknown kind of running figure %q", n.Kind)
		return nil
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		if from := t.find(n.Field); from >= 0 {
			f(n, t, from)
		}
		return t, r.ctx.Err()
	})
}

// delta is the difference to an earlier row.
func delta(n *ast.Running, t *Table, from int) {
	back := max(n.From, 1)
	to := t.column(cmp.Or(n.As, "delta("+n.Field+")"))
	for i := len(t.rows) - 1; i >= back; i-- {
		a, ok1 := number(t.at(i, from))
		b, ok2 := number(t.at(i-back, from))
		if ok1 && ok2 {
			t.set(i, to, aggregate.Number(a-b))
		}
	}
}

// accumulate is the total so far.
func accumulate(n *ast.Running, t *Table, from int) {
	to := t.column(cmp.Or(n.As, n.Field))
	total := 0.0
	for i := range t.rows {
		if f, ok := number(t.at(i, from)); ok {
			total += f
			t.set(i, to, aggregate.Number(total))
		}
	}
}

// autoregress copies the values of earlier rows.
func autoregress(n *ast.Running, t *Table, from int) {
	first := max(n.From, 1)
	last := max(n.To, first)
	to := make([]int, 0, last-first+1)
	for back := first; back <= last; back++ {
		name := n.As
		if name == "" || n.To > first {
			name = cmp.Or(n.As, n.Field) + "_p" + strconv.Itoa(back)
		}
		to = append(to, t.column(name))
	}
	vals := make([]event.Value, len(t.rows))
	for i := range t.rows {
		vals[i] = t.at(i, from)
	}
	for i := range t.rows {
		for j, c := range to {
			var v event.Value
			if back := first + j; back <= i {
				v = vals[i-back]
			}
			t.set(i, c, v)
		}
	}
}

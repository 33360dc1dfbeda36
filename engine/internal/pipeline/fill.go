package pipeline

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var (
	_ = register((*compiler).fill)
	_ = register((*compiler).replace)
)

// fill gives missing fields a value.
func (c *compiler) fill(n *ast.Fill) stage {
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		cols := t.fillable(n.Fields)
		if n.Down {
			t.fillDown(cols)
			return t, r.ctx.Err()
		}
		value := event.OfString(n.Value)
		for _, c := range cols {
			for i := range t.rows {
				if t.at(i, c).IsNull() {
					t.set(i, c, value)
				}
			}
		}
		return t, r.ctx.Err()
	})
}

// fillable returns the columns that are named, which are made if they are
// missing; of none, those that some row has a value of.
func (t *Table) fillable(names []string) []int {
	var cols []int
	for _, name := range names {
		if !wild(name) {
			cols = append(cols, t.column(name))
			continue
		}
		for _, m := range t.matching(name) {
			cols = append(cols, t.find(m))
		}
	}
	if len(names) > 0 {
		return cols
	}
	for c, name := range t.cols {
		if internal(name) == 0 && t.filled(c) {
			cols = append(cols, c)
		}
	}
	return cols
}

// fillDown gives missing fields the value of the row before.
func (t *Table) fillDown(cols []int) {
	for _, c := range cols {
		var last event.Value
		for i := range t.rows {
			if v := t.at(i, c); !v.IsNull() {
				last = v
			} else {
				t.set(i, c, last)
			}
		}
	}
}

// replace puts other values in the place of those that match. The first
// pattern that matches decides.
func (c *compiler) replace(n *ast.Replace) stage {
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		cols := t.fillable(n.Fields)
		for i := range t.rows {
			if err := r.tick(); err != nil {
				return nil, err
			}
			for _, c := range cols {
				v := t.at(i, c)
				if v.IsNull() {
					continue
				}
				t.set(i, c, each(v, func(e event.Value) event.Value { return replaced(n.Pairs, e) }))
			}
		}
		return t, nil
	})
}

func replaced(pairs []ast.NamePair, v event.Value) event.Value {
	s := v.Text()
	for _, p := range pairs {
		if runs, ok := capture(p.From, s); ok {
			return event.OfString(fillIn(p.To, runs))
		}
	}
	return v
}

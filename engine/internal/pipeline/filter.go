package pipeline

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
)

var (
	_ = register((*compiler).filter)
	_ = register((*compiler).assign)
	_ = register((*compiler).fieldFormat)
)

// filter keeps the rows for which a condition is true.
func (c *compiler) filter(n *ast.Filter) stage {
	k := c.rowCondition(n.Cond)
	return stageFunc(func(r *run, t *Table) (*Table, error) { return t, r.keep(n, t, k) })
}

// keep removes the rows that do not meet a condition.
func (r *run) keep(at ast.Node, t *Table, k *condition) error {
	cond, slots, watch, err := k.resolve(r)
	if err != nil {
		return err
	}
	cur := r.cursorOver(t, slots)
	n := 0 // rows that stay
	for i, row := range t.rows {
		if err := r.tick(); err != nil {
			return err
		}
		watch.Next()
		f := cur.row(i)
		yes := cond(f) == expr.True
		if tr := r.env.Trace; tr != nil {
			tr.Row(at, t, i, asked(yes, watch, f))
		}
		if yes {
			t.rows[n] = row
			n++
		}
	}
	clear(t.rows[n:])
	t.rows = t.rows[:n]
	return nil
}

// assignment is one compiled `name = value`.
type assignment struct {
	name  string
	slot  int       // of name
	from  expr.Eval // of the target's name; nil for name
	value expr.Eval
}

// assign sets fields. Later assignments see what earlier ones have set.
func (c *compiler) assign(n *ast.Assign) stage {
	set := make([]assignment, len(n.Set))
	for i, a := range n.Set {
		set[i] = assignment{name: a.Name, slot: c.rows.Slots.Slot("", a.Name), value: c.rows.Eval(a.Value)}
		if a.From != nil {
			set[i].from = c.rows.Eval(a.From)
		}
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) { return t, r.assign(t, set) })
}

func (r *run) assign(t *Table, set []assignment) error {
	for _, a := range set {
		if a.from == nil {
			t.column(a.name)
		}
	}
	full := make([]bool, len(set))
	cur := r.cursor(t)
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return err
		}
		f := cur.row(i)
		for j, a := range set {
			before := t.room.lost
			var v event.Value
			if full[j] { // its values have filled the table
				t.room.lost++
			} else {
				v = plain(a.value(f))
			}
			if a.from == nil {
				t.set(i, cur.cols[a.slot], v)
				f.Set(a.slot, t.at(i, cur.cols[a.slot]))
				full[j] = t.room.lost > before
				continue
			}
			if name := a.from(f).Text(); name != "" {
				t.set(i, t.column(name), v)
				cur.rebind()
				f = cur.row(i)
			}
		}
	}
	return nil
}

// fieldFormat changes what is shown of a field, and rows hold what is
// computed with: there is nothing to do but to look for mistakes.
func (c *compiler) fieldFormat(n *ast.FieldFormat) stage {
	c.rows.Eval(n.Set.Value)
	return nil
}

// field returns the value of a row's field: there is no schema of rows, and nothing
// can be wrong with a name.
func (c *compiler) field(name string) expr.Eval {
	slots := c.rows.Slots
	return slots.Getter(slots.Slot(c.rows.View, name))
}

// number returns a value as a number, if it is a single one.
func number(v event.Value) (float64, bool) {
	if v.IsList() {
		return 0, false
	}
	return v.Number()
}

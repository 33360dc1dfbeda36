package pipeline

import (
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// counter lets the rows of a source's events count in groups, one at a time, and keeps
// none.
type counter struct {
	run    *run
	groups *groups
	row    []event.Value
	fields []string // which the columns are, of a map; nil where one is calculated
	keys   []int    // the column that each key is; -1 for one to be evaluated
	args   []int    // and each figure's argument
	cur    *cursor  // at the row; nil where nothing is to be evaluated
	vals   []event.Value
	visit  func(*group)
	grown  int // bytes by which figures have grown, if rows come backward
}

func (r *run) counter(src *events, gs *groups) *counter {
	c := &counter{run: r, groups: gs, row: make([]event.Value, len(src.cols)), vals: make([]event.Value, len(gs.figures))}
	t := newTable(src.cols...)
	t.rows = [][]event.Value{c.row}
	evaluated := false
	for _, by := range gs.g.node.By {
		at := columnOf(t, by.Field, by.By)
		c.keys, evaluated = append(c.keys, at), evaluated || at < 0
	}
	for _, f := range gs.figures {
		at := f.col
		if at < 0 && f.arg != nil && !f.truth {
			at = columnOf(t, "", f.node.Arg)
		}
		c.args, evaluated = append(c.args, at), evaluated || at < 0 && (f.arg != nil || f.parts != nil)
	}
	if evaluated {
		c.cur = r.cursor(t)
	}
	asked := needs{}
	asked.stage(gs.g.node)
	c.fields = src.plainly(!gs.backward || slices.Contains(asked.names, "_time"))
	c.visit = c.add
	if gs.backward {
		c.visit = c.prepend
	}
	return c
}

// columnOf returns the column that a field is, by its name or as an expression; -1 for
// none, and for another expression.
func columnOf(t *Table, name string, e ast.Expr) int {
	if f, ok := e.(*ast.Field); ok {
		name = f.Name
	} else if e != nil {
		return -1
	}
	return t.find(name)
}

// plainly returns the fields that the columns are, with none for the time unless it is
// asked for; nil where one is not simply a field.
func (s *events) plainly(timed bool) []string {
	if timed || !s.bare {
		return nil
	}
	names := slices.Clone(s.cols)
	for i, name := range names {
		if _, part := dateParts[name]; part {
			return nil
		}
		if name == "_time" {
			names[i] = ""
		}
	}
	return names
}

// readMap makes a row of a map; false if it takes a reader to do that.
func (c *counter) readMap(f event.Fields) bool {
	m, ok := f.(event.Map)
	if !ok || c.fields == nil {
		return false
	}
	for i, name := range c.fields {
		if name != "" {
			c.row[i] = plain(m.Field(name))
		}
	}
	return true
}

// count lets the row count in each group that it belongs to.
func (c *counter) count() {
	gs := c.groups
	var frame *field.Frame
	if c.cur != nil {
		frame = c.cur.row(0)
	}
	for i, at := range c.keys {
		var v event.Value
		if at >= 0 {
			v = c.row[at]
		} else {
			v = plain(gs.keys[i].eval(frame))
		}
		if !gs.set(c.run, i, v) {
			return
		}
	}
	gs.turn++
	gs.widest = 1
	for i, at := range c.args {
		if at >= 0 {
			c.vals[i] = c.row[at]
		} else {
			c.vals[i] = gs.figures[i].of(frame)
		}
		gs.widest = max(gs.widest, c.vals[i].Len())
	}
	gs.each(c.visit)
}

func (c *counter) add(gr *group) {
	at := rowTime(c.row[0]) // the first column is the time
	for i, v := range c.vals {
		if !v.IsNull() {
			gr.accs[i].Add(v, at)
		}
	}
}

func (c *counter) prepend(gr *group) {
	for i, v := range c.vals {
		if !v.IsNull() {
			c.grown += gr.accs[i].(aggregate.Prepender).Prepend(v)
		}
	}
}

// prepends reports whether rows may come the oldest first, as all figures can take them
// so.
func (g *grouping) prepends() bool {
	for _, f := range g.figures {
		if f.wild != "" || f.strict {
			return false
		}
		if _, ok := f.fn.New(f.node.Param).(aggregate.Prepender); !ok {
			return false
		}
	}
	return true
}

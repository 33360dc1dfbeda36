package pipeline

import (
	"context"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// maxRows bounds the rows that a run makes out of others: by joining,
// expanding, appending, mapping. Events that are searched do not count. A
// million rows are more than anyone reads, and some hundred megabytes.
const maxRows = 1 << 20

// pulse is how many rows pass between two looks at the context.
const pulse = 1024

// run is one run of a program and of the programs inside it.
type run struct {
	ctx   context.Context
	env   *Env
	zone  *time.Location
	depth int
	prog  *Program // whose stages are running
	ticks int      // rows and events that were looked at
	// window is what addinfo, timechart and others take for the search's: the
	// run's, unless the search itself begins with another.
	window interval
}

func newRun(ctx context.Context, env *Env) *run {
	r := &run{ctx: ctx, env: env, zone: env.Zone, window: interval{env.Earliest, env.Latest}}
	if r.zone == nil {
		r.zone = time.UTC
	}
	return r
}

// program runs a program over a table.
func (r *run) program(p *Program, t *Table) (*Table, error) {
	outer, window := r.prog, r.window
	r.prog = p
	r.depth++
	defer func() { r.prog, r.window = outer, window; r.depth-- }()
	if len(p.stages) > 0 {
		if s, ok := p.stages[0].(*events); ok {
			if r.window, _ = s.window(r); s.node.Time.Earliest != "" && r.window.from.Unix() <= 0 {
				r.window.from = time.Time{} // all of time is what earliest=0 means
			}
		}
	}
	switch counted, err := r.counted(p); {
	case err != nil:
		return nil, err
	case counted != nil:
		return r.stages(p, 2, counted)
	}
	return r.stages(p, 0, t)
}

// stages runs the stages of the running program from one on.
func (r *run) stages(p *Program, from int, t *Table) (*Table, error) {
	var err error
	for i := from; i < len(p.stages); i++ {
		if err = r.ctx.Err(); err != nil {
			return nil, err
		}
		in := t.Len()
		t.unfold(p.spans[i].within)
		if t, err = p.stages[i].run(r, t); err != nil {
			return nil, err
		}
		t.fit(r, p.query.Stages[p.spans[i].from])
		if tr := r.env.Trace; tr != nil {
			tr.Stage(p.query, p.query.Stages[p.spans[i].from:p.spans[i].to], in, t)
		}
	}
	return t, nil
}

// tick looks at the context now and then.
func (r *run) tick() error { return r.tickFor(1) }

// tickFor is tick for so many events or rows at once.
func (r *run) tickFor(n int) error {
	before := r.ticks
	if r.ticks += n; r.ticks/pulse > before/pulse {
		return r.ctx.Err()
	}
	return nil
}

// dropped reports that a bound made the run drop something.
func (r *run) dropped(n ast.Node, what string, count int) {
	if count > 0 && r.env.Truncated != nil {
		r.env.Truncated(n.Pos(), what, count)
	}
}

// bound cuts a table to maxRows.
func (r *run) bound(n ast.Node, t *Table) *Table {
	if over := len(t.rows) - maxRows; over > 0 {
		r.dropped(n, "rows", over)
		t.rows = t.rows[:maxRows]
	}
	return t
}

// cursor evaluates expressions over the rows of a table.
type cursor struct {
	frame field.Frame
	t     *Table
	cols  []int
	cur   rowFields
	time  int
	timed bool
}

// cursor returns a cursor for expressions that were compiled with the
// program's scope for rows.
func (r *run) cursor(t *Table) *cursor { return r.cursorOver(t, r.prog.rows) }

func (r *run) cursorOver(t *Table, slots *field.Slots) *cursor {
	c := &cursor{t: t, cur: rowFields{t: t}}
	c.frame = field.Frame{Slots: slots, Now: r.env.Now, Zone: r.zone, Pass: r.pass()}
	c.timed = r.env.Now.IsZero()
	c.rebind()
	return c
}

// rebind finds the columns again, after the table has got new ones.
func (c *cursor) rebind() {
	n := c.frame.Slots.Len()
	if len(c.cols) < n {
		c.cols = make([]int, n)
	}
	for i := range n {
		c.cols[i] = c.t.find(c.frame.Slots.Key(i).Name)
	}
	c.time = c.t.find("_time")
}

// row turns the cursor to a row.
func (c *cursor) row(i int) *field.Frame {
	c.cur.i = i
	row := c.t.rows[i]
	c.frame.ResetRow(&c.cur, row, c.cols)
	if c.timed {
		if f, ok := cell(row, c.time).Number(); ok {
			c.frame.Time = fromEpoch(f)
		}
	}
	return &c.frame
}

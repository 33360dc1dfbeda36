package pipeline

import (
	"math"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/expr"
)

// maxWindow bounds the rows that a window of streamstats looks back at:
// Splunk's documented limit.
const maxWindow = 10_000

// stream is streamstats: figures over the rows so far.
type stream struct {
	*grouping
	window        ast.Window
	before, after expr.Cond // nil for never
}

func (c *compiler) stream(g *grouping) stage {
	s := &stream{grouping: g, window: ast.Window{Current: true}}
	if g.node.Window != nil {
		s.window = *g.node.Window
	}
	if s.window.Size > maxWindow || s.window.Size < 0 {
		c.errorf(g.node, "expected a window of at most %d rows, found %d", maxWindow, s.window.Size)
	}
	if e := s.window.ResetBefore; e != nil {
		s.before = c.rows.Cond(e)
	}
	if e := s.window.ResetAfter; e != nil {
		s.after = c.rows.Cond(e)
	}
	return s
}

// streaming is one run of a stream.
type streaming struct {
	*stream
	gs      *groups
	windows map[*group]*[]entry
	global  []entry
	queues  map[*group]*queue
	last    []byte // the keys of the row before
	spent   int    // rows that figures were computed over once more
	full    []bool // figures whose values have filled the table
	lost    int    // figures that were left out
}

func (s *stream) run(r *run, t *Table) (*Table, error) {
	st := &streaming{stream: s, gs: s.groups(s.resolve(t))}
	st.reset()
	to := make([]int, len(st.gs.figures))
	st.full = make([]bool, len(to))
	for i, f := range st.gs.figures {
		to[i] = t.column(f.name)
	}
	cur := r.cursor(t)
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return nil, err
		}
		f := cur.row(i)
		if s.before != nil && s.before(f) == expr.True {
			st.reset()
		}
		if !st.gs.read(r, f) {
			continue
		}
		if s.window.ResetOnChange {
			st.resetOnChange()
		}
		gr := st.gs.of(st.gs.vals)
		if gr == nil {
			continue
		}
		e := entry{gr, make([]event.Value, len(to)), rowTime(s.time(f))}
		for j := range st.gs.figures {
			e.vals[j] = st.gs.figures[j].value(f, t.rows[i])
		}
		for j, v := range st.step(e) {
			before := t.room.lost
			t.set(i, to[j], v)
			st.full[j] = st.full[j] || t.room.lost > before
		}
		if s.after != nil && s.after(cur.row(i)) == expr.True {
			st.reset()
		}
	}
	r.dropped(s.node, "figures along the rows", st.lost)
	st.gs.report(r)
	return t, nil
}

// reset forgets all rows so far.
func (st *streaming) reset() {
	st.gs.index, st.gs.all = map[string]*group{}, nil
	st.windows, st.global = map[*group]*[]entry{}, nil
	st.queues = map[*group]*queue{}
}

func (st *streaming) resetOnChange() {
	key := appendKey(nil, st.gs.vals)
	if st.last != nil && string(key) != string(st.last) {
		st.reset()
	}
	st.last = key
}

// step takes a row in and returns its figures.
func (st *streaming) step(e entry) []event.Value {
	if st.window.Size == 0 && st.window.Time == 0 {
		if st.window.Current {
			add(e.group.accs, e)
			return st.results(e.group.accs)
		}
		vals := st.results(e.group.accs)
		add(e.group.accs, e)
		return vals
	}
	w := &st.global
	if !st.window.Global || len(st.keys) == 0 {
		if w = st.windows[e.group]; w == nil {
			w = new([]entry)
			st.windows[e.group] = w
		}
	}
	if st.window.Current {
		st.push(w, e)
		return st.figure(e)
	}
	st.expire(w, e)
	vals := st.figure(e)
	st.push(w, e)
	return vals
}

// push adds a row to a window and takes those out that it pushes off.
func (st *streaming) push(w *[]entry, e entry) {
	*w = append(*w, e)
	st.queue(e.group).push(e)
	st.expire(w, e)
	for size := st.window.Size; size > 0 && len(*w) > size || len(*w) > maxWindow; {
		st.shift(w)
	}
}

// queue returns the rows of a group that lie within its window.
func (st *streaming) queue(gr *group) *queue {
	q := st.queues[gr]
	if q == nil {
		q = newQueue(gr, st.gs.figures, st.window.Size)
		st.queues[gr] = q
	}
	return q
}

// expire takes the rows out that are further away in time than the window
// reaches.
func (st *streaming) expire(w *[]entry, e entry) {
	reach := st.window.Time.Seconds()
	if reach <= 0 || math.IsNaN(e.at) {
		return
	}
	for len(*w) > 0 && math.Abs((*w)[0].at-e.at) >= reach {
		st.shift(w)
	}
}

func (st *streaming) shift(w *[]entry) {
	old := (*w)[0]
	(*w)[0] = entry{}
	*w = (*w)[1:]
	st.queue(old.group).pop()
}

// maxSpent bounds the rows that a run computes figures over which must see all
// rows of the window for each row: a second or two.
const maxSpent = 1 << 26

// figure returns the figures of a row's group within a window.
func (st *streaming) figure(e entry) []event.Value {
	q := st.queue(e.group)
	vals := make([]event.Value, len(q.figures))
	for i := range vals {
		if st.full[i] || st.spent > maxSpent && !q.cheap(i) {
			st.lost++
			continue
		}
		var rows int
		vals[i], rows = q.figure(i)
		st.spent += rows
	}
	return vals
}

func add(accs []aggregate.Accumulator, e entry) {
	for i, a := range accs {
		if !e.vals[i].IsNull() {
			a.Add(e.vals[i], e.at)
		}
	}
}

func (st *streaming) results(accs []aggregate.Accumulator) []event.Value {
	vals := make([]event.Value, len(accs))
	for i, a := range accs {
		if st.full[i] {
			st.lost++
			continue
		}
		vals[i] = a.Result()
	}
	return vals
}

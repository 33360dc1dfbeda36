package pipeline

import (
	"context"
	"iter"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

// Panes runs a search whose first figures are those of its events by parts of
// its window: the groups of a part are gathered once, and put together for each
// window that the part lies in. What comes out is what Program.Run gives.
type Panes struct {
	prog     *Program
	grouping *grouping
	figures  []figureColumn
	before   int  // stages whose rows go into the groups
	live     bool // panes take their events one by one: see Live
}

// Pane is what a part of a window has been gathered to.
type Pane struct {
	groups  *groups
	dropped bool // by a bound
	size    int

	// Of a live pane:
	rows   int
	filler *filler // nil once no event will come any more
	told   []told  // if it is traced
}

// Size returns about how many bytes the pane takes.
func (p *Pane) Size() int { return p.size }

// rowwise are the stages that make of each row what they would make of it alone.
var rowwise = []reflect.Type{
	reflect.TypeFor[*ast.Filter](), reflect.TypeFor[*ast.Assign](), reflect.TypeFor[*ast.Rename](),
	reflect.TypeFor[*ast.Project](), reflect.TypeFor[*ast.Extract](), reflect.TypeFor[*ast.RangeMap](),
}

// changing are the functions that give another value at another time, or another
// call.
var changing = []string{"now", "time", "random", "strptime"}

// Panes returns how the search runs by parts; nil if it must see all events of a
// window at once.
func (p *Program) Panes() *Panes {
	if len(p.sources) != 1 || len(p.stages) < 2 {
		return nil
	}
	src, ok := p.stages[0].(*events)
	if !ok || src.all || src.subs || src.node.Time != (ast.TimeRange{}) {
		return nil
	}
	for i, st := range p.stages[1:] {
		if g, ok := st.(*grouping); ok {
			ps := &Panes{prog: p, grouping: g, before: i + 1}
			if !ps.mergeable() || !steady(p.query.Stages[:p.spans[i+1].to]) || !steadyModel(src.node.Dataset) {
				return nil
			}
			return ps
		}
		for _, n := range p.query.Stages[p.spans[i+1].from:p.spans[i+1].to] {
			if !slices.Contains(rowwise, reflect.TypeOf(n)) {
				return nil
			}
		}
	}
	return nil
}

// mergeable reports whether the groups of parts can be put together.
func (ps *Panes) mergeable() bool {
	g := ps.grouping
	if g.auto() {
		return false
	}
	for _, f := range g.figures {
		if _, ok := f.fn.New(f.node.Param).(aggregate.Merger); !ok || f.wild != "" {
			return false
		}
	}
	ps.figures = g.resolve(&Table{})
	return !g.node.AllNum
}

// steady reports whether stages do the same whenever they run.
func steady(stages []ast.Stage) bool {
	return !slices.ContainsFunc(stages, func(st ast.Stage) bool { return !steadyNode(st) })
}

// steadyModel reports whether a data model calculates the same whenever it does.
func steadyModel(ds *ast.Dataset) bool {
	if ds == nil {
		return true
	}
	for _, e := range ds.Fields {
		if e != nil && !steadyNode(e) {
			return false
		}
	}
	return ds.Constraint == nil || steadyNode(ds.Constraint)
}

func steadyNode(root ast.Node) bool {
	for n := range ast.Preorder(root) {
		switch n := n.(type) {
		case *ast.Subsearch:
			return false
		case *ast.Call:
			reads := n.Table != nil && n.Table.Func == nil
			if reads || n.Parse != nil || slices.Contains(changing, strings.ToLower(n.Name)) {
				return false
			}
		}
	}
	return true
}

// part is a part of an input.
type part iter.Seq[event.Event]

func (p part) Scan(*ast.Events) iter.Seq[event.Event] { return iter.Seq[event.Event](p) }

// Gather makes a pane of the events of a part of a window, which are those of
// the search's source, in order. Env's window and input are not looked at.
func (ps *Panes) Gather(ctx context.Context, env *Env, events iter.Seq[event.Event]) (*Pane, error) {
	own, pane := *env, &Pane{}
	own.Input, own.Earliest, own.Latest = part(events), time.Time{}, time.Time{}
	own.Truncated = func(int, string, int) { pane.dropped = true }
	r := newRun(ctx, &own)
	r.prog, r.depth = ps.prog, 1
	t := &Table{}
	var err error
	for i, st := range ps.prog.stages[:ps.before] {
		t.unfold(ps.prog.spans[i].within)
		if t, err = st.run(r, t); err != nil {
			return nil, err
		}
	}
	t.unfold(ps.prog.spans[ps.before].within)
	pane.groups = ps.grouping.groups(ps.figures)
	err = pane.groups.add(r, t, nil)
	pane.size = pane.groups.size()
	return pane, err
}

// What groups take, without their keys and figures: a pane's, one of them, and a
// value of its key; and what it takes to fill a live pane.
const (
	groupsSize = 352
	groupSize  = 72
	keySize    = 24
	fillerSize = 2048
)

func (gs *groups) size() int {
	n := groupsSize + gs.bytes
	for _, gr := range gs.all {
		for _, a := range gr.accs {
			n += aggregate.Size(a) - aggregate.AccumulatorSize
		}
	}
	return n
}

// Run runs the search over the panes of a window, the newest first. It returns
// nil where they cannot be put together: then the search must see the events. Live
// panes always can, and what they have dropped is told.
func (ps *Panes) Run(ctx context.Context, env *Env, panes []*Pane) (*Table, error) {
	r := newRun(ctx, env)
	r.prog, r.depth = ps.prog, 1
	all := ps.grouping.groups(ps.figures)
	if ps.live && len(panes) == 1 {
		all = panes[0].groups // which is not changed by being looked at
	} else {
		for _, p := range panes {
			if whole := all.merge(p.groups); !ps.live && (p.dropped || !whole) {
				return nil, nil
			}
		}
	}
	all.report(r)
	t := ps.grouping.finish(all)
	if ps.live && env.Trace != nil {
		ps.tell(env, panes, t)
	}
	t.fit(r, ps.prog.query.Stages[ps.prog.spans[ps.before].from])
	return r.stages(ps.prog, ps.before+1, t)
}

// merge goes on with the groups of the rows behind those that were seen, and
// reports whether all of them could be taken in as if they were added.
func (gs *groups) merge(next *groups) bool {
	whole := true
	gs.dropped += next.dropped
	gs.combos += next.combos
	for _, from := range next.all {
		to := gs.of(from.key)
		if to == nil {
			whole = false
			continue
		}
		for i, a := range to.accs {
			whole = a.(aggregate.Merger).Merge(from.accs[i]) && whole
		}
	}
	return whole
}

package sequence

import (
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
)

// plan is a sequence, compiled.
type plan struct {
	items   []item
	stages  []stage // the steps that are not negated, runs expanded
	layout  []int   // of a match: stages, and -1 for missing events
	until   int     // an item; -1 for none
	maxspan time.Duration

	// Negated items by where they stand: before the first stage, behind
	// each stage but the last, behind the last.
	leads  []int
	gaps   [][]int
	trails []int
}

// stage is one event of a sequence.
type stage struct {
	item int
	fork bool // the partial before it stays
	// single tells that a slot behind the stage holds one partial only: no
	// later stage looks at the events that it has.
	single bool
}

// maxStages bounds the events of a sequence. Elasticsearch allows an item a
// hundred runs; ten such items are more than anyone has written.
const maxStages = 1000

// Compile returns a machine for a sequence. What is wrong with it goes to
// s.Errors; the machine then finds nothing that makes sense. The aliases of s
// are the machine's while it compiles.
func Compile(st *ast.Sequence, s *expr.Scope, o Options) *Machine {
	c := compiler{Scope: s, category: o.Category, p: plan{until: -1, maxspan: st.Maxspan}}
	saved := s.Aliases
	defer func() { s.Aliases = saved }()
	s.Aliases = nil
	for i := range st.Steps {
		c.step(&st.Steps[i], i)
	}
	if st.Until != nil {
		c.p.until = c.item(st.Until, len(st.Steps))
	}
	c.singles()
	c.check(st)
	if o.Original {
		c.originalKeys()
	}
	return newMachine(c.p, len(st.Steps)+1, o)
}

func newMachine(p plan, steps int, o Options) *Machine {
	m := &Machine{plan: p, keep: o.Keep, bound: o.MaxPartials, trace: o.Trace, original: o.Original, groups: map[string]*group{},
		waiting: make([]int, len(p.stages)), refs: make([]event.Fields, steps)}
	if m.bound <= 0 {
		m.bound = DefaultMaxPartials
	}
	m.absent.queue.batch = o.Batch
	return m
}

// compiler makes a plan.
type compiler struct {
	*expr.Scope
	category string
	p        plan
	// since is, for each item, the earliest step that its condition refers
	// to; the item's own if there is none.
	since []int
}

func (c *compiler) step(st *ast.Step, i int) {
	it := c.item(st, i)
	n := len(c.p.stages)
	for run := range max(1, st.Runs) {
		if len(c.p.layout) == maxStages {
			c.Errorf(st, "expected at most %d events in a sequence, found more", maxStages)
			return
		}
		if st.Missing {
			c.p.layout = append(c.p.layout, -1)
			continue
		}
		c.p.layout = append(c.p.layout, len(c.p.stages))
		c.p.stages = append(c.p.stages, stage{item: it, fork: st.Fork && run == 0})
	}
	switch {
	case !st.Missing:
		c.settleGap(n)
		if st.As != "" {
			c.alias(st.As, i)
		}
	case n == 0:
		c.p.leads = append(c.p.leads, it)
	default: // behind the last stage, for all that is known
		c.p.trails = append(c.p.trails, it)
	}
}

// settleGap is told that stages follow the n that were there: what seemed to
// trail lies between.
func (c *compiler) settleGap(n int) {
	if len(c.p.trails) == 0 {
		return
	}
	for len(c.p.gaps) < n {
		c.p.gaps = append(c.p.gaps, nil)
	}
	c.p.gaps[n-1], c.p.trails = c.p.trails, nil
}

func (c *compiler) alias(name string, step int) {
	all := map[string]int{name: step}
	for n, i := range c.Aliases {
		if n != name {
			all[n] = i
		}
	}
	c.Aliases = all
}

// item compiles a step's condition and keys.
func (c *compiler) item(st *ast.Step, step int) int {
	plain, refers, since := c.split(&st.Event, step)
	it := item{step: step, vals: make([][]event.Value, len(st.By))}
	it.cond = c.all(&st.Event, plain)
	it.refers = c.all(&st.Event, refers)
	for _, e := range st.By {
		it.by = append(it.by, c.part(e))
	}
	c.p.items = append(c.p.items, it)
	c.since = append(c.since, since)
	return len(c.p.items) - 1
}

// originalKeys makes the keys of all items those of the original language.
func (c *compiler) originalKeys() {
	for i := range c.p.items {
		for k := range c.p.items[i].by {
			c.p.items[i].by[k].original, c.p.items[i].by[k].optional = true, true
		}
	}
}

func (c *compiler) part(e ast.Expr) part {
	p := part{eval: c.Eval(e), slot: -1}
	if f, ok := e.(*ast.Field); ok {
		p.optional = f.Optional
		if f.Of == "" {
			p.slot = c.Slot(f)
		}
		if c.Types != nil {
			p.kind, _ = c.Types(f.Name)
		}
	}
	return p
}

// split parts the terms of an event's condition into those about the event
// alone and those that refer to earlier ones.
func (c *compiler) split(ev *ast.Events, step int) (plain, refers []ast.Expr, since int) {
	since = step
	if len(c.Aliases) == 0 {
		return terms(ev, c.category), nil, since
	}
	for _, e := range terms(ev, c.category) {
		own := true
		for n := range ast.Preorder(e) {
			if f, ok := n.(*ast.Field); ok {
				if i, ok := c.Aliases[f.Of]; ok {
					own = false
					since = min(since, i)
				}
			}
		}
		if own {
			plain = append(plain, e)
		} else {
			refers = append(refers, e)
		}
	}
	return plain, refers, since
}

// all compiles the conjunction of terms; nil for none.
func (c *compiler) all(ev *ast.Events, terms []ast.Expr) expr.Cond {
	switch len(terms) {
	case 0:
		return nil
	case 1:
		return c.CondLater(terms[0])
	}
	return c.CondLater(&ast.Logic{Off: ev.Off, Op: ast.And, List: terms})
}

// terms lists the conditions that an event must meet.
func terms(ev *ast.Events, category string) []ast.Expr {
	var list []ast.Expr
	if ev.Category != "" {
		if category == "" {
			category = ast.DefaultCategory
		}
		list = append(list, &ast.Compare{Off: ev.Off, Op: ast.Eq, Null: ast.NullIsFalse,
			X: &ast.Field{Off: ev.Off, Name: category}, Y: &ast.Literal{Off: ev.Off, Value: ev.Category}})
	}
	switch w := ev.Where.(type) {
	case nil:
		return list
	case *ast.Logic:
		if w.Op == ast.And {
			return append(list, w.List...)
		}
	}
	return append(list, ev.Where)
}

// singles finds the stages behind which one partial is enough: those that no
// later condition looks back over.
func (c *compiler) singles() {
	for j := range c.p.stages {
		at := &c.p.stages[j]
		at.single = true
		for _, later := range c.p.stages[j+1:] {
			it := later.item
			if c.p.items[it].refers != nil && c.since[it] <= c.p.items[at.item].step {
				at.single = false
			}
		}
	}
}

// check reports what no single step shows.
func (c *compiler) check(st *ast.Sequence) {
	if len(c.p.stages) == 0 {
		c.Errorf(st, "expected an event that is not missing, found none")
	}
	if st.Maxspan <= 0 {
		for i := range st.Steps {
			if st.Steps[i].Missing {
				c.Errorf(&st.Steps[i], "expected maxspan in a sequence with a missing event, found none")
				break
			}
		}
	}
	if st.Until != nil && st.Until.Missing {
		c.Errorf(st.Until, "expected an event behind until, found a missing one")
	}
	c.arity(st.Steps, st.Until)
}

// arity reports steps that have other join keys than the first: more, fewer,
// or ones that can equal none of its own, for all that a schema says.
func (c *compiler) arity(steps []ast.Step, until *ast.Step) {
	if until != nil {
		steps = append(steps[:len(steps):len(steps)], *until)
	}
	for i := range steps {
		if want, got := len(steps[0].By), len(steps[i].By); want != got {
			c.Errorf(&steps[i], "expected as many join keys as the first step has (%d), found %d", want, got)
			continue
		}
		for j, key := range steps[i].By {
			first := steps[0].By[j]
			want, got := c.kind(first), c.kind(key)
			if want != expr.Unknown && got != expr.Unknown && want != got {
				c.Errorf(key, "expected a join key of type %s as %s of the first step, found %s of type %s",
					want, first.(*ast.Field).Name, key.(*ast.Field).Name, got)
			}
		}
	}
}

// kind is the type of a join key, where texts of whatever kind are one, and
// numbers.
func (c *compiler) kind(key ast.Expr) expr.Type {
	f, ok := key.(*ast.Field)
	if !ok || f.Of != "" || c.Types == nil {
		return expr.Unknown
	}
	t, _ := c.Types(f.Name)
	switch t {
	case expr.Text:
		return expr.Keyword
	case expr.Float:
		return expr.Number
	}
	return t
}

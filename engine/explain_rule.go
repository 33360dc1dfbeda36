package engine

import (
	"fmt"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/state"
)

// explainer holds the conditions that a rule asks of single events, compiled
// once more by the same compiler, so that they tell what their parts came to.
// It belongs to an engine, and to one event at a time.
type explainer struct {
	rule   *compiled
	source *ast.Rule // that rule was made of
	conf   *config
	frame  *field.Frame
	watch  *expr.Watch
	kin    lineages
	checks []*asked
	steps  []*asked // by the steps as written, until behind them
}

// asked is one condition of a rule.
type asked struct {
	*teller
	step Step // without what an event comes to
	what string
	cond expr.Cond // nil: every event meets it
	root *expr.Trace
	// refers tells that it refers to earlier events: without these, it is not
	// met.
	refers bool
	// kind is the condition on the event's category; nil if there is none.
	kind *expr.Trace
	keys []keyPart

	met bool // by the event at hand
}

// keyPart is one of the join keys of a step.
type keyPart struct {
	name     string
	eval     expr.Eval
	optional bool
}

// explainer returns the rule's explainer. One that follows processes is made
// for each question, for it is told what the rule knows of them by then.
func (e *Engine) explainer(c *compiled) *explainer {
	if c.why != nil && c.why.current(c) && len(c.kin) == 0 {
		return c.why
	}
	c.why = e.newExplainer(c)
	return c.why
}

// recall takes over what the rule knows of processes.
func (x *explainer) recall(c *compiled) {
	w := &state.Writer{}
	for i, l := range c.kin {
		w.Reset()
		l.Save(w)
		x.kin[i].Load(state.NewReader(w.Bytes()))
	}
}

// current reports whether the rule is still the one that x was made for.
func (x *explainer) current(c *compiled) bool { return x.rule == c && x.source == c.rule }

func (e *Engine) newExplainer(c *compiled) *explainer {
	slots := &field.Slots{}
	x := &explainer{rule: c, source: c.rule, conf: e.conf, watch: &expr.Watch{}}
	x.frame = &field.Frame{Slots: slots, Zone: e.conf.zone}
	s := e.conf.scope(c.rule.Query, slots, &x.kin)
	s.Watch = x.watch
	s.Relation = once(s.Relation)
	for _, r := range e.conf.requirements(c.rule) {
		a := x.asked(s.Source, nil)
		a.what = r.what
		a.take(x.watch, openly(s, r.cond))
		x.checks = append(x.checks, a)
	}
	switch st := c.rule.Query.Stages[0].(type) {
	case *ast.Events:
		if c.search == nil {
			x.event(st, s)
		}
	case *ast.Sequence:
		x.sequence(st.Steps, st.Until, s)
	case *ast.Sample:
		x.sequence(st.Steps, nil, s)
	case *ast.Combine:
		x.sequence(st.Steps, st.Until, s)
	}
	if c.search != nil {
		x.sources(c.search, s.Source)
	}
	return x
}

// once compiles each relation once, also where conditions are compiled again.
func once(relation func(*ast.Relation) expr.Cond) func(*ast.Relation) expr.Cond {
	have := map[*ast.Relation]expr.Cond{}
	return func(r *ast.Relation) expr.Cond {
		if have[r] == nil {
			have[r] = relation(r)
		}
		return have[r]
	}
}

// take takes the condition that was compiled last.
func (a *asked) take(w *expr.Watch, cond expr.Cond) {
	a.cond = cond
	if len(w.Roots) > 0 {
		a.root = w.Roots[len(w.Roots)-1]
	}
}

// category is the part that eventCond puts first for an event's category.
func (a *asked) category(ev *ast.Events) *expr.Trace {
	switch {
	case ev.Category == "":
		return nil
	case ev.Where == nil:
		return a.root
	}
	return a.root.Parts[0]
}

// asked returns a condition of the rule without its compiled form.
func (x *explainer) asked(src *ast.Source, n ast.Node) *asked {
	a := &asked{teller: &teller{query: x.source.Query, src: src, texts: map[*expr.Trace]string{}}}
	if n != nil && n.Pos() >= 0 {
		a.step.Line, a.step.Column = src.Position(n.Pos())
	}
	return a
}

// event has the one condition of an event query.
func (x *explainer) event(ev *ast.Events, s *expr.Scope) {
	a := x.asked(s.Source, ev)
	a.step.Label, a.step.Text = "condition", stageText(x.source.Query, ev)
	a.take(x.watch, s.Cond(eventCond(ev, x.conf.categoryOf(x.source.Query))))
	a.kind = a.category(ev)
	x.steps = append(x.steps, a)
}

// sequence has the conditions of steps, and behind them that of until.
func (x *explainer) sequence(steps []ast.Step, until *ast.Step, s *expr.Scope) {
	for i := range steps {
		a := x.step(&steps[i], s)
		a.step.Label = fmt.Sprintf("step %d of %d", i+1, len(steps))
		a.step.Missing = steps[i].Missing
		if as := steps[i].As; as != "" {
			if s.Aliases == nil {
				s.Aliases = map[string]int{}
			}
			s.Aliases[as] = i
		}
	}
	s.Aliases = nil
	if until != nil {
		x.step(until, s).step.Label = "until"
	}
}

func (x *explainer) step(st *ast.Step, s *expr.Scope) *asked {
	a := x.asked(s.Source, st)
	a.step.Text = stageText(x.source.Query, &st.Event)
	cond := eventCond(&st.Event, x.conf.categoryOf(x.source.Query))
	a.refers = refersTo(cond, s.Aliases)
	a.take(x.watch, s.Cond(cond))
	a.kind = a.category(&st.Event)
	watch := s.Watch
	s.Watch = nil
	for _, e := range st.By {
		k := keyPart{name: exprText(x.source.Query, e, false), eval: s.Eval(e)}
		if f, ok := e.(*ast.Field); ok {
			k.name, k.optional = f.Name, f.Optional
		}
		if _, joined := x.source.Query.Stages[0].(*ast.Combine); joined {
			k.optional = true
		}
		a.keys = append(a.keys, k)
	}
	s.Watch = watch
	x.steps = append(x.steps, a)
	return a
}

// refersTo reports whether a condition is about earlier events, too.
func refersTo(cond ast.Expr, aliases map[string]int) bool {
	for n := range ast.Preorder(cond) {
		if f, ok := n.(*ast.Field); ok && f.Of != "" {
			if _, earlier := aliases[f.Of]; earlier {
				return true
			}
		}
	}
	return false
}

// sources has the conditions by which a search takes events.
func (x *explainer) sources(w *windowRunner, src *ast.Source) {
	for i := range w.sources {
		at := &w.sources[i].Source
		a := x.asked(src, at.Node)
		a.step.Label, a.step.Text = "search", stageText(x.source.Query, at.Node)
		if len(w.sources) > 1 {
			a.step.Label = fmt.Sprintf("search %d of %d", i+1, len(w.sources))
		}
		if ds := at.Node.Dataset; ds != nil {
			a.model = strings.Join(append([]string{ds.Model}, ds.Path...), ".")
		}
		if cond := at.Watched(x.frame.Slots, x.watch); cond != nil {
			a.take(x.watch, cond)
		}
		x.steps = append(x.steps, a)
	}
}

// stageText is a stage on one line, as its language writes it.
func stageText(q *ast.Query, stages ...ast.Stage) string {
	return oneLine(ast.Format(&ast.Query{Language: q.Language, View: q.View, Stages: stages}))
}

// look turns to an event, and asks all conditions of it.
func (x *explainer) look(ev Event) {
	x.watch.Next()
	x.frame.Reset(ev.Fields)
	x.frame.Time, x.frame.Now = ev.Time, ev.Time
	x.frame.Refs = nil
	x.kin.observe(x.frame, ev)
	for _, a := range x.checks {
		a.met = a.cond(x.frame) == expr.True
	}
	for _, a := range x.steps {
		a.met = a.cond == nil || a.cond(x.frame) == expr.True
	}
}

// refused returns the first check that the event does not pass, nil if it
// passes all.
func (x *explainer) refused() *asked {
	for _, a := range x.checks {
		if !a.met {
			return a
		}
	}
	return nil
}

// against asks a step's condition again, with the events that have met the
// steps before it.
func (x *explainer) against(step int, earlier []Fields) *asked {
	a := x.steps[step]
	if a.refers {
		x.frame.Refs = earlier
		a.met = a.cond(x.frame) == expr.True
		x.frame.Refs = nil
	}
	return a
}

// farOff is the distance of an event of another category: it is not near,
// whatever else it meets.
const farOff = 1 << 20

// far is how many comparisons the event at hand is away from meeting a.
func (x *explainer) far(a *asked) float64 {
	switch {
	case a.root == nil:
		return 0
	case a.kind != nil && outcomeOf(a.kind) != IsTrue:
		return farOff + distance(a.root, true, x.frame)
	}
	return distance(a.root, true, x.frame)
}

// told is what the condition came to for the event at hand; nil for a
// condition that every event meets.
func (x *explainer) told(a *asked) *Condition {
	if a.root == nil {
		return nil
	}
	return a.condition(a.root, x.frame)
}

// missing are the conjuncts of the condition that the event at hand does not
// meet.
func (a *asked) missing() []string {
	if a.root == nil {
		return nil
	}
	return a.lacks(a.root)
}

// keysOf are the event's values of a step's join keys; whole is false if the
// event lacks one that it must have.
func (x *explainer) keysOf(a *asked) (keys []Seen, whole bool) {
	whole = true
	for _, k := range a.keys {
		v := k.eval(x.frame)
		keys = append(keys, Seen{Name: k.name, Value: plainValue(v)})
		whole = whole && (k.optional || !absentKey(v))
	}
	return keys, whole
}

func absentKey(v Value) bool {
	for i := range v.Len() {
		if !v.At(i).IsNull() {
			return false
		}
	}
	return true
}

// inferred are the rule's fields that the event at hand was inferred to have.
func (x *explainer) inferred() []string { return x.rule.inferred([]Event{{Fields: x.frame.Fields()}}) }

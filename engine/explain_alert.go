package engine

import (
	"fmt"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
)

// reasons explains an alert that is about to be raised.
func (e *Engine) reasons(c *compiled, a *Alert) *Explanation {
	out := c.explanation()
	out.Verdict, out.Alerts, out.Inferred = Fired, 1, a.Inferred
	if c.search != nil {
		if run := c.search.journal.now; run != nil {
			one := run.Run
			one.Reason = c.search.journal.reasonOf(run)
			out.Reason, out.Runs = one.Reason, []Run{one}
		}
		return &out
	}
	x := e.explainer(c)
	x.recall(c)
	at := stepsOf(c.rule.Query)
	refs := make([]Fields, len(x.steps))
	for i, ev := range a.Events {
		if ev.Fields == nil || i >= len(at) {
			continue
		}
		out.Steps = append(out.Steps, x.reason(at[i], ev, refs))
		refs[at[i]] = ev.Fields
	}
	out.Events = len(out.Steps)
	out.Reason = "the event meets the condition"
	if out.Events > 1 {
		out.Reason = fmt.Sprintf("the events meet all steps%s", keyText(x.named(a.Keys), " for "))
	}
	return &out
}

// reason is what an event of an alert came to at its step.
func (x *explainer) reason(step int, ev Event, earlier []Fields) Step {
	x.watch.Next()
	x.frame.Reset(ev.Fields)
	x.frame.Time, x.frame.Now = ev.Time, ev.Time
	x.frame.Refs = earlier
	a := x.steps[step]
	s := a.step
	if a.cond == nil || a.cond(x.frame) == expr.True {
		s.Met = 1
	}
	s.Event, s.Condition = &EventRef{ID: ev.ID, Time: ev.Time}, x.told(a)
	s.Keys, _ = x.keysOf(a)
	x.frame.Refs = nil
	return s
}

// stepsOf are the steps at which the events of an alert stand.
func stepsOf(q *ast.Query) []int {
	var steps []ast.Step
	switch st := q.Stages[0].(type) {
	case *ast.Sequence:
		steps = st.Steps
	case *ast.Sample:
		steps = st.Steps
	case *ast.Combine:
		steps = st.Steps
	default:
		return []int{0}
	}
	var at []int
	for i := range steps {
		for range max(steps[i].Runs, 1) {
			at = append(at, i)
		}
	}
	return at
}

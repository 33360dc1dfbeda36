package sequence

import (
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Turn is something that happened on the way to a match. It is valid until
// Trace returns, save what its Events point to.
type Turn struct {
	What Fate
	// Key is the join key, encoded, and Keys its values. Both are empty
	// where the event at hand lacks a value for one.
	Key  string
	Keys []event.Value
	// NoKey tells that it does.
	NoKey bool
	// Step is the step that it is about, as written; the number of steps is
	// that of until.
	Step int
	// Hit tells, of what was Seen, whether the event meets the step, as far
	// as the step refers to no earlier event.
	Hit bool
	// Events are those of the partial, or of the row of a join, in which some
	// may be nil; of a sample, the one that stands at the step.
	Events []*Kept
	// At is the event at hand; zero where time alone decided.
	At event.Event
}

// Fate is what happened.
type Fate uint8

// The fates.
const (
	Seen     Fate = iota // an event was held against a step
	Begun                // an event is the first of a partial
	Moved                // an event is the next of a partial
	Filled               // an event stands at a step of a sample or a join
	Replaced             // another partial has come as far, and takes its place
	Expired              // the span, or the retention, has ended
	Ended                // an event of until came
	Evicted              // a bound was reached
	Barred               // an event lies between two steps that must not
	Led                  // an event lies before the first step that must not
	Awaited              // complete, and waits for proof that nothing follows
	Refuted              // an event followed that must not
	Found                // a match
)

// trace is whoever wants to know; nil in normal running.
type trace func(Turn)

// sight tells of each item whether the event at hand meets it, and with which
// keys.
func (tr trace) sight(items []item, f *field.Frame, at uint64, ev event.Event) {
	if tr == nil {
		return
	}
	for i := range items {
		it := &items[i]
		t := Turn{What: Seen, Step: it.step, Hit: it.hit(f, at), At: ev}
		n := it.keys(f, at)
		if t.NoKey = n == 0; t.NoKey {
			tr(t)
		}
		for j := range n {
			t.Key, t.Keys = string(it.key(j)), it.tuple(j)
			tr(t)
		}
	}
}

// tell tells what becomes of a partial.
func (m *Machine) tell(what Fate, p *partial) {
	if m.trace == nil {
		return
	}
	m.trace(Turn{
		What: what, Key: p.group.key, Keys: p.group.vals, Step: m.items[m.stages[p.stage].item].step,
		Events: p.events, At: m.now.ev,
	})
}

// tell tells what becomes of a sample; k is the event that stands at a step.
func (m *Sampler) tell(what Fate, g *sampleGroup, step int, k *Kept) {
	if m.trace == nil {
		return
	}
	t := Turn{What: what, Key: g.key, Keys: g.vals, Step: step}
	if k != nil {
		t.Events = []*Kept{k}
	}
	m.trace(t)
}

// tell tells what becomes of a row of a join.
func (j *Joiner) tell(what Fate, r *joinRow, step int) {
	if j.trace != nil {
		j.trace(Turn{What: what, Key: r.key, Keys: r.vals, Step: step, Events: r.cells})
	}
}

// NextStep returns the step, as written, that a partial of n events waits for;
// false if it is complete.
func (m *Machine) NextStep(n int) (step int, ok bool) {
	if n >= len(m.stages) {
		return 0, false
	}
	return m.items[m.stages[n].item].step, true
}

// Length returns how many events a match has, without those that are missing.
func (m *Machine) Length() int { return len(m.stages) }

// Waiting tells of the partials that the machine holds, as if each had just
// moved to where it is.
func (m *Machine) Waiting(tell func(Turn)) {
	each := func(p *partial) {
		tell(Turn{What: Moved, Key: p.group.key, Keys: p.group.vals, Step: m.items[m.stages[p.stage].item].step, Events: p.events})
	}
	for _, g := range m.groups {
		for _, p := range g.slots {
			for ; p != nil; p = p.older {
				each(p)
			}
		}
		for _, c := range g.held {
			if !c.done {
				each(c.partial)
			}
		}
	}
}

// Waiting tells of the events that the sampler holds, as if they had just
// come.
func (m *Sampler) Waiting(tell func(Turn)) {
	for _, g := range m.groups {
		for i, list := range g.lists {
			for _, k := range list {
				tell(Turn{What: Filled, Key: g.key, Keys: g.vals, Step: m.items[i].step, Events: []*Kept{k}})
			}
		}
	}
}

// Waiting tells of the events that the joiner holds, as if they had just come.
func (j *Joiner) Waiting(tell func(Turn)) {
	for _, r := range j.rows {
		for i, k := range r.cells {
			if k != nil {
				tell(Turn{What: Filled, Key: r.key, Keys: r.vals, Step: j.items[i].step, Events: r.cells})
			}
		}
	}
}

package engine

import (
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/sequence"
)

// eventRunner finds single events. It has no state.
type eventRunner struct {
	cond expr.Cond
	keep *keeper
	emit func(found)
}

func (r *eventRunner) bind(emit func(found)) { r.emit = emit }

func (r *eventRunner) concerns(f *field.Frame) bool { return r.cond(f) == expr.True }

func (r *eventRunner) step(f *field.Frame, ev Event) {
	if r.cond(f) != expr.True {
		return
	}
	ev.ID = eventID(ev)
	ev.Fields = r.keep.keep(ev.Fields)
	r.emit(found{events: []Event{ev}, time: ev.Time})
}

func (*eventRunner) advance(time.Time) {}
func (*eventRunner) finish()           {}
func (*eventRunner) load() (int, int)  { return 0, 0 }

// headRunner lets the first finds of another runner through.
type headRunner struct {
	runner
	left int
}

func (r *headRunner) bind(emit func(found)) {
	r.runner.bind(func(x found) {
		if r.left > 0 {
			r.left--
			emit(x)
		}
	})
}

// sequenceRunner finds sequences.
type sequenceRunner struct {
	machine *sequence.Machine
	match   func(sequence.Match)
}

func newSequenceRunner(st *ast.Sequence, s *expr.Scope, category string, c *compiled) *sequenceRunner {
	return &sequenceRunner{machine: sequence.Compile(st, s, sequence.Options{
		Category: category,
		Keep:     func(ev Event) Fields { return c.keep.keep(ev.Fields) },
	})}
}

func (r *sequenceRunner) bind(emit func(found)) {
	r.match = func(m sequence.Match) { emit(foundMatch(m)) }
}

func (r *sequenceRunner) concerns(f *field.Frame) bool  { return r.machine.Concerns(f) }
func (r *sequenceRunner) step(f *field.Frame, ev Event) { r.machine.Step(f, ev, r.match) }
func (r *sequenceRunner) advance(t time.Time)           { r.machine.Advance(t, r.match) }
func (r *sequenceRunner) finish()                       { r.advance(End) }

func (r *sequenceRunner) load() (held, truncated int) {
	s := r.machine.Stats()
	return s.Partials + s.Held, s.Evicted
}

// foundMatch turns a match into events; a missing event stays without fields.
func foundMatch(m sequence.Match) found {
	x := found{keys: m.Keys, events: make([]Event, len(m.Events))}
	for i, k := range m.Events {
		if k == nil {
			continue
		}
		ev := Event{Time: k.Time, ID: k.ID, Fields: k.Fields}
		ev.ID = eventID(ev)
		x.events[i] = ev
		if ev.Time.After(x.time) {
			x.time = ev.Time
		}
	}
	return x
}

// sampleRunner finds samples.
type sampleRunner struct {
	sampler *sequence.Sampler
	match   func(sequence.Match)
}

func newSampleRunner(st *ast.Sample, s *expr.Scope, category string, perKey int, c *compiled) *sampleRunner {
	return &sampleRunner{sampler: sequence.CompileSample(st, s, sequence.SampleOptions{
		Category:  category,
		MaxPerKey: perKey,
		Keep:      func(ev Event) Fields { return c.keep.keep(ev.Fields) },
	})}
}

func (r *sampleRunner) bind(emit func(found)) {
	r.match = func(m sequence.Match) { emit(foundMatch(m)) }
}

func (r *sampleRunner) concerns(f *field.Frame) bool  { return r.sampler.Concerns(f) }
func (r *sampleRunner) step(f *field.Frame, ev Event) { r.sampler.Step(f, ev, r.match) }
func (r *sampleRunner) advance(time.Time)             {}
func (r *sampleRunner) finish()                       {}

func (r *sampleRunner) load() (held, truncated int) {
	s := r.sampler.Stats()
	return s.Held, s.Evicted
}

package engine

import (
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/sequence"
	"github.com/spoor-lang/spoor/engine/internal/state"
)

// eventRunner finds single events. It has no state.
type eventRunner struct {
	cond   expr.Cond
	keeper func() *keeper
	emit   func(found)
	full   func(time.Time) bool
}

func (r *eventRunner) bind(emit func(found), full func(time.Time) bool) { r.emit, r.full = emit, full }

func (r *eventRunner) meets() expr.Cond { return r.cond }

func (r *eventRunner) concerns(f *field.Frame) bool { return r.cond(f) == expr.True }

func (r *eventRunner) step(f *field.Frame, ev Event) {
	if r.cond(f) != expr.True || r.full(ev.Time) {
		return
	}
	keep := r.keeper()
	ev.ID = keep.copies.identify(ev)
	ev.Fields = keep.keep(ev.Fields)
	r.emit(found{events: []Event{ev}, time: ev.Time})
}

func (*eventRunner) advance(time.Time) {}
func (*eventRunner) finish()           {}
func (*eventRunner) load() load        { return load{} }

// headRunner lets the first finds of another runner through.
type headRunner struct {
	runner
	left int
}

func (r *headRunner) bind(emit func(found), _ func(time.Time) bool) {
	r.runner.bind(func(x found) {
		if r.left > 0 {
			r.left--
			emit(x)
		}
	}, never)
}

// never is the limit of a runner whose finds are first looked at by another.
func never(time.Time) bool { return false }

// filterRunner lets those finds of another runner through that meet a
// condition.
type filterRunner struct {
	runner
	pass func(Row) bool
}

func (r *filterRunner) bind(emit func(found), _ func(time.Time) bool) {
	r.runner.bind(func(x found) {
		if r.pass(Row{Events: x.events, Keys: x.keys}) {
			emit(x)
		}
	}, never)
}

// heads are the runners of the chain that count what they let through.
func heads(run runner) (list []*headRunner) {
	for {
		switch r := run.(type) {
		case *headRunner:
			list = append(list, r)
			run = r.runner
		case *filterRunner:
			run = r.runner
		default:
			return list
		}
	}
}

// machine is what finds several events that belong together.
type machine interface {
	Concerns(f *field.Frame) bool
	Step(f *field.Frame, ev Event, emit func(sequence.Match))
	Advance(watermark time.Time, emit func(sequence.Match))
	Stats() sequence.Stats
	Bytes() int
	Evict(n int)

	// Waiting is what an explanation asks for.
	Waiting(tell func(sequence.Turn))

	// What a snapshot asks for: see sequence.Machine.
	Save(c sequence.Codec, record func(key string, write func(*state.Writer)))
	SaveShared(w *state.Writer, c sequence.Codec)
	LoadShared(r *state.Reader, c sequence.Codec)
	LoadKey(key string, r *state.Reader, c sequence.Codec)
	Loaded()
	Oldest() time.Time
}

// machine compiles a sequence, a sample or a join; nil for another stage. In
// a batch, matches come in the order of their last events, and a sample's in
// that of their keys.
func (c *config) machine(q *ast.Query, s *expr.Scope, category string, batch bool, keep func(Event) Fields) machine {
	o := sequence.Options{Category: category, Keep: keep, MaxPartials: c.partials, Batch: batch, Trace: c.record.turns(),
		Original: q.Language == ast.Endgame}
	switch st := q.Stages[0].(type) {
	case *ast.Sequence:
		return sequence.Compile(st, s, o)
	case *ast.Combine:
		return sequence.CompileJoin(st, s, o)
	case *ast.Sample:
		return sequence.CompileSample(st, s, sequence.SampleOptions{
			Category: category, Keep: keep, Batch: batch, MaxPerKey: c.perKey, MaxKeys: c.partials, Trace: o.Trace,
		})
	}
	return nil
}

// machineRunner runs a machine over a stream.
type machineRunner struct {
	machine
	match  func(sequence.Match)
	narrow *keeper // of the rule, where the first event holds what others keep, too
}

func (r *machineRunner) bind(emit func(found), full func(time.Time) bool) {
	r.match = func(m sequence.Match) {
		if t := lastTime(m); !full(t) {
			emit(foundMatch(m, t, r.narrow))
		}
	}
}

// lastTime is the time of the last event of a match.
func lastTime(m sequence.Match) (t time.Time) {
	for _, k := range m.Events {
		if k != nil && k.Time.After(t) {
			t = k.Time
		}
	}
	return t
}

func (r *machineRunner) concerns(f *field.Frame) bool  { return r.Concerns(f) }
func (r *machineRunner) step(f *field.Frame, ev Event) { r.Step(f, ev, r.match) }
func (r *machineRunner) advance(t time.Time)           { r.Advance(t, r.match) }
func (r *machineRunner) finish()                       { r.advance(End) }

func (r *machineRunner) load() load {
	s := r.Stats()
	l := load{held: s.Partials + s.Held, bytes: r.Bytes(), evicted: s.Evicted}
	if m, ok := r.machine.(*sequence.Machine); ok {
		l.bytes += m.Share()
	}
	return l
}

// foundMatch turns a match at a time into events; a missing event stays without
// fields. The first one is narrowed to what a keeper keeps, unless that is nil.
func foundMatch(m sequence.Match, t time.Time, narrow *keeper) found {
	x := found{keys: m.Keys, events: make([]Event, len(m.Events)), time: t}
	for i, k := range m.Events {
		if k == nil {
			continue
		}
		ev := Event{Time: k.Time, ID: k.ID, Fields: k.Fields}
		if i == 0 && narrow != nil {
			ev.Fields = narrow.narrow(ev.Fields)
		}
		ev.ID = eventID(ev)
		x.events[i] = ev
	}
	return x
}

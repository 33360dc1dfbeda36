// Package sequence finds events that belong together.
package sequence

import (
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Kept is an event that a partial, a sample or an alert holds on to.
type Kept struct {
	Time   time.Time
	ID     string
	Fields event.Fields
	Order  uint64
}

// Match is a sequence or a sample that was found.
type Match struct {
	Events []*Kept
	Keys   []event.Value
}

// Options are what a machine needs beside its query.
type Options struct {
	Category    string
	Keep        func(ev event.Event) event.Fields
	MaxPartials int
}

// Stats are what a machine holds and has dropped.
type Stats struct{ Partials, Keys, Held, Evicted int }

// Machine finds one sequence.
type Machine struct{}

// Compile compiles a sequence.
func Compile(st *ast.Sequence, s *expr.Scope, o Options) *Machine { return &Machine{} }

// Concerns reports whether an event meets any step.
func (m *Machine) Concerns(f *field.Frame) bool { return false }

// Step takes the next event.
func (m *Machine) Step(f *field.Frame, ev event.Event, emit func(Match)) {}

// Advance tells that no event before watermark will come.
func (m *Machine) Advance(watermark time.Time, emit func(Match)) {}

// Stats returns what the machine holds.
func (m *Machine) Stats() Stats { return Stats{} }

// SampleOptions are what a sampler needs beside its query.
type SampleOptions struct {
	Category  string
	Keep      func(ev event.Event) event.Fields
	MaxPerKey int
	Batch     bool
}

// Sampler finds samples.
type Sampler struct{}

// CompileSample compiles a sample.
func CompileSample(st *ast.Sample, s *expr.Scope, o SampleOptions) *Sampler { return &Sampler{} }

// Concerns reports whether an event meets any step.
func (m *Sampler) Concerns(f *field.Frame) bool { return false }

// Step takes the next event.
func (m *Sampler) Step(f *field.Frame, ev event.Event, emit func(Match)) {}

// Finish emits what a batch found.
func (m *Sampler) Finish(emit func(Match)) {}

// Stats returns what the sampler holds.
func (m *Sampler) Stats() Stats { return Stats{} }

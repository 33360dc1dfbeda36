package sequence

import (
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

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

// Advance tells that no event before watermark will come.
func (m *Sampler) Advance(watermark time.Time, emit func(Match)) {}

// Finish emits what a batch found.
func (m *Sampler) Finish(emit func(Match)) {}

// Stats returns what the sampler holds.
func (m *Sampler) Stats() Stats { return Stats{} }

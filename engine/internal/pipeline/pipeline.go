package pipeline

import (
	"context"
	"iter"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// Input is where a run's events come from.
type Input interface {
	// Scan yields the candidates for a source in order of arrival. The
	// pipeline filters and orders them. It may be called several times.
	Scan(src *ast.Events) iter.Seq[event.Event]
}

// Backward is an Input that holds its events in the order of their times.
type Backward interface {
	// Backward yields what Scan does, in the opposite order: the newest first,
	// and of those with the same time the one that came last.
	Backward(src *ast.Events) iter.Seq[event.Event]
}

// Store holds the collections that outputlookup writes and lookups read.
type Store interface {
	// Table returns the rows of a collection, and whether it was written.
	Table(name string) (ast.Table, bool)
	// Write replaces the rows of a collection. The table is the store's to
	// keep.
	Write(name string, t ast.Table) error
}

// Env is what one run works on. Input may be nil for a search that reads no
// events.
type Env struct {
	Input Input
	// Asked tells that the events of a source are those for which its Match
	// reported true; where that says all, the run does not ask again.
	Asked bool
	// Lasting tells that the fields of an event stay as they are while Input yields
	// others.
	Lasting bool
	// Ordered tells that Input yields events in the order of their times.
	Ordered bool
	// Now is the start of the search.
	Now time.Time
	// Earliest and Latest are the window [Earliest, Latest); a zero time
	// leaves that side open.
	Earliest, Latest time.Time
	// Zone is the time zone of days and of texts of times; nil is UTC.
	Zone *time.Location
	// Geo returns what is known of an address: City, Country, Region, lat,
	// lon. Nil knows nothing.
	Geo func(addr string) map[string]string
	// Store holds the collections; nil for none.
	Store Store
	// Custom runs the commands that the embedder registered, by name.
	Custom map[string]func(rows *Table, args string) error
	// Truncated is told that a bound made the run drop n of something at an
	// offset of the query; may be nil.
	Truncated func(off int, what string, n int)
	// Trace is told what the run does; nil in normal running.
	Trace Trace
}

// Options say how to compile. The zero value is usable.
type Options struct {
	// Zone is the time zone; nil is UTC.
	Zone *time.Location
	// Types knows the types of the events' fields; nil if there is no schema.
	Types func(name string) (expr.Type, bool)
	// Slots are where the Match of sources finds its fields; nil for slots
	// of its own.
	Slots *field.Slots
	// Shared are the conditions over Slots that are there already; nil to
	// share none.
	Shared *expr.Shared
	// GaveUp counts the texts that regular expressions give up on; may be nil.
	GaveUp *match.GaveUp
	// Commands knows the commands that the embedder registered; nil for none.
	Commands func(name string) bool
}

// Program is a compiled search. It is safe for concurrent use.
type Program struct {
	query   *ast.Query
	source  *ast.Source // of the text; never nil
	sources []Source
	stages  []stage
	spans   []span       // of the query's stages, for each of stages
	rows    *field.Slots // of the rows
}

// Source is one place of a search, or of a search inside it, where events
// come in.
type Source struct {
	Node *ast.Events
	// Match tells whether the source may take the event: true where only
	// the run can tell.
	Match expr.Cond
	// Cond is what Match asks, nil for nothing, and Scope where its fields
	// lie.
	Cond  ast.Expr
	Scope *expr.Scope
	// ID is the same for sources whose conditions are; none for a condition that
	// is no other's, or where there is none.
	ID expr.ID
	// Needs names the fields of events that the search reads. All tells that
	// it reads fields that only the run can name.
	Needs []string
	All   bool
}

// Watched compiles what Match asks once more, so that w knows what its parts
// come to. It returns nil for a source that may take every event.
func (s *Source) Watched(slots *field.Slots, w *expr.Watch) expr.Cond {
	if s.Cond == nil {
		return nil
	}
	scope := *s.Scope
	scope.Slots, scope.Shared, scope.Watch = slots, nil, w
	defineTime(slots, scope.View)
	return scope.Cond(s.Cond)
}

// Compile compiles a search. The errors are all that is wrong with it; a
// program with errors must not be run.
func Compile(q *ast.Query, o Options) (*Program, []*ast.Error) {
	if o.Slots == nil {
		o.Slots = &field.Slots{}
	}
	c := newCompiler(q, o, 0)
	c.compile()
	c.prog.sources = c.sources
	return c.prog, c.errs
}

// Sources returns every place where events come in.
func (p *Program) Sources() []Source { return p.sources }

// Keys returns the columns that tell the rows of the search apart, if its
// last grouping gives it any: the keys of stats under the names that they have
// at the end.
func (p *Program) Keys() []string { return keysOf(p.query.Stages) }

// errorf returns an error of a run.
func (p *Program) errorf(n ast.Node, format string, args ...any) error {
	return p.source.Errorf(n.Pos(), format, args...)
}

// Run runs the search once. The error is the context's, or that of text which
// became a query only now and is none.
func (p *Program) Run(ctx context.Context, env *Env) (*Table, error) {
	return newRun(ctx, env).program(p, &Table{})
}

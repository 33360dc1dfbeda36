// Package mutation changes rules a little, so that their tests can be tested:
// a change that no test notices is one that an editor could make by mistake.
//
// # The way
//
//	mutation.go  Of: the changed copies of a query
//	clone.go     copies of a tree
//	site.go      the conditions, steps and stages of a tree, each where it can be changed
//	condition.go changes of conditions
//	pattern.go   changes of patterns and lists
//	sequence.go  changes of sequences and samples
//	stage.go     changes of a search's stages
//	equal.go     changes that change nothing
//
// [ruletest.Review] runs tests over them.
//
// [ruletest.Review]: https://pkg.go.dev/github.com/spoor-lang/spoor/engine/ruletest#Review
package mutation

import (
	"iter"

	"github.com/spoor-lang/spoor/ast"
)

// Mutant is a query with one change.
type Mutant struct {
	// Query is the changed query. It shares nothing that is written to with
	// the one that it was made from.
	Query *ast.Query
	Kind  Kind
	// Off is where the change is, in the text of the query. In a search it is
	// the place in the text as written, of a macro the place where it is used.
	Off int
	// Change says what was changed, in the query's language:
	// `drop process.pid == 4`.
	Change string

	before, after *condition // nil if the change is not one of a condition
}

// Kind is what a change is about.
type Kind string

// The kinds. A mutant of the first three lacks a part of the rule: if no test
// notices, no test exercises that part. One of the last has it in another way.
const (
	Predicate Kind = "predicate" // a condition that has to hold, or one of several that may
	Exclusion Kind = "exclusion" // a condition that must not hold
	Step      Kind = "step"      // of a sequence, or a stage of a search
	Change    Kind = "change"    // an operator, a pattern, a bound
)

// Position returns the line and column of the change, or 0, 0 for a query
// without a text.
func (m Mutant) Position() (line, column int) {
	if m.Query.Source == nil {
		return 0, 0
	}
	return m.Query.Source.Position(m.Off)
}

// Of yields the mutants of a query, in the order of its stages. A nil query has
// none. Not every one of them is a query that an engine takes, and some mean
// the same as the original; see [Mutant.Equivalent].
func Of(q *ast.Query) iter.Seq[Mutant] {
	return func(yield func(Mutant) bool) {
		if q == nil {
			return
		}
		m := &maker{query: clone(q), text: ast.Format(q), yield: yield}
		m.stages(m.query)
	}
}

// maker makes mutants of its copy of a query: it changes it, copies it, and
// changes it back.
type maker struct {
	query   *ast.Query
	text    string
	yield   func(Mutant) bool
	stopped bool
	root    *root // the condition that is being changed; nil outside of one
}

// try makes the mutant that change makes of the query. A change that cannot be
// seen in the text is none.
func (m *maker) try(kind Kind, off int, what string, change func() (undo func())) {
	if m.stopped {
		return
	}
	before := m.root.condition()
	undo := change()
	if ast.Format(m.query) != m.text {
		m.stopped = !m.yield(Mutant{
			Query: clone(m.query), Kind: kind, Off: off, Change: what,
			before: before, after: m.root.condition(),
		})
	}
	undo()
}

// set is a change of one variable.
func set[T any](p *T, to T) func() func() {
	return func() func() {
		was := *p
		*p = to
		return func() { *p = was }
	}
}

// without is a list that lacks an element.
func without[T any](list []T, i int) []T {
	return append(append([]T(nil), list[:i]...), list[i+1:]...)
}

// textOf is an expression in the query's language, on one line.
func (m *maker) textOf(e ast.Expr) string {
	return ast.FormatExpr(m.query, e, m.root != nil && m.root.eval)
}

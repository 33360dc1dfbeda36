package expr

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// Tri is the outcome of a condition.
type Tri int8

// The outcomes.
const (
	False Tri = iota
	True
	Null
	Unsure // of a MapCond
)

// Cond is a compiled condition.
type Cond func(f *field.Frame) Tri

// Eval is a compiled expression.
type Eval func(f *field.Frame) event.Value

// Type is what an embedder's field schema says of a field.
type Type string

// The types of fields; any other is treated as unknown.
const (
	Unknown Type = ""
	Keyword Type = "keyword"
	Text    Type = "text"
	Number  Type = "number"
	Float   Type = "float" // a number that is none of the integers, even without a fraction
	Boolean Type = "boolean"
	Date    Type = "date"
	IP      Type = "ip"
	Version Type = "version"
)

// Scope is what a condition may refer to, and where compiling collects what
// it finds wrong. One Scope serves all conditions of a query; it is not safe
// for concurrent use, the compiled closures are (each with a Frame of its
// own).
type Scope struct {
	Slots *field.Slots
	// View is the vocabulary of plain field names; empty for rows of a
	// pipeline.
	View string
	// Source is the query's text, for errors. Not nil.
	Source *ast.Source
	// Types knows the types of fields; nil if there is no schema. The
	// second result tells whether the schema has the field.
	Types func(name string) (Type, bool)
	// Names returns the fields that Types knows, for suggestions; may be nil.
	Names func() []string
	// Default, if not nil, returns what a field is where an event has none of
	// that name; nil for null.
	Default func(name string) func(*field.Frame) event.Value
	// Dataset, if not nil, resolves names through a data model.
	Dataset *ast.Dataset
	// Aliases are the earlier steps of a sequence by alias: indexes into
	// Frame.Refs.
	Aliases map[string]int
	// Relation compiles `descendant of […]`; nil where there is none.
	Relation func(r *ast.Relation) Cond
	// Search parses the text of searchmatch and its like; nil where there
	// is no parser.
	Search func(text string) (ast.Expr, error)

	// Shared, if not nil, is where the conditions of other scopes over the
	// same slots are found, and these are left for others.
	Shared *Shared

	// Watch, if not nil, makes conditions tell what their parts came to.
	Watch *Watch

	// Lookup prepares the reading of a table by SPL's function of that name:
	// the result yields the outputs of the rows that match the keys' values.
	// nil where there is none.
	Lookup func(n *ast.Lookup) func(f *field.Frame, keys []event.Value) [][]string

	// GaveUp counts the texts that regular expressions give up on; may be nil.
	GaveUp *match.GaveUp

	// Errors collects what is wrong with the expressions, in the order in
	// which they were compiled.
	Errors []*ast.Error

	// Notes collects the approximations that compiling took.
	Notes []ast.Note

	lookups map[int]int // of slots, by the conditions on maps; nil where none is asked for

	vars  []string // variables of enclosing array searches
	depth int      // of the expression that is being compiled

	values int // that enclose it: what they hold may be bound to other things than the event's
}

// Errorf records an error at a node.
func (s *Scope) Errorf(n ast.Node, format string, args ...any) {
	s.Errors = append(s.Errors, s.Source.Errorf(n.Pos(), format, args...))
}

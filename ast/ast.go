package ast

import (
	"iter"
	"time"
)

// A Query is one parsed search or rule condition: a list of stages, each of
// which reads the rows of the one before it. An EQL event query is [Events],
// a sequence is [Sequence, Head…], an SPL search is [Events, Assign,
// Aggregate, …].
//
// A Query is immutable once parsed and safe for concurrent use.
type Query struct {
	// Language is the language that the text is written in, and in which
	// Format prints it again.
	Language Language

	// View names the field names that the query speaks: ViewECS or ViewCIM.
	// An event that knows several views answers with that one; a plain map
	// answers every view alike.
	View string

	// Source is the text that the query was parsed from. It is nil for a
	// query that was built by hand.
	Source *Source

	// Category is the field that an event's category is read from; empty
	// means "event.category".
	Category string

	Stages []Stage

	// Notes are the approximations that the parser took, such as a lookup
	// that is defined but has no table.
	Notes []Note
}

// A Note is something that a user should know of a query that runs all the
// same: an approximation, a warning.
type Note struct {
	Off  int // where in the query's text
	Text string
	// Mistake tells what is likely an error of the author's from an
	// approximation.
	Mistake bool
}

// Language names the dialect of a query.
type Language string

// The languages. EQL is Elasticsearch's; Endpoint is Elastic Endpoint's, with
// aliases, array searches and process lineage; Endgame is the original one.
const (
	EQL      Language = "eql"
	Endpoint Language = "eql-endpoint"
	Endgame  Language = "eql-endgame"
	SPL      Language = "spl"
)

// The views of an event. See [Query.View].
const (
	ViewECS = "ecs"
	ViewCIM = "cim"
)

// DefaultCategory is the field that holds an event's category where a query
// names no other.
const DefaultCategory = "event.category"

// Node is a stage, an expression, or a part of one that has a place in the
// text.
type Node interface {
	// Pos is the byte offset of the node in the text of its query.
	Pos() int
}

// Off is a byte offset into the query's text. Nodes embed it.
type Off int

// Pos returns the offset as an int.
func (o Off) Pos() int { return int(o) }

// Expr is an expression. The implementations are the pointer types of
// expr.go.
type Expr interface {
	Node
	expr()
}

// Stage is one step of a query. The implementations are the pointer types of
// stage.go.
type Stage interface {
	Node
	stage()
}

// Late is text that becomes a query only when the search runs: the template
// of a foreach, the search of a map, rows of a subsearch that are themselves
// search text. Whoever wrote the node hands along the parser, so that whoever
// runs it needs to know no language.
type Late struct {
	Off
	Text string
	// Parse parses text, in which the placeholders of Text were replaced.
	// It is safe for concurrent use. Its errors are *Error.
	Parse func(text string) (*Query, error)
}

// Span is a length of time in calendar or clock units, or a plain number for
// a numeric field.
type Span struct {
	N    float64
	Unit Unit
	// Start is the day that spans of weeks begin on: Sunday unless it is said.
	Start time.Weekday
	// Factor is what the powers of a LogUnit are multiplied by; 0 is 1.
	Factor float64
}

// Unit is the unit of a [Span].
type Unit string

// The units. NoUnit is a span over numbers, LogUnit one over powers (the
// span's N is the base).
const (
	NoUnit      Unit = ""
	Microsecond Unit = "us"
	Millisecond Unit = "ms"
	Centisecond Unit = "cs"
	Decisecond  Unit = "ds"
	Second      Unit = "s"
	Minute      Unit = "m"
	Hour        Unit = "h"
	Day         Unit = "d"
	Week        Unit = "w"
	Month       Unit = "mon"
	Quarter     Unit = "q"
	Year        Unit = "y"
	LogUnit     Unit = "log"
)

// TimeRange is the part of time that a search reads: [Earliest, Latest), each
// in Splunk's notation for time modifiers (-70m@m, @d, now, an epoch, a date)
// and empty where the search leaves it to its schedule.
type TimeRange struct {
	Earliest, Latest string
	// IndexEarliest and IndexLatest bound the time at which an event was
	// indexed, its field _indextime; for an event without it, its own time.
	IndexEarliest, IndexLatest string
	// Layout is the strptime layout of bounds that are dates, besides that of
	// ISO 8601; empty for %m/%d/%Y:%H:%M:%S.
	Layout string
}

// Dataset is a node of a data model, with what it inherits: which events
// belong to it, and which of its fields are calculated.
type Dataset struct {
	// Path is the lineage below the model, root first: {"All_Changes",
	// "Account_Management"}.
	Model string
	Path  []string
	// Constraint tells which tagged events belong to the dataset; nil means
	// all. It is asked only of events that have a tag field: an event
	// without one belongs to every dataset.
	Constraint Expr
	// Fields maps names, prefixed as a search writes them
	// ("Processes.process_name"), to how they are had from the event. The
	// one without a prefix is "nodename": the lineages of the nodes that the
	// event belongs to.
	Fields map[string]Expr
	// Prefixes are the prefixes that the dataset's fields may carry, longest
	// first ("All_Changes.Account_Management.", "All_Changes."). A prefixed
	// name that is not in Fields reads the event's field behind the prefix.
	Prefixes []string
	// Nodes are the children that `nodename` may ask for.
	Nodes []*Dataset
}

// Table is a lookup's content as the evaluator reads it. Implementations are
// safe for concurrent use.
type Table interface {
	// Columns are the names of the table's columns, in order.
	Columns() []string
	// Rows yields the rows in order. A row is as long as Columns; the
	// yielded slice is read only and valid until the next one.
	Rows() iter.Seq[[]string]
}

// LookupDef says how a lookup matches.
type LookupDef struct {
	Name string
	// Table holds the rows; nil means that the lookup is defined but has no
	// content here, which matches nothing.
	Table Table
	// Match maps a column to how its cells are compared; a column that is
	// not listed is compared whole.
	Match         map[string]LookupMatch
	CaseSensitive bool
	MinMatches    int
	MaxMatches    int // at least 1
	Default       string
	// Collection is the name of the store that outputlookup writes to and
	// that is read instead of Table where it holds rows.
	Collection string
	// Func computes the outputs from the keys, for lookups that are not
	// tables (such as the entropy of a word); nil for tables.
	Func func(keys map[string]string) map[string]string
}

// LookupMatch is how a lookup compares a column's cells.
type LookupMatch string

// The ways to compare a lookup's cells with a field's value.
const (
	MatchExact    LookupMatch = ""
	MatchWildcard LookupMatch = "WILDCARD"
	MatchCIDR     LookupMatch = "CIDR"
)

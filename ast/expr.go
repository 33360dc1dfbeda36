package ast

import "strings"

// NullRule says what a leaf of a condition yields when an operand is null.
type NullRule uint8

const (
	// NullIsNull propagates: the leaf is null, and so is its negation.
	NullIsNull NullRule = iota
	// NullIsFalse decides: the leaf is false, and its negation is true.
	NullIsFalse
)

// CompareRule says how two values of different types are compared.
type CompareRule uint8

const (
	// Typed compares by the literal's type: a numeric text equals a number
	// when the other side is a number, a number equals its text when the
	// other side is text. Text is compared byte by byte.
	Typed CompareRule = iota
	// Loose compares as numbers where both sides read as numbers, and as
	// text otherwise: Splunk's rule.
	Loose
	// Floored is Typed for computations, in which the quotient of two integers
	// is rounded down and a remainder has the divisor's sign: Endgame's rule.
	Floored
)

// Literal is a constant.
type Literal struct {
	Off
	// Value is nil, bool, int64, float64 or string.
	Value any
	// Digits is an SPL number as it was written, where that has zeros at its
	// end that the value does not show (1.50); empty elsewhere.
	Digits string
}

// Field is a reference to a field by its name.
type Field struct {
	Off
	// Name is the dotted path, without quotes. `a.b` is looked for as a flat
	// key and as nested objects. An index is a segment: a.0.b.
	Name string
	// Of names what the field belongs to, if that is not the event at hand:
	// the alias of an earlier event of the sequence ("event0"), or the
	// variable of an [Any] ("$entry"). With an empty Name the variable
	// itself is meant.
	Of string
	// Optional is EQL's ?name: the field may be missing from every event.
	Optional bool
	// Enum tells of a condition of Endgame's, such as subtype.create, that it
	// also holds where subtype is a text that says "create".
	Enum bool
}

// Split parts the last name of the path from what it belongs to, which is empty
// for a path of one name.
func (f *Field) Split() (path, last string) {
	i := strings.LastIndexByte(f.Name, '.')
	return f.Name[:max(i, 0)], f.Name[i+1:]
}

// Call is a call of a function.
type Call struct {
	Off
	// Lib is the library that the name is looked up in: "eql", "eql-endgame" or
	// "spl".
	Lib  string
	Name string // as written
	Args []Expr
	Fold bool // EQL's name~: compare without case
	Null NullRule
	// Parse parses the text that searchmatch is given, in the notation of
	// the search command; nil for other functions.
	Parse func(text string) (Expr, error)
	// Table is what SPL's function lookup reads; nil for other functions.
	Table *LookupDef
}

// Op is an operator of [Compare], [Arith] and [Logic].
type Op uint8

// The operators.
const (
	Eq Op = iota
	Ne
	Lt
	Le
	Gt
	Ge
	Add
	Sub
	Mul
	Div
	Mod
	Concat
	And
	Or
	Xor
)

// Compare compares two values. If either has several values, one pair that
// holds is enough.
type Compare struct {
	Off  // of the operator
	Op   Op
	X, Y Expr
	Rule CompareRule
	Null NullRule
}

// In tells whether a value equals a member of a list.
type In struct {
	Off
	X    Expr
	List []Expr
	Fold bool
	Rule CompareRule
	Null NullRule
}

// MatchKind is the notation of a [Match]'s patterns.
type MatchKind uint8

const (
	// Wildcard patterns: * is any run of characters, ? is one. Nothing
	// escapes them. The whole value must match.
	Wildcard MatchKind = iota
	// Star patterns: * is any run of characters, and nothing else is
	// special. The whole value must match.
	Star
	// Regex patterns in Lucene's notation. The whole value must match.
	Regex
	// RegexFind patterns in PCRE's notation match anywhere in the value.
	RegexFind
)

// Match tells whether a value matches one of several patterns. If the value
// has several, one that matches is enough.
type Match struct {
	Off
	X        Expr
	Kind     MatchKind
	Patterns []string
	// Others are the right-hand sides that are no text (EQL's `pid : 4`):
	// a type error, which is reported when the query is compiled.
	Others []Expr
	Fold   bool
	// Negate holds where some value is there and one of the values matches
	// no pattern: SPL's !=. (Not of a Match is another thing: it holds for a
	// missing field.)
	Negate bool
	// CIDR lets a pattern that is an address prefix match the addresses in
	// it.
	CIDR bool
	// List tells that the patterns were written as a list. It bears on
	// Format alone.
	List bool
	// Op is the operator as written (":", "like", "regex", "=", "IN"), or the
	// name of the function that the match amounts to ("endsWith"), for Format.
	Op   string
	Null NullRule
}

// IsNull holds where the value is null, or a list without a value.
type IsNull struct {
	Off
	X Expr
	// Unset asks for more: an empty list is a value, too.
	Unset bool
}

// Logic joins conditions by And, Or or Xor. It has two operands or more.
type Logic struct {
	Off
	Op   Op
	List []Expr
}

// Not negates a condition. Null stays null.
type Not struct {
	Off
	X Expr
}

// Arith computes. In a Loose one, numbers are floating and Add joins texts;
// otherwise integers stay exact, and a division of integers drops its fraction
// or, in a Floored one, rounds down.
type Arith struct {
	Off  // of the operator
	Op   Op
	X, Y Expr
	Rule CompareRule
}

// Neg changes the sign of a number.
type Neg struct {
	Off
	X    Expr
	Rule CompareRule
}

// Term looks for a word or a phrase in an event's raw text.
type Term struct {
	Off
	Text   string
	Phrase bool // written in quotes: blanks belong to it
	Case   bool // CASE(x): with case
	Whole  bool // TERM(x): minor breakers belong to the word
}

// Bool is a condition that is always true or always false: EQL's `where
// true`, SPL's `()`.
type Bool struct {
	Off
	Value bool
}

// Any holds where an element of an array meets a condition: Endpoint's
// _arraysearch. A missing array has no elements; a lone value is an array of
// one.
type Any struct {
	Off
	X    Expr
	Var  string // with its $
	Cond Expr
}

// Relation holds where the event's process descends from, is a child of, or
// is a process that an earlier event concerned.
type Relation struct {
	Off
	Kind  RelationKind
	Event *Events
}

// RelationKind is how a process is related to an earlier event's.
type RelationKind string

// The relations.
const (
	DescendantOf RelationKind = "descendant"
	ChildOf      RelationKind = "child"
	EventOf      RelationKind = "event"
)

// Subsearch is a search whose rows become a condition: the columns of a row
// joined by And, the rows by Or. No rows hold for nothing.
type Subsearch struct {
	Off
	Query *Query
	// Before is what was written before the bracket, such as `user=`, to
	// which the rows give the value; Raw puts it before its text.
	Before string
	// List is set where the search stands among the values of a list,
	// user IN (root, [search …]): the field and the values beside it. What
	// its rows hold are more of them.
	List *Match
	// Bounds tells that columns named earliest and latest bound the time of
	// events, as terms of these names do in a search of events.
	Bounds bool
	// Raw parses the text of a column named `search` or `query`, which
	// stands for itself.
	Raw func(text string) (Expr, error)
}

// Subtext is a search in the brackets of an eval expression. The search text
// that its rows become stands in its place: what return or format makes.
type Subtext struct {
	Off
	Query *Query
	// Parse parses that text as an expression.
	Parse func(text string) (Expr, error)
}

func (*Literal) expr()   {}
func (*Field) expr()     {}
func (*Call) expr()      {}
func (*Compare) expr()   {}
func (*In) expr()        {}
func (*Match) expr()     {}
func (*IsNull) expr()    {}
func (*Logic) expr()     {}
func (*Not) expr()       {}
func (*Arith) expr()     {}
func (*Neg) expr()       {}
func (*Term) expr()      {}
func (*Bool) expr()      {}
func (*Any) expr()       {}
func (*Relation) expr()  {}
func (*Subsearch) expr() {}
func (*Subtext) expr()   {}

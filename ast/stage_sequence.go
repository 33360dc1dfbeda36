package ast

import "time"

// Step is one item of a sequence or a sample.
type Step struct {
	Off
	Event Events
	By    []Expr // the keys, the sequence's own first; fields
	// Missing is `![…]`: no such event may be there.
	Missing bool
	// Runs is how often the item must occur; at least 1.
	Runs int
	// As is the alias under which later steps refer to the event; empty for
	// none.
	As string
	// Fork keeps the partial of the step before (Endgame).
	Fork bool
}

// Sequence yields the series of events, one for each step, in the order of
// their times and equal in their keys.
type Sequence struct {
	Off
	Steps []Step
	// Shared is the number of leading keys that were written once for all
	// steps (`sequence by …`); Format puts them there again.
	Shared  int
	Maxspan time.Duration // 0 for none
	Until   *Step         // nil for none
}

// Sample yields one event for each step, equal in their keys, in any order.
type Sample struct {
	Off
	Steps  []Step
	Shared int
}

// Combine yields one event for each step in any order, row by row: Endgame's
// join.
type Combine struct {
	Off
	Steps  []Step
	Shared int
	Until  *Step
	// Refused says what to write instead, in a language that has the join in
	// its grammar only; else it is empty.
	Refused string
}

func (*Sequence) stage() {}
func (*Sample) stage()   {}
func (*Combine) stage()  {}

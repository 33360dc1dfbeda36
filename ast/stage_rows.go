package ast

// Filter keeps the rows for which a condition is true.
type Filter struct {
	Off
	Cond Expr
	// Search tells that Cond was written in the notation of SPL's search
	// command, for Format.
	Search bool
}

// Head keeps the first rows: N of them, or, with While, those before the
// first one for which While does not hold.
type Head struct {
	Off
	N        int
	While    Expr // nil for a plain count
	KeepLast bool // keep the row that ended it, too
	Null     bool // a null While goes on
}

// Tail keeps the last N rows. SPL's tail also turns them around.
type Tail struct {
	Off
	N       int
	Reverse bool
}

// Reverse turns the order of the rows around.
type Reverse struct{ Off }

// Dedup keeps the first N rows of each combination of the fields' values.
type Dedup struct {
	Off
	N           int
	Fields      []Expr // fields, or (Endgame's unique) expressions
	KeepEvents  bool   // keep the others, without these fields
	KeepEmpty   bool   // keep rows that lack one of the fields
	Consecutive bool
	Sort        []SortKey
}

// Sort orders the rows.
type Sort struct {
	Off
	N    int // how many to keep; 0 for all
	Keys []SortKey
	Desc bool // turn the whole order around
}

// SortKey is one criterion of a [Sort].
type SortKey struct {
	Off
	Field string
	By    Expr // Endgame: an expression instead of Field
	Desc  bool
	As    string // "", "auto", "num", "str", "ip"
}

func (*Filter) stage()  {}
func (*Head) stage()    {}
func (*Tail) stage()    {}
func (*Reverse) stage() {}
func (*Dedup) stage()   {}
func (*Sort) stage()    {}

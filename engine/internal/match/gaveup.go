package match

import (
	"slices"
	"sync/atomic"
)

// GaveUp counts how often the expressions of a rule gave up on a text, as their
// steps did not suffice. A nil one counts nothing. It may be used by several
// goroutines at once, save for Add.
type GaveUp struct {
	times atomic.Int64
	exprs atomic.Int64 // that may give up
	parts []*GaveUp
}

// Times returns how often that was.
func (g *GaveUp) Times() int {
	if g == nil {
		return 0
	}
	n := int(g.times.Load())
	for _, p := range g.parts {
		n += p.Times()
	}
	return n
}

// Expressions returns how many expressions may give up.
func (g *GaveUp) Expressions() int {
	if g == nil {
		return 0
	}
	return int(g.exprs.Load()) + len(g.parts)
}

// Expect counts an expression that may give up, or is known only in a run.
func (g *GaveUp) Expect() {
	if g != nil {
		g.exprs.Add(1)
	}
}

// Add makes g count what a part counts as well: the expressions of what several
// rules have in common.
func (g *GaveUp) Add(part *GaveUp) {
	if g != nil && part.Expressions() > 0 && !slices.Contains(g.parts, part) {
		g.parts = append(g.parts, part)
	}
}

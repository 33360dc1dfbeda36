package sample

import (
	"errors"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// Hit returns events that make a query fire when an engine processes them in
// order and is then told that the stream ends (Flush(End)). Their fields are
// an [event.Map] with flat keys. For SPL it is one event that passes the
// search's leading filter; what later commands make of it is theirs.
//
// The error is an *[Unsatisfiable] where it is proved that no events can do
// that, an *[Unsolved] where none were found, a *[NoEvents] for a query that
// reads none, or what is wrong with the query. The same query always has the
// same sample. Hit may be called concurrently.
func Hit(q *ast.Query) ([]event.Event, error) {
	p, err := newPlay(q)
	if err != nil {
		return nil, err
	}
	return p.hit, nil
}

// Miss is a series of events that all but makes a query fire.
type Miss struct {
	// Events are as those of a hit; nil if Err is set.
	Events []event.Event
	// Broken is the condition that is not met. Where the events do not
	// belong together it is the join key, the step, or the sequence.
	Broken ast.Node
	// Step is the index of the step that is concerned; 0 for queries without
	// steps.
	Step int
	// Text says what is broken: the condition as the language writes it, or
	// a few words.
	Text string
	// Err says why there are no events. An *[Unsatisfiable] proves that the
	// condition is idle: events that meet all others meet it as well. An
	// *[Unsolved] means that none were found.
	Err error
}

// NearMisses returns, for each condition of the query that an "and" joins to
// others, a hit in which just that one is broken: an alternative of an "or" is
// broken together with all others, and an exclusion by what it excludes.
// Sequences and samples have further ones, whose events do not belong
// together: the last comes too late, or has another key, or is one of too few,
// or an event is there that must be missing.
//
// The error is that of [Hit].
func NearMisses(q *ast.Query) ([]Miss, error) {
	p, err := newPlay(q)
	if err != nil {
		return nil, err
	}
	var out []Miss
	absent := p.sc.absent()
	for i, x := range p.sc.parts {
		if x.step >= 0 && !absent[x.step] {
			out = append(out, p.broken(i))
		}
	}
	return append(out, p.apart()...), nil
}

// Dead returns the alternatives of a query that nothing can meet: operands of
// an "or", however deep, of which it is proved that no event meets them and
// all that is asked beside them. They are in the order of the text. The error
// is that of [Hit]; if it is an *[Unsatisfiable], all of the query is dead.
func Dead(q *ast.Query) ([]*Unsatisfiable, error) {
	p, err := newPlay(q)
	if err != nil {
		return nil, err
	}
	var out []*Unsatisfiable
	absent := p.sc.absent()
	for i, x := range p.sc.parts {
		if absent[x.step] {
			continue
		}
		for _, way := range alternatives(x.goal) {
			_, err := p.solve(p.sc.goals(i, way...), &solver{compiler: p.c})
			var dead *Unsatisfiable
			if errors.As(err, &dead) {
				dead.Dead = way[len(way)-1].e
				out = append(out, dead)
			}
		}
	}
	return out, nil
}

// alternatives lists the operands of the disjunctions of a goal, each with
// the goals that stand beside it.
func alternatives(g goal) [][]goal {
	all, ways := expand(g)
	var out [][]goal
	for i, x := range all {
		beside := append(append([]goal(nil), all[:i]...), all[i+1:]...)
		for _, way := range alternatives(x) {
			out = append(out, append(append([]goal(nil), beside...), way...))
		}
	}
	for _, way := range ways {
		if !g.want { // an exclusion is met in whatever way
			break
		}
		out = append(out, way)
		for _, x := range way {
			out = append(out, alternatives(x)...)
		}
	}
	return out
}

package sample

import (
	"reflect"
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// Leaf is a positive leaf of a query: a comparison, a pattern or another
// condition without "and", "or" and "not" in it, that has to hold for the query
// to fire, or is one way to make it fire. What must not hold is none, nor is
// what describes an event that must be missing.
type Leaf struct {
	// Cond is the leaf, and Text the leaf as the language writes it. Of a
	// field that a data model calculates, Cond is what it is calculated from.
	Cond ast.Expr
	Text string
	// Step is the index of the leaf's step; 0 for queries without steps.
	Step int
	// Hit are events that make the query fire, as those of [Hit], and the
	// leaf true, with all that an "and" joins to it; nil if Err is set.
	// Leaves that the same events make true share them.
	Hit []event.Event
	// Err says why there are no events. An *[Unsatisfiable] proves that the
	// leaf is dead: the query never fires by it. An *[Unsolved] means that
	// none were found.
	Err error
}

// Leaves returns the positive leaves of a query in the order of its steps and
// their text, each with a hit in which it is true. A query that is one "and"
// has one hit for all of them; each alternative of an "or" needs another.
//
// The error is that of [Hit].
func Leaves(q *ast.Query) ([]Leaf, error) {
	p, err := newPlay(q)
	if err != nil {
		return nil, err
	}
	c := cast{play: p, hits: []cue{{p.vals, p.hit}}}
	written := conditions(q)
	var out []Leaf
	absent := p.sc.absent()
	for i, x := range p.sc.parts {
		if x.implied || absent[x.step] {
			continue
		}
		for _, w := range p.sc.ways(x.goal) {
			l := Leaf{Cond: written[identity(w.leaf)], Step: max(0, x.step)}
			if l.Cond == nil {
				l.Cond = unnamed(w.leaf)
			}
			l.Text = text(q, l.Cond)
			l.Hit, l.Err = c.meet(i, w.goals)
			out = append(out, l)
		}
	}
	return out, nil
}

// identity tells the expressions of a query apart: copies of one have its place
// and its type.
func identity(e ast.Expr) [2]any { return [2]any{e.Pos(), reflect.TypeOf(e)} }

// conditions are the expressions of a query's first stage, by their places.
func conditions(q *ast.Query) map[[2]any]ast.Expr {
	all := map[[2]any]ast.Expr{}
	for n := range ast.Preorder(q.Stages[0]) {
		if e, ok := n.(ast.Expr); ok {
			all[identity(e)] = e
		}
	}
	return all
}

// cast gathers the hits of a query.
type cast struct {
	*play
	hits []cue
}

// cue is a hit and the values that it is made of.
type cue struct {
	vals   values
	events []event.Event
}

// maxLooked bounds the hits that are looked through for one that will do. Leaves
// that share one stand near one another; the widest published rule needs some
// dozen hits.
const maxLooked = 100

// meet returns a hit that meets the goals in the place of part i: one that is
// there, or a new one.
func (c *cast) meet(i int, goals []goal) ([]event.Event, error) {
	for _, h := range c.hits[max(0, len(c.hits)-maxLooked):] {
		if !slices.ContainsFunc(goals, func(g goal) bool { return !c.c.holds(c.c.leaf(g), h.vals) }) {
			return h.events, nil
		}
	}
	vals, err := c.solve(c.sc.goals(i, goals...), &solver{compiler: c.c})
	if err != nil {
		return nil, err
	}
	events := c.sc.events(vals, -1)
	if err := c.proved(events); err != nil {
		return nil, err
	}
	c.hits = append(c.hits, cue{vals, events})
	return events, nil
}

// way is a positive leaf, and what has to be met for a goal to be met by it:
// the leaf and all that stands beside it.
type way struct {
	leaf  ast.Expr
	goals []goal
}

// ways lists the positive leaves of a goal.
func (sc *scene) ways(g goal) []way {
	all, choice := expand(g)
	if all == nil && choice == nil {
		return sc.leafWays(g)
	}
	out := sc.joined(all)
	for _, alternative := range choice {
		out = append(out, sc.joined(alternative)...)
	}
	return out
}

// joined lists the positive leaves of goals that are met together.
func (sc *scene) joined(goals []goal) []way {
	var out []way
	for i, g := range goals {
		for _, w := range sc.ways(g) {
			w.goals = slices.Concat(goals[:i], w.goals, goals[i+1:])
			out = append(out, w)
		}
	}
	return out
}

// leafWays is a leaf, or the leaves within: those of an array's element, and of
// an event that the one at hand descends from.
func (sc *scene) leafWays(g goal) []way {
	if !g.want {
		return nil
	}
	var within []way
	switch e := g.e.(type) {
	case *ast.Any:
		within = sc.ways(goal{e.Cond, true})
		for i, w := range within {
			c := *e
			c.Cond = conjunction(w.goals)
			within[i].goals = []goal{{&c, true}}
		}
	case *ast.Field:
		for _, x := range sc.related[e.Name] {
			for _, w := range sc.ways(goal{x, true}) {
				w.goals = append([]goal{g}, w.goals...)
				within = append(within, w)
			}
		}
	}
	if len(within) > 0 {
		return within
	}
	return []way{{g.e, []goal{g}}}
}

// conjunction is the condition that all goals are met.
func conjunction(goals []goal) ast.Expr {
	l := &ast.Logic{Op: ast.And}
	for _, g := range goals {
		if !g.want {
			g.e = &ast.Not{Off: ast.Off(g.e.Pos()), X: g.e}
		}
		l.List = append(l.List, g.e)
	}
	if len(l.List) == 1 {
		return l.List[0]
	}
	return l
}

package sample

import (
	"fmt"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
)

// Hit returns events that make a query fire when an engine processes them in
// order and is then told that the stream ends. For SPL they pass the search's
// leading filter; what its later commands make of them is theirs.
//
// The error is an *[Unsatisfiable] where it is proved that no events can do
// that, a *[Unsolved] where none were found, a *[NoEvents] for a query that
// reads none, or what is wrong with the query.
func Hit(q *ast.Query) ([]event.Event, error) {
	p, err := newPlay(q)
	if err != nil {
		return nil, err
	}
	return p.hit, nil
}

// Miss is a series of events that all but makes a query fire.
type Miss struct {
	Events []event.Event
	// Broken is the condition that is not met, or the step whose key or
	// time is another, or which must not be there and is.
	Broken ast.Node
	// Step is the index of the step of a sequence that is concerned.
	Step int
	// Text says what is broken.
	Text string
	// Skipped, if not empty, says why there are no events.
	Skipped string
}

// NearMisses returns, for each condition of the query that stands on its own
// (that an "and" joins to others), a hit in which just that one is broken. A
// sequence also has one for each way in which its events do not belong
// together. The error is that of [Hit].
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

// play is a query with its scene and a hit.
type play struct {
	q    *ast.Query
	sc   *scene
	c    *compiler
	vals values
	hit  []event.Event
}

func newPlay(q *ast.Query) (*play, error) {
	sc, err := newScene(q)
	if err != nil {
		return nil, err
	}
	p := &play{q: q, sc: sc, c: newCompiler(q.View, q.Source)}
	if err := valid(q); err != nil {
		return nil, err
	}
	s := &solver{compiler: p.c}
	vals, ok := s.solve(sc.goals())
	if !ok {
		return nil, s.failure(q)
	}
	p.vals, p.hit = vals, sc.events(vals, -1)
	if !fires(q, p.hit) {
		return nil, &Unsolved{Query: q, Text: "the events that were made do not make the query fire"}
	}
	return p, nil
}

// broken is the near miss that breaks one part.
func (p *play) broken(i int) Miss {
	x := p.sc.parts[i]
	m := Miss{Broken: x.src, Step: x.step, Text: excerpt(p.q, x.src)}
	s := &solver{compiler: p.c, prev: p.vals, near: true}
	absent := p.sc.absent()
	var goals []goal
	for j, y := range p.sc.parts {
		switch {
		case j == i:
			goals = append(goals, goal{y.e, !y.want})
		case !absent[y.step]:
			goals = append(goals, y.goal)
		}
	}
	goals = append(goals, p.sc.rules...)
	for _, k := range p.sc.keys {
		if !absent[k.step] {
			goals = append(goals, k.goal)
		}
	}
	vals, ok := s.solve(goals)
	if !ok {
		m.Skipped = s.failure(p.q).Error()
		return m
	}
	m.Events = p.sc.events(vals, -1)
	return p.checked(m)
}

// checked drops the events of a miss that fire all the same.
func (p *play) checked(m Miss) Miss {
	if fires(p.q, m.Events) {
		m.Events, m.Skipped = nil, "the query fires all the same"
	}
	return m
}

// apart are the near misses whose events do not belong together.
func (p *play) apart() []Miss {
	var out []Miss
	if m, ok := p.late(); ok {
		out = append(out, p.checked(m))
	}
	return out
}

// late moves the last event behind the span.
func (p *play) late() (Miss, bool) {
	if p.sc.span <= 0 || len(p.hit) < 2 {
		return Miss{}, false
	}
	events := append([]event.Event(nil), p.hit...)
	last := &events[len(events)-1]
	last.Time = events[0].Time.Add(p.sc.span + time.Second)
	return Miss{Events: events, Broken: p.q.Stages[0], Step: len(p.sc.acts) - 1, Text: fmt.Sprintf("maxspan of %v", p.sc.span)}, true
}

// excerpt is the text of a condition's line from where it stands.
func excerpt(q *ast.Query, n ast.Node) string {
	if q.Source == nil {
		return ""
	}
	text := q.Source.Text[min(n.Pos(), len(q.Source.Text)):]
	for i, r := range text {
		if r == '\n' || i > 80 {
			return text[:i]
		}
	}
	return text
}

// valid compiles the query.
func valid(q *ast.Query) error {
	_, err := engine.New([]*ast.Rule{{ID: "sample", Query: q}})
	return err
}

// fires reports whether the events make the query fire.
func fires(q *ast.Query, events []event.Event) bool {
	if q.Language == ast.SPL {
		return passes(q, events)
	}
	e, err := engine.New([]*ast.Rule{{ID: "sample", Query: q}})
	if err != nil {
		return false
	}
	for _, ev := range events {
		if len(e.Process(ev)) > 0 {
			return true
		}
	}
	return len(e.Flush(engine.End)) > 0
}

// passes reports whether the events pass the leading filter of a search. What
// depends on another search is taken as met.
func passes(q *ast.Query, events []event.Event) bool {
	first, ok := q.Stages[0].(*ast.Events)
	if !ok {
		return false
	}
	lead := *q
	stage := *first
	sub := false
	stage.Where = rewrite(first.Where, func(e ast.Expr) ast.Expr {
		if _, ok := e.(*ast.Subsearch); ok {
			sub = true
			return &ast.Bool{Off: ast.Off(e.Pos()), Value: true}
		}
		return e
	})
	if sub {
		return true
	}
	lead.Stages = []ast.Stage{&stage}
	f, err := engine.Compile(&lead)
	return err == nil && len(events) == 1 && f.Match(events[0].Fields)
}

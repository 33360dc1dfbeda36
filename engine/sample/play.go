package sample

import (
	"fmt"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
)

// play is a query, its scene, and a hit.
type play struct {
	q    *ast.Query
	sc   *scene
	c    *compiler
	vals values
	hit  []event.Event
	left int // tests that may still be made
	// filter is the query as an engine's filter, if it asks for single
	// events: many events are tried, and an engine is dear to make.
	filter *engine.Filter
}

func newPlay(q *ast.Query) (*play, error) {
	if err := valid(q); err != nil {
		return nil, err
	}
	sc, err := newScene(q)
	if err != nil {
		return nil, err
	}
	p := &play{q: q, sc: sc, c: newCompiler(q), left: maxTests * share}
	if q.Language != ast.SPL && len(q.Stages) == 1 {
		p.filter, _ = engine.Compile(q) // nil where an event needs others
	}
	if p.vals, err = p.solve(sc.goals(-1), &solver{compiler: p.c}); err != nil {
		return nil, err
	}
	p.hit = sc.events(p.vals, -1)
	if err := p.proved(p.hit); err != nil && !p.sparing() {
		return nil, err
	}
	return p, nil
}

// proved returns an error unless the events make the query fire.
func (p *play) proved(events []event.Event) error {
	if !p.fires(events, true) {
		return &Unsolved{Query: p.q, Text: "the events that were made do not make the query fire"}
	}
	return nil
}

func (p *play) fires(events []event.Event, lucky bool) bool {
	if p.filter != nil && len(events) == 1 {
		return p.filter.Match(events[0].Fields)
	}
	return fires(p.q, events, lucky)
}

// share is the part of the tests left that one solution may take: a hard near
// miss must not leave nothing for the others.
const share = 20

// solve returns values that meet the goals.
func (p *play) solve(goals []goal, s *solver) (values, error) {
	before := maxTests - min(maxTests, p.left/share)
	s.tests = before
	vals, ok := s.solve(goals)
	p.left -= s.tests - before
	if ok {
		return vals, nil
	}
	err := s.failure(p.q)
	if dead, ok := err.(*Unsatisfiable); ok && p.sc.spared { // by more than is needed
		return nil, &Unsolved{Query: p.q, Conflict: dead.Conflict, Text: dead.Text}
	}
	if _, open := err.(*Unsolved); open && !p.sc.spared {
		if never := p.excluded(goals); never != nil {
			return nil, never
		}
	}
	return nil, err
}

// excluded looks for a proof that needs only one of the goals that can be met
// in several ways, beside those that cannot: a failure in whatever has nothing
// to do with it leaves no doubt then. It returns nil if it finds none.
func (p *play) excluded(goals []goal) error {
	leaves, choices := (&solver{compiler: p.c}).flatten(goals)
	for i := range len(choices) + 1 {
		s := &solver{compiler: p.c, tests: maxTests - min(maxTests, p.left/share)}
		before := s.tests
		st := state{vals: values{}}
		_, ok := s.push(&st, leaves)
		if ok && i == len(choices) {
			return nil
		}
		if ok {
			_, ok, _ = s.choose(st, choices[i:i+1])
		}
		p.left -= s.tests - before
		if !ok && !s.unsure && !s.spent() {
			return s.failure(p.q)
		}
	}
	return nil
}

// miss makes the events of a miss that the goals describe.
func (p *play) miss(m Miss, goals []goal, with int) Miss {
	vals, err := p.solve(goals, &solver{compiler: p.c, prev: p.vals, near: true})
	if err != nil {
		m.Err = err
		return m
	}
	m.Events = p.sc.events(vals, with)
	return p.checked(m)
}

// checked drops the events of a miss that fire all the same.
func (p *play) checked(m Miss) Miss {
	if p.fires(m.Events, false) {
		m.Events, m.Err = nil, &Unsolved{Query: p.q, Conflict: []ast.Node{m.Broken}, Text: "the query fires without it, too: " + m.Text}
	}
	return m
}

// broken is the near miss that breaks one part.
func (p *play) broken(i int) Miss {
	x := p.sc.parts[i]
	m := Miss{Broken: x.src, Step: x.step, Text: text(p.q, x.src)}
	return p.miss(m, p.sc.goals(i, goal{x.e, !x.want}), -1)
}

// apart are the near misses whose events do not belong together.
func (p *play) apart() []Miss {
	var out []Miss
	out = append(out, p.late()...)
	out = append(out, p.strange()...)
	out = append(out, p.few()...)
	return append(out, p.intruders()...)
}

// late moves the last event behind the span.
func (p *play) late() []Miss {
	if p.sc.span <= 0 || len(p.hit) < 2 {
		return nil
	}
	events := slices.Clone(p.hit)
	last := &events[len(events)-1]
	last.Time = last.Time.Add(p.sc.span + time.Second) // behind the span of whichever event is first
	m := Miss{Events: events, Broken: p.q.Stages[0], Step: p.sc.last(), Text: fmt.Sprintf("not within maxspan=%v", p.sc.span)}
	return []Miss{p.checked(m)}
}

// strange gives the last event another join key.
func (p *play) strange() []Miss {
	last := p.sc.last()
	var m Miss
	for i, k := range p.sc.keys {
		if k.step != last {
			continue
		}
		goals := append(p.sc.goals(-1), goal{k.e, false})
		goals = slices.DeleteFunc(goals, func(g goal) bool { return g == k.goal })
		m = p.miss(Miss{Broken: p.sc.keys[i].src, Step: last, Text: "another " + text(p.q, k.src)}, goals, -1)
		if m.Err == nil {
			break // one key is enough
		}
	}
	if m.Broken == nil {
		return nil
	}
	return []Miss{m}
}

// few leaves out one of the events of a step that has to occur several times.
func (p *play) few() []Miss {
	var out []Miss
	for i, a := range p.sc.acts {
		if a.runs < 2 || a.missing {
			continue
		}
		sc := *p.sc
		sc.acts = slices.Clone(sc.acts)
		sc.acts[i].runs--
		out = append(out, p.checked(Miss{
			Events: sc.events(p.vals, -1), Broken: p.sc.stepAt(a.step), Step: a.step,
			Text: fmt.Sprintf("%d events instead of %d", a.runs-1, a.runs),
		}))
	}
	return out
}

// intruders are the events that must be missing.
func (p *play) intruders() []Miss {
	var out []Miss
	for _, a := range p.sc.acts {
		if a.missing {
			m := Miss{Broken: p.sc.stepAt(a.step), Step: a.step, Text: "an event that must be missing"}
			out = append(out, p.miss(m, p.sc.goalsWith(a.step), a.step))
		}
	}
	return out
}

package pipeline

import (
	"slices"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
)

// counted runs a source and the stats right behind it as one, where the input yields
// its events in the order of rows: each row counts when it is made, and none is kept.
// It returns nil where the stages must run one by one.
func (r *run) counted(p *Program) (*Table, error) {
	if len(p.stages) < 2 || r.env.Trace != nil {
		return nil, nil
	}
	s, ok1 := p.stages[0].(*events)
	g, ok2 := p.stages[1].(*grouping)
	input, ok3 := r.env.Input.(Backward)
	if !ok1 || !ok2 || !ok3 || s.all || len(p.spans[1].within) > 0 || g.auto() {
		return nil, nil
	}
	row := make([]event.Value, len(s.cols))
	t := newTable(s.cols...)
	t.rows = [][]event.Value{row}
	gs := g.groups(g.resolve(t))
	a := gs.adder(r, t)
	err := s.each(r, input.Backward(s.scan), func(rd *reader, _ time.Time) {
		rd.read(row)
		a.add(0, nil)
	})
	if err != nil {
		return nil, err
	}
	gs.report(r)
	t = g.finish(gs)
	t.fit(r, p.query.Stages[p.spans[1].from])
	return t, nil
}

// auto reports whether all rows must be seen before the first can count.
func (g *grouping) auto() bool {
	return slices.ContainsFunc(g.keys, func(k key) bool { return k.auto })
}

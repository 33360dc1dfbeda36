package pipeline

import (
	"slices"
	"time"
)

// counted runs a source and the stats right behind it as one, where the input yields
// its events in the order of rows, or in that of their times and the figures can take
// them so: each row counts when it is made, and none is kept. It returns nil where the
// stages must run one by one.
func (r *run) counted(p *Program) (*Table, error) {
	if len(p.stages) < 2 || r.env.Input == nil || r.env.Trace != nil {
		return nil, nil
	}
	s, ok1 := p.stages[0].(*events)
	g, ok2 := p.stages[1].(*grouping)
	if !ok1 || !ok2 || s.all || len(p.spans[1].within) > 0 || g.auto() {
		return nil, nil
	}
	gs := g.groups(g.resolve(newTable(s.cols...)))
	input, ok := r.env.Input.(Backward)
	switch {
	case ok:
	case r.env.Ordered && g.prepends():
		gs.backward = true
	default:
		return nil, nil
	}
	list := r.env.Input.Scan
	if ok {
		list = input.Backward
	}
	c := r.counter(s, gs)
	err := s.each(r, list(s.scan), func(rd *reader, _ time.Time) {
		if !c.readMap(rd.rows.Fields()) {
			rd.read(c.row)
		}
		c.count()
	})
	if err != nil {
		return nil, err
	}
	gs.report(r)
	t := g.finish(gs)
	t.fit(r, p.query.Stages[p.spans[1].from])
	return t, nil
}

// auto reports whether all rows must be seen before the first can count.
func (g *grouping) auto() bool {
	return slices.ContainsFunc(g.keys, func(k key) bool { return k.auto })
}

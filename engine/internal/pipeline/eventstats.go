package pipeline

import (
	"github.com/spoor-lang/spoor/engine/event"
)

// eventstats adds to every row the figures of its group. Rows that lack a key
// stay as they are; one that belongs to several groups takes the first.
func (g *grouping) eventstats(r *run, t *Table) (*Table, error) {
	gs := g.groups(g.resolve(t))
	gs.setAuto(r, t)
	of := make([]*group, len(t.rows))
	err := gs.add(r, t, func(row int, gr *group) {
		if of[row] == nil {
			of[row] = gr
		}
	})
	if err != nil {
		return nil, err
	}
	to := make([]int, len(gs.figures))
	for i, f := range gs.figures {
		to[i] = t.column(f.name)
	}
	results := make(map[*group][]event.Value, len(gs.all))
	for i, gr := range of {
		if gr == nil {
			continue
		}
		vals, ok := results[gr]
		if !ok {
			for _, a := range gr.accs {
				vals = append(vals, a.Result())
			}
			results[gr] = vals
		}
		for j, v := range vals {
			t.set(i, to[j], v)
		}
	}
	return t, nil
}

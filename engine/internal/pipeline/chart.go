package pipeline

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// charting is chart and timechart: a row for each value of the first key, and
// with a second key a column for each of its values.
type charting struct {
	*grouping
	split *ast.SplitBy
	where *columnFilter // nil for none
	timed bool
}

func (c *compiler) chart(g *grouping) stage {
	n := g.node
	s := &charting{grouping: g, split: n.Split, timed: n.Kind == ast.AggTime}
	if s.timed {
		g.keys = append([]key{{name: "_time", eval: g.time, span: n.Span}}, g.keys...)
	}
	if s.split == nil && len(g.keys) > 1 { // the second key as a plain one
		last := len(g.keys) - 1
		s.split = &ast.SplitBy{Group: n.By[len(n.By)-1], UseNull: true, NullStr: "NULL", UseOther: true, OtherStr: "OTHER", Sep: ": "}
		g.keys = g.keys[:last]
	}
	if s.split != nil {
		g.keys = append(g.keys, c.key(s.split.Group))
		if s.split.Where != "" {
			s.where = c.columnFilter(n, s.split.Where)
		}
	}
	if len(g.figures) == 0 {
		c.errorf(n, "expected a function such as count")
	}
	return s
}

func (s *charting) run(r *run, t *Table) (*Table, error) {
	keys := slices.Clone(s.keys)
	s.chooseSpan(r, t, keys)
	if s.timed {
		s.align(r, &keys[0])
	}
	figures := s.measured(s.resolve(t), keys)
	if s.split != nil {
		s.nameNulls(keys)
	}
	gs := s.groups(figures)
	gs.keys = keys
	if err := gs.add(r, t, nil); err != nil {
		return nil, err
	}
	reach := s.reach(r, gs)
	if s.split == nil {
		if len(keys) == 0 && len(gs.all) == 0 {
			gs.of(nil)
		}
		gs.sort()
		t := gs.table()
		return s.overTime(r, t, keys, reach, s.blank(t, figures, nil)), nil
	}
	if kept := s.kept(gs); kept != nil {
		var err error
		if gs, err = s.merge(r, t, keys, figures, kept); err != nil {
			return nil, err
		}
	}
	gs.sort()
	names := s.columnNames(r, gs)
	t = s.spread(r, gs, names)
	return s.overTime(r, t, keys, reach, s.blank(t, figures, names)), nil
}

// chooseSpan gives the keys a span where the search names none: the time of a
// timechart always, others where it says how to choose one.
func (s *charting) chooseSpan(r *run, t *Table, keys []key) {
	if s.split != nil && s.split.Group.Bins > 0 {
		last := &keys[len(keys)-1]
		s.part(r, t, last, &ast.Bin{Bins: s.split.Group.Bins})
	}
	if len(keys) == 0 {
		return
	}
	n := s.node
	switch {
	case !s.timed && (n.Bins > 0 || n.MinSpan != nil || n.Start != nil || n.End != nil):
		s.part(r, t, &keys[0], &ast.Bin{Bins: n.Bins, MinSpan: n.MinSpan, Start: n.Start, End: n.End})
	case s.timed && keys[0].span == nil:
		sp := autoSpan(r, t, cmp.Or(n.Bins, defaultBins), n.MinSpan)
		keys[0].span = &sp
	}
}

// part gives a key a span that suits its values, unless it has one.
func (s *charting) part(r *run, t *Table, k *key, how *ast.Bin) {
	if k.span == nil {
		sp := r.chooseSpan(how, t, t.find(k.name), cmp.Or(how.Bins, defaultBins), k.name == "_time")
		k.span = &sp
	}
}

// align sets what timechart's buckets are aligned to, if the search says it
// and they are shorter than a day.
func (s *charting) align(r *run, k *key) {
	if k.span.Unit == ast.NoUnit {
		k.span = &ast.Span{N: k.span.N, Unit: ast.Second}
	}
	if origin, ok := r.alignment(s.node.Align); ok && spanSeconds(*k.span) < 86400 {
		k.origin = &origin
	}
}

// measured tells the figures that count by time how long the buckets are.
func (s *charting) measured(figures []figureColumn, keys []key) []figureColumn {
	for i, f := range figures {
		if f.fn.Bucket {
			own := *f.figure
			own.node.Param = spanSeconds(*keys[0].span)
			figures[i].figure = &own
		}
	}
	return figures
}

// nameNulls gives the rows without a second key the name of such a column.
func (s *charting) nameNulls(keys []key) {
	if !s.split.UseNull {
		return
	}
	last := &keys[len(keys)-1]
	inner, name := last.eval, event.OfString(cmp.Or(s.split.NullStr, "NULL"))
	last.eval = func(f *field.Frame) event.Value {
		if v := plain(inner(f)); !v.IsNull() {
			return v
		}
		return name
	}
}

// merge groups again, with the columns that are not kept as one, or left out.
func (s *charting) merge(r *run, t *Table, keys []key, figures []figureColumn, kept map[string]bool) (*groups, error) {
	keys = slices.Clone(keys)
	last := &keys[len(keys)-1]
	inner, span := last.eval, last.span
	last.span = nil
	other := event.OfString(cmp.Or(s.split.OtherStr, "OTHER"))
	last.eval = func(f *field.Frame) event.Value {
		v := plain(inner(f))
		if v.IsNull() {
			return v
		}
		if span != nil {
			v = bucket(v, *span, r.zone)
		}
		return each(v, func(e event.Value) event.Value {
			switch {
			case kept[e.Text()]:
				return e
			case s.split.UseOther:
				return other
			}
			return event.Value{}
		})
	}
	gs := s.groups(figures)
	gs.keys = keys
	return gs, gs.add(r, t, nil)
}

// spread makes a row of each value of the first key, and columns of those of
// the second.
func (s *charting) spread(r *run, gs *groups, names []string) *Table {
	t := &Table{}
	for _, k := range gs.keys[:len(gs.keys)-1] {
		t.column(k.name)
	}
	for _, f := range gs.figures {
		for _, name := range names {
			t.column(s.title(gs.figures, f, name))
		}
	}
	blank := s.blank(t, gs.figures, names)
	var last *group
	dropped := 0
	for _, gr := range gs.all {
		n := len(gr.key) - 1
		if last == nil || string(appendKey(nil, last.key[:n])) != string(appendKey(nil, gr.key[:n])) {
			last = gr
			if len(t.rows)*len(t.cols) >= maxCells {
				dropped++
				continue
			}
			t.rows = append(t.rows, slices.Clone(blank))
			copy(t.rows[len(t.rows)-1], gr.key[:n])
		}
		if dropped > 0 {
			continue
		}
		for i, f := range gs.figures {
			if at := t.find(s.title(gs.figures, f, gr.key[n].Text())); at >= 0 {
				t.set(len(t.rows)-1, at, gr.accs[i].Result())
			}
		}
	}
	r.dropped(s.node, "rows", dropped)
	return t
}

// columnNames returns the values of the second key, in the order of their
// columns.
func (s *charting) columnNames(r *run, gs *groups) []string {
	var names []string
	byName := map[string]bool{}
	for _, gr := range gs.all {
		if name := gr.key[len(gr.key)-1].Text(); !byName[name] {
			byName[name] = true
			names = append(names, name)
		}
	}
	s.sortNames(names)
	most := max(1, maxColumns/len(gs.figures))
	r.dropped(s.node, "columns", max(0, len(names)-most))
	return names[:min(len(names), most)]
}

// sortNames orders the names of columns: values in order, then those that
// stand for the others and for none.
func (s *charting) sortNames(names []string) {
	rank := func(name string) int {
		switch {
		case s.split.UseNull && name == cmp.Or(s.split.NullStr, "NULL"):
			return 2
		case s.split.UseOther && name == cmp.Or(s.split.OtherStr, "OTHER"):
			return 1
		}
		return 0
	}
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Or(rank(a)-rank(b), aggregate.Compare(event.OfString(a), event.OfString(b)))
	})
}

// title is the name of a column: the key alone if there is one figure.
//
// A value that begins as the names of internal fields do gets a prefix, or its
// column would be hidden as they are.
func (s *charting) title(figures []figureColumn, f figureColumn, key string) string {
	if strings.HasPrefix(key, "_") {
		key = "VALUE" + key
	}
	switch {
	case s.split.Format != "":
		return strings.NewReplacer("$AGG$", f.name, "$VAL$", key).Replace(s.split.Format)
	case len(figures) == 1:
		return key
	}
	return f.name + cmp.Or(s.split.Sep, ": ") + key
}

// blank is a row of no events: counts are 0, others null.
func (s *charting) blank(t *Table, figures []figureColumn, names []string) []event.Value {
	row := make([]event.Value, len(t.cols))
	for i, acc := range newAccumulators(figures) {
		v := acc.Result()
		if s.split == nil {
			row[t.find(figures[i].name)] = v
		}
		for _, name := range names {
			row[t.find(s.title(figures, figures[i], name))] = v
		}
	}
	return row
}

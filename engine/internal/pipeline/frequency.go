package pipeline

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

// frequency is top and rare: the combinations of fields that occur most or
// least often, within each group of the BY fields.
type frequency struct {
	*grouping
	show ast.Frequency
	by   int // how many of the keys are BY fields
}

func (c *compiler) frequency(g *grouping) stage {
	s := &frequency{grouping: g, by: len(g.keys)}
	if g.node.Frequencies != nil {
		s.show = *g.node.Frequencies
	}
	if len(s.show.Fields) == 0 {
		c.errorf(g.node, "expected a field")
	}
	for _, name := range s.show.Fields {
		g.keys = append(g.keys, key{name: name, eval: c.field(name)})
	}
	count, _ := aggregate.Lookup("count")
	g.figures = []figure{{node: ast.Agg{As: "count"}, fn: count}}
	return s
}

// occurrence is one combination and how often it occurs.
type occurrence struct {
	key   []event.Value
	count int64
}

func (s *frequency) run(r *run, t *Table) (*Table, error) {
	gs := s.groups(s.resolve(t))
	if err := gs.add(r, t, nil); err != nil {
		return nil, err
	}
	gs.sort()
	out := &Table{}
	for _, k := range s.keys {
		out.column(k.name)
	}
	if s.show.ShowCount {
		out.column(s.show.CountField)
	}
	if s.show.ShowPercent {
		out.column(s.show.PercentField)
	}
	for len(gs.all) > 0 {
		n := 1
		for n < len(gs.all) && compareKeys(gs.all[n].key[:s.by], gs.all[0].key[:s.by]) == 0 {
			n++
		}
		s.part(out, gs.all[:n])
		gs.all = gs.all[n:]
	}
	return out, nil
}

// compareTexts orders combinations by the texts of their values. Of those that
// occur equally often, top shows the last first.
func (s *frequency) compareTexts(a, b []event.Value) int {
	for i := s.by; i < len(a); i++ {
		if c := strings.Compare(a[i].Text(), b[i].Text()); c != 0 {
			return c
		}
	}
	return 0
}

// part adds the rows of one group of the BY fields.
func (s *frequency) part(out *Table, all []*group) {
	list := make([]occurrence, len(all))
	var total int64
	for i, gr := range all {
		n, _ := gr.accs[0].Result().Int()
		list[i] = occurrence{gr.key, n}
		total += n
	}
	slices.SortStableFunc(list, func(a, b occurrence) int {
		if s.node.Kind == ast.AggRare {
			return cmp.Compare(a.count, b.count)
		}
		return cmp.Or(cmp.Compare(b.count, a.count), s.compareTexts(b.key, a.key))
	})
	if limit := s.show.Limit; limit > 0 && limit < len(list) {
		rest := occurrence{key: slices.Clone(list[0].key)}
		for _, o := range list[limit:] {
			rest.count += o.count
		}
		list = list[:limit]
		if s.show.UseOther {
			for i := s.by; i < len(rest.key); i++ {
				rest.key[i] = event.OfString(cmp.Or(s.show.OtherStr, "OTHER"))
			}
			list = append(list, rest)
		}
	}
	for _, o := range list {
		i := out.Add()
		for c, v := range o.key {
			out.set(i, out.find(s.keys[c].name), v)
		}
		if s.show.ShowCount {
			out.Set(i, s.show.CountField, event.OfInt(o.count))
		}
		if s.show.ShowPercent {
			percent := math.Round(float64(o.count)/float64(total)*100*1e6) / 1e6 // as printed: six decimals
			out.Set(i, s.show.PercentField, aggregate.Number(percent))
		}
	}
}

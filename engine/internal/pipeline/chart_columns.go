package pipeline

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// columnFilter is the WHERE of a chart: which columns stay, by a figure over
// the cells of each.
type columnFilter struct {
	fn    *aggregate.Func
	top   int    // how many of the greatest, if not 0; of the least if negative
	not   bool   // all but those
	op    string // "<" or ">", for columns on that side of bound
	bound float64
}

// columnFilter reads `sum in top5`, `max notin bottom3`, `avg > 10`.
func (c *compiler) columnFilter(n ast.Node, text string) *columnFilter {
	words := strings.Fields(strings.NewReplacer("<", " < ", ">", " > ").Replace(strings.ToLower(text)))
	if len(words) < 3 {
		c.errorf(n, "expected a condition such as `sum in top5`, found %q", text)
		return nil
	}
	name, _, _ := strings.Cut(words[0], "(")
	fn, ok := aggregate.Lookup(name)
	if !ok {
		c.errorf(n, "unknown function %q%s", name, syntax.Suggest(name, aggregate.Names()))
		return nil
	}
	f := &columnFilter{fn: fn, op: words[1], not: words[1] == "notin"}
	value := strings.Join(words[2:], "")
	var err error
	switch f.op {
	case "<", ">":
		f.bound, err = strconv.ParseFloat(value, 64)
	case "in", "notin":
		number, least := strings.CutPrefix(value, "bottom")
		if f.top, err = strconv.Atoi(strings.TrimPrefix(number, "top")); least {
			f.top = -f.top
		}
	default:
		err = strconv.ErrSyntax
	}
	if err != nil {
		c.errorf(n, "expected a condition such as `sum in top5`, found %q", text)
		return nil
	}
	return f
}

// chartColumn is a value of the second key, and what it is chosen by.
type chartColumn struct {
	name  string
	score aggregate.Accumulator
}

// kept returns the values of the second key that get columns of their own, or
// nil if all do.
func (s *charting) kept(gs *groups) map[string]bool {
	f := s.where
	if f == nil {
		if s.split.Limit <= 0 {
			return nil
		}
		sum, _ := aggregate.Lookup("sum")
		f = &columnFilter{fn: sum, op: "in", top: s.split.Limit}
		if s.split.Bottom {
			f.top = -f.top
		}
	}
	cols := s.scored(gs, f.fn)
	chosen := f.choose(slices.Clone(cols))
	if len(chosen) == len(cols) {
		return nil
	}
	kept := map[string]bool{}
	if s.split.UseNull {
		kept[cmp.Or(s.split.NullStr, "NULL")] = true
	}
	for _, c := range chosen {
		kept[c.name] = true
	}
	return kept
}

// scored computes the figure over the cells of every column. Where there are
// several figures, it goes over those of the first if the search names what it
// chooses by, or else over how often the column's value occurs. The column for
// null does not compete.
func (s *charting) scored(gs *groups, fn *aggregate.Func) []chartColumn {
	byName := map[string]aggregate.Accumulator{}
	var cols []chartColumn
	null := cmp.Or(s.split.NullStr, "NULL")
	for _, gr := range gs.all {
		name := gr.key[len(gr.key)-1].Text()
		if s.split.UseNull && name == null {
			continue
		}
		acc := byName[name]
		if acc == nil {
			acc = fn.New(0)
			byName[name] = acc
			cols = append(cols, chartColumn{name, acc})
		}
		v := event.OfInt(int64(gr.rows))
		if s.where != nil || len(gs.figures) == 1 {
			v = gr.accs[0].Result()
		}
		if !v.IsNull() {
			acc.Add(v, 0)
		}
	}
	return cols
}

// choose returns the columns that stay. It may reorder cols.
func (f *columnFilter) choose(cols []chartColumn) []chartColumn {
	if f.op == "<" || f.op == ">" {
		return slices.DeleteFunc(cols, func(c chartColumn) bool {
			n, ok := c.score.Result().Number()
			return !ok || f.op == "<" && n >= f.bound || f.op == ">" && n <= f.bound
		})
	}
	slices.SortStableFunc(cols, func(a, b chartColumn) int {
		d := aggregate.Compare(b.score.Result(), a.score.Result())
		if f.top < 0 {
			d = -d
		}
		return cmp.Or(d, strings.Compare(a.name, b.name))
	})
	n := min(max(f.top, -f.top), len(cols))
	if f.not {
		return cols[n:]
	}
	return cols[:n]
}

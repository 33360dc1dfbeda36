package pipeline

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/jsonpath"
)

var _ = shape("fieldsummary", func(*compiler, *ast.Reshape) tableFunc { return (*run).fieldSummary })

// summaryValues is how many values of a field fieldsummary lists where it is
// not told: the documented default.
const summaryValues = 100

// fieldSummary makes a row of each field, with figures of its values.
func (r *run) fieldSummary(n *ast.Reshape, t *Table) (*Table, error) {
	most := summaryValues
	if v, err := strconv.Atoi(n.Options["maxvals"]); err == nil {
		most = v
	}
	out := newTable("field", "count", "distinct_count", "is_exact", "max", "mean", "min", "numeric_count", "stdev", "values")
	for _, name := range slices.Sorted(slices.Values(t.cols)) {
		if internal(name) == 1 || len(n.Fields) > 0 && !named(n.Fields, name) {
			continue
		}
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		if c := t.find(name); t.filled(c) {
			i := out.Add()
			out.set(i, 0, event.OfString(name))
			out.summarize(i, t, c, most)
		}
	}
	return out, nil
}

// summarize writes the figures of a column into a row.
func (out *Table) summarize(row int, t *Table, col, most int) {
	counts := map[string]int64{}
	figures := map[string]aggregate.Accumulator{}
	for _, name := range []string{"max", "mean", "min", "stdev"} {
		fn, _ := aggregate.Lookup(name)
		figures[name] = fn.New(0)
	}
	var count, numeric int64
	for i := range t.rows {
		for j, v := 0, t.at(i, col); j < v.Len(); j++ {
			e := v.At(j)
			count++
			counts[e.Text()]++
			if f, ok := e.Number(); ok {
				numeric++
				for _, acc := range figures {
					acc.Add(event.OfFloat(f), math.NaN())
				}
			}
		}
	}
	out.Set(row, "count", event.OfInt(count))
	out.Set(row, "distinct_count", event.OfInt(int64(len(counts))))
	out.Set(row, "is_exact", event.OfInt(1))
	out.Set(row, "numeric_count", event.OfInt(numeric))
	out.Set(row, "values", event.OfString(valueCounts(counts, most)))
	if numeric > 0 {
		for name, acc := range figures {
			out.Set(row, name, acc.Result())
		}
	}
}

// valueCounts is a JSON array of values and how often they occur, the most
// frequent first.
func valueCounts(counts map[string]int64, most int) string {
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if counts[a] != counts[b] {
			return int(counts[b] - counts[a])
		}
		return strings.Compare(a, b)
	})
	if most > 0 {
		names = names[:min(most, len(names))]
	}
	list := &jsonpath.Node{Kind: jsonpath.Array}
	for _, name := range names {
		n := &jsonpath.Node{Kind: jsonpath.Object}
		n.SetMember("value", jsonpath.Of(event.OfString(name)))
		n.SetMember("count", jsonpath.Of(event.OfInt(counts[name])))
		list.Items = append(list.Items, n)
	}
	return list.JSON()
}

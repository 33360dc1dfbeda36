package pipeline

import (
	"strconv"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = shape("gauge", func(c *compiler, n *ast.Reshape) tableFunc {
	if len(n.Fields) == 0 {
		c.errorf(n, "expected a field or a number")
	}
	return (*run).gauge
})

// gauge makes one row of a value and the bounds of its ranges: x, y1, y2 and so
// on. Without two bounds, the range is from 0 to 100; without a value, there is no
// row.
func (r *run) gauge(n *ast.Reshape, t *Table) (*Table, error) {
	names, row := []string{"x"}, []event.Value{t.reading(n.Fields[0])}
	bounds := []event.Value{event.OfInt(0), event.OfInt(100)}
	if len(n.Fields) > 2 {
		bounds = bounds[:0]
		for _, f := range n.Fields[1:] {
			bounds = append(bounds, t.reading(f))
		}
	}
	for i, v := range bounds {
		names, row = append(names, "y"+strconv.Itoa(i+1)), append(row, v)
	}
	out := newTable(names...)
	if !row[0].IsNull() {
		out.rows = append(out.rows, row)
	}
	return out, r.ctx.Err()
}

// reading is a number as written, or the first one in a field.
func (t *Table) reading(text string) event.Value {
	if v, ok := event.ParseNumber(text); ok {
		return v
	}
	c := t.find(text)
	for i := range t.rows {
		if v := t.at(i, c); !v.IsNull() {
			if _, ok := number(v); ok {
				return v
			}
			break
		}
	}
	return event.Value{}
}

package pipeline

import (
	"cmp"
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// figure is one function over one argument.
type figure struct {
	node  ast.Agg
	fn    *aggregate.Func
	arg   expr.Eval // nil counts rows
	wild  string    // pattern of the arguments; empty for one
	truth bool      // of an expression, which counts where it is true
	parts []figure  // what it is computed of; nil for a function

	strict bool // without a result once a value was no number
}

func (f *figure) accumulator() aggregate.Accumulator {
	acc := f.fn.New(f.node.Param)
	if f.strict {
		return aggregate.Strict(acc)
	}
	return acc
}

func (c *compiler) figure(a ast.Agg, kind ast.AggregateKind) figure {
	if a.Func == "eval" {
		return c.derive(a, kind)
	}
	f := figure{node: a}
	var ok bool
	if f.fn, ok = aggregate.Lookup(a.Func); !ok {
		c.errorf(a, "unknown function %q%s", a.Func, syntax.Suggest(a.Func, aggregate.Names()))
		f.fn, _ = aggregate.Lookup("count")
		return f
	}
	if a.Func == "sparkline" {
		f.fn = c.sparkline(a)
	}
	if f.fn.Bucket && kind != ast.AggTime {
		c.errorf(a, "%s counts by the buckets of timechart, and means nothing elsewhere", a.Func)
	}
	if x, ok := a.Arg.(*ast.Field); ok && wild(x.Name) {
		f.wild = x.Name
		return f
	}
	if a.Arg != nil {
		f.arg = c.rows.Eval(a.Arg)
		f.truth = a.Cond
	}
	return f
}

// sparkline is the function that draws another over time.
func (c *compiler) sparkline(a ast.Agg) *aggregate.Func {
	of, ok := aggregate.Lookup(cmp.Or(a.Of, "count"))
	if !ok || of.Param || of.Bucket {
		c.errorf(a, "sparkline can't draw %q", a.Of)
		of, _ = aggregate.Lookup("count")
	}
	seconds := 0.0
	if a.Span != nil {
		seconds = cmp.Or(spanSeconds(*a.Span), a.Span.N)
	}
	return aggregate.Sparkline(of, seconds)
}

// column is a figure over a table whose columns are known.
type figureColumn struct {
	*figure
	name string
	col  int // of a pattern's column; else -1
}

// resolve expands the figures over patterns to those over the table's columns.
func (g *grouping) resolve(t *Table) []figureColumn {
	var all []figureColumn
	for i := range g.figures {
		f := &g.figures[i]
		if f.wild == "" {
			all = append(all, figureColumn{f, f.node.As, -1})
			continue
		}
		for c, name := range t.cols {
			if runs, ok := capture(f.wild, name); ok && covers(f.wild, name) && !g.isKey(name) {
				all = append(all, figureColumn{f, fillIn(f.node.As, runs), c})
			}
		}
	}
	return all
}

func (g *grouping) isKey(name string) bool {
	return slices.ContainsFunc(g.keys, func(k key) bool { return k.name == name })
}

// value returns what a figure takes of a row; null for nothing.
func (f *figureColumn) value(fr *field.Frame, row []event.Value) event.Value {
	if f.col >= 0 {
		return cell(row, f.col)
	}
	return f.of(fr)
}

// of returns what a figure takes of the row that the frame is at.
func (f *figure) of(fr *field.Frame) event.Value {
	switch {
	case f.parts != nil:
		vals := make([]event.Value, len(f.parts))
		for i := range f.parts {
			vals[i] = f.parts[i].of(fr)
		}
		return event.OfList(vals)
	case f.arg == nil:
		return event.OfInt(1)
	}
	v := f.arg(fr)
	if f.truth {
		if b, isBool := v.Bool(); isBool && b {
			return event.OfInt(1)
		} else if isBool {
			return event.Value{}
		}
	}
	return v
}

func newAccumulators(figures []figureColumn) []aggregate.Accumulator {
	accs := make([]aggregate.Accumulator, len(figures))
	for i, f := range figures {
		accs[i] = f.accumulator()
	}
	return accs
}

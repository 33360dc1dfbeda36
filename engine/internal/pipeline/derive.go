package pipeline

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// derive compiles a figure that is computed of others: chart's
// eval(avg(size)/max(delay)). It gathers what the others need, and computes
// where they are asked for.
func (c *compiler) derive(a ast.Agg, kind ast.AggregateKind) figure {
	f := figure{node: a}
	slots := &field.Slots{}
	var at []int // the slot of each part
	e, _ := rewrite(a.Arg, func(e ast.Expr) (ast.Expr, error) {
		part, ok := partOf(e)
		if !ok {
			return nil, nil
		}
		f.parts = append(f.parts, c.figure(part, kind))
		at = append(at, slots.Slot("", part.As))
		return &ast.Field{Off: part.Off, Name: part.As}, nil
	})
	if len(f.parts) == 0 {
		c.errorf(a, "expected a function such as count or sum(field) in eval(…)")
	}
	s := &expr.Scope{Slots: slots, Source: c.source, GaveUp: c.opts.GaveUp}
	eval := s.Eval(e)
	c.errs = append(c.errs, s.Errors...)
	f.fn = &aggregate.Func{Name: "eval", New: func(float64) aggregate.Accumulator {
		d := &derived{eval: eval, at: at, frame: field.Frame{Slots: slots}}
		for _, p := range f.parts {
			d.parts = append(d.parts, p.fn.New(p.node.Param))
		}
		return d
	}}
	return f
}

// partOf returns the figure that an expression is, if it is one: a function
// of stats over a field, or a bare count.
func partOf(e ast.Expr) (ast.Agg, bool) {
	if f, ok := e.(*ast.Field); ok {
		if name := strings.ToLower(f.Name); name == "count" || name == "c" {
			return ast.Agg{Off: f.Off, Func: "count", As: "count"}, true
		}
		return ast.Agg{}, false
	}
	call, ok := e.(*ast.Call)
	if !ok || len(call.Args) > 1 {
		return ast.Agg{}, false
	}
	fn, ok := aggregate.Lookup(strings.ToLower(call.Name))
	if !ok || fn.Param || fn.Bucket {
		return ast.Agg{}, false
	}
	part := ast.Agg{Off: call.Off, Func: fn.Name, As: fn.Name + "()"}
	if len(call.Args) == 0 {
		return part, fn.Name == "count"
	}
	arg, ok := call.Args[0].(*ast.Field)
	if !ok {
		return ast.Agg{}, false
	}
	part.Arg, part.As = arg, fn.Name+"("+arg.Name+")"
	return part, true
}

// derived gathers the values of its parts, which come as a list with one of
// each.
type derived struct {
	parts []aggregate.Accumulator
	eval  expr.Eval
	at    []int
	frame field.Frame
}

func (d *derived) Add(v event.Value, at float64) {
	for i, p := range d.parts {
		if e := v.At(i); !e.IsNull() {
			p.Add(e, at)
		}
	}
}

func (d *derived) Result() event.Value {
	d.frame.Reset(event.Map(nil))
	for i, p := range d.parts {
		d.frame.Set(d.at[i], p.Result())
	}
	return plain(d.eval(&d.frame))
}

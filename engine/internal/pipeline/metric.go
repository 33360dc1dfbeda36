package pipeline

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// A metric event holds one measurement, with its name in metric_name and its
// value in _value, or several, each in a field metric_name:NAME. Behind mstats
// both are columns of the measurements' names, beside the dimensions.

// metric compiles a column of metric events.
func metric(s *expr.Scope, n *ast.Events, name string) expr.Eval {
	get := func(name string) expr.Eval { return s.Eval(&ast.Field{Off: n.Off, Name: name}) }
	many, one, value, own := get(ast.MetricPrefix+name), get("metric_name"), get("_value"), get(name)
	return func(f *field.Frame) event.Value {
		if v := many(f); !v.IsNull() {
			return v
		}
		if one(f).Text() == name {
			return value(f)
		}
		return own(f)
	}
}

// measured adds to a row the column of the one measurement that an event
// holds.
func measured(fields event.Fields, t *Table, row []event.Value) []event.Value {
	name := fields.Field("metric_name").Text()
	if name == "" {
		return row
	}
	c := t.column(name)
	if cell(row, c).IsNull() {
		row = t.place(row, c, fields.Field("_value"))
	}
	return row
}

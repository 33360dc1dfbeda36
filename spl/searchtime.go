package spl

import (
	"cmp"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// takeTime returns the bounds of time so far, and leaves none, so that those of
// the next operand can be told.
func (c *terms) takeTime() ast.TimeRange {
	if c.time == nil {
		return ast.TimeRange{}
	}
	before := *c.time
	*c.time = ast.TimeRange{}
	return before
}

// bound puts the bounds of time that came with the operand x where they belong.
// Those of one that stands alone are of the search as a whole; those of one
// among several hold for that one: (a earliest=-2h latest=-1h) OR b.
func (c *terms) bound(x ast.Expr, before ast.TimeRange, alone bool) ast.Expr {
	if c.time == nil {
		return x
	}
	own := *c.time
	if !alone && own.Layout == "" {
		x = c.within(x, own)
		own.Earliest, own.Latest = "", ""
	}
	*c.time = ast.TimeRange{
		Earliest: cmp.Or(own.Earliest, before.Earliest), Latest: cmp.Or(own.Latest, before.Latest),
		IndexEarliest: cmp.Or(own.IndexEarliest, before.IndexEarliest),
		IndexLatest:   cmp.Or(own.IndexLatest, before.IndexLatest),
		Layout:        cmp.Or(own.Layout, before.Layout),
	}
	return x
}

// within is x of the events within bounds of time.
func (c *terms) within(x ast.Expr, r ast.TimeRange) ast.Expr {
	at := c.off(c.prev.from)
	var first ast.Expr
	var list []ast.Expr
	if r.Earliest != "" {
		first, list = join(ast.And, first, list, timeTest(at, ast.Ge, r.Earliest))
	}
	if r.Latest != "" {
		first, list = join(ast.And, first, list, timeTest(at, ast.Lt, r.Latest))
	}
	first, list = join(ast.And, first, list, x)
	return logic(at, ast.And, first, list)
}

// timeTest tests the time of an event against a bound such as -1h@h, now, an
// epoch, or a date.
func timeTest(at ast.Off, o ast.Op, bound string) ast.Expr {
	text := &ast.Literal{Off: at, Value: bound}
	layout := dateLayout
	if strings.Contains(bound, "T") {
		layout = isoLayout(bound)
	}
	limit := &ast.Call{Off: at, Lib: libSPL, Name: "strptime", Args: []ast.Expr{text, &ast.Literal{Off: at, Value: layout}}}
	switch {
	case isDigit(bound[0]) && !strings.ContainsAny(bound, "/T"):
		limit.Name, limit.Args = "tonumber", []ast.Expr{text}
	case !isDigit(bound[0]):
		text.Value = strings.TrimSuffix(bound, "()") // now() is now
		now := &ast.Call{Off: at, Lib: libSPL, Name: "now"}
		limit.Name, limit.Args = "relative_time", []ast.Expr{now, text}
	}
	return &ast.Compare{
		Off: at, Op: o, X: &ast.Field{Off: at, Name: "_time"}, Y: limit, Rule: ast.Loose, Null: ast.NullIsFalse,
	}
}

// dateLayout is how bounds of time are written as dates.
const dateLayout = "%m/%d/%Y:%H:%M:%S"

// isoLayout is how the date of ISO 8601 is written, with its zone or without.
func isoLayout(date string) string {
	layout := "%Y-%m-%dT%H:%M:%S.%Q"
	if _, clock, _ := strings.Cut(date, "T"); strings.ContainsAny(clock, "Z+-") {
		layout += "%z"
	}
	return layout
}

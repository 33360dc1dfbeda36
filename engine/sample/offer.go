package sample

import (
	"math"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// offer is what a goal asks of a field: texts, other values, lengths. They
// are proposals, to be tried in order.
type offer struct {
	globs []glob
	vals  []event.Value
	// least are lengths that a text should have, if it can.
	least []int
	// anything tells that the goal wants the field to be there, and no more.
	anything bool
}

// offerOf returns what the field v may be for the goal to be met. What the
// goal says of other fields has been put into it as literals.
func (c *compiler) offerOf(v string, g goal) offer {
	switch e := g.e.(type) {
	case *ast.Match:
		if g.want == e.Negate {
			return c.invert(v, e.X, offer{anything: g.want || e.Negate})
		}
		return c.invert(v, e.X, matchOffer(e))
	case *ast.In:
		if !g.want {
			return offer{}
		}
		o := offer{}
		for _, m := range e.List {
			o = o.with(equalTo(c.constant(m)))
		}
		return c.invert(v, e.X, o)
	case *ast.Compare:
		return c.compareOffer(v, e, g.want)
	case *ast.IsNull:
		if g.want {
			return offer{}
		}
		return c.invert(v, e.X, offer{anything: true})
	case *ast.Term:
		if g.want {
			return offer{globs: []glob{wildcard("*"+e.Text+"*", false)}}
		}
		return offer{}
	case *ast.Field:
		return c.invert(v, e, offer{vals: []event.Value{event.OfBool(g.want)}})
	case *ast.Call:
		return c.callOffer(v, e, g.want)
	}
	return offer{}
}

// with adds another way to meet a goal.
func (o offer) with(p offer) offer {
	o.globs = append(o.globs, p.globs...)
	o.vals = append(o.vals, p.vals...)
	o.least = append(o.least, p.least...)
	o.anything = o.anything || p.anything
	return o
}

func matchOffer(e *ast.Match) offer {
	var o offer
	for _, p := range e.Patterns {
		switch e.Kind {
		case ast.Wildcard:
			o.globs = append(o.globs, wildcard(p, true))
		case ast.Star:
			o.globs = append(o.globs, wildcard(p, false))
		case ast.Regex:
			o.globs = append(o.globs, luceneGlobs(p)...)
		case ast.RegexFind:
			o.globs = append(o.globs, findGlobs(p)...)
		}
		if e.CIDR && strings.Contains(p, "/") {
			o.vals = append(o.vals, addresses(p)...)
		}
	}
	return o
}

// constant evaluates an expression without fields.
func (c *compiler) constant(e ast.Expr) event.Value {
	if len(variables(e)) > 0 {
		return event.Value{}
	}
	n := len(c.scope.Errors)
	run := c.scope.Eval(e)
	c.scope.Errors = c.scope.Errors[:n]
	c.frame.Reset(values{})
	return run(c.frame)
}

func equalTo(v event.Value) offer {
	switch v.Kind() {
	case event.Null:
		return offer{}
	case event.String:
		s, _ := v.Str()
		return offer{globs: []glob{literal(s)}}
	}
	return offer{vals: []event.Value{v}}
}

// flipped are the operators with their sides exchanged, negated those that
// hold where the other does not.
var (
	flipped = map[ast.Op]ast.Op{ast.Lt: ast.Gt, ast.Le: ast.Ge, ast.Gt: ast.Lt, ast.Ge: ast.Le, ast.Eq: ast.Eq, ast.Ne: ast.Ne}
	negated = map[ast.Op]ast.Op{ast.Lt: ast.Ge, ast.Le: ast.Gt, ast.Gt: ast.Le, ast.Ge: ast.Lt, ast.Eq: ast.Ne, ast.Ne: ast.Eq}
)

func (c *compiler) compareOffer(v string, e *ast.Compare, want bool) offer {
	x, y, op := e.X, e.Y, e.Op
	if reads(y, v) {
		x, y, op = y, x, flipped[op]
	}
	if !want {
		op = negated[op]
	}
	if reads(y, v) || len(variables(y)) > 0 {
		return offer{anything: want}
	}
	lit := c.constant(y)
	if lit.IsList() && lit.Len() > 0 {
		lit = lit.At(0)
	}
	switch {
	case lit.IsNull():
		return offer{}
	case op == ast.Eq:
		return c.invert(v, x, equalTo(lit))
	case op == ast.Ne:
		return c.invert(v, x, near(lit))
	}
	return c.invert(v, x, beyond(lit, op))
}

// near are values like one, but others.
func near(v event.Value) offer {
	switch v.Kind() {
	case event.String:
		return offer{anything: true}
	case event.Bool:
		b, _ := v.Bool()
		return offer{vals: []event.Value{event.OfBool(!b)}}
	}
	o := beyond(v, ast.Gt)
	return o.with(beyond(v, ast.Lt))
}

// beyond are values that compare with v as op says.
func beyond(v event.Value, op ast.Op) offer {
	if i, ok := v.Int(); ok {
		var o offer
		for _, d := range steps(op) {
			o.vals = append(o.vals, event.OfInt(i+d))
		}
		return o
	}
	if f, ok := v.Float(); ok {
		var o offer
		for _, d := range steps(op) {
			o.vals = append(o.vals, event.OfFloat(f+float64(d)))
			if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
				o.vals = append(o.vals, event.OfInt(int64(f)+d))
			}
		}
		return o
	}
	s, ok := v.Str()
	if !ok {
		return offer{anything: true}
	}
	o := offer{globs: []glob{literal(s), literal(s + "a")}, anything: true}
	if s != "" {
		o.globs = append(o.globs, literal(s[:len(s)-1]))
	}
	return o
}

// steps are distances from a bound, small ones first.
func steps(op ast.Op) []int64 {
	switch op {
	case ast.Gt:
		return []int64{1, 2, 10, 1000}
	case ast.Ge:
		return []int64{0, 1, 2, 10, 1000}
	case ast.Lt:
		return []int64{-1, -2, -10, -1000}
	}
	return []int64{0, -1, -2, -10, -1000}
}

func reads(e ast.Expr, v string) bool {
	for _, n := range variables(e) {
		if n == v {
			return true
		}
	}
	return false
}

package sample

import (
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// invert turns what an expression should be into what its field v should be.
func (c *compiler) invert(v string, e ast.Expr, o offer) offer {
	switch e := e.(type) {
	case *ast.Field:
		return o
	case *ast.Neg:
		return c.invert(v, e.X, o.numbers(func(f float64) float64 { return -f }))
	case *ast.Arith:
		return c.invertArith(v, e, o)
	case *ast.Call:
		return c.invertCall(v, e, o)
	}
	return offer{anything: true}
}

// numbers maps the numbers of an offer.
func (o offer) numbers(f func(float64) float64) offer {
	out := offer{anything: o.anything}
	add := func(v event.Value) {
		if n, ok := v.Number(); ok {
			out.vals = append(out.vals, number(f(n)))
		}
	}
	for _, v := range o.vals {
		add(v)
	}
	for _, g := range o.globs {
		add(event.OfString(string(g)))
	}
	return out
}

// number is an integer if it can be.
func number(f float64) event.Value {
	if i := int64(f); float64(i) == f {
		return event.OfInt(i)
	}
	return event.OfFloat(f)
}

func (c *compiler) invertArith(v string, e *ast.Arith, o offer) offer {
	x, y := e.X, e.Y
	left := reads(x, v)
	if !left {
		x, y = y, x
	}
	if e.Op == ast.Concat {
		return c.invertConcat(v, []ast.Expr{e.X, e.Y}, o)
	}
	k, ok := c.constant(y).Number()
	if !ok {
		return c.invert(v, x, offer{anything: true})
	}
	return c.invert(v, x, o.numbers(func(r float64) float64 { return solveArith(e.Op, r, k, left) }))
}

// solveArith returns the operand that makes the result r with the other
// operand k; left tells that it is the left one.
func solveArith(op ast.Op, r, k float64, left bool) float64 {
	switch op {
	case ast.Add:
		return r - k
	case ast.Sub:
		if left {
			return r + k
		}
		return k - r
	case ast.Mul:
		if k != 0 {
			return r / k
		}
	case ast.Div:
		if left {
			return r * k
		}
		if r != 0 {
			return k / r
		}
	}
	return r
}

func (c *compiler) invertCall(v string, e *ast.Call, o offer) offer {
	switch strings.ToLower(e.Name) {
	case "length", "len":
		return c.invert(v, arg(e, 0), lengths(o))
	case "substring":
		return c.invert(v, arg(e, 0), c.sliced(e, o))
	case "substr":
		return c.invert(v, arg(e, 0), offer{globs: surround(o.globs), vals: o.vals, anything: o.anything})
	case "between":
		return c.invert(v, arg(e, 0), c.betweens(e, o))
	case "indexof":
		return c.invert(v, arg(e, 0), c.placed(e, o))
	case "concat":
		return c.invertConcat(v, e.Args, o)
	case "string", "tostring":
		return c.invert(v, arg(e, 0), o.with(texts(o.vals)))
	case "number", "tonumber":
		return c.invert(v, arg(e, 0), c.spelled(e, o))
	case "add", "subtract", "multiply", "divide":
		ops := map[string]ast.Op{"add": ast.Add, "subtract": ast.Sub, "multiply": ast.Mul, "divide": ast.Div}
		if len(e.Args) == 2 {
			return c.invertArith(v, &ast.Arith{Off: e.Off, Op: ops[strings.ToLower(e.Name)], X: e.Args[0], Y: e.Args[1]}, o)
		}
	}
	var out offer
	for _, a := range e.Args {
		if reads(a, v) {
			out = out.with(c.invert(v, a, o))
		}
	}
	return out
}

func arg(e *ast.Call, i int) ast.Expr {
	if i < len(e.Args) {
		return e.Args[i]
	}
	return &ast.Literal{Off: e.Off}
}

func (c *compiler) int(e *ast.Call, i int) (int, bool) {
	if i >= len(e.Args) {
		return 0, false
	}
	n, ok := c.constant(e.Args[i]).Number()
	return max(-maxLength, min(maxLength, int(n))), ok
}

// maxLength bounds the texts that are made up: rules ask for command lines of
// some thousand characters.
const maxLength = 20_000

// lengths are texts of the lengths that are offered.
func lengths(o offer) offer {
	out := offer{}
	for _, v := range o.vals {
		if n, ok := v.Number(); ok && n >= 0 {
			n := min(int(n), maxLength)
			if !slices.Contains(out.least, n) {
				out.least = append(out.least, n)
			}
		}
	}
	if o.anything {
		out.anything = true
	}
	return out
}

// sliced are texts whose substring is offered.
func (c *compiler) sliced(e *ast.Call, o offer) offer {
	from, _ := c.int(e, 1)
	to, ended := c.int(e, 2)
	var out offer
	for _, g := range o.globs {
		switch {
		case from >= 0:
			out.globs = append(out.globs, slices.Concat(slices.Repeat(glob{one}, from), g, glob{star}), slices.Concat(slices.Repeat(glob{one}, from), g))
		case ended && to < 0:
			out.globs = append(out.globs, slices.Concat(glob{star}, g, slices.Repeat(glob{one}, -to)))
		default:
			out.globs = append(out.globs, slices.Concat(glob{star}, g))
		}
	}
	out.anything = o.anything
	return out
}

func surround(gs []glob) []glob {
	out := make([]glob, len(gs))
	for i, g := range gs {
		out[i] = slices.Concat(glob{star}, g, glob{star})
	}
	return append(out, gs...)
}

func (c *compiler) betweens(e *ast.Call, o offer) offer {
	left, _ := c.constant(arg(e, 1)).Str()
	right, _ := c.constant(arg(e, 2)).Str()
	out := offer{anything: o.anything}
	for _, g := range o.globs {
		out.globs = append(out.globs, slices.Concat(glob{star}, literal(left), g, literal(right), glob{star}))
	}
	for _, v := range o.vals { // of length(between(…))
		out.globs = append(out.globs, slices.Concat(glob{star}, literal(left), literal(v.Text()), literal(right), glob{star}))
	}
	return out
}

// placed are texts that hold another at the offered places.
func (c *compiler) placed(e *ast.Call, o offer) offer {
	needle, _ := c.constant(arg(e, 1)).Str()
	out := offer{}
	for _, v := range o.vals {
		if n, ok := v.Number(); ok && n >= 0 {
			out.globs = append(out.globs, slices.Concat(slices.Repeat(glob{one}, min(int(n), maxLength)), literal(needle), glob{star}))
		}
	}
	if o.anything {
		out.globs = append(out.globs, around(needle))
	}
	return out
}

// invertConcat takes the literal ends off what a concatenation should be.
func (c *compiler) invertConcat(v string, args []ast.Expr, o offer) offer {
	i := slices.IndexFunc(args, func(a ast.Expr) bool { return reads(a, v) })
	if i < 0 {
		return offer{}
	}
	var before, after string
	for _, a := range args[:i] {
		before += c.constant(a).Text()
	}
	for _, a := range args[i+1:] {
		after += c.constant(a).Text()
	}
	out := offer{anything: true}
	for _, g := range o.globs {
		if s := string(g); len(s) >= len(before)+len(after) {
			s, _ = strings.CutPrefix(s, before)
			s, _ = strings.CutSuffix(s, after)
			out.globs = append(out.globs, literal(s))
		}
		if g.stars() {
			out.globs = append(out.globs, g)
		}
	}
	return c.invert(v, args[i], out)
}

// texts are values as text.
func texts(vals []event.Value) offer {
	var o offer
	for _, v := range vals {
		o.globs = append(o.globs, literal(v.Text()))
	}
	return o
}

// spelled are texts that read as the numbers that are offered.
func (c *compiler) spelled(e *ast.Call, o offer) offer {
	base, ok := c.int(e, 1)
	out := texts(o.vals)
	for _, v := range o.vals {
		if n, isInt := v.Int(); ok && isInt && base >= 2 && base <= 36 {
			out.globs = append(out.globs, literal(formatInt(n, base)))
		}
	}
	out.vals = o.vals
	out.anything = o.anything
	return out
}

// callOffer is what a condition that is a call asks for.
func (c *compiler) callOffer(v string, e *ast.Call, want bool) offer {
	if !want {
		return offer{}
	}
	subject := arg(e, 0)
	var globs []glob
	var vals []event.Value
	for _, a := range e.Args[min(1, len(e.Args)):] {
		if reads(a, v) { // the field is the needle
			whole := c.constant(subject)
			return c.invert(v, a, equalTo(whole))
		}
		s, ok := c.constant(a).Str()
		if !ok {
			continue
		}
		switch strings.ToLower(e.Name) {
		case "startswith":
			globs = append(globs, append(literal(s), star))
		case "endswith":
			globs = append(globs, append(glob{star}, literal(s)...))
		case "stringcontains":
			globs = append(globs, around(s))
		case "wildcard":
			globs = append(globs, wildcard(s, false))
		case "like":
			globs = append(globs, wildcard(strings.NewReplacer("%", "*", "_", "?").Replace(s), true))
		case "match", "matchlite":
			globs = append(globs, findGlobs(s)...)
		case "cidrmatch":
			vals = append(vals, addresses(s)...)
		default:
			globs = append(globs, literal(s))
		}
	}
	if strings.EqualFold(e.Name, "cidrmatch") && e.Lib == "spl" {
		s, _ := c.constant(subject).Str()
		return c.invert(v, arg(e, 1), offer{vals: addresses(s)})
	}
	return c.invert(v, subject, offer{globs: globs, vals: vals, anything: len(globs)+len(vals) == 0})
}

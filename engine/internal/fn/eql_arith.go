package fn

import (
	"math"
	wide "math/bits"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// Arith computes as Java does: integers stay integers, division drops
// the fraction, a remainder has the dividend's sign. What overflows or
// divides by zero is null.
func Arith(op ast.Op, x, y event.Value) event.Value {
	if x.Kind() == event.String {
		x, _ = parsed(x)
	}
	if y.Kind() == event.String {
		y, _ = parsed(y)
	}
	a, ok1 := x.Int()
	b, ok2 := y.Int()
	if ok1 && ok2 {
		return integers(op, a, b)
	}
	f, ok1 := x.Float()
	g, ok2 := y.Float()
	if !ok1 || !ok2 {
		return event.Value{}
	}
	return Floats(op, f, g)
}

// Floored is Arith as Python does it: the quotient of two integers is rounded
// down, and a remainder has the divisor's sign.
func Floored(op ast.Op, x, y event.Value) event.Value {
	v := Arith(op, x, y)
	if op != ast.Div && op != ast.Mod || v.IsNull() {
		return v
	}
	rest := Arith(ast.Mod, x, y)
	r, _ := rest.Number()
	d, _ := y.Number()
	_, whole := v.Int()
	switch {
	case r == 0 || (r < 0) == (d < 0):
		return v
	case op == ast.Mod:
		return Arith(ast.Add, rest, y)
	case whole:
		return Arith(ast.Sub, v, event.OfInt(1))
	}
	return v
}

// integers computes with two integers, exactly or not at all.
func integers(op ast.Op, a, b int64) event.Value {
	var r int64
	switch op {
	case ast.Add:
		if r = a + b; (r > a) != (b > 0) && b != 0 {
			return event.Value{}
		}
	case ast.Sub:
		if r = a - b; (r < a) != (b > 0) && b != 0 {
			return event.Value{}
		}
	case ast.Mul:
		return product(a, b)
	case ast.Div:
		if b == 0 || a == math.MinInt64 && b == -1 {
			return event.Value{}
		}
		r = a / b
	case ast.Mod:
		if b == 0 {
			return event.Value{}
		}
		if b != -1 {
			r = a % b
		}
	default:
		return event.Value{}
	}
	return event.OfInt(r)
}

func product(a, b int64) event.Value {
	hi, lo := wide.Mul64(magnitude(a), magnitude(b))
	negative := (a < 0) != (b < 0)
	switch {
	case hi != 0 || lo > 1<<63 || lo == 1<<63 && !negative:
		return event.Value{}
	case negative:
		return event.OfInt(int64(-lo))
	}
	return event.OfInt(int64(lo))
}

func magnitude(a int64) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}

// Floats computes with two floating numbers. What is no number is null.
func Floats(op ast.Op, f, g float64) event.Value {
	var r float64
	switch op {
	case ast.Add:
		r = f + g
	case ast.Sub:
		r = f - g
	case ast.Mul:
		r = f * g
	case ast.Div:
		r = f / g
	case ast.Mod:
		r = math.Mod(f, g)
	default:
		return event.Value{}
	}
	if r != r || math.IsInf(r, 0) {
		return event.Value{}
	}
	return event.OfFloat(r)
}

func parsed(v event.Value) (event.Value, bool) {
	s, _ := v.Str()
	return event.ParseNumber(s)
}

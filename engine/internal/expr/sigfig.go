package expr

import (
	"math"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/fn"
)

// measure is a number and the decimal place of its last digit that counts: 2
// for 1.00, -1 for 1110 to three digits.
type measure struct {
	f      float64
	places int
}

// figures is how many digits of a measure count.
func (m measure) figures() int { return m.places + 1 + magnitude(m.f) }

// magnitude is the power of ten of a number's first digit.
func magnitude(f float64) int {
	if f == 0 {
		return 0
	}
	return int(math.Floor(math.Log10(math.Abs(f))))
}

// measured is a compiled expression with its precision. It reports false for
// null and what is no number.
type measured func(f *field.Frame) (measure, bool)

// sigfig rounds a computation to what its operands are worth: a product or
// quotient to the fewest digits that count among them, a sum or difference to
// the fewest places, as Splunk's "Mathematical functions" have it.
func (s *Scope) sigfig(e *ast.Call) value {
	run := s.measured(e.Args[0])
	return value{run: func(f *field.Frame) event.Value {
		m, ok := run(f)
		if !ok {
			return event.Value{}
		}
		return fn.Rounded(m.f, m.places)
	}}
}

func (s *Scope) measured(e ast.Expr) measured {
	switch e := e.(type) {
	case *ast.Arith:
		if e.Op != ast.Concat {
			return s.measuredArith(e)
		}
	case *ast.Neg:
		run := s.measured(e.X)
		return func(f *field.Frame) (measure, bool) {
			m, ok := run(f)
			return measure{-m.f, m.places}, ok
		}
	case *ast.Literal:
		if e.Digits != "" {
			m, ok := measureOf(event.OfString(e.Digits))
			return func(*field.Frame) (measure, bool) { return m, ok }
		}
	}
	if !s.reads(e) {
		return func(*field.Frame) (measure, bool) { return measure{}, false }
	}
	run := s.eval(e).run
	return func(f *field.Frame) (measure, bool) { return measureOf(run(f)) }
}

// measureOf reads a number by its text.
func measureOf(v event.Value) (measure, bool) {
	f, ok := v.Number()
	text, _, _ := strings.Cut(strings.ToLower(v.Text()), "e")
	_, fraction, _ := strings.Cut(text, ".")
	return measure{f, len(fraction)}, ok
}

func (s *Scope) measuredArith(e *ast.Arith) measured {
	x, y, op := s.measured(e.X), s.measured(e.Y), e.Op
	return func(f *field.Frame) (measure, bool) {
		a, ok1 := x(f)
		b, ok2 := y(f)
		out, ok3 := fn.Floats(op, a.f, b.f).Float()
		if !ok1 || !ok2 || !ok3 {
			return measure{}, false
		}
		if op == ast.Add || op == ast.Sub {
			return measure{out, min(a.places, b.places)}, true
		}
		return measure{out, min(a.figures(), b.figures()) - 1 - magnitude(out)}, true
	}
}

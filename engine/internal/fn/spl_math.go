package fn

import (
	"math"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/spoor-lang/spoor/engine/event"
)

var _ = register(SPL,
	math1("abs", math.Abs),
	math1("ceiling", math.Ceil),
	math1("ceil", math.Ceil),
	math1("floor", math.Floor),
	math1("exp", math.Exp),
	math1("ln", math.Log),
	math1("sqrt", math.Sqrt),
	math1("exact", same),
	math1("acos", math.Acos),
	math1("acosh", math.Acosh),
	math1("asin", math.Asin),
	math1("asinh", math.Asinh),
	math1("atan", math.Atan),
	math1("atanh", math.Atanh),
	math1("cos", math.Cos),
	math1("cosh", math.Cosh),
	math1("sin", math.Sin),
	math1("sinh", math.Sinh),
	math1("tan", math.Tan),
	math1("tanh", math.Tanh),
	math2("atan2", math.Atan2),
	math2("hypot", math.Hypot),
	math2("pow", math.Pow),
	&Func{Name: "pi", Call: func(*Context, []event.Value) event.Value { return number(math.Pi) }},
	&Func{Name: "log", Min: 1, Max: 2, Params: "n", Call: logarithm},
	&Func{Name: "round", Min: 1, Max: 2, Params: "n", Call: round},
	&Func{Name: "avg", Min: 1, Max: -1, Params: "d", Null: true, Call: average},
	&Func{Name: "sum", Min: 1, Max: -1, Params: "d", Null: true, Call: total},
	&Func{Name: "min", Min: 1, Max: -1, Null: true, Call: least},
	&Func{Name: "max", Min: 1, Max: -1, Null: true, Call: greatest},
	&Func{Name: "random", Bind: random},
)

// same is exact: numbers have all their digits anyway.
func same(f float64) float64 { return f }

func math1(name string, f func(float64) float64) *Func {
	return &Func{Name: name, Min: 1, Max: 1, Params: "n", Call: func(_ *Context, args []event.Value) event.Value {
		x, ok := numeric(args[0])
		if !ok {
			return event.Value{}
		}
		return number(f(x))
	}}
}

func math2(name string, f func(x, y float64) float64) *Func {
	return &Func{Name: name, Min: 2, Max: 2, Params: "n", Call: func(_ *Context, args []event.Value) event.Value {
		x, ok1 := numeric(args[0])
		y, ok2 := numeric(args[1])
		if !ok1 || !ok2 {
			return event.Value{}
		}
		return number(f(x, y))
	}}
}

// logarithm is log(x[, base]); the base is 10 unless given.
func logarithm(_ *Context, args []event.Value) event.Value {
	x, ok := numeric(args[0])
	base := 10.0
	if len(args) > 1 && ok {
		base, ok = numeric(args[1])
	}
	switch {
	case !ok || base <= 0 || base == 1:
		return event.Value{}
	case base == 10:
		return number(math.Log10(x))
	case base == 2:
		return number(math.Log2(x))
	}
	return number(math.Log(x) / math.Log(base))
}

// round is round(x[, places]), away from zero at the half. It prints with that
// many decimals.
func round(_ *Context, args []event.Value) event.Value {
	x, ok := numeric(args[0])
	places := 0
	if len(args) > 1 && ok {
		places, ok = truncated(args[1])
	}
	if !ok || places < 0 {
		return event.Value{}
	}
	return Rounded(x, places)
}

// Rounded is a number that is rounded to decimal places, and prints with them.
func Rounded(f float64, places int) event.Value {
	if f = Round(f, places); f == 0 {
		f = 0 // not -0.00
	}
	return event.OfRounded(f, places)
}

// Round rounds away from zero at the half, to decimal places, or with negative
// places to tens, hundreds and so on.
func Round(f float64, places int) float64 {
	if places >= 0 {
		return roundTo(f, places)
	}
	scale := math.Pow10(-places)
	return roundTo(f/scale, 0) * scale
}

// roundTo rounds the decimal notation of f, not its binary value: 2.555 is
// 2.56, although the nearest float lies below the half.
func roundTo(f float64, places int) float64 {
	s := strconv.FormatFloat(math.Abs(f), 'f', -1, 64)
	dot := strings.IndexByte(s, '.')
	if dot < 0 || len(s)-dot-1 <= places {
		return f
	}
	digits := []byte("0" + s[:dot+1+places]) // room for a carry
	if s[dot+1+places] >= '5' {
		increment(digits)
	}
	r, _ := strconv.ParseFloat(string(digits), 64) // digits and a point: no error
	return math.Copysign(r, f)
}

// increment adds one to the last digit of a decimal number that starts with 0.
func increment(digits []byte) {
	for i := len(digits) - 1; i >= 0; i-- {
		switch digits[i] {
		case '.':
		case '9':
			digits[i] = '0'
		default:
			digits[i]++
			return
		}
	}
}

// values calls f for each value of the arguments that is not null.
func values(args []event.Value, f func(event.Value)) {
	for _, a := range args {
		for i := range a.Len() {
			if v := a.At(i); !v.IsNull() {
				f(v)
			}
		}
	}
}

// sum adds the numbers among the arguments' values; others do not count.
func sum(args []event.Value) (sum float64, n int) {
	values(args, func(v event.Value) {
		if f, ok := numeric(v); ok {
			sum += f
			n++
		}
	})
	return sum, n
}

func total(_ *Context, args []event.Value) event.Value {
	s, n := sum(args)
	if n == 0 {
		return event.Value{}
	}
	return number(s)
}

func average(_ *Context, args []event.Value) event.Value {
	s, n := sum(args)
	if n == 0 {
		return event.Value{}
	}
	return number(s / float64(n))
}

// extremes are the least and greatest of some values. Numbers are less than
// texts, which are ordered by their bytes.
type extremes struct {
	numbers, texts int
	low, high      float64
	first, last    string
}

func extremesOf(args []event.Value) (e extremes) {
	values(args, func(v event.Value) {
		if f, ok := numeric(v); ok {
			if e.numbers++; e.numbers == 1 {
				e.low, e.high = f, f
			}
			e.low, e.high = min(e.low, f), max(e.high, f)
			return
		}
		s := v.Text()
		if e.texts++; e.texts == 1 {
			e.first, e.last = s, s
		}
		e.first, e.last = min(e.first, s), max(e.last, s)
	})
	return e
}

func least(_ *Context, args []event.Value) event.Value {
	switch e := extremesOf(args); {
	case e.numbers > 0:
		return number(e.low)
	case e.texts > 0:
		return event.OfString(e.first)
	}
	return event.Value{}
}

func greatest(_ *Context, args []event.Value) event.Value {
	switch e := extremesOf(args); {
	case e.texts > 0:
		return event.OfString(e.last)
	case e.numbers > 0:
		return number(e.high)
	}
	return event.Value{}
}

// random yields numbers between 0 and 2^31-1. They follow from the start of
// the search and from how often this call was asked, so that a search gives
// the same rows when it is run again.
func random([]*event.Value, Options) (Call, error) {
	var calls atomic.Uint64
	return func(c *Context, _ []event.Value) event.Value {
		x := uint64(c.Now.UnixNano()) + calls.Add(1)*0x9e3779b97f4a7c15
		x = (x ^ x>>30) * 0xbf58476d1ce4e5b9 // the finisher of splitmix64
		x = (x ^ x>>27) * 0x94d049bb133111eb
		return event.OfInt(int64((x ^ x>>31) >> 33))
	}, nil
}

package fn

import (
	"math"

	"github.com/spoor-lang/spoor/engine/event"
)

// allBits are the integers that a float holds exactly, which is what the
// functions over bits take and yield; others are null.
const allBits = 1<<53 - 1

var _ = register(SPL,
	fold("bit_and", func(x, y uint64) uint64 { return x & y }),
	fold("bit_or", func(x, y uint64) uint64 { return x | y }),
	fold("bit_xor", func(x, y uint64) uint64 { return x ^ y }),
	&Func{Name: "bit_not", Min: 1, Max: 2, Params: "n", Call: bitNot},
	shift("bit_shift_left", func(x, n uint64) uint64 { return x << n & allBits }),
	shift("bit_shift_right", func(x, n uint64) uint64 { return x >> n }),
)

func flags(v event.Value) (uint64, bool) {
	f, ok := numeric(v)
	if !ok || f != math.Trunc(f) || f < 0 || f > allBits {
		return 0, false
	}
	return uint64(f), true
}

func fold(name string, f func(x, y uint64) uint64) *Func {
	return &Func{Name: name, Min: 2, Max: -1, Params: "n", Call: func(_ *Context, args []event.Value) event.Value {
		x, ok := flags(args[0])
		for _, a := range args[1:] {
			y, fits := flags(a)
			x, ok = f(x, y), ok && fits
		}
		if !ok {
			return event.Value{}
		}
		return event.OfInt(int64(x))
	}}
}

// bitNot is bit_not(x[, mask]).
func bitNot(_ *Context, args []event.Value) event.Value {
	x, ok := flags(args[0])
	mask := uint64(allBits)
	if len(args) > 1 && ok {
		mask, ok = flags(args[1])
	}
	if !ok {
		return event.Value{}
	}
	return event.OfInt(int64(^x & mask))
}

func shift(name string, f func(x, n uint64) uint64) *Func {
	return &Func{Name: name, Min: 2, Max: 2, Params: "n", Call: func(_ *Context, args []event.Value) event.Value {
		x, ok1 := flags(args[0])
		n, ok2 := flags(args[1])
		if !ok1 || !ok2 {
			return event.Value{}
		}
		return event.OfInt(int64(f(x, n)))
	}}
}

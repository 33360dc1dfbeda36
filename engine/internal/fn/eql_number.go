package fn

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// EQL's functions over numbers.
var _ = register(EQL,
	&Func{Name: "add", Min: 2, Max: 2, Params: "nn", Each: true, Call: operator(ast.Add)},
	&Func{Name: "subtract", Min: 2, Max: 2, Params: "nn", Each: true, Call: operator(ast.Sub)},
	&Func{Name: "multiply", Min: 2, Max: 2, Params: "nn", Each: true, Call: operator(ast.Mul)},
	&Func{Name: "divide", Min: 2, Max: 2, Params: "nn", Each: true, Call: operator(ast.Div)},
	&Func{Name: "modulo", Min: 2, Max: 2, Params: "nn", Each: true, Call: operator(ast.Mod)},
	&Func{Name: "number", Min: 1, Max: 2, Params: "sn", Each: true, Null: true, Bind: bindNumber},
)

func operator(op ast.Op) Call {
	return func(_ *Context, args []event.Value) event.Value { return Arith(op, args[0], args[1]) }
}

// bindNumber refuses a base in which nothing reads.
func bindNumber(lits []*event.Value, _ Options) (Call, error) {
	if len(lits) > 1 && lits[1] != nil && !lits[1].IsNull() {
		if base, ok := integer(*lits[1]); !ok || base < leastBase || base > greatestBase {
			return nil, fmt.Errorf("expected a base from %d to %d, found %s", leastBase, greatestBase, lits[1].Text())
		}
	}
	return javaNumber, nil
}

// The bases in which digits and letters write numbers.
const leastBase, greatestBase = 2, 36

// javaNumber reads a text as a number: to the given base, or as hexadecimal if
// it begins with 0x, or as a decimal number. What does not read is null.
func javaNumber(_ *Context, args []event.Value) event.Value {
	if _, ok := args[0].Float(); ok {
		return args[0]
	}
	s, ok := args[0].Str()
	if !ok {
		return event.Value{}
	}
	base := 10
	hexadecimal := strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "0X")
	if len(args) > 1 && !args[1].IsNull() {
		if base, ok = integer(args[1]); !ok {
			return event.Value{}
		}
	} else if hexadecimal {
		base = 16
	}
	if base == 10 {
		return decimal(strings.TrimSpace(s), s)
	}
	if base == 16 && hexadecimal {
		s = s[2:]
	}
	if base < leastBase || base > greatestBase || strings.Contains(s, "_") {
		return event.Value{}
	}
	n, err := strconv.ParseInt(s, base, 64)
	if err != nil {
		return event.Value{}
	}
	return event.OfInt(n)
}

// decimal reads an integer, or a float, around which blanks may stand.
func decimal(trimmed, s string) event.Value {
	v, ok := event.ParseNumber(trimmed)
	if !ok {
		return event.Value{}
	}
	if n, ok := v.Int(); ok && trimmed != s {
		return event.OfFloat(float64(n))
	}
	return v
}

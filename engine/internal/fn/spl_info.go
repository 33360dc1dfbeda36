package fn

import (
	"math"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/jsonpath"
)

var _ = register(SPL,
	kind("isbool", func(v event.Value, _ bool) bool { return v.Kind() == event.Bool }),
	kind("isnum", isNumber),
	kind("isint", func(v event.Value, quoted bool) bool { return isNumber(v, quoted) && integral(v) }),
	kind("isdouble", func(v event.Value, quoted bool) bool { return isNumber(v, quoted) && !integral(v) }),
	kind("isstr", func(v event.Value, quoted bool) bool {
		return v.Kind() == event.String && !isNumber(v, quoted)
	}),
	kind("ismv", func(v event.Value, _ bool) bool { return v.Len() > 1 }),
	kind("isarray", func(v event.Value, _ bool) bool { return isJSON(v, jsonpath.Array) }),
	kind("isobject", func(v event.Value, _ bool) bool { return isJSON(v, jsonpath.Object) }),
	&Func{Name: "typeof", Min: 1, Max: 1, Null: true, Bind: typeOf},
	&Func{Name: "nullif", Min: 2, Max: 2, Null: true, Call: nullif},
)

// kind is a test of a value, which may have been written as a quoted text.
// Null is of no kind.
func kind(name string, is func(v event.Value, quoted bool) bool) *Func {
	return &Func{Name: name, Min: 1, Max: 1, Null: true, Bind: func(lits []*event.Value, _ Options) (Call, error) {
		quoted := literalTexts(lits)[0]
		return func(_ *Context, args []event.Value) event.Value { return event.OfBool(is(args[0], quoted)) }, nil
	}}
}

func isNumber(v event.Value, quoted bool) bool {
	if quoted || v.IsList() {
		return false
	}
	_, ok := numeric(v)
	return ok
}

// integral reports whether a number is written without a fraction.
func integral(v event.Value) bool {
	if s, ok := v.Str(); ok {
		v, _ = event.ParseNumber(s)
		return v.Kind() == event.Int
	}
	f, _ := numeric(v)
	return f == math.Trunc(f)
}

func isJSON(v event.Value, kind jsonpath.Kind) bool {
	n, ok := document(v)
	return ok && n.Kind == kind
}

// typeOf names the type of a value.
func typeOf(lits []*event.Value, _ Options) (Call, error) {
	quoted := literalTexts(lits)[0]
	return func(_ *Context, args []event.Value) event.Value {
		switch v := args[0]; {
		case v.IsNull():
			return event.OfString("Invalid")
		case v.Kind() == event.Bool:
			return event.OfString("Bool")
		case isNumber(v, quoted):
			return event.OfString("Number")
		}
		return event.OfString("String")
	}, nil
}

// nullif is its first argument, or null if both are equal.
func nullif(_ *Context, args []event.Value) event.Value {
	if equal(args[0], args[1]) {
		return event.Value{}
	}
	return args[0]
}

// equal compares as numbers where both are, and as texts otherwise.
func equal(v, w event.Value) bool {
	if v.IsNull() || w.IsNull() {
		return v.IsNull() && w.IsNull()
	}
	x, ok1 := numeric(v)
	y, ok2 := numeric(w)
	if ok1 && ok2 {
		return x == y
	}
	return v.Text() == w.Text()
}

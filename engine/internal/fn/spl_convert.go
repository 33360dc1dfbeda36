package fn

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

var _ = register(SPL,
	&Func{Name: "tostring", Min: 1, Max: 2, Null: true, Each: true, Bind: bindToString},
	&Func{Name: "tonumber", Min: 1, Max: 2, Each: true, Bind: bindToNumber},
	&Func{Name: "todouble", Min: 1, Max: 2, Each: true, Call: readNumber},
	&Func{Name: "toint", Min: 1, Max: 2, Each: true, Call: toInt},
	&Func{Name: "tobool", Min: 1, Max: 1, Call: toBool},
	&Func{Name: "ipmask", Min: 2, Max: 2, Call: ipmask},
)

// notations are the formats of tostring.
var notations = map[string]func(v event.Value, f float64) event.Value{
	"hex":      func(_ event.Value, f float64) event.Value { return digits(f, 16, "0x") },
	"binary":   func(_ event.Value, f float64) event.Value { return digits(f, 2, "") },
	"commas":   commas,
	"duration": func(_ event.Value, f float64) event.Value { return event.OfString(timefmt.Duration(f)) },
}

// bindToString is tostring(x[, format]). A format concerns numbers alone;
// other values are their text, null is "Null".
func bindToString(lits []*event.Value, _ Options) (Call, error) {
	if len(lits) > 1 && lits[1] != nil {
		if name := lits[1].Text(); notations[name] == nil {
			return nil, fmt.Errorf(`expected the format "hex", "binary", "commas" or "duration", found %q`, name)
		}
	}
	return func(_ *Context, args []event.Value) event.Value {
		v := args[0]
		if b, ok := v.Bool(); ok {
			return event.OfString(map[bool]string{true: "True", false: "False"}[b])
		}
		if v.IsNull() {
			return event.OfString("Null")
		}
		if f, ok := numeric(v); ok && len(args) > 1 {
			if notation := notations[args[1].Text()]; notation != nil {
				return notation(v, f)
			}
			return event.Value{}
		}
		return event.OfString(v.Text())
	}, nil
}

// digits writes a number that is not negative to another base, without its
// fraction.
func digits(f float64, base int, prefix string) event.Value {
	if f < 0 || f >= 1<<63 {
		return event.Value{}
	}
	return event.OfString(prefix + strings.ToUpper(strconv.FormatInt(int64(f), base)))
}

// commas parts thousands, and rounds to two decimals what has any, be they
// zeros.
func commas(v event.Value, f float64) event.Value {
	places := 0
	if strings.Contains(v.Text(), ".") || f != math.Trunc(f) {
		f, places = roundTo(f, 2), 2
	}
	s := strconv.FormatFloat(math.Abs(f), 'f', places, 64)
	if s = thousands(s); f < 0 {
		s = "-" + s
	}
	return event.OfString(s)
}

// thousands sets commas into the digits before the point.
func thousands(s string) string {
	end := strings.IndexByte(s, '.')
	if end < 0 {
		end = len(s)
	}
	var b strings.Builder
	for i := range end {
		if i > 0 && (end-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(s[i])
	}
	return b.String() + s[end:]
}

// bindToNumber is tonumber(s[, base]). Where the search itself holds a text that
// is no number, it is wrong.
func bindToNumber(lits []*event.Value, _ Options) (Call, error) {
	args := make([]event.Value, len(lits))
	for i, l := range lits {
		if l == nil {
			return readNumber, nil
		}
		args[i] = *l
	}
	if readNumber(nil, args).IsNull() && !args[0].IsNull() {
		return nil, fmt.Errorf("expected a text that reads as a number, found %q", args[0].Text())
	}
	return readNumber, nil
}

// readNumber is tonumber for a value; what does not read as a number, to its last
// character, is null.
func readNumber(_ *Context, args []event.Value) event.Value {
	if len(args) == 1 {
		f, ok := numeric(args[0])
		if !ok {
			return event.Value{}
		}
		if i, ok := args[0].Int(); ok {
			return event.OfInt(i)
		}
		return number(f)
	}
	base, ok := whole(args[1])
	if !ok || base < 2 || base > 36 {
		return event.Value{}
	}
	if base == 10 {
		return readNumber(nil, args[:1])
	}
	s := strings.ToLower(args[0].Text())
	if base == 16 {
		s = strings.TrimPrefix(s, "0x")
	}
	n, err := strconv.ParseInt(s, base, 64)
	if err != nil {
		return event.Value{}
	}
	return event.OfInt(n)
}

func toInt(c *Context, args []event.Value) event.Value {
	f, ok := readNumber(c, args).Float()
	if !ok {
		return event.Value{}
	}
	return number(math.Floor(f))
}

func toBool(_ *Context, args []event.Value) event.Value {
	if args[0].Kind() == event.Bool {
		return args[0]
	}
	switch args[0].Text() {
	case "true", "True":
		return event.OfBool(true)
	case "false", "False":
		return event.OfBool(false)
	}
	if f, ok := numeric(args[0]); ok {
		return event.OfBool(f != 0)
	}
	return event.Value{}
}

// ipmask is ipmask(mask, address), for IPv4.
func ipmask(_ *Context, args []event.Value) event.Value {
	mask, err1 := netip.ParseAddr(args[0].Text())
	ip, err2 := netip.ParseAddr(args[1].Text())
	if err1 != nil || err2 != nil || !mask.Is4() || !ip.Is4() {
		return event.Value{}
	}
	m, a := mask.As4(), ip.As4()
	for i := range a {
		a[i] &= m[i]
	}
	return event.OfString(netip.AddrFrom4(a).String())
}

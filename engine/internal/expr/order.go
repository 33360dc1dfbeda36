package expr

import (
	"cmp"
	"math"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// compareTyped orders values of one type; a text and a number are compared
// as numbers if the text reads as one, and a text and a bool by the bool's
// name.
func compareTyped(x, y event.Value) (int, bool) {
	if a, ok := x.Str(); ok {
		if b, ok := y.Str(); ok {
			return strings.Compare(a, b), true
		}
	}
	xk, yk := x.Kind(), y.Kind()
	switch {
	case xk == event.Time || yk == event.Time:
		return compareTimes(x, y)
	case xk == event.String && (yk == event.Int || yk == event.Float):
		n, ok := number(x)
		if !ok {
			return 0, false
		}
		return compareNumbers(n, y), true
	case yk == event.String && (xk == event.Int || xk == event.Float):
		n, ok := number(y)
		if !ok {
			return 0, false
		}
		return compareNumbers(x, n), true
	case xk == event.Bool || yk == event.Bool:
		return compareBools(x, y)
	case isNumber(xk) && isNumber(yk):
		return compareNumbers(x, y), true
	}
	return 0, event.Identical(x, y)
}

func isNumber(k event.Kind) bool { return k == event.Int || k == event.Float }

// number reads a text as a number.
func number(v event.Value) (event.Value, bool) {
	s, _ := v.Str()
	return event.ParseNumber(s)
}

// compareNumbers orders two numbers exactly. A NaN is behind all others.
func compareNumbers(x, y event.Value) int {
	a, ok1 := x.Int()
	b, ok2 := y.Int()
	switch {
	case ok1 && ok2:
		return cmp.Compare(a, b)
	case ok1:
		f, _ := y.Float()
		return compareIntFloat(a, f)
	case ok2:
		f, _ := x.Float()
		return -compareIntFloat(b, f)
	}
	f, _ := x.Float()
	g, _ := y.Float()
	return compareFloats(f, g)
}

func compareFloats(f, g float64) int {
	if f != f || g != g {
		return cmp.Compare(triOf(f != f), triOf(g != g))
	}
	return cmp.Compare(f, g)
}

// compareIntFloat avoids turning large integers into floats, which would
// lose their last digits.
func compareIntFloat(i int64, f float64) int {
	switch {
	case f != f || f >= math.MaxInt64:
		return -1
	case f < math.MinInt64:
		return 1
	}
	whole := math.Trunc(f)
	if c := cmp.Compare(i, int64(whole)); c != 0 {
		return c
	}
	return cmp.Compare(whole, f)
}

func compareBools(x, y event.Value) (int, bool) {
	a, ok1 := asBool(x)
	b, ok2 := asBool(y)
	if !ok1 || !ok2 {
		return 0, false
	}
	return cmp.Compare(triOf(a), triOf(b)), true
}

func asBool(v event.Value) (b, ok bool) {
	if b, ok := v.Bool(); ok {
		return b, true
	}
	s, _ := v.Str()
	return s == "true", s == "true" || s == "false"
}

// compareLoose compares as numbers where both sides read as numbers, and as
// text otherwise.
func compareLoose(x, y event.Value) (int, bool) {
	if f, ok := x.Number(); ok {
		if g, ok := y.Number(); ok {
			return compareFloats(f, g), true
		}
	}
	if a, ok := x.Str(); ok {
		if b, ok := y.Str(); ok {
			return strings.Compare(a, b), true
		}
	}
	return strings.Compare(x.Text(), y.Text()), true
}

// compareIP orders addresses. An address equals the prefix that it lies in.
func compareIP(x, y event.Value) (int, bool) {
	s, _ := x.Str()
	t, _ := y.Str()
	a, ok1 := match.Addr(s)
	b, ok2 := match.Addr(t)
	switch {
	case ok1 && ok2:
		return a.Compare(b), true
	case ok1:
		p, ok := match.Prefix(t)
		return 0, ok && match.Within(p, a)
	case ok2:
		p, ok := match.Prefix(s)
		return 0, ok && match.Within(p, b)
	}
	return 0, s == t
}

// CompareVersions orders the values of a field that holds versions.
func CompareVersions(x, y event.Value) int {
	c, _ := compareVersions(x, y)
	return c
}

// compareVersions orders versions such as 1.10.2-beta: parts of digits by
// their numbers, and before a release what carries a suffix.
func compareVersions(x, y event.Value) (int, bool) {
	a, amore, _ := strings.Cut(withoutBuild(x.Text()), "-")
	b, bmore, _ := strings.Cut(withoutBuild(y.Text()), "-")
	if c := compareParts(a, b); c != 0 {
		return c, true
	}
	switch {
	case amore == bmore:
		return 0, true
	case amore == "":
		return 1, true
	case bmore == "":
		return -1, true
	}
	return compareParts(amore, bmore), true
}

func withoutBuild(s string) string {
	s, _, _ = strings.Cut(s, "+")
	return s
}

func compareParts(a, b string) int {
	for a != "" || b != "" {
		var p, q string
		p, a, _ = strings.Cut(a, ".")
		q, b, _ = strings.Cut(b, ".")
		if c := comparePart(p, q); c != 0 {
			return c
		}
	}
	return 0
}

// comparePart orders parts: digits by value, before texts; a part that is
// not there is before all.
func comparePart(p, q string) int {
	n, ok1 := event.ParseNumber(p)
	m, ok2 := event.ParseNumber(q)
	switch {
	case ok1 && ok2:
		return compareNumbers(n, m)
	case ok1 && q != "":
		return -1
	case ok2 && p != "":
		return 1
	}
	return strings.Compare(p, q)
}

package expr

import (
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// instant is a time as a text of a rule gives it: all of what its last part
// names. "2024-05-01T10:00:00Z" is a second, "2024-05-01" is a day.
type instant struct{ first, last time.Time }

// dated compiles a comparison of a date with a text, which stands for the
// whole second, minute or day that it names.
func (s *Scope) dated(e *ast.Compare, x, y value) (condition, bool) {
	if e.Rule != ast.Typed {
		return condition{}, false
	}
	op, date, lit := e.Op, e.X, y
	run := x.run
	if x.known && !y.known {
		op, date, lit, run = mirror(e.Op), e.Y, x, y.run
	}
	text, ok := lit.val.Str()
	if t, _ := s.typeOf(date); t != Date || !lit.known || !ok {
		return condition{}, false
	}
	at, ok := parseInstant(text)
	if !ok {
		if s.Types == nil { // it need not be a date
			return condition{}, false
		}
		s.Errorf(e, "expected a date such as 2024-05-01T10:00:00Z, found %q", text)
		return failed(), true
	}
	rule := e.Null
	return condition{run: func(f *field.Frame) Tri { return decided(at.compare(run(f), op), rule) }}, true
}

// mirror is the operator for swapped operands.
func mirror(op ast.Op) ast.Op {
	switch op {
	case ast.Lt:
		return ast.Gt
	case ast.Le:
		return ast.Ge
	case ast.Gt:
		return ast.Lt
	case ast.Ge:
		return ast.Le
	}
	return op
}

// compare tells whether some time in v stands in the relation op to the
// instant.
func (i instant) compare(v event.Value, op ast.Op) Tri {
	out := Null
	for n := range v.Len() {
		t, ok := timeOf(v.At(n))
		if !ok {
			continue
		}
		c := 0
		switch {
		case t.Before(i.first):
			c = -1
		case t.After(i.last):
			c = 1
		}
		if holds(op, c) {
			return True
		}
		out = False
	}
	return out
}

// compareTimes orders times, texts of times, and milliseconds since 1970.
func compareTimes(x, y event.Value) (int, bool) {
	t, ok1 := timeOf(x)
	u, ok2 := timeOf(y)
	if !ok1 || !ok2 {
		return 0, event.Identical(x, y)
	}
	return t.Compare(u), true
}

// Time reads the value of a date field as a time: a text in ISO 8601, or
// milliseconds since 1970. The second result is false where it is neither.
func Time(v event.Value) (time.Time, bool) { return timeOf(v) }

// timeOf reads a value as a time: milliseconds since 1970 if it is a number.
func timeOf(v event.Value) (time.Time, bool) {
	if t, ok := v.Time(); ok {
		return t, true
	}
	if n, ok := v.Int(); ok {
		return time.UnixMilli(n), true
	}
	if f, ok := v.Float(); ok {
		return time.UnixMicro(int64(f * 1000)), true
	}
	s, ok := v.Str()
	if !ok {
		return time.Time{}, false
	}
	i, ok := parseInstant(s)
	return i.first, ok
}

// layouts are ISO 8601's from the whole to the coarse, and the one of dates
// that cannot be taken for another, each with what its last part spans. Go reads fractions of a second where a layout has none.
var layouts = []struct {
	text string
	span func(time.Time) time.Time
}{
	{"2006-01-02T15:04:05Z07:00", plus(time.Second)},
	{"2006-01-02T15:04:05Z0700", plus(time.Second)},
	{"2006-01-02T15:04:05", plus(time.Second)},
	{"2006-01-02 15:04:05", plus(time.Second)},
	{"2006-01-02T15:04Z07:00", plus(time.Minute)},
	{"2006-01-02T15:04", plus(time.Minute)},
	{"2006-01-02T15", plus(time.Hour)},
	{"2006-01-02", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	{"02-01-2006", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	{"2006-01", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
	{"2006", func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
}

func plus(d time.Duration) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.Add(d) }
}

// parseInstant reads a date in ISO 8601, or milliseconds since 1970: a number
// of four digits is a year, as Elasticsearch's default format has it.
func parseInstant(s string) (instant, bool) {
	const digitsOfYear = 4
	if n, ok := event.ParseNumber(s); ok && len(s) != digitsOfYear {
		t, _ := timeOf(n)
		return instant{t, t}, true
	}
	if len(s) < digitsOfYear || s[0] < '0' || s[0] > '9' {
		return instant{}, false
	}
	for _, l := range layouts {
		t, err := time.Parse(l.text, s)
		if err != nil {
			continue
		}
		if strings.ContainsAny(s, ".,") { // with a fraction it is exact
			return instant{t, t}, true
		}
		return instant{t, l.span(t).Add(-1)}, true
	}
	return instant{}, false
}

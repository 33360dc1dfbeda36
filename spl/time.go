package spl

import (
	"strconv"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
)

// parseSpan reads 5m, hour, 0.5, 2log10, 1w@w1.
func parseSpan(s string) (ast.Span, bool) {
	if length, to, ok := strings.Cut(s, "@"); ok {
		return snappedSpan(length, strings.ToLower(to))
	}
	i := 0
	for i < len(s) && (isDigit(s[i]) || s[i] == '.') {
		i++
	}
	n := 1.0
	if i > 0 {
		var err error
		if n, err = strconv.ParseFloat(s[:i], 64); err != nil || n <= 0 {
			return ast.Span{}, false
		}
	}
	unit := strings.ToLower(s[i:])
	switch u, ok := ast.UnitNamed(unit); {
	case ok:
		return ast.Span{N: n, Unit: u}, true
	case unit == "" && i > 0:
		return ast.Span{N: n}, true
	case strings.HasPrefix(unit, "log"):
		return logSpan(n, unit[len("log"):])
	}
	return ast.Span{}, false
}

// logSpan reads the base of a span such as 2log10, whose limits are 2, 20, 200:
// powers of the base times a factor below it.
func logSpan(factor float64, base string) (ast.Span, bool) {
	sp := ast.Span{N: 10, Unit: ast.LogUnit}
	if base != "" {
		var err error
		if sp.N, err = strconv.ParseFloat(base, 64); err != nil || sp.N <= 1 {
			return sp, false
		}
	}
	if factor != 1 {
		sp.Factor = factor
	}
	return sp, 1 <= factor && factor < sp.N
}

// snappedSpan reads a length and the time that it begins at: a day of the week
// for weeks; spans of other units begin where their unit does anyway.
func snappedSpan(length, to string) (ast.Span, bool) {
	span, ok := parseSpan(length)
	if !ok || span.Unit == ast.NoUnit || span.Unit == ast.LogUnit {
		return span, false
	}
	if day, found := strings.CutPrefix(to, "w"); found && len(day) == 1 && day[0] >= '0' && day[0] <= '7' {
		span.Start = time.Weekday(day[0]-'0') % 7
		return span, span.Unit == ast.Week
	}
	unit, ok := ast.UnitNamed(to)
	return span, ok && unit == span.Unit
}

// lengths are the units that always last equally long.
var lengths = map[ast.Unit]time.Duration{
	ast.NoUnit: time.Second, ast.Microsecond: time.Microsecond, ast.Millisecond: time.Millisecond,
	ast.Centisecond: 10 * time.Millisecond, ast.Decisecond: 100 * time.Millisecond,
	ast.Second: time.Second, ast.Minute: time.Minute, ast.Hour: time.Hour,
	ast.Day: 24 * time.Hour, ast.Week: 7 * 24 * time.Hour, ast.Month: 30 * 24 * time.Hour,
}

// fitsSecond tells whether a span in parts of a second is shorter than one and
// divides it evenly, as Splunk's have to. Those in longer units need not.
func fitsSecond(sp ast.Span) bool {
	unit := lengths[sp.Unit]
	if sp.Unit == ast.NoUnit || unit == 0 || unit >= time.Second {
		return true
	}
	n := time.Second / unit
	length := time.Duration(sp.N)
	return float64(length) == sp.N && 0 < length && length < n && n%length == 0
}

// duration reads a length of clock time, seconds where no unit is given.
func (s *stage) duration(o option) (time.Duration, error) {
	span, ok := parseSpan(strings.TrimPrefix(o.text, "-"))
	unit, fixed := lengths[span.Unit]
	if !ok || !fixed || span.N*float64(unit) > float64(1<<62) {
		return 0, s.errorf(o.value.from, "expected a length of time such as 5m as %s, found %q", o.name, short(o.text))
	}
	return time.Duration(span.N * float64(unit)), nil
}

// ago are the options of a search that count back from its start.
var ago = map[string]string{"seconds": "s", "minutes": "m", "hours": "h", "days": "d", "months": "mon"}

// boundBy tells whether an operator behind the name of a time modifier sets a
// bound: = does, and >= or < where the bound is one, as in latest<@d.
func boundBy(field, op string) bool {
	switch field {
	case "earliest", "_index_earliest":
		return op != "!=" && op[0] != '<'
	case "latest", "_index_latest":
		return op != "!=" && op[0] != '>'
	}
	return op == "=" || op == "=="
}

// setTime sets the bound that a term of a search such as earliest=-1h is, and
// tells whether it is one. What is not a time is an ordinary field test.
func setTime(r *ast.TimeRange, field, value string) bool {
	switch field {
	case "earliest", "starttime", "starttimeu":
		r.Earliest = value
	case "latest", "endtime", "endtimeu":
		r.Latest = value
	case "_index_earliest":
		r.IndexEarliest = value
	case "_index_latest":
		r.IndexLatest = value
	case "timeformat":
		r.Layout = value
	default:
		return setAgo(r, field, value)
	}
	return true
}

// setAgo handles starthoursago=24 and its kin; hoursago=24 is the same.
func setAgo(r *ast.TimeRange, field, value string) bool {
	unit, ok := strings.CutSuffix(field, "ago")
	if !ok || digitsLen(value) != len(value) || value == "" {
		return false
	}
	bound := &r.Earliest
	if rest, ok := strings.CutPrefix(unit, "end"); ok {
		unit, bound = rest, &r.Latest
	} else {
		unit = strings.TrimPrefix(unit, "start")
	}
	letter, ok := ago[unit]
	if ok {
		*bound = "-" + value + letter
	}
	return ok
}

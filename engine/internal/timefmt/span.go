package timefmt

import (
	"math"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// fixed are the units that have one length.
var fixed = map[ast.Unit]time.Duration{
	ast.Microsecond: time.Microsecond, ast.Millisecond: time.Millisecond,
	ast.Centisecond: 10 * time.Millisecond, ast.Decisecond: 100 * time.Millisecond,
	ast.Second: time.Second, ast.Minute: time.Minute, ast.Hour: time.Hour,
}

// monthsOf are the units that are made of months.
var monthsOf = map[ast.Unit]int{ast.Month: 1, ast.Quarter: 3, ast.Year: 12}

// ParseSpan reads a span: 5m, 1h, 100ms, 1mon, 10, 0.5, log2. It reports false
// for anything else, and for a span that is not positive.
func ParseSpan(s string) (ast.Span, bool) {
	i := 0
	for i < len(s) && (isDigit(s[i]) || s[i] == '.') {
		i++
	}
	word, rest := letters(s[i:])
	if word == "log" && (i == 0 || s[:i] == "1") {
		return logSpan(rest)
	}
	v, ok := event.ParseNumber(s[:i])
	n, _ := v.Float()
	unit, known := ast.UnitNamed(word)
	if !ok || n <= 0 || rest != "" || word != "" && !known {
		return ast.Span{}, false
	}
	return ast.Span{N: n, Unit: unit}, true
}

// logSpan reads the base of a logarithmic span; 10 where there is none.
func logSpan(base string) (ast.Span, bool) {
	if base == "" {
		return ast.Span{N: 10, Unit: ast.LogUnit}, true
	}
	v, ok := event.ParseNumber(base)
	n, _ := v.Float()
	return ast.Span{N: n, Unit: ast.LogUnit}, ok && n > 1
}

// Length returns the length of a span of clock units, and of days and weeks on
// days of 24 hours; months count 30 days, quarters 90 and years 365. A span
// without a unit counts seconds. It serves to compare spans, and as the
// longest time that one may take; [Floor] and [Next] know the calendar.
func Length(sp ast.Span) time.Duration {
	const day = 24 * time.Hour
	unit := time.Second
	if d, ok := fixed[sp.Unit]; ok {
		unit = d
	}
	switch sp.Unit {
	case ast.Day:
		unit = day
	case ast.Week:
		unit = 7 * day
	case ast.Month:
		unit = 30 * day
	case ast.Quarter:
		unit = 90 * day
	case ast.Year:
		unit = 365 * day
	}
	d := sp.N * float64(unit)
	if d >= math.MaxInt64 {
		return math.MaxInt64
	}
	return time.Duration(math.Round(d))
}

// Floor returns the start of the span that t lies in, in zone (nil is UTC).
// Spans of hours and less, and those without a unit, which count seconds, are
// laid out from 1970-01-01 00:00 UTC; days from that date's midnight in zone,
// weeks from Sundays or the day that they begin on, months, quarters and years from January 1970. A span
// that is no length of time leaves t as it is.
func Floor(t time.Time, sp ast.Span, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	t = t.In(zone)
	if sp.Unit == ast.LogUnit || sp.N <= 0 {
		return t
	}
	n := max(1, int64(min(sp.N, maxYears*366)))
	switch sp.Unit {
	case ast.Day:
		return dayAt(floorTo(dayNumber(t), n), zone)
	case ast.Week:
		// 1970-01-04 was the first Sunday.
		first := 3 + int64(sp.Start)
		return dayAt(floorTo(dayNumber(t)-first, 7*n)+first, zone)
	case ast.Month, ast.Quarter, ast.Year:
		months := int64(t.Year()-1970)*12 + int64(t.Month()-1)
		first := floorTo(months, n*int64(monthsOf[sp.Unit]))
		return Midnight(1970, time.Month(1+first), 1, zone)
	}
	step := max(1, Length(sp).Microseconds())
	return time.UnixMicro(floorTo(t.UnixMicro(), step)).In(zone)
}

// Next returns the start of the span after the one that starts at t: where t begins
// a day, as the results of Floor do for days and more, that begins one, too.
func Next(t time.Time, sp ast.Span) time.Time {
	n := int(max(1, min(sp.N, maxYears*366)))
	switch sp.Unit {
	case ast.Day:
		return later(t, 0, n)
	case ast.Week:
		return later(t, 0, 7*n)
	case ast.Month, ast.Quarter, ast.Year:
		return later(t, n*monthsOf[sp.Unit], 0)
	}
	return t.Add(max(time.Microsecond, Length(sp)))
}

func later(t time.Time, months, days int) time.Time {
	y, m, d := t.Date()
	if t.Equal(Midnight(y, m, d, t.Location())) {
		return Midnight(y, m+time.Month(months), d+days, t.Location())
	}
	if next := t.AddDate(0, months, days); next.After(t) {
		return next
	}
	return t.Add(24 * time.Hour) // over a day that the zone has left out
}

// dayNumber counts the days of t's calendar from 1970-01-01.
func dayNumber(t time.Time) int64 {
	return Midnight(t.Year(), t.Month(), t.Day(), time.UTC).Unix() / 86400
}

func dayAt(n int64, zone *time.Location) time.Time {
	return Midnight(1970, 1, 1+int(n), zone)
}

// floorTo returns the greatest multiple of step that is not above n.
func floorTo(n, step int64) int64 {
	q := n / step
	if n%step < 0 {
		q--
	}
	return q * step
}

// Duration formats seconds as Splunk's duration: [D+]HH:MM:SS, with six digits
// of a fraction where there is one.
func Duration(sec float64) string {
	var b strings.Builder
	if sec < 0 {
		b.WriteByte('-')
		sec = -sec
	}
	micro := int64(math.Round(min(sec, maxEpoch) * 1e6))
	whole := int(micro / 1e6)
	plain := directive{}
	if days := whole / 86400; days > 0 {
		plain.pad(&b, days, 1, '0')
		b.WriteByte('+')
	}
	plain.pad(&b, whole/3600%24, 2, '0')
	b.WriteByte(':')
	plain.pad(&b, whole/60%60, 2, '0')
	b.WriteByte(':')
	plain.pad(&b, whole%60, 2, '0')
	if f := int(micro % 1e6); f > 0 {
		b.WriteByte('.')
		plain.pad(&b, f, 6, '0')
	}
	return b.String()
}

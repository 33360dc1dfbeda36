package timefmt

import (
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// Relative applies a time modifier to now, by the calendar of now's location:
// "now", an epoch, or offsets and snaps in their order (-70m@m, @w0, +1d@d-2h,
// -mon@mon). It reports false for anything else, and for a result outside of
// the years 0 to 9999. A month that is too short for a day takes its last day.
func Relative(now time.Time, modifier string) (time.Time, bool) {
	s := strings.TrimSpace(modifier)
	if s == "" {
		return time.Time{}, false
	}
	if t, ok := absolute(now, s); ok {
		return t, true
	}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "rt"), "now")
	t := now
	for s != "" {
		var ok bool
		if s[0] == '@' {
			t, s, ok = snap(t, s[1:])
		} else {
			t, s, ok = offset(t, s)
		}
		if !ok || t.Year() < 0 || t.Year() > 9999 {
			return time.Time{}, false
		}
	}
	return t, true
}

// dateLayout is how the bounds of a search write dates unless told.
const dateLayout = "%m/%d/%Y:%H:%M:%S"

// Bound reads an end of a search's window: whatever Relative does, "now()", or
// a date in the given strptime layout; "" is %m/%d/%Y:%H:%M:%S, or that of ISO
// 8601, such as 2023-09-05T11:52:43.123-05:00.
func Bound(now time.Time, text, layout string) (time.Time, bool) {
	if text = strings.TrimSpace(text); text == "now()" {
		return now, true
	}
	if layout == "" {
		layout = dateLayout
	}
	if t, ok := Relative(now, text); ok {
		return t, true
	}
	if t, ok := ParseAt(text, layout, now); ok {
		return t, true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} { // takes fractions, too
		if t, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return t.In(now.Location()), true
		}
	}
	return time.Time{}, false
}

// absolute reads a modifier that does not depend on now.
func absolute(now time.Time, s string) (time.Time, bool) {
	if !isDigit(s[0]) {
		return time.Time{}, false
	}
	n, ok := event.ParseNumber(s)
	sec, _ := n.Float()
	if !ok || !InRange(sec) {
		return time.Time{}, false
	}
	return FromEpoch(sec).In(now.Location()), true
}

// maxOffset bounds the number of a modifier: a second is the shortest unit
// that people count in, and three hundred years of them have ten digits.
const maxOffset = 9_999_999_999

// offset reads a sign, a number (1 if there is none) and a unit, and moves t.
func offset(t time.Time, s string) (time.Time, string, bool) {
	if s[0] != '+' && s[0] != '-' {
		return t, s, false
	}
	sign, s := s[0], s[1:]
	n, i := int64(0), 0
	for ; i < len(s) && isDigit(s[i]); i++ {
		if n = n*10 + int64(s[i]-'0'); n > maxOffset {
			return t, s, false
		}
	}
	if i == 0 {
		n = 1
	}
	word, rest := letters(s[i:])
	unit, ok := ast.UnitNamed(word)
	if !ok {
		return t, s, false
	}
	if sign == '-' {
		n = -n
	}
	t, ok = add(t, n, unit)
	return t, rest, ok
}

// letters parts the word at the start of s from the rest.
func letters(s string) (word, rest string) {
	i := 0
	for i < len(s) && (s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z') {
		i++
	}
	return strings.ToLower(s[:i]), s[i:]
}

// maxYears is how far an offset reaches: the length of what an int64 counts in
// nanoseconds, less than which no duration overflows.
const maxYears = 290

// add moves t by n units.
func add(t time.Time, n int64, unit ast.Unit) (time.Time, bool) {
	const day = 24 * time.Hour
	d, clock := fixed[unit]
	if clock {
		if limit := int64(maxYears * 365 * day / d); n > limit || n < -limit {
			return t, false
		}
		return t.Add(time.Duration(n) * d), true
	}
	if n > maxYears*366 || n < -maxYears*366 {
		return t, false
	}
	switch n := int(n); unit {
	case ast.Day:
		return t.AddDate(0, 0, n), true
	case ast.Week:
		return t.AddDate(0, 0, 7*n), true
	default:
		return addMonths(t, n*monthsOf[unit]), true
	}
}

// addMonths moves t by months, and stays within the month that it comes to.
func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	day := min(t.Day(), daysIn(first.Year(), first.Month()))
	return time.Date(first.Year(), first.Month(), day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

// Ascends reports whether a modifier, applied to a later time, comes to no earlier
// one, and never to one ahead of that: offsets back, and snaps, in units of one
// length. Months have several, and where clocks are put back, so have days and hours.
func Ascends(modifier string, zone *time.Location) bool {
	s := strings.TrimSpace(modifier)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "rt"), "now")
	for s != "" {
		if s[0] != '@' && s[0] != '-' {
			return false
		}
		snaps := s[0] == '@'
		word, rest := letters(strings.TrimLeft(s[1:], "0123456789"))
		unit, ok := ast.UnitNamed(word)
		switch {
		case !ok || monthsOf[unit] > 0:
			return false
		case zone != time.UTC && (unit == ast.Day || unit == ast.Week || unit == ast.Hour && snaps):
			return false
		case snaps && unit == ast.Week:
			rest = strings.TrimLeft(rest, "01234567")
		}
		s = rest
	}
	return true
}

// snap reads a unit and goes back to its start. The days of the week have
// numbers, 0 and 7 for Sunday.
func snap(t time.Time, s string) (time.Time, string, bool) {
	word, rest := letters(s)
	unit, ok := ast.UnitNamed(word)
	if !ok {
		return t, s, false
	}
	if unit == ast.Week {
		day := 0
		if rest != "" && isDigit(rest[0]) {
			day = int(rest[0]-'0') % 7
			if rest[0] > '7' {
				return t, s, false
			}
			rest = rest[1:]
		}
		back := (int(t.Weekday()) - day + 7) % 7
		return Midnight(t.Year(), t.Month(), t.Day()-back, t.Location()), rest, true
	}
	return start(t, unit), rest, true
}

// start returns the start of the unit that t lies in, on the clock of t's
// location.
func start(t time.Time, unit ast.Unit) time.Time {
	switch unit {
	case ast.Day:
		return Midnight(t.Year(), t.Month(), t.Day(), t.Location())
	case ast.Month:
		return Midnight(t.Year(), t.Month(), 1, t.Location())
	case ast.Quarter:
		return Midnight(t.Year(), (t.Month()-1)/3*3+1, 1, t.Location())
	case ast.Year:
		return Midnight(t.Year(), time.January, 1, t.Location())
	}
	// The clock's minutes and hours need not be those of 1970: zones are off
	// by half hours, and once were by seconds.
	_, east := t.Zone()
	shift := time.Duration(east) * time.Second
	return t.Add(shift).Truncate(fixed[unit]).Add(-shift)
}

// Midnight returns when a day begins in zone: at 0:00, or, where clocks are put
// forward then, at what they are put to: an hour later, or the next day, as some
// islands have left one out.
func Midnight(y int, m time.Month, d int, zone *time.Location) time.Time {
	t := time.Date(y, m, d, 0, 0, 0, 0, zone)
	if early := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(clockOf(t)); early > 0 {
		return t.Add(early)
	}
	return t
}

// clockOf is what t's clock shows, as a time of UTC.
func clockOf(t time.Time) time.Time {
	_, off := t.Zone()
	return t.UTC().Add(time.Duration(off) * time.Second)
}

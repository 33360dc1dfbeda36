package timefmt

import (
	"strings"
	"time"
)

// Parse reads s as a strptime layout says; a text without an offset is in zone
// (nil is UTC). It reports false if s does not fit, if a number is out of its
// range, or if the text has a year or a month but no day. What follows the
// last conversion in s is not looked at. A point or comma and the subseconds
// behind it may be missing in s, as Splunk's own examples have it.
//
// What the layout leaves open is taken from 1970-01-01 00:00:00; [ParseAt]
// takes it from elsewhere.
func Parse(s, layout string, zone *time.Location) (time.Time, bool) {
	if zone == nil {
		zone = time.UTC
	}
	return ParseAt(s, layout, time.Date(1970, 1, 1, 0, 0, 0, 0, zone))
}

// ParseAt is Parse for texts that leave out the year, or the date: these are
// now's, and so is the zone.
func ParseAt(s, layout string, now time.Time) (time.Time, bool) {
	r := reader{s: s, zone: now.Location(), now: now, hour12: -1}
	if !r.read(layout) {
		return time.Time{}, false
	}
	return r.time()
}

// reader takes a text apart along a layout, and holds what it found; pointers
// are nil for what the text does not say.
type reader struct {
	s    string
	now  time.Time
	zone *time.Location

	epoch                *int64
	year, month, day     *int
	yearDay              *int
	hour, min, sec, nano int
	hour12               int // -1 for none
	pm                   bool
}

func (r *reader) read(layout string) bool {
	for layout != "" {
		if isBlank(layout[0]) {
			r.blanks()
			layout = layout[1:]
			continue
		}
		if layout[0] != '%' {
			if r.s != "" && r.s[0] == layout[0] {
				r.s, layout = r.s[1:], layout[1:]
				continue
			}
			d, ok := subseconds(layout[1:])
			if !ok || layout[0] != '.' && layout[0] != ',' {
				return false
			}
			layout = layout[1+d.size:] // a text may leave them out
			continue
		}
		d := readDirective(layout)
		layout = layout[d.size:]
		if !r.directive(d, layout) {
			return false
		}
	}
	return true
}

// directive reads one conversion; rest is the layout behind it.
func (r *reader) directive(d directive, rest string) bool {
	if l, ok := composed[d.verb]; ok {
		return r.read(l)
	}
	switch d.verb {
	case 'a', 'A':
		_, ok := r.name(weekdays)
		return ok
	case 'b', 'B', 'h':
		i, ok := r.name(months)
		i++
		r.month = &i
		return ok
	case 'p', 'P':
		i, ok := r.name(halves)
		r.pm = i == 1
		return ok
	case 'N', 'Q', 'f':
		return r.fraction(d.digits)
	case 's':
		return r.seconds(rest)
	case 'z':
		return r.offset()
	case 'Z':
		return r.zoneName()
	case 'n', 't':
		r.blanks()
		return true
	case '%':
		ok := strings.HasPrefix(r.s, "%")
		r.s = strings.TrimPrefix(r.s, "%")
		return ok
	}
	return r.number(d.verb)
}

// number reads the conversions that are plain numbers. Leading zeros are not
// required, and leading blanks are skipped.
func (r *reader) number(verb byte) bool {
	r.blanks()
	n, ok := 0, false
	switch verb {
	case 'Y', 'G':
		n, ok = r.digits(4, 0, 9999)
		r.year = &n
	case 'y', 'g':
		if n, ok = r.digits(2, 0, 99); n < 69 { // POSIX's turn of the century
			n += 100
		}
		n += 1900
		r.year = &n
	case 'm':
		n, ok = r.digits(2, 1, 12)
		r.month = &n
	case 'd', 'e':
		n, ok = r.digits(2, 1, 31)
		r.day = &n
	case 'j':
		n, ok = r.digits(3, 1, 366)
		r.yearDay = &n
	case 'H', 'k':
		r.hour, ok = r.digits(2, 0, 23)
		r.hour12 = -1
	case 'I', 'l':
		r.hour12, ok = r.digits(2, 1, 12)
	case 'M':
		r.min, ok = r.digits(2, 0, 59)
	case 'S':
		r.sec, ok = r.digits(2, 0, 60) // 60 is a leap second
	case 'U', 'W', 'V', 'C':
		_, ok = r.digits(2, 0, 99) // a week or century alone is no date
	case 'w', 'u':
		_, ok = r.digits(1, 0, 7)
	}
	return ok
}

// time puts together what was read.
func (r *reader) time() (time.Time, bool) {
	if r.epoch != nil {
		return time.Unix(*r.epoch, int64(r.nano)).In(r.zone), true
	}
	now := r.now.In(r.zone)
	year, month, day := now.Year(), now.Month(), now.Day()
	if r.year != nil {
		year = *r.year
	}
	switch {
	case r.yearDay != nil:
		month, day = time.January, *r.yearDay
	case r.day != nil:
		day = *r.day
		if r.month != nil {
			month = time.Month(*r.month)
		}
		if day > daysIn(year, month) {
			return time.Time{}, false
		}
	case r.year != nil || r.month != nil:
		return time.Time{}, false
	}
	hour := r.hour
	if r.hour12 >= 0 {
		hour = r.hour12 % 12
		if r.pm {
			hour += 12
		}
	}
	return time.Date(year, month, day, hour, r.min, r.sec, r.nano, r.zone), true
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func isBlank(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

func (r *reader) blanks() {
	for r.s != "" && isBlank(r.s[0]) {
		r.s = r.s[1:]
	}
}

// digits reads a number of at most width digits between low and high.
func (r *reader) digits(width, low, high int) (int, bool) {
	n, ok := r.decimal(width, int64(high))
	return int(n), ok && int64(low) <= n
}

// decimal reads a number of at most so many digits, which no int of 32 bits
// need hold.
func (r *reader) decimal(width int, high int64) (int64, bool) {
	n, i := int64(0), 0
	for ; i < len(r.s) && i < width && isDigit(r.s[i]); i++ {
		n = n*10 + int64(r.s[i]-'0')
	}
	r.s = r.s[i:]
	return n, i > 0 && n <= high
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// fraction reads digits of a second. A text may have any number of them where
// the layout names none; those behind the ninth are dropped.
func (r *reader) fraction(width int) bool {
	if width == 0 {
		width = len(r.s)
	}
	n, scale, i := 0, 1_000_000_000, 0
	for ; i < len(r.s) && i < width && isDigit(r.s[i]); i++ {
		if scale > 1 {
			scale /= 10
			n += int(r.s[i]-'0') * scale
		}
	}
	r.s = r.s[i:]
	r.nano = n
	return i > 0
}

// The digits of seconds since 1970: ten from 2001 until 2286, which is what
// parts them from a fraction that follows without a point; fourteen would be
// behind the year 9999.
const (
	epochDigits    = 10
	maxEpochDigits = 13
)

// subseconds returns the conversion of subseconds that a layout begins with.
func subseconds(layout string) (directive, bool) {
	if !strings.HasPrefix(layout, "%") {
		return directive{}, false
	}
	d := readDirective(layout)
	return d, d.verb == 'N' || d.verb == 'Q' || d.verb == 'f'
}

// seconds reads an epoch.
func (r *reader) seconds(rest string) bool {
	width := maxEpochDigits
	if _, ok := subseconds(rest); ok {
		width = epochDigits
	}
	r.blanks()
	negative := strings.HasPrefix(r.s, "-")
	r.s = strings.TrimPrefix(r.s, "-")
	sec, ok := r.decimal(width, maxEpoch)
	if negative {
		sec = -sec
	}
	r.epoch = &sec
	return ok
}

package schema

import (
	"math"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
)

// timeOf reads a time: a time, seconds or milliseconds since the epoch, or a
// text such as "2019-05-16 01:31:36.426870", with a T or a blank in the
// middle and with or without a zone. A text without a zone is UTC, as Sysmon
// writes it. Of a list it is the first.
func timeOf(v event.Value) (time.Time, bool) {
	if v.Len() > 0 {
		v = v.At(0)
	}
	if t, ok := v.Time(); ok {
		return t, true
	}
	if s, ok := v.Str(); ok {
		if t, ok := parseTime(s); ok {
			return t, true
		}
		n, ok := event.ParseNumber(s)
		if !ok {
			return time.Time{}, false
		}
		v = n
	}
	f, ok := v.Float()
	if !ok || f <= 0 || f > maxMillis {
		return time.Time{}, false
	}
	if f > maxSeconds {
		f /= 1000
	}
	sec, frac := math.Modf(f)
	return time.Unix(int64(sec), int64(frac*1e9)).UTC(), true
}

// A number above maxSeconds is in milliseconds: as seconds it would lie past
// the year 5000, and as milliseconds it is after March 1973. maxMillis is the
// last year that a Value's nanoseconds hold.
const (
	maxSeconds = 1e11
	maxMillis  = 9.2e12
)

// parseTime reads yyyy-mm-dd?hh:mm:ss[.fraction][Z|±hh:mm]. time.Parse takes
// five times as long, and this runs for every event.
func parseTime(s string) (time.Time, bool) {
	if len(s) < 19 || s[4] != '-' || s[7] != '-' || s[13] != ':' || s[16] != ':' || s[10] != 'T' && s[10] != ' ' {
		return time.Time{}, false
	}
	bad := false
	num := func(from, to int) (n int) {
		for _, c := range []byte(s[from:to]) {
			bad = bad || c < '0' || c > '9'
			n = n*10 + int(c-'0')
		}
		return n
	}
	y, mo, d := num(0, 4), num(5, 7), num(8, 10)
	h, m, sec := num(11, 13), num(14, 16), num(17, 19)
	if bad || mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || m > 59 || sec > 60 || y < firstYear || y > lastYear {
		return time.Time{}, false
	}
	nano, rest := fraction(s[19:])
	offset, ok := zone(rest)
	if !ok {
		return time.Time{}, false
	}
	return time.Date(y, time.Month(mo), d, h, m, sec-offset, nano, time.UTC), true
}

// The years whose nanoseconds fit an event.Value.
const (
	firstYear = 1678
	lastYear  = 2261
)

func fraction(s string) (nano int, rest string) {
	if s == "" || s[0] != '.' {
		return 0, s
	}
	i, scale := 1, 100_000_000
	for ; i < len(s) && '0' <= s[i] && s[i] <= '9'; i++ {
		nano += int(s[i]-'0') * scale
		scale /= 10
	}
	return nano, s[i:]
}

// zone returns the seconds east of UTC.
func zone(s string) (int, bool) {
	switch {
	case s == "", s == "Z", s == "z", s == " UTC":
		return 0, true
	case len(s) == 5 && (s[0] == '+' || s[0] == '-'): // +0200
		s = s[:3] + ":" + s[3:]
	}
	if len(s) != 6 || s[3] != ':' || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	for _, i := range [...]int{1, 2, 4, 5} {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	o := (int(s[1]-'0')*10+int(s[2]-'0'))*3600 + (int(s[4]-'0')*10+int(s[5]-'0'))*60
	if s[0] == '-' {
		o = -o
	}
	return o, true
}

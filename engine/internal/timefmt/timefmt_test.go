package timefmt

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
)

var (
	newYork = zone("America/New_York")
	kolkata = zone("Asia/Kolkata")
)

func zone(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return l
}

func at(s string, zone *time.Location) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05.999999999", s, zone)
	if err != nil {
		panic(err)
	}
	return t
}

func TestFormat(t *testing.T) {
	summer := at("2024-07-04 05:06:07.089012345", newYork)
	for _, c := range []struct{ layout, want string }{
		{"%Y-%m-%d %H:%M:%S", "2024-07-04 05:06:07"},
		{"%F %T %D %R %r", "2024-07-04 05:06:07 07/04/24 05:06 05:06:07 AM"},
		{"%c|%+|%x|%X", "Thu Jul  4 05:06:07 2024|Thu Jul  4 05:06:07 EDT 2024|07/04/2024|05:06:07"},
		{"%a %A %b %B %h", "Thu Thursday Jul July Jul"},
		{"%y %C %j %w %u", "24 20 186 4 4"},
		{"%U %W %V %G", "26 27 27 2024"},
		{"%e|%k|%l|%I|%p|%P", " 4| 5| 5|05|AM|am"},
		{"%N %3N %6N %9N %1N", "089012345 089 089012 089012345 0"},
		{"%Q %3Q %6Q %9Q %f", "089 089 089012 089012345 089012"},
		{"%s.%3N", "1720083967.089"},
		{"%z %:z %::z %:::z %Z %Ez", "-0400 -04:00 -04:00:00 -04 EDT -240"},
		{"%-d/%-m %_m %^a %0e", "4/7  7 THU 04"},
		{"100%% %n%t|", "100% \n\t|"},
		{"%!%i%", "%!%i%"},
		{"Größe %H", "Größe 05"},
		{"", ""},
	} {
		assert.Equal(t, c.want, Format(summer, c.layout), c.layout)
	}
	assert.Equal(t, "+0530 +330", Format(summer.In(kolkata), "%z %Ez"))
	assert.Equal(t, "12 PM 12 AM", Format(at("2024-01-01 12:30:00", time.UTC), "%I %p ")+
		Format(at("2024-01-01 00:30:00", time.UTC), "%I %p"))
	assert.Equal(t, "00 00 52 2022", Format(at("2023-01-01 00:00:00", time.UTC).AddDate(-1, 0, 0), "%U %W ")+
		Format(at("2023-01-01 00:00:00", time.UTC), "%V %G"), "the first days of a year belong to the last week of the one before")
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, layout, want string }{
		{"2024-01-02 03:04:05", "%Y-%m-%d %H:%M:%S", "2024-01-02T03:04:05Z"},
		{"2024-1-2 3:4:5", "%Y-%m-%d %H:%M:%S", "2024-01-02T03:04:05Z"},
		{"02/Jan/2024:03:04:05 -0800", "%d/%b/%Y:%H:%M:%S %z", "2024-01-02T11:04:05Z"},
		{"2024-01-02T03:04:05Z", "%Y-%m-%dT%H:%M:%SZ", "2024-01-02T03:04:05Z"},
		{"2024-01-02T03:04:05.678901Z", "%Y-%m-%dT%H:%M:%S.%NZ", "2024-01-02T03:04:05.678901Z"},
		{"2024-01-02T03:04:05.678Z", "%FT%T.%QZ", "2024-01-02T03:04:05.678Z"},
		{"2024-01-02 03:04:05,5", "%F %T,%3N", "2024-01-02T03:04:05.5Z"},
		{"2024-01-02T03:04:05+05:30", "%FT%T%z", "2024-01-01T21:34:05Z"},
		{"2024-01-02T03:04:05+05:30", "%FT%T%:z", "2024-01-01T21:34:05Z"},
		{"2024-01-02T03:04:05Z", "%FT%T%z", "2024-01-02T03:04:05Z"},
		{"Tue January 02 2024 03:04:05 PM", "%a %B %d %Y %I:%M:%S %p", "2024-01-02T15:04:05Z"},
		{"12:00 am 2 feb 24", "%I:%M %p %d %b %y", "2024-02-02T00:00:00Z"},
		{"Tue Jan  2 03:04:05 2024", "%c", "2024-01-02T03:04:05Z"},
		{"2024-01-02 03:04 PST", "%Y-%m-%d %H:%M %Z", "2024-01-02T11:04:00Z"},
		{"2024-01-02 03:04 GMT-0700", "%Y-%m-%d %H:%M %Z", "2024-01-02T10:04:00Z"},
		{"2024 060", "%Y %j", "2024-02-29T00:00:00Z"},
		{"1704164645", "%s", "2024-01-02T03:04:05Z"},
		{"1704164645123", "%s%3N", "2024-01-02T03:04:05.123Z"},
		{"1704164645.25", "%s.%N", "2024-01-02T03:04:05.25Z"},
		{"-1", "%s", "1969-12-31T23:59:59Z"},
		{"99-01-02", "%y-%m-%d", "1999-01-02T00:00:00Z"},
		{"  2024-01-02", "%Y-%m-%d", "2024-01-02T00:00:00Z"},
		{"2024-01-02 and more", "%Y-%m-%d", "2024-01-02T00:00:00Z"},
		{"10:30", "%H:%M", "1970-01-01T10:30:00Z"},
		{"50% 2024-01-02", "50%% %F", "2024-01-02T00:00:00Z"},
		{"Tue Jan 02 03:04:05 2024", "%a %B %d %H:%M:%S.%N %Y", "2024-01-02T03:04:05Z"},
		{"2024-01-02 03:04:05Z", "%F %T,%3QZ", "2024-01-02T03:04:05Z"},
	} {
		got, ok := Parse(c.text, c.layout, nil)
		require.True(t, ok, "%s by %s", c.text, c.layout)
		assert.Equal(t, c.want, got.UTC().Format(time.RFC3339Nano), "%s by %s", c.text, c.layout)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ text, layout string }{
		{"not a date", "%Y-%m-%d"},
		{"", "%Y"},
		{"2024-13-01", "%Y-%m-%d"},
		{"2023-02-29", "%Y-%m-%d"},
		{"2024-01-02 24:00:00", "%F %T"},
		{"2024-01-02 03:60:00", "%F %T"},
		{"2024", "%Y"},
		{"2024-01", "%Y-%m"},
		{"2024-01-02", "%Y/%m/%d"},
		{"13:00 PM", "%I:%M %p"},
		{"2024-01-02 XYZ", "%F %Z"},
		{"2024-01-02 +1", "%F %z"},
		{"2024-01-02", "%F %T"},
		{"2024-01-02.", "%F.%N"},
		{"2024-01-02 03:04:05", "%F %T:%N"},
		{"2024-01-02", "%F.%H"},
		{"x", "%!"},
	} {
		_, ok := Parse(c.text, c.layout, nil)
		assert.False(t, ok, "%s by %s", c.text, c.layout)
	}
}

func TestParseTakesTheRestFromNow(t *testing.T) {
	now := at("2024-03-10 12:00:00", newYork)
	for _, c := range []struct{ text, layout, want string }{
		{"10:30", "%H:%M", "2024-03-10 10:30:00 -0400 EDT"},
		{"Jan  5 10:30:00", "%b %d %H:%M:%S", "2024-01-05 10:30:00 -0500 EST"},
		{"5", "%d", "2024-03-05 00:00:00 -0500 EST"},
	} {
		got, ok := ParseAt(c.text, c.layout, now)
		require.True(t, ok, c.text)
		assert.Equal(t, c.want, got.String(), c.text)
	}
}

func TestRelative(t *testing.T) {
	now := at("2024-05-15 14:37:52.25", time.UTC) // a Wednesday
	for _, c := range []struct{ modifier, want string }{
		{"now", "2024-05-15 14:37:52.25"},
		{"rt", "2024-05-15 14:37:52.25"},
		{"-70m@m", "2024-05-15 13:27:00"},
		{"-10m@m", "2024-05-15 14:27:00"},
		{"@s", "2024-05-15 14:37:52"},
		{"@m", "2024-05-15 14:37:00"},
		{"@h", "2024-05-15 14:00:00"},
		{"@d", "2024-05-15 00:00:00"},
		{"-1d@d", "2024-05-14 00:00:00"},
		{"@w", "2024-05-12 00:00:00"},
		{"@w0", "2024-05-12 00:00:00"},
		{"@w7", "2024-05-12 00:00:00"},
		{"@w1", "2024-05-13 00:00:00"},
		{"@w3", "2024-05-15 00:00:00"},
		{"@w6", "2024-05-11 00:00:00"},
		{"-1w@w0", "2024-05-05 00:00:00"},
		{"@mon", "2024-05-01 00:00:00"},
		{"@q", "2024-04-01 00:00:00"},
		{"@y", "2024-01-01 00:00:00"},
		{"+1d@d-2h", "2024-05-15 22:00:00"},
		{"@d+8h+30min", "2024-05-15 08:30:00"},
		{"-mon@mon", "2024-04-01 00:00:00"},
		{"-h", "2024-05-15 13:37:52.25"},
		{"+2weeks", "2024-05-29 14:37:52.25"},
		{"-2qtrs", "2023-11-15 14:37:52.25"},
		{"-1Year@Year", "2023-01-01 00:00:00"},
		{"-250ms", "2024-05-15 14:37:52"},
		{"now-1d", "2024-05-14 14:37:52.25"},
		{"1700000000", "2023-11-14 22:13:20"},
		{"1700000000.5", "2023-11-14 22:13:20.5"},
		{"0", "1970-01-01 00:00:00"},
		{" -1d ", "2024-05-14 14:37:52.25"},
	} {
		got, ok := Relative(now, c.modifier)
		require.True(t, ok, c.modifier)
		assert.Equal(t, at(c.want, time.UTC), got, c.modifier)
	}
	for _, bad := range []string{"", "yesterday", "-70", "-70x", "@", "@x", "@w8", "70m", "--1d", "-1d@", "-1d junk",
		"-99999999999s", "-9999999999s", "+999999999mon", "12abc", "1e300", "-1d@d -", "`x`"} {
		_, ok := Relative(now, bad)
		assert.False(t, ok, bad)
	}
}

func TestRelativeFollowsTheCalendar(t *testing.T) {
	for _, c := range []struct {
		name, now, modifier, want string
		zone                      *time.Location
	}{
		{"a month that is too short", "2024-03-31 10:00:00", "-1mon", "2024-02-29 10:00:00", time.UTC},
		{"a year from a leap day", "2024-02-29 10:00:00", "+1y", "2025-02-28 10:00:00", time.UTC},
		{"a day over the change to summer time", "2024-03-10 12:00:00", "-1d", "2024-03-09 12:00:00", newYork},
		{"hours over it", "2024-03-10 12:00:00", "-24h", "2024-03-09 11:00:00", newYork},
		{"midnight of the zone", "2024-03-10 12:00:00", "@d", "2024-03-10 00:00:00", newYork},
		{"the hour of a zone with half hours", "2024-03-10 12:45:00", "@h", "2024-03-10 12:00:00", kolkata},
	} {
		got, ok := Relative(at(c.now, c.zone), c.modifier)
		require.True(t, ok, c.name)
		assert.Equal(t, at(c.want, c.zone), got, c.name)
	}
}

func TestParseSpan(t *testing.T) {
	for _, c := range []struct {
		text string
		want ast.Span
	}{
		{"5m", ast.Span{N: 5, Unit: ast.Minute}},
		{"1h", ast.Span{N: 1, Unit: ast.Hour}},
		{"30sec", ast.Span{N: 30, Unit: ast.Second}},
		{"100ms", ast.Span{N: 100, Unit: ast.Millisecond}},
		{"1mon", ast.Span{N: 1, Unit: ast.Month}},
		{"2Weeks", ast.Span{N: 2, Unit: ast.Week}},
		{"10", ast.Span{N: 10}},
		{"0.5", ast.Span{N: 0.5}},
		{"log", ast.Span{N: 10, Unit: ast.LogUnit}},
		{"log2", ast.Span{N: 2, Unit: ast.LogUnit}},
		{"1log1.5", ast.Span{N: 1.5, Unit: ast.LogUnit}},
	} {
		got, ok := ParseSpan(c.text)
		require.True(t, ok, c.text)
		assert.Equal(t, c.want, got, c.text)
	}
	for _, bad := range []string{"", "m", "0m", "-5m", "5x", "5m5", "1.2.3", "log1", "5 m", "auto"} {
		_, ok := ParseSpan(bad)
		assert.False(t, ok, bad)
	}
}

func TestFloorAndNext(t *testing.T) {
	for _, c := range []struct {
		span, at, floor, next string
		zone                  *time.Location
	}{
		{"5m", "2023-11-14 22:13:20", "2023-11-14 22:10:00", "2023-11-14 22:15:00", nil},
		{"30s", "2023-11-14 22:13:20", "2023-11-14 22:13:00", "2023-11-14 22:13:30", nil},
		{"7h", "1970-01-02 00:00:00", "1970-01-01 21:00:00", "1970-01-02 04:00:00", nil},
		{"100ms", "2023-11-14 22:13:20.789", "2023-11-14 22:13:20.7", "2023-11-14 22:13:20.8", nil},
		{"10", "2023-11-14 22:13:25", "2023-11-14 22:13:20", "2023-11-14 22:13:30", nil},
		{"1d", "2023-11-14 22:13:20", "2023-11-14 00:00:00", "2023-11-15 00:00:00", nil},
		{"1d", "2024-03-10 22:00:00", "2024-03-10 00:00:00", "2024-03-11 00:00:00", newYork},
		{"2d", "1970-01-04 01:00:00", "1970-01-03 00:00:00", "1970-01-05 00:00:00", nil},
		{"1w", "2024-05-15 14:00:00", "2024-05-12 00:00:00", "2024-05-19 00:00:00", nil},
		{"1mon", "2024-02-15 14:00:00", "2024-02-01 00:00:00", "2024-03-01 00:00:00", newYork},
		{"1q", "2024-05-15 14:00:00", "2024-04-01 00:00:00", "2024-07-01 00:00:00", nil},
		{"1y", "2024-05-15 14:00:00", "2024-01-01 00:00:00", "2025-01-01 00:00:00", nil},
		{"1mon", "1969-12-15 14:00:00", "1969-12-01 00:00:00", "1970-01-01 00:00:00", nil},
		{"1h", "1969-12-31 23:30:00", "1969-12-31 23:00:00", "1970-01-01 00:00:00", nil},
	} {
		z := c.zone
		if z == nil {
			z = time.UTC
		}
		sp, ok := ParseSpan(c.span)
		require.True(t, ok)
		got := Floor(at(c.at, z), sp, c.zone)
		assert.Equal(t, at(c.floor, z), got, "%s at %s", c.span, c.at)
		assert.Equal(t, at(c.next, z), Next(got, sp), "%s at %s", c.span, c.at)
	}
	now := at("2024-05-15 14:00:00", time.UTC)
	assert.Equal(t, now, Floor(now, ast.Span{N: 10, Unit: ast.LogUnit}, nil))
	assert.Equal(t, now, Floor(now, ast.Span{Unit: ast.Hour}, nil))
}

// The spans of a calendar follow one another without a gap, where days begin at one
// o'clock and where clocks are off by minutes, too.
func TestSpansFollowOneAnother(t *testing.T) {
	for _, name := range []string{"America/Havana", "Asia/Kathmandu", "Australia/Lord_Howe", "Asia/Beirut", "America/Santiago"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Skip(err)
		}
		for _, text := range []string{"1d", "3d", "1w", "1mon", "1q", "1y", "7h"} {
			sp, ok := ParseSpan(text)
			require.True(t, ok)
			for from := time.Date(2023, 12, 30, 0, 0, 0, 0, zone); from.Year() < 2025; from = from.Add(11 * time.Hour) {
				start := Floor(from, sp, zone)
				next := Next(start, sp)
				if start.After(from) || !next.After(from) || !Floor(next, sp, zone).Equal(next) || !Floor(next.Add(-1), sp, zone).Equal(start) {
					t.Fatalf("%s in %s: %s lies between %s and %s", text, name, from, start, next)
				}
			}
		}
	}
}

// A day that a zone has left out is no place to stay at.
func TestNextOverALostDay(t *testing.T) {
	zone, err := time.LoadLocation("Pacific/Apia")
	if err != nil {
		t.Skip(err)
	}
	assert.Equal(t, time.Date(2011, 12, 31, 0, 0, 0, 0, zone), Midnight(2011, 12, 30, zone))
	for _, at := range []time.Time{time.Date(2011, 12, 29, 0, 0, 0, 0, zone), time.Date(2011, 12, 29, 5, 0, 0, 0, zone)} {
		next := Next(at, ast.Span{Unit: ast.Day})
		assert.Equal(t, time.Date(2011, 12, 31, at.Hour(), 0, 0, 0, zone), next)
	}
}

func TestLength(t *testing.T) {
	assert.Equal(t, 90*time.Second, Length(ast.Span{N: 1.5, Unit: ast.Minute}))
	assert.Equal(t, 10*time.Second, Length(ast.Span{N: 10}))
	assert.Equal(t, 14*24*time.Hour, Length(ast.Span{N: 2, Unit: ast.Week}))
	assert.Equal(t, time.Duration(math.MaxInt64), Length(ast.Span{N: 1e9, Unit: ast.Year}))
}

func TestEpoch(t *testing.T) {
	for _, sec := range []float64{0, 1700000000, 1700000000.123456, -1.5, 0.000001, 4102444799.999999} {
		assert.Equal(t, sec, Epoch(FromEpoch(sec)))
	}
	assert.Equal(t, "2023-11-14T22:13:20.123457Z", FromEpoch(1700000000.1234567).Format(time.RFC3339Nano))
	assert.Equal(t, 9999, FromEpoch(math.Inf(1)).Year())
	assert.Equal(t, 0, FromEpoch(-1e300).Year())
	assert.Equal(t, int64(0), FromEpoch(math.NaN()).Unix())
	assert.False(t, InRange(1e12) || InRange(math.NaN()))
}

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		sec  float64
		want string
	}{
		{615, "00:10:15"}, {0, "00:00:00"}, {90061, "1+01:01:01"}, {86400 * 30, "30+00:00:00"},
		{59.25, "00:00:59.250000"}, {-5, "-00:00:05"}, {59.9999999, "00:01:00"},
	} {
		assert.Equal(t, c.want, Duration(c.sec))
	}
}

func FuzzParse(f *testing.F) {
	f.Add("2024-01-02 03:04:05.678 +05:30", "%Y-%m-%d %H:%M:%S.%3N %z")
	f.Add("Tue Jan 2 PST 1704164645", "%a %b %d %Z %s%N")
	f.Fuzz(func(t *testing.T, text, layout string) {
		if got, ok := Parse(text, layout, newYork); ok {
			Format(got, layout)
		}
	})
}

func FuzzRelative(f *testing.F) {
	f.Add("-70m@m+1d@w3")
	f.Add("1700000000.5")
	f.Fuzz(func(t *testing.T, modifier string) {
		got, ok := Relative(at("2024-05-15 14:37:52", newYork), modifier)
		if ok && (got.Year() < 0 || got.Year() > 9999) {
			t.Errorf("%s is in the year %d", modifier, got.Year())
		}
		if sp, ok := ParseSpan(modifier); ok && sp.Unit != ast.LogUnit {
			at := at("2024-05-15 14:37:52", newYork)
			if floor := Floor(at, sp, newYork); floor.After(at) {
				t.Errorf("%s after %s", floor, at)
			}
		}
	})
}

// A modifier that ascends comes to no earlier time for a later one, and to none ahead,
// also where clocks are put back.
func TestAscends(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(79, 83))
	for _, modifier := range []string{
		"now", "-5m", "-70m@m", "@m", "-24h", "rt-30s", "-1h-5m@m", "-s", "-1d@d", "@d", "-2w@w1", "@h", "-1d", "-7d@h", "-1h@h-3m",
	} {
		require.True(t, Ascends(modifier, time.UTC), modifier)
		for _, z := range []*time.Location{time.UTC, berlin} {
			if !Ascends(modifier, z) {
				continue
			}
			last := time.Time{}
			for now := time.Date(2024, 10, 26, 20, 0, 0, 0, z); now.Day() != 28; now = now.Add(time.Duration(r.IntN(600)) * time.Second) {
				at, ok := Relative(now, modifier)
				require.True(t, ok)
				require.False(t, at.Before(last), "%s at %v", modifier, now)
				require.False(t, at.After(now), "%s at %v", modifier, now)
				last = at
			}
		}
	}
	for _, modifier := range []string{"+5m", "-1mon", "-1q", "@mon", "-1y", "-5m+1m", "0", "1700000000", "-5", "-5x", "x", "-5m@", "@w8", "-1d@d+1h"} {
		assert.False(t, Ascends(modifier, time.UTC), modifier)
	}
	for _, modifier := range []string{"-1d", "@d", "-1w", "@h"} {
		assert.False(t, Ascends(modifier, berlin), modifier)
	}
}

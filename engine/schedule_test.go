package engine

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	x, err := time.Parse("2006-01-02 15:04", s)
	require.NoError(t, err)
	return x
}

func TestCronNext(t *testing.T) {
	tests := []struct{ cron, after, want string }{
		{"0 * * * *", "2024-01-01 00:00", "2024-01-01 01:00"},
		{"0 * * * *", "2024-01-01 00:59", "2024-01-01 01:00"},
		{"*/5 * * * *", "2024-01-01 00:03", "2024-01-01 00:05"},
		{"10 0 * * *", "2024-01-31 00:10", "2024-02-01 00:10"},
		{"30 4 1,15 * *", "2024-01-02 00:00", "2024-01-15 04:30"},
		{"0 0 * * 1-5", "2024-01-05 00:00", "2024-01-08 00:00"}, // Friday to Monday
		{"0 0 * * 7", "2024-01-01 00:00", "2024-01-07 00:00"},   // 7 is Sunday, too
		{"0 0 29 2 *", "2024-03-01 00:00", "2028-02-29 00:00"},
		{"0 0 13 * 5", "2024-01-01 00:00", "2024-01-05 00:00"}, // the 13th, or a Friday
		{"0 9-17/4 * * *", "2024-01-01 09:00", "2024-01-01 13:00"},
		{"7/20 * * * *", "2024-01-01 00:10", "2024-01-01 00:27"},
		{"0 0 1 12 *", "2024-12-01 00:00", "2025-12-01 00:00"},
	}
	for _, tt := range tests {
		t.Run(tt.cron, func(t *testing.T) {
			c, err := parseCron(tt.cron)
			require.NoError(t, err)
			assert.Equal(t, at(t, tt.want), c.next(at(t, tt.after)))
		})
	}
}

// Zones are off by half hours, and some put their clocks forward at midnight, so
// that a day begins at one.
func TestCronNextInZones(t *testing.T) {
	tests := []struct{ zone, cron, after, want string }{
		{"Asia/Kolkata", "0 3 * * *", "2024-01-01 00:10", "2024-01-01 03:00"},
		{"Asia/Kolkata", "15 * * * *", "2024-01-01 00:20", "2024-01-01 01:15"},
		{"Asia/Kathmandu", "0 0 * * *", "2024-01-01 00:00", "2024-01-02 00:00"}, // 5:45
		{"America/Havana", "0 6 * * 1", "2024-03-09 00:00", "2024-03-11 06:00"}, // over 10 March, 1:00
		{"America/Havana", "30 1 * * 0", "2024-03-09 00:00", "2024-03-10 01:30"},
		{"America/New_York", "30 2 * * *", "2024-03-09 03:00", "2024-03-11 02:30"}, // there is no 2:30 on the 10th
		{"America/New_York", "30 3 * * *", "2024-11-03 00:00", "2024-11-03 03:30"},
		{"Pacific/Apia", "0 6 31 12 *", "2011-12-29 00:10", "2011-12-31 06:00"},      // there is no 30 December
		{"Australia/Lord_Howe", "0 * * * *", "2024-04-07 01:10", "2024-04-07 02:00"}, // back by half an hour at two
	}
	for _, tt := range tests {
		t.Run(tt.zone+" "+tt.cron, func(t *testing.T) {
			zone, err := time.LoadLocation(tt.zone)
			if err != nil {
				t.Skip(err)
			}
			in := func(s string) time.Time {
				x, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
				require.NoError(t, err)
				return x
			}
			c, err := parseCron(tt.cron)
			require.NoError(t, err)
			assert.Equal(t, in(tt.want), c.next(in(tt.after)))
		})
	}
}

// The next run is the first minute that the schedule names, whatever the clocks do.
func TestCronNextWalksMinutes(t *testing.T) {
	for _, name := range []string{"UTC", "Asia/Kolkata", "America/Havana", "America/New_York", "Australia/Lord_Howe"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Skip(err)
		}
		for _, cron := range []string{"7 * * * *", "*/20 3 * * *", "50 23 * * 6", "0 0 10 3 *", "59 1,2 * * 0"} {
			c, err := parseCron(cron)
			require.NoError(t, err)
			for _, from := range []time.Time{
				time.Date(2024, 3, 9, 20, 13, 0, 0, zone), time.Date(2024, 4, 6, 20, 13, 0, 0, zone), time.Date(2024, 11, 2, 22, 41, 30, 0, zone),
			} {
				want := from.Truncate(time.Minute).Add(time.Minute)
				for !c.runsOn(want) || c.hour&(1<<want.Hour()) == 0 || c.minute&(1<<want.Minute()) == 0 {
					want = want.Add(time.Minute)
				}
				assert.Equal(t, want, c.next(from), "%s in %s after %s", cron, name, from)
			}
		}
	}
}

func TestCronWithoutARun(t *testing.T) {
	c, err := parseCron("0 0 30 2 *")
	require.NoError(t, err)
	assert.True(t, c.next(at(t, "2024-01-01 00:00")).IsZero())
}

func TestCronErrors(t *testing.T) {
	for line, want := range map[string]string{
		"":              "five fields",
		"* * * *":       "five fields",
		"60 * * * *":    "minute of cron schedule",
		"* 5-3 * * *":   "hour of cron schedule",
		"* * 0 * *":     "day of cron schedule",
		"* * * 13 *":    "month of cron schedule",
		"* * * * mon":   "expected a number",
		"*/0 * * * *":   "expected a step",
		"1-x * * * *":   "expected a number",
		"1,,2 * * * *":  "expected a number",
		"-1 * * * *":    "expected a number",
		"1/two * * * *": "expected a step",
	} {
		_, err := parseCron(line)
		assert.ErrorContains(t, err, want, line)
	}
}

func FuzzCron(f *testing.F) {
	f.Add("*/5 0-6 1,15 * 1-5")
	from := time.Date(2024, 2, 28, 23, 59, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, line string) {
		c, err := parseCron(line)
		if err != nil {
			return
		}
		if next := c.next(from); !next.IsZero() {
			assert.True(t, next.After(from))
		}
	})
}

func TestScheduleWindow(t *testing.T) {
	s, err := newSchedule(ast.Schedule{})
	require.NoError(t, err)
	run := s.next(at(t, "2024-01-01 00:30"))
	earliest, latest := s.window(run)
	assert.Equal(t, at(t, "2024-01-01 01:00"), run)
	assert.Equal(t, at(t, "2023-12-31 23:50"), earliest)
	assert.Equal(t, at(t, "2024-01-01 00:50"), latest)

	s, err = newSchedule(ast.Schedule{Interval: 5 * time.Minute, Window: ast.TimeRange{Earliest: "-9m"}})
	require.NoError(t, err)
	run = s.next(at(t, "2024-01-01 00:31"))
	earliest, latest = s.window(run)
	assert.Equal(t, at(t, "2024-01-01 00:35"), run)
	assert.Equal(t, at(t, "2024-01-01 00:26"), earliest)
	assert.Equal(t, run, latest)

	_, err = newSchedule(ast.Schedule{Window: ast.TimeRange{Earliest: "yesterday-ish"}})
	assert.ErrorContains(t, err, "expected a relative time")
}

// Counting runs, and finding the last one, is what walking them one by one
// would give.
func TestScheduleSkipsAsItRuns(t *testing.T) {
	from := at(t, "2024-01-30 13:37")
	for _, line := range []string{"* * * * *", "0 * * * *", "*/7 3-5 * * *", "10 0 31 * *", "0 0 13 * 5", "30 4 29 2 *"} {
		c, err := parseCron(line)
		require.NoError(t, err)
		s := &schedule{cron: c}
		for _, days := range []int{0, 1, 9, 40, 1500} {
			first := s.next(from)
			to := first.AddDate(0, 0, days)
			want, last := 0, first
			for x := first; !x.After(to); x = s.next(x) {
				want, last = want+1, x
			}
			require.Equal(t, last, s.last(first, to), "%s over %d days", line, days)
			require.Equal(t, want, s.count(first, last), "%s over %d days", line, days)
		}
	}
	s := &schedule{every: 7 * time.Minute}
	first := s.next(from)
	last := s.last(first, first.Add(time.Hour))
	assert.Equal(t, first.Add(56*time.Minute), last)
	assert.Equal(t, 9, s.count(first, last))
}

// The next beginning or end of a window is what looking at all runs finds.
func TestCut(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(71, 73))
	for _, s := range []ast.Schedule{
		{Interval: 7 * time.Second, Window: ast.TimeRange{Earliest: "-7s"}},
		{Interval: time.Minute, Window: ast.TimeRange{Earliest: "-90s", Latest: "-20s"}},
		{Interval: 5 * time.Minute, Window: ast.TimeRange{Earliest: "-70m@m", Latest: "-10m@m"}},
		{Interval: 30 * time.Second, Window: ast.TimeRange{Earliest: "-1m@m", Latest: "now"}},
		{Cron: "*/20 * * * *"},
		{Cron: "0 3 * * *", Window: ast.TimeRange{Earliest: "-100m", Latest: "-7m@m"}},
	} {
		sc, err := newSchedule(s)
		require.NoError(t, err)
		require.True(t, sc.ascends(zone))
		for range 200 {
			from := time.Date(2024, 11, 2, 12, 0, 0, 0, zone).Add(time.Duration(r.Int64N(int64(36 * time.Hour))))
			want := End
			for run := sc.next(from.Add(-1)); run.Before(from.Add(30 * time.Hour)); run = sc.next(run) {
				earliest, latest := sc.window(run)
				for _, at := range []time.Time{earliest, latest} {
					if at.After(from) {
						want = minTime(want, at)
					}
				}
				if earliest.After(from) {
					break
				}
			}
			require.True(t, want.Equal(sc.cut(from)), "%+v after %v: %v, not %v", s, from, want, sc.cut(from))
		}
	}
}

// Where no run reads an event any more, or none comes, its part lasts forever.
func TestCutWithoutARun(t *testing.T) {
	sc, err := newSchedule(ast.Schedule{Cron: "0 0 30 2 *", Window: ast.TimeRange{Earliest: "-1h"}})
	require.NoError(t, err)
	require.Equal(t, End, sc.cut(at(t, "2024-01-01 00:00")))
}

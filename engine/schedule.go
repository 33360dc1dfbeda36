package engine

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

// The schedule of a search that brings none: what Splunk's own detections
// run on. Windows follow one another without gap or overlap, and end ten
// minutes back, for events that are indexed late.
const (
	defaultCron     = "0 * * * *"
	defaultEarliest = "-70m@m"
	defaultLatest   = "-10m@m"
)

// schedule is when a search runs over a stream, and what each run reads.
type schedule struct {
	cron             *cron // nil for every
	every            time.Duration
	earliest, latest string
}

// Schedule makes searches over a stream run at the times of a cron line (five
// fields), each over the window from earliest to latest, which are relative to
// its start (-70m@m). It overrides the rules' own schedules. An invalid
// schedule is an error of New.
func Schedule(cronLine, earliest, latest string) Option {
	return func(c *config) {
		c.override = &ast.Schedule{Cron: cronLine, Window: ast.TimeRange{Earliest: earliest, Latest: latest}}
	}
}

// newSchedule reads a rule's schedule.
func newSchedule(s ast.Schedule) (*schedule, error) {
	sc := &schedule{every: s.Interval, earliest: s.Window.Earliest, latest: s.Window.Latest}
	if s.Cron == "" && s.Interval <= 0 {
		s.Cron = defaultCron
	}
	if sc.earliest == "" && sc.latest == "" {
		sc.earliest, sc.latest = defaultEarliest, defaultLatest
	}
	if sc.latest == "" {
		sc.latest = "now"
	}
	if s.Cron != "" {
		c, err := parseCron(s.Cron)
		if err != nil {
			return nil, err
		}
		sc.cron = c
	}
	for _, m := range []string{sc.earliest, sc.latest} {
		if _, ok := timefmt.Relative(time.Unix(0, 0).UTC(), m); !ok && m != "" {
			return nil, fmt.Errorf("expected a relative time such as -70m@m, found %q", m)
		}
	}
	return sc, nil
}

// next returns the first run after t.
func (s *schedule) next(t time.Time) time.Time {
	if s.cron != nil {
		return s.cron.next(t)
	}
	return t.Truncate(s.every).Add(s.every)
}

// last returns the last run that is not after t, which next is not, either.
func (s *schedule) last(next, t time.Time) time.Time {
	if s.cron == nil {
		return t.Truncate(s.every)
	}
	for back := time.Hour; ; back *= 24 {
		from := next.Add(-1)
		if t.Sub(next) > back {
			from = t.Add(-back)
		}
		at := s.cron.next(from.In(next.Location()))
		if at.IsZero() || at.After(t) {
			continue // at the latest from next on, there is one
		}
		for after := s.cron.next(at); !after.IsZero() && !after.After(t); after = s.cron.next(at) {
			at = after
		}
		return at
	}
}

// count returns how many runs there are from the run at next up to the run at
// last. Where clocks are put forward and back, it may be off by those of an
// hour.
func (s *schedule) count(next, last time.Time) int {
	if s.cron == nil {
		return int(last.Sub(next)/s.every) + 1
	}
	return s.cron.since(next, last) - s.cron.since(next, next) + 1
}

// window returns what the run at t reads.
func (s *schedule) window(t time.Time) (earliest, latest time.Time) {
	if s.earliest != "" {
		earliest, _ = timefmt.Relative(t, s.earliest)
	}
	latest, _ = timefmt.Relative(t, s.latest)
	return earliest, latest
}

// cron is a set of minutes: bit i of a field is set where the value i is in
// it.
type cron struct {
	minute, hour, day, month, weekday uint64
	anyDay, anyWeekday                bool
}

var cronFields = [5]struct {
	name      string
	low, high int
}{{"minute", 0, 59}, {"hour", 0, 23}, {"day", 1, 31}, {"month", 1, 12}, {"weekday", 0, 7}}

func parseCron(line string) (*cron, error) {
	parts := strings.Fields(line)
	if len(parts) != len(cronFields) {
		return nil, fmt.Errorf("expected five fields of a cron schedule, found %q", line)
	}
	var sets [5]uint64
	for i, p := range parts {
		f := cronFields[i]
		set, err := parseCronField(p, f.low, f.high)
		if err != nil {
			return nil, fmt.Errorf("%s of cron schedule %q: %w", f.name, line, err)
		}
		sets[i] = set
	}
	if sets[4]&(1<<7) != 0 { // Sunday is 0 and 7
		sets[4] |= 1
	}
	return &cron{sets[0], sets[1], sets[2], sets[3], sets[4], parts[2] == "*", parts[4] == "*"}, nil
}

// parseCronField reads `*`, `a`, `a-b`, each with `/step`, and lists of them.
func parseCronField(text string, low, high int) (set uint64, err error) {
	for item := range strings.SplitSeq(text, ",") {
		span, stepText, hasStep := strings.Cut(item, "/")
		step := 1
		if hasStep {
			if step, err = strconv.Atoi(stepText); err != nil || step < 1 {
				return 0, fmt.Errorf("expected a step, found %q", stepText)
			}
		}
		from, to := low, high
		if span != "*" {
			a, b, isRange := strings.Cut(span, "-")
			if from, err = strconv.Atoi(a); err != nil {
				return 0, fmt.Errorf("expected a number, found %q", a)
			}
			if to = from; isRange {
				if to, err = strconv.Atoi(b); err != nil {
					return 0, fmt.Errorf("expected a number, found %q", b)
				}
			} else if hasStep {
				to = high
			}
		}
		if from < low || to > high || from > to {
			return 0, fmt.Errorf("expected values from %d to %d, found %q", low, high, item)
		}
		for v := from; v <= to; v += step {
			set |= 1 << v
		}
	}
	return set, nil
}

// maxCronYears bounds the search for the next run: a schedule such as
// 30 February has none. Eight years hold every leap day's rhythm.
const maxCronYears = 8

// next returns the first minute after t that is in the schedule, in t's
// zone; the zero time if there is none.
func (c *cron) next(t time.Time) time.Time {
	t = t.Truncate(time.Minute).Add(time.Minute)
	for end := t.AddDate(maxCronYears, 0, 0); t.Before(end); {
		y, mo, d := t.Date()
		switch {
		case c.month&(1<<mo) == 0:
			t = timefmt.Midnight(y, mo+1, 1, t.Location())
		case !c.onDay(t):
			t = timefmt.Midnight(y, mo, d+1, t.Location())
		case c.hour&(1<<t.Hour()) == 0 || c.minute>>t.Minute() == 0:
			t = t.Add(time.Duration(60-t.Minute()) * time.Minute) // zones may be off by half hours
		case c.minute&(1<<t.Minute()) == 0:
			t = t.Add(time.Duration(bits.TrailingZeros64(c.minute>>t.Minute())) * time.Minute)
		default:
			return t
		}
	}
	return time.Time{}
}

// maxCounted bounds the days whose runs are counted: more lie between two events only
// if a clock is wrong.
const maxCounted = 1 << 20

// since counts the runs from the beginning of base's day to t. The times of the
// day are the same on all of a schedule's days, so that only days are walked.
func (c *cron) since(base, t time.Time) int {
	perHour := bits.OnesCount64(c.minute)
	n := 0
	if c.runsOn(t) {
		n = bits.OnesCount64(c.minute&(1<<t.Minute()-1)) + perHour*bits.OnesCount64(c.hour&(1<<t.Hour()-1))
	}
	perDay := perHour * bits.OnesCount64(c.hour)
	today := startOfDay(t)
	first := maxTime(startOfDay(base), today.AddDate(0, 0, -maxCounted))
	for day := first; day.Before(today); day = day.AddDate(0, 0, 1) {
		if c.runsOn(day) {
			n += perDay
		}
	}
	return n
}

// startOfDay returns the beginning of t's day, as if it were in UTC, where all
// days are of one length.
func startOfDay(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func (c *cron) runsOn(t time.Time) bool { return c.month&(1<<t.Month()) != 0 && c.onDay(t) }

// onDay follows cron's rule: if both the day and the weekday are given, one of
// them is enough.
func (c *cron) onDay(t time.Time) bool {
	day, weekday := c.day&(1<<t.Day()) != 0, c.weekday&(1<<t.Weekday()) != 0
	switch {
	case c.anyDay:
		return weekday
	case c.anyWeekday:
		return day
	}
	return day || weekday
}

package engine

import (
	"fmt"
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
			t = time.Date(y, mo+1, 1, 0, 0, 0, 0, t.Location())
		case !c.onDay(t):
			t = time.Date(y, mo, d+1, 0, 0, 0, 0, t.Location())
		case c.hour&(1<<t.Hour()) == 0:
			t = t.Truncate(time.Hour).Add(time.Hour)
		case c.minute&(1<<t.Minute()) == 0:
			t = t.Add(time.Minute)
		default:
			return t
		}
	}
	return time.Time{}
}

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

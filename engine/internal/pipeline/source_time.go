package pipeline

import (
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

// checkTime finds modifiers that are none.
func (c *compiler) checkTime(n *ast.Events) {
	t := n.Time
	for _, m := range []string{t.Earliest, t.Latest, t.IndexEarliest, t.IndexLatest} {
		if _, ok := timefmt.Bound(time.Unix(0, 0).UTC(), m, t.Layout); m != "" && !ok {
			c.errorf(n, "expected a time such as -70m@m, found %q", m)
		}
	}
}

// interval is [from, to); a zero end is open.
type interval struct{ from, to time.Time }

func (i interval) closed() bool { return !i.from.IsZero() && !i.to.IsZero() }

func (i interval) holds(t time.Time) bool {
	return (i.from.IsZero() || !t.Before(i.from)) && (i.to.IsZero() || t.Before(i.to))
}

// window returns the part of time that the source reads, and that in which its
// events were indexed.
func (s *events) window(r *run) (times, indexed interval) {
	times = interval{r.env.Earliest, r.env.Latest} // of a search inside another, too
	t, now := s.node.Time, r.env.Now.In(r.zone)
	for _, b := range []struct {
		text string
		end  *time.Time
	}{
		{t.Earliest, &times.from}, {t.Latest, &times.to},
		{t.IndexEarliest, &indexed.from}, {t.IndexLatest, &indexed.to},
	} {
		if b.text != "" {
			*b.end, _ = timefmt.Bound(now, b.text, t.Layout)
		}
	}
	return times, indexed
}

// indexField is the time at which an event was indexed.
const indexField = "_indextime"

func indexTime(ev event.Event) time.Time {
	if sec, ok := ev.Fields.Field(indexField).Number(); ok {
		return fromEpoch(sec)
	}
	return ev.Time
}

// Earliest returns the start of what a run at the given time reads, if the
// search sets it itself.
func (s *Source) Earliest(now time.Time) (time.Time, bool) {
	if s.Node.Time.Earliest == "" {
		return time.Time{}, false
	}
	return timefmt.Bound(now, s.Node.Time.Earliest, s.Node.Time.Layout)
}

package engine

import (
	"container/heap"
	"math"
	"time"
)

// clock knows how far time has come: every event before the watermark has
// been seen, as far as the allowed lateness can tell.
type clock struct {
	lateness, skew time.Duration
	greatest       time.Time // of the events' times
	watermark      time.Time
	ahead          int       // events in a row that lay too far ahead
	nearest        time.Time // of them
	sources        *sources  // nil for one clock for all
}

// maxAhead is how many events in a row may lie too far ahead. One host with a
// wrong clock is outnumbered by the others before that; if it is not, the
// stream has had a gap, and time has come to where they are.
const maxAhead = 32

// see takes the time of an event of a source. It reports whether the event lies
// too far ahead, and so does not move the clock.
func (c *clock) see(t time.Time, source string) (skewed bool) {
	if beyond(t) {
		return true
	}
	if c.skewed(t) {
		if c.ahead == 0 || t.Before(c.nearest) {
			c.nearest = t
		}
		if c.ahead++; c.ahead < maxAhead {
			return true
		}
		t = c.nearest
	}
	c.ahead = 0
	if t.After(c.greatest) {
		c.greatest = t
	}
	if c.sources == nil {
		c.advance(c.behind(c.greatest))
		return false
	}
	c.sources.see(source, t)
	floor := c.watermark // behind it, a source's events are late anyhow
	if c.skew > 0 {      // and so far behind the others, its clock is wrong
		floor = maxTime(floor, c.greatest.Add(-c.skew))
	}
	if least, ok := c.sources.least(floor); ok {
		c.advance(c.behind(least))
	}
	return false
}

// beyond reports whether a time is behind the end of every stream: it is wrong, however
// many events have it.
func beyond(t time.Time) bool { return !t.Before(End) }

// skewed reports whether a time lies too far ahead of all others. It does not if
// whole seconds, which are told apart at less cost, say so.
func (c *clock) skewed(t time.Time) bool {
	if c.skew <= 0 || c.greatest.IsZero() || !t.After(c.greatest) {
		return false
	}
	if s := t.Unix() - c.greatest.Unix(); s >= 0 && s < int64(c.skew/time.Second) {
		return false
	}
	return t.Sub(c.greatest) > c.skew
}

// follows reports whether an event of time t, where arrival is order, is not before any
// other and not too far ahead, as far as whole seconds tell: all that it does is to move
// the clock to t. It says so at less cost than what see has to ask.
func (c *clock) follows(t time.Time) bool {
	s, n := t.Unix(), t.Nanosecond()
	if g := s - c.greatest.Unix(); g < 0 || g >= int64(c.skew/time.Second) || g == 0 && n < c.greatest.Nanosecond() || beyond(t) {
		return false
	}
	w := c.watermark.Unix()
	return s > w || s == w && n >= c.watermark.Nanosecond()
}

// follow takes the time of such an event.
func (c *clock) follow(t time.Time) {
	c.ahead, c.greatest, c.watermark = 0, t, t
}

// latest is the greatest time, which an event without one is taken to have: in UTC, as
// equal times of several zones make it a matter of chance which of these it is in.
func (c *clock) latest() time.Time { return c.greatest.UTC() }

// behind is the time that has come if t is the greatest.
func (c *clock) behind(t time.Time) time.Time {
	if c.lateness == 0 {
		return t
	}
	return t.Add(-c.lateness)
}

// orderly tells that arrival is order.
func (c *clock) orderly() bool { return c.lateness == 0 && c.sources == nil }

// advance moves the watermark forward to t; it never goes back.
func (c *clock) advance(t time.Time) {
	if t.After(c.watermark) {
		c.watermark = t
	}
}

// late reports whether an event comes when its time has been decided.
func (c *clock) late(t time.Time) bool { return t.Before(c.watermark) }

// due reports whether nothing can come any more that belongs before an event
// of time t. Where arrival is order, it is due at once.
func (c *clock) due(t time.Time) bool {
	if c.orderly() {
		return !t.After(c.watermark)
	}
	return t.Before(c.watermark)
}

// held is an event that waits for its turn.
type held struct {
	ev       Event
	tie      Value
	order    uint64 // of arrival
	*finding        // nil if it is to be looked at in its turn
}

// queue orders the held events: by time, by tie-breaker (null last), by id,
// and by arrival.
type queue []held

func (q queue) Len() int           { return len(q) }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q queue) Less(i, j int) bool { return before(&q[i], &q[j]) }
func (q *queue) Push(x any)        { *q = append(*q, x.(held)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	h := (*q)[last]
	(*q)[last] = held{}
	*q = (*q)[:last]
	return h
}

// before reports whether an event waits that comes before time t: where arrival is
// order, one that lay too far ahead.
func (q queue) before(t time.Time) bool { return len(q) > 0 && q[0].ev.Time.Before(t) }

func (q *queue) add(h held) { heap.Push(q, h) }

// next takes the first event that is due.
func (q *queue) next(c *clock) (held, bool) {
	if len(*q) == 0 || !c.due((*q)[0].ev.Time) {
		return held{}, false
	}
	return heap.Pop(q).(held), true
}

func before(a, b *held) bool {
	if !a.ev.Time.Equal(b.ev.Time) {
		return a.ev.Time.Before(b.ev.Time)
	}
	if c := compareTies(a.tie, b.tie); c != 0 {
		return c < 0
	}
	if a.ev.ID != b.ev.ID && a.ev.ID != "" && b.ev.ID != "" {
		return a.ev.ID < b.ev.ID
	}
	return a.order < b.order
}

// compareTies orders numbers by value, then texts, then events without a
// tie-breaker, as Elasticsearch sorts them. What is no number by its value, NaN, is
// none: it would be neither before nor behind any.
func compareTies(a, b Value) int {
	rank := func(v Value) int {
		n, number := v.Number()
		switch {
		case v.IsNull() || number && math.IsNaN(n):
			return 2
		case number:
			return 0
		}
		return 1
	}
	ra, rb := rank(a), rank(b)
	if ra != rb {
		return ra - rb
	}
	switch ra {
	case 0:
		x, _ := a.Number()
		y, _ := b.Number()
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
	case 1:
		switch s, t := a.Text(), b.Text(); {
		case s < t:
			return -1
		case s > t:
			return 1
		}
	}
	return 0
}

package fn

import (
	"math"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

var _ = register(SPL,
	&Func{Name: "now", Call: func(c *Context, _ []event.Value) event.Value {
		return event.OfInt(c.Now.Unix())
	}},
	// There is no clock besides the start of the search: what a search yields
	// follows from its events.
	&Func{Name: "time", Call: func(c *Context, _ []event.Value) event.Value {
		return number(timefmt.Epoch(c.Now))
	}},
	&Func{Name: "relative_time", Min: 2, Max: 2, Params: "n.", Each: true, Call: relativeTime},
	&Func{Name: "strftime", Min: 2, Max: 2, Params: "n.", Each: true, Call: strftime},
	&Func{Name: "strptime", Min: 2, Max: 2, Each: true, Call: strptime},
)

// relativeTime is relative_time(epoch, modifier). A number is a time, and no
// modifier: searches that have seconds or a modifier in one field tell them
// apart by the null.
func relativeTime(c *Context, args []event.Value) event.Value {
	sec, ok := numeric(args[0])
	if _, number := numeric(args[1]); !ok || number || !timefmt.InRange(sec) {
		return event.Value{}
	}
	t, ok := timefmt.Relative(timefmt.FromEpoch(sec).In(c.Zone), args[1].Text())
	if !ok {
		return event.Value{}
	}
	return seconds(timefmt.Epoch(t))
}

// seconds is an epoch, whole where it can be.
func seconds(sec float64) event.Value {
	if sec == math.Trunc(sec) {
		return event.OfInt(int64(sec))
	}
	return event.OfFloat(sec)
}

// strftime is strftime(epoch, layout).
func strftime(c *Context, args []event.Value) event.Value {
	sec, ok := numeric(args[0])
	if !ok || !timefmt.InRange(sec) {
		return event.Value{}
	}
	return bounded(timefmt.Format(timefmt.FromEpoch(sec).In(c.Zone), args[1].Text()))
}

// strptime is strptime(text, layout). What the text leaves out, the year or
// the date, is that of the search's start.
func strptime(c *Context, args []event.Value) event.Value {
	t, ok := timefmt.ParseAt(args[0].Text(), args[1].Text(), c.Now.In(c.Zone))
	if !ok {
		return event.Value{}
	}
	return seconds(timefmt.Epoch(t))
}

package pipeline

import (
	"math"
	"strconv"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = annotator("reltime", func(*compiler, *ast.Annotate) rowFunc { return (*run).relTime })

// ages are the units that reltime tells how long ago something was in, the
// longest first, in seconds.
var ages = []struct {
	name    string
	seconds float64
}{
	{"year", 365 * 86400}, {"month", 30 * 86400}, {"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1},
}

// relTime says in words how long ago a time was, in the longest unit of which
// it is at least one.
func (r *run) relTime(n *ast.Annotate, t *Table) error {
	field, name := "_time", "reltime"
	if f := n.Options["timefield"]; f != "" {
		field = f
	}
	if p := n.Options["prefix"]; p != "" {
		name = p + "_reltime"
	}
	for i := range t.rows {
		at, ok := number(t.Value(i, field))
		if !ok {
			continue
		}
		t.Set(i, name, event.OfString(age(r.env.Now.Sub(fromEpoch(at)))))
	}
	return r.ctx.Err()
}

func age(d time.Duration) string {
	seconds, way := d.Seconds(), " ago"
	if seconds < 0 {
		seconds, way = -seconds, " from now"
	}
	for _, u := range ages {
		if n := math.Floor(seconds / u.seconds); n >= 1 {
			return words(strconv.Itoa(int(n)), u.name+plural(int(n))) + way
		}
	}
	return "now"
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

package pipeline

import (
	"cmp"
	"math"
	"strconv"
	"strings"
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

// relTime says in words how long ago times were, in the longest unit of which
// it is at least one.
func (r *run) relTime(n *ast.Annotate, t *Table) error {
	fields, prefix := relTimeFields(n), n.Options["prefix"]
	for _, field := range fields {
		name := "reltime"
		switch {
		case prefix != "" && n.Options["timefield"] != "":
			name = prefix + field
		case prefix != "":
			name = prefix + name
		case len(fields) > 1:
			name += "_" + field
		}
		for i := range t.rows {
			if at, ok := number(t.Value(i, field)); ok {
				t.Set(i, name, event.OfString(age(r.env.Now.Sub(fromEpoch(at)))))
			}
		}
	}
	return r.ctx.Err()
}

// relTimeFields are the fields that reltime reads.
func relTimeFields(n *ast.Annotate) []string {
	return strings.FieldsFunc(cmp.Or(n.Options["timefield"], "_time"), func(c rune) bool { return c == ',' || c == ' ' })
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

package pipeline

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

var _ = shape("timewrap", func(c *compiler, n *ast.Reshape) tableFunc {
	w := &timewrap{node: n}
	if !w.readSpan(n.Options["span"]) {
		c.errorf(n, "expected a length of time such as 1day, found %q", n.Options["span"])
	}
	return func(r *run, _ *ast.Reshape, t *Table) (*Table, error) { return r.timewrap(w, t) }
})

// timewrap is a compiled timewrap.
type timewrap struct {
	node *ast.Reshape
	n    int
	unit ast.Unit
}

// maxWrap bounds the number of units in a period: beyond, there is no calendar.
const maxWrap = 1_000_000

// readSpan reads a number, which may be left out, and a unit.
func (w *timewrap) readSpan(s string) bool {
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	w.n = 1
	if digits > 0 {
		w.n, _ = strconv.Atoi(s[:digits])
	}
	w.unit, _ = ast.UnitNamed(strings.ToLower(s[digits:]))
	return unitNames[w.unit] != "" && w.n > 0 && w.n <= maxWrap
}

// unitNames are the units as the names of timewrap's series have them.
var unitNames = map[ast.Unit]string{
	ast.Second: "second", ast.Minute: "minute", ast.Hour: "hour", ast.Day: "day", ast.Week: "week",
	ast.Month: "month", ast.Quarter: "quarter", ast.Year: "year",
}

// timewrap makes a series of each period of a timechart: one row for each place
// in the period, and for each column and each period a column.
func (r *run) timewrap(w *timewrap, t *Table) (*Table, error) {
	at := t.find("_time")
	end := r.wrapEnd(w, t, at)
	out := newTable("_time")
	index := map[float64]int{}
	lost := 0
	for _, x := range r.wrapped(w, t, at, end) {
		if err := r.tick(); err != nil {
			return nil, err
		}
		place := timefmt.Epoch(w.shift(x.time, x.back))
		row, known := index[place]
		if !known {
			row = out.Add()
			index[place] = row
			out.set(row, 0, epoch(fromEpoch(place)))
		}
		for c, name := range t.cols {
			if c == at || internal(name) != 0 {
				continue
			}
			title := w.title(t, name, x.back, end)
			if out.find(title) < 0 && len(out.cols) >= maxColumns {
				lost++
				continue
			}
			out.Set(row, title, t.at(x.row, c))
		}
	}
	r.dropped(w.node, "columns", lost)
	slices.SortStableFunc(out.rows, func(a, b []event.Value) int {
		x, _ := number(cell(a, 0))
		y, _ := number(cell(b, 0))
		return cmp.Compare(x, y)
	})
	return out, r.ctx.Err()
}

// wrapped is a row of a timechart, and how many periods it lies back.
type wrapped struct {
	row, back int
	time      time.Time
}

// wrapped returns the rows that have a time, those of the oldest period first.
func (r *run) wrapped(w *timewrap, t *Table, at int, end time.Time) []wrapped {
	var all []wrapped
	for i := range t.rows {
		if f, ok := number(t.at(i, at)); ok {
			x := wrapped{row: i, time: fromEpoch(f).In(r.zone)}
			x.back = w.periods(x.time, end)
			all = append(all, x)
		}
	}
	slices.SortStableFunc(all, func(a, b wrapped) int { return cmp.Compare(b.back, a.back) })
	return all
}

// wrapEnd is where the latest period ends: the end of the window, or of the
// rows where that is open, or now.
func (r *run) wrapEnd(w *timewrap, t *Table, at int) time.Time {
	if w.node.Options["align"] == "now" && !r.env.Now.IsZero() {
		return r.env.Now.In(r.zone)
	}
	if !r.window.to.IsZero() {
		return r.window.to.In(r.zone)
	}
	latest := math.Inf(-1)
	for i := range t.rows {
		if f, ok := number(t.at(i, at)); ok {
			latest = max(latest, f)
		}
	}
	if math.IsInf(latest, -1) {
		return time.Unix(0, 0).In(r.zone)
	}
	return fromEpoch(latest).Add(time.Microsecond).In(r.zone)
}

// periods returns how many whole periods a time lies before the end.
func (w *timewrap) periods(at, end time.Time) int {
	p := max(int((end.Unix()-at.Unix())/w.seconds(w.n)), 0)
	for p > 0 && !w.shift(at, p).Before(end) {
		p--
	}
	for w.shift(at, p+1).Before(end) {
		p++
	}
	return p
}

// seconds is about how long so many units are.
func (w *timewrap) seconds(units int) int64 {
	return int64(units) * int64(timefmt.Length(ast.Span{N: 1, Unit: w.unit})/time.Second)
}

// shift moves a time by so many periods.
func (w *timewrap) shift(at time.Time, periods int) time.Time {
	n := periods * w.n
	switch w.unit {
	case ast.Day:
		return at.AddDate(0, 0, n)
	case ast.Week:
		return at.AddDate(0, 0, 7*n)
	case ast.Month:
		return at.AddDate(0, n, 0)
	case ast.Quarter:
		return at.AddDate(0, 3*n, 0)
	case ast.Year:
		return at.AddDate(n, 0, 0)
	}
	return time.Unix(at.Unix()+w.seconds(n), int64(at.Nanosecond())).In(at.Location()) // a Duration ends at 292 years
}

// title is the name of a series: of the period alone where there is one column
// to wrap.
func (w *timewrap) title(t *Table, column string, back int, end time.Time) string {
	unit := unitNames[w.unit]
	period := func(n int) string { return strconv.Itoa(n) + unit + plural(n) }
	var name string
	switch {
	case w.node.Options["series"] == "short":
		name = "s" + strconv.Itoa(back)
	case w.node.Options["series"] == "exact":
		name = timefmt.Format(w.shift(end, -back-1), cmp.Or(w.node.Options["time_format"], "%Y-%m-%d"))
	case back == 0 && w.n == 1:
		name = "latest_" + unit
	case back == 0:
		name = "latest_" + period(w.n)
	default:
		name = period(back*w.n) + "_before"
	}
	if len(t.cols) > 2 {
		return column + "_" + name
	}
	return name
}

package pipeline

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

// Numbers of buckets that a search aims at where it names no span: those of
// bin and timechart are documented, tstats' are chosen so that an hour keeps
// its seconds and a day its five minutes.
const (
	defaultBins = 100
	autoBuckets = 300
)

// bucket returns the bucket of a value: of a number the start of its span in
// time, or the range `low-high`; of a list, those of its elements.
func bucket(v event.Value, sp ast.Span, zone *time.Location) event.Value {
	return each(v, func(e event.Value) event.Value {
		f, ok := e.Number()
		if !ok {
			return e
		}
		switch sp.Unit {
		case ast.NoUnit:
			return rangeOf(f, sp.N)
		case ast.LogUnit:
			return logRange(f, sp.N, cmp.Or(sp.Factor, 1))
		}
		return timeBucket(f, sp, zone)
	})
}

// timeBucket returns the start of the span of time that an epoch lies in.
func timeBucket(f float64, sp ast.Span, zone *time.Location) event.Value {
	if !timefmt.InRange(f) {
		return event.Value{}
	}
	return epoch(timefmt.Floor(fromEpoch(f), sp, zone))
}

// rangeOf names the range of width step that f lies in.
func rangeOf(f, step float64) event.Value {
	if !(step > 0) || math.IsInf(f, 0) {
		return event.OfFloat(f)
	}
	n := math.Floor(f / step)
	if decimal((n+1)*step) <= f { // 0.3 by 0.1 is just below 3
		n++
	}
	return event.OfString(rangeText(n*step, (n+1)*step))
}

// decimal is f without the noise of its last digits: 3 times 0.1 is 0.3.
func decimal(f float64) float64 {
	if f == math.Trunc(f) {
		return f
	}
	f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	return f
}

func rangeText(low, high float64) string {
	return aggregate.Number(decimal(low)).Text() + "-" + aggregate.Number(decimal(high)).Text()
}

// rangeLow returns where a range begins.
func rangeLow(v event.Value) (float64, bool) {
	s := v.Text()
	if i := strings.IndexByte(s[min(1, len(s)):], '-'); i >= 0 {
		s = s[:i+1]
	}
	n, _ := event.ParseNumber(s)
	return n.Float()
}

// logRange names the range between powers of base, times factor, that f lies in.
func logRange(f, base, factor float64) event.Value {
	if !(f > 0) || !(base > 1) {
		return event.OfFloat(f)
	}
	low := factor * math.Pow(base, math.Floor(math.Log(f/factor)/math.Log(base)+1e-12))
	return event.OfString(rangeText(low, low*base))
}

// niceSpans are the spans of time that people read, with their lengths.
var niceSpans = []struct {
	span    ast.Span
	seconds float64
}{
	{ast.Span{N: 1, Unit: ast.Second}, 1},
	{ast.Span{N: 5, Unit: ast.Second}, 5},
	{ast.Span{N: 10, Unit: ast.Second}, 10},
	{ast.Span{N: 30, Unit: ast.Second}, 30},
	{ast.Span{N: 1, Unit: ast.Minute}, 60},
	{ast.Span{N: 5, Unit: ast.Minute}, 300},
	{ast.Span{N: 10, Unit: ast.Minute}, 600},
	{ast.Span{N: 30, Unit: ast.Minute}, 1800},
	{ast.Span{N: 1, Unit: ast.Hour}, 3600},
	{ast.Span{N: 1, Unit: ast.Day}, 86400},
	{ast.Span{N: 1, Unit: ast.Month}, 30 * 86400},
	{ast.Span{N: 1, Unit: ast.Year}, 365 * 86400},
}

// autoSpan chooses the least span, not less than least, that parts the table's
// time, or the search window where it is closed, into at most so many buckets.
func autoSpan(r *run, t *Table, buckets int, least *ast.Span) ast.Span {
	low, high, ok := timeRange(r, t)
	if !ok {
		return niceSpans[0].span
	}
	return spanFor(high-low, buckets, least)
}

// spanFor chooses the least span, not less than least, that parts so many
// seconds into at most so many buckets.
func spanFor(seconds float64, buckets int, least *ast.Span) ast.Span {
	for _, n := range niceSpans {
		if least != nil && n.seconds < spanSeconds(*least) {
			continue
		}
		if seconds/n.seconds <= float64(max(buckets, 1)) {
			return n.span
		}
	}
	return niceSpans[len(niceSpans)-1].span
}

// spanSeconds is about how long a span of time is.
func spanSeconds(sp ast.Span) float64 { return timefmt.Length(sp).Seconds() }

// timeRange returns the search window, or the part of time that the rows
// cover where the window is open.
func timeRange(r *run, t *Table) (low, high float64, ok bool) {
	if r.window.closed() {
		return timefmt.Epoch(r.window.from), timefmt.Epoch(r.window.to), true
	}
	c := t.find("_time")
	for i := range t.rows {
		f, isNum := number(t.at(i, c))
		if !isNum || !timefmt.InRange(f) {
			continue
		}
		if !ok {
			low, high, ok = f, f, true
		}
		low, high = min(low, f), max(high, f)
	}
	return low, high, ok
}

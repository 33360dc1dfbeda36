package pipeline

import (
	"math"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

var _ = register((*compiler).bin)

// bin puts the values of a field in buckets.
func (c *compiler) bin(n *ast.Bin) stage {
	if n.Field == "" {
		c.errorf(n, "expected a field")
	}
	as := n.As
	if as == "" {
		as = n.Field
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		from := t.find(n.Field)
		if from < 0 {
			return t, nil
		}
		put, sp := r.bucketer(n, t, from)
		to := t.column(as)
		for i := range t.rows {
			if err := r.tick(); err != nil {
				return nil, err
			}
			if v := t.at(i, from); !v.IsNull() {
				b := put(v)
				if n.Continuous && !isTimed(sp) {
					b = bucketStart(v, b)
				}
				t.set(i, to, b)
			}
		}
		if n.Continuous {
			return r.continuous(n, t, to, sp)
		}
		return t, nil
	})
}

// bucketer returns what puts a value of the column in its bucket, and how long
// the buckets are.
func (r *run) bucketer(n *ast.Bin, t *Table, col int) (func(event.Value) event.Value, ast.Span) {
	timed := n.Field == "_time"
	sp := n.Span
	if sp == nil {
		bins := n.Bins
		if bins <= 0 {
			bins = defaultBins
		}
		chosen := r.chooseSpan(n, t, col, bins, timed)
		sp = &chosen
	}
	if timed && sp.Unit == ast.NoUnit {
		sp = &ast.Span{N: sp.N, Unit: ast.Second}
	}
	if shift, ok := r.alignment(n.Align); ok && sp.Unit != ast.NoUnit && sp.Unit != ast.LogUnit && spanSeconds(*sp) < 86400 {
		return func(v event.Value) event.Value { return aligned(v, spanSeconds(*sp), shift) }, *sp
	}
	return func(v event.Value) event.Value { return bucket(v, *sp, r.zone) }, *sp
}

// chooseSpan finds a span for a bin that names none: of time, one that people
// read; of numbers, a power of ten that makes at most so many buckets.
func (r *run) chooseSpan(n *ast.Bin, t *Table, col, bins int, timed bool) ast.Span {
	low, high, ok := math.Inf(1), math.Inf(-1), false
	for i := range t.rows {
		if f, isNum := number(t.at(i, col)); isNum {
			low, high, ok = min(low, f), max(high, f), true
		}
	}
	if n.Start != nil {
		low = min(low, *n.Start)
	}
	if n.End != nil {
		high = max(high, *n.End)
	}
	if !ok || math.IsInf(high-low, 0) {
		return ast.Span{N: 1}
	}
	if timed {
		return spanFor(high-low, bins, n.MinSpan)
	}
	step := 1.0
	if high > low {
		step = math.Pow(10, math.Ceil(math.Log10((high-low)/float64(bins))-1e-9))
		last := math.Floor(high / step)
		if n.End != nil && high == *n.End { // it ends the last bucket
			last = math.Ceil(high/step) - 1
		}
		if last-math.Floor(low/step)+1 > float64(bins) {
			step *= 10
		}
	}
	if n.MinSpan != nil {
		step = max(step, n.MinSpan.N)
	}
	return ast.Span{N: step}
}

// alignment returns the epoch that buckets are aligned to.
func (r *run) alignment(text string) (float64, bool) {
	switch text {
	case "":
		return 0, false
	case "earliest":
		return timefmt.Epoch(r.window.from), !r.window.from.IsZero()
	case "latest":
		return timefmt.Epoch(r.window.to), !r.window.to.IsZero()
	}
	now := r.env.Now
	if now.IsZero() {
		now = time.Unix(0, 0)
	}
	t, ok := timefmt.Relative(now.In(r.zone), text)
	return timefmt.Epoch(t), ok
}

// aligned floors an epoch to a grid of steps that goes through origin.
func aligned(v event.Value, step, origin float64) event.Value {
	return each(v, func(e event.Value) event.Value {
		f, ok := e.Number()
		if !ok || !(step > 0) || !timefmt.InRange(f) {
			return e
		}
		return epoch(fromEpoch(math.Floor((f-origin)/step)*step + origin))
	})
}

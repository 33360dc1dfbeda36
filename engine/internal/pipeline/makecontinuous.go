package pipeline

import (
	"cmp"
	"math"
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

// continuous puts rows in the order of the buckets of a column, and adds a row
// for each bucket that has none, from the first to the last or from start to
// end. Rows outside of those go, those without a bucket stand last.
func (r *run) continuous(n *ast.Bin, t *Table, col int, sp ast.Span) (*Table, error) {
	timed := isTimed(sp)
	at := func(row []event.Value) (float64, bool) { return number(cell(row, col)) }
	var rows, rest [][]event.Value
	for _, row := range t.rows {
		switch f, ok := at(row); {
		case !ok:
			rest = append(rest, row)
		case n.Start != nil && f < *n.Start, n.End != nil && f >= *n.End:
		default:
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b []event.Value) int {
		x, _ := at(a)
		y, _ := at(b)
		return cmp.Compare(x, y)
	})
	t.rows = nil
	buckets, lost, last := 0, 0, 0.0
	for i, row := range rows {
		f, _ := at(row)
		for i > 0 {
			next, bucket := r.nextBucket(last, sp, timed)
			if next >= f {
				break
			}
			if buckets == maxBuckets {
				lost += between(next, f, sp, timed)
				break
			}
			t.set(t.Add(), col, bucket)
			buckets++
			last = next
		}
		last = f
		t.rows = append(t.rows, row)
	}
	r.dropped(n, "buckets", lost)
	t.rows = append(t.rows, rest...)
	return t, r.ctx.Err()
}

// between returns how many buckets begin at low or behind it and before high:
// about as many where they are not all of one length.
func between(low, high float64, sp ast.Span, timed bool) int {
	step := sp.N
	if timed {
		step = timefmt.Length(sp).Seconds()
	}
	return max(1, int(min(math.Ceil((high-low)/step), math.MaxInt32)))
}

// nextBucket returns where the bucket after the one at f begins, as a number
// and as the value that it is called by.
func (r *run) nextBucket(f float64, sp ast.Span, timed bool) (float64, event.Value) {
	switch {
	case timed:
		next := timefmt.Next(fromEpoch(f).In(r.zone), sp)
		return timefmt.Epoch(next), epoch(next)
	case sp.Unit == ast.LogUnit:
		f *= sp.N
	default:
		f = decimal((math.Round(f/sp.N) + 1) * sp.N)
	}
	return f, aggregate.Number(f)
}

func isTimed(sp ast.Span) bool { return sp.Unit != ast.NoUnit && sp.Unit != ast.LogUnit }

// bucketStart is a number as where its bucket begins.
func bucketStart(v, bucket event.Value) event.Value {
	if _, ok := number(v); ok {
		if low, ok := rangeLow(bucket); ok {
			return aggregate.Number(low)
		}
	}
	return bucket
}

package pipeline

import (
	"math"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

// trend writes a moving average over the last n.From values. The first rows,
// over which there are fewer, get none.
func trend(n *ast.Running, t *Table, from int) {
	to := t.column(n.As)
	w := &moving{size: n.From, whole: true}
	ema := exponential(n.From)
	for i := range t.rows {
		f, ok := number(t.at(i, from))
		if !ok {
			continue
		}
		w.add(f)
		switch n.Kind {
		case "ema":
			f = ema(f)
		case "wma":
			f = w.weighted / float64(len(w.values)*(len(w.values)+1)/2)
		default:
			f = w.sum / float64(len(w.values))
		}
		if len(w.values) == n.From {
			t.set(i, to, aggregate.Number(f))
		}
	}
}

// moving is the last values with their sum, and the sum of the oldest, twice the
// next, and so on.
type moving struct {
	size          int
	values        []float64
	sum, weighted float64
	whole         bool // all were integers, whose sums lose nothing when one goes
}

func (w *moving) add(f float64) {
	if len(w.values) == w.size {
		w.weighted -= w.sum
		w.sum -= w.values[0]
		w.values = w.values[1:]
	}
	w.values = append(w.values, f)
	w.sum += f
	w.weighted += f * float64(len(w.values))
	w.whole = w.whole && f == math.Trunc(f) && math.Abs(w.weighted) < 1<<53 && math.Abs(w.sum) < 1<<53
	if w.whole {
		return
	}
	w.sum, w.weighted = 0, 0
	for i, f := range w.values {
		w.sum += f
		w.weighted += f * float64(i+1)
	}
}

// exponential is Splunk's documented average: alpha of the one before and the
// rest of the value, where alpha is 2 / (period + 1).
func exponential(period int) func(f float64) float64 {
	alpha, last, begun := 2/float64(period+1), 0.0, false
	return func(f float64) float64 {
		if begun {
			f = alpha*last + (1-alpha)*f
		}
		last, begun = f, true
		return f
	}
}

package pipeline

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

// trends are the moving averages of trendline: each of the last values, the
// newest last.
var trends = map[string]func(values []float64) float64{
	"sma": func(values []float64) float64 {
		total := 0.0
		for _, f := range values {
			total += f
		}
		return total / float64(len(values))
	},
	"wma": func(values []float64) float64 {
		total, weight := 0.0, 0.0
		for i, f := range values {
			total += f * float64(i+1)
			weight += float64(i + 1)
		}
		return total / weight
	},
}

// trend writes a moving average over the last n.From values. The first rows,
// over which there are fewer, get none.
func trend(n *ast.Running, t *Table, from int) {
	to := t.column(n.As)
	var window []float64
	average := trends[n.Kind]
	if n.Kind == "ema" {
		average = exponential(n.From)
	}
	for i := range t.rows {
		f, ok := number(t.at(i, from))
		if !ok {
			continue
		}
		if window = append(window, f); len(window) > n.From {
			window = window[1:]
		}
		if n.Kind == "ema" {
			f = average(window)
		} else if len(window) == n.From {
			f = average(window)
		}
		if len(window) == n.From {
			t.set(i, to, aggregate.Number(f))
		}
	}
}

// exponential is Splunk's documented average: alpha of the one before and the
// rest of the value, where alpha is 2 / (period + 1).
func exponential(period int) func(values []float64) float64 {
	alpha, last, begun := 2/float64(period+1), 0.0, false
	return func(values []float64) float64 {
		f := values[len(values)-1]
		if begun {
			f = alpha*last + (1-alpha)*f
		}
		last, begun = f, true
		return f
	}
}

package pipeline

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

// Whatever comes and goes, the figures over a queue are those that new
// accumulators find over its rows.
func TestQueueIsAddingUp(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 7))
	var figures []figureColumn
	for _, name := range aggregate.Names() {
		fn, _ := aggregate.Lookup(name)
		figures = append(figures, figureColumn{figure: &figure{fn: fn, node: ast.Agg{Param: 60}}, name: name})
	}
	cheap := map[string]int{}
	for range 200 {
		gr := &group{accs: newAccumulators(figures)}
		q := newQueue(gr, figures, 0)
		fractions := r.IntN(4) == 0
		for range 100 {
			e := entry{gr, make([]event.Value, len(figures)), float64(r.IntN(9))}
			v := randomValue(r, fractions)
			for i := range e.vals {
				e.vals[i] = v
			}
			q.push(e)
			for len(q.rows) > 0 && r.IntN(20) < 9 {
				q.pop()
			}
			for i, f := range figures {
				fresh := f.accumulator()
				for _, e := range q.rows {
					if !e.vals[i].IsNull() {
						fresh.Add(e.vals[i], e.at)
					}
				}
				got, rows := q.figure(i)
				require.Equal(t, fresh.Result().Any(), got.Any(), f.name)
				if rows == 0 {
					cheap[f.name]++
				}
			}
		}
	}
	for _, name := range []string{"avg", "count", "first", "latest", "list", "max", "median", "perc", "sum", "values"} {
		require.Greater(t, cheap[name], 1000, name)
	}
}

func randomValue(r *rand.Rand, fractions bool) event.Value {
	switch r.IntN(6) {
	case 0:
		return event.Value{}
	case 1:
		return event.OfStrings([]string{"x", string(rune('a' + r.IntN(4)))})
	case 2:
		if fractions {
			return event.OfFloat(r.Float64())
		}
	}
	return event.OfInt(int64(r.IntN(9)))
}

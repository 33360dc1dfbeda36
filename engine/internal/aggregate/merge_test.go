package aggregate

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/event"
)

// Parts that are put together come to what one accumulator comes to that sees
// all values.
func TestMergeIsAddingOn(t *testing.T) {
	r := rand.New(rand.NewPCG(29, 31))
	value := func() any {
		switch r.IntN(7) {
		case 0:
			return []any{r.IntN(4), "x"}
		case 1:
			return string(rune('a' + r.IntN(4)))
		case 2:
			return float64(r.IntN(4))
		case 3:
			return 0.1 * float64(r.IntN(10))
		case 4:
			return []any{[]any{r.IntN(4), r.IntN(4)}, "1"}
		}
		return r.IntN(9)
	}
	merged := map[string]int{}
	for range 3000 {
		for _, name := range Names() {
			fn, _ := Lookup(name)
			whole := fn.New(60)
			into, ok := fn.New(60).(Merger)
			if !ok {
				continue
			}
			good, fractions := true, r.IntN(3) == 0
			for range 1 + r.IntN(4) {
				part := fn.New(60)
				for range r.IntN(5) {
					v := event.Of(value())
					if f, isFloat := v.Float(); isFloat && f != float64(int(f)) && !fractions {
						continue
					}
					at := float64(r.IntN(5))
					whole.Add(v, at)
					part.Add(v, at)
				}
				good = good && into.Merge(part)
			}
			if good {
				merged[name]++
				require.Equal(t, whole.Result().Any(), into.Result().Any(), name)
			}
		}
	}
	for name, n := range merged {
		assert.Greater(t, n, 1000, name)
	}
	assert.Contains(t, merged, "dc")
	assert.Contains(t, merged, "latest")
	assert.Contains(t, merged, "stdev")
	for _, x := range []any{0.5, int64(1) << 40} {
		fn, _ := Lookup("stdev")
		a, b := fn.New(0), fn.New(0)
		a.Add(event.Of(1), 0)
		b.Add(event.Of(x), 0)
		assert.False(t, a.(Merger).Merge(b), "%v: the order decides what is lost", x)
	}
}

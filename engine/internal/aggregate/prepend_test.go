package aggregate

import (
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/state"
)

// Values that are put ahead of one another come to what they come to if they are
// added in their order, and a snapshot in between changes nothing.
func TestPrependIsAddingBackwards(t *testing.T) {
	r := rand.New(rand.NewPCG(43, 47))
	value := func() event.Value {
		switch r.IntN(9) {
		case 0:
			return event.Of([]any{r.IntN(4), "x", float64(r.IntN(4))})
		case 1:
			return event.OfString(string(rune('a' + r.IntN(4))))
		case 2:
			return event.OfFloat(float64(r.IntN(4)))
		case 3:
			return event.OfString([]string{"2", "2.0", "02"}[r.IntN(3)])
		case 4:
			return event.OfFloat(0.5 * float64(r.IntN(4)))
		case 5:
			return event.Of(map[string]any{"a": []any{1, 1.0}[r.IntN(2)]})
		}
		return event.OfInt(int64(r.IntN(5)))
	}
	tested := map[string]int{}
	for range 3000 {
		for _, name := range Names() {
			fn, _ := Lookup(name)
			ahead, ok := fn.New(0).(Prepender)
			if !ok {
				continue
			}
			tested[name]++
			var all []event.Value
			for range r.IntN(7) {
				v := value()
				all = append(all, v)
				before := Size(ahead)
				grown := ahead.Prepend(v)
				require.Equal(t, Size(ahead)-before, grown, name)
				if r.IntN(3) == 0 {
					ahead = again(t, fn, ahead)
				}
			}
			behind := fn.New(0)
			for _, v := range slices.Backward(all) {
				behind.Add(v, 0)
			}
			require.Equal(t, behind.Result().Any(), ahead.Result().Any(), "%s of %v", name, all)
		}
	}
	for _, name := range []string{"count", "dc", "values", "min", "max", "range", "first", "last"} {
		assert.Contains(t, tested, name)
	}
}

func again(t *testing.T, fn *Func, a Prepender) Prepender {
	t.Helper()
	var w, w2 state.Writer
	a.Save(&w)
	b := fn.New(0).(Prepender)
	r := state.NewReader(w.Bytes())
	b.Load(r)
	r.End()
	require.NoError(t, r.Err())
	b.Save(&w2)
	require.Equal(t, w.Bytes(), w2.Bytes())
	return b
}

// What is kept of a value is the accumulator's own: the caller may write over it.
func TestPrependCopies(t *testing.T) {
	for _, name := range Names() {
		fn, _ := Lookup(name)
		a, ok := fn.New(0).(Prepender)
		if !ok {
			continue
		}
		text := []byte("abc")
		a.Prepend(event.OfString(borrowed(text)))
		before := a.Result().Text()
		copy(text, "xyz")
		assert.Equal(t, before, a.Result().Text(), name)
	}
}

// Texts beyond the bound are counted, in whichever order parts are put together.
func TestTallyCountsWhatItDrops(t *testing.T) {
	full, one := &distinct{}, &distinct{}
	full.seen = make(map[string]int, maxDistinct)
	for i := range int64(maxDistinct) {
		full.seen[event.OfInt(i).Text()] = 1
	}
	one.Prepend(event.OfString("x"))
	assert.False(t, full.Merge(one))
	assert.Equal(t, 1, full.Dropped())
	full.Prepend(event.OfString("y"))
	full.Prepend(event.OfInt(7))
	assert.Equal(t, 2, full.Dropped())
	assert.Equal(t, event.OfInt(maxDistinct), full.Result())
}

// borrowed is a text whose bytes are somebody else's.
func borrowed(b []byte) string { return unsafe.String(&b[0], len(b)) }

package aggregate

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/event"
)

// A figure that is asked for again and again, while values come and the oldest
// ones go, is that of a new accumulator over the values of the moment.
func TestFiguresAlongTheWay(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 8))
	value := func() event.Value {
		switch r.IntN(5) {
		case 0:
			return event.OfStrings([]string{"x", string(rune('a' + r.IntN(4)))})
		case 1:
			return event.OfString(string(rune('a' + r.IntN(9))))
		}
		return event.OfInt(int64(r.IntN(40)))
	}
	for range 300 {
		for _, name := range Names() {
			fn, _ := Lookup(name)
			a := fn.New(60)
			remover, removes := a.(Remover)
			var held []event.Value
			for range 1 + r.IntN(60) {
				v := value()
				a.Add(v, 0)
				held = append(held, v)
				if removes && r.IntN(3) == 0 {
					remover.Remove(held[0])
					held = held[1:]
				}
				if r.IntN(3) == 0 {
					continue
				}
				fresh := fn.New(60)
				for _, v := range held {
					fresh.Add(v, 0)
				}
				require.Equal(t, fresh.Result().Any(), a.Result().Any(), name)
			}
		}
	}
}

// Numbers in chunks are those in one piece, beyond the size of a chunk too.
func TestRanks(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 21))
	var s samples
	n := 0
	for i := range 20 * chunkSize {
		if s.Add(event.OfInt(int64(r.IntN(5000))), 0); i%7 == 3 {
			s.Remove(event.OfInt(int64(r.IntN(5000))))
		}
		n = s.order()
	}
	all := make([]float64, n)
	for i := range all {
		all[i] = s.at(i)
	}
	require.IsNonDecreasing(t, all)
	s.unordered()
	require.ElementsMatch(t, all, s.all)
}

package aggregate

import (
	"math/bits"

	"github.com/spoor-lang/spoor/engine/event"
)

// Size returns about how many bytes an accumulator takes, with what it has
// gathered.
func Size(a Accumulator) int {
	n := AccumulatorSize
	if s, ok := a.(interface{ held() int }); ok {
		n += s.held()
	}
	return n
}

// What an accumulator takes about, empty, and a value and a number within it.
const (
	AccumulatorSize = 48
	valueSize       = 24
	numberSize      = 8
)

// What a map from texts to words takes, without the texts: itself, each place for an
// entry, and, once it has more places than the first few, what finds them.
const (
	mapSize    = 48
	placeSize  = 25
	fewPlaces  = 8
	tablesSize = 48
)

// MapSize returns about how many bytes a map with n texts as keys takes, without these. It
// has places for a few at first, and twice as many whenever seven in eight are taken.
func MapSize(n int) int {
	switch {
	case n == 0:
		return 0
	case n <= fewPlaces:
		return mapSize + fewPlaces*placeSize
	}
	places := 1 << bits.Len(uint((8*n-1)/7))
	return mapSize + tablesSize + places*placeSize
}

func sizeOf(v event.Value) int {
	s, _ := v.Str()
	n := len(s)
	if v.IsList() {
		for i := range v.Len() {
			n += valueSize + sizeOf(v.At(i))
		}
	}
	return n
}

func (t *tally) held() int {
	n := MapSize(len(t.seen))
	for s := range t.seen {
		n += len(s)
	}
	return n
}

func (m *mode) held() int { return m.tally.held() + len(m.order)*valueSize }

func (l *list) held() int {
	n := 0
	for _, v := range l.all {
		n += valueSize + sizeOf(v)
	}
	return n
}

func (l *lowest) held() int  { return sizeOf(l.v) }
func (h *highest) held() int { return sizeOf(h.v) }
func (f *first) held() int   { return sizeOf(f.v) }
func (l *last) held() int    { return sizeOf(l.v) }
func (b *bounds) held() int  { return sizeOf(b.low) + sizeOf(b.high) }
func (s *samples) held() int { return (len(s.all) + s.ranks.n) * numberSize }

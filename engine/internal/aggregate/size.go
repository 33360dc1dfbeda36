package aggregate

import "github.com/spoor-lang/spoor/engine/event"

// Size returns about how many bytes an accumulator takes, with what it has
// gathered.
func Size(a Accumulator) int {
	n := AccumulatorSize
	if s, ok := a.(interface{ held() int }); ok {
		n += s.held()
	}
	return n
}

// What an accumulator takes about, empty, and a value, a number and a place in a map
// within it.
const (
	AccumulatorSize = 48
	valueSize       = 24
	numberSize      = 8
	entrySize       = 48
)

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
	n := 0
	for s := range t.seen {
		n += entrySize + len(s)
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

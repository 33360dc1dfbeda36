package aggregate

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/state"
)

// Prepender is an Accumulator that can gather values as time brings them, where a
// search yields its rows the newest first, and that a snapshot can keep.
type Prepender interface {
	Merger
	// Prepend takes a value as if it came ahead of all that were added, and returns
	// by how many bytes the accumulator has grown: see Size. The value is the
	// caller's: what is kept of it is copied. None is taken back later.
	Prepend(v event.Value) (grown int)
	// Save writes what was gathered. The same content gives the same bytes.
	Save(w *state.Writer)
	// Load reads what Save wrote into a new accumulator.
	Load(r *state.Reader)
}

var _ = []Prepender{&count{}, &distinct{}, &values{}, &lowest{}, &highest{}, &span{}, &first{}, &last{}}

func (c *count) Save(w *state.Writer) { w.Int(c.n) }
func (c *count) Load(r *state.Reader) { c.n = r.Int() }

// Prepend counts a value.
func (c *count) Prepend(v event.Value) (grown int) {
	c.Add(v, 0)
	return 0
}

// prepend takes the texts of a value. How often each occurs is of no interest.
func (t *tally) prepend(v event.Value) (grown int) {
	if t.seen == nil {
		t.seen = map[string]int{}
	}
	for i := range v.Len() {
		e := v.At(i)
		if n, ok := e.Int(); ok {
			var digits [20]byte
			if text := strconv.AppendInt(digits[:0], n, 10); t.seen[string(text)] == 0 {
				grown += t.see(string(text))
			}
		} else if s := e.Text(); t.seen[s] == 0 {
			grown += t.see(strings.Clone(s))
		}
	}
	return grown
}

// see takes a text that is new.
func (t *tally) see(s string) (grown int) {
	if len(t.seen) >= maxDistinct {
		t.dropped++
		return 0
	}
	t.seen[s] = 1
	return MapSize(len(t.seen)) - MapSize(len(t.seen)-1) + len(s)
}

// Save writes the texts.
func (t *tally) Save(w *state.Writer) {
	w.Count(t.dropped)
	w.Count(len(t.seen))
	for _, s := range slices.Sorted(maps.Keys(t.seen)) {
		w.Text(s)
	}
}

// Load reads the texts.
func (t *tally) Load(r *state.Reader) {
	t.dropped = r.Number()
	n := r.Count()
	t.seen = make(map[string]int, min(n, maxDistinct))
	for range n {
		t.see(r.Text())
	}
}

// Prepend takes the texts of a value.
func (d *distinct) Prepend(v event.Value) (grown int) { return d.prepend(v) }

// Prepend takes the texts of a value.
func (a *values) Prepend(v event.Value) (grown int) {
	a.sorted, a.fresh = nil, nil
	return a.prepend(v)
}

// put makes an accumulator hold a value in place of another one.
func put(held *event.Value, v event.Value) (grown int) {
	if same(v, *held) {
		return 0
	}
	grown = sizeOf(v) - sizeOf(*held)
	*held = v.Clone()
	return grown
}

// same reports whether one of two values may stand for the other: 5 and 5.0 may not, nor
// 0.0 and -0.0, nor what holds these.
func same(v, w event.Value) bool {
	kind := v.Kind()
	return (kind == event.String || kind == event.Int) && kind == w.Kind() && event.Identical(v, w)
}

// Prepend takes a value: of equal ones, the first counts.
func (l *lowest) Prepend(v event.Value) (grown int) {
	var least lowest
	if least.Add(v, 0); l.v.IsNull() || Compare(least.v, l.v) <= 0 {
		return put(&l.v, least.v)
	}
	return 0
}

func (l *lowest) Save(w *state.Writer) { w.Value(l.v) }
func (l *lowest) Load(r *state.Reader) { l.v = r.Value() }

// Prepend takes a value: of equal ones, the first counts.
func (h *highest) Prepend(v event.Value) (grown int) {
	var greatest highest
	if greatest.Add(v, 0); h.v.IsNull() || Compare(greatest.v, h.v) >= 0 {
		return put(&h.v, greatest.v)
	}
	return 0
}

func (h *highest) Save(w *state.Writer) { w.Value(h.v) }
func (h *highest) Load(r *state.Reader) { h.v = r.Value() }

// Prepend takes the numbers of a value.
func (s *span) Prepend(v event.Value) (grown int) {
	s.Add(v, 0)
	return 0
}

func (s *span) Save(w *state.Writer) {
	w.Count(s.n)
	w.Value(event.OfFloat(s.low))
	w.Value(event.OfFloat(s.high))
}

func (s *span) Load(r *state.Reader) {
	s.n = r.Number()
	s.low, _ = r.Value().Float()
	s.high, _ = r.Value().Float()
}

// Prepend takes a value in place of what was first.
func (f *first) Prepend(v event.Value) (grown int) { return put(&f.v, v) }

func (f *first) Save(w *state.Writer) { w.Value(f.v) }
func (f *first) Load(r *state.Reader) { f.v = r.Value() }

// Prepend takes a value if there is none.
func (l *last) Prepend(v event.Value) (grown int) {
	if l.v.IsNull() {
		return put(&l.v, v)
	}
	return 0
}

func (l *last) Save(w *state.Writer) { w.Value(l.v) }
func (l *last) Load(r *state.Reader) { l.v = r.Value() }

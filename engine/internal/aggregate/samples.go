package aggregate

import (
	"cmp"
	"slices"

	"github.com/spoor-lang/spoor/engine/event"
)

// maxSamples bounds the numbers that a percentile keeps: eight megabytes a
// group. What is beyond is left out, and counted.
const maxSamples = 1 << 20

// samples are the numbers that a percentile is found among. They are put in
// order when it is asked for; if more come then, as in a figure along the rows,
// they are kept in order.
type samples struct {
	all     []float64
	ordered bool
	ranks   ranks // in the place of all
	dropped int
}

func (s *samples) Add(v event.Value, _ float64) {
	numbers(v, func(f float64) {
		switch {
		case len(s.all)+s.ranks.n >= maxSamples:
			s.dropped++
		case s.ordered:
			s.rank()
			s.ranks.add(f)
		default:
			s.all = append(s.all, f)
		}
	})
}

// Remove takes numbers back.
func (s *samples) Remove(v event.Value) {
	numbers(v, func(f float64) {
		s.order()
		s.rank()
		s.ranks.remove(f)
	})
}

// order puts the numbers in order and returns how many there are.
func (s *samples) order() int {
	if !s.ordered {
		slices.Sort(s.all)
		s.ordered = true
	}
	return len(s.all) + s.ranks.n
}

// rank moves the ordered numbers to where more of them can go.
func (s *samples) rank() {
	if len(s.all) > 0 {
		s.ranks = ranksOf(s.all)
		s.all = nil
	}
}

// at returns the i-th of the ordered numbers.
func (s *samples) at(i int) float64 {
	if s.ranks.n > 0 {
		return s.ranks.at(i)
	}
	return s.all[i]
}

// unordered moves the numbers back to where they can be appended to.
func (s *samples) unordered() {
	for _, c := range s.ranks.chunks {
		s.all = append(s.all, c...)
	}
	s.ranks, s.ordered = ranks{}, false
}

func (s *samples) Dropped() int { return s.dropped }

func (s *samples) sampled() *samples { return s }

// Merge goes on with other numbers.
func (s *samples) Merge(next Accumulator) bool {
	o := next.(interface{ sampled() *samples }).sampled()
	if s.dropped+o.dropped > 0 || len(s.all)+s.ranks.n+len(o.all)+o.ranks.n > maxSamples {
		return false
	}
	s.unordered()
	s.all = append(s.all, o.all...)
	for _, c := range o.ranks.chunks {
		s.all = append(s.all, c...)
	}
	return true
}

// ranks are numbers in order, in chunks, so that one among a million is put in
// its place, or found by its place, by moving or passing a thousand.
type ranks struct {
	chunks [][]float64 // none is empty
	n      int
}

// chunkSize is how many numbers a chunk has at most.
const chunkSize = 1024

// ranksOf takes ordered numbers over.
func ranksOf(all []float64) ranks {
	r := ranks{n: len(all)}
	for len(all) > 0 {
		n := min(chunkSize/2, len(all))
		r.chunks = append(r.chunks, slices.Clone(all[:n]))
		all = all[n:]
	}
	return r
}

// chunk returns the number of the chunk that a number belongs to: the first
// that ends with it or behind it, else the last.
func (r *ranks) chunk(f float64) int {
	i, _ := slices.BinarySearchFunc(r.chunks, f, func(c []float64, f float64) int { return cmp.Compare(c[len(c)-1], f) })
	return min(i, len(r.chunks)-1)
}

func (r *ranks) add(f float64) {
	r.n++
	if len(r.chunks) == 0 {
		r.chunks = [][]float64{{f}}
		return
	}
	i := r.chunk(f)
	at, _ := slices.BinarySearch(r.chunks[i], f)
	c := slices.Insert(r.chunks[i], at, f)
	r.chunks[i] = c
	if len(c) > chunkSize {
		r.chunks[i] = c[: chunkSize/2 : chunkSize/2]
		r.chunks = slices.Insert(r.chunks, i+1, slices.Clone(c[chunkSize/2:]))
	}
}

// remove takes one of the numbers that equal f out, if there is one.
func (r *ranks) remove(f float64) {
	if len(r.chunks) == 0 {
		return
	}
	i := r.chunk(f)
	at, ok := slices.BinarySearch(r.chunks[i], f)
	if !ok {
		return
	}
	r.n--
	r.chunks[i] = slices.Delete(r.chunks[i], at, at+1)
	if len(r.chunks[i]) == 0 {
		r.chunks = slices.Delete(r.chunks, i, i+1)
	}
}

func (r *ranks) at(i int) float64 {
	for _, c := range r.chunks {
		if i < len(c) {
			return c[i]
		}
		i -= len(c)
	}
	return 0
}

package aggregate

import (
	"math"
	"math/bits"

	"github.com/spoor-lang/spoor/engine/event"
)

var (
	_ = registerNumeric(plain[sum], "sum")
	_ = registerNumeric(plain[sumsq], "sumsq")
	_ = registerNumeric(plain[avg], "avg", "mean")
	_ = registerPer(1, "per_second")
	_ = registerPer(60, "per_minute")
	_ = registerPer(3600, "per_hour")
	_ = registerPer(86400, "per_day")
	_ = register(plain[lowest], "min")
	_ = register(plain[highest], "max")
	_ = registerNumeric(plain[span], "range")
	_ = registerNumeric(spreadOf((*spread).sampleVar), "var")
	_ = registerNumeric(spreadOf((*spread).populationVar), "varp")
	_ = registerNumeric(spreadOf(func(s *spread) float64 { return math.Sqrt(s.sampleVar()) }), "stdev")
	_ = registerNumeric(spreadOf(func(s *spread) float64 { return math.Sqrt(s.populationVar()) }), "stdevp")
	_ = registerParam(newPercentile, "perc", "p", "percentile", "exactperc", "upperperc")
	_ = registerNumeric(plain[median], "median")
)

// numbers calls f for each number among v's elements.
func numbers(v event.Value, f func(float64)) {
	if n, ok := v.Number(); ok {
		f(n)
		return
	}
	if !v.IsList() {
		return
	}
	for i := range v.Len() {
		if n, ok := v.At(i).Number(); ok {
			f(n)
		}
	}
}

// sum adds the numbers up; null if there is none.
type sum struct {
	n       int
	total   float64
	rounded bool // perhaps: see Merge
}

func (s *sum) Add(v event.Value, _ float64) { numbers(v, s.add) }

func (s *sum) add(f float64) {
	s.n++
	s.total += f
	s.rounded = s.rounded || !exactly(f) || !exactly(s.total)
}

func (s *sum) Result() event.Value {
	if s.n == 0 {
		return event.Value{}
	}
	return Number(s.total)
}

// per is a sum over a bucket of time as it would be over a unit of time.
type per struct {
	sum
	share float64 // of the unit in the bucket
}

func registerPer(unit float64, name string) struct{} {
	registerNumeric(func(bucket float64) Accumulator { return &per{share: unit / bucket} }, name)
	funcs[name].Bucket = true
	return struct{}{}
}

func (p *per) Result() event.Value {
	if p.n == 0 {
		return event.Value{}
	}
	return Number(p.total * p.share)
}

// sumsq adds the squares up.
type sumsq struct{ sum }

func (s *sumsq) Add(v event.Value, _ float64) {
	numbers(v, func(f float64) { s.add(f * f) })
}

// avg is the mean of the numbers.
type avg struct{ sum }

func (a *avg) Result() event.Value {
	if a.n == 0 {
		return event.Value{}
	}
	return Number(a.total / float64(a.n))
}

// lowest is the least value; numbers are less than texts.
type lowest struct{ v event.Value }

func (l *lowest) Add(v event.Value, _ float64) {
	for i := range v.Len() {
		l.take(v.At(i))
	}
}

// take takes one value, which may be a list within a list.
func (l *lowest) take(v event.Value) {
	if !v.IsNull() && (l.v.IsNull() || Compare(v, l.v) < 0) {
		l.v = v
	}
}

func (l *lowest) Result() event.Value { return l.v }

// highest is the greatest value.
type highest struct{ v event.Value }

func (h *highest) Add(v event.Value, _ float64) {
	for i := range v.Len() {
		h.take(v.At(i))
	}
}

// take takes one value, which may be a list within a list.
func (h *highest) take(v event.Value) {
	if !v.IsNull() && (h.v.IsNull() || Compare(v, h.v) > 0) {
		h.v = v
	}
}

func (h *highest) Result() event.Value { return h.v }

// span is the difference of the greatest and the least number.
type span struct {
	n         int
	low, high float64
}

func (s *span) Add(v event.Value, _ float64) {
	numbers(v, func(f float64) {
		if s.n == 0 {
			s.low, s.high = f, f
		}
		s.n++
		s.low, s.high = min(s.low, f), max(s.high, f)
	})
}

func (s *span) Result() event.Value {
	if s.n == 0 {
		return event.Value{}
	}
	return Number(s.high - s.low)
}

// spread follows the mean and the squared distances from it (Welford's way,
// which does not lose small variances of large numbers), and as long as they are
// exact, the sums of the numbers and of their squares, which can be put together.
type spread struct {
	n        float64
	mean, m2 float64
	sums     sums
	figure   func(*spread) float64
}

func spreadOf(figure func(*spread) float64) func(float64) Accumulator {
	return func(float64) Accumulator { return &spread{figure: figure} }
}

func (s *spread) Add(v event.Value, _ float64) {
	numbers(v, func(f float64) {
		s.n++
		d := f - s.mean
		s.mean += d / s.n
		s.m2 += d * (f - s.mean)
		s.sums.add(f)
	})
}

func (s *spread) Result() event.Value {
	if s.n == 0 {
		return event.Value{}
	}
	return Number(s.figure(s))
}

// Merge goes on with other numbers if all are integers.
func (s *spread) Merge(next Accumulator) bool {
	o := next.(*spread)
	s.n += o.n
	return s.sums.merge(o.sums)
}

func (s *spread) sampleVar() float64 {
	if s.n < 2 {
		return 0
	}
	return s.distances() / (s.n - 1)
}

func (s *spread) populationVar() float64 { return s.distances() / s.n }

// distances is the sum of the squared distances from the mean.
func (s *spread) distances() float64 {
	if s.sums.lossy {
		return s.m2
	}
	return s.sums.distances(uint64(s.n))
}

// sums are those of integers and of their squares.
type sums struct {
	sum     int64
	squares uint64
	lossy   bool // a number was none, or one of the sums too large
}

// maxSummed bounds the integers whose squares are summed, and maxSquares the sum,
// so that neither runs over.
const (
	maxSummed  = 1 << 31
	maxSquares = 1 << 62
)

func (s *sums) add(f float64) {
	i := int64(f)
	if s.lossy = s.lossy || float64(i) != f || i > maxSummed || i < -maxSummed; !s.lossy {
		s.merge(sums{sum: i, squares: uint64(i * i)})
	}
}

// merge adds other sums and reports whether the result is exact.
func (s *sums) merge(o sums) bool {
	s.sum += o.sum
	s.squares += o.squares
	s.lossy = s.lossy || o.lossy || s.squares > maxSquares
	return !s.lossy
}

// distances is the sum of n numbers' squared distances from their mean, from the
// exact difference of n times the squares and the square of the sum.
func (s *sums) distances(n uint64) float64 {
	magnitude := uint64(max(s.sum, -s.sum))
	high, low := bits.Mul64(n, s.squares)
	high2, low2 := bits.Mul64(magnitude, magnitude)
	low, borrow := bits.Sub64(low, low2, 0)
	high, _ = bits.Sub64(high, high2, borrow)
	return (float64(high)*(1<<64) + float64(low)) / float64(n)
}

// percentile is the place in the sorted numbers below which p percent of them
// lie. A place between two numbers is weighted between them, as in the examples
// of Splunk's "Aggregate functions": the 95th of the numbers from 1 to 10 is
// 9.55.
type percentile struct {
	samples
	p float64
}

// newPercentile takes p from 0 to 100, and one beyond as the end that it is beyond.
func newPercentile(p float64) Accumulator { return &percentile{p: max(0, min(p, 100))} }

func (p *percentile) Result() event.Value {
	n := p.order()
	if n == 0 {
		return event.Value{}
	}
	at := float64(n-1) * p.p / 100
	low := math.Floor(at + 1e-9) // 70 % of 10 is 7, not 6.999…
	f := p.at(int(low))
	if rest := at - low; rest > 1e-9 {
		f += rest * (p.at(int(low)+1) - f)
	}
	return Number(f)
}

// median is the number in the middle: of two, the higher one.
type median struct{ samples }

func (m *median) Result() event.Value {
	n := m.order()
	if n == 0 {
		return event.Value{}
	}
	return Number(m.at(n / 2))
}

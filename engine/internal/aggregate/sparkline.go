package aggregate

import (
	"math"

	"github.com/spoor-lang/spoor/engine/event"
)

var _ = register(func(float64) Accumulator { return &sparkline{of: funcs["count"]} }, "sparkline")

// sparkPoints is how many points a sparkline has at most: the width of a
// table's cell.
const sparkPoints = 100

// Sparkline is the function that draws another over time: a mark, and its
// figure for each span of so many seconds between the first and the last row.
// Where spans would be too many, several make one point; without a length, the
// time is parted evenly.
func Sparkline(of *Func, seconds float64) *Func {
	return &Func{Name: "sparkline", New: func(float64) Accumulator { return &sparkline{of: of, span: seconds} }}
}

type sparkline struct {
	of      *Func
	span    float64
	times   []float64
	values  []event.Value // one for each time; none where they are only counted
	dropped int
}

func (s *sparkline) counts() bool { return s.of.Name == "count" }

func (s *sparkline) Add(v event.Value, at float64) {
	switch {
	case math.IsNaN(at):
	case len(s.times) >= maxSamples:
		s.dropped++
	case s.counts():
		for range v.Len() {
			s.times = append(s.times, at)
		}
	default:
		s.times, s.values = append(s.times, at), append(s.values, v)
	}
}

func (s *sparkline) Result() event.Value {
	if len(s.times) == 0 {
		return event.Value{}
	}
	low, high := s.times[0], s.times[0]
	for _, t := range s.times {
		low, high = min(low, t), max(high, t)
	}
	if math.IsInf(high-low, 0) {
		return event.Value{}
	}
	n, place := s.parts(low, high)
	points := make([]Accumulator, n)
	for i := range points {
		points[i] = s.of.New(0)
	}
	v := event.OfInt(1)
	for i, t := range s.times {
		if !s.counts() {
			v = s.values[i]
		}
		points[place(t)].Add(v, t)
	}
	vs := []event.Value{event.OfString("##__SPARKLINE__##")}
	for _, p := range points {
		v := p.Result()
		if v.IsNull() {
			v = event.OfInt(0)
		}
		vs = append(vs, v)
	}
	return event.OfList(vs)
}

// parts returns how many points there are, and which one a time belongs to.
func (s *sparkline) parts(low, high float64) (int, func(float64) int) {
	first := math.Floor(low / s.span)
	spans := math.Floor(high/s.span) - first + 1
	if !(s.span > 0) || !(spans <= math.MaxFloat64) {
		n := int(min(high-low, sparkPoints-1)) + 1
		return n, func(t float64) int {
			if high == low {
				return 0
			}
			return int((t - low) / (high - low) * float64(n-1))
		}
	}
	width := max(math.Ceil(spans/sparkPoints), 1)
	return int(math.Ceil(spans / width)), func(t float64) int {
		return int((math.Floor(t/s.span) - first) / width)
	}
}

func (s *sparkline) Dropped() int { return s.dropped }

func (s *sparkline) held() int {
	n := len(s.times)*numberSize + len(s.values)*valueSize
	for _, v := range s.values {
		n += sizeOf(v)
	}
	return n
}

package aggregate

import (
	"math"

	"github.com/spoor-lang/spoor/engine/event"
)

var (
	_ = register(plain[first], "first")
	_ = register(plain[last], "last")
	_ = register(func(float64) Accumulator { return &bounds{pick: (*bounds).earliest} }, "earliest")
	_ = register(func(float64) Accumulator { return &bounds{pick: (*bounds).latest} }, "latest")
	_ = register(func(float64) Accumulator { return &bounds{pick: (*bounds).earliestTime} }, "earliest_time")
	_ = register(func(float64) Accumulator { return &bounds{pick: (*bounds).latestTime} }, "latest_time")
	_ = register(func(float64) Accumulator { return &bounds{pick: (*bounds).rate} }, "rate")
)

// first is the value of the first row.
type first struct{ v event.Value }

func (f *first) Add(v event.Value, _ float64) {
	if f.v.IsNull() {
		f.v = v
	}
}

func (f *first) Result() event.Value { return f.v }

// last is the value of the last row.
type last struct{ v event.Value }

func (l *last) Add(v event.Value, _ float64) { l.v = v }
func (l *last) Result() event.Value          { return l.v }

// bounds are the values of the earliest and the latest row. Rows without a
// time are taken in their order. Of rows of the same time, the one that comes
// first is the later one, as searches yield the newest first.
type bounds struct {
	seen          bool
	low, high     event.Value
	lowAt, highAt float64
	pick          func(*bounds) event.Value
}

func (b *bounds) Add(v event.Value, at float64) {
	timed := !math.IsNaN(at)
	switch {
	case !b.seen:
		b.seen = true
		b.low, b.high, b.lowAt, b.highAt = v, v, at, at
	case !timed || math.IsNaN(b.highAt):
		b.high, b.highAt = v, at
	default:
		if at <= b.lowAt {
			b.low, b.lowAt = v, at
		}
		if at > b.highAt {
			b.high, b.highAt = v, at
		}
	}
}

func (b *bounds) Result() event.Value { return b.pick(b) }

func (b *bounds) earliest() event.Value     { return b.low }
func (b *bounds) latest() event.Value       { return b.high }
func (b *bounds) earliestTime() event.Value { return timeValue(b.seen, b.lowAt) }
func (b *bounds) latestTime() event.Value   { return timeValue(b.seen, b.highAt) }

func timeValue(seen bool, at float64) event.Value {
	if !seen || math.IsNaN(at) {
		return event.Value{}
	}
	return Number(at)
}

// rate is the change per second between the earliest and the latest value.
func (b *bounds) rate() event.Value {
	low, ok1 := b.low.Number()
	high, ok2 := b.high.Number()
	if !ok1 || !ok2 || !(b.highAt > b.lowAt) {
		return event.Value{}
	}
	return Number((high - low) / (b.highAt - b.lowAt))
}

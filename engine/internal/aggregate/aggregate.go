// Package aggregate computes figures over groups of values: the functions of
// stats and its relatives. A [Func] is found by name and makes an
// [Accumulator] for each group, which sees the group's values one at a time.
package aggregate

import (
	"maps"
	"slices"

	"github.com/spoor-lang/spoor/engine/event"
)

// Accumulator gathers the values of one group. It belongs to one goroutine.
type Accumulator interface {
	// Add takes a value that is not null, of a row of the given time: seconds
	// since 1970, NaN for a row without one. Values that are lists count
	// once for each element, except where a function picks one row's value.
	Add(v event.Value, at float64)
	// Result returns the figure so far, null if there is none. More values
	// may follow.
	Result() event.Value
}

// Remover is an Accumulator that can take a value back that was added before.
// Sums cannot: what a great number has swallowed does not come back with it.
type Remover interface {
	Accumulator
	Remove(v event.Value)
}

// Dropper is an Accumulator that holds a bounded number of values.
type Dropper interface {
	// Dropped returns how many values did not fit.
	Dropped() int
}

// Func is one function.
type Func struct {
	Name string
	// Param tells that the function takes a number: percentiles.
	Param bool
	// Bucket tells that the parameter is the length in seconds of a bucket
	// of time: such a function makes sense in a timechart alone.
	Bucket bool
	// Numeric tells that the function passes over what is no number.
	Numeric bool
	// New makes an accumulator. The parameter is 0 for functions without.
	New func(param float64) Accumulator
}

// Lookup finds a function by its name in lower case; aliases are names, too.
func Lookup(name string) (*Func, bool) {
	f, ok := funcs[name]
	return f, ok
}

// Names returns the names of all functions, sorted.
func Names() []string { return slices.Sorted(maps.Keys(funcs)) }

var funcs = map[string]*Func{}

// register adds a function under its names.
func register(make func(param float64) Accumulator, names ...string) struct{} {
	f := &Func{Name: names[0], New: make}
	for _, n := range names {
		funcs[n] = f
	}
	return struct{}{}
}

// registerNumeric adds a function that passes over what is no number.
func registerNumeric(make func(param float64) Accumulator, names ...string) struct{} {
	register(make, names...)
	funcs[names[0]].Numeric = true
	return struct{}{}
}

// registerParam adds a numeric function that takes a number.
func registerParam(make func(param float64) Accumulator, names ...string) struct{} {
	registerNumeric(make, names...)
	funcs[names[0]].Param = true
	return struct{}{}
}

// plain adapts the constructor of a function without a parameter.
func plain[A any, P interface {
	*A
	Accumulator
}](float64) Accumulator {
	return P(new(A))
}

// Strict makes an accumulator of a numeric function that has no result once a
// value was no number: the option allnum of stats.
func Strict(a Accumulator) Accumulator { return &strict{Accumulator: a} }

type strict struct {
	Accumulator
	mixed bool
}

func (s *strict) Add(v event.Value, at float64) {
	for i := range v.Len() {
		if _, ok := v.At(i).Number(); !ok {
			s.mixed = true
		}
	}
	s.Accumulator.Add(v, at)
}

func (s *strict) Result() event.Value {
	if s.mixed {
		return event.Value{}
	}
	return s.Accumulator.Result()
}

// exact is the greatest number below which every integer has a float64.
const exact = 1 << 53

// Number returns f as an integer where it is one.
func Number(f float64) event.Value {
	if f == float64(int64(f)) && f < exact && f > -exact {
		return event.OfInt(int64(f))
	}
	return event.OfFloat(f)
}

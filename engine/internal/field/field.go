// Package field is the first station of an event's way: names become
// numbered slots when a rule is compiled, and each slot of an event is
// resolved at most once.
package field

import (
	"time"

	"github.com/spoor-lang/spoor/engine/event"
)

// Key is what a slot stands for.
type Key struct {
	View, Name string
}

// Slots numbers the fields that a set of rules reads. It grows while rules
// are compiled and is read only afterwards.
type Slots struct {
	keys  []Key
	index map[Key]int
	// computed slots are derived from other slots by a function, such as a
	// data model's calculated fields.
	computed []func(*Frame) event.Value // as long as the last of them
}

// Slot returns the number of the view's field of that name, a new one if it
// was not asked for before.
func (s *Slots) Slot(view, name string) int {
	k := Key{view, name}
	if i, ok := s.index[k]; ok {
		return i
	}
	if s.index == nil {
		s.index = map[Key]int{}
	}
	i := len(s.keys)
	s.keys = append(s.keys, k)
	s.index[k] = i
	return i
}

// Compute makes the slot i one that f derives from others. The view of its
// key should be one that no event has.
func (s *Slots) Compute(i int, f func(*Frame) event.Value) {
	for len(s.computed) <= i {
		s.computed = append(s.computed, nil)
	}
	s.computed[i] = f
}

// Computed reports whether slot i is derived from others.
func (s *Slots) Computed(i int) bool { return i < len(s.computed) && s.computed[i] != nil }

// Len returns the number of slots.
func (s *Slots) Len() int { return len(s.keys) }

// Key returns what slot i stands for.
func (s *Slots) Key(i int) Key { return s.keys[i] }

// Frame holds one event, or one row, while conditions are evaluated over it.
// It belongs to one goroutine. Its zero value with Slots set is ready for
// Reset.
type Frame struct {
	Slots *Slots

	// Now is the start of the search: what now() returns. The zero time
	// where a rule runs over a stream without a schedule; then it is the
	// event's time.
	Now time.Time
	// Time is the event's time.
	Time time.Time
	// Vars are the elements that enclosing array searches are at, innermost
	// last; the compiler knows the index of each.
	Vars []event.Value
	// Refs are the earlier events of the sequence, by step; nil elements
	// have not occurred.
	Refs []event.Fields
	// Zone is the time zone that texts of times are in; nil is UTC.
	Zone *time.Location
	// Stack holds the arguments of the calls that are under way, and Memo
	// what else they share, so that calling a function allocates nothing.
	Stack []event.Value
	Memo  any

	src   event.Fields
	row   []event.Value // of a row: the values, and where each slot lies in
	cols  []int         // them; nil for an event
	views []view
	vals  []event.Value
	seen  []uint32
	gen   uint32
}

type view struct {
	name   string
	fields event.Fields
}

// Reset turns the frame to another event.
func (f *Frame) Reset(src event.Fields) {
	f.src, f.row, f.cols = src, nil, nil
	f.reset()
}

// ResetRow turns the frame to a row of a table. Slot i lies at row[cols[i]];
// a slot whose column is negative, or behind the row's end, is null. src
// answers those that ask for names. The frame reads row and cols until the
// next reset.
func (f *Frame) ResetRow(src event.Fields, row []event.Value, cols []int) {
	f.src, f.row, f.cols = src, row, cols
	f.reset()
}

func (f *Frame) reset() {
	f.views = f.views[:0]
	if n := f.Slots.Len(); len(f.vals) < n {
		f.vals = append(f.vals, make([]event.Value, n-len(f.vals))...)
		f.seen = append(f.seen, make([]uint32, n-len(f.seen))...)
	}
	f.gen++
	if f.gen == 0 { // wrapped around: old marks would look fresh
		clear(f.seen)
		f.gen = 1
	}
}

// Release lets go of the event, so that a frame in a pool keeps nothing of a
// caller's alive.
func (f *Frame) Release() {
	f.src, f.Refs = nil, nil
	clear(f.views)
	f.views = f.views[:0]
	clear(f.vals)
	f.gen++
	if f.gen == 0 {
		clear(f.seen)
	}
}

// Fields returns what the frame was last reset to.
func (f *Frame) Fields() event.Fields { return f.src }

// Get returns the value of slot i.
func (f *Frame) Get(i int) event.Value {
	if f.seen[i] == f.gen {
		return f.vals[i]
	}
	return f.load(i)
}

// Set gives slot i a value until the next Reset.
func (f *Frame) Set(i int, v event.Value) {
	f.vals[i], f.seen[i] = v, f.gen
}

func (f *Frame) load(i int) event.Value {
	v := f.find(i)
	f.vals[i], f.seen[i] = v, f.gen
	return v
}

func (f *Frame) find(i int) event.Value {
	if i < len(f.Slots.computed) {
		if c := f.Slots.computed[i]; c != nil {
			return c(f)
		}
	}
	if f.cols != nil {
		if i < len(f.cols) {
			if c := f.cols[i]; c >= 0 && c < len(f.row) {
				return f.row[c]
			}
		}
		return event.Value{}
	}
	k := &f.Slots.keys[i]
	if m, ok := f.src.(event.Map); ok { // answers every view alike
		return m.Field(k.Name)
	}
	return f.View(k.View).Field(k.Name)
}

// View returns the event as a vocabulary names it.
func (f *Frame) View(name string) event.Fields {
	for _, v := range f.views {
		if v.name == name {
			return v.fields
		}
	}
	fields := f.src
	if v, ok := f.src.(event.Viewer); ok {
		fields = v.View(name)
	}
	f.views = append(f.views, view{name, fields})
	return fields
}

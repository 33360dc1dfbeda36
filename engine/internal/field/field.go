// Package field is the first station of an event's way: names become
// numbered slots when a rule is compiled, and each slot of an event is
// resolved at most once.
package field

import (
	"slices"
	"strings"
	"sync/atomic"

	"github.com/spoor-lang/spoor/engine/event"
)

// Key is what a slot stands for.
type Key struct {
	View, Name string
}

// Slots numbers the fields that a set of rules reads. It grows while rules
// are compiled and is read only afterwards.
type Slots struct {
	keys    []Key
	index   map[string]map[string]int // by view and name
	view    string                    // that was asked for last, as mostly one is
	names   map[string]int            // of that
	derived map[derivation]int
	// computed slots are derived from other slots by a function, such as a
	// data model's calculated fields.
	computed []func(*Frame) event.Value // as long as the last of them
	getters  []func(*Frame) event.Value // those that were asked for
	marks    atomic.Int32               // which may grow while frames are in use
	expected int                        // fields that are to come
	unmarked []int                      // marks that may be given again
}

// derivation is what tells a slot that is derived from others.
type derivation struct {
	from any
	view string // whose fields it is derived from
}

// Derived returns the slot of a name that stands for what from, an expression, makes
// of a view's fields, a new one if it was not asked for before. It is for Compute to
// say how: no event has such a field.
func (s *Slots) Derived(from any, view, name string) int {
	d := derivation{from, view}
	if i, ok := s.derived[d]; ok {
		return i
	}
	if s.derived == nil {
		s.derived = map[derivation]int{}
	}
	i := len(s.keys)
	s.keys = append(s.keys, Key{"derived", name})
	s.derived[d] = i
	return i
}

// Getter returns the function that gets slot i of a frame.
func (s *Slots) Getter(i int) func(*Frame) event.Value {
	if n := len(s.keys) - len(s.getters); n > 0 {
		if s.getters == nil {
			s.getters = make([]func(*Frame) event.Value, 0, cap(s.keys))
		}
		s.getters = append(s.getters, make([]func(*Frame) event.Value, n)...)
	}
	if s.getters[i] == nil {
		s.getters[i] = func(f *Frame) event.Value { return f.Get(i) }
	}
	return s.getters[i]
}

// Slot returns the number of the view's field of that name, a new one if it
// was not asked for before. A new one's name is copied: it may be a piece of a rule's
// file, which the slots outlive.
func (s *Slots) Slot(view, name string) int {
	if s.index == nil {
		return s.listed(Key{view, name})
	}
	if view != s.view || s.names == nil {
		s.turn(view)
	}
	if i, ok := s.names[name]; ok {
		return i
	}
	i := len(s.keys)
	name = strings.Clone(name)
	s.keys = append(s.keys, Key{view, name})
	s.names[name] = i
	return i
}

// maxListed is how many slots are looked through one by one: the rows of a search
// seldom have more.
const maxListed = 8

// listed is Slot while there are few.
func (s *Slots) listed(k Key) int {
	if i := slices.Index(s.keys, k); i >= 0 {
		return i
	}
	if s.keys == nil {
		s.keys = make([]Key, 0, maxListed)
	}
	i := len(s.keys)
	k.Name = strings.Clone(k.Name)
	s.keys = append(s.keys, k)
	if len(s.keys) > maxListed {
		for i, k := range s.keys {
			s.turn(k.View)
			s.names[k.Name] = i
		}
	}
	return i
}

// Find returns the number of the view's field of that name; false if it was not
// asked for before.
func (s *Slots) Find(view, name string) (i int, ok bool) {
	if s.index != nil {
		i, ok = s.index[view][name]
		return i, ok
	}
	i = slices.Index(s.keys, Key{view, name})
	return i, i >= 0
}

// Expect makes room for n fields that are to come.
func (s *Slots) Expect(n int) {
	s.keys, s.index = make([]Key, 0, n), map[string]map[string]int{}
	s.expected = n
}

// turn turns to the names of a view.
func (s *Slots) turn(view string) {
	if s.index == nil {
		s.index = map[string]map[string]int{}
	}
	if s.index[view] == nil {
		s.index[view] = make(map[string]int, s.expected)
		s.expected = 0 // by the first view
	}
	s.view, s.names = view, s.index[view]
}

// Compute makes the slot i one that f derives from others.
func (s *Slots) Compute(i int, f func(*Frame) event.Value) {
	for len(s.computed) <= i {
		s.computed = append(s.computed, nil)
	}
	s.computed[i] = f
}

// Computed reports whether slot i is derived from others.
func (s *Slots) Computed(i int) bool { return i < len(s.computed) && s.computed[i] != nil }

// Mark numbers something that is found out at most once about an event.
func (s *Slots) Mark() int {
	if n := len(s.unmarked); n > 0 {
		m := s.unmarked[n-1]
		s.unmarked = s.unmarked[:n-1]
		return m
	}
	return int(s.marks.Add(1)) - 1
}

// Unmark gives a number back. Nothing that was compiled with it may be used any
// more.
func (s *Slots) Unmark(m int) { s.unmarked = append(s.unmarked, m) }

// Marks returns how many marks are in use.
func (s *Slots) Marks() int { return int(s.marks.Load()) - len(s.unmarked) }

// Len returns the number of slots.
func (s *Slots) Len() int { return len(s.keys) }

// Key returns what slot i stands for.
func (s *Slots) Key(i int) Key { return s.keys[i] }

// Readable is a Fields that knows a faster way to be read by slots, where there
// are many: one that does what they have in common once.
type Readable interface {
	event.Fields
	// Reader returns what reads this and other events of its sort.
	Reader(s *Slots) Reader
}

// Reader reads one event after the other for a [Frame].
type Reader interface {
	// Turn turns to an event. It returns false if that is none of the
	// reader's sort.
	Turn(src event.Fields) bool
	// Read returns what the event's view of the slot's key gives for its
	// name.
	Read(slot int) event.Value
}

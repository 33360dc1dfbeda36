// Package field is the first station of an event's way: names become
// numbered slots when a rule is compiled, and each slot of an event is
// resolved at most once.
package field

import (
	"slices"
	"sync/atomic"
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
		s.getters = append(s.getters, make([]func(*Frame) event.Value, n)...)
	}
	if s.getters[i] == nil {
		s.getters[i] = func(f *Frame) event.Value { return f.Get(i) }
	}
	return s.getters[i]
}

// Slot returns the number of the view's field of that name, a new one if it
// was not asked for before.
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
	// Number counts the events that the frame was turned to. It grows from
	// one to the next, and tells them apart.
	Number uint64
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
	// Pass is what the run that the frame belongs to keeps for functions; nil
	// outside of one.
	Pass any

	src    event.Fields
	row    []event.Value // of a row: the values, and where each slot lies in
	cols   []int         // them; nil for an event
	views  []view
	reads  bool // whether reader has turned to src
	few    int  // slots that may be found without it yet: see Glance
	reader Reader
	vals   []slot
	marks  []mark
	gen    uint32
}

// slot is the value that was found for the event of a generation.
type slot struct {
	val event.Value
	gen uint32
}

// mark is what was found out about the event of a generation.
type mark struct {
	gen uint32
	is  uint8
}

type view struct {
	name   string
	fields event.Fields
}

// Reset turns the frame to another event.
func (f *Frame) Reset(src event.Fields) {
	f.src, f.row, f.cols = src, nil, nil
	f.Number++
	f.reset()
	f.few = 0
	f.turn(src)
}

// Glance is Reset to an event of which little will be read: a Reader turns to it
// only once some of its slots were asked for.
func (f *Frame) Glance(src event.Fields) {
	f.src, f.row, f.cols = src, nil, nil
	f.Number++
	f.reset()
	f.reads, f.few = false, maxFew
}

// maxFew is how many slots are found in the time that it takes a Reader to turn to
// an event.
const maxFew = 4

// minRead is how many slots make it worth to let an event be read by a Reader:
// a rule's few are found sooner one by one.
const minRead = 32

// turn lets the Reader of src read it, if it brings one.
func (f *Frame) turn(src event.Fields) {
	if f.reads = false; f.Slots.Len() < minRead {
		return
	}
	r, ok := src.(Readable)
	if !ok {
		return
	}
	if f.reader != nil && f.reader.Turn(src) {
		f.reads = true
		return
	}
	f.reader = r.Reader(f.Slots)
	f.reads = f.reader.Turn(src)
}

// ResetRow turns the frame to a row of a table. Slot i lies at row[cols[i]];
// a slot whose column is negative, or behind the row's end, is null. src
// answers those that ask for names. The frame reads row and cols until the
// next reset.
func (f *Frame) ResetRow(src event.Fields, row []event.Value, cols []int) {
	f.src, f.row, f.cols = src, row, cols
	f.reads, f.few = false, 0
	f.reset()
}

func (f *Frame) reset() {
	f.views = f.views[:0]
	if n := f.Slots.Len(); len(f.vals) < n {
		f.vals = append(f.vals, make([]slot, n-len(f.vals))...)
	}
	if n := int(f.Slots.marks.Load()); len(f.marks) < n {
		f.marks = append(f.marks, make([]mark, n-len(f.marks))...)
	}
	f.next()
}

// next makes what is known of the event at hand out of date.
func (f *Frame) next() {
	f.gen++
	if f.gen == 0 { // wrapped around: old marks would look fresh
		clear(f.vals)
		clear(f.marks)
		f.gen = 1
	}
}

// Release lets go of the event, so that a frame in a pool keeps nothing of a
// caller's alive.
func (f *Frame) Release() {
	f.src, f.Refs, f.reader, f.reads, f.few = nil, nil, nil, false, 0
	clear(f.views)
	f.views = f.views[:0]
	clear(f.vals)
	f.next()
}

// Fields returns what the frame was last reset to.
func (f *Frame) Fields() event.Fields { return f.src }

// Get returns the value of slot i.
func (f *Frame) Get(i int) event.Value {
	if s := &f.vals[i]; s.gen == f.gen {
		return s.val
	}
	return f.load(i)
}

// Set gives slot i a value until the next Reset.
func (f *Frame) Set(i int, v event.Value) {
	f.vals[i] = slot{v, f.gen}
}

// Mark notes what was found out about the event, until the next Reset. What got
// its number since the last is not noted yet.
func (f *Frame) Mark(i int, is uint8) {
	if i < len(f.marks) {
		f.marks[i] = mark{f.gen, is}
	}
}

// Marked returns what Mark noted, and whether it did.
func (f *Frame) Marked(i int) (uint8, bool) {
	if i >= len(f.marks) {
		return 0, false
	}
	m := f.marks[i]
	return m.is, m.gen == f.gen
}

func (f *Frame) load(i int) event.Value {
	v := f.find(i)
	f.vals[i] = slot{v, f.gen}
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
	if f.reads {
		return f.reader.Read(i)
	}
	if f.few > 0 {
		if f.few--; f.few == 0 {
			f.turn(f.src)
		}
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

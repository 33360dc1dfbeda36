package field

import (
	"time"

	"github.com/spoor-lang/spoor/engine/event"
)

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

package engine

import (
	"iter"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Searches about the same data hold the same events: a dozen of them hold every
// process that starts. What they hold of one is therefore copied once, for all
// that take it: the fields that any of them reads, until the last lets go of it.
// Each search sees those that it reads itself, and nothing of what the others do.

// shelf is what the windows of all searches have in common.
type shelf struct {
	slots   *field.Slots
	columns []column
	bySlot  []uint32 // the column of each slot, from one on; 0 for none
	bytes   int      // of all that is shelved, each event once
	places  int      // of events in windows
	panes   int      // bytes of what windows have gathered of the events that they hold
	live    int      // bytes of what was counted when it came
}

// weight is about how many bytes all windows take.
func (s *shelf) weight() int { return s.bytes + s.places*placeSize + s.panes + s.live }

// column is a field that searches hold.
type column struct {
	field.Key
	slot int
}

// column returns the number of a field.
func (s *shelf) column(key field.Key) uint32 {
	slot := s.slots.Slot(key.View, key.Name)
	if n := s.slots.Len() - len(s.bySlot); n > 0 {
		s.bySlot = append(s.bySlot, make([]uint32, n)...)
	}
	if s.bySlot[slot] == 0 {
		s.columns = append(s.columns, column{key, slot})
		s.bySlot[slot] = uint32(len(s.columns))
	}
	return s.bySlot[slot] - 1
}

// find returns the number of a field; false if no search holds it.
func (s *shelf) find(view, name string) (uint32, bool) {
	slot, ok := s.slots.Find(view, name)
	if !ok || slot >= len(s.bySlot) || s.bySlot[slot] == 0 {
		return 0, false
	}
	return s.bySlot[slot] - 1, true
}

// columnsOf returns the columns of what a keeper keeps, of which some are known.
func (s *shelf) columnsOf(k *keeper, known []uint32) []uint32 {
	known = slices.Grow(known, len(k.keys)-len(known))
	for _, key := range k.keys[len(known):] {
		known = append(known, s.column(key))
	}
	return known
}

// shelved is what is held of an event for the searches that take it.
type shelved struct {
	time     time.Time
	id       string
	columns  []uint32 // those that have a value, ascending
	vals     []Value
	inferred []string
	whole    *kept // instead of these, where a search reads every field
	size     int32 // in bytes, about
	takers   int32 // sources that took it
	refs     int32 // intakes that still hold it
}

// What an event on the shelf takes, without its content, and a place in a
// window.
const (
	shelvedSize = 176
	placeSize   = 8
)

// value returns the value of a column.
func (s *shelved) value(column uint32) Value {
	if i, ok := slices.BinarySearch(s.columns, column); ok {
		return s.vals[i]
	}
	return Value{}
}

// taking is what an intake takes of an event.
type taking struct {
	place int32 // of the intake among the rules
	in    *intake
	event *shelved // nil where the event at hand is counted at once
}

// ask appends what an intake takes of the event that a frame holds, which is yet to
// be gathered.
func (in *intake) ask(f *field.Frame, place int32, into []taking) []taking {
	if in.match(f) == expr.True {
		into = append(into, taking{place: place, in: in})
	}
	return into
}

// takenAt splits off what the intake at a place takes; nil for nothing. The list is
// in the order of the places, and they are asked for in that order.
func takenAt(list []taking, place int32) (its *taking, rest []taking) {
	for len(list) > 0 && list[0].place < place { // which came after the event
		list = list[1:]
	}
	if len(list) > 0 && list[0].place == place {
		return &list[0], list[1:]
	}
	return nil, list
}

// gatherer copies events for the shelf. It belongs to one goroutine.
type gatherer struct {
	shelf   *shelf
	columns []column // the shelf's
	copies  *copies  // of the same frame
	want    []uint64 // a bit for each column
	at      []uint32
	vals    []Value
	lists   []Value // by column: the list that was copied last
	last    []uint32
}

// grow makes room for the columns that the shelf has come to have.
func (g *gatherer) grow() {
	g.columns = g.shelf.columns
	if n := len(g.columns); len(g.lists) < n {
		g.lists = append(g.lists, make([]Value, n-len(g.lists))...)
		g.want = make([]uint64, (n+63)/64)
	}
}

// gather copies what the intakes in a list hold of the event that the frame
// holds, once for all of them unless they are to share nothing. Those that count it
// when they take it need no copy, unless it waits for its turn until then.
func (g *gatherer) gather(list []taking, ev Event, apart, waits bool) {
	n := int32(0)
	for i := range list {
		t := &list[i]
		switch {
		case t.in.kind.live && !waits:
		case len(t.in.keep.all) > 0:
			t.event = newWhole(ev.Time, strings.Clone(ev.ID), t.in.keep.keepFrom(g.copies, ev.Fields))
		case apart:
			g.wants(t.in.columns)
			t.event = g.copy(ev, 1)
		default:
			g.wants(t.in.columns)
			n += int32(len(t.in.members))
		}
	}
	if n == 0 || apart {
		return
	}
	s := g.copy(ev, n)
	for i := range list {
		if t := &list[i]; t.event == nil && (waits || !t.in.kind.live) {
			t.event = s
		}
	}
}

func (g *gatherer) wants(columns []uint32) {
	for _, c := range columns {
		g.want[c/64] |= 1 << (c % 64)
	}
}

// copy makes a copy of the columns that are wanted.
func (g *gatherer) copy(ev Event, takers int32) *shelved {
	g.at, g.vals = g.at[:0], g.vals[:0]
	for i, w := range g.want {
		for g.want[i] = 0; w != 0; w &= w - 1 {
			c := i*64 + bits.TrailingZeros64(w)
			if v := g.read(&g.columns[c], ev.Fields); !v.IsNull() {
				g.at, g.vals = append(g.at, uint32(c)), append(g.vals, v)
			}
		}
	}
	if !slices.Equal(g.at, g.last) {
		g.last = slices.Clone(g.at)
	}
	s := &shelved{time: ev.Time, columns: g.last, vals: make([]Value, len(g.vals)), takers: takers}
	if i, ok := ev.Fields.(inferrer); ok {
		s.inferred = slices.Clone(i.Inferred())
	}
	var text strings.Builder // one piece of memory for all texts
	n := len(ev.ID)
	for _, v := range g.vals {
		t, _ := v.Str()
		n += len(t)
	}
	text.Grow(n)
	write := func(t string) string {
		text.WriteString(t)
		return text.String()[text.Len()-len(t):]
	}
	s.id = write(ev.ID)
	for i, v := range g.vals {
		switch t, ok := v.Str(); {
		case ok:
			v = event.OfString(write(t))
		case v.IsList():
			v = g.list(g.at[i], v)
		default:
			v = v.Clone()
		}
		s.vals[i] = v
	}
	s.weigh()
	return s
}

// read reads a column of the event at hand. What the slot of one derives is
// derived again whenever the search runs.
func (g *gatherer) read(c *column, f Fields) Value {
	if g.copies.frame.Slots.Computed(c.slot) {
		return viewOf(f, c.View).Field(c.Name)
	}
	return g.copies.frame.Get(c.slot)
}

// list returns a copy of a list. Lists of texts, such as an event's tags, are
// often those of the event before.
func (g *gatherer) list(column uint32, v Value) Value {
	if last := g.lists[column]; sameTexts(last, v) {
		return last
	}
	v = v.Clone()
	g.lists[column] = v
	return v
}

func sameTexts(a, b Value) bool {
	if !a.IsList() || a.Len() != b.Len() {
		return false
	}
	for i := range a.Len() {
		s, ok1 := a.At(i).Str()
		t, ok2 := b.At(i).Str()
		if !ok1 || !ok2 || s != t {
			return false
		}
	}
	return true
}

// newWhole shelves what one source holds for itself.
func newWhole(t time.Time, id string, f Fields) *shelved {
	s := &shelved{time: t, id: id, takers: 1}
	s.whole, _ = f.(*kept)
	s.weigh()
	return s
}

func (s *shelved) weigh() {
	n := shelvedSize + len(s.id)
	for _, v := range s.vals {
		n += sizeOfValue(v)
	}
	if s.whole != nil {
		n += s.whole.Size()
	}
	s.size = int32(min(n, maxSize))
}

// maxSize is the size of an event from which on it makes no difference.
const maxSize = 1 << 30

// shelfFields are the fields of an event on the shelf as one source sees them.
type shelfFields struct {
	source *source
	event  *shelved
}

var (
	_ event.Viewer     = (*shelfFields)(nil)
	_ event.Enumerator = (*shelfFields)(nil)
)

// View returns the same fields: those of a source are of one vocabulary.
func (f *shelfFields) View(view string) Fields {
	if view != "" && view != f.source.view {
		return Map(nil)
	}
	return f
}

// Field returns a field that the source holds.
func (f *shelfFields) Field(name string) Value {
	for i := range f.source.keep.keys {
		if f.source.keep.keys[i].Name == name {
			return f.event.value(f.source.columns[i])
		}
	}
	return Value{}
}

// All yields the fields that have a value, each with its name.
func (f *shelfFields) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for i, key := range f.source.keep.keys {
			if v := f.event.value(f.source.columns[i]); !v.IsNull() && !yield(key.Name, v) {
				return
			}
		}
	}
}

// Names yields the names of the fields that have a value.
func (f *shelfFields) Names() iter.Seq[string] { return keys(f.All()) }

// Inferred returns the inferred fields that were read.
func (f *shelfFields) Inferred() []string { return f.event.inferred }

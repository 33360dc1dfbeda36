package engine

import (
	"iter"
	"slices"
	"sort"
	"time"

	"github.com/spoor-lang/spoor/engine/internal/index"
	"github.com/spoor-lang/spoor/engine/internal/pipeline"
)

// source is one place of a search where events come in.
type source struct {
	pipeline.Source
	view    string
	keep    *keeper
	columns []uint32 // on the shelf, of the keys that it keeps
	in      *intake  // holds its events, with those of others
	left    int      // of these, the first, which the search has left behind
	asked   int      // events that the intake was asked about, of those that are counted
	window  int      // of the snapshot that is read, from 1 on; 0 for none
}

// entry is what the index has to know of the source.
func (src *source) entry() index.Entry { return index.Entry{Cond: src.Cond, Scope: src.Scope} }

// held are the events that the source holds.
func (src *source) held() []*shelved { return src.in.events.all()[src.left:] }

// yield yields events that the source holds, and reports whether more of them are
// wanted.
func (src *source) yield(list iter.Seq[*shelved], yield func(Event) bool) bool {
	fields := &shelfFields{source: src}
	for s := range list {
		if !yield(fields.turn(s)) {
			return false
		}
	}
	return true
}

// event returns an event that the source takes.
func (src *source) event(s *shelved) Event { return (&shelfFields{source: src}).turn(s) }

// turn returns an event whose fields are these.
func (f *shelfFields) turn(s *shelved) Event {
	f.event = s
	ev := Event{Time: s.time, ID: s.id, Fields: f}
	if s.whole != nil {
		ev.Fields = s.whole
	}
	return ev
}

// backward yields a list from its end.
func backward(list []*shelved) iter.Seq[*shelved] {
	return func(yield func(*shelved) bool) {
		for _, s := range slices.Backward(list) {
			if !yield(s) {
				return
			}
		}
	}
}

// buffer holds events in event order, and drops the oldest at no cost.
type buffer struct {
	shelf *shelf
	list  []*shelved
	head  int // of those that are still held
	bytes int // a source's share of those that lie on the shelf

	newest time.Time // of all events that were added
	rests  bool      // a source holds nothing
}

func (b *buffer) all() []*shelved { return b.list[b.head:] }
func (b *buffer) len() int        { return len(b.list) - b.head }

// before returns how many of the events are before a time.
func (b *buffer) before(t time.Time) int {
	all := b.all()
	return sort.Search(len(all), func(i int) bool { return !all[i].time.Before(t) })
}

func (b *buffer) add(s *shelved) {
	if len(b.list) == cap(b.list) { // append would grow a long list by little, and leave more behind
		b.list = append(make([]*shelved, 0, max(minPlaces, 2*len(b.list))), b.list...)
	}
	b.list = append(b.list, s)
	b.weigh(s, 1)
	b.newest = maxTime(b.newest, s.time)
	if s.refs++; s.refs == 1 {
		b.shelf.bytes += int(s.size)
	}
}

// minPlaces is how many events a buffer begins with.
const minPlaces = 4

// weigh lets the weight of an event count n times.
func (b *buffer) weigh(s *shelved, n int) {
	b.bytes += n * int(s.size/s.takers)
	b.shelf.places += n
}

// drop lets go of the first n events. The room that they leave is used again
// once it is the larger part, so that an event is moved once on average.
func (b *buffer) drop(n int) {
	for _, s := range b.list[b.head : b.head+n] {
		b.weigh(s, -1)
		if s.refs--; s.refs == 0 {
			b.shelf.bytes -= int(s.size)
		}
	}
	clear(b.list[b.head : b.head+n])
	if b.head += n; b.head > len(b.list)/2 {
		kept := copy(b.list, b.list[b.head:])
		clear(b.list[kept:])
		b.list, b.head = b.list[:kept], 0
	}
}

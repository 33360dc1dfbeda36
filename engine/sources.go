package engine

import (
	"container/heap"
	"container/list"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/engine/internal/state"
)

// SourceClock keeps a watermark for each source of events, which a field names
// (host.name): what counts is the smallest of them, less the allowed lateness, so
// that a source whose events come in bulk, or behind the others, loses none. A
// source that was silent for so long while another one went on holds the others
// back no more; it does again once its events are no longer late. Events without
// the field are of one source.
//
// How long a source was silent is told by how far another one has come since, so
// that a source whose clock is ahead silences nobody. Silence of 0 or less means
// DefaultSilence. At most DefaultSources sources have a clock; events of further
// ones are counted (Stats.Unclocked) and hold nobody back.
func SourceClock(field string, silence time.Duration) Option {
	return func(c *config) {
		if c.sourceField, c.silence = field, silence; silence <= 0 {
			c.silence = DefaultSilence
		}
	}
}

const (
	// DefaultSilence is how long a source may be silent before the others go
	// on without it: agents send their signs of life every few minutes.
	DefaultSilence = 5 * time.Minute

	// DefaultSources bounds the sources that have a clock of their own: the
	// hosts of a large network, at some 200 bytes each.
	DefaultSources = 50_000
)

// sources are the clocks of the sources of events.
type sources struct {
	silence time.Duration
	bound   int
	known   map[string]*clocked
	order   lagging
	heard   list.List // the clocked, by when they were heard
	// now is how far the sources have come, on a scale of its own: the
	// furthest that one of them has come since it was first heard.
	now       time.Duration
	unclocked int
}

// clocked is a source with a clock.
type clocked struct {
	name     string
	greatest time.Time     // of its events' times
	sorted   time.Time     // greatest, when it was last put in order
	offset   time.Time     // of its times on the common scale: where that began
	heard    time.Duration // on the common scale
	at       *list.Element
	place    int // in the order of the lagging
}

func newSources(silence time.Duration) *sources {
	return &sources{silence: silence, bound: DefaultSources, known: map[string]*clocked{}}
}

// see takes the time of an event of a source.
func (s *sources) see(name string, t time.Time) {
	c := s.known[name]
	if c == nil {
		s.forget()
		if len(s.known) >= s.bound {
			s.unclocked++
			return
		}
		c = &clocked{name: strings.Clone(name), greatest: t, sorted: t, offset: t.Add(-s.now)}
		s.known[c.name] = c
		c.at = s.heard.PushBack(c)
		heap.Push(&s.order, c)
	}
	if t.After(c.greatest) {
		c.greatest = t
	}
	s.now = max(s.now, t.Sub(c.offset))
	c.heard = s.now
	s.heard.MoveToBack(c.at)
}

// forget drops the sources that were silent for too long.
func (s *sources) forget() {
	for e := s.heard.Front(); e != nil; e = s.heard.Front() {
		c := e.Value.(*clocked)
		if s.now-c.heard <= s.silence {
			return
		}
		s.drop(c)
	}
}

func (s *sources) drop(c *clocked) {
	s.heard.Remove(c.at)
	heap.Remove(&s.order, c.place)
	delete(s.known, c.name)
}

// least returns the smallest time that a source has come to, of those that are
// not behind the floor: they have lost their turn. ok is false if there is none.
func (s *sources) least(floor time.Time) (t time.Time, ok bool) {
	s.forget()
	for len(s.order) > 0 {
		c := s.order[0]
		switch {
		case c.sorted.Before(c.greatest): // it has gone on since
			c.sorted = c.greatest
			heap.Fix(&s.order, 0)
		case c.greatest.Before(floor):
			s.drop(c)
		default:
			return c.greatest, true
		}
	}
	return time.Time{}, false
}

// lagging is a heap of sources: the one that is furthest behind on top. Their
// times only grow, so that one is put in order again when it comes to the top.
type lagging []*clocked

func (l lagging) Len() int { return len(l) }
func (l lagging) Swap(i, j int) {
	l[i], l[j] = l[j], l[i]
	l[i].place, l[j].place = i, j
}
func (l lagging) Less(i, j int) bool { return l[i].sorted.Before(l[j].sorted) }
func (l *lagging) Push(x any) {
	c := x.(*clocked)
	c.place = len(*l)
	*l = append(*l, c)
}
func (l *lagging) Pop() any {
	last := len(*l) - 1
	c := (*l)[last]
	(*l)[last] = nil
	*l = (*l)[:last]
	return c
}

func (s *sources) save(w *state.Writer) {
	w.Int(int64(s.now))
	w.Count(s.unclocked)
	w.Count(s.heard.Len())
	for e := s.heard.Front(); e != nil; e = e.Next() {
		c := e.Value.(*clocked)
		w.Text(c.name)
		w.Time(c.greatest)
		w.Time(c.offset)
		w.Int(int64(c.heard))
	}
}

func (s *sources) read(r *state.Reader) {
	s.now, s.unclocked = time.Duration(r.Int()), r.Number()
	for range r.Count() {
		c := &clocked{name: r.Text(), greatest: r.Time(), offset: r.Time(), heard: time.Duration(r.Int())}
		if r.Err() != nil || s.known[c.name] != nil {
			r.Fail("expected each source of events once")
			return
		}
		c.sorted = c.greatest
		s.known[c.name] = c
		c.at = s.heard.PushBack(c)
		s.order.Push(c)
	}
	heap.Init(&s.order)
}

package sequence

import (
	"cmp"
	"container/heap"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/state"
)

// Codec writes and reads the fields of kept events: their type is the
// caller's.
type Codec interface {
	WriteFields(w *state.Writer, f event.Fields)
	// ReadFields never returns nil; what is wrong goes to r.Fail.
	ReadFields(r *state.Reader) event.Fields
}

// A running state is written in two kinds of records: one of what belongs to
// no key, and one for each join key, which needs no other to be read. The
// order in which keys were met is kept beside them, as numbers of events, so
// that bounds evict the same ones afterwards.

// writer writes one record.
type writer struct {
	*state.Writer
	Codec
	kept map[uint64]uint64 // by the events' order
}

// event writes an event; one that the record has already, as a reference to
// it.
func (w *writer) event(k *Kept) {
	if k == nil {
		w.Uint(0)
		return
	}
	if n, ok := w.kept[k.Order]; ok {
		w.Uint(n + 2)
		return
	}
	w.kept[k.Order] = uint64(len(w.kept))
	w.Uint(1)
	w.Uint(k.Order)
	w.Time(k.Time)
	w.Text(k.ID)
	w.WriteFields(w.Writer, k.Fields)
}

func (w *writer) events(list []*Kept) {
	w.Count(len(list))
	for _, k := range list {
		w.event(k)
	}
}

// reader reads one record.
type reader struct {
	*state.Reader
	Codec
	list []*Kept
	all  map[uint64]*Kept // of all records, by their order
}

func (r *reader) event() *Kept {
	n := r.Uint()
	switch {
	case n == 0:
		return nil
	case n == 1:
		k := &Kept{Order: r.Uint(), Time: r.Time(), ID: r.Text(), Fields: r.ReadFields(r.Reader)}
		if same := r.all[k.Order]; same != nil && same.Time.Equal(k.Time) && same.ID == k.ID {
			k = same // it has several keys
		} else {
			r.all[k.Order] = k
		}
		r.list = append(r.list, k)
		return k
	case n-2 < uint64(len(r.list)):
		return r.list[n-2]
	}
	r.Fail("expected an event, found a reference to none")
	return nil
}

// events reads a list in which no event is missing.
func (r *reader) events() []*Kept {
	var list []*Kept
	for range r.Count() {
		k := r.event()
		if k == nil {
			r.Fail("expected an event, found none")
			return nil
		}
		list = append(list, k)
	}
	return list
}

// place orders what was met by the same event: at is its number or time, tie
// its place among those.
type place struct {
	at  int64
	tie int
}

func (w *writer) place(p place) { w.Int(p.at); w.Count(p.tie) }

func (r *reader) place() place { return place{r.Int(), r.Number()} }

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.tie, b.tie))
}

// after returns the place behind p of something met at that number.
func (p place) after(at int64) place {
	if at == p.at {
		return place{at, p.tie + 1}
	}
	return place{at, 0}
}

// loading is what is known while the records are read.
type loading[T any] struct {
	all    map[uint64]*Kept
	placed []placed[T]
	marked []placed[T]
}

type placed[T any] struct {
	place
	what T
}

func (l *loading[T]) reader(r *state.Reader, c Codec) *reader {
	if l.all == nil {
		l.all = map[uint64]*Kept{}
	}
	return &reader{Reader: r, Codec: c, all: l.all}
}

func inOrder[T any](list []placed[T]) []placed[T] {
	slices.SortStableFunc(list, func(a, b placed[T]) int { return comparePlaces(a.place, b.place) })
	return list
}

// Save calls record for each key, in ascending order, with what writes the
// key's state.
func (m *Machine) Save(c Codec, record func(key string, write func(*state.Writer))) {
	places := map[*partial]place{}
	at := place{at: math.MinInt64}
	for p := m.live.oldest; p != nil; p = p.next {
		at = at.after(int64(p.events[m.entry()].Order))
		places[p] = at
	}
	marks := map[*group]place{}
	at = place{at: math.MinInt64}
	for e := m.absent.marked.Front(); e != nil; e = e.Next() {
		g := e.Value.(*group)
		at = at.after(g.latest)
		marks[g] = at
	}
	groups := m.whole(places, marks)
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		g := groups[key]
		record(key, func(to *state.Writer) {
			w := &writer{to, c, map[uint64]uint64{}}
			w.Values(g.vals)
			w.slots(g, places)
			w.marks(g, marks[g])
			w.held(g)
		})
	}
}

// whole returns the groups with what an opener holds for them.
func (m *Machine) whole(places map[*partial]place, marks map[*group]place) map[string]*group {
	if m.opener == nil {
		return m.groups
	}
	groups := maps.Clone(m.groups)
	m.opener.opened(m.seat, func(op *opening) {
		g := &group{key: op.key, vals: op.values()}
		if own := m.groups[op.key]; own != nil {
			*g = *own
			marks[g] = marks[own]
		}
		g.slots = append(make([]*partial, 0, len(m.stages)-1), g.slots...)[:len(m.stages)-1]
		g.slots[0] = &partial{group: g, events: []*Kept{op.kept}}
		g.n++
		places[g.slots[0]] = place{at: int64(op.kept.Order)}
		groups[op.key] = g
	})
	return groups
}

// entry is the number of the event with which a partial came to the machine.
func (m *Machine) entry() int {
	if m.opener != nil {
		return 1
	}
	return 0
}

func (w *writer) slots(g *group, places map[*partial]place) {
	w.Count(g.n)
	for k := range g.slots {
		var chain []*partial
		for p := g.slots[k]; p != nil; p = p.older {
			chain = append(chain, p)
		}
		slices.Reverse(chain) // oldest first, as they are linked again
		for _, p := range chain {
			w.partial(p)
			w.place(places[p])
		}
	}
}

func (w *writer) partial(p *partial) {
	w.Count(p.stage)
	w.events(p.events)
	w.Bool(p.led)
	w.Int(p.lead)
	w.Bool(p.barred)
	w.Int(p.barrier)
	w.Bool(p.void)
}

func (w *writer) marks(g *group, at place) {
	w.Bool(g.marked)
	if g.marked {
		w.place(at)
		w.Bool(g.twice)
		w.Int(g.earlier)
	}
}

func (w *writer) held(g *group) {
	var open []*candidate
	for _, c := range g.held {
		if c != nil && !c.done {
			open = append(open, c)
		}
	}
	w.Count(len(open))
	for _, c := range open {
		w.partial(c.partial)
		w.Int(c.last)
		w.Int(c.deadline)
		w.Uint(c.number)
	}
}

// SaveShared writes what belongs to no key.
func (m *Machine) SaveShared(w *state.Writer, _ Codec) {
	w.Uint(m.absent.number)
	w.Count(m.Stats().Evicted)
}

// LoadShared reads what SaveShared wrote. What is wrong goes to r.Fail, here
// and in LoadKey, and the machine is then good for nothing.
func (m *Machine) LoadShared(r *state.Reader, _ Codec) {
	m.absent.number = r.Uint()
	m.evicted = r.Number()
}

// LoadKey reads a key's state into a machine that does not know the key.
func (m *Machine) LoadKey(key string, from *state.Reader, c Codec) {
	if m.groups[key] != nil || len(m.stages) == 0 {
		from.Fail("expected each key once")
		return
	}
	if m.load == nil {
		m.load = &loading[*partial]{}
	}
	r := m.load.reader(from, c)
	g := &group{key: key, vals: r.Values(), slots: make([]*partial, len(m.stages)-1)}
	if len(g.vals) != len(m.items[0].by) {
		r.Fail("expected as many values as the query has join keys")
		return
	}
	m.groups[key] = g
	for range r.Count() {
		p := m.readPartial(r, g)
		at := r.place()
		if p.stage >= len(g.slots) || len(p.events) == 0 {
			r.Fail("expected a series that is not complete")
			return
		}
		if p.stage == 0 && m.opener != nil {
			m.opener.reads(key, g.vals, p.events[0], m.seat)
			continue
		}
		m.link(p)
		m.load.placed = append(m.load.placed, placed[*partial]{at, p})
	}
	m.readMarks(r, g)
	m.readHeld(r, g)
}

func (m *Machine) readPartial(r *reader, g *group) *partial {
	p := &partial{group: g, stage: r.Number(), events: r.events()}
	p.led, p.lead = r.Bool(), r.Int()
	p.barred, p.barrier = r.Bool(), r.Int()
	p.void = r.Bool()
	if p.stage >= len(m.stages) || len(p.events) != p.stage+1 {
		r.Fail("expected an event for each step of a series")
		p.stage, p.events = len(m.stages), nil
	}
	return p
}

func (m *Machine) readMarks(r *reader, g *group) {
	if !r.Bool() {
		return
	}
	at := r.place()
	g.marked, g.latest = true, at.at
	g.twice, g.earlier = r.Bool(), r.Int()
	m.load.marked = append(m.load.marked, placed[*partial]{at, &partial{group: g}})
}

func (m *Machine) readHeld(r *reader, g *group) {
	for range r.Count() {
		c := &candidate{partial: m.readPartial(r, g)}
		c.last, c.deadline, c.number = r.Int(), r.Int(), r.Uint()
		if c.stage != len(m.stages)-1 {
			r.Fail("expected a series that is complete")
			return
		}
		g.held = append(g.held, c)
		m.absent.queue.list = append(m.absent.queue.list, c)
		m.absent.await(c)
	}
}

// Loaded is told that all keys were read.
func (m *Machine) Loaded() {
	if m.load == nil {
		return
	}
	for _, p := range inOrder(m.load.placed) {
		m.live.add(p.what)
	}
	for _, k := range inOrder(m.load.marked) {
		g := k.what.group
		g.at = m.absent.marked.PushBack(g)
	}
	m.load = nil
	heap.Init(&m.absent.queue)
	for m.live.n > m.bound {
		m.evicted++
		m.drop(m.live.oldest)
	}
	for _, g := range m.groups {
		m.prune(g)
	}
}

// Oldest returns the time of the first event that the machine holds; the zero
// time if it holds none.
func (m *Machine) Oldest() time.Time {
	var t time.Time
	if m.opener != nil {
		t = m.opener.oldestTime(m.seat)
	}
	if p := m.live.oldest; p != nil {
		t = earlier(t, p.events[0].Time)
	}
	for _, c := range m.absent.queue.list {
		if !c.done {
			t = earlier(t, c.events[0].Time)
		}
	}
	if e := m.absent.marked.Front(); e != nil {
		t = earlier(t, time.UnixMilli(e.Value.(*group).latest).UTC())
	}
	return t
}

// earlier returns the earlier of two times, the zero time being none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) && !b.IsZero() {
		return b
	}
	return a
}

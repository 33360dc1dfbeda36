package sequence

import (
	"container/list"
	"math"
	"net/netip"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// SampleOptions are what a sampler needs beside its query.
type SampleOptions struct {
	// Category and Keep are those of [Options].
	Category string
	Keep     func(ev event.Event) event.Fields
	// MaxPerKey is how many samples one join key gives; 0 means one.
	MaxPerKey int
	// Retention is how far apart the events of a sample may be, and how
	// long a key stays done. 0 means that only MaxKeys limits them.
	Retention time.Duration
	// MaxKeys bounds the join keys that have a state, those that are done
	// among them; 0 means DefaultMaxKeys. The key that has seen no event
	// for the longest time goes first.
	MaxKeys int
	// Batch emits nothing before Finish, and then all samples in ascending
	// order of their keys. Neither MaxKeys nor Retention bears on a batch,
	// whose events are held anyhow.
	Batch bool
	// Trace is that of [Options].
	Trace func(Turn)
}

// DefaultMaxKeys is how many join keys a sampler knows: the hosts and users of
// a large network, at some kilobytes for each key that is not done.
const DefaultMaxKeys = 100_000

// Sampler finds the samples of one query: for a join key, a different event
// for each step, whatever their order. It is not safe for concurrent use.
type Sampler struct {
	items   []item
	options SampleOptions
	trace   trace
	room    int // events that are held for each key and step
	order   func(a, b []event.Value) int

	groups  map[string]*sampleGroup
	recent  list.List // groups, by the time of their last event
	number  uint64
	open    int // groups that lack an event
	bytes   int // of the events
	evicted int
	load    *loading[*sampleGroup] // nil unless a state is read
}

// sampleGroup is the state of one join key.
type sampleGroup struct {
	key   string
	vals  []event.Value
	lists [][]*Kept // by step; nil once the key is done
	found int
	last  time.Time
	at    *list.Element
}

// CompileSample returns a sampler for a sample. What is wrong with it goes to
// s.Errors.
func CompileSample(st *ast.Sample, s *expr.Scope, o SampleOptions) *Sampler {
	c := compiler{Scope: s, category: o.Category}
	for i := range st.Steps {
		if st.Steps[i].Missing {
			c.Errorf(&st.Steps[i], "expected an event in a sample, found a missing one")
		}
		c.item(&st.Steps[i], i)
	}
	if len(st.Steps) == 0 {
		c.Errorf(st, "expected an event in a sample, found none")
	}
	c.arity(st.Steps, nil)
	o.MaxPerKey = max(1, o.MaxPerKey)
	if o.MaxKeys <= 0 {
		o.MaxKeys = DefaultMaxKeys
	}
	if o.Batch {
		o.MaxKeys, o.Retention = math.MaxInt, 0
	}
	m := &Sampler{items: c.p.items, options: o, trace: o.Trace, groups: map[string]*sampleGroup{}, order: keyOrder(st, s)}
	for i := range m.items {
		for j := range m.items[i].by {
			m.items[i].by[j].plain = true // as Elasticsearch, which groups by it
		}
	}
	// All steps but one need an event each; what that one has beyond these
	// makes as many samples.
	m.room = len(m.items) - 1 + o.MaxPerKey
	return m
}

// keyOrder returns the order of keys: by value, addresses by their number, versions
// by their parts.
func keyOrder(st *ast.Sample, s *expr.Scope) func(a, b []event.Value) int {
	if s.Types == nil || len(st.Steps) == 0 {
		return compareTuples
	}
	by := st.Steps[0].By
	orders := make([]func(a, b event.Value) int, len(by))
	for i, e := range by {
		orders[i] = compareValues
		if f, ok := e.(*ast.Field); ok {
			switch t, _ := s.Types(f.Name); t {
			case expr.IP:
				orders[i] = compareAddresses
			case expr.Version:
				orders[i] = compareVersions
			}
		}
	}
	return func(a, b []event.Value) int {
		for i := range min(len(a), len(b), len(orders)) {
			if c := orders[i](a[i], b[i]); c != 0 {
				return c
			}
		}
		return 0
	}
}

// compareVersions orders texts as versions, and whatever else as all values are.
func compareVersions(a, b event.Value) int {
	if a.Kind() == event.String && b.Kind() == event.String {
		if c := expr.CompareVersions(a, b); c != 0 {
			return c
		}
	}
	return compareValues(a, b)
}

func compareAddresses(a, b event.Value) int {
	s, _ := a.Str()
	t, _ := b.Str()
	x, err1 := netip.ParseAddr(s)
	y, err2 := netip.ParseAddr(t)
	if err1 != nil || err2 != nil {
		return compareValues(a, b)
	}
	return netip.AddrFrom16(x.As16()).Compare(netip.AddrFrom16(y.As16()))
}

// Concerns reports whether the event that f holds meets a step.
func (m *Sampler) Concerns(f *field.Frame) bool { return concerns(m.items, f) }

func concerns(items []item, f *field.Frame) bool {
	for i := range items {
		if items[i].meets(f) {
			return true
		}
	}
	return false
}

// Step takes the next event, which f holds, and, unless it works on a batch,
// calls emit for each sample that the event completes. It keeps nothing of f
// and ev but what Keep returned.
func (m *Sampler) Step(f *field.Frame, ev event.Event, emit func(Match)) {
	m.number++
	m.Advance(ev.Time, emit)
	m.trace.sight(m.items, f, m.number, ev)
	var k *Kept
	for i := range m.items {
		it := &m.items[i]
		if !it.hit(f, m.number) {
			continue
		}
		for j := range it.keys(f, m.number) {
			g := m.group(it, j, ev.Time)
			if !m.roomFor(g, i) {
				continue
			}
			if k == nil {
				k = keptOf(ev, m.options.Keep, m.number)
			}
			g.lists[i] = append(g.lists[i], k)
			m.bytes += k.size()
			m.tell(Filled, g, it.step, k)
			if !m.options.Batch {
				m.draw(g, i, emit)
			}
		}
	}
	for i := range m.items {
		m.items[i].release()
	}
}

// Advance tells that no event before watermark will come, and forgets keys
// without an event in the time of the retention. It never emits.
func (m *Sampler) Advance(watermark time.Time, _ func(Match)) {
	if m.options.Retention <= 0 {
		return
	}
	for e := m.recent.Front(); e != nil; e = m.recent.Front() {
		g := e.Value.(*sampleGroup)
		if watermark.Sub(g.last) <= m.options.Retention {
			return
		}
		m.tell(Expired, g, 0, nil)
		m.forget(g)
	}
}

// Finish emits the samples of a batch, in ascending order of their keys, and
// forgets all state.
func (m *Sampler) Finish(emit func(Match)) {
	if m.options.Batch {
		groups := make([]*sampleGroup, 0, len(m.groups))
		for _, g := range m.groups {
			groups = append(groups, g)
		}
		slices.SortFunc(groups, func(a, b *sampleGroup) int { return m.order(a.vals, b.vals) })
		for _, g := range groups {
			m.emit(g, g.lists, emit)
		}
	}
	clear(m.groups)
	m.recent.Init()
	m.open, m.bytes = 0, 0
}

// Stats returns what the sampler holds: Held are the keys that lack an event.
func (m *Sampler) Stats() Stats {
	st := Stats{Keys: len(m.groups), Held: m.open, Evicted: m.evicted}
	for i := range m.items {
		st.Evicted += m.items[i].cut
	}
	return st
}

// group returns the state of a key, the j-th of an item, at the time of an
// event that has it.
func (m *Sampler) group(it *item, j int, t time.Time) *sampleGroup {
	g := m.groups[string(it.key(j))]
	if g == nil {
		g = &sampleGroup{key: string(it.key(j)), vals: it.tuple(j), lists: make([][]*Kept, len(m.items))}
		m.groups[g.key] = g
		m.open++
		g.at = m.recent.PushBack(g)
		if len(m.groups) > m.options.MaxKeys {
			m.evicted++
			m.tell(Evicted, m.recent.Front().Value.(*sampleGroup), 0, nil)
			m.forget(m.recent.Front().Value.(*sampleGroup))
		}
	}
	g.last = t
	m.recent.MoveToBack(g.at)
	m.expire(g)
	return g
}

// roomFor reports whether a key takes another event for step i. Where events
// grow too old, the newest are those to have.
func (m *Sampler) roomFor(g *sampleGroup, i int) bool {
	if g.lists == nil {
		return false
	}
	if len(g.lists[i]) < m.room {
		return true
	}
	if m.options.Retention <= 0 {
		return false
	}
	m.bytes -= g.lists[i][0].size()
	g.lists[i] = slices.Delete(g.lists[i], 0, 1)
	return true
}

// expire forgets the events of a key that are too old for its last one.
func (m *Sampler) expire(g *sampleGroup) {
	if m.options.Retention <= 0 {
		return
	}
	for i, l := range g.lists {
		m.bytes -= sizeOf(l)
		g.lists[i] = slices.DeleteFunc(l, func(k *Kept) bool { return g.last.Sub(k.Time) > m.options.Retention })
		m.bytes += sizeOf(g.lists[i])
	}
}

// close lets go of the events of a key that needs no more.
func (m *Sampler) close(g *sampleGroup) {
	if g.lists == nil {
		return
	}
	for _, l := range g.lists {
		m.bytes -= sizeOf(l)
	}
	g.lists = nil
	m.open--
}

func (m *Sampler) forget(g *sampleGroup) {
	m.close(g)
	m.recent.Remove(g.at)
	delete(m.groups, g.key)
}

// draw emits the samples of a key in which its newest event stands at step i.
func (m *Sampler) draw(g *sampleGroup, i int, emit func(Match)) {
	lists := slices.Clone(g.lists)
	lists[i] = lists[i][len(lists[i])-1:]
	m.emit(g, lists, emit)
	if g.found >= m.options.MaxPerKey {
		m.close(g)
	}
}

// emit emits what can be chosen from the lists, up to the key's limit.
func (m *Sampler) emit(g *sampleGroup, lists [][]*Kept, emit func(Match)) {
	if g.found >= m.options.MaxPerKey {
		return
	}
	representatives(lists, func(events []*Kept) bool {
		m.tell(Found, g, 0, nil)
		emit(Match{Events: slices.Clone(events), Keys: g.vals})
		g.found++
		return g.found < m.options.MaxPerKey
	})
}

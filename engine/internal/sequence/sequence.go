package sequence

import (
	"strings"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Kept is an event that a partial, a sample or a match holds on to. It is not
// changed once made, and may be shared between partials.
type Kept struct {
	Time   time.Time
	ID     string
	Fields event.Fields // a copy; what Keep returned
	// Order is the event's position among those that the machine was given.
	Order uint64
}

// Match is what was found.
type Match struct {
	// Events are the events, one for each step; a step that runs several
	// times has as many. A missing event is nil.
	Events []*Kept
	// Keys are the values of the join keys, the shared ones first. They are
	// copies, and read only.
	Keys []event.Value
}

// Options are what a machine needs beside its query.
type Options struct {
	// Category is the field that an event's category is read from; empty
	// means ast.DefaultCategory.
	Category string
	// Keep copies what must be kept of an event: what later steps and the
	// alert read. Nil keeps the event's fields as they are.
	Keep func(ev event.Event) event.Fields
	// MaxPartials bounds the partials, and so the memory; 0 means
	// DefaultMaxPartials.
	MaxPartials int
	// Batch holds matches back until those that were complete before them
	// are decided, so that they come in the order of their last events. It
	// bears on sequences with a trailing missing event alone.
	Batch bool
	// Original makes keys and until of a sequence what they are in the original
	// language: case does not matter in keys, a missing one is a key as any other,
	// a list is one, and until comes before the steps.
	Original bool
	// Trace is told what happens on the way to matches; nil in normal
	// running.
	Trace func(Turn)
}

// DefaultMaxPartials is how many partials a machine holds. At about a kilobyte
// for each, a rule whose first step is met too often stays within a hundred
// megabytes, and a step that is met a thousand times a second has over a
// minute to be followed.
const DefaultMaxPartials = 100_000

// Stats are what a machine holds, and what its bounds have cut off.
type Stats struct {
	Partials int // series that wait for their next event
	Keys     int // join keys with a state
	Held     int // complete, and waiting for proof that an event is missing
	Evicted  int // partials, held matches and keys that were dropped to keep a bound
}

// Machine finds the events of one sequence. It is not safe for concurrent
// use.
type Machine struct {
	plan
	keep     func(ev event.Event) event.Fields
	bound    int
	trace    trace
	original bool

	opener *Opener // what begins the series; nil for the machine itself
	seat   int     // of the machine in it

	groups  map[string]*group
	live    partials // in the order in which they came
	absent  absences
	waiting []int // partials by the stage that they wait behind
	order   uint64
	evicted int

	refs []event.Fields
	now  moment
	load *loading[*partial] // nil unless a state is read
	emit func(Match)
}

// moment is the event at hand.
type moment struct {
	f    *field.Frame
	ev   event.Event
	kept *Kept // nil until something holds on to the event
}

// Concerns reports whether the event that f holds meets a step, or the part of
// a step's condition that refers to no other event. The first step of a member
// of an opener is the opener's.
func (m *Machine) Concerns(f *field.Frame) bool {
	if m.opener == nil || m.Reopens() {
		return concerns(m.items, f)
	}
	first := m.stages[0].item
	return concerns(m.items[:first], f) || concerns(m.items[first+1:], f)
}

// opened reports whether series may wait in an opener.
func (m *Machine) opened() bool { return m.opener != nil && m.opener.live.n > 0 }

// Step takes the next event, which f holds, and calls emit for each match that
// it completes or, by its time, proves. Events come in the order of their
// times, and of their tie-breakers where these are equal. Matches that are
// complete at the same event come in ascending order of their keys. The
// machine keeps nothing of f and ev but what Keep returned.
func (m *Machine) Step(f *field.Frame, ev event.Event, emit func(Match)) {
	if len(m.stages) == 0 {
		return
	}
	m.order = f.Number
	m.now = moment{f: f, ev: ev}
	m.emit = emit
	m.pass(ev.Time)
	m.trace.sight(m.items, f, m.order, ev)
	if m.original {
		m.ended()
	}
	for k := len(m.stages) - 1; k > 0; k-- {
		if (m.waiting[k-1] > 0 || k == 1 && m.opened()) && m.hit(m.stages[k].item) {
			m.advance(k)
		}
	}
	if m.opener == nil && m.hit(m.stages[0].item) {
		m.start()
	}
	m.observeAbsent()
	if !m.original {
		m.ended()
	}
	for i := range m.items {
		m.items[i].release()
	}
	m.now, m.emit = moment{}, nil
}

// hit reports whether the event at hand meets an item.
func (m *Machine) hit(i int) bool { return m.items[i].hit(m.now.f, m.order) }

// keys returns how many join keys the event at hand has for an item.
func (m *Machine) keys(it *item) int { return it.keys(m.now.f, m.order) }

// Advance tells that no event before watermark will come: what can no longer
// be completed is forgotten, and emit is called for each match that is now
// proven.
func (m *Machine) Advance(watermark time.Time, emit func(Match)) {
	m.emit = emit
	m.pass(watermark)
	m.emit = nil
}

// Stats returns what the machine holds.
func (m *Machine) Stats() Stats {
	st := Stats{Partials: m.live.n, Keys: len(m.groups), Held: m.absent.n, Evicted: m.evicted}
	if m.opener != nil {
		st.Partials += m.opener.held(m.seat)
	}
	for i := range m.items {
		st.Evicted += m.items[i].cut
	}
	return st
}

// pass lets the time pass: no event before now will come.
func (m *Machine) pass(now time.Time) {
	if m.maxspan <= 0 {
		return
	}
	for p := m.live.oldest; p != nil && m.tooLate(p, now); p = m.live.oldest {
		m.tell(Expired, p)
		m.drop(p)
	}
	m.release(now.UnixMilli())
	m.forgetMarks(now.UnixMilli())
}

// tooLate reports whether an event at t is beyond the span of p.
func (m *Machine) tooLate(p *partial, t time.Time) bool {
	return m.maxspan > 0 && t.Sub(p.events[0].Time) > m.maxspan
}

// start makes the event at hand the first of new partials.
func (m *Machine) start() {
	it := &m.items[m.stages[0].item]
	for i := range m.keys(it) {
		g := m.group(it.key(i), it, i)
		p := &partial{group: g}
		p.events = append(p.few[:0], m.kept())
		p.lead, p.led = g.before(m.now.ev.Time.UnixMilli())
		m.tell(Begun, p)
		m.arrive(p)
	}
}

// advance moves the partials that wait for stage k, as far as the event at
// hand has their key and meets the stage.
func (m *Machine) advance(k int) {
	it := &m.items[m.stages[k].item]
	for i := range m.keys(it) {
		p := m.waits(it.key(i), k)
		if p == nil {
			continue
		}
		m.pastAbsences(p)
		m.live.grow(p, m.kept())
		p.stage = k
		m.tell(Moved, p)
		m.arrive(p)
	}
}

// waits returns the partial of a key that the event at hand brings to stage k,
// taken out of where it waited, or a copy of one that stays; nil if there is
// none.
func (m *Machine) waits(key []byte, k int) *partial {
	if k == 1 && m.opener != nil {
		return m.begun(key)
	}
	g := m.groups[string(key)]
	if g == nil {
		return nil
	}
	p := m.candidate(g, k)
	switch {
	case p == nil:
		return nil
	case m.tooLate(p, m.now.ev.Time):
		m.tell(Expired, p)
		m.drop(p)
		return nil
	case m.stages[k].fork:
		return m.fork(p)
	}
	m.unlink(p)
	return p
}

// begun returns a partial of the key's opening.
func (m *Machine) begun(key []byte) *partial {
	op := m.opener.take(key, m.seat, !m.stages[1].fork)
	if op == nil || m.maxspan > 0 && m.now.ev.Time.Sub(op.kept.Time) > m.maxspan {
		return nil
	}
	g := m.groups[op.key]
	if g == nil {
		g = m.newGroup(op.key, op.values())
	}
	p := &partial{group: g}
	p.events = append(p.few[:0], op.kept)
	return p
}

// candidate returns the newest partial of the group that the event at hand
// can bring to stage k; nil if there is none.
func (m *Machine) candidate(g *group, k int) *partial {
	p := g.slots[k-1]
	refers := m.items[m.stages[k].item].refers
	if refers == nil {
		return p
	}
	for p != nil && !m.accepts(refers, p) {
		p = p.older
	}
	return p
}

// accepts reports whether a condition holds that refers to the events of a
// partial.
func (m *Machine) accepts(refers expr.Cond, p *partial) bool {
	f := m.now.f
	saved := f.Refs
	defer func() { f.Refs = saved }()
	f.Refs = m.refs
	clear(m.refs)
	for j, e := range p.events {
		m.refs[m.items[m.stages[j].item].step] = e.Fields
	}
	return holds(refers, f)
}

// arrive puts a partial behind its stage, or completes it.
func (m *Machine) arrive(p *partial) {
	if p.stage == len(m.stages)-1 {
		m.live.remove(p)
		m.complete(p)
		m.prune(p.group)
		return
	}
	g := p.group
	if m.stages[p.stage].single {
		for old := g.slots[p.stage]; old != nil; old = g.slots[p.stage] {
			m.tell(Replaced, old)
			m.unlink(old)
			m.live.remove(old)
		}
	}
	m.link(p)
	m.live.add(p)
	if m.live.n > m.bound {
		m.evicted++
		m.tell(Evicted, m.live.oldest)
		m.drop(m.live.oldest)
	}
}

// ended takes the event at hand as one of until.
func (m *Machine) ended() {
	if m.until >= 0 && (m.live.n > 0 || m.opener != nil) && m.hit(m.until) {
		m.end()
	}
}

// end drops the partials of the keys that the event at hand, one of until,
// has. If it refers to earlier events, those that it accepts.
func (m *Machine) end() {
	it := &m.items[m.until]
	for i := range m.keys(it) {
		if m.opener != nil {
			m.opener.end(it.key(i), m.seat, m.order)
		}
		g := m.groups[string(it.key(i))]
		if g == nil {
			continue
		}
		for k := range g.slots {
			var older *partial
			for p := g.slots[k]; p != nil; p = older {
				older = p.older
				if !m.concerns(it, p) {
					continue
				}
				m.tell(Ended, p)
				m.unlink(p)
				m.live.remove(p)
			}
		}
		m.prune(g)
	}
}

// found emits a match.
func (m *Machine) found(p *partial) {
	m.tell(Found, p)
	events := make([]*Kept, len(m.layout))
	for i, k := range m.layout {
		if k >= 0 {
			events[i] = p.events[k]
		}
	}
	m.emit(Match{Events: events, Keys: p.group.vals})
}

// kept returns a copy of the event at hand, the same for all that hold on to
// it.
func (m *Machine) kept() *Kept {
	if m.now.kept == nil {
		m.now.kept = keptOf(m.now.ev, m.keep, m.order)
	}
	return m.now.kept
}

func keptOf(ev event.Event, keep func(event.Event) event.Fields, order uint64) *Kept {
	k := &Kept{Time: ev.Time, ID: ev.ID, Fields: ev.Fields, Order: order}
	if keep != nil {
		k.ID, k.Fields = strings.Clone(ev.ID), keep(ev)
	}
	return k
}

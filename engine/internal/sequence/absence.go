package sequence

import (
	"container/heap"
	"container/list"
	"math"
)

// marks are the times of a key's latest events of leading negated steps. Two
// are enough: events come in order, and one that is as late as the first event
// of a sequence does not count, but the one before it does.
type marks struct {
	latest, earlier int64
	marked, twice   bool
	at              *list.Element
}

// before returns the latest time before t.
func (k *marks) before(t int64) (int64, bool) {
	if k.marked && k.latest < t {
		return k.latest, true
	}
	return k.earlier, k.twice
}

// candidate is a sequence that is complete, and waits for proof that no event
// of a trailing negated step follows.
type candidate struct {
	*partial
	last     int64 // the time of its last event
	deadline int64 // an event up to then refutes it
	number   uint64
	done     bool // decided, and to be thrown away
}

// absences is what a machine knows for negated steps beside its partials.
type absences struct {
	marked list.List // groups, by the time of their latest mark
	queue  candidates
	number uint64
	n      int // candidates that are not decided
	bytes  int
}

// await counts a candidate that is not decided, decide one that is.
func (a *absences) await(c *candidate) {
	a.n++
	a.bytes += candidateSize + c.size()
}

func (a *absences) decide(c *candidate) {
	c.done = true
	a.n--
	a.bytes -= candidateSize + c.size()
}

// candidates is a heap: the one that is decided first on top.
type candidates struct {
	list  []*candidate
	batch bool // in the order of completion instead
}

func (q *candidates) Len() int      { return len(q.list) }
func (q *candidates) Swap(i, j int) { q.list[i], q.list[j] = q.list[j], q.list[i] }
func (q *candidates) Push(x any)    { q.list = append(q.list, x.(*candidate)) }
func (q *candidates) Less(i, j int) bool {
	a, b := q.list[i], q.list[j]
	if !q.batch && a.deadline != b.deadline {
		return a.deadline < b.deadline
	}
	return a.number < b.number
}
func (q *candidates) Pop() any {
	last := len(q.list) - 1
	c := q.list[last]
	q.list[last] = nil
	q.list = q.list[:last]
	return c
}

// pastAbsences notes, for a partial that is about to take the event at hand,
// whether an event of a negated step lies between that and its last one.
func (m *Machine) pastAbsences(p *partial) {
	if p.barred && p.barrier < m.now.ev.Time.UnixMilli() {
		p.void = true
	}
	p.barred = false
}

// complete decides on a sequence whose events are all there, or holds it.
func (m *Machine) complete(p *partial) {
	if p.void {
		m.tell(Barred, p)
		return
	}
	span := m.maxspan.Milliseconds()
	first, last := p.events[0].Time.UnixMilli(), p.events[len(p.events)-1].Time.UnixMilli()
	switch {
	case len(m.leads) > 0 && (!p.led || last-p.lead > span):
		m.decided(p)
	case len(m.leads) > 0 && len(m.trails) == 0: // an event is there that must not be
		m.tell(Led, p)
	case len(m.leads) > 0:
		m.hold(p, last, p.lead+span)
	case len(m.trails) > 0:
		m.hold(p, last, first+span)
	default:
		m.found(p)
	}
}

// decided emits a match that needs no proof. In a batch it may have to wait
// for its turn.
func (m *Machine) decided(p *partial) {
	if !m.absent.queue.batch || m.absent.queue.Len() == 0 {
		m.found(p)
		return
	}
	m.hold(p, p.events[len(p.events)-1].Time.UnixMilli(), past)
}

// past is a deadline that has passed.
const past = math.MinInt64

func (m *Machine) hold(p *partial, last, deadline int64) {
	a := &m.absent
	a.number++
	m.tell(Awaited, p)
	c := &candidate{partial: p, last: last, deadline: deadline, number: a.number}
	heap.Push(&a.queue, c)
	a.await(c)
	p.group.held = append(p.group.held, c)
	if a.queue.Len() > m.bound {
		c := heap.Pop(&a.queue).(*candidate)
		if !c.done {
			m.evicted++
			m.tell(Evicted, c.partial)
			m.settle(c)
		}
	}
}

// release emits the candidates that no event from now on, in milliseconds, can
// refute.
func (m *Machine) release(now int64) {
	q := &m.absent.queue
	for q.Len() > 0 {
		c := q.list[0]
		if !c.done && c.deadline >= now {
			return
		}
		heap.Pop(q)
		if !c.done {
			m.settle(c)
			m.found(c.partial)
		}
	}
}

// settle forgets a candidate that is no longer held.
func (m *Machine) settle(c *candidate) {
	m.absent.decide(c)
	g := c.group
	for len(g.held) > 0 && g.held[0].done {
		g.held[0] = nil
		g.held = g.held[1:]
	}
	m.prune(g)
}

// observeAbsent takes the event at hand as one of the negated steps.
func (m *Machine) observeAbsent() {
	for k, gap := range m.gaps {
		for _, i := range gap {
			if m.waiting[k] > 0 && m.hit(i) {
				m.bar(k, &m.items[i])
			}
		}
	}
	for _, i := range m.leads {
		if m.hit(i) {
			m.mark(&m.items[i])
		}
	}
	for _, i := range m.trails {
		if m.absent.n > 0 && m.hit(i) {
			m.refute(&m.items[i])
		}
	}
}

// bar notes the event at hand for the partials behind stage k.
func (m *Machine) bar(k int, it *item) {
	t := m.now.ev.Time.UnixMilli()
	for i := range m.keys(it) {
		g := m.groups[string(it.key(i))]
		if g == nil {
			continue
		}
		for p := g.slots[k]; p != nil; p = p.older {
			if !p.barred && p.events[k].Time.UnixMilli() < t && m.concerns(it, p) {
				p.barred, p.barrier = true, t
			}
		}
	}
}

// concerns reports whether an event of a step concerns a partial: any of its
// key, unless the step refers to earlier events.
func (m *Machine) concerns(it *item, p *partial) bool {
	return it.refers == nil || m.accepts(it.refers, p)
}

// mark notes the event at hand for sequences that begin after it.
func (m *Machine) mark(it *item) {
	t := m.now.ev.Time.UnixMilli()
	marked := &m.absent.marked
	for i := range m.keys(it) {
		g := m.group(it.key(i), it, i)
		switch {
		case !g.marked:
			g.latest, g.marked = t, true
			g.at = marked.PushBack(g)
		case g.latest < t:
			g.earlier, g.twice, g.latest = g.latest, true, t
			marked.MoveToBack(g.at)
		}
	}
	for marked.Len() > m.bound {
		m.evicted++
		m.unmark(marked.Front().Value.(*group))
	}
}

// forgetMarks forgets the marks that are too old to count for a sequence that
// is complete at now, in milliseconds, or later.
func (m *Machine) forgetMarks(now int64) {
	marked := &m.absent.marked
	for marked.Len() > 0 {
		g := marked.Front().Value.(*group)
		if now-g.latest <= m.maxspan.Milliseconds() {
			return
		}
		m.unmark(g)
	}
}

func (m *Machine) unmark(g *group) {
	m.absent.marked.Remove(g.at)
	g.marks = marks{}
	m.prune(g)
}

// refute rejects the held candidates that the event at hand comes behind.
func (m *Machine) refute(it *item) {
	t := m.now.ev.Time.UnixMilli()
	for i := range m.keys(it) {
		g := m.groups[string(it.key(i))]
		if g == nil {
			continue
		}
		n := 0
		var spared []*candidate
		for ; n < len(g.held) && g.held[n].last < t; n++ {
			c := g.held[n]
			switch {
			case c.done || c.deadline < t:
			case !m.concerns(it, c.partial):
				spared = append(spared, c)
			default:
				m.tell(Refuted, c.partial)
				m.absent.decide(c)
			}
			g.held[n] = nil
		}
		if g.held = g.held[n:]; spared != nil {
			g.held = append(spared, g.held...)
		}
		m.prune(g)
	}
}

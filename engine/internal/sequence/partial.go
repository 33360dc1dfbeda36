package sequence

import "github.com/spoor-lang/spoor/engine/event"

// group is the state of one join key. A group without any is removed.
type group struct {
	key  string
	vals []event.Value
	// slots hold, for each stage but the last, the newest partial that has
	// come so far.
	slots []*partial
	n     int // partials in the slots
	marks
	held []*candidate // in the order in which they were complete

	few [usualSteps - 1]*partial // the slots, where these are enough
}

// usualSteps is how many steps most sequences have at most; these need no
// memory beyond a partial and a group for their series.
const usualSteps = 3

// partial is a series of events that waits for the next one.
type partial struct {
	group  *group
	events []*Kept
	stage  int      // of the last event
	older  *partial // in the same slot

	prev, next *partial // among all, in the order in which they came

	// lead is the time of the last event of a leading negated step before
	// the first event, if there was one.
	lead int64
	led  bool
	// barrier is the time of the first event of a negated step since the
	// last event, if there was one.
	barrier int64
	barred  bool
	// void tells that an event lay where it must not.
	void bool

	few [usualSteps]*Kept // the events, where these are enough
}

// maxCandidates bounds the partials of one key and stage that later
// conditions choose from. Such keys are often empty: the events of a host's
// first step all compete. An hour's worth of a rare event, a few seconds of a
// frequent one.
const maxCandidates = 64

// group returns the state of a key, the i-th of an item, new if there was
// none.
func (m *Machine) group(key []byte, it *item, i int) *group {
	if g := m.groups[string(key)]; g != nil {
		return g
	}
	return m.newGroup(string(key), it.tuple(i))
}

func (m *Machine) newGroup(key string, vals []event.Value) *group {
	g := &group{key: key, vals: vals}
	if n := len(m.stages) - 1; n <= len(g.few) {
		g.slots = g.few[:n]
	} else {
		g.slots = make([]*partial, n)
	}
	m.groups[g.key] = g
	return g
}

// prune removes a group that has no state left.
func (m *Machine) prune(g *group) {
	if g.n == 0 && !g.marked && len(g.held) == 0 {
		delete(m.groups, g.key)
	}
}

// drop forgets a partial.
func (m *Machine) drop(p *partial) {
	m.unlink(p)
	m.live.remove(p)
	m.prune(p.group)
}

// fork returns a copy of a partial that stays.
func (m *Machine) fork(p *partial) *partial {
	c := *p
	c.events = append(c.few[:0], p.events...)
	c.prev, c.next, c.older = nil, nil, nil
	m.live.insert(&c, p)
	return &c
}

// link puts a partial on top of the slot of its stage.
func (m *Machine) link(p *partial) {
	g := p.group
	p.older = g.slots[p.stage]
	g.slots[p.stage] = p
	g.n++
	m.waiting[p.stage]++
	if m.stages[p.stage].single {
		return
	}
	n := 0
	for q := p; q != nil; q = q.older {
		if n++; n > maxCandidates {
			m.evicted++
			m.tell(Evicted, q)
			m.unlink(q)
			m.live.remove(q)
			return
		}
	}
}

// unlink takes a partial out of the slot of its stage.
func (m *Machine) unlink(p *partial) {
	g := p.group
	for at := &g.slots[p.stage]; *at != nil; at = &(*at).older {
		if *at == p {
			*at = p.older
			p.older = nil
			g.n--
			m.waiting[p.stage]--
			return
		}
	}
}

// partials are all partials of a machine, in the order in which they came, which
// is that of their first events unless an opener has these.
type partials struct {
	oldest, newest *partial
	n, bytes       int
}

// grow adds an event to a partial.
func (l *partials) grow(p *partial, k *Kept) {
	if l.has(p) {
		l.bytes += k.size()
	}
	p.events = append(p.events, k)
}

func (l *partials) has(p *partial) bool { return p.prev != nil || l.oldest == p }

// add puts p behind the others, unless it is among them.
func (l *partials) add(p *partial) {
	if !l.has(p) {
		l.insert(p, l.newest)
	}
}

// insert puts p behind q; a nil q is the front.
func (l *partials) insert(p, q *partial) {
	p.prev = q
	if q == nil {
		p.next, l.oldest = l.oldest, p
	} else {
		p.next, q.next = q.next, p
	}
	if p.next == nil {
		l.newest = p
	} else {
		p.next.prev = p
	}
	l.n++
	l.bytes += p.size()
}

// remove takes p out; nothing happens if it is not in.
func (l *partials) remove(p *partial) {
	if !l.has(p) {
		return
	}
	if p.prev == nil {
		l.oldest = p.next
	} else {
		p.prev.next = p.next
	}
	if p.next == nil {
		l.newest = p.prev
	} else {
		p.next.prev = p.prev
	}
	p.prev, p.next = nil, nil
	l.n--
	l.bytes -= p.size()
}

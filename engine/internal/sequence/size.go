package sequence

import (
	"container/heap"
	"time"
)

// Sizer is a Fields that knows how many bytes it takes, about.
type Sizer interface{ Size() int }

// What the parts of a state take in memory, about: their fields, their places in
// maps and lists, and what the allocator rounds up.
const (
	keptSize      = 64
	partialSize   = 144
	groupSize     = 256
	openingSize   = 144
	candidateSize = 64
)

// size returns what an event that is held takes.
func (k *Kept) size() int {
	n := keptSize + len(k.ID)
	if s, ok := k.Fields.(Sizer); ok {
		n += s.Size()
	}
	return n
}

func sizeOf(events []*Kept) int {
	n := 0
	for _, k := range events {
		if k != nil {
			n += k.size()
		}
	}
	return n
}

func (p *partial) size() int { return partialSize + sizeOf(p.events) }

func (op *opening) weigh() int32 {
	return int32(min(openingSize+2*len(op.key)+len(op.vals)*valueSize+op.kept.size(), maxSize))
}

// maxSize is the size of an event from which on it makes no difference.
const maxSize = 1 << 30

// valueSize is what an event.Value takes without its content.
const valueSize = 24

// Bytes returns what the machine holds itself takes, about.
func (m *Machine) Bytes() int {
	return m.live.bytes + m.absent.bytes + len(m.groups)*groupSize
}

// Share returns the machine's share of what an opener holds takes.
func (m *Machine) Share() int {
	if m.opener == nil {
		return 0
	}
	return m.opener.bytes / max(m.opener.joined, 1)
}

// Bytes is [Machine.Bytes].
func (o *Opener) Bytes() int { return o.bytes }

// Bytes is [Machine.Bytes].
func (m *Sampler) Bytes() int { return m.bytes + len(m.groups)*groupSize }

// Bytes is [Machine.Bytes].
func (j *Joiner) Bytes() int { return j.bytes + len(j.rows)*groupSize }

// Evict drops the n oldest of what the machine holds, and counts them: of the
// series first, then of those that wait for proof, and of the marks.
func (m *Machine) Evict(n int) {
	for ; n > 0; n-- {
		switch q := &m.absent.queue; {
		case m.live.n > 0:
			m.tell(Evicted, m.live.oldest)
			m.drop(m.live.oldest)
		case q.Len() > 0:
			c := heap.Pop(q).(*candidate)
			if c.done {
				continue
			}
			m.tell(Evicted, c.partial)
			m.settle(c)
		case m.absent.marked.Len() > 0:
			m.unmark(m.absent.marked.Front().Value.(*group))
		default:
			return
		}
		m.evicted++
	}
}

// Evict drops the n oldest openings, and counts them for the members.
func (o *Opener) Evict(n int) {
	for ; n > 0 && o.live.n > 0; n-- {
		o.evicted(1, o.live.oldest)
		o.drop(o.live.oldest)
	}
}

// Oldest returns the time of the first opening; the zero time for none.
func (o *Opener) Oldest() time.Time {
	if o.live.oldest == nil {
		return time.Time{}
	}
	return o.live.oldest.kept.Time
}

// Held returns how many openings there are.
func (o *Opener) Held() int { return o.live.n }

// Evict drops the n keys that have seen no event for the longest time.
func (m *Sampler) Evict(n int) {
	for ; n > 0 && m.recent.Len() > 0; n-- {
		g := m.recent.Front().Value.(*sampleGroup)
		m.evicted++
		m.tell(Evicted, g, 0, nil)
		m.forget(g)
	}
}

// Evict drops the n oldest rows.
func (j *Joiner) Evict(n int) {
	for ; n > 0 && j.oldest.Len() > 0; n-- {
		j.evicted++
		j.drop(j.oldest.Front().Value.(*joinRow))
	}
}

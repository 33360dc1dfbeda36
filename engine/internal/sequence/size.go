package sequence

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

func (op *opening) size() int {
	return openingSize + 2*len(op.key) + len(op.vals)*valueSize + op.kept.size()
}

// valueSize is what an event.Value takes without its content.
const valueSize = 24

// Bytes returns what the machine holds takes, about, its share of an opener
// included.
func (m *Machine) Bytes() int {
	n := m.live.bytes + m.absent.bytes + len(m.groups)*groupSize
	if m.opener != nil {
		n += m.opener.bytes / max(m.opener.joined, 1)
	}
	return n
}

// Bytes is [Machine.Bytes].
func (m *Sampler) Bytes() int { return m.bytes + len(m.groups)*groupSize }

// Bytes is [Machine.Bytes].
func (j *Joiner) Bytes() int { return j.bytes + len(j.rows)*groupSize }

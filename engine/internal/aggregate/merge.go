package aggregate

import "math"

// Merger is an Accumulator that can go on where another one has stopped.
type Merger interface {
	Accumulator
	// Merge takes in what an accumulator of the same function has gathered, as
	// if its values were added now, in their order; the other is not changed.
	// It reports false, and this one is then good for nothing, where that
	// cannot be told from what was gathered.
	Merge(next Accumulator) bool
}

// Merge goes on with what another count has counted.
func (c *count) Merge(next Accumulator) bool {
	c.n += next.(*count).n
	return true
}

func (t *tally) tallied() *tally { return t }

// Merge goes on with what another tally has tallied. Beyond the bound it drops, and
// reports false, since whichever came first would have been kept.
func (t *tally) Merge(next Accumulator) bool {
	o := next.(interface{ tallied() *tally }).tallied()
	whole := t.dropped+o.dropped == 0 && len(t.seen)+len(o.seen) <= maxDistinct
	if t.seen == nil {
		t.seen = make(map[string]int, len(o.seen))
	}
	t.dropped += o.dropped
	for s, n := range o.seen {
		if t.seen[s] == 0 && len(t.seen) >= maxDistinct {
			t.dropped += n
			continue
		}
		t.seen[s] += n
	}
	return whole
}

// Merge goes on with what another mode has counted: what it met first comes
// behind what this one did.
func (m *mode) Merge(next Accumulator) bool {
	o := next.(*mode)
	for _, v := range o.order {
		if _, known := m.seen[v.Text()]; !known {
			m.order = append(m.order, v)
		}
	}
	m.places = nil
	ok := m.tally.Merge(o)
	m.best, m.most = 0, 0
	for i, v := range m.order {
		if n := m.seen[v.Text()]; n > m.most {
			m.best, m.most = i, n
		}
	}
	return ok
}

// Merge goes on with another list.
func (l *list) Merge(next Accumulator) bool {
	o := next.(*list).all
	l.all = append(l.all, o[:min(len(o), maxList-len(l.all))]...)
	return true
}

func (s *sum) summed() *sum { return s }

// Merge goes on with another sum. That of fractions depends on the order in which
// they are added, and cannot be taken up in the middle.
func (s *sum) Merge(next Accumulator) bool {
	o := next.(interface{ summed() *sum }).summed()
	s.n += o.n
	s.total += o.total
	s.rounded = s.rounded || o.rounded || !exactly(s.total)
	return !s.rounded
}

// exactly reports whether a number is an integer that was added up without
// rounding.
func exactly(f float64) bool { return f == math.Trunc(f) && math.Abs(f) < exact }

// Merge goes on with another least value.
func (l *lowest) Merge(next Accumulator) bool {
	l.take(next.(*lowest).v)
	return true
}

// Merge goes on with another greatest value.
func (h *highest) Merge(next Accumulator) bool {
	h.take(next.(*highest).v)
	return true
}

// Merge goes on with another range.
func (s *span) Merge(next Accumulator) bool {
	o := next.(*span)
	if s.n == 0 {
		s.low, s.high = o.low, o.high
	} else if o.n > 0 {
		s.low, s.high = min(s.low, o.low), max(s.high, o.high)
	}
	s.n += o.n
	return true
}

// Merge goes on with the first value of later rows.
func (f *first) Merge(next Accumulator) bool {
	if f.v.IsNull() {
		f.v = next.(*first).v
	}
	return true
}

// Merge goes on with the last value of later rows.
func (l *last) Merge(next Accumulator) bool {
	if o := next.(*last).v; !o.IsNull() {
		l.v = o
	}
	return true
}

// Merge goes on with other bounds.
func (b *bounds) Merge(next Accumulator) bool {
	o := next.(*bounds)
	switch {
	case !o.seen:
		return true
	case math.IsNaN(o.lowAt) || math.IsNaN(o.highAt) || b.seen && (math.IsNaN(b.lowAt) || math.IsNaN(b.highAt)):
		return false
	case !b.seen:
		pick := b.pick
		*b = *o
		b.pick = pick
		return true
	}
	if o.lowAt <= b.lowAt {
		b.low, b.lowAt = o.low, o.lowAt
	}
	if o.highAt > b.highAt {
		b.high, b.highAt = o.high, o.highAt
	}
	return true
}

package sequence

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/engine/internal/state"
)

// Save is [Machine.Save].
func (m *Sampler) Save(c Codec, record func(key string, write func(*state.Writer))) {
	places := map[*sampleGroup]place{}
	at := place{at: math.MinInt64}
	for e := m.recent.Front(); e != nil; e = e.Next() {
		g := e.Value.(*sampleGroup)
		at = at.after(g.last.UnixNano())
		places[g] = at
	}
	for _, key := range slices.Sorted(maps.Keys(m.groups)) {
		g := m.groups[key]
		record(key, func(to *state.Writer) {
			w := &writer{to, c, map[uint64]uint64{}}
			w.place(places[g])
			w.Values(g.vals)
			w.Time(g.last)
			w.Count(g.found)
			w.Count(len(g.lists))
			for _, l := range g.lists {
				w.events(l)
			}
		})
	}
}

// SaveShared is [Machine.SaveShared].
func (m *Sampler) SaveShared(w *state.Writer, _ Codec) {
	w.Uint(m.number)
	w.Count(m.Stats().Evicted)
}

// LoadShared is [Machine.LoadShared].
func (m *Sampler) LoadShared(r *state.Reader, _ Codec) {
	m.number = r.Uint()
	m.evicted = r.Number()
}

// LoadKey is [Machine.LoadKey].
func (m *Sampler) LoadKey(key string, from *state.Reader, c Codec) {
	if m.groups[key] != nil || len(m.items) == 0 {
		from.Fail("expected each key once")
		return
	}
	if m.load == nil {
		m.load = &loading[*sampleGroup]{}
	}
	r := m.load.reader(from, c)
	at := r.place()
	g := &sampleGroup{key: key, vals: r.Values(), last: r.Time(), found: r.Number()}
	for range r.Count() {
		l := r.events()
		g.lists = append(g.lists, l[max(0, len(l)-m.room):])
	}
	if len(g.vals) != len(m.items[0].by) || g.lists != nil && len(g.lists) != len(m.items) {
		r.Fail("expected a list of events for each step, and a value for each join key")
		return
	}
	m.groups[key] = g
	if g.lists != nil {
		m.open++
	}
	for _, l := range g.lists {
		m.bytes += sizeOf(l)
	}
	m.load.placed = append(m.load.placed, placed[*sampleGroup]{at, g})
}

// Loaded is [Machine.Loaded].
func (m *Sampler) Loaded() {
	if m.load == nil {
		return
	}
	for _, p := range inOrder(m.load.placed) {
		p.what.at = m.recent.PushBack(p.what)
	}
	m.load = nil
	for len(m.groups) > m.options.MaxKeys {
		m.evicted++
		m.forget(m.recent.Front().Value.(*sampleGroup))
	}
}

// Oldest is [Machine.Oldest].
func (m *Sampler) Oldest() time.Time {
	var t time.Time
	for _, g := range m.groups {
		for _, l := range g.lists {
			if len(l) > 0 {
				t = earlier(t, l[0].Time)
			}
		}
	}
	return t
}

// Save is [Machine.Save].
func (j *Joiner) Save(c Codec, record func(key string, write func(*state.Writer))) {
	places := map[*joinRow]place{}
	at := place{at: math.MinInt64}
	for e := j.oldest.Front(); e != nil; e = e.Next() {
		r := e.Value.(*joinRow)
		at = at.after(int64(r.first().Order))
		places[r] = at
	}
	for _, key := range slices.Sorted(maps.Keys(j.rows)) {
		row := j.rows[key]
		record(key, func(to *state.Writer) {
			w := &writer{to, c, map[uint64]uint64{}}
			w.place(places[row])
			w.Values(row.vals)
			w.events(row.cells)
		})
	}
}

// first returns the event that the row began with.
func (r *joinRow) first() *Kept {
	var first *Kept
	for _, k := range r.cells {
		if k != nil && (first == nil || k.Order < first.Order) {
			first = k
		}
	}
	return first
}

// SaveShared is [Machine.SaveShared].
func (j *Joiner) SaveShared(w *state.Writer, _ Codec) {
	w.Uint(j.number)
	w.Count(j.Stats().Evicted)
}

// LoadShared is [Machine.LoadShared].
func (j *Joiner) LoadShared(r *state.Reader, _ Codec) {
	j.number = r.Uint()
	j.evicted = r.Number()
}

// LoadKey is [Machine.LoadKey].
func (j *Joiner) LoadKey(key string, from *state.Reader, c Codec) {
	if j.rows[key] != nil || len(j.items) == 0 {
		from.Fail("expected each key once")
		return
	}
	if j.load == nil {
		j.load = &loading[*joinRow]{}
	}
	r := j.load.reader(from, c)
	at := r.place()
	row := &joinRow{key: key, vals: r.Values()}
	for range r.Count() {
		k := r.event()
		if k != nil {
			row.filled++
		}
		row.cells = append(row.cells, k)
		j.bytes += sizeOf(row.cells[len(row.cells)-1:])
	}
	if len(row.vals) != len(j.items[0].by) || len(row.cells) != j.steps() || row.filled == 0 || row.filled == len(row.cells) {
		r.Fail("expected a row that lacks an event, and a value for each join key")
		return
	}
	j.rows[key] = row
	j.load.placed = append(j.load.placed, placed[*joinRow]{at, row})
}

// Loaded is [Machine.Loaded].
func (j *Joiner) Loaded() {
	if j.load == nil {
		return
	}
	for _, p := range inOrder(j.load.placed) {
		p.what.at = j.oldest.PushBack(p.what)
	}
	j.load = nil
	for len(j.rows) > j.bound {
		j.evicted++
		j.drop(j.oldest.Front().Value.(*joinRow))
	}
}

// Oldest is [Machine.Oldest].
func (j *Joiner) Oldest() time.Time {
	if e := j.oldest.Front(); e != nil {
		return e.Value.(*joinRow).first().Time
	}
	return time.Time{}
}

package aggregate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
)

var (
	_ = register(plain[count], "count", "c")
	_ = register(plain[distinct], "dc", "distinct_count", "estdc")
	_ = register(plain[estimateError], "estdc_error")
	_ = register(plain[values], "values")
	_ = register(plain[list], "list")
	_ = register(plain[mode], "mode")
)

// maxDistinct bounds the distinct values that one group remembers. A million
// texts are some hundred megabytes, which is more than a figure is worth.
const maxDistinct = 1 << 20

// maxList is how many values list() keeps: the documented default.
const maxList = 100

// count counts values.
type count struct{ n int64 }

func (c *count) Add(v event.Value, _ float64) { c.n += int64(v.Len()) }
func (c *count) Remove(v event.Value)         { c.n -= int64(v.Len()) }
func (c *count) Result() event.Value          { return event.OfInt(c.n) }

// tally counts how often each text occurs.
type tally struct {
	seen    map[string]int
	dropped int
}

func (t *tally) add(v event.Value) (first bool) {
	if t.seen == nil {
		t.seen = map[string]int{}
	}
	s := v.Text()
	n, ok := t.seen[s]
	if !ok && len(t.seen) >= maxDistinct {
		t.dropped++
		return false
	}
	t.seen[s] = n + 1
	return !ok
}

func (t *tally) remove(v event.Value) (last bool) {
	s := v.Text()
	if n := t.seen[s]; n > 1 {
		t.seen[s] = n - 1
		return false
	}
	delete(t.seen, s)
	return true
}

func (t *tally) Dropped() int { return t.dropped }

// distinct counts distinct texts.
type distinct struct{ tally }

func (d *distinct) Add(v event.Value, _ float64) {
	for i := range v.Len() {
		d.add(v.At(i))
	}
}

func (d *distinct) Remove(v event.Value) {
	for i := range v.Len() {
		d.remove(v.At(i))
	}
}

func (d *distinct) Result() event.Value { return event.OfInt(int64(len(d.seen))) }

// estimateError is how far estdc is off: it counts exactly here.
type estimateError struct{}

func (*estimateError) Add(event.Value, float64) {}
func (*estimateError) Result() event.Value      { return event.OfInt(0) }

// values gathers the distinct values, in the order of their bytes.
type values struct {
	tally
	asked  bool     // for a figure
	sorted []string // from the second figure on: those of that one
	fresh  []string // that came since
}

// maxFresh is how many values come between two figures so that merging them pays.
const maxFresh = 1000

func (a *values) Add(v event.Value, _ float64) {
	for i := range v.Len() {
		if e := v.At(i); a.add(e) && a.sorted != nil {
			a.fresh = append(a.fresh, e.Text())
		}
	}
	if len(a.fresh) > maxFresh {
		a.sorted, a.fresh = nil, nil
	}
}

func (a *values) Remove(v event.Value) {
	for i := range v.Len() {
		e := v.At(i)
		if a.remove(e) && a.sorted != nil {
			a.forget(e.Text())
		}
	}
}

func (a *values) forget(s string) {
	if i, ok := slices.BinarySearch(a.sorted, s); ok {
		a.sorted = slices.Delete(a.sorted, i, i+1)
	} else if i := slices.Index(a.fresh, s); i >= 0 {
		a.fresh = slices.Delete(a.fresh, i, i+1)
	}
}

// Merge goes on with other values.
func (a *values) Merge(next Accumulator) bool {
	a.sorted, a.fresh = nil, nil
	return a.tally.Merge(next)
}

func (a *values) Result() event.Value {
	switch {
	case a.sorted == nil:
		texts := make([]string, 0, len(a.seen))
		for s := range a.seen {
			texts = append(texts, s)
		}
		slices.Sort(texts)
		if !a.asked { // the only figure, most likely
			a.asked = true
			return Multi(texts)
		}
		a.sorted = texts
	case len(a.fresh) > 0:
		for _, s := range a.fresh {
			i, _ := slices.BinarySearch(a.sorted, s)
			a.sorted = slices.Insert(a.sorted, i, s)
		}
		a.fresh = a.fresh[:0]
	}
	return Multi(slices.Clone(a.sorted))
}

// Multi returns texts as a value: null for none, a plain one for one.
func Multi(texts []string) event.Value {
	switch len(texts) {
	case 0:
		return event.Value{}
	case 1:
		return event.OfString(texts[0])
	}
	return event.OfStrings(texts)
}

// list gathers the first values in the order of the rows.
type list struct{ all []event.Value }

func (l *list) Add(v event.Value, _ float64) {
	for i := range v.Len() {
		if len(l.all) == maxList {
			return
		}
		l.all = append(l.all, v.At(i))
	}
}

func (l *list) Result() event.Value {
	switch len(l.all) {
	case 0:
		return event.Value{}
	case 1:
		return l.all[0]
	}
	return event.OfList(slices.Clone(l.all))
}

// mode is the most frequent value: of several, the one that came first.
type mode struct {
	tally
	order  []event.Value  // the distinct values, as they came
	places map[string]int // in order, from the first tie on
	best   int            // the place of the mode
	most   int            // how often that occurs
}

func (m *mode) Add(v event.Value, _ float64) {
	for i := range v.Len() {
		e := v.At(i)
		if m.add(e) {
			if m.order = append(m.order, e); m.places != nil {
				m.places[e.Text()] = len(m.order) - 1
			}
		}
		// One that comes for the first time comes behind all of its count.
		if n := m.seen[e.Text()]; n > m.most || n == m.most && n > 1 {
			at := m.place(e.Text())
			if n > m.most || at < m.best {
				m.best, m.most = at, n
			}
		}
	}
}

// place returns where a value stands among the distinct ones.
func (m *mode) place(s string) int {
	if len(m.order) > 0 && m.order[len(m.order)-1].Text() == s {
		return len(m.order) - 1
	}
	if m.places == nil {
		m.places = make(map[string]int, len(m.order))
		for i, v := range m.order {
			m.places[v.Text()] = i
		}
	}
	return m.places[s]
}

func (m *mode) Result() event.Value {
	if m.most == 0 {
		return event.Value{}
	}
	return m.order[m.best]
}

// Compare orders values as min, max and groups do: numbers before texts,
// numbers by size, texts by bytes.
func Compare(v, w event.Value) int {
	a, numA := v.Number()
	b, numB := w.Number()
	switch {
	case numA && numB:
		return CompareNumbers(a, b)
	case numA:
		return -1
	case numB:
		return 1
	}
	s, ok1 := v.Str()
	t, ok2 := w.Str()
	if !ok1 || !ok2 {
		s, t = v.Text(), w.Text()
	}
	return strings.Compare(s, t)
}

// CompareNumbers orders numbers by size. A NaN is behind all others.
func CompareNumbers(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case a == b:
		return 0
	}
	return cmp.Compare(b, a)
}

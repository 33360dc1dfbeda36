package aggregate

import (
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

func (t *tally) remove(v event.Value) {
	s := v.Text()
	if n := t.seen[s]; n > 1 {
		t.seen[s] = n - 1
	} else {
		delete(t.seen, s)
	}
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
type values struct{ tally }

func (a *values) Add(v event.Value, _ float64) {
	for i := range v.Len() {
		a.add(v.At(i))
	}
}

func (a *values) Remove(v event.Value) {
	for i := range v.Len() {
		a.remove(v.At(i))
	}
}

func (a *values) Result() event.Value {
	texts := make([]string, 0, len(a.seen))
	for s := range a.seen {
		texts = append(texts, s)
	}
	slices.Sort(texts)
	return Multi(texts)
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
	order []event.Value
}

func (m *mode) Add(v event.Value, _ float64) {
	for i := range v.Len() {
		if e := v.At(i); m.add(e) {
			m.order = append(m.order, e)
		}
	}
}

func (m *mode) Result() event.Value {
	var best event.Value
	most := 0
	for _, v := range m.order {
		if n := m.seen[v.Text()]; n > most {
			best, most = v, n
		}
	}
	return best
}

// Compare orders values as min, max and groups do: numbers before texts,
// numbers by size, texts by bytes.
func Compare(v, w event.Value) int {
	a, numA := v.Number()
	b, numB := w.Number()
	switch {
	case numA && numB && a < b:
		return -1
	case numA && numB && a > b:
		return 1
	case numA && numB:
		return 0
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

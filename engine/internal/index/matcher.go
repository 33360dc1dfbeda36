package index

import (
	"math"
	"unsafe"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// posting names a rule, and the leaf behind whose gates it lies.
type posting struct{ leaf, rule int32 }

// matcher answers which rules the values of one field speak for.
//
// What nearly every event asks for comes first, so that it lies together.
type matcher struct {
	slot    int
	at      int32 // of all matchers
	list    []posting
	absent  span
	unset   span
	there   span
	parts   *finder
	lengths uint64 // of the texts, modulo 64
	longest int32
	numbers bool  // there are numbers
	search  bool  // to look at a text is to look through all of it
	values  table // whole texts and numbers
	wide    span  // of those that a text beyond ASCII may meet
	every   span  // of values and parts: for values that have no text
	within  span  // of parts
}

// probe marks the rules that a value speaks for.
func (m *matcher) probe(c *Cursor, v event.Value) {
	switch s, ok := v.Str(); {
	case v.IsNull():
		c.fire(m, m.unset)
		c.fire(m, m.absent)
	case ok:
		c.fire(m, m.there)
		m.text(c, s)
	case v.IsList():
		m.probeList(c, v)
	default:
		c.fire(m, m.there)
		m.one(c, v)
	}
}

func (m *matcher) probeList(c *Cursor, list event.Value) {
	some := false
	for i := range list.Len() {
		if v := list.At(i); !v.IsNull() {
			some = true
			m.one(c, v)
		}
	}
	if some {
		c.fire(m, m.there)
	} else {
		c.fire(m, m.absent)
	}
}

// one takes a value that is neither null nor a list.
func (m *matcher) one(c *Cursor, v event.Value) {
	switch v.Kind() {
	case event.String:
		s, _ := v.Str()
		m.text(c, s)
	case event.Bool:
		m.text(c, v.Text())
	case event.Int, event.Float:
		n, _ := v.Float()
		if n != math.Trunc(n) || math.Abs(n) >= maxExact {
			c.fire(m, m.every)
			return
		}
		if to, ok := m.values.get(hashNumber(n)); ok {
			c.fire(m, to)
		}
		c.fire(m, m.within)
	default:
		c.fire(m, m.every)
	}
}

func (m *matcher) text(c *Cursor, s string) {
	if m.values.n == 0 && m.parts == nil {
		return
	}
	for _, to := range m.speaks(c, s) {
		c.fire(m, to)
	}
}

// speaks returns the postings that a text speaks for, until the next text.
func (m *matcher) speaks(c *Cursor, s string) []span {
	c.spans = c.spans[:0]
	if !m.search || !c.texts().asks(m, s) {
		m.look(c, s)
		return c.spans
	}
	key := recallKey(m, s)
	if known, ok := c.recall.find(m, key, s); ok {
		return known
	}
	m.look(c, s)
	c.recall.put(m, key, s, c.spans)
	return c.spans
}

// look notes what a text speaks for.
func (m *matcher) look(c *Cursor, s string) {
	if !match.ASCII(s) {
		c.speak(m.wide)
		c.folded = match.AppendFold(c.folded[:0], s)
		s = unsafe.String(unsafe.SliceData(c.folded), len(c.folded)) // until the next text
	}
	if len(s) <= int(m.longest) && m.lengths>>(uint(len(s))&63)&1 != 0 {
		h, _ := hashText(s)
		m.value(c, h)
	}
	if m.numbers {
		m.spelled(c, s)
	}
	if m.parts != nil {
		c.turn()
		m.parts.find(c, s)
	}
}

// spelled takes a text that reads as a number.
func (m *matcher) spelled(c *Cursor, s string) {
	if s == "" || s[0] > '9' {
		return
	}
	if v, ok := event.ParseNumber(s); ok {
		n, _ := v.Float()
		m.value(c, hashNumber(n))
	}
}

func (m *matcher) value(c *Cursor, key uint64) {
	if to, ok := m.values.get(key); ok {
		c.speak(to)
	}
}

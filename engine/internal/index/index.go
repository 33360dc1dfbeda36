package index

import (
	"math/bits"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Entry is a condition of a rule. A rule may have several, such as the steps
// of a sequence: it is a candidate where one of them may be true.
type Entry struct {
	Rule int      // from 0; what Candidates returns
	Cond ast.Expr // nil for one that is always true
	// Scope is what the condition is, or would be, compiled in: it resolves
	// the fields' names. Slots that it lacks are added.
	Scope *expr.Scope
}

// Index finds candidates. It is immutable and safe for concurrent use, each
// goroutine with a Cursor of its own.
type Index struct {
	nodes    []node
	matchers []matcher
	literals int
	rules    int
	stats    Stats
}

// Stats tells how the entries of an index are reached.
type Stats struct {
	Entries int
	Never   int // entries that no event meets
	Exact   int // by whole values alone
	Part    int // by parts of texts, at least one of them
	Weak    int // by a field's being there, or not, at least one of them
	Gated   int // by gates alone
	Keyless int // by nothing: each event makes them candidates
	// KeylessRules are the rules of the keyless entries, ascending.
	KeylessRules []int
	Literals     int // texts that are looked for within values
	Values       int // whole values
	Slots        int // fields that are probed
	Gates        int
	Bytes        int // about, of the tables
}

// Stats returns the figures of the index.
func (x *Index) Stats() Stats { return x.stats }

// Cursor finds the candidates of one event at a time.
type Cursor struct {
	x      *Index
	gen    uint32
	leaf   []uint32 // the event that each node was visited for
	slot   []uint32 // the event that each matcher is due for
	lit    []uint32 // the text that each literal was found in
	text   uint32   // texts that were looked at
	spans  []span   // that the text at hand speaks for
	recall *recall  // nil before the first text
	todo   []int32  // matchers
	folded []byte
	words  []uint64 // the candidates
	dirty  []uint64 // words that are not zero
}

// Cursor returns a new cursor.
func (x *Index) Cursor() *Cursor {
	words := (x.rules + 63) / 64
	return &Cursor{
		x: x, leaf: make([]uint32, len(x.nodes)), slot: make([]uint32, len(x.matchers)), lit: make([]uint32, x.literals),
		words: make([]uint64, words), dirty: make([]uint64, (words+63)/64),
	}
}

// Fork returns another cursor of the same index.
func (c *Cursor) Fork() *Cursor { return c.x.Cursor() }

// Candidates appends to into, in ascending order, every rule of which an entry
// may be true for the event that f holds, and perhaps others. It allocates
// nothing but into's growth.
func (c *Cursor) Candidates(f *field.Frame, into []int32) []int32 {
	if c.gen++; c.gen == 0 { // wrapped around: old marks would look fresh
		clear(c.leaf)
		clear(c.slot)
		c.gen = 1
	}
	c.todo = c.todo[:0]
	c.visit(f, 0)
	for _, i := range c.todo {
		m := &c.x.matchers[i]
		m.probe(c, f.Get(m.slot))
	}
	return c.drain(into)
}

func (c *Cursor) drain(into []int32) []int32 {
	for i, d := range c.dirty {
		for ; d != 0; d &= d - 1 {
			at := i<<6 + bits.TrailingZeros64(d)
			for w := c.words[at]; w != 0; w &= w - 1 {
				into = append(into, int32(at<<6+bits.TrailingZeros64(w)))
			}
			c.words[at] = 0
		}
		c.dirty[i] = 0
	}
	return into
}

func (c *Cursor) add(rule int32) {
	c.words[rule>>6] |= 1 << (rule & 63)
	c.dirty[rule>>12] |= 1 << (rule >> 6 & 63)
}

// fire adds the rules of postings whose gates the event has passed.
func (c *Cursor) fire(m *matcher, s span) {
	for _, p := range m.list[s.from:s.to] {
		if c.leaf[p.leaf] == c.gen {
			c.add(p.rule)
		}
	}
}

// texts returns what is known of texts.
func (c *Cursor) texts() *recall {
	if c.recall == nil {
		c.recall = newRecall(len(c.x.matchers))
	}
	return c.recall
}

// turn turns to another text.
func (c *Cursor) turn() {
	if c.text++; c.text == 0 {
		clear(c.lit)
		c.text = 1
	}
}

// found reports whether a literal was found in the text at hand.
func (c *Cursor) found(id int32) bool { return c.lit[id] == c.text }

func (c *Cursor) hit(l *literal) {
	c.lit[l.id] = c.text
	c.speak(l.to)
}

func (c *Cursor) speak(to span) { c.spans = append(c.spans, to) }

// visit takes the event through a node's gates.
func (c *Cursor) visit(f *field.Frame, i int32) {
	if c.leaf[i] == c.gen {
		return
	}
	c.leaf[i] = c.gen
	n := &c.x.nodes[i]
	for _, r := range n.always {
		c.add(r)
	}
	for _, m := range n.matchers {
		if c.slot[m] != c.gen {
			c.slot[m] = c.gen
			c.todo = append(c.todo, m)
		}
	}
	for j := range n.gates {
		n.gates[j].pass(c, f)
	}
}

// Stats returns the figures of the cursor's index.
func (c *Cursor) Stats() Stats { return c.x.stats }

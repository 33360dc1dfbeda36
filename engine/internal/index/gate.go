package index

import (
	"cmp"
	"math"
	"slices"
	"unsafe"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

const (
	// minGate is how many entries make a gate worth its probe.
	minGate = 8
	// minCrowd is how many entries stand, on average, behind each value of a
	// gate. Fields of more values lead to entries directly.
	minCrowd = 2
	// maxOpenings bounds the values at which one entry may pass a gate; it
	// stands behind each of them.
	maxOpenings = 8
	// maxGates bounds the gates one behind the other: category, system, type
	// and one to spare. More would part groups that are small already.
	maxGates = 4
)

// node is a set of entries: those behind its gates, and those of its own.
type node struct {
	gates    []gate
	always   []int32 // rules that pass with the node
	matchers []int32 // that know the rules of its own
}

// gate leads from the values of a field to nodes.
type gate struct {
	slot  int
	nodes table // the first of a span is the node
	list  []int32
}

// pass visits the nodes behind the gate that the event's values open.
func (g *gate) pass(c *Cursor, f *field.Frame) {
	v := f.Get(g.slot)
	switch v.Kind() {
	case event.Null:
		g.open(c, f, keyUnset)
		g.open(c, f, keyMissing)
	case event.List:
		some := false
		for i := range v.Len() {
			if e := v.At(i); !e.IsNull() {
				some = true
				g.one(c, f, e)
			}
		}
		if !some {
			g.open(c, f, keyMissing)
		}
	default:
		g.one(c, f, v)
	}
}

func (g *gate) one(c *Cursor, f *field.Frame, v event.Value) {
	key, ok := gateKey(c, v)
	if ok {
		g.open(c, f, key)
		return
	}
	for _, n := range g.list {
		c.visit(f, n)
	}
}

func (g *gate) open(c *Cursor, f *field.Frame, key uint64) {
	if s, ok := g.nodes.get(key); ok {
		c.visit(f, s.from)
	}
}

// gateKey returns the one key of a value: a text that reads as a number is
// that number. It returns false for values that have none.
func gateKey(c *Cursor, v event.Value) (uint64, bool) {
	switch v.Kind() {
	case event.String:
		s, _ := v.Str()
		return textKey(c, s), true
	case event.Bool:
		return textKey(c, v.Text()), true
	case event.Int, event.Float:
		n, _ := v.Float()
		return hashNumber(n), n == math.Trunc(n) && math.Abs(n) < maxExact
	}
	return 0, false
}

func textKey(c *Cursor, s string) uint64 {
	if s != "" && s[0] <= '9' {
		if n, ok := event.OfString(s).Number(); ok {
			return hashNumber(n)
		}
	}
	h, ascii := hashText(s)
	if !ascii {
		c.folded = match.AppendFold(c.folded[:0], s)
		h, _ = hashText(unsafe.String(unsafe.SliceData(c.folded), len(c.folded)))
	}
	return h
}

// gateKeys returns the keys that a clause opens a gate for; false if it can't
// be one: because it asks for parts, or for too many values.
func (b *builder) gateKeys(cl clause) ([]uint64, bool) {
	if !oneSlot(cl) || len(cl) == 0 || len(cl) > 2*maxOpenings {
		return nil, false
	}
	if cap(b.keys)-len(b.keys) < len(cl) {
		b.keys = make([]uint64, 0, manyKeys)
	}
	keys := b.keys[len(b.keys):]
	for i := range cl {
		a := &cl[i]
		switch {
		case a.wide:
			return nil, false
		case a.kind == exact:
			if _, ok := event.OfString(a.text).Number(); ok {
				continue // its number is there as well
			}
			h, _ := hashText(a.text)
			keys = append(keys, h)
		case a.kind == number:
			keys = append(keys, hashNumber(a.num))
		case a.kind == missing:
			keys = append(keys, keyMissing)
		case a.kind == unset:
			keys = append(keys, keyUnset)
		default:
			return nil, false
		}
	}
	keys = uniqueKeys(keys)
	if len(keys) == 0 || len(keys) > maxOpenings {
		return nil, false
	}
	b.keys = b.keys[:len(b.keys)+len(keys)]
	return keys[:len(keys):len(keys)], true
}

// manyKeys is how many keys of entries lie in one piece of memory.
const manyKeys = 1024

func uniqueKeys(keys []uint64) []uint64 {
	out := keys[:0]
next:
	for _, k := range keys {
		for _, o := range out {
			if o == k {
				continue next
			}
		}
		out = append(out, k)
	}
	return out
}

// opening is a field with the keys at which an entry passes a gate on it.
type opening struct {
	slot int32
	keys []uint64
}

// node makes a node of entries, behind gates on the used fields.
func (b *builder) node(list []int32, used []int32) int32 {
	at := int32(len(b.x.nodes))
	b.x.nodes = append(b.x.nodes, node{})
	for len(used) < maxGates {
		slot, ok := b.bestGate(list, used)
		if !ok {
			break
		}
		var g gate
		g, list = b.gate(list, slot, append(used[:len(used):len(used)], slot))
		b.x.nodes[at].gates = append(b.x.nodes[at].gates, g)
	}
	b.place(at, list, used)
	return at
}

// bestGate returns the field that most entries have a gate's clause for, of those
// with enough of them behind each of its keys.
func (b *builder) bestGate(list, used []int32) (slot int32, ok bool) {
	if len(list) < minGate {
		return 0, false
	}
	var slots []int32
	entries := b.counts
	clear(entries)
	for _, e := range list {
		for _, o := range b.entries[e].openings {
			if slices.Contains(used, o.slot) {
				continue
			}
			if entries[o.slot]++; entries[o.slot] == minGate {
				slots = append(slots, o.slot)
			}
		}
	}
	slices.SortFunc(slots, func(x, y int32) int { return cmp.Or(entries[y]-entries[x], int(x-y)) })
	for _, s := range slots {
		if b.isCrowded(list, s, entries[s]/minCrowd) {
			return s, true
		}
	}
	return 0, false
}

// isCrowded reports whether the entries that have a gate's clause for a field have
// so many keys at most.
func (b *builder) isCrowded(list []int32, slot int32, most int) bool {
	keys := make(map[uint64]bool, most)
	for _, e := range list {
		for _, k := range b.entries[e].keysOn(slot) {
			if keys[k] = true; len(keys) > most {
				return false
			}
		}
	}
	return true
}

// openingsOf returns the fields on which an entry may stand behind a gate, each
// with the fewest keys that one of the clauses has.
func (b *builder) openingsOf(clauses []clause) []opening {
	all := b.openings[:0]
	for _, c := range clauses {
		slot, ok := c.slot()
		if !ok {
			continue
		}
		keys, ok := b.gateKeys(c)
		if !ok {
			continue
		}
		at := slices.IndexFunc(all, func(o opening) bool { return o.slot == slot })
		switch {
		case at < 0:
			all = append(all, opening{slot, keys})
		case len(keys) < len(all[at].keys):
			all[at].keys = keys
		}
	}
	b.openings = all
	return slices.Clone(all)
}

// keysOn returns the keys at which the entry passes a gate on a field; nil if it
// cannot stand behind one.
func (e *entry) keysOn(slot int32) []uint64 {
	for _, o := range e.openings {
		if o.slot == slot {
			return o.keys
		}
	}
	return nil
}

// gate makes a gate of the entries that have keys for it, and returns the
// others.
func (b *builder) gate(list []int32, slot int32, used []int32) (gate, []int32) {
	var rest []int32
	var order []uint64
	behind := map[uint64][]int32{}
	for _, e := range list {
		keys := b.entries[e].keysOn(slot)
		if keys == nil {
			rest = append(rest, e)
		}
		for _, k := range keys {
			if behind[k] == nil {
				order = append(order, k)
			}
			behind[k] = append(behind[k], e)
		}
	}
	g := gate{slot: int(slot), nodes: newTable(len(order))}
	for _, k := range order {
		n := b.node(behind[k], used)
		g.nodes.put(k, span{from: n})
		g.list = append(g.list, n)
	}
	b.x.stats.Gates++
	return g, rest
}

package index

import (
	"math"
	"unsafe"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/match"
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
func gateKeys(cl clause) ([]uint64, bool) {
	if !oneSlot(cl) || len(cl) == 0 || len(cl) > 2*maxOpenings {
		return nil, false
	}
	var keys []uint64
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
	return keys, len(keys) <= maxOpenings
}

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

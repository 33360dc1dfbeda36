package schema

import "github.com/spoor-lang/spoor/engine/event"

// members are those of an object. They are found by the numbers of their keys
// where they lie in tables, and else by the keys.
type members struct {
	object event.Tree
	table  *table // by the schema's numbers; nil for none
	more   *table // by a reader's, of keys that have no number in the schema
}

// member returns a member by its key, which has that number in the schema, and
// whether the object has it.
func (m *members) member(i int32, key string) (event.Value, bool) {
	if m.table == nil {
		return m.object.Member(key)
	}
	return m.table.at(i)
}

// at returns a member by its number, which is below zero where it is a
// reader's.
func (m *members) at(i int32) (event.Value, bool) {
	if i < 0 {
		return m.more.at(^i)
	}
	return m.table.at(i)
}

func (m *members) has(i int32) bool {
	if i < 0 {
		return m.more.has(^i)
	}
	return m.table.has(i)
}

// table has the members of one object after another in places by the numbers of
// their keys.
type table struct {
	cells []cell
	gen   uint32         // of the object at hand
	some  uint64         // the marks of the numbers that have a member, of fillRest
	tree  event.Numbered // it, if it decodes a member when it is asked for
	rest  []loose        // its members whose keys have no number
	queue [ahead]queued  // those of a map that are put next
	sight byte           // of them, so that looking at them is not left out
}

// ahead is how many members of a map are looked at before the first of them is put:
// about as many as a processor fetches at once.
const ahead = 32

// queued is a member of a map that waits to be put.
type queued struct {
	key string
	val any
}

// cell holds a member of the object of a generation: of a map the value, of a
// tree where it is there.
type cell struct {
	val any
	at  int32
	gen uint32
}

// loose is a member without a number.
type loose struct {
	key  string
	hash uint32
	cell
}

// fill takes the members of an object. It returns false for one that can only
// be asked by name.
func (t *table) fill(n *names, object event.Tree) bool {
	t.next(n)
	switch o := object.(type) {
	case event.Map:
		t.tree = nil
		t.fillMap(n, o)
	case event.Numbered:
		t.tree = o
		for at := range o.Len() {
			t.put(n, o.Key(at), cell{at: int32(at), gen: t.gen})
		}
	default:
		return false
	}
	return true
}

func (t *table) fillMap(n *names, m event.Map) {
	q := 0
	for key, x := range m {
		t.queue[q] = queued{key, x}
		if q++; q == ahead {
			t.putAll(n, t.queue[:q])
			q = 0
		}
	}
	t.putAll(n, t.queue[:q])
}

// putAll puts members of a map. Their keys and texts lie all over the memory, which
// takes longer than all else: one glance at each, and they come at the same time.
func (t *table) putAll(n *names, list []queued) {
	sight := byte(0)
	for i := range list {
		m := &list[i]
		if m.key != "" {
			sight ^= m.key[len(m.key)-1]
		}
		if s, ok := m.val.(string); ok && s != "" {
			sight ^= s[0] ^ s[len(s)-1]
		}
	}
	t.sight = sight
	for i := range list {
		t.put(n, list[i].key, cell{val: list[i].val, gen: t.gen})
	}
}

func (t *table) put(n *names, key string, c cell) {
	hash := hashKey(key)
	if i := n.find(key, hash); i >= 0 {
		t.cells[i] = c
		return
	}
	t.rest = append(t.rest, loose{key, hash, c})
}

// fillRest takes the members that another table has no places for.
func (t *table) fillRest(n *names, from *table) {
	t.next(n)
	t.tree, t.some = from.tree, 0
	for i := range from.rest {
		m := &from.rest[i]
		if j := n.find(m.key, m.hash); j >= 0 {
			t.cells[j] = cell{m.val, m.at, t.gen}
			t.some |= markOf(j)
		}
	}
}

// markOf is a bit that few numbers share.
func markOf(number int32) uint64 { return 1 << (number & 63) }

// next turns to another object.
func (t *table) next(n *names) {
	if t.gen++; t.gen == 0 || len(t.cells) < len(n.list) {
		t.cells, t.gen = make([]cell, 2*len(n.list)), 1
	}
	if t.rest = t.rest[:0]; cap(t.rest) > maxRest {
		t.rest = nil
	}
}

// maxRest bounds what is held for members without numbers from one event to the
// next. Events have some dozens.
const maxRest = 1 << 10

func (t *table) has(i int32) bool { return t.cells[i].gen == t.gen }

// at returns a member, and whether the object has it.
func (t *table) at(i int32) (event.Value, bool) {
	c := &t.cells[i]
	switch {
	case c.gen != t.gen:
		return event.Value{}, false
	case t.tree != nil:
		return t.tree.At(int(c.at)), true
	}
	if s, ok := c.val.(string); ok { // as most are
		return event.OfString(s), true
	}
	return event.Of(c.val), true
}

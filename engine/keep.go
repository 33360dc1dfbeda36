package engine

import (
	"math/bits"
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// background are the fields that tell an analyst who did what where. An alert
// carries those of them that its events have, beside what the rule reads.
var background = []string{
	"event.code", "event.action", "event.type", "host.name", "host.id", "user.name",
	"process.name", "process.executable", "process.pid", "process.command_line", "process.entity_id",
	"process.parent.name", "process.parent.executable",
	"file.path", "registry.path", "dns.question.name",
	"source.ip", "destination.ip", "destination.port", "network.direction",
}

// keeper copies of an event what a rule, and its alerts, need of it.
type keeper struct {
	keys []field.Key
	has  map[field.Key]bool // the keys, once they are many
	all  []string           // the views of which every field is kept

	slots  []int // of the keys; -1 for one that is derived
	copies *copies

	wide *field.Key // the first of the keys that from is about
	from []int      // where each key stands among those; -1 for nowhere
}

// share makes k take its values from c: whatever it is then asked to keep is
// what c's frame holds.
func (k *keeper) share(c *copies) {
	k.copies, k.slots = c, make([]int, len(k.keys))
	slots := c.frame.Slots
	for i, key := range k.keys {
		if k.slots[i] = slots.Slot(key.View, key.Name); slots.Computed(k.slots[i]) {
			k.slots[i] = -1
		}
	}
	c.grow()
}

// lateKeeper returns the keeper of a rule without a state, which holds no event
// before it raises an alert: most rules raise none. By then the frame's slots are
// settled, and the keeper takes from it what they hold.
func (e *Engine) lateKeeper(c *compiled) *keeper {
	if c.keep != nil {
		return c.keep
	}
	c.keep = e.conf.keeperOf(c)
	c.keep.shareLate(&e.copies)
	return c.keep
}

// keeper returns what keeps of an event that waits for its turn what any rule with a
// state needs of it. It is made when the first one waits: in most streams none does.
func (e *Engine) keeper() *keeper {
	if e.keep == nil {
		e.keep = &keeper{}
		for _, c := range e.rules {
			e.keepFor(c)
		}
		e.keep.shareLate(&e.copies)
	}
	return e.keep
}

// shareLate is share once the slots of c's frame are settled.
func (k *keeper) shareLate(c *copies) {
	k.copies, k.slots = c, make([]int, len(k.keys))
	slots := c.frame.Slots
	for i, key := range k.keys {
		slot, ok := slots.Find(key.View, key.Name)
		if !ok || slots.Computed(slot) {
			slot = -1
		}
		k.slots[i] = slot
	}
	c.grow()
}

// keeperOf makes the keeper of a rule.
func (c *config) keeperOf(r *compiled) *keeper {
	k := &keeper{}
	c.keepFor(k, r)
	return k
}

// keepFor makes queued events keep what a rule needs, if it has a state.
func (e *Engine) keepFor(c *compiled) {
	switch {
	case c.free:
	case c.search != nil: // which holds events by its intakes
		e.conf.keepFor(e.keep, c)
	default:
		e.keep.join(c.keep)
	}
}

// keepFor makes k keep what a rule, and its alerts, need.
func (c *config) keepFor(k *keeper, r *compiled) {
	q := r.rule.Query
	var category, context []string
	if q.View == ast.ViewECS {
		category, context = []string{c.categoryOf(q), osField}, background
	}
	k.addNames(q.View, r.reads(), c.keep, outputFields(r.rule), category, context)
	k.addConds(q.View, r.rule.Filters)
	if c.index != "" {
		k.add(field.Key{View: q.View, Name: c.index})
	}
	if len(r.kin) > 0 {
		k.join(newKeeper(q.View, c.lineage(q).Fields()))
	}
	if r.search != nil {
		for i := range r.search.sources {
			k.join(r.search.sources[i].keep)
		}
	}
}

func newKeeper(view string, names ...[]string) *keeper {
	k := &keeper{}
	k.addNames(view, names...)
	return k
}

func (k *keeper) addNames(view string, names ...[]string) {
	total := 0
	for _, list := range names {
		total += len(list)
	}
	k.expect(total)
	for _, list := range names {
		for _, n := range list {
			k.add(field.Key{View: view, Name: n})
		}
	}
}

// expect makes room for the first n keys.
func (k *keeper) expect(n int) {
	if len(k.keys) == 0 {
		k.keys = make([]field.Key, 0, n)
	}
}

func (k *keeper) add(keys ...field.Key) {
	for _, key := range keys {
		switch {
		case k.holds(key):
			continue
		case k.has != nil:
			k.has[key] = true
		}
		if k.keys = append(k.keys, key); len(k.keys) == manyKeys {
			k.has = make(map[field.Key]bool, 4*manyKeys)
			for _, key := range k.keys {
				k.has[key] = true
			}
		}
	}
}

// holds reports whether a key is one of the keeper's.
func (k *keeper) holds(key field.Key) bool {
	return k.has[key] || k.has == nil && slices.Contains(k.keys, key)
}

// manyKeys is from how many keys on a map finds one faster than a look at each.
// A rule has some thirty, and all rules together some thousand.
const manyKeys = 100

// join makes k keep what other keeps, too.
func (k *keeper) join(other *keeper) {
	k.expect(len(other.keys))
	k.add(other.keys...)
	for _, view := range other.all {
		if !slices.Contains(k.all, view) {
			k.all = append(k.all, view)
		}
	}
}

// keep returns a copy of the fields, which shares nothing with f.
func (k *keeper) keep(f Fields) Fields { return k.keepFrom(k.copies, f) }

// keepFrom is keep with other copies than those that k shares: of a frame that
// holds f, too.
func (k *keeper) keepFrom(from *copies, f Fields) Fields {
	c := &kept{keys: k.keys}
	if i, ok := f.(inferrer); ok {
		defer func() { c.inferred = slices.Clone(i.Inferred()) }() // of what is read here, too
	}
	r := reading{k, from, f, nil, ""}
	if from != nil {
		from.reserve(k.slots)
	}
	if len(k.keys) > maxMasked || len(k.all) > 0 {
		c.keys = nil // of many keys, most are not there
		for i, key := range k.keys {
			v := r.value(i)
			if v.IsNull() {
				continue
			}
			if !r.copied(i) {
				v = v.Clone()
			}
			c.keys, c.vals = append(c.keys, key), append(c.vals, v)
		}
		for _, view := range k.all {
			c.addAll(f, view, k)
		}
		return c
	}
	for i := range k.keys {
		if !r.value(i).IsNull() {
			c.mask |= 1 << i
		}
	}
	c.vals = make([]Value, 0, bits.OnesCount64(c.mask))
	for m := c.mask; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		v := r.value(i)
		if !r.copied(i) {
			v = v.Clone()
		}
		c.vals = append(c.vals, v)
	}
	return c
}

// reading reads the values of a keeper's keys.
type reading struct {
	*keeper
	from *copies
	f    Fields
	view Fields
	name string
}

// copied reports whether the value of the i-th key is a copy already.
func (r *reading) copied(i int) bool { return i < len(r.slots) && r.slots[i] >= 0 }

func (r *reading) value(i int) Value {
	if r.copied(i) {
		return r.from.of(r.slots[i])
	}
	key := r.keys[i]
	if r.view == nil || key.View != r.name {
		r.view, r.name = viewOf(r.f, key.View), key.View
	}
	return r.view.Field(key.Name)
}

// narrow returns what k keeps of what another keeper has kept.
func (k *keeper) narrow(f Fields) Fields {
	w, ok := f.(*kept)
	if !ok || len(w.keys) == 0 || len(k.keys) > 0 && &w.keys[0] == &k.keys[0] {
		return f
	}
	if k.wide != &w.keys[0] || len(k.from) != len(k.keys) {
		k.wide, k.from = &w.keys[0], make([]int, len(k.keys))
		for i, key := range k.keys {
			k.from[i] = slices.Index(w.keys, key)
		}
	}
	vals := make([]Value, len(k.keys))
	for i, j := range k.from {
		if j >= 0 {
			vals[i] = w.value(j)
		}
	}
	return newKept(k.keys, vals, w.inferred)
}

// both returns what k keeps of an event of which two keepers have kept a part.
func (k *keeper) both(f, g Fields) Fields {
	a, ok1 := f.(*kept)
	b, ok2 := g.(*kept)
	if !ok1 || !ok2 || slices.Equal(a.keys, b.keys) {
		return f
	}
	vals := make([]Value, len(k.keys))
	for i, key := range k.keys {
		if j := slices.Index(a.keys, key); j >= 0 {
			vals[i] = a.value(j)
		} else if j := slices.Index(b.keys, key); j >= 0 {
			vals[i] = b.value(j)
		}
	}
	inferred := slices.Clip(a.inferred)
	for _, name := range b.inferred {
		if !slices.Contains(inferred, name) {
			inferred = append(inferred, name)
		}
	}
	return newKept(k.keys, vals, inferred)
}

// inferrer is a Fields that knows which of the fields that were read are
// guesses.
type inferrer interface{ Inferred() []string }

func viewOf(f Fields, view string) Fields {
	if v, ok := f.(event.Viewer); ok {
		return v.View(view)
	}
	return f
}

// fieldsOf lists the names of all fields that the stages of a query read
// from its events.
func fieldsOf(q *ast.Query) []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, st := range q.Stages {
		ast.Walk(st, func(n ast.Node) bool {
			f, ok := n.(*ast.Field)
			if !ok {
				return true
			}
			add(f.Name)
			if _, path, ok := indexed(f.Name); ok {
				add(path)
			}
			if f.Enum {
				path, _ := f.Split()
				add(path)
			}
			return true
		})
	}
	return names
}

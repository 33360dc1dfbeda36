package engine

import (
	"iter"
	"slices"
	"strings"

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

// copies are the copies of an event's values that keepers share: what several
// rules keep of it is copied once.
type copies struct {
	frame *field.Frame // holds the event
	vals  []Value
	made  []bool
	slots []int // that are made
}

// forget is told that the frame holds another event.
func (c *copies) forget() {
	for _, i := range c.slots {
		c.vals[i], c.made[i] = Value{}, false
	}
	c.slots = c.slots[:0]
}

func (c *copies) of(slot int) Value {
	if !c.made[slot] {
		c.vals[slot], c.made[slot] = c.frame.Get(slot).Clone(), true
		c.slots = append(c.slots, slot)
	}
	return c.vals[slot]
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

// grow makes room for the slots that the frame has come to have.
func (c *copies) grow() {
	if n := c.frame.Slots.Len() - len(c.vals); n > 0 {
		c.vals, c.made = append(c.vals, make([]Value, n)...), append(c.made, make([]bool, n)...)
	}
}

func newKeeper(view string, names ...[]string) *keeper {
	k := &keeper{}
	for _, list := range names {
		for _, n := range list {
			k.add(field.Key{View: view, Name: n})
		}
	}
	return k
}

func (k *keeper) add(keys ...field.Key) {
	for _, key := range keys {
		switch {
		case k.has[key] || k.has == nil && slices.Contains(k.keys, key):
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

// manyKeys is from how many keys on a map finds one faster than a look at each.
// A rule has some thirty, and all rules together some thousand.
const manyKeys = 100

// join makes k keep what other keeps, too.
func (k *keeper) join(other *keeper) {
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
	c := &kept{keys: k.keys, vals: make([]Value, len(k.keys))}
	var view Fields
	var name string
	for i, key := range k.keys {
		if i < len(k.slots) && k.slots[i] >= 0 {
			c.vals[i] = from.of(k.slots[i])
			continue
		}
		if view == nil || key.View != name {
			view, name = viewOf(f, key.View), key.View
		}
		c.vals[i] = view.Field(key.Name).Clone()
	}
	for _, view := range k.all {
		c.addAll(f, view)
	}
	if i, ok := f.(inferrer); ok {
		c.inferred = slices.Clone(i.Inferred())
	}
	return c
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
	c := &kept{keys: k.keys, vals: make([]Value, len(k.keys)), inferred: w.inferred}
	for i, j := range k.from {
		if j >= 0 {
			c.vals[i] = w.vals[j]
		}
	}
	return c
}

// both returns what k keeps of an event of which two keepers have kept a part.
func (k *keeper) both(f, g Fields) Fields {
	a, ok1 := f.(*kept)
	b, ok2 := g.(*kept)
	if !ok1 || !ok2 || slices.Equal(a.keys, b.keys) {
		return f
	}
	c := &kept{keys: k.keys, vals: make([]Value, len(k.keys)), inferred: a.inferred}
	for i, key := range k.keys {
		if j := slices.Index(a.keys, key); j >= 0 {
			c.vals[i] = a.vals[j]
		} else if j := slices.Index(b.keys, key); j >= 0 {
			c.vals[i] = b.vals[j]
		}
	}
	for _, name := range b.inferred {
		if !slices.Contains(c.inferred, name) {
			c.inferred = append(slices.Clip(c.inferred), name)
		}
	}
	return c
}

// addAll copies all fields that f can name, as the view names them. They are
// kept in the order of their names, so that the same state is the same bytes.
func (c *kept) addAll(f Fields, view string) {
	v := viewOf(f, view)
	l, ok := v.(event.Lister)
	if !ok {
		return
	}
	c.keys = slices.Clone(c.keys)
	have := make(map[field.Key]bool, len(c.keys))
	for _, key := range c.keys {
		have[key] = true
	}
	for _, name := range slices.Sorted(l.Names()) {
		if key := (field.Key{View: view, Name: name}); !have[key] {
			key.Name = strings.Clone(name)
			c.keys = append(c.keys, key)
			c.vals = append(c.vals, v.Field(name).Clone())
		}
	}
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

// kept is what is held of an event after Process has returned.
type kept struct {
	keys     []field.Key // shared by all of the rule's
	vals     []Value
	inferred []string
	view     string
}

// View returns the same fields as another vocabulary names them.
func (k *kept) View(view string) Fields {
	if view == k.view {
		return k
	}
	c := *k
	c.view = view
	return &c
}

// Field returns a field that was kept: of the view at hand, or, on the bare
// copy, of any.
func (k *kept) Field(name string) Value {
	for i, key := range k.keys {
		if key.Name == name && (k.view == "" || key.View == k.view) {
			return k.vals[i]
		}
	}
	return Value{}
}

// Names yields the names of the fields that have a value.
func (k *kept) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i, key := range k.keys {
			if (k.view == "" || key.View == k.view) && !k.vals[i].IsNull() && !yield(key.Name) {
				return
			}
		}
	}
}

// Inferred returns the inferred fields that were read.
func (k *kept) Inferred() []string { return k.inferred }

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
		for n := range ast.Preorder(st) {
			f, ok := n.(*ast.Field)
			if !ok {
				continue
			}
			add(f.Name)
			if _, path, ok := indexed(f.Name); ok {
				add(path)
			}
			if f.Enum {
				path, _ := f.Split()
				add(path)
			}
		}
	}
	return names
}

package engine

import (
	"iter"
	"math/bits"
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
	slots []int  // that are made
	id    string // of the event, once it was asked for
	text  strings.Builder
}

// forget is told that the frame holds another event.
func (c *copies) forget() {
	for _, i := range c.slots {
		c.vals[i], c.made[i] = Value{}, false
	}
	c.slots, c.id = c.slots[:0], ""
}

// identify returns the event's id.
func (c *copies) identify(ev Event) string {
	if c.id == "" {
		c.id = eventID(ev)
	}
	return c.id
}

func (c *copies) of(slot int) Value {
	if !c.made[slot] {
		c.vals[slot], c.made[slot] = c.copy(c.frame.Get(slot)), true
		c.slots = append(c.slots, slot)
	}
	return c.vals[slot]
}

func (c *copies) copy(v Value) Value {
	s, ok := v.Str()
	if !ok || len(s) > c.text.Cap()-c.text.Len() {
		return v.Clone()
	}
	c.text.WriteString(s)
	return event.OfString(c.text.String()[c.text.Len()-len(s):])
}

// reserve makes one piece of memory for the texts of the slots that are to be copied.
func (c *copies) reserve(slots []int) {
	n := 0
	for _, i := range slots {
		if i >= 0 && !c.made[i] {
			s, _ := c.frame.Get(i).Str()
			n += len(s)
		}
	}
	c.text.Reset()
	c.text.Grow(n)
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
	c.keep.copies, c.keep.slots = &e.copies, make([]int, len(c.keep.keys))
	for i, key := range c.keep.keys {
		slot, ok := e.slots.Find(key.View, key.Name)
		if !ok || e.slots.Computed(slot) {
			slot = -1
		}
		c.keep.slots[i] = slot
	}
	e.copies.grow()
	return c.keep
}

// grow makes room for the slots that the frame has come to have.
func (c *copies) grow() {
	if n := c.frame.Slots.Len() - len(c.vals); n > 0 {
		c.vals, c.made = append(c.vals, make([]Value, n)...), append(c.made, make([]bool, n)...)
	}
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

// addAll copies all fields that f can name, as the view names them. They are
// kept in the order of their names, so that the same state is the same bytes.
func (k *kept) addAll(f Fields, view string, keep *keeper) {
	v := viewOf(f, view)
	l, ok := v.(event.Lister)
	if !ok {
		return
	}
	for _, name := range slices.Sorted(l.Names()) {
		key := field.Key{View: view, Name: name}
		if keep.holds(key) {
			continue
		}
		if v := v.Field(name); !v.IsNull() {
			key.Name = strings.Clone(name)
			k.keys, k.vals = append(k.keys, key), append(k.vals, v.Clone())
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

// kept is what is held of an event after Process has returned. Most events lack
// most of the fields that a rule asks for, so that nulls take no room.
type kept struct {
	keys     []field.Key // shared by all of the rule's
	vals     []Value     // of all keys, or of those in the mask
	mask     uint64
	inferred []string
	view     string
}

// maxMasked is how many keys a mask tells of. Rules read twenty fields or so, the
// background included; of those that read more, all values are held.
const maxMasked = 64

// newKept returns an event with the values of the keys. It keeps the keys, and
// not the slice of the values.
func newKept(keys []field.Key, vals []Value, inferred []string) *kept {
	k := &kept{keys: keys, vals: vals, inferred: inferred}
	if len(keys) > maxMasked {
		k.vals = slices.Clone(vals)
		return k
	}
	k.pack()
	return k
}

// pack leaves the nulls among the values out.
func (k *kept) pack() {
	all := k.vals
	for i := range all {
		if !all[i].IsNull() {
			k.mask |= 1 << i
		}
	}
	k.vals = make([]Value, 0, bits.OnesCount64(k.mask))
	for i := range all {
		if k.mask&(1<<i) != 0 {
			k.vals = append(k.vals, all[i])
		}
	}
}

// value returns the value of the i-th key.
func (k *kept) value(i int) Value {
	switch {
	case len(k.vals) == len(k.keys):
		return k.vals[i]
	case k.mask&(1<<i) == 0:
		return Value{}
	}
	return k.vals[bits.OnesCount64(k.mask&(1<<i-1))]
}

// Size returns about how many bytes the event takes. Its keys are the rule's.
func (k *kept) Size() int {
	n := keptSize
	for _, v := range k.vals {
		n += sizeOfValue(v)
	}
	return n
}

func sizeOfValue(v Value) int {
	n := valueSize
	if v.IsList() {
		n += v.Len() * valueSize
	}
	if s, ok := v.Str(); ok {
		n += len(s)
	}
	return n
}

// What an event and a value take, without their content.
const (
	keptSize  = 104
	valueSize = 24
)

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
			return k.value(i)
		}
	}
	return Value{}
}

// Names yields the names of the fields that have a value.
func (k *kept) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i, key := range k.keys {
			if (k.view == "" || key.View == k.view) && !k.value(i).IsNull() && !yield(key.Name) {
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

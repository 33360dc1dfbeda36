package engine

import (
	"iter"
	"math/bits"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// kept is what is held of an event after Process has returned. Most events lack
// most of the fields that a rule asks for, so that nulls take no room.
type kept struct {
	keys     []field.Key // shared by all of the rule's
	vals     []Value     // of all keys, or of those in the mask
	mask     uint64
	inferred []string
	view     string
}

var (
	_ event.Viewer     = (*kept)(nil)
	_ event.Enumerator = (*kept)(nil)
)

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

// All yields the fields that have a value, each with its name: of the view at
// hand, or, on the bare copy, of any, the first of those that share a name.
func (k *kept) All() iter.Seq2[string, Value] {
	return fieldsOfView(k.view, func(yield func(field.Key, Value) bool) {
		for i, key := range k.keys {
			if !yield(key, k.value(i)) {
				return
			}
		}
	})
}

// fieldsOfView yields the values of a view that are not null, once each name.
func fieldsOfView(view string, all iter.Seq2[field.Key, Value]) iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		var seen map[string]bool
		if view == "" {
			seen = map[string]bool{}
		}
		for key, v := range all {
			if v.IsNull() || view != "" && key.View != view || seen[key.Name] {
				continue
			}
			if seen != nil {
				seen[key.Name] = true
			}
			if !yield(key.Name, v) {
				return
			}
		}
	}
}

// Names yields the names of the fields that have a value.
func (k *kept) Names() iter.Seq[string] { return keys(k.All()) }

// keys yields the first of each pair.
func keys[K, V any](pairs iter.Seq2[K, V]) iter.Seq[K] {
	return func(yield func(K) bool) {
		for k := range pairs {
			if !yield(k) {
				return
			}
		}
	}
}

// Inferred returns the inferred fields that were read.
func (k *kept) Inferred() []string { return k.inferred }

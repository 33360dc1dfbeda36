// Package event is what goes into an engine: an [Event] at a time, its
// [Fields], and the [Value] that a field holds and both languages compute
// with.
package event

import (
	"iter"
	"strconv"
	"strings"
	"time"
)

// Event is something that happened.
type Event struct {
	// Time is when. Rules see it, not the time of arrival.
	Time time.Time
	// ID identifies the event in alerts. If it is empty, a hash of the time and
	// the fields is used: of all fields, or, where a rule has held the event for
	// later ones and the engine allows no lateness, of those that the rule holds.
	// Whoever compares alerts of several rules or engines by their events gives
	// IDs. As of the fields, only copies of it are kept.
	ID string
	// Fields are the event's fields. They are not changed, and nothing of
	// them is kept once an engine has returned, save copies.
	Fields Fields
}

// Fields is anything that knows values by name. Field returns null for a name
// that is not there.
type Fields interface {
	Field(name string) Value
}

// Viewer is a Fields that answers differently to each vocabulary.
type Viewer interface {
	// View returns the fields as the vocabulary (ast.ViewECS, ast.ViewCIM)
	// names them.
	View(view string) Fields
}

// Lister is a Fields that can name all its fields.
type Lister interface {
	// Names yields the name of each field once, dotted paths for nested
	// ones.
	Names() iter.Seq[string]
}

// Enumerator is a Lister that yields its values with their names, without a look-up
// of each.
type Enumerator interface {
	Lister
	// All yields each field once.
	All() iter.Seq2[string, Value]
}

// All yields each field that f can name, with its value; nothing if f is nil or no
// [Lister].
func All(f Fields) iter.Seq2[string, Value] {
	if l, ok := f.(Enumerator); ok {
		return l.All()
	}
	return func(yield func(string, Value) bool) {
		l, ok := f.(Lister)
		if !ok {
			return
		}
		for name := range l.Names() {
			if !yield(name, f.Field(name)) {
				return
			}
		}
	}
}

// Tree is an object: what is known of it are its members, of which some are
// objects again. A [Map] is one that is decoded; others may decode a member
// when it is asked for.
type Tree interface {
	// Field is [Lookup] in the tree.
	Fields
	// Member returns the member of exactly that key, and whether there is
	// one; it may be null.
	Member(key string) (Value, bool)
	// Members yields each member once, in no particular order.
	Members() iter.Seq2[string, Value]
	// Len returns the number of members.
	Len() int
}

// Numbered is a Tree whose members are numbered from 0 to Len, so that they can be
// looked through without decoding them.
type Numbered interface {
	Tree
	// Key returns the key of the i-th member.
	Key(i int) string
	// At returns the i-th member.
	At(i int) Value
}

// Copier is a Tree that has its text and a copy of itself, which nobody changes.
type Copier interface {
	Tree
	// Text is that of [Value.Text].
	Text() string
	// Copy is [Value.Clone].
	Copy() Value
}

// Lookup looks a name up as a key of t first, then as a path through nested
// objects, splitting at every dot. A path through a list of objects collects
// the values of all of them; its name may carry Splunk's braces, as in
// "a{}.b".
func Lookup(t Tree, name string) Value {
	if v, ok := t.Member(name); ok {
		return v
	}
	return path(t, name)
}

// path is Lookup of what is no key of t.
func path(t Tree, name string) Value {
	if array, braces := strings.CutSuffix(name, "{}"); braces {
		if v, ok := t.Member(array); ok {
			return v
		}
	}
	for i := 0; i < len(name); i++ {
		if name[i] != '.' {
			continue
		}
		x, ok := member(t, name[:i])
		if !ok {
			continue
		}
		if v := Below(x, name[i+1:]); !v.IsNull() {
			return v
		}
	}
	return Value{}
}

// member looks up a key, without the braces that mark an array if it is not
// there with them.
func member(t Tree, key string) (Value, bool) {
	v, ok := t.Member(key)
	if array, braces := strings.CutSuffix(key, "{}"); !ok && braces {
		v, ok = t.Member(array)
	}
	return v, ok
}

// Below returns what lies at the dotted path under v: of an object its
// member, of a list of objects the members of all of them or, where they have
// none, the element that the path numbers.
func Below(v Value, path string) Value {
	switch v.Kind() {
	case Object:
		t, _ := v.Tree()
		return t.Field(path)
	case List:
		var all []Value
		for i := range v.Len() {
			e := Below(v.At(i), path)
			for j := range e.Len() {
				all = append(all, e.At(j))
			}
		}
		switch len(all) {
		case 0:
			return element(v, path)
		case 1:
			return all[0]
		}
		return OfList(all)
	}
	return Value{}
}

// element returns what lies at a path that begins with an index of the list v.
func element(v Value, path string) Value {
	index, rest, below := strings.Cut(path, ".")
	i, err := strconv.Atoi(index)
	switch {
	case err != nil || i < 0 || i >= v.Len():
		return Value{}
	case below:
		return Below(v.At(i), rest)
	}
	return v.At(i)
}

// Map is a map with flat ("a.b") or nested keys, or both.
type Map map[string]any

var (
	_ Tree   = Map(nil)
	_ Lister = Map(nil)
)

// Field is [Lookup] in the map.
func (m Map) Field(name string) Value {
	if x, ok := m[name]; ok {
		return Of(x)
	}
	return path(m, name)
}

// Member returns the value at a key.
func (m Map) Member(key string) (Value, bool) {
	x, ok := m[key]
	return Of(x), ok
}

// Members yields the keys with their values.
func (m Map) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for k, x := range m {
			if !yield(k, Of(x)) {
				return
			}
		}
	}
}

// Len returns the number of keys.
func (m Map) Len() int { return len(m) }

// Names yields the leaves of the map as dotted paths.
func (m Map) Names() iter.Seq[string] { return Leaves(m) }

// Leaves yields the leaves of a tree as dotted paths, each once.
func Leaves(t Tree) iter.Seq[string] {
	return func(yield func(string) bool) { leaves(t, "", 0, yield) }
}

// maxDepth bounds the nesting that Leaves follows; deeper objects are named as
// a whole. JSON decoders stop at ten thousand, logs at about ten.
const maxDepth = 32

func leaves(t Tree, prefix string, depth int, yield func(string) bool) bool {
	if mixed(t) {
		yield = once(yield)
	}
	for k, v := range t.Members() {
		if o, ok := v.Tree(); ok && depth < maxDepth && o.Len() > 0 {
			if !leaves(o, prefix+k+".", depth+1, yield) {
				return false
			}
			continue
		}
		if !yield(prefix + k) {
			return false
		}
	}
	return true
}

// mixed reports whether a leaf of the tree may have two paths, as that of "a.b" and of
// "b" in "a" have: it takes both a dotted key and an object.
func mixed(t Tree) bool {
	var dotted, nested bool
	for k, v := range t.Members() {
		dotted = dotted || strings.IndexByte(k, '.') >= 0
		if !nested {
			o, ok := v.Tree()
			nested = ok && o.Len() > 0
		}
		if dotted && nested {
			return true
		}
	}
	return false
}

// once yields each name that comes again only once.
func once(yield func(string) bool) func(string) bool {
	seen := map[string]bool{}
	return func(name string) bool {
		if seen[name] {
			return true
		}
		seen[name] = true
		return yield(name)
	}
}

// Package event is what goes into an engine: an [Event] at a time, its
// [Fields], and the [Value] that a field holds and both languages compute
// with.
package event

import (
	"iter"
	"strings"
	"time"
)

// Event is something that happened.
type Event struct {
	// Time is when. Rules see it, not the time of arrival.
	Time time.Time
	// ID identifies the event in alerts. If it is empty, a hash of the
	// content is used.
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

// Map is a map with flat ("a.b") or nested keys, or both.
type Map map[string]any

// Field looks a name up as a flat key first, then as a path through nested
// objects, splitting at every dot. A path through a list of objects collects
// the values of all of them; its name may carry Splunk's braces, as in
// "a{}.b".
func (m Map) Field(name string) Value {
	if x, ok := member(m, name); ok {
		return Of(x)
	}
	return nested(m, name)
}

// member looks up a key, without the braces that mark an array if it is not
// there with them.
func member(m map[string]any, key string) (any, bool) {
	x, ok := m[key]
	if array, braces := strings.CutSuffix(key, "{}"); !ok && braces {
		x, ok = m[array]
	}
	return x, ok
}

func nested(m map[string]any, name string) Value {
	for i := 0; i < len(name); i++ {
		if name[i] != '.' {
			continue
		}
		x, ok := member(m, name[:i])
		if !ok {
			continue
		}
		if v := Below(Of(x), name[i+1:]); !v.IsNull() {
			return v
		}
	}
	return Value{}
}

// Below returns what lies at the dotted path under v: of an object its
// member, of a list of objects the members of all of them.
func Below(v Value, path string) Value {
	switch v.Kind() {
	case Object:
		m, _ := v.Object()
		return Map(m).Field(path)
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
			return Value{}
		case 1:
			return all[0]
		}
		return OfList(all)
	}
	return Value{}
}

// Names yields the leaves of the map as dotted paths.
func (m Map) Names() iter.Seq[string] {
	return func(yield func(string) bool) { names(m, "", 0, yield) }
}

// maxDepth bounds the nesting that Names follows; deeper objects are named as
// a whole. JSON decoders stop at ten thousand, logs at about ten.
const maxDepth = 32

func names(m map[string]any, prefix string, depth int, yield func(string) bool) bool {
	for k, x := range m {
		if o, ok := x.(map[string]any); ok && depth < maxDepth && len(o) > 0 {
			if !names(o, prefix+k+".", depth+1, yield) {
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

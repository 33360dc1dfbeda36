package schema

import (
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
)

// trail is a name that leads through objects, with the numbers of the keys that
// it may begin with: itself, which is the first, and what stands before a dot of
// it.
type trail struct {
	name string
	keys []int32 // nil if nobody numbered them
	own  bool    // all of them are a reader's
	some uint64  // the marks of these: see table.some
}

// newTrail numbers the keys that a name may begin with.
func newTrail(name string, number func(key string) int32) trail {
	t := trail{name: name, own: true}
	one := func(key string) {
		k := number(key)
		t.keys = append(t.keys, k)
		t.own = t.own && k < 0
		t.some |= markOf(^k)
	}
	add := func(key string) {
		one(key)
		if bare, braces := strings.CutSuffix(key, "{}"); braces {
			one(bare)
		}
	}
	add(name)
	for i := range len(name) {
		if name[i] == '.' {
			add(name[:i])
		}
	}
	return t
}

// in is [event.Lookup] of the name. It asks the object only where that has one
// of the keys.
func (t *trail) in(m *members) event.Value {
	if m.table == nil || t.keys == nil {
		return m.object.Field(t.name)
	}
	if t.own && m.more.some&t.some == 0 { // as nearly always
		return event.Value{}
	}
	for i, k := range t.keys {
		switch {
		case !m.has(k):
		case i == 0:
			v, _ := m.at(k)
			return v
		default:
			return m.object.Field(t.name)
		}
	}
	return event.Value{}
}

// member returns the object's member of the whole name, and whether it has it.
func (t *trail) member(m *members) (event.Value, bool) {
	if m.table == nil || t.keys == nil {
		return m.object.Member(t.name)
	}
	return m.at(t.keys[0])
}

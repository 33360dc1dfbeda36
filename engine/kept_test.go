package engine

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// What is held of an event lists each name once, and only what has a value.
func TestKeptFields(t *testing.T) {
	k := newKept(
		[]field.Key{{View: "ecs", Name: "user"}, {View: "ecs", Name: "host"}, {View: "cim", Name: "user"}, {View: "cim", Name: "dest"}},
		[]Value{event.OfString("a"), {}, event.OfString("b"), event.OfString("c")}, nil)
	for _, tt := range []struct {
		view string
		want map[string]Value
	}{
		{"ecs", map[string]Value{"user": event.OfString("a")}},
		{"cim", map[string]Value{"user": event.OfString("b"), "dest": event.OfString("c")}},
		{"", map[string]Value{"user": event.OfString("a"), "dest": event.OfString("c")}},
	} {
		f := k.View(tt.view)
		assert.Equal(t, tt.want, maps.Collect(event.All(f)), "view %q", tt.view)
		n := 0
		for name := range f.(event.Lister).Names() {
			assert.Equal(t, tt.want[name], f.Field(name), "view %q, %s", tt.view, name)
			n++
		}
		assert.Len(t, tt.want, n, "view %q", tt.view)
	}
}

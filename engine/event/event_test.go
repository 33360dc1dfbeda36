package event

import (
	"encoding/json"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMapField(t *testing.T) {
	for _, c := range []struct {
		event, name string
		want        any
	}{
		{`{"a.b": 1}`, "a.b", 1.0},
		{`{"a": {"b": 1}}`, "a.b", 1.0},
		{`{"a.b": {"c": 1}}`, "a.b.c", 1.0},
		{`{"a": {"b.c": 1}}`, "a.b.c", 1.0},
		{`{"a": {"x": 1}, "a.b": {"c": 2}}`, "a.b.c", 2.0},
		{`{"a": [{"b": 1}, {"b": [2, 3]}, {"c": 4}, 5]}`, "a.b", []any{1.0, 2.0, 3.0}},
		{`{"a": [{"b": 1}]}`, "a.b", 1.0},
		{`{"a": [{"b": [{"c": 1}, {"c": 2}]}]}`, "a{}.b{}.c", []any{1.0, 2.0}},
		{`{"a": ["x", "y"]}`, "a{}", []any{"x", "y"}},
		{`{"a{}.b": 1, "a": [{"b": 2}]}`, "a{}.b", 1.0},
		{`{"a{}": {"b": 1}}`, "a{}.b", 1.0},
		{`{"a": 1}`, "a.b", nil},
		{`{"a": 1}`, "b{}", nil},
		{`{}`, "", nil},
		{`{}`, "..", nil},
	} {
		var m map[string]any
		require.NoError(t, json.Unmarshal([]byte(c.event), &m))
		assert.Empty(t, cmp.Diff(c.want, Map(m).Field(c.name).Any()), "%s of %s", c.name, c.event)
	}
}

// pairs is an Enumerator that has no look-up.
type pairs []string

func (p pairs) Field(string) Value { panic("looked up") }

func (p pairs) Names() iter.Seq[string] { return slices.Values(p) }

func (p pairs) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, name := range p {
			if !yield(name, OfString(name+"!")) {
				return
			}
		}
	}
}

// bare can be asked and not listed.
type bare struct{}

func (bare) Field(string) Value { return OfInt(1) }

func TestAll(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fields Fields
		want   map[string]string
	}{
		{"nothing", nil, map[string]string{}},
		{"no lister", bare{}, map[string]string{}},
		{"a map", Map{"a": 1, "b": map[string]any{"c": "x", "d": nil}}, map[string]string{"a": "1", "b.c": "x", "b.d": ""}},
		{"an enumerator", pairs{"a", "b"}, map[string]string{"a": "a!", "b": "b!"}},
	} {
		got := map[string]string{}
		for name, v := range All(tt.fields) {
			got[name] = v.Text()
		}
		assert.Equal(t, tt.want, got, tt.name)
		for range All(tt.fields) {
			break
		}
	}
}

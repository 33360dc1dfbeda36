package event

import (
	"encoding/json"
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

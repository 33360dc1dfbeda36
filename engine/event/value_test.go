package event_test

import (
	"encoding/json"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/event"
)

func TestOf(t *testing.T) {
	at := time.Date(2024, 1, 2, 3, 4, 5, 6, time.UTC)
	tests := []struct {
		in   any
		kind event.Kind
		text string
	}{
		{nil, event.Null, ""},
		{true, event.Bool, "true"},
		{7, event.Int, "7"},
		{int8(-7), event.Int, "-7"},
		{uint32(7), event.Int, "7"},
		{uint64(math.MaxUint64), event.Float, "1.84467440737096e+19"},
		{7.0, event.Float, "7"},
		{float32(0.5), event.Float, "0.5"},
		{json.Number("12"), event.Int, "12"},
		{json.Number("1.5e3"), event.Float, "1500"},
		{"", event.String, ""},
		{"x", event.String, "x"},
		{[]byte("x"), event.String, "x"},
		{at, event.Time, "2024-01-02T03:04:05.000000006Z"},
		{[]any{"a", 1, nil}, event.List, "a\n1\n"},
		{[]string{"a", "b"}, event.List, "a\nb"},
		{[]any{}, event.List, ""},
		{map[string]any{"b": 1, "a": "x"}, event.Object, `{"a":"x","b":1}`},
		{map[string]any(nil), event.Null, ""},
		{event.OfInt(3), event.Int, "3"},
		{struct{}{}, event.Null, ""},
	}
	for _, tt := range tests {
		v := event.Of(tt.in)
		assert.Equal(t, tt.kind, v.Kind(), "%#v", tt.in)
		assert.Equal(t, tt.text, v.Text(), "%#v", tt.in)
		assert.True(t, event.Identical(v, v.Clone()), "%#v", tt.in)
		assert.Equal(t, v.Text(), event.Of(v.Any()).Text(), "%#v", tt.in)
	}
}

func TestElements(t *testing.T) {
	assert.Zero(t, event.Of(nil).Len())
	one := event.Of("x")
	assert.Equal(t, 1, one.Len())
	assert.Equal(t, "x", one.At(0).Text())
	list := event.Of([]any{1, []string{"a", "b"}})
	require.Equal(t, 2, list.Len())
	assert.Equal(t, "b", list.At(1).At(1).Text())
}

func TestFormatFloat(t *testing.T) {
	for f, want := range map[float64]string{
		5:                 "5",
		-0.5:              "-0.5",
		0.1 + 0.2:         "0.3",
		1.0 / 3:           "0.3333333333333333",
		1700000000.123456: "1700000000.123456",
		1e15:              "1000000000000000",
		-(1 << 53):        "-9007199254740992",
		1<<53 + 2:         "9.007199254740994e+15",
		1e16:              "1e+16",
		123456789012345:   "123456789012345",
		0.000001:          "0.000001",
		1e-7:              "1e-07",
		2.675:             "2.675",
	} {
		assert.Equal(t, want, event.FormatFloat(f))
	}
}

func TestDecimals(t *testing.T) {
	five := event.OfRounded(5, 2)
	assert.Equal(t, "5.00", five.Text())
	assert.Equal(t, "5", event.OfRounded(5, 0).Text())
	assert.Equal(t, event.Float, five.Kind())
	assert.Equal(t, 5.0, five.Any())
	assert.True(t, event.Identical(event.OfInt(5), five))
	n, ok := five.Number()
	assert.True(t, ok)
	assert.Equal(t, 5.0, n)
}

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]string{"5": "5", "-5": "-5", "+5": "5", "1.50": "1.5", "1e3": "1000", ".5": "0.5", "9223372036854775808": "9.223372036854776e+18"} {
		v, ok := event.ParseNumber(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, v.Text(), text)
	}
	for _, text := range []string{"", "x", "0x10", "1 ", " 1", "1.2.3", "-", "NaN", "inf", "1_000", "e", "1e", "٣"} {
		_, ok := event.ParseNumber(text)
		assert.False(t, ok, text)
	}
}

// Making, reading and comparing values is free.
func TestNoAllocations(t *testing.T) {
	var text any = "a text"
	var list any = []any{"a", "b"}
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		v := event.Of(text)
		s, _ := v.Str()
		w := event.Of(list)
		if s == "" || w.Len() != 2 || event.Identical(v, w.At(0)) || v.Kind() != event.String {
			t.Fail()
		}
	}))
}

func TestCloneSharesNothing(t *testing.T) {
	list := []any{"a", map[string]any{"k": "v"}}
	v := event.Of(list).Clone()
	list[0] = "changed"
	list[1].(map[string]any)["k"] = "changed"
	assert.Equal(t, "a", v.At(0).Text())
	assert.Equal(t, `{"k":"v"}`, v.At(1).Text())
}

func TestMap(t *testing.T) {
	m := event.Map{
		"flat.key": 1,
		"a":        map[string]any{"b": map[string]any{"c": 2}, "d.e": 3},
		"a.b.x":    4,
		"list":     []any{map[string]any{"n": 1}, map[string]any{"n": []any{2, 3}}, "no object"},
		"null":     nil,
	}
	for name, want := range map[string]string{
		"flat.key": "1", "a.b.c": "2", "a.d.e": "3", "a.b.x": "4", "list.n": "1\n2\n3",
		"null": "", "a.b.none": "", "flat": "", "": "", ".": "", "a.": "",
	} {
		assert.Equal(t, want, m.Field(name).Text(), name)
	}
	assert.True(t, m.Field("null").IsNull())
	assert.Equal(t, event.Object, m.Field("a.b").Kind())

	names := map[string]bool{}
	for n := range m.Names() {
		assert.False(t, names[n], n)
		names[n] = true
	}
	assert.Len(t, names, 6)
	assert.Contains(t, names, "a.b.c")
}

// A field that a map has under two paths is one field.
func TestNamesAreYieldedOnce(t *testing.T) {
	for _, m := range []event.Map{
		{"a.b": 1, "a": map[string]any{"b": 2}},
		{"x": map[string]any{"a.b": 1, "a": map[string]any{"b": 2}}},
		{"a.b.c": 1, "a.b": map[string]any{"c": 2}, "a": map[string]any{"b": map[string]any{"c": 3}}},
		{"a.b": map[string]any{"c": 2}, "a": map[string]any{"b.c": 3, "b": map[string]any{"c": 4}}},
		{"a.b": map[string]any{"c": 2}, "a.b.c": 3},
	} {
		assert.Len(t, slices.Collect(m.Names()), 1, m)
	}
	m := event.Map{"a.b": 1, "a": map[string]any{"c": 2, "b": map[string]any{"d": 3}}, "e": 4}
	assert.Equal(t, []string{"a.b", "a.b.d", "a.c", "e"}, slices.Sorted(m.Names()))
	for range m.Names() {
		break
	}
}

// The text of what nests deeply is put together once, and not at each level.
func TestTextOfDeepNesting(t *testing.T) {
	const depth = 4000
	var x any = "x"
	for range depth {
		x = []any{map[string]any{"a": x}}
	}
	v := event.Of(x)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	text := v.Text()
	runtime.ReadMemStats(&after)
	assert.Equal(t, strings.Repeat(`{"a":`, depth)+`"x"`+strings.Repeat("}", depth), text)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20))
}

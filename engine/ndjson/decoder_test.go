package ndjson_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/ndjson"
)

func TestDecodeFindsFields(t *testing.T) {
	line := `{"a":1,"b":{"c":"x","d":[{"e":1},{"e":[2,3]},4]},"b.c":"flat","t":true,"f":false,"n":null,"l":[],"o":{},` +
		`"big":9223372036854775808,"int":-9223372036854775808,"float":1.5e3,"huge":1e999,"z":-0,` +
		`"esc\u0041\"k":"\u00e9\ud83d\ude00\\\/\b\f\n\r\t\"","é":"ü","":"empty","twice":{"x":1},"twice":2}`
	var d ndjson.Decoder
	got, err := d.Decode([]byte(line))
	require.NoError(t, err)
	_, slow := got.(event.Map)
	assert.False(t, slow, "the line is plain")
	for name, want := range map[string]any{
		"a": int64(1), "b.c": "flat", "b.d.e": []any{int64(1), int64(2), int64(3)}, "b{}.d{}.e": []any{int64(1), int64(2), int64(3)},
		"b.d": []any{map[string]any{"e": int64(1)}, map[string]any{"e": []any{int64(2), int64(3)}}, int64(4)},
		"t":   true, "f": false, "n": nil, "l": []any{}, "o": map[string]any{}, "none": nil, "a.b": nil, "b.none": nil, "l{}": []any{},
		"big": 9223372036854775808.0, "int": int64(-9223372036854775808), "float": 1500.0, "huge": "1e999", "z": int64(0),
		`escA"k`: "é😀\\/\b\f\n\r\t\"", "é": "ü", "": "empty", "twice": int64(2), "twice.x": nil,
	} {
		assert.Equal(t, want, got.Field(name).Any(), name)
		assert.Equal(t, want, got.Field(name).Any(), "%s, asked again", name)
	}
	assert.Equal(t, 17, got.Len())
}

// Whatever encoding/json refuses is refused, and with its error.
func TestDecodeRefuses(t *testing.T) {
	var d ndjson.Decoder
	for _, line := range []string{
		``, ` `, `null`, `1`, `"a"`, `[{}]`, `{`, `{}}`, `{} {}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{,"a":1}`, `{'a':1}`, `{a:1}`, `{"a":1 "b":2}`,
		`{"a":01}`, `{"a":+1}`, `{"a":.5}`, `{"a":1.}`, `{"a":1e}`, `{"a":--1}`, `{"a":-}`, `{"a":0x1}`, `{"a":nan}`, `{"a":NaN}`, `{"a":-inf}`, `{"a":Infinity}`,
		`{"a":[01]}`, `{"a":{"b":[{"c":1.}]}}`, `{"a":01,"a":1}`, `{"a":tru}`, `{"a":nul}`, `{"a":True}`, `{"a":[1,]}`, `{"a":[,1]}`, `{"a":[1 2]}`,
		"{\"a\":\"\x01\"}", "{\"a\x1f\":1}", "{\"a\":\"line\nbreak\"}", "{\x0b\"a\":1}", "\xef\xbb\xbf{}", `{"a":"\x41"}`, `{"a":"\u12"}`, `{"a":"\u12g4"}`,
		`{"\q":1}`, `{"a":"\"}`, `{"a":"`, `{"a":1}` + "\x00", "{\"a\":\xa01}",
	} {
		_, want := event.ParseJSON([]byte(line))
		require.Error(t, want, "%q", line)
		_, err := d.Decode([]byte(line))
		assert.Equal(t, want, err, "%q", line)
	}
}

// What the quick way does not understand takes the slow one, and reads as it
// does there.
func TestDecodeOddLines(t *testing.T) {
	var d ndjson.Decoder
	deep := strings.Repeat(`{"a":`, 400) + "1" + strings.Repeat("}", 400)
	for _, line := range []string{
		`{"a":"\ud800"}`, `{"a":"\udc00\ud800"}`, `{"a":"\ud800\u0041"}`, `{"\udfff":1}`, "{\"a\":\"\xff\"}", "{\"\xc3\x28\":1}", "{\"a\":\t1,\n\"b\":2}",
		deep, `{"a":"` + strings.Repeat("long ", 1<<17) + `"}`,
	} {
		want, err := event.ParseJSON([]byte(line))
		require.NoError(t, err)
		got, err := d.Decode([]byte(line))
		require.NoError(t, err)
		assert.Equal(t, map[string]any(want), decoded(got))
	}
}

// decoded is all that a tree says of itself.
func decoded(t event.Tree) any { return event.OfTree(t).Any() }

// A decoder that has read other lines before reads what a new one does, and
// the tree has nothing of the line.
func TestDecodeRandomLines(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	var d ndjson.Decoder
	for range 3000 {
		line := []byte(object(r, 0))
		want, err := event.ParseJSON(line)
		require.NoError(t, err)
		got, err := d.Decode(line)
		require.NoError(t, err)
		for i := range line {
			line[i] = '#'
		}
		same(t, want, got)
	}
}

// same compares a tree with the map that it should be, by each name that leads
// somewhere, and some that do not.
func same(t *testing.T, want event.Map, got event.Tree) {
	t.Helper()
	names := slices.Sorted(want.Names())
	require.Equal(t, names, slices.Sorted(got.(event.Lister).Names()))
	for _, name := range names {
		for _, n := range []string{name, name + ".a", strings.ReplaceAll(name, ".", "{}.")} {
			require.Equal(t, want.Field(n).Any(), got.Field(n).Any(), n)
		}
		first, _, _ := strings.Cut(name, ".")
		require.True(t, event.Identical(want.Field(first), got.Field(first)), first)
	}
	if diff := cmp.Diff(map[string]any(want), decoded(got)); diff != "" {
		t.Fatal(diff)
	}
}

// object makes the text of an object, of few keys, so that they repeat.
func object(r *rand.Rand, depth int) string {
	var b strings.Builder
	b.WriteString("{")
	for i := range r.IntN(9) {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, "%s:%s", text(r), value(r, depth+1))
	}
	return b.String() + "}"
}

func value(r *rand.Rand, depth int) string {
	kinds := 9
	if depth > 4 {
		kinds = 6
	}
	switch r.IntN(kinds) {
	case 0, 1:
		return text(r)
	case 2:
		return fmt.Sprint(r.Int64() - r.Int64())
	case 3:
		return [...]string{"1.5", "-0.25e-3", "1E5", "18446744073709551616", "1e999", "0", "-0", "0.1"}[r.IntN(8)]
	case 4:
		return [...]string{"true", "false", "null"}[r.IntN(3)]
	case 5:
		return [...]string{"[]", "{}", " 1 ", "[ ]"}[r.IntN(4)]
	case 6:
		return object(r, depth)
	}
	var list []string
	for range r.IntN(4) {
		list = append(list, value(r, depth+1))
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func text(r *rand.Rand) string {
	parts := []string{"a", "b", "c", "a.b", "b.c", "", `\\`, `\"`, `\u0041`, `\n`, "é", `\ud83d\ude00`, "日本", "long text of words", `\ud800`, "a{}"}
	s := parts[r.IntN(len(parts))]
	if r.IntN(2) == 0 {
		s += parts[r.IntN(len(parts))]
	}
	return `"` + s + `"`
}

func FuzzDecode(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		f.Add([]byte(object(r, 0)))
	}
	f.Add([]byte(`{"a":01}`))
	f.Add([]byte(`{"a":{"b":[{"c":1.}]},"a.b":"\ud800"}`))
	var used ndjson.Decoder
	f.Fuzz(func(t *testing.T, line []byte) {
		want, wantErr := event.ParseJSON(bytes.Clone(line))
		got, err := used.Decode(line)
		require.Equal(t, wantErr, err)
		if wantErr == nil {
			same(t, want, got)
			require.True(t, json.Valid(line))
		}
	})
}

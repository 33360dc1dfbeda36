package state

import (
	"encoding/binary"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/event"
)

func TestValuesComeBack(t *testing.T) {
	for _, x := range []any{
		nil, true, false, 0, -1, int64(math.MaxInt64), int64(math.MinInt64), 1.5, math.Inf(-1), "", "text\x00", []any{}, []any{nil, "a", []any{1}},
		map[string]any{}, map[string]any{"b": 1, "a": map[string]any{"a": "x"}}, time.Unix(1, 2).UTC(),
	} {
		var w Writer
		v := event.Of(x)
		w.Value(v)
		r := NewReader(w.Bytes())
		got := r.Value()
		r.End()
		require.NoError(t, r.Err(), "%#v", x)
		assert.Equal(t, v.Kind(), got.Kind(), "%#v", x)
		assert.True(t, event.Identical(v, got), "%#v", x)
	}
}

func TestDecimalsComeBack(t *testing.T) {
	var w Writer
	w.Value(event.OfList([]event.Value{event.OfRounded(5, 2), event.OfFloat(5)}))
	r := NewReader(w.Bytes())
	got := r.Value()
	r.End()
	require.NoError(t, r.Err())
	assert.Equal(t, "5.00\n5", got.Text())

	deep := event.OfRounded(5, 2)
	for range maxDepth + 1 {
		deep = event.OfList([]event.Value{deep, event.OfInt(1)})
	}
	w.Reset()
	w.Value(deep)
	r = NewReader(w.Bytes())
	r.Value()
	r.End()
	assert.NoError(t, r.Err(), "what lies too deep is null, whatever it is")
}

// A count comes back whatever may happen, unless no int could go on from it.
func TestCountsComeBack(t *testing.T) {
	for n, ok := range map[uint64]bool{0: true, 1 << 31: true, math.MaxInt / 2: true, math.MaxInt/2 + 1: false, math.MaxUint64: false} {
		var w Writer
		w.Uint(n)
		r := NewReader(w.Bytes())
		got := r.Number()
		require.Equal(t, ok, r.Err() == nil, "%d", n)
		if ok {
			assert.EqualValues(t, n, got)
		}
	}
}

// Events without an ID are told apart by their times' zones, too.
func TestTimesComeBack(t *testing.T) {
	at := time.Date(2024, 1, 2, 3, 4, 5, 6, time.UTC)
	for _, x := range []time.Time{
		{}, at, at.In(time.FixedZone("", 0)), at.In(time.FixedZone("CET", 3600)), at.In(time.FixedZone("", -5*3600)), time.Unix(1<<33-1, 0).UTC(),
	} {
		var w Writer
		w.Time(x)
		r := NewReader(w.Bytes())
		got := r.Time()
		require.NoError(t, r.Err(), x)
		a, _ := x.MarshalBinary()
		b, _ := got.MarshalBinary()
		assert.Equal(t, a, b, x)
		assert.Equal(t, x.IsZero(), got.IsZero(), x)
	}
}

func TestNamesAreWrittenOnce(t *testing.T) {
	var w Writer
	w.Name("process.command_line")
	once := len(w.Bytes())
	w.Name("process.command_line")
	assert.Equal(t, once+1, len(w.Bytes()))
	r := NewReader(w.Bytes())
	assert.Equal(t, r.Name(), r.Name())
	w.Reset()
	w.Name("process.command_line")
	assert.Equal(t, once, len(w.Bytes()), "each record has its own")
}

func TestDamageIsAnError(t *testing.T) {
	huge := binary.AppendUvarint(nil, 1<<63)
	nested := make([]byte, 0, 4*maxDepth)
	for range 2 * maxDepth {
		nested = append(nested, byte(event.List), 1)
	}
	for name, read := range map[string]func(r *Reader){
		"count":  func(r *Reader) { r.Count() },
		"text":   func(r *Reader) { r.Text() },
		"number": func(r *Reader) { r.Number() },
		"name":   func(r *Reader) { r.Name() },
		"values": func(r *Reader) { r.Values() },
		"time":   func(r *Reader) { r.Time() },
	} {
		r := NewReader(huge)
		read(r)
		assert.Error(t, r.Err(), name)
	}
	for name, b := range map[string][]byte{
		"nothing": {}, "an unknown kind": {99}, "half a float": {byte(event.Float), 1, 2}, "no bool": {byte(event.Bool), 7},
		"too deep": nested, "an endless number": {byte(event.Int), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	} {
		r := NewReader(b)
		r.Value()
		assert.Error(t, r.Err(), name)
	}
	r := NewReader([]byte{0, 0})
	r.Value()
	r.End()
	assert.EqualError(t, r.Err(), "expected the end of a record, found more")
}

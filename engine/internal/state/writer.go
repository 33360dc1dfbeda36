package state

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
)

// Writer collects a record. Its zero value is empty and ready.
type Writer struct {
	b     []byte
	names map[string]uint64
}

// Bytes returns what was written. It is valid until the next Reset.
func (w *Writer) Bytes() []byte { return w.b }

// Reset begins another record.
func (w *Writer) Reset() {
	w.b = w.b[:0]
	clear(w.names)
}

// Uint writes a number.
func (w *Writer) Uint(u uint64) { w.b = binary.AppendUvarint(w.b, u) }

// Int writes a number that may be negative.
func (w *Writer) Int(i int64) { w.b = binary.AppendVarint(w.b, i) }

// Count writes how many elements follow.
func (w *Writer) Count(n int) { w.Uint(uint64(n)) }

// Bool writes a bool.
func (w *Writer) Bool(b bool) {
	if b {
		w.b = append(w.b, 1)
		return
	}
	w.b = append(w.b, 0)
}

// Text writes a text.
func (w *Writer) Text(s string) {
	w.Count(len(s))
	w.b = append(w.b, s...)
}

// Name writes a text that is likely to occur again in the record; from the
// second time on it takes a byte or two.
func (w *Writer) Name(s string) {
	if n, ok := w.names[s]; ok {
		w.Uint(n + 1)
		return
	}
	if w.names == nil {
		w.names = map[string]uint64{}
	}
	w.names[s] = uint64(len(w.names))
	w.Uint(0)
	w.Text(s)
}

// maxSeconds bounds the times that are written, on both sides of 1970: 34,000
// years. Those beyond, which only a broken clock gives, become the bound;
// calendars cannot count further without overflow.
const maxSeconds = 1 << 40

// Time writes a time with the offset of its zone, by which events that have
// no ID are told apart.
func (w *Writer) Time(t time.Time) {
	w.Int(min(max(t.Unix(), -maxSeconds), maxSeconds))
	w.Uint(uint64(t.Nanosecond()))
	if t.Location() == time.UTC {
		w.Int(0)
		return
	}
	_, offset := t.Zone()
	if offset >= 0 {
		offset++ // a zone without an offset is not UTC
	}
	w.Int(int64(offset))
}

// rounded is the kind of a float that prints with so many decimals, which are
// the byte behind it.
const rounded = 0x10

// maxDepth bounds the nesting of values, as decoders of JSON do. What lies
// deeper is written as null.
const maxDepth = 10_000

// Value writes a value.
func (w *Writer) Value(v event.Value) { w.value(v, 0) }

func (w *Writer) value(v event.Value, depth int) {
	kind := v.Kind()
	if depth > maxDepth {
		kind = event.Null
	}
	if places, ok := v.Places(); ok && kind == event.Float {
		w.b = append(w.b, rounded, byte(places))
	} else {
		w.b = append(w.b, byte(kind))
	}
	switch kind {
	case event.Bool:
		b, _ := v.Bool()
		w.Bool(b)
	case event.Int:
		i, _ := v.Int()
		w.Int(i)
	case event.Float:
		f, _ := v.Float()
		w.b = binary.LittleEndian.AppendUint64(w.b, math.Float64bits(f))
	case event.String:
		s, _ := v.Str()
		w.Text(s)
	case event.Time:
		t, _ := v.Time()
		w.Int(t.UnixNano())
	case event.List:
		w.Count(v.Len())
		for i := range v.Len() {
			w.value(v.At(i), depth+1)
		}
	case event.Object:
		w.object(v, depth)
	}
}

func (w *Writer) object(v event.Value, depth int) {
	m, _ := v.Object()
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	w.Count(len(names))
	for _, n := range names {
		w.Name(n)
		w.value(event.Of(m[n]), depth+1)
	}
}

// Values writes a list of values.
func (w *Writer) Values(vs []event.Value) {
	w.Count(len(vs))
	for _, v := range vs {
		w.Value(v)
	}
}

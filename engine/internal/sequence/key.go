package sequence

import (
	"cmp"
	"encoding/binary"
	"math"

	"github.com/spoor-lang/spoor/engine/event"
)

// appendKey appends a value to an encoded join key. Two encodings are the same
// if and only if the values are of one type and equal, where all numbers are
// of one type; lists and objects within a list go by their text.
func appendKey(b []byte, v event.Value) []byte {
	switch v.Kind() {
	case event.Null:
		return append(b, 'n')
	case event.Bool:
		if t, _ := v.Bool(); t {
			return append(b, 't')
		}
		return append(b, 'f')
	case event.Int:
		i, _ := v.Int()
		return binary.BigEndian.AppendUint64(append(b, 'i'), uint64(i))
	case event.Float:
		return appendFloat(b, v)
	case event.String:
		s, _ := v.Str()
		return appendText(append(b, 's'), s)
	case event.Time:
		t, _ := v.Time()
		return binary.BigEndian.AppendUint64(append(b, 'd'), uint64(t.UnixNano()))
	}
	return appendText(append(b, 'o'), v.Text())
}

// appendFloat writes a float without a fraction as the integer that it is.
func appendFloat(b []byte, v event.Value) []byte {
	f, _ := v.Float()
	if i, ok := integer(f); ok {
		return binary.BigEndian.AppendUint64(append(b, 'i'), uint64(i))
	}
	return binary.BigEndian.AppendUint64(append(b, 'x'), math.Float64bits(f))
}

// integer returns f as an integer if it is one of 64 bits.
func integer(f float64) (int64, bool) {
	if f != math.Trunc(f) || f < math.MinInt64 || f >= math.MaxInt64 {
		return 0, false
	}
	return int64(f), true
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// textsOf returns the values of a join key that is made of texts alone.
func textsOf(key string) []event.Value {
	var vals []event.Value
	for len(key) > 0 {
		n, size := binary.Uvarint([]byte(key[1:min(len(key), 1+binary.MaxVarintLen64)]))
		from := 1 + size
		vals = append(vals, event.OfString(key[from:from+int(n)]))
		key = key[from+int(n):]
	}
	return vals
}

// compareValues orders values as Elasticsearch orders keys: null first, and
// within a type by value. Types among themselves have a fixed order of no
// meaning. Values that are encoded alike, and only they, compare as 0.
func compareValues(a, b event.Value) int {
	if c := cmp.Compare(rank(a), rank(b)); c != 0 {
		return c
	}
	switch a.Kind() {
	case event.Null:
		return 0
	case event.Bool, event.Int, event.Float:
		return compareNumbers(a, b)
	case event.String:
		s, _ := a.Str()
		t, _ := b.Str()
		return cmp.Compare(s, t)
	case event.Time:
		s, _ := a.Time()
		t, _ := b.Time()
		return s.Compare(t)
	}
	return cmp.Compare(a.Text(), b.Text())
}

func rank(v event.Value) int {
	switch v.Kind() {
	case event.Null:
		return 0
	case event.Bool:
		return 1
	case event.Int, event.Float:
		return 2
	case event.String:
		return 3
	case event.Time:
		return 4
	}
	return 5
}

// compareNumbers compares two bools or two numbers. Integers beyond the
// precision of a float are compared as integers.
func compareNumbers(a, b event.Value) int {
	if s, ok := a.Bool(); ok || a.Kind() == event.Bool {
		t, _ := b.Bool()
		switch {
		case s == t:
			return 0
		case t:
			return -1
		}
		return 1
	}
	i, ok1 := whole(a)
	j, ok2 := whole(b)
	if ok1 && ok2 {
		return cmp.Compare(i, j)
	}
	x, _ := a.Float()
	y, _ := b.Float()
	return cmp.Compare(x, y)
}

func whole(v event.Value) (int64, bool) {
	if i, ok := v.Int(); ok {
		return i, true
	}
	f, _ := v.Float()
	return integer(f)
}

// compareTuples orders join keys by their first value, then the next.
func compareTuples(a, b []event.Value) int {
	for i := range min(len(a), len(b)) {
		if c := compareValues(a[i], b[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

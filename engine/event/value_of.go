package event

import (
	"math"
	"time"
	"unsafe"
)

// Of returns the value of any Go value that JSON, TOML or a caller's map may
// hold. Numbers of json.Number are parsed; unknown types become their text.
func Of(x any) Value {
	switch x := x.(type) {
	case nil:
		return Value{}
	case string:
		return OfString(x)
	case bool:
		return OfBool(x)
	case float64:
		return OfFloat(x)
	case int:
		return OfInt(int64(x))
	case int64:
		return OfInt(x)
	case map[string]any:
		return OfObject(x)
	case []any:
		return ofAnyList(x)
	case []string:
		return OfStrings(x)
	case Value:
		return x
	case []Value:
		return OfList(x)
	case time.Time:
		return OfTime(x)
	}
	return ofRare(x)
}

func ofRare(x any) Value {
	switch x := x.(type) {
	case int8:
		return OfInt(int64(x))
	case int16:
		return OfInt(int64(x))
	case int32:
		return OfInt(int64(x))
	case uint8:
		return OfInt(int64(x))
	case uint16:
		return OfInt(int64(x))
	case uint32:
		return OfInt(int64(x))
	case uint:
		return ofUint(uint64(x))
	case uint64:
		return ofUint(x)
	case float32:
		return OfFloat(float64(x))
	case []byte:
		return OfString(string(x))
	case Tree:
		return OfTree(x)
	case interface{ Float64() (float64, error) }: // json.Number, of either package
		return ofNumber(x)
	case interface{ String() string }:
		return OfString(x.String())
	}
	return Value{}
}

func ofUint(x uint64) Value {
	if x > math.MaxInt64 {
		return OfFloat(float64(x))
	}
	return OfInt(int64(x))
}

func ofNumber(x interface{ Float64() (float64, error) }) Value {
	if s, ok := x.(interface{ String() string }); ok {
		if v, ok := ParseNumber(s.String()); ok {
			return v
		}
	}
	f, err := x.Float64()
	if err != nil {
		return Value{}
	}
	return OfFloat(f)
}

// OfString returns a string value. It shares s.
func OfString(s string) Value {
	return Value{num: uint64(len(s)), ref: stringPtr(unsafe.StringData(s))}
}

// OfBool returns a bool value.
func OfBool(b bool) Value {
	if b {
		return Value{num: 1, ref: Bool}
	}
	return Value{ref: Bool}
}

// OfInt returns an integer value.
func OfInt(i int64) Value { return Value{num: uint64(i), ref: Int} }

// OfFloat returns a floating value.
func OfFloat(f float64) Value { return Value{num: math.Float64bits(f), ref: Float} }

// maxPlaces is up to where the decimals of a float are worth printing.
const maxPlaces = 15

// OfRounded returns a floating value that prints with all its decimals: 5 to
// two of them is 5.00. In all else it is the number alone.
func OfRounded(f float64, decimals int) Value {
	if decimals <= 0 || decimals > maxPlaces {
		return OfFloat(f)
	}
	return Value{num: math.Float64bits(f), ref: places(decimals)}
}

// OfTime returns a time value, to the nanosecond, between the years 1678 and
// 2262.
func OfTime(t time.Time) Value { return Value{num: uint64(t.UnixNano()), ref: Time} }

// OfList returns a list. It shares vs.
func OfList(vs []Value) Value {
	return Value{num: uint64(len(vs)), ref: listPtr(unsafe.SliceData(vs))}
}

// OfStrings returns a list of strings. It shares ss.
func OfStrings(ss []string) Value {
	return Value{num: uint64(len(ss)), ref: strListPtr(unsafe.SliceData(ss))}
}

func ofAnyList(xs []any) Value {
	return Value{num: uint64(len(xs)), ref: anyListPtr(unsafe.SliceData(xs))}
}

// OfObject returns an object. It shares m.
func OfObject(m map[string]any) Value {
	if m == nil {
		return Value{}
	}
	return Value{ref: m}
}

// OfTree returns an object that need not be a map. It shares t.
func OfTree(t Tree) Value {
	if m, ok := t.(Map); ok {
		return OfObject(m)
	}
	return Value{ref: t}
}

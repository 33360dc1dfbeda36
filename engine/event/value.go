package event

import (
	"math"
	"sort"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// Value is null, a bool, an int, a float, a string, a time, a list or an
// object. The zero Value is null. A Value is three words, is copied freely,
// and making one of anything but a list literal allocates nothing.
//
// A Value made of a caller's string, slice or map shares its memory; Clone
// cuts the tie.
type Value struct {
	num uint64 // bool, int, float, nanoseconds; length of a string or list
	ref any    // kind, or the pointer that holds the content
}

// Kind is the type of a [Value].
type Kind uint8

// The kinds.
const (
	Null Kind = iota
	Bool
	Int
	Float
	String
	Time
	List
	Object
)

var kindNames = [...]string{"null", "bool", "int", "float", "string", "time", "list", "object"}

// String returns the kind's name.
func (k Kind) String() string { return kindNames[k] }

// The pointer types keep strings and lists in an interface without a header
// of their own on the heap.
type (
	stringPtr  *byte
	listPtr    *Value
	anyListPtr *any
	strListPtr *string
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

// Kind returns what v is.
func (v Value) Kind() Kind {
	switch r := v.ref.(type) {
	case nil:
		return Null
	case stringPtr:
		return String
	case Kind:
		return r
	case listPtr, anyListPtr, strListPtr:
		return List
	}
	return Object
}

// IsNull reports whether v is null.
func (v Value) IsNull() bool { return v.ref == nil }

// Str returns the string and true if v is a string.
func (v Value) Str() (string, bool) {
	p, ok := v.ref.(stringPtr)
	if !ok {
		return "", false
	}
	return unsafe.String((*byte)(p), int(v.num)), true
}

// Bool returns the bool and true if v is a bool.
func (v Value) Bool() (b, ok bool) { return v.num == 1, v.ref == Bool }

// Int returns the integer and true if v is an integer.
func (v Value) Int() (int64, bool) { return int64(v.num), v.ref == Int }

// Float returns the number and true if v is an integer or a float.
func (v Value) Float() (float64, bool) {
	switch v.ref {
	case Float:
		return math.Float64frombits(v.num), true
	case Int:
		return float64(int64(v.num)), true
	}
	return 0, false
}

// Time returns the time in UTC and true if v is a time.
func (v Value) Time() (time.Time, bool) {
	if v.ref != Time {
		return time.Time{}, false
	}
	return time.Unix(0, int64(v.num)).UTC(), true
}

// Object returns the map and true if v is an object. The map is read only. Of
// an object that is no map it is made anew; Tree makes none.
func (v Value) Object() (map[string]any, bool) {
	if m, ok := v.ref.(map[string]any); ok {
		return m, true
	}
	t, ok := v.ref.(Tree)
	if !ok {
		return nil, false
	}
	m := make(map[string]any, t.Len())
	for k, x := range t.Members() {
		m[k] = x.Any()
	}
	return m, true
}

// Tree returns the object and true if v is one.
func (v Value) Tree() (Tree, bool) {
	if m, ok := v.ref.(map[string]any); ok {
		return Map(m), true
	}
	t, ok := v.ref.(Tree)
	return t, ok
}

// IsList reports whether v is a list.
func (v Value) IsList() bool { return v.Kind() == List }

// Len returns the number of elements: 0 for null, 1 for anything that is not
// a list.
func (v Value) Len() int {
	switch v.Kind() {
	case Null:
		return 0
	case List:
		return int(v.num)
	}
	return 1
}

// At returns the i-th element. A value that is no list is its own only
// element.
func (v Value) At(i int) Value {
	switch p := v.ref.(type) {
	case listPtr:
		return unsafe.Slice((*Value)(p), int(v.num))[i]
	case anyListPtr:
		return Of(unsafe.Slice((*any)(p), int(v.num))[i])
	case strListPtr:
		return OfString(unsafe.Slice((*string)(p), int(v.num))[i])
	}
	return v
}

// Clone returns a copy that shares no memory with the caller's data.
func (v Value) Clone() Value {
	switch v.Kind() {
	case String:
		s, _ := v.Str()
		return OfString(strings.Clone(s))
	case List:
		vs := make([]Value, v.Len())
		for i := range vs {
			vs[i] = v.At(i).Clone()
		}
		return OfList(vs)
	case Object:
		m, _ := v.Object()
		c := make(map[string]any, len(m))
		for k, x := range m {
			c[strings.Clone(k)] = Of(x).Clone()
		}
		return OfObject(c)
	}
	return v
}

// Any returns v as encoding/json would have decoded it, with int64 for
// integers and time.Time for times.
func (v Value) Any() any {
	switch v.Kind() {
	case Bool:
		return v.num == 1
	case Int:
		return int64(v.num)
	case Float:
		return math.Float64frombits(v.num)
	case String:
		s, _ := v.Str()
		return s
	case Time:
		t, _ := v.Time()
		return t
	case List:
		xs := make([]any, v.Len())
		for i := range xs {
			xs[i] = v.At(i).Any()
		}
		return xs
	case Object:
		m, _ := v.Object()
		c := make(map[string]any, len(m))
		for k, x := range m {
			c[k] = Of(x).Any()
		}
		return c
	}
	return nil
}

// Text returns v as Splunk prints it: integers without a point, floats with
// the digits that they need, null as nothing, lists line by line, objects as
// JSON-like text.
func (v Value) Text() string {
	switch v.Kind() {
	case Null:
		return ""
	case Bool:
		return strconv.FormatBool(v.num == 1)
	case Int:
		return strconv.FormatInt(int64(v.num), 10)
	case Float:
		return FormatFloat(math.Float64frombits(v.num))
	case String:
		s, _ := v.Str()
		return s
	case Time:
		t, _ := v.Time()
		return t.Format(time.RFC3339Nano)
	case List:
		var b strings.Builder
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(v.At(i).Text())
		}
		return b.String()
	}
	return v.objectText()
}

func (v Value) objectText() string {
	m, _ := v.Object()
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var b strings.Builder
	b.WriteByte('{')
	for i, k := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(k) + ":")
		e := Of(m[k])
		if s, ok := e.Str(); ok {
			b.WriteString(strconv.Quote(s))
		} else {
			b.WriteString(e.Text())
		}
	}
	b.WriteByte('}')
	return b.String()
}

// maxExact is up to where a float holds every integer: beyond it, the last
// digits of a printed integer would not be known.
const maxExact = 1 << 53

// FormatFloat prints a number without an exponent from a millionth up to 2^53,
// the last integer that a float counts to without gaps. It takes the shortest
// text that reads as the same number, which keeps the microseconds of an epoch;
// where that needs 17 digits, the last ones are noise of binary arithmetic
// (0.1+0.2), and 15 are printed.
func FormatFloat(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) <= maxExact {
		return strconv.FormatInt(int64(f), 10)
	}
	format := byte('f')
	if a := math.Abs(f); a > maxExact || a < 1e-6 {
		format = 'g'
	}
	s := strconv.FormatFloat(f, format, -1, 64)
	if digits(s) <= 16 {
		return s
	}
	s = strconv.FormatFloat(f, 'g', 15, 64)
	if format == 'f' && strings.ContainsRune(s, 'e') {
		s = strconv.FormatFloat(f, 'f', 15, 64)
	}
	if strings.ContainsRune(s, '.') && !strings.ContainsRune(s, 'e') {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// digits counts the significant digits of a printed number.
func digits(s string) int {
	s, _, _ = strings.Cut(s, "e")
	s = strings.Replace(strings.TrimLeft(s, "-0."), ".", "", 1)
	return len(s)
}

// ParseNumber reads a decimal number: an optional sign, digits, a point,
// digits, an exponent. Hexadecimal, infinities, NaN and surrounding blanks are
// no numbers.
func ParseNumber(s string) (Value, bool) {
	if s == "" || len(s) > 64 {
		return Value{}, false
	}
	integer := true
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
		case (c == '-' || c == '+') && i == 0:
		case c == '.', c == 'e', c == 'E', c == '-', c == '+':
			integer = false
		default:
			return Value{}, false
		}
	}
	if integer {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return OfInt(n), true
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return Value{}, false
	}
	return OfFloat(f), true
}

// Number returns v as a number: numbers themselves, and texts that read as
// one.
func (v Value) Number() (float64, bool) {
	if f, ok := v.Float(); ok {
		return f, true
	}
	if s, ok := v.Str(); ok {
		n, ok := ParseNumber(s)
		if !ok {
			return 0, false
		}
		return n.Float()
	}
	return 0, false
}

// Identical reports whether v and w have the same type and content; numbers
// are identical if their values are.
func Identical(v, w Value) bool {
	vk, wk := v.Kind(), w.Kind()
	if vk != wk {
		a, ok1 := v.Float()
		b, ok2 := w.Float()
		return ok1 && ok2 && a == b
	}
	switch vk {
	case String:
		a, _ := v.Str()
		b, _ := w.Str()
		return a == b
	case Float:
		return math.Float64frombits(v.num) == math.Float64frombits(w.num)
	case List:
		if v.Len() != w.Len() {
			return false
		}
		for i := range v.Len() {
			if !Identical(v.At(i), w.At(i)) {
				return false
			}
		}
		return true
	case Object:
		a, _ := v.Object()
		b, _ := w.Object()
		if len(a) != len(b) {
			return false
		}
		for k, x := range a {
			y, ok := b[k]
			if !ok || !Identical(Of(x), Of(y)) {
				return false
			}
		}
		return true
	}
	return v.num == w.num
}

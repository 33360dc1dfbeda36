package event

import (
	"math"
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

// places is the kind of a float that prints with so many decimals.
type places uint8

// Kind returns what v is.
func (v Value) Kind() Kind {
	switch r := v.ref.(type) {
	case nil:
		return Null
	case stringPtr:
		return String
	case Kind:
		return r
	case places:
		return Float
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
	if _, ok := v.ref.(places); ok {
		return math.Float64frombits(v.num), true
	}
	return 0, false
}

// Places returns how many decimals v prints with, where [OfRounded] says.
func (v Value) Places() (int, bool) {
	p, ok := v.ref.(places)
	return int(p), ok
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
		if c, ok := v.ref.(Copier); ok {
			return c.Copy()
		}
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

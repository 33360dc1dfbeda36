package fn

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/event"
)

// callEQL calls a function as the compiler does, once with the arguments
// behind the first as literals and once without; both must agree.
func callEQL(t *testing.T, lib, name string, fold bool, args ...any) any {
	t.Helper()
	f, ok := Lookup(lib, name)
	require.True(t, ok, name)
	vals := make([]event.Value, len(args))
	lits, none := make([]*event.Value, len(args)), make([]*event.Value, len(args))
	for i, a := range args {
		vals[i] = event.Of(a)
		if i > 0 {
			lits[i] = &vals[i]
		}
		if vals[i].IsNull() && !f.Null {
			return nil
		}
	}
	c := &Context{Zone: time.UTC}
	if f.Bind == nil {
		return f.Call(c, vals).Any()
	}
	bound, err := f.Bind(lits, Options{Fold: fold})
	require.NoError(t, err)
	got := bound(c, vals).Any()
	if free, err := f.Bind(none, Options{Fold: fold}); err == nil {
		assert.Equal(t, got, free(c, vals).Any(), "%s%v without literals", name, args)
	}
	return got
}

func TestEQL(t *testing.T) {
	for _, c := range []struct {
		name string
		args []any
		want any
	}{
		{"add", []any{1, 2}, int64(3)},
		{"add", []any{1, 2.5}, 3.5},
		{"add", []any{"1", 2}, int64(3)},
		{"add", []any{"x", 2}, nil},
		{"add", []any{nil, 2}, nil},
		{"add", []any{int64(math.MaxInt64), 1}, nil},
		{"add", []any{int64(math.MinInt64), -1}, nil},
		{"subtract", []any{1, 3}, int64(-2)},
		{"subtract", []any{int64(math.MinInt64), 1}, nil},
		{"subtract", []any{0, int64(math.MinInt64)}, nil},
		{"subtract", []any{-1, int64(math.MinInt64)}, int64(math.MaxInt64)},
		{"multiply", []any{-4, 3}, int64(-12)},
		{"multiply", []any{int64(math.MaxInt64), 2}, nil},
		{"multiply", []any{int64(math.MinInt64), -1}, nil},
		{"multiply", []any{int64(1) << 62, -2}, int64(math.MinInt64)},
		{"multiply", []any{0, int64(math.MinInt64)}, int64(0)},
		{"divide", []any{7, 2}, int64(3)},
		{"divide", []any{-7, 2}, int64(-3)},
		{"divide", []any{7, 2.0}, 3.5},
		{"divide", []any{7, 0}, nil},
		{"divide", []any{7, 0.0}, nil},
		{"divide", []any{int64(math.MinInt64), -1}, nil},
		{"modulo", []any{10, -6}, int64(4)},
		{"modulo", []any{-7, 3}, int64(-1)},
		{"modulo", []any{10, 0.5}, 0.0},
		{"modulo", []any{10, 0}, nil},
		{"modulo", []any{int64(math.MinInt64), -1}, int64(0)},

		{"between", []any{"a[b]c]", "[", "]"}, "b"},
		{"between", []any{"a[b]c]", "[", "]", true}, "b]c"},
		{"between", []any{"a[b]c]", "[", "]", false}, "b"},
		{"between", []any{"a[b", "[", "]"}, ""},
		{"between", []any{"a]b", "[", "]"}, ""},
		{"between", []any{"]a[b", "[", "]", true}, nil},
		{"between", []any{"abc", "", "c"}, "abc"},
		{"between", []any{"abc", "a", ""}, "abc"},
		{"between", []any{"", "a", "b"}, ""},
		{"between", []any{"ABC", "a", "c"}, ""},
		{"between", []any{nil, "a", "b"}, nil},
		{"between~", []any{"ABC", "a", "c"}, "B"},
		{"between~", []any{"ÄbÖcÖ", "ä", "ö", true}, "bÖc"},

		{"cidrMatch", []any{"10.1.2.3", "192.168.0.0/16", "10.0.0.0/8"}, true},
		{"cidrMatch", []any{"10.1.2.3", "192.168.0.0/16"}, false},
		{"cidrMatch", []any{"::1", "::1"}, true},
		{"cidrMatch", []any{"::ffff:10.1.2.3", "10.0.0.0/8"}, true},
		{"cidrMatch", []any{"nowhere", "10.0.0.0/8"}, false},
		{"cidrMatch", []any{nil, "10.0.0.0/8"}, nil},

		{"concat", []any{"a", 1, 2.0, true}, "a12.0true"},
		{"concat", []any{1e7, 12345678.5, 0.0001, -0.5}, "1.0E71.23456785E71.0E-4-0.5"},
		{"concat", []any{"a", nil}, nil},
		{"concat", []any{""}, ""},
		{"string", []any{42}, "42"},
		{"string", []any{42.5}, "42.5"},
		{"string", []any{true}, "true"},
		{"string", []any{nil}, nil},
		{"string", []any{map[string]any{}}, nil},

		{"startsWith", []any{"abc", "ab"}, true},
		{"startsWith", []any{"abc", "AB"}, false},
		{"startsWith~", []any{"abc", "AB"}, true},
		{"startsWith", []any{"abc", ""}, true},
		{"startsWith", []any{"DC=*,x", "DC=*,"}, true}, // literal
		{"startsWith", []any{nil, "a"}, nil},
		{"endsWith", []any{"abc", "bc"}, true},
		{"endsWith", []any{"abc", "BC"}, false},
		{"endsWith~", []any{"stra\u1e9ee", "SS\u00dfE"}, false},
		{"endsWith~", []any{"abÄ", "ä"}, true},
		{"endsWith", []any{"", ""}, true},
		{"endsWith", []any{"a", "ba"}, false},
		{"endsWith", []any{1234, "34"}, true},
		{"stringContains", []any{"abc", "b"}, true},
		{"stringContains", []any{"abc", "B"}, false},
		{"stringContains~", []any{"abc", "B"}, true},
		{"stringContains", []any{"abc", ""}, false},
		{"stringContains", []any{"", "a"}, false},
		{"stringContains", []any{"abc", nil}, nil},

		{"indexOf", []any{"abcabc", "c"}, int64(2)},
		{"indexOf", []any{"abcabc", "c", 3}, int64(5)},
		{"indexOf", []any{"abcabc", "c", -9}, int64(2)},
		{"indexOf", []any{"abcabc", "x"}, nil},
		{"indexOf", []any{"abc", "C"}, nil},
		{"indexOf~", []any{"abc", "C"}, int64(2)},
		{"indexOf", []any{"abc", ""}, int64(0)},
		{"indexOf", []any{"abc", "", 2}, int64(2)},
		{"indexOf", []any{"abc", "a", 99}, nil},
		{"indexOf", []any{"abc", "", 3}, int64(3)},
		{"indexOf", []any{"abc", "", 4}, nil},
		{"indexOf", []any{"😀b", "", 4}, nil},
		{"indexOf", []any{"😀b", "b"}, int64(2)}, // two units before it
		{"indexOf", []any{"😀b😀b", "b", 3}, int64(5)},
		{"indexOf", []any{"abc", "a", nil}, nil},

		{"length", []any{"abc"}, int64(3)},
		{"length", []any{""}, int64(0)},
		{"length", []any{"ä"}, int64(1)},
		{"length", []any{"😀"}, int64(2)},
		{"length", []any{nil}, nil},

		{"number", []any{"42"}, int64(42)},
		{"number", []any{"-4.5"}, -4.5},
		{"number", []any{"1e3"}, 1000.0},
		{"number", []any{" 7 "}, 7.0},
		{"number", []any{"0x32"}, int64(50)},
		{"number", []any{"0x32", 16}, int64(50)},
		{"number", []any{"32", 16}, int64(50)},
		{"number", []any{"0x32", 10}, nil},
		{"number", []any{"101", 2}, int64(5)},
		{"number", []any{"42", nil}, int64(42)},
		{"number", []any{"1_0", 36}, nil},
		{"number", []any{"four"}, nil},
		{"number", []any{""}, nil},
		{"number", []any{nil}, nil},

		{"substring", []any{"hello", 1}, "ello"},
		{"substring", []any{"hello", 1, 3}, "el"},
		{"substring", []any{"hello", -4}, "ello"},
		{"substring", []any{"hello", -4, -1}, "ell"},
		{"substring", []any{"hello", 3, 1}, ""},
		{"substring", []any{"hello", 0, 99}, "hello"},
		{"substring", []any{"hello", -99, 2}, "he"},
		{"substring", []any{"hello", nil, 2}, "he"},
		{"substring", []any{"hello", 1, nil}, "ello"},
		{"substring", []any{"a😀b", 1, 3}, "😀"},
		{"substring", []any{"", 0, 1}, ""},
		{"substring", []any{nil, 0, 1}, nil},
		{"substring", []any{"hello", "x"}, nil},
	} {
		name, fold := c.name, false
		if n := len(name) - 1; name[n] == '~' {
			name, fold = name[:n], true
		}
		got := callEQL(t, EQL, name, fold, c.args...)
		assert.Empty(t, cmp.Diff(c.want, got), fmt.Sprint(c.name, c.args))
	}
}

// The original language's functions, where they are its own or do otherwise.
func TestEndgame(t *testing.T) {
	for _, c := range []struct {
		name string
		args []any
		want any
	}{
		{"wildcard", []any{"CMD.exe", "x", "cmd*"}, true},
		{"wildcard", []any{"a?c", "a?c"}, true},
		{"wildcard", []any{"abc", "a?c"}, false},
		{"match", []any{"ABCdef", "abc"}, true},
		{"match", []any{"xabc", "abc"}, false},
		{"match", []any{"b", "a|b"}, true},
		{"matchLite", []any{"abc", "x", "a.c"}, true},
		{"arrayContains", []any{[]any{"a", "B"}, "b"}, true},
		{"arrayContains", []any{[]any{"a", 2}, 3, 2}, true},
		{"arrayContains", []any{[]any{"a"}, "b"}, false},

		{"length", []any{"añb"}, int64(3)},
		{"length", []any{[]any{"abc", "d"}}, int64(2)},
		{"length", []any{[]any{}}, int64(0)},
		{"startsWith", []any{"Cmd.exe", "cM"}, true},
		{"endsWith", []any{"Cmd.exe", "EXE"}, true},
		{"indexOf", []any{"Cmd.exe", "D"}, int64(2)},
		{"stringContains", []any{"Cmd.exe", "MD"}, true},
		{"stringContains", []any{"Cmd.exe", ""}, true},
		{"stringContains", []any{"Cmd.exe", "x.e.x"}, false},
		{"between", []any{"a-B-c-d", "A-", "-"}, "B"},
		{"between", []any{"a-B-c-d", "A-", "-", true}, "B-c"},
		{"between", []any{"a-b", "x", "-"}, nil},
		{"between", []any{"a-b", "-", "x"}, nil},
		{"between", []any{"a-b", "b", "-", true}, nil},
		{"between", []any{"abc", "", ""}, ""},
		{"between", []any{"abc", "", "", true}, "abc"},
		{"divide", []any{-7, 2}, int64(-4)},
		{"divide", []any{7, -2}, int64(-4)},
		{"divide", []any{-6, 2}, int64(-3)},
		{"divide", []any{-7, -2}, int64(3)},
		{"divide", []any{-7, 2.0}, -3.5},
		{"divide", []any{1, 0}, nil},
		{"divide", []any{"x", 1}, nil},
		{"modulo", []any{-7, 3}, int64(2)},
		{"modulo", []any{7, -3}, int64(-2)},
		{"modulo", []any{-7.5, 2}, 0.5},
		{"modulo", []any{-6, 3}, int64(0)},
	} {
		got := callEQL(t, Endgame, c.name, true, c.args...)
		assert.Empty(t, cmp.Diff(c.want, got), fmt.Sprint(c.name, c.args))
	}
}

// TestEQLComplete holds the list of the functions against the documented
// ones, and against what the compiler may rely on.
func TestEQLComplete(t *testing.T) {
	for _, name := range []string{"add", "between", "cidrMatch", "concat", "divide", "endsWith", "indexOf", "length",
		"modulo", "multiply", "number", "startsWith", "string", "stringContains", "substring", "subtract"} {
		f, ok := Lookup(Endgame, name)
		require.True(t, ok, name)
		assert.Equal(t, name, f.Name)
	}
	folds := 0
	for _, name := range Names("eql") {
		f, _ := Lookup(Endgame, name)
		assert.True(t, (f.Call == nil) != (f.Bind == nil), name)
		assert.NotEmpty(t, f.Params, name)
		if f.Fold {
			folds++
		}
	}
	assert.Equal(t, 5, folds, "between, endsWith, indexOf, startsWith, stringContains")
}

func TestEQLBindErrors(t *testing.T) {
	bad := event.OfString("10.0.0.0/99")
	f, _ := Lookup(Endgame, "cidrMatch")
	_, err := f.Bind([]*event.Value{nil, &bad}, Options{})
	assert.ErrorContains(t, err, `found "10.0.0.0/99"`)

	open := event.OfString("(")
	f, _ = Lookup(Endgame, "match")
	_, err = f.Bind([]*event.Value{nil, &open}, Options{})
	assert.ErrorContains(t, err, "missing closing")
	_, err = f.Bind([]*event.Value{nil, nil}, Options{})
	assert.ErrorContains(t, err, "expected literal patterns")
}

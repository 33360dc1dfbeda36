package fn

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/event"
)

// list is a multivalue.
type list []any

// mv is a multivalue of texts.
func mv(s string) list {
	var l list
	for _, v := range strings.Split(s, ",") {
		l = append(l, v)
	}
	return l
}

// row is one call of a function, and what it yields.
type row struct {
	call string // for the reader
	args []any
	want any
}

// check calls a function once with fields and once with literals as
// arguments.
func check(t *testing.T, name string, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.call, func(t *testing.T) {
			for _, literal := range []bool{false, true} {
				got, err := call(name, literal, r.args...)
				require.NoError(t, err)
				if d := cmp.Diff(print(event.Of(plain(r.want))), print(got)); d != "" {
					t.Errorf("%s, literal %t (-want +got)\n%s", name, literal, d)
				}
			}
		})
	}
}

// print shows a value's parts as Splunk would, and tells null and lists apart
// from texts.
func print(v event.Value) any {
	switch {
	case v.IsNull():
		return nil
	case v.IsList():
		var all []string
		for i := range v.Len() {
			all = append(all, v.At(i).Text())
		}
		return all
	}
	return v.Text()
}

func plain(x any) any {
	if l, ok := x.(list); ok {
		return []any(l)
	}
	return x
}

// clock is when the searches of the tests start.
var clock = &Context{Now: time.Date(2023, 11, 14, 22, 13, 20, 250e6, time.UTC), Zone: time.UTC}

// call does what the compiler of expressions does around a function.
func call(name string, literal bool, args ...any) (event.Value, error) {
	f, ok := Lookup("spl", name)
	if !ok || len(args) < f.Min || f.Max >= 0 && len(args) > f.Max {
		return event.Value{}, fmt.Errorf("no %s of %d arguments", name, len(args))
	}
	vals := make([]event.Value, len(args))
	lits := make([]*event.Value, len(args))
	null := false
	for i, a := range args {
		vals[i] = event.Of(plain(a))
		null = null || vals[i].IsNull()
		if literal {
			lits[i] = &vals[i]
		}
	}
	c := f.Call
	if f.Bind != nil {
		var err error
		if c, err = f.Bind(lits, Options{}); err != nil {
			return event.Value{}, err
		}
	}
	if null && !f.Null {
		return event.Value{}, nil
	}
	if !f.Each || !vals[0].IsList() {
		return c(clock, vals), nil
	}
	var out []event.Value
	for i, first := 0, vals[0]; i < first.Len(); i++ {
		vals[0] = first.At(i)
		if v := c(clock, vals); !v.IsNull() {
			out = append(out, v)
		}
	}
	return listOf(out), nil
}

// The forms that evaluate their arguments themselves (if, case, mvmap, …) are
// no functions, and stand with the expressions.
func TestDocumentedFunctionsAreThere(t *testing.T) {
	for _, name := range strings.Fields(`
		bit_and bit_or bit_not bit_xor bit_shift_left bit_shift_right
		cidrmatch like match nullif
		ipmask printf toarray tobool todouble toint tomv tonumber toobject tostring
		md5 sha1 sha256 sha512
		now relative_time strftime strptime time
		isarray isbool isdouble isint ismv isnum isobject isstr typeof
		json json_append json_array json_array_to_mv json_delete json_entries json_extend json_extract
		json_extract_exact json_has_key_exact json_keys json_object json_set json_set_exact json_valid
		abs ceil ceiling exact exp floor ln log pi pow round sqrt sum
		commands mvappend mvcount mvdedup mvfind mvindex mvjoin mvrange mvreverse mvsort mvzip mv_to_json_array split
		avg max min random
		len lower ltrim replace rtrim spath substr trim upper urldecode
		acos acosh asin asinh atan atan2 atanh cos cosh hypot sin sinh tan tanh`) {
		f, ok := Lookup("spl", strings.ToUpper(name))
		if assert.True(t, ok, name) {
			assert.Equal(t, name, f.Name)
			assert.True(t, (f.Call == nil) != (f.Bind == nil), "%s is either called or bound", name)
		}
	}
}

func TestMathematics(t *testing.T) {
	for name, rows := range map[string][]row{
		"abs":     {{"negative", []any{-3.5}, 3.5}, {"text", []any{"-4"}, 4}, {"a word", []any{"x"}, nil}, {"null", []any{nil}, nil}},
		"ceil":    {{"up", []any{1.1}, 2}, {"negative", []any{-1.9}, -1}},
		"ceiling": {{"half", []any{2.5}, 3}},
		"floor":   {{"down", []any{1.9}, 1}, {"negative", []any{-1.1}, -2}, {"multivalue", []any{list{1.5, 2.5}}, nil}},
		"sqrt":    {{"square", []any{81}, 9}, {"negative", []any{-1}, "nan"}},
		"exp":     {{"zero", []any{0}, 1}},
		"ln":      {{"one", []any{1}, 0}, {"zero", []any{0}, "-inf"}},
		"log": {{"base 10", []any{1000}, 3}, {"base 2", []any{8, 2}, 3}, {"base 5", []any{25, 5}, 2},
			{"base 1", []any{8, 1}, nil}, {"negative", []any{-1}, "nan"}},
		"pow": {{"integers", []any{2, 10}, 1024}, {"overflow", []any{10, 400}, "inf"}, {"text", []any{"2", "0.5"}, math.Sqrt2}},
		"pi":  {{"", nil, math.Pi}},
		"round": {{"half away from zero", []any{3.5}, 4}, {"negative half", []any{-2.5}, -3}, {"as written", []any{2.555, 2}, 2.56},
			{"carry", []any{9.999, 2}, "10.00"}, {"a third", []any{1.0 / 3, 4}, 0.3333}, {"enough places", []any{1.5, 3}, "1.500"},
			{"large", []any{1e20}, 1e20}, {"tiny", []any{-1e-20, 3}, "0.000"}, {"negative places", []any{15, -1}, nil}, {"a word", []any{"x"}, nil}},
		"exact": {{"", []any{1.5}, 1.5}},
		"hypot": {{"", []any{3, 4}, 5}},
		"atan2": {{"", []any{0, 1}, 0}},
		"cos":   {{"", []any{0}, 1}}, "acos": {{"out of range", []any{2}, "nan"}}, "tanh": {{"", []any{0}, 0}},
	} {
		t.Run(name, func(t *testing.T) { check(t, name, rows) })
	}
}

func TestStatistics(t *testing.T) {
	for name, rows := range map[string][]row{
		"min": {{"numbers", []any{3, 1, 2}, 1}, {"texts that are numbers", []any{"10", "9"}, 9}, {"numbers before texts", []any{"a", 5}, 5},
			{"texts", []any{"b", "a"}, "a"}, {"in lists", []any{list{4, 2}, 3}, 2}, {"nulls", []any{nil, 7}, 7}, {"all null", []any{nil}, nil}},
		"max": {{"numbers", []any{3, 1, 2}, 3}, {"texts after numbers", []any{"foo", 5}, "foo"}, {"in lists", []any{list{4, 2}, 3}, 4}, {"negative", []any{-1, -2}, -1}},
		"sum": {{"numbers", []any{1, 2.5, "3"}, 6.5}, {"words and nulls", []any{nil, "x", 2}, 2}, {"none", []any{"x"}, nil}, {"lists", []any{list{1, 2}, 3}, 6}},
		"avg": {{"numbers", []any{5.0, "9", nil}, 7}, {"fractions", []any{1, 2}, 1.5}, {"none", []any{nil}, nil}},
	} {
		t.Run(name, func(t *testing.T) { check(t, name, rows) })
	}
}

func TestRandomFollowsTheSearch(t *testing.T) {
	draw := func() (all []int64) {
		f, _ := Lookup("spl", "random")
		c, err := f.Bind(nil, Options{})
		require.NoError(t, err)
		for range 100 {
			n, ok := c(clock, nil).Int()
			require.True(t, ok && n >= 0 && n < 1<<31)
			all = append(all, n)
		}
		return all
	}
	first := draw()
	assert.Equal(t, first, draw())
	assert.NotEqual(t, first[0], first[1])
}

func TestBits(t *testing.T) {
	for name, rows := range map[string][]row{
		"bit_and": {{"", []any{12, 9}, 8}, {"three", []any{7, 6, 12}, 4}, {"text", []any{"12", "9"}, 8}, {"fraction", []any{1.5, 1}, nil},
			{"negative", []any{-1, 1}, nil}, {"too large", []any{int64(1) << 53, 1}, nil}},
		"bit_or":          {{"", []any{4, 2}, 6}},
		"bit_xor":         {{"", []any{3, 2}, 1}},
		"bit_not":         {{"all bits", []any{9}, int64(9007199254740982)}, {"masked", []any{9, 15}, 6}},
		"bit_shift_left":  {{"", []any{2, 1}, 4}, {"out", []any{1, 53}, 0}, {"in part", []any{3, 52}, int64(4503599627370496)}, {"negative", []any{3, -2}, nil}},
		"bit_shift_right": {{"", []any{4, 1}, 2}, {"far", []any{4, 1000}, 0}},
	} {
		t.Run(name, func(t *testing.T) { check(t, name, rows) })
	}
}

func TestText(t *testing.T) {
	for name, rows := range map[string][]row{
		"lower": {{"letters", []any{"ÄBc"}, "äbc"}, {"each value", []any{mv("A,B")}, mv("a,b")}, {"null", []any{nil}, nil}},
		"upper": {{"letters", []any{"äbc"}, "ÄBC"}, {"number", []any{5}, "5"}},
		"len":   {{"characters", []any{"größe"}, 5}, {"empty", []any{""}, 0}, {"number", []any{1000}, 4}},
		"trim":  {{"blanks and tabs", []any{" \tx y\t "}, "x y"}, {"characters", []any{"//path//", "/"}, "path"}, {"line ends stay", []any{"x\n"}, "x\n"}},
		"ltrim": {{"", []any{"xxyabc", "xy"}, "abc"}},
		"rtrim": {{"", []any{"abc.;.", ".;"}, "abc"}},
		"substr": {{"from the start", []any{"splunk", 1, 3}, "spl"}, {"to the end", []any{"splunk", 4}, "unk"}, {"from the end", []any{"splunk", -3, 2}, "un"},
			{"too long", []any{"ab", 1, 10}, "ab"}, {"behind the end", []any{"ab", 5}, ""}, {"before the start", []any{"ab", -3, 2}, "a"},
			{"zero", []any{"abc", 0, 2}, "a"}, {"characters", []any{"größe", 3, 2}, "öß"}, {"no number", []any{"abc", "x"}, nil}, {"empty", []any{"abc", 1, 0}, ""}},
		"urldecode": {{"escapes", []any{"http%3A%2F%2Fx%20y"}, "http://x y"}, {"two bytes", []any{"gr%C3%B6n"}, "grön"}, {"plus stays", []any{"a+b"}, "a+b"},
			{"no escapes", []any{"100% %zz %4"}, "100% %zz %4"}},
		"md5":    {{"", []any{"abc"}, "900150983cd24fb0d6963f7d28e17f72"}},
		"sha1":   {{"", []any{"abc"}, "a9993e364706816aba3e25717850c26c9cd0d89d"}},
		"sha256": {{"", []any{"abc"}, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}},
		"spath":  {{"a path", []any{`{"a":{"b":[1,2]}}`, "a.b{}"}, mv("1,2")}, {"nothing there", []any{"x", "a"}, nil}, {"the first of a list", []any{list{`{"a":1}`, `{"a":2}`}, "a"}, "1"}},
	} {
		t.Run(name, func(t *testing.T) { check(t, name, rows) })
	}
}

func TestMatching(t *testing.T) {
	for name, rows := range map[string][]row{
		"match": {{"anywhere", []any{"powershell.exe", "shell"}, true}, {"with case", []any{"PowerShell", "shell$"}, false},
			{"any value", []any{mv("a,bc"), "^b"}, true}, {"number", []any{404, `^4\d\d$`}, true}, {"null", []any{nil, "x"}, nil},
			{"plain without case", []any{"a ΣKELVIN\u212a b", "(?i)(σkelvink)"}, true}, {"over line ends", []any{"a\nb*c", `b\*c`}, true}, {"plain, not there", []any{"abc", "(?i)x"}, false}},
		"like": {{"percent", []any{"powershell.exe", "power%"}, true}, {"whole", []any{"powershell.exe", "power"}, false}, {"underscore", []any{"cat", "c_t"}, true},
			{"one character", []any{"cart", "c_t"}, false}, {"a star is a star", []any{"abc", "a*"}, false}, {"and matches itself", []any{"a*c?", "a*%?"}, true},
			{"line ends", []any{"a\nb*", "a%*"}, true}, {"with case", []any{"ABC", "a%"}, false}, {"any value", []any{mv("x,y"), "y"}, true}, {"empty", []any{"", "%"}, true}},
		"replace": {{"all", []any{"banana", "an", "AN"}, "bANANa"}, {"groups", []any{"2024-05-06", `(\d+)-(\d+)-(\d+)`, `\3.\2.\1`}, "06.05.2024"},
			{"a group that is not there", []any{"ab", "(x)?b", `[\1\2]`}, "a[]"}, {"dollar is plain", []any{"a", "a", "$1"}, "$1"}, {"no match", []any{"abc", "x", "y"}, "abc"},
			{"each value", []any{mv("ab,cb"), "b", ""}, mv("a,c")}, {"empty matches", []any{"ab", "", "-"}, "-a-b-"}, {"the whole match", []any{"ab", "b", `<\0>`}, "a<b>"}},
		"mvfind": {{"index", []any{mv("x,err7"), `err\d+`}, 1}, {"single", []any{"err7", "^err"}, 0}, {"none", []any{mv("x,y"), "z"}, nil}},
		"cidrmatch": {{"in", []any{"10.0.0.0/8", "10.200.3.4"}, true}, {"out", []any{"192.0.2.0/24", "192.0.3.0"}, false}, {"IPv6", []any{"2001:db8::/32", "2001:db8::1"}, true},
			{"no prefix", []any{"ten", "10.0.0.1"}, false}, {"no address", []any{"10.0.0.0/8", "ten"}, false}, {"any value", []any{"10.0.0.0/8", mv("8.8.8.8,10.1.1.1")}, true}},
	} {
		t.Run(name, func(t *testing.T) { check(t, name, rows) })
	}
}

func TestPatternsThatAreNone(t *testing.T) {
	for _, c := range []struct{ name, pattern, message string }{
		{"match", "a(?R)b", "recursion"}, {"match", "a(b", "missing"}, {"mvfind", `(a)\2`, "back-reference"},
	} {
		_, err := call(c.name, true, "x", c.pattern)
		assert.ErrorContains(t, err, c.message)
		got, err := call(c.name, false, "x", c.pattern)
		assert.NoError(t, err)
		assert.True(t, got.IsNull(), "a field's pattern makes null")
	}
	_, err := call("replace", true, "x", "(?(1)x)", "z")
	assert.ErrorContains(t, err, "conditional")
	got, err := call("match", false, "x", strings.Repeat("x?", maxPattern))
	assert.NoError(t, err)
	assert.True(t, got.IsNull())
}

// A plain text is found in other ways than a regular expression, to the same
// end.
func TestFinderFindsWhatRegexpFinds(t *testing.T) {
	for _, p := range []string{"", "a", "(?i)a", "(?i)ab", "((a))", "a*", `\*`, "k", "(?i)k", "\ufffd", "(?s)a.b", "(?i)ß"} {
		find, err := finder(p, nil)
		require.NoError(t, err)
		for _, s := range []string{"", "a", "A", "xAbx", "a*b", "*", "K", "\u212a", "\xff", "a\nb", "ß", "ẞ"} {
			assert.Equal(t, regexp.MustCompile(p).MatchString(s), find(s), "%q in %q", p, s)
		}
	}
}

func TestPatternsOfFieldsChange(t *testing.T) {
	f, _ := Lookup("spl", "match")
	c, err := f.Bind([]*event.Value{nil, nil}, Options{})
	require.NoError(t, err)
	for _, p := range []struct {
		re   string
		want any
	}{{"a", true}, {"b", false}, {"(", nil}, {"a", true}} {
		got := c(clock, []event.Value{event.OfString("xax"), event.OfString(p.re)})
		assert.Equal(t, p.want, got.Any(), p.re)
	}
}

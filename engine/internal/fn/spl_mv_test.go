package fn

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/event"
)

func TestMultivalue(t *testing.T) {
	abc := mv("a,b,c")
	for name, rows := range map[string][]row{
		"mvappend": {{"values and lists", []any{"x", mv("a,b"), nil, 1}, mv("x,a,b,1")}, {"all null", []any{nil, nil}, nil}, {"one", []any{nil, "x"}, "x"}},
		"mvcount":  {{"list", []any{abc}, 3}, {"single", []any{"x"}, 1}, {"empty text", []any{""}, 1}, {"null", []any{nil}, nil}},
		"mvdedup":  {{"first stay", []any{mv("b,a,b,c,a")}, mv("b,a,c")}, {"with case", []any{mv("a,A")}, mv("a,A")}, {"all alike", []any{mv("a,a")}, "a"}},
		"mvindex": {{"first", []any{abc, 0}, "a"}, {"last", []any{abc, -1}, "c"}, {"range", []any{abc, 1, 2}, mv("b,c")}, {"range from the end", []any{abc, -2, -1}, mv("b,c")},
			{"out of range", []any{abc, 5}, nil}, {"before the start", []any{abc, -5}, nil}, {"end behind the list", []any{abc, 1, 9}, mv("b,c")},
			{"turned around", []any{abc, 2, 1}, nil}, {"single", []any{"x", 0}, "x"}, {"text as index", []any{abc, "1"}, "b"}, {"no index", []any{abc, "x"}, nil}},
		"mvjoin":    {{"list", []any{abc, "; "}, "a; b; c"}, {"single", []any{"x", ","}, "x"}},
		"mvreverse": {{"", []any{abc}, mv("c,b,a")}},
		"mvsort":    {{"by bytes", []any{mv("b,10,a,9,C")}, mv("10,9,C,a,b")}},
		"mvzip":     {{"comma", []any{abc, mv("1,2")}, list{"a,1", "b,2"}}, {"delimiter", []any{mv("a,b"), mv("1,2"), "|"}, mv("a|1,b|2")}},
		"split": {{"parts", []any{"a;b;;c", ";"}, list{"a", "b", "", "c"}}, {"no delimiter in it", []any{"abc", ","}, "abc"}, {"characters", []any{"aöb", ""}, mv("a,ö,b")},
			{"empty text", []any{"", ","}, ""}, {"empty text into characters", []any{"", ""}, ""}, {"long delimiter", []any{"k::v", "::"}, mv("k,v")}, {"each value", []any{mv("a b,c"), " "}, mv("a,b,c")}},
		"commands": {{"named", []any{"search foo | stats count | sort count"}, mv("search,stats,sort")}, {"implicit", []any{`x="a|b" | top y`}, mv("search,top")},
			{"generating", []any{"| tstats count [ search a | fields b ] | table c"}, mv("tstats,table")}},
		"mvrange": {{"step 1", []any{1, 5}, list{1, 2, 3, 4}}, {"step 2", []any{1, 11, 2}, list{1, 3, 5, 7, 9}}, {"backwards", []any{3, 0, -1}, list{3, 2, 1}},
			{"nothing", []any{5, 5}, nil}, {"step 0", []any{1, 5, 0}, nil}, {"too many", []any{0, 1e9}, nil}, {"days", []any{1514834731, 1515439532, "3d"}, list{1514834731, 1515093931, 1515353131}},
			{"no span", []any{1, 5, "x"}, nil}, {"too many times", []any{0, 1e9, "1s"}, nil}, {"fractions", []any{0, 1, 0.5}, list{0, 0.5}}},
	} {
		t.Run(name, func(t *testing.T) { check(t, name, rows) })
	}
}

func TestConversion(t *testing.T) {
	for name, rows := range map[string][]row{
		"tostring": {{"bool", []any{true}, "True"}, {"number", []any{1.50}, "1.5"}, {"null", []any{nil}, "Null"}, {"hex", []any{255, "hex"}, "0xFF"}, {"binary", []any{9, "binary"}, "1001"},
			{"commas", []any{12345.6789, "commas"}, "12,345.68"}, {"commas, whole", []any{1234567, "commas"}, "1,234,567"}, {"commas, negative", []any{-1234.5, "commas"}, "-1,234.50"},
			{"commas, short", []any{999, "commas"}, "999"}, {"duration", []any{615, "duration"}, "00:10:15"}, {"days", []any{90061, "duration"}, "1+01:01:01"},
			{"a word", []any{"x", "hex"}, "x"}, {"negative hex", []any{-1, "hex"}, nil}, {"each value", []any{list{10, 11}, "hex"}, mv("0xA,0xB")}},
		"tonumber": {{"decimal", []any{"3.5"}, 3.5}, {"hexadecimal", []any{"0A4", 16}, 164}, {"with its prefix", []any{"0x1F", 16}, 31}, {"binary", []any{"0101", 2}, 5}, {"octal", []any{"777", 8}, 511},
			{"base 10", []any{"1.5", 10}, 1.5}},
		"toint":    {{"down", []any{"3.9"}, 3}, {"negative", []any{-3.1}, -4}, {"base", []any{"ff", 16}, 255}, {"a word", []any{"x"}, nil}},
		"todouble": {{"", []any{"16.00"}, 16}},
		"tobool":   {{"text", []any{"True"}, true}, {"zero", []any{0}, false}, {"number as text", []any{"12"}, true}, {"a word", []any{"yes"}, nil}},
		"ipmask":   {{"", []any{"255.255.255.0", "10.20.30.120"}, "10.20.30.0"}, {"odd bits", []any{"0.255.0.224", "10.20.30.120"}, "0.20.0.96"}, {"no mask", []any{"24", "10.0.0.1"}, nil}},
	} {
		t.Run(name, func(t *testing.T) { check(t, name, rows) })
	}
	_, err := call("tostring", true, 5, "octal")
	assert.ErrorContains(t, err, `found "octal"`)
}

func TestPrintf(t *testing.T) {
	check(t, "printf", []row{
		{"zeros", []any{"%04d", 7}, "0007"},
		{"decimals", []any{"%.2f", 3.14159}, "3.14"},
		{"texts", []any{"%s%z", "foo", "bar"}, "foobar"},
		{"percent", []any{"100%%"}, "100%"},
		{"hexadecimal", []any{"%x,%X,%p", 10, 10, 10}, "a,A,A"},
		{"alternate form", []any{"%#x %#o %#X", 1, 8, 255}, "0x1 010 0XFF"},
		{"octal", []any{"%o", 255}, "377"},
		{"sign", []any{"%+d % d %+d", 5, 5, -5}, "+5  5 -5"},
		{"thousands", []any{"%'d %'.2f", 12345, 1234567.891}, "12,345 1,234,567.89"},
		{"left", []any{"[%-4d|%-4s]", 1, "x"}, "[1   |x   ]"},
		{"right", []any{"[%4d|%4s]", 1, "x"}, "[   1|   x]"},
		{"precision of an integer", []any{"%5.3d|%.0d", 7, 0}, "  007|"},
		{"precision of a text", []any{"%.2s", "größe"}, "gr"},
		{"exponent", []any{"%.2e %E", 5139, 0.5}, "5.14e+03 5.000000E-01"},
		{"general", []any{"%.2g,%.2g,%g", 3.14159265, 123, 100000}, "3.1,1.2e+02,100000"},
		{"hexadecimal float", []any{"%.3A", 3.14159265358979}, "0X1.922P+1"},
		{"characters", []any{"%c,%c", 65, "Foo"}, "A,F"},
		{"width from an argument", []any{"[%*d|%-*d|%*d]", 5, 123, 5, 123, -5, 123}, "[  123|123  |123  ]"},
		{"precision from an argument", []any{"%.*f %*.*e", 1, 1.23, 9, 2, 3.14159}, "1.2  3.14e+00"},
		{"number as text", []any{"%d", "42"}, "42"},
		{"fractions are cut", []any{"%d %d", 3.9, -3.9}, "3 -3"},
		{"sign and zeros", []any{"%05d|%+06.1f", -42, 2.25}, "-0042|+002.2"},
		{"a word is no number", []any{"%d", "x"}, nil},
		{"an argument is missing", []any{"%d %d", 1}, nil},
		{"too many arguments", []any{"%d", 1, 2}, "1"},
		{"negative hexadecimal", []any{"%x", -1}, nil},
		{"null", []any{"%s", nil}, nil},
		{"a width from hell", []any{"%*d", 1e9, 1}, nil},
		{"no conversions", []any{"größe"}, "größe"},
	})
	for _, bad := range []string{"%y", "%", "%5", "%99999d", "%.99999f", "%n", "%1$d"} {
		_, err := call("printf", true, bad, 1)
		assert.ErrorContains(t, err, "expected", bad)
		got, err := call("printf", false, bad, 1)
		assert.NoError(t, err)
		assert.True(t, got.IsNull(), bad)
	}
}

func TestTimes(t *testing.T) {
	for name, rows := range map[string][]row{
		"now":           {{"", nil, 1700000000}},
		"time":          {{"", nil, 1700000000.25}},
		"relative_time": {{"snap", []any{1700000000, "-1d@d"}, 1699833600}, {"text", []any{"1700000000.5", "+1s"}, 1700000001.5}, {"no modifier", []any{1700000000, "yesterday"}, nil}, {"seconds", []any{1700000000, "3600"}, nil}, {"no time", []any{"x", "@d"}, nil}, {"week", []any{1700000000, "-1w@w0"}, 1699142400}},
		"strftime": {{"", []any{1700000000, "%Y-%m-%dT%H:%M:%SZ"}, "2023-11-14T22:13:20Z"}, {"fraction", []any{1700000000.789, "%H:%M:%S.%3N"}, "22:13:20.789"},
			{"each value", []any{list{0, 86400}, "%d"}, mv("01,02")}, {"no time", []any{"x", "%d"}, nil}, {"far future", []any{1e15, "%Y"}, nil}},
		"strptime": {{"", []any{"2024-01-02 03:04:05", "%Y-%m-%d %H:%M:%S"}, 1704164645}, {"fraction", []any{"2024-01-02 03:04:05.5", "%F %T.%N"}, 1704164645.5},
			{"a time of this day", []any{"10:30:00", "%H:%M:%S"}, 1699957800}, {"another layout", []any{"not a date", "%F"}, nil}},
	} {
		t.Run(name, func(t *testing.T) { check(t, name, rows) })
	}
}

func TestInformation(t *testing.T) {
	for _, c := range []struct {
		name    string
		literal bool
		value   any
		want    any
	}{
		{"typeof", true, 12, "Number"}, {"typeof", true, "abc", "String"}, {"typeof", true, true, "Bool"}, {"typeof", false, nil, "Invalid"},
		{"typeof", true, "12", "String"}, {"typeof", false, "12", "Number"}, {"typeof", false, list{1, 2}, "String"},
		{"isnum", false, "12", true}, {"isnum", true, "12", false}, {"isnum", false, "x", false}, {"isnum", false, nil, false},
		{"isint", false, "12", true}, {"isint", false, "12.5", false}, {"isint", false, 12.0, true}, {"isint", false, "12.0", false},
		{"isdouble", true, 3.546, true}, {"isdouble", true, 1000000, false}, {"isdouble", false, "12.0", true}, {"isdouble", false, "x", false},
		{"isstr", false, "x", true}, {"isstr", true, "12", true}, {"isstr", false, "12", false}, {"isstr", false, 12, false}, {"isstr", false, nil, false},
		{"isbool", false, true, true}, {"isbool", false, "true", false},
		{"ismv", false, list{1, 2}, true}, {"ismv", false, "x", false}, {"ismv", false, nil, false},
		{"isarray", true, "[1, 2, 3]", true}, {"isarray", true, 1, false}, {"isarray", false, "[1", false},
		{"isobject", false, `{"a":1}`, true}, {"isobject", false, `{a:1}`, false}, {"isobject", false, map[string]any{"a": 1}, true},
	} {
		got, err := call(c.name, c.literal, c.value)
		require.NoError(t, err)
		assert.Equal(t, c.want, got.Any(), "%s(%v), literal %t", c.name, c.value, c.literal)
	}
	check(t, "nullif", []row{
		{"equal", []any{"x", "x"}, nil}, {"different", []any{"x", "y"}, "x"}, {"numbers", []any{"4.0", 4}, nil},
		{"null first", []any{nil, "x"}, nil}, {"null second", []any{"x", nil}, "x"},
	})
}

func TestJSONFunctions(t *testing.T) {
	const doc = `{"user":{"name":"bob","roles":["admin","ops"]},"n":5,"ok":true,"no":null,"items":[{"id":1},{"id":2}],"a.b":7}`
	for name, rows := range map[string][]row{
		"json":       {{"object", []any{`{"a": 1}`}, `{"a": 1}`}, {"none", []any{"Golden Gate"}, nil}},
		"json_valid": {{"object", []any{`{"a":1}`}, true}, {"broken", []any{`{"a":`}, false}, {"null", []any{nil}, nil}},
		"json_extract": {{"text", []any{doc, "user.name"}, "bob"}, {"number", []any{doc, "n"}, 5}, {"bool", []any{doc, "ok"}, true}, {"null", []any{doc, "no"}, nil}, {"array", []any{doc, "user.roles"}, `["admin","ops"]`},
			{"index", []any{doc, "items{1}.id"}, 2}, {"all", []any{doc, "items{}.id"}, "[1,2]"}, {"one of all", []any{`{"a":[{"b":1}]}`, "a{}.b"}, "[1]"}, {"nothing", []any{doc, "nope"}, nil},
			{"several", []any{doc, "n", "nope", "user.name"}, `[5,null,"bob"]`}, {"the whole", []any{`{"a": [1]}`, "{}"}, `{"a":[1]}`}, {"no path", []any{`"x"`}, "x"}, {"no JSON", []any{"x", "a"}, nil}},
		"json_extract_exact": {{"a key with a dot", []any{doc, "a.b"}, 7}, {"no path", []any{doc, "user.name"}, nil}, {"several", []any{doc, "n", "x"}, "[5,null]"}},
		"json_has_key_exact": {{"there", []any{doc, "a.b"}, true}, {"a null", []any{doc, "no"}, true}, {"not there", []any{doc, "x"}, false}},
		"json_keys":          {{"object", []any{doc}, `["user","n","ok","no","items","a.b"]`}, {"array", []any{"[1]"}, nil}, {"empty", []any{"{}"}, "[]"}},
		"json_entries":       {{"", []any{`{"a":1,"b":"x"}`}, `[{"key":"a","value":1},{"key":"b","value":"x"}]`}},
		"object_to_array":    {{"", []any{`{"a":1}`, "k", "v"}, `[{"k":"a","v":1}]`}},
		"json_array_to_mv":   {{"plain", []any{`["a",1,true,null,{"b":2}]`}, list{"a", "1", "true", "null", `{"b":2}`}}, {"quoted", []any{`["a",1]`, true}, list{`"a"`, "1"}}, {"object", []any{"{}"}, nil}, {"empty", []any{"[]"}, nil}},
		"mv_to_json_array":   {{"texts", []any{list{`"a"`, "true", "1"}}, `["\"a\"","true","1"]`}, {"inferred", []any{list{`"a"`, "true", "null", "1", "word"}, true}, `["a",true,null,1,null]`}, {"single", []any{"x"}, `["x"]`}},
		"tomv":               {{"", []any{`["a",{"n":1}]`}, list{`a`, `{"n":1}`}}, {"a list", []any{mv("a,b")}, mv("a,b")}, {"a word", []any{"x"}, nil}},
		"toarray":            {{"list", []any{list{"1", " 2", " 3"}}, "[1,2,3]"}, {"text", []any{`["c", 1.00]`}, `["c",1.00]`}, {"word", []any{"x"}, nil}},
		"toobject":           {{"", []any{`{"a": 1}`}, `{"a":1}`}, {"array", []any{"[1]"}, nil}},
		"json_object":        {{"members", []any{"a", 1, "b", "x", "c", true, "d", nil}, `{"a":1,"b":"x","c":true,"d":null}`}, {"nested", []any{"a", `{"b":[1]}`}, `{"a":{"b":[1]}}`}, {"list", []any{"a", mv("x,y")}, `{"a":["x","y"]}`}, {"none", nil, "{}"}, {"null key", []any{nil, 1}, nil}, {"the last of a key", []any{"a", 1, "a", 2}, `{"a":2}`}},
		"json_array":         {{"values", []any{"x", 1.5, false, nil, `{"a":1}`}, `["x",1.5,false,null,{"a":1}]`}, {"none", nil, "[]"}},
		"tojson":             {{"word", []any{"x"}, `"x"`}, {"list", []any{mv("a,b")}, `["a","b"]`}, {"number", []any{5}, "5"}},
		"json_set": {{"overwrite", []any{doc, "n", 6}, strings.Replace(doc, `"n":5`, `"n":6`, 1)}, {"nested", []any{"{}", "a.b", "x"}, `{"a":{"b":"x"}}`}, {"every element", []any{`{"a":[{},{}]}`, "a{}.b", true}, `{"a":[{"b":true},{"b":true}]}`},
			{"mismatch", []any{`{"a":"b"}`, "a.c", "d"}, `{"a":"b"}`}, {"several", []any{"{}", "a", 1, "b", 2}, `{"a":1,"b":2}`}, {"null", []any{`{"a":1}`, "a", nil}, `{"a":null}`}, {"no JSON", []any{"x", "a", 1}, nil}},
		"json_set_exact": {{"", []any{"{}", "a.b", "x"}, `{"a.b":"x"}`}},
		"json_append":    {{"array", []any{`{"a":[1]}`, "a", "x"}, `{"a":[1,"x"]}`}, {"scalar", []any{`{"a":1}`, "a", 2}, `{"a":[1,2]}`}, {"an array as one", []any{`{"a":[1]}`, "a", "[2,3]"}, `{"a":[1,[2,3]]}`}, {"nothing there", []any{`{"a":1}`, "b", 2}, `{"a":1}`}, {"the array itself", []any{`[1]`, "", 2}, `[1,2]`}, {"the object itself", []any{`{"a":1}`, "", 2}, `[{"a":1},2]`}},
		"json_extend":    {{"", []any{`{"a":[1]}`, "a", "[2,3]"}, `{"a":[1,2,3]}`}, {"object", []any{`{"a":{}}`, "a", `[{"b":1}]`}, `{"a":[{},{"b":1}]}`}},
		"json_delete":    {{"keys", []any{`{"a":1,"b":2,"c":3}`, "a", "c"}, `{"b":2}`}, {"nested", []any{`{"a":{"b":1,"c":2}}`, "a.b"}, `{"a":{"c":2}}`}, {"array of keys", []any{`{"a":1,"b":2}`, `["a","b"]`}, "{}"}, {"not there", []any{`{"a":1}`, "x"}, `{"a":1}`}},
	} {
		t.Run(name, func(t *testing.T) { check(t, name, rows) })
	}
	_, err := call("json_object", true, "a")
	assert.ErrorContains(t, err, "pairs")
	_, err = call("json_set", true, "{}", "a", 1, "b")
	assert.ErrorContains(t, err, "pairs")
}

func TestQuotedDigitsStayTexts(t *testing.T) {
	quoted, _ := call("json_object", true, "a", "21")
	field, _ := call("json_object", false, "a", "21")
	zeros, _ := call("json_object", false, "a", "007")
	assert.Equal(t, []string{`{"a":"21"}`, `{"a":21}`, `{"a":"007"}`}, []string{quoted.Text(), field.Text(), zeros.Text()})
}

func TestObjectsAreJSON(t *testing.T) {
	object := map[string]any{"b": "x\x01\"", "a": []any{1, map[string]any{"c": 1.5}}, "n": nil, "t": true, "f": math.NaN()}
	for _, c := range []struct {
		name string
		args []any
		want any
	}{
		{"tojson", []any{object}, `{"a":[1,{"c":1.5}],"b":"x\u0001\"","f":null,"n":null,"t":true}`},
		{"json_extract", []any{object, "a{1}.c"}, 1.5},
		{"json_keys", []any{object}, `["a","b","f","n","t"]`},
		{"spath", []any{object, "a{}.c"}, "1.5"},
		{"json_array", []any{object}, `[{"a":[1,{"c":1.5}],"b":"x\u0001\"","f":null,"n":null,"t":true}]`},
	} {
		got, err := call(c.name, false, c.args...)
		require.NoError(t, err)
		assert.Equal(t, c.want, got.Any(), c.name)
	}
}

func TestNumbersThatAreNone(t *testing.T) {
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for name, args := range map[string][]any{"abs": {f}, "mvrange": {f, 5}, "strftime": {f, "%Y"}, "printf": {"%d", f}, "round": {f, 2}} {
			got, err := call(name, false, args...)
			require.NoError(t, err)
			assert.True(t, got.IsNull(), "%s of %v", name, f)
		}
	}
}

// What grows beyond the bounds is null, and gets there in time.
func TestGrowthIsBounded(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	got, err := call("replace", true, long, "x", strings.Repeat("y", 100))
	require.NoError(t, err)
	assert.True(t, got.IsNull(), "replace")
	many := make([]string, 60_000)
	for i := range many {
		many[i] = "v"
	}
	got, err = call("mvappend", false, many, many)
	require.NoError(t, err)
	assert.True(t, got.IsNull(), "mvappend")
	got, err = call("mvjoin", false, many, strings.Repeat("-", 1000))
	require.NoError(t, err)
	assert.True(t, got.IsNull(), "mvjoin")
	got, err = call("split", false, strings.Repeat(",", maxValues), ",")
	require.NoError(t, err)
	assert.True(t, got.IsNull(), "split")
	got, err = call("json_set", false, "["+strings.Repeat("{},", 1000)+"{}]", "{}.a", long)
	require.NoError(t, err)
	assert.True(t, got.IsNull(), "json_set")
}

func TestFunctionsDoNotPanic(t *testing.T) {
	odd := []any{nil, "", "x", "-1", 1e308, -1e308, int64(-1 << 63), true, list{}, list{nil, "a"}, map[string]any{"a": list{}},
		"[1]", `{"a":1}`, "%", "(", strings.Repeat("9", 70)}
	for _, name := range Names("spl") {
		f, _ := Lookup("spl", name)
		for n := f.Min; n <= f.Min+2 && (f.Max < 0 || n <= f.Max); n++ {
			for i := range odd {
				for j := range odd {
					args := make([]any, n)
					for k := range args {
						args[k] = odd[(i+j*k)%len(odd)]
						if l, ok := args[k].(map[string]any); ok {
							args[k] = event.OfObject(l)
						}
					}
					_, _ = call(name, (i+j)%2 == 0, args...)
				}
			}
		}
	}
}

func FuzzPrintf(f *testing.F) {
	f.Add("%-5.*f|%'d", "3", "1.5")
	f.Add("%*c%%%#a", "-7", "x")
	f.Fuzz(func(t *testing.T, format, a, b string) {
		for _, literal := range []bool{false, true} {
			if got, err := call("printf", literal, format, a, b); err == nil && len(got.Text()) > maxText+maxWidth {
				t.Errorf("%d bytes", len(got.Text()))
			}
		}
	})
}

func FuzzReplaceAndLike(f *testing.F) {
	f.Add("banana", "(an)+", `<\1>`)
	f.Fuzz(func(t *testing.T, s, pattern, by string) {
		_, _ = call("replace", false, s, pattern, by)
		got, err := call("like", false, s, s)
		if b, _ := got.Bool(); err != nil || len(s) <= maxPattern && !b {
			t.Errorf("%q is not like itself", s)
		}
	})
}

// What a field holds may be no number; what the search itself holds must be one.
func TestTextsThatAreNoNumbers(t *testing.T) {
	for _, args := range [][]any{{"12abc"}, {" 5 "}, {"9", 8}, {"9", 1}, {""}} {
		got, err := call("tonumber", false, args...)
		require.NoError(t, err)
		assert.True(t, got.IsNull(), "%v", args)
		_, err = call("tonumber", true, args...)
		assert.ErrorContains(t, err, "expected a text that reads as a number", "%v", args)
		got, err = call("todouble", true, args...)
		require.NoError(t, err)
		assert.True(t, got.IsNull(), "%v", args)
	}
}

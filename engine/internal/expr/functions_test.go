package expr_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/fn"
	"github.com/spoor-lang/spoor/eql"
)

// shapes are conditions about a function that hold over functionEvent, by
// what its arguments look like.
type shapes struct {
	null     []string // an argument is null, or a field is missing
	array    []string // an argument has several values, or none
	unicode  []string // characters of several bytes, or of two UTF-16 units
	empty    []string // a text is empty
	negative []string // a position, an end or a number is negative
}

const functionEvent = `{
	"t": "abc", "e": "", "u": "aÄ😀b", "n": 7, "f": 2.5, "neg": -7, "b": true, "ip": "10.1.2.3",
	"ts": ["abc", "xyz", "b"], "us": ["ä", "😀"], "es": ["", "a"], "ns": [1, 5], "ips": ["x", "10.1.2.3"],
	"none": [], "nulls": [null, null], "o": [{"x": 1}, {"x": 2}]
}`

// elasticShapes are those of Elasticsearch's functions.
var elasticShapes = map[string]shapes{
	"add": {
		null:     []string{`add(gone, 1) == null`, `add(1, null) == null`, `add(none, 1) == null`},
		array:    []string{`add(ns, 1) == 6`, `add(1, ns) == 2`, `add(ns, ns) == 6`, `add(nulls, 1) == null`},
		negative: []string{`add(neg, -1) == -8`, `add(neg, 7) == 0`},
	},
	"subtract": {
		null:     []string{`subtract(gone, 1) == null`, `subtract(1, gone) == null`},
		array:    []string{`subtract(ns, 1) == 4`, `subtract(ns, 1) == 0`},
		negative: []string{`subtract(neg, -7) == 0`, `subtract(1, 7) == -6`},
	},
	"multiply": {
		null:     []string{`multiply(gone, 1) == null`, `multiply(1, gone) == null`},
		array:    []string{`multiply(ns, 2) == 10`},
		negative: []string{`multiply(neg, neg) == 49`, `multiply(neg, 0) == 0`},
	},
	"divide": {
		null:     []string{`divide(gone, 1) == null`, `divide(1, gone) == null`, `divide(1, 0) == null`},
		array:    []string{`divide(ns, 2) == 2`},
		negative: []string{`divide(neg, 2) == -3`, `divide(neg, 2.0) == -3.5`, `divide(7, -2) == -3`},
	},
	"modulo": {
		null:     []string{`modulo(gone, 1) == null`, `modulo(1, gone) == null`, `modulo(n, 0) == null`},
		array:    []string{`modulo(ns, 4) == 1`},
		negative: []string{`modulo(neg, 3) == -1`, `modulo(7, -3) == 1`, `modulo(10, -6) == 4`},
	},
	"between": {
		null: []string{`between(gone, "a", "c") == null`, `between(t, null, "c") == null`, `between(t, "a", null) == null`,
			`between(t, "a", "c", null) == null`},
		array:   []string{`between(ts, "a", "c") == "b"`, `between(ts, "x", "z") == "y"`, `between(none, "a", "c") == null`},
		unicode: []string{`between(u, "a", "b") == "Ä😀"`, `between(u, "Ä", "b") == "😀"`, `between~(u, "ä", "B") == "😀"`},
		empty:   []string{`between(e, "a", "c") == ""`, `between(t, "", "c") == "abc"`, `between(t, "a", "") == "abc"`, `between(t, "c", "a") == ""`},
	},
	"cidrMatch": {
		null:    []string{`cidrMatch(gone, "10.0.0.0/8") == null`, `not cidrMatch(gone, "10.0.0.0/8")`, `cidrMatch(none, "::/0") == null`},
		array:   []string{`cidrMatch(ips, "10.0.0.0/8")`, `not cidrMatch(ips, "11.0.0.0/8")`},
		unicode: []string{`not cidrMatch(u, "::/0")`},
		empty:   []string{`not cidrMatch(e, "10.0.0.0/8")`, `cidrMatch(e, "10.0.0.0/8") == false`},
	},
	"concat": {
		null:     []string{`concat(gone, "x") == null`, `concat("x", null) == null`, `concat(null) == null`, `concat(none, "x") == null`},
		array:    []string{`concat(ts, "!") == "xyz!"`, `concat(ts, ns) == "b5"`, `not concat(ts, ns) == "b7"`, `concat(nulls) == null`},
		unicode:  []string{`concat(u, "é") == "aÄ😀bé"`},
		empty:    []string{`concat(e) == ""`, `concat(e, t, "") == "abc"`},
		negative: []string{`concat(neg, "/", -2.5, b, n) == "-7/-2.5true7"`},
	},
	"endsWith": {
		null:    []string{`endsWith(gone, "x") == null`, `endsWith(t, null) == null`, `not endsWith(gone, "x")`, `endsWith(gone, gone) == null`},
		array:   []string{`endsWith(ts, "yz")`, `not endsWith(ts, "ab")`, `endsWith(t, ts)`},
		unicode: []string{`endsWith(u, "😀b")`, `not endsWith(u, "ä😀b")`, `endsWith~(u, "ä😀B")`},
		empty:   []string{`endsWith(t, "")`, `endsWith(e, "")`, `not endsWith(e, "a")`},
	},
	"startsWith": {
		null:    []string{`startsWith(gone, "x") == null`, `startsWith(t, gone) == null`, `not startsWith(gone, "x")`},
		array:   []string{`startsWith(ts, "xy")`, `not startsWith(ts, "bc")`, `startsWith("abcd", ts)`},
		unicode: []string{`startsWith(u, "aÄ")`, `not startsWith(u, "aä")`, `startsWith~(u, "Aä😀")`},
		empty:   []string{`startsWith(t, "")`, `startsWith(e, "")`, `not startsWith(e, "a")`},
	},
	"stringContains": {
		null:    []string{`stringContains(gone, "x") == null`, `stringContains(t, gone) == null`, `not stringContains(gone, "x")`},
		array:   []string{`stringContains(ts, "y")`, `not stringContains(ts, "ax")`, `stringContains("zabcz", ts)`},
		unicode: []string{`stringContains(u, "Ä😀")`, `not stringContains(u, "ä")`, `stringContains~(u, "ä")`},
		empty:   []string{`not stringContains(e, "a")`, `stringContains(t, "") == false`, `stringContains(e, "") == false`},
	},
	"indexOf": {
		null:     []string{`indexOf(gone, "x") == null`, `indexOf(t, gone) == null`, `indexOf(t, "b", gone) == null`},
		array:    []string{`indexOf(ts, "b") == 1`, `indexOf(ts, "z") == 2`, `indexOf(ts, "b") == 0`, `indexOf(ts, "?") == null`},
		unicode:  []string{`indexOf(u, "b") == 4`, `indexOf(u, "😀") == 2`, `indexOf~(u, "ä") == 1`, `indexOf(u, "ä") == null`, `indexOf(u, "b", 4) == 4`},
		empty:    []string{`indexOf(t, "") == 0`, `indexOf(e, "") == 0`, `indexOf(e, "a") == null`, `indexOf(t, "", 2) == 2`},
		negative: []string{`indexOf(t, "c", -1) == 2`, `indexOf(t, "a", neg) == 0`},
	},
	"length": {
		null:    []string{`length(gone) == null`, `not length(gone) > 0`, `length(null) == null`},
		array:   []string{`length(ts) == 3`, `length(ts) == 1`, `not length(ts) == 2`, `length(none) == null`},
		unicode: []string{`length(u) == 5`, `length(us) == 1`, `length(us) == 2`},
		empty:   []string{`length(e) == 0`, `length(es) == 0`},
	},
	"number": {
		null:     []string{`number(gone) == null`, `number("1f", null) == null`, `number("0x1f", null) == 31`, `number(gone, 16) == null`},
		array:    []string{`number(ts, 16) == 2748`, `number(ts, 16) == 11`, `number(none) == null`},
		unicode:  []string{`number("٣") == null`, `number(u) == null`},
		empty:    []string{`number(e) == null`, `number("", 16) == null`},
		negative: []string{`number("-12") == -12`, `number("-ff", 16) == -255`, `number("-1.5e1") == -15`},
	},
	"string": {
		null:     []string{`string(gone) == null`, `string(null) == null`, `string(none) == null`},
		array:    []string{`string(ns) == "5"`, `string(ts) : "XY?"`},
		unicode:  []string{`string(u) == u`},
		empty:    []string{`string(e) == ""`},
		negative: []string{`string(neg) == "-7"`, `string(-2.0) == "-2.0"`, `string(neg < 0) == "true"`},
	},
	"substring": {
		null:     []string{`substring(gone, 1) == null`, `substring(t, null) == "abc"`, `substring(t, 1, gone) == "bc"`},
		array:    []string{`substring(ts, 1) == "yz"`, `substring(ts, 0, 1) == "b"`, `substring(none, 1) == null`},
		unicode:  []string{`substring(u, 1, 2) == "Ä"`, `substring(u, 2, 4) == "😀"`, `substring(u, -1) == "b"`, `substring(u, -3, -1) == "😀"`},
		empty:    []string{`substring(e, 0) == ""`, `substring(e, -1, 5) == ""`, `substring(t, 3) == ""`},
		negative: []string{`substring(t, -2) == "bc"`, `substring(t, -2, -1) == "b"`, `substring(t, -9, 1) == "a"`, `substring(t, -1, -2) == ""`, `substring(t, 0, -9) == ""`},
	},
}

// endgameShapes are those of the functions that only the original language
// has.
var endgameShapes = map[string]shapes{
	"wildcard": {
		null:    []string{`wildcard(gone, "*") == null`},
		array:   []string{`wildcard(ts, "x*")`},
		unicode: []string{`wildcard(u, "aä*B")`},
		empty:   []string{`wildcard(e, "*")`, `wildcard(e, "")`, `not wildcard(e, "a*")`},
	},
	"match": {
		null:    []string{`match(gone, ".*") == null`},
		array:   []string{`match(ts, "XY")`},
		unicode: []string{`match(u, "aä.b")`},
		empty:   []string{`match(e, "")`, `match(t, "")`, `not match(e, "a")`},
	},
	"matchLite": {
		null:    []string{`matchLite(gone, ".*") == null`},
		array:   []string{`matchLite(ts, "q", "XY")`},
		unicode: []string{`matchLite(u, "aä.b")`},
		empty:   []string{`matchLite(e, "")`, `not matchLite(e, "a")`},
	},
	"arrayContains": {
		null:    []string{`arrayContains(gone, "x") == null`},
		array:   []string{`arrayContains(ts, "XYZ")`, `arrayContains(ns, 4, 5)`, `not arrayContains(none, "x")`, `arrayContains(t, "abc")`},
		unicode: []string{`arrayContains(us, "Ä")`},
		empty:   []string{`arrayContains(es, "")`, `not arrayContains(ts, "")`},
	},
	"arraySearch": {
		null:    []string{`not arraySearch(gone, x, true)`},
		array:   []string{`arraySearch(ts, x, x == "b")`, `arraySearch(o, x, x.x == 2)`, `not arraySearch(none, x, true)`},
		unicode: []string{`arraySearch(us, x, x == "Ä")`},
		empty:   []string{`arraySearch(es, x, x == "")`},
	},
	"arrayCount": {
		null:    []string{`arrayCount(gone, x, true) == 0`},
		array:   []string{`arrayCount(ts, x, length(x) == 3) == 2`, `arrayCount(o, x, x.x > 0) == 2`, `arrayCount(none, x, true) == 0`},
		unicode: []string{`arrayCount(us, x, x == "Ä") == 1`},
		empty:   []string{`arrayCount(es, x, x == "") == 1`},
	},
	"safe": {
		null:    []string{`safe(gone) == null`, `safe(divide(1, 0)) == null`},
		array:   []string{`safe(ts) == "b"`},
		unicode: []string{`safe(u) == "aä😀B"`},
		empty:   []string{`safe(e) == ""`},
	},
}

// Every function says what it does with nulls, arrays, empty texts, characters
// beyond ASCII and negative numbers, as far as it takes such.
func TestFunctionShapes(t *testing.T) {
	for dialect, all := range map[ast.Language]map[string]shapes{ast.EQL: elasticShapes, ast.Endgame: endgameShapes} {
		var opts []eql.Option
		if dialect == ast.Endgame {
			opts = append(opts, eql.Endgame)
		}
		for name, s := range all {
			require.NotEmpty(t, s.null, name)
			require.NotEmpty(t, s.array, name)
			if f, ok := fn.Lookup(string(dialect), name); ok && strings.Contains(f.Params, "s") {
				require.NotEmpty(t, s.unicode, name)
				require.NotEmpty(t, s.empty, name)
			}
			if f, ok := fn.Lookup(string(dialect), name); ok && strings.Contains(f.Params, "n") {
				require.NotEmpty(t, s.negative, name)
			}
			for _, list := range [][]string{s.null, s.array, s.unicode, s.empty, s.negative} {
				for _, c := range list {
					assert.Contains(t, strings.ReplaceAll(c, "~", ""), name+"(", "the condition is about the function")
					assert.Equal(t, yes, over(t, c, opts), c)
				}
			}
		}
	}
	for _, name := range fn.Names(fn.Endgame) {
		f, _ := fn.Lookup(fn.Endgame, name)
		_, elastic := elasticShapes[f.Name]
		_, endgame := endgameShapes[f.Name]
		assert.True(t, elastic || endgame, f.Name)
	}
}

// over evaluates a condition over functionEvent.
func over(t *testing.T, cond string, opts []eql.Option) expr.Tri {
	q, err := eql.Parse("test", "any where "+cond, opts...)
	require.NoError(t, err, cond)
	s := &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: q.Source}
	run := s.Cond(q.Stages[0].(*ast.Events).Where)
	require.Empty(t, s.Errors, cond)
	f := &field.Frame{Slots: s.Slots}
	f.Reset(object(t, functionEvent))
	return run(f)
}

package expr_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/eql"
)

func object(t testing.TB, text string) event.Map {
	t.Helper()
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &m), text)
	return m
}

// row is a line of a table: whether a condition holds over an event.
type row struct {
	cond, event string
	want        expr.Tri
}

func checkEQL(t *testing.T, rows []row, opts ...func(*expr.Scope)) {
	t.Helper()
	for _, r := range rows {
		cond, f := compileEQL(t, "any where "+r.cond, opts...)
		f.Reset(object(t, r.event))
		assert.Equal(t, r.want, cond(f), "%s over %s", r.cond, r.event)
		if m := compileOnMap(t, "any where "+r.cond, opts...); m != nil {
			assert.Equal(t, r.want, m(object(t, r.event)), "%s over the map %s", r.cond, r.event)
		}
	}
}

const (
	no      = expr.False
	yes     = expr.True
	unknown = expr.Null
)

func TestMissing(t *testing.T) {
	checkEQL(t, []row{
		{`f == "x"`, `{}`, no},
		{`f != "x"`, `{}`, yes},
		{`not f == "x"`, `{}`, yes},
		{`not not f == "x"`, `{}`, no},
		{`f < 3`, `{}`, no},
		{`not f < 3`, `{}`, yes},
		{`f in ("x", "y")`, `{}`, no},
		{`f not in ("x", "y")`, `{}`, yes},
		{`f : "x*"`, `{}`, no},
		{`not f : "x*"`, `{}`, yes},
		{`f regex "x.*"`, `{}`, no},
		{`length(f) > 0`, `{}`, no},
		{`not length(f) == 1`, `{}`, yes},
		{`not startsWith(f, "x")`, `{}`, yes},
		{`f == null`, `{}`, yes},
		{`f == null`, `{"f": null}`, yes},
		{`f == null`, `{"f": []}`, yes},
		{`f == null`, `{"f": [null]}`, yes},
		{`f == null`, `{"f": ""}`, no},
		{`f == null`, `{"f": {"g": 1}}`, no},
		{`f != null`, `{"f": false}`, yes},
		{`not (f == null)`, `{}`, no},
		{`concat(f, "x") == null`, `{}`, yes},
		{`null == (f > 1)`, `{}`, yes},
		{`null == (f > 1)`, `{"f": 0}`, no},
		{`startsWith(f, "x") == false`, `{}`, yes}, // as not startsWith(f, "x")
		{`startsWith(f, "x") != false`, `{}`, no},
		{`startsWith(f, "x") == true`, `{}`, no},
		{`startsWith(f, "x") == false`, `{"f": ["xy", "yx"]}`, no},
		{`false == (f in (1, 2) or g == 1)`, `{}`, yes},
		{`(not f == 1) == true`, `{}`, yes},
		{`(f == 1) == g`, `{"g": false}`, no}, // null, and not false
		{`(f == 1) == g`, `{"f": 2, "g": false}`, yes},
		{`null == (startsWith(f, "x") == false)`, `{}`, yes},
		{`not ?f : "x"`, `{}`, yes},
		{`?f == null`, `{}`, yes},
		{`?f == ?g`, `{}`, yes}, // as null == null
		{`?f == ?g`, `{"f": 1}`, no},
		{`?f in (?g, 1)`, `{}`, no},
		{`f == g`, `{}`, no},
		{`f`, `{}`, no},
		{`not f`, `{}`, yes},
		{`f`, `{"f": true}`, yes},
		{`f`, `{"f": "true"}`, yes},
		{`f`, `{"f": [false, true]}`, yes},
	})
}

// TestFolding is about what holds no field: there, null is unknown.
func TestFolding(t *testing.T) {
	checkEQL(t, []row{
		{`null == null`, `{}`, yes},
		{`null != null`, `{}`, no},
		{`1 < null`, `{}`, unknown},
		{`not 1 < null`, `{}`, unknown},
		{`f == concat(null)`, `{}`, yes}, // as f == null
		{`not null + 1 == f`, `{"f": 1}`, yes},
		{`true or 1 < null`, `{}`, yes},
		{`false or 1 < null`, `{}`, unknown},
		{`false and 1 < null`, `{}`, no},
		{`true and 1 < null`, `{}`, unknown},
		{`f == 1 or 1 < null`, `{"f": 2}`, no}, // null falls out of or
		{`not (f == 1 or 1 < null)`, `{"f": 2}`, yes},
		{`f == 1 or 1 < null`, `{"f": 1}`, yes},
		{`f == 1 and 1 < null`, `{"f": 2}`, unknown}, // and makes and null
		{`not (f == 1 and (g == 2 or f == 1 and 1 < null))`, `{"f": 1}`, yes},
		{`null == (f == 1 or 1 < null)`, `{"f": 2}`, yes}, // as a value
		{`f == 1 and 1 < null`, `{"f": 1}`, unknown},
		{`1 + 2 * 3 == 7`, `{}`, yes},
		{`length("abc") == 3`, `{}`, yes},
		{`"abc" : "A*"`, `{}`, yes},
		{`"a" in ("b", "a")`, `{}`, yes},
		{`true`, `{}`, yes},
		{`not true`, `{}`, no},
	})
}

func TestTyped(t *testing.T) {
	checkEQL(t, []row{
		{`f == 4`, `{"f": 4}`, yes},
		{`f == 4`, `{"f": 4.0}`, yes},
		{`f == 4.5`, `{"f": 4.5}`, yes},
		{`f == 4`, `{"f": "4"}`, yes},
		{`f == 4`, `{"f": "4.0"}`, yes},
		{`f == "4"`, `{"f": 4}`, yes},
		{`f == "4"`, `{"f": "4.0"}`, no}, // two texts
		{`f == 4`, `{"f": "four"}`, no},
		{`f != 4`, `{"f": "four"}`, yes},
		{`f > 3`, `{"f": "4"}`, yes},
		{`f > 3`, `{"f": "four"}`, no},
		{`f == "x"`, `{"f": "X"}`, no},
		{`f == "x*"`, `{"f": "xyz"}`, no},
		{`f < "b"`, `{"f": "B"}`, yes},
		{`f >= "b"`, `{"f": "b"}`, yes},
		{`f == true`, `{"f": true}`, yes},
		{`f == true`, `{"f": "true"}`, yes},
		{`f == "true"`, `{"f": true}`, yes},
		{`f == true`, `{"f": 1}`, no},
		{`f == 9007199254740993`, `{"f": "9007199254740992"}`, no},
		{`f == g`, `{"f": 4, "g": "4"}`, yes},
		{`f == g`, `{"f": "a", "g": "A"}`, no},
		{`3 < f`, `{"f": 4}`, yes},
		{`-1 < f`, `{"f": 0}`, yes},
		{`f == "x"`, `{"f": {"x": 1}}`, no},
	})
}

func TestLists(t *testing.T) {
	checkEQL(t, []row{
		{`f == "b"`, `{"f": ["a", "b"]}`, yes},
		{`f != "b"`, `{"f": ["a", "b"]}`, no},
		{`f != "b"`, `{"f": ["a", "c"]}`, yes},
		{`f : "A*"`, `{"f": ["b", "abc"]}`, yes},
		{`f == 2`, `{"f": [1, "2"]}`, yes},
		{`f > 1 and f < 1`, `{"f": [0, 2]}`, yes}, // different elements
		{`f in ("c", "b")`, `{"f": ["a", "b"]}`, yes},
		{`f == g`, `{"f": [1, 2], "g": [2, 3]}`, yes},
		{`length(f) == 3`, `{"f": ["a", "bcd"]}`, yes},
		{`length(f) > 3`, `{"f": ["a", "bcd"]}`, no},
		{`f + 1 == 3`, `{"f": [1, 2]}`, yes},
		{`startsWith(f, "b")`, `{"f": ["a", "bcd"]}`, yes},
		{`not startsWith(f, "b")`, `{"f": ["a", "bcd"]}`, no},
		{`concat(f, g) == "bx"`, `{"f": ["a", "b"], "g": ["x", "y"]}`, yes},
		{`concat(f, g) == "ba"`, `{"f": ["a", "b"], "g": ["x", "y"]}`, no},
		{`o.a == 2`, `{"o": [{"a": 1}, {"a": 2}]}`, yes},
		{`o.a == 2`, `{"o": {"a": 2}}`, yes},
		{`o.a == 2`, `{"o.a": 2}`, yes},
	})
}

func TestPatterns(t *testing.T) {
	checkEQL(t, []row{
		{`f : "*"`, `{"f": ""}`, yes},
		{`f : "*"`, `{"f": {"g": 1}}`, yes},
		{`f : "a?c"`, `{"f": "ABC"}`, yes},
		{`f : "4*"`, `{"f": 42}`, yes},
		{`f : ("41", "42")`, `{"f": 42}`, yes},
		{`f : "42"`, `{"f": "42"}`, yes},
		{`f like "a*"`, `{"f": "ABC"}`, no},
		{`f like~ "a*"`, `{"f": "ABC"}`, yes},
		{`f regex "a.*"`, `{"f": "abc"}`, yes},
		{`f regex "b.*"`, `{"f": "abc"}`, no},
		{`f regex~ ("x", "A.C")`, `{"f": "abc"}`, yes},
		{`f in ("a*", "b")`, `{"f": "abc"}`, no},
		{`f in~ ("ABC", "b")`, `{"f": "abc"}`, yes},
		{`f in (1, 2)`, `{"f": "2"}`, yes},
		{`f in (1, 2)`, `{"f": "x"}`, no},
		{`f in ("1", "2")`, `{"f": 2}`, yes},
		{`f in ("1", "2")`, `{"f": "2.0"}`, no},
		{`f in ("1", "12345678901234567890")`, `{"f": "12345678901234567890"}`, yes},
		{`f in (true, false)`, `{"f": true}`, yes},
		{`f in (g, "x")`, `{"f": 4, "g": 4}`, yes},
		{`f in (g, "x")`, `{"f": 4}`, no},
		{`f in ("a", null)`, `{"f": "a"}`, yes},
		{`f not in ("a", null)`, `{"f": "b"}`, yes},
		{`f in (9007199254740993, 1)`, `{"f": "9007199254740993"}`, yes},
		{`cidrMatch(f, "10.0.0.0/8", "::1")`, `{"f": "10.9.8.7"}`, yes},
		{`cidrMatch(f, "10.0.0.0/8", "::1")`, `{"f": ["x", "::1"]}`, yes},
		{`not cidrMatch(f, "10.0.0.0/8")`, `{"f": "x"}`, yes},
	})
}

func TestArithmetic(t *testing.T) {
	checkEQL(t, []row{
		{`f / 2 == 3`, `{"f": 7}`, yes},
		{`f / 2.0 == 3.5`, `{"f": 7}`, yes},
		{`-f / 2 == -3`, `{"f": 7}`, yes},
		{`f % 3 == -1`, `{"f": -7}`, yes},
		{`f * 2 == 14`, `{"f": "7"}`, yes},
		{`f + 9223372036854775807 == null`, `{"f": 1}`, yes},
		{`f / 0 == null`, `{"f": 1}`, yes},
		{`number(f, g) == 5`, `{"f": "101", "g": 2}`, yes},
		{`indexOf(f, "z") == null`, `{"f": ["abc", "xyz"]}`, yes}, // of one value it is
		{`indexOf(f, "z") != null`, `{"f": ["abc", "xyz"]}`, no},
		{`indexOf(f, "z") != null`, `{"f": ["zoo", null, "xyz"]}`, yes}, // a null is no value
		{`indexOf(f, "z") == null`, `{"f": [null]}`, yes},
		{`indexOf(f, "z") + 1 == null`, `{"f": ["abc", "xyz"]}`, yes},
		{`string(indexOf(f, "z")) == null`, `{"f": ["abc", "xyz"]}`, yes},
		{`indexOf(f, "z") == 2 and indexOf(f, "z") in (2, 3) and string(indexOf(f, "z")) : "2"`, `{"f": ["abc", "xyz"]}`, yes},
		{`6 / f == null`, `{"f": [0, 2]}`, yes},
		{`6 / f == 3`, `{"f": [0, 2, null]}`, yes},
		{`6 / f != null`, `{"f": [2, null]}`, yes},
		{`concat(f, g) == null`, `{"f": ["a", null]}`, yes},
		{`concat(f, "x") != null`, `{"f": ["a", null]}`, yes},
		{`number(f, g) == null`, `{"f": "101", "g": 99}`, yes},
		{`concat(f, ":", g) == "5:true"`, `{"f": 5, "g": true}`, yes},
		{`string(f) : "1?"`, `{"f": [1, 12]}`, yes},
		{`f - -1 == 2`, `{"f": 1}`, yes},
	})
}

func TestSchema(t *testing.T) {
	types := map[string]expr.Type{"ip": expr.IP, "at": expr.Date, "v": expr.Version, "k": expr.Keyword, "n": expr.Number, "d": expr.Float}
	schema := func(s *expr.Scope) {
		s.Types = func(name string) (expr.Type, bool) { t, ok := types[name]; return t, ok }
	}
	checkEQL(t, []row{
		{`ip == "10.0.0.0/8"`, `{"ip": "10.1.2.3"}`, yes},
		{`ip == "10.1.2.3"`, `{"ip": "::ffff:10.1.2.3"}`, yes},
		{`ip != "10.0.0.0/8"`, `{"ip": "10.1.2.3"}`, no},
		{`ip in ("192.168.0.0/16", "10.0.0.0/8")`, `{"ip": ["1.1.1.1", "10.1.2.3"]}`, yes},
		{`ip not in ("192.168.0.0/16", "10.0.0.0/8")`, `{}`, yes},
		{`ip > "9.255.255.255"`, `{"ip": "10.0.0.1"}`, yes},
		{`at == "2024-05-01T10:00:00Z"`, `{"at": "2024-05-01T10:00:00.987Z"}`, yes},
		{`at == "2024-05-01T10:00:00.987Z"`, `{"at": "2024-05-01T10:00:00.986Z"}`, no},
		{`at == "2024-05-01T10:00:00Z"`, `{"at": 1714557600001}`, yes},
		{`at == "2024-05-01T10:00:00Z"`, `{"at": "1714557600001"}`, yes},
		{`at == "11"`, `{"at": "11"}`, yes}, // milliseconds, where it is no year
		{`at < 12`, `{"at": "11"}`, yes},
		{`at == "2024"`, `{"at": "2024-05-01T10:00:00Z"}`, yes},
		{`at > "2024-05-01T10:00:00Z"`, `{"at": "2024-05-01T10:00:00.987Z"}`, no},
		{`at >= "2024-05-01T10:00:00Z"`, `{"at": "2024-05-01T10:00:00Z"}`, yes},
		{`at < "2024-05-01"`, `{"at": "2024-04-30T23:59:59+00:00"}`, yes},
		{`at == "2024-05-01"`, `{"at": "2024-05-01T23:59:59Z"}`, yes},
		{`"2024-05-01" < at`, `{"at": "2024-05-02T00:00:00Z"}`, yes},
		{`at > 1714557600000`, `{"at": "2024-05-01T10:00:00.001Z"}`, yes},
		{`at == "2024-05-01"`, `{}`, no},
		{`at in ("2024-05-01", "2024-05-03")`, `{"at": "2024-05-03T12:00:00Z"}`, yes},
		{`v < "1.10.0"`, `{"v": "1.9.5"}`, yes},
		{`v == "1.2"`, `{"v": "1.2.0"}`, no},
		{`v < "1.2.0"`, `{"v": "1.2.0-beta"}`, yes},
		{`v < "1.2.0-beta.11"`, `{"v": "1.2.0-beta.2"}`, yes},
		{`v == "1.2.0"`, `{"v": "1.2.0"}`, yes},
		{`k == 0`, `{"k": "0"}`, yes},
		{`not ?gone : "x"`, `{}`, unknown}, // no event can have it
		{`not startsWith(?gone, "x")`, `{}`, unknown},
		{`?gone == null`, `{}`, yes},
		{`not (?gone : "x" or n == 1)`, `{"n": 2}`, yes},
		{`not (?gone : "x" or n == 1)`, `{"n": 1}`, no},
		{`not (?gone : "x" and n == 1)`, `{"n": 2}`, unknown},
		{`?gone == ?lost`, `{}`, yes}, // equal to null is what is missing
		{`?gone == 1`, `{}`, no},
		{`?gone != 1`, `{}`, yes},
		{`n == ?gone`, `{}`, yes},
		{`n == ?gone`, `{"n": 1}`, no},
		{`n != ?gone`, `{"n": 1}`, yes},
		{`n in (?gone, 2)`, `{}`, no},
		{`n not in (?gone, 2)`, `{"n": 1}`, yes},
		{`string(at) == "2024-05-01T10:00:00.001Z"`, `{"at": 1714557600001}`, yes},
		{`concat(at, "!") == "2024-05-01T10:00:00.000Z!"`, `{"at": "2024-05-01T12:00:00+02:00"}`, yes},
		{`string(at) : "*-01T00:*"`, `{"at": ["2024-05-02", "2024-05-01"]}`, yes},
		{`string(at) == "9000000000000000"`, `{"at": "9000000000000000"}`, yes}, // beyond what times can be
		{`string(at) == "never"`, `{"at": "never"}`, yes},
		{`d / 2 == 3.5 and string(d) == "7.0" and -d / 2 == -3.5`, `{"d": 7}`, yes},
		{`divide(d, 2) == 3.5 and d % 4 == 3`, `{"d": [7, 8]}`, yes},
		{`n / 2 == 3 and string(n) == "7"`, `{"n": 7.0}`, yes},
	}, schema)
	for query, message := range map[string]string{
		`gone == 1`:            `unknown field "gone"`,
		`at == "yesterday"`:    "expected a date",
		`k`:                    `expected a condition, found the field "k" of type keyword`,
		`ip : "10.*"`:          `expected text left of ":", found the field "ip" of type ip`,
		`length(n) == 1`:       "expected a string as argument 1 of length, found a number",
		`d : "7"`:              `expected text left of ":", found the field "d" of type float`,
		`d`:                    `expected a condition, found the field "d" of type float`,
		`k + 1 == 2`:           `expected a number, found the field "k" of type keyword`,
		`cidrMatch(n, "::/0")`: "expected an address as argument 1 of cidrMatch, found a number",
	} {
		assert.Equal(t, "test:1:", refuseEQL(t, query, message, schema)[:7])
	}
}

// refuseEQL returns the error that a condition is refused with.
func refuseEQL(t *testing.T, cond, message string, opts ...func(*expr.Scope)) string {
	t.Helper()
	q, err := eql.Parse("test", "any where "+cond)
	require.NoError(t, err, cond)
	s := &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: q.Source}
	for _, o := range opts {
		o(s)
	}
	run := s.Cond(q.Stages[0].(*ast.Events).Where)
	require.NotEmpty(t, s.Errors, cond)
	assert.Contains(t, s.Errors[0].Error(), message, cond)
	f := &field.Frame{Slots: s.Slots}
	f.Reset(event.Map{})
	run(f) // must not panic
	return s.Errors[0].Error()
}

func TestEQLErrors(t *testing.T) {
	for cond, message := range map[string]string{
		`lower(f) == "x"`:                `test:1:11: unknown function "lower": the operators : and like~ ignore case`,
		`substr(f, 1) == "x"`:            `test:1:11: unknown function "substr", did you mean "substring"?`,
		`f : 4`:                          `test:1:15: expected text right of ":", found 4: what is no text is compared by == and in`,
		`startWith(f, "x")`:              `test:1:11: unknown function "startWith", did you mean "startsWith"?`,
		`lenght(f) == 1`:                 `test:1:11: unknown function "lenght", did you mean "length"?`,
		`length() == 1`:                  `expected 1 argument to length, found 0`,
		`between(a, "b") == "c"`:         `expected at least 3 arguments to between, found 2`,
		`between(a,"b","c",true,1)=="d"`: `expected at most 4 arguments to between, found 5`,
		`length~(f) == 1`:                `expected length without ~`,
		`length(f)`:                      `expected a condition, found the value of length`,
		`number(f, 99) == 1`:             "test:1:11: number: expected a base from 2 to 36, found 99",
		`number(f, 0.5) == 1`:            "number: expected a base from 2 to 36, found 0.5",
		`exists(f)`:                      `unknown function "exists": write field != null, or == null`,
		`f : "a" or "b"`:                 `test:1:22: expected a condition, found "b": several values stand in a list`,
		`"text"`:                         `expected a condition, found "text"`,
		`f and 4`:                        `test:1:17: expected a condition, found 4`,
		`f + 1`:                          `expected a condition, found a computed value`,
		`f in ("a", 1)`:                  `expected a string as in the rest of the list, found the number 1`,
		`cidrMatch(f, "10.0.0.0/99")`:    `found "10.0.0.0/99"`,
		`f regex ("a", "(?i)b")`:         `test:1:13: "(?i)b": groups of the form (?…) are not part of Lucene's regular expressions`,
		`f regex ("a", "b~")`:            `"b~": `,
		`f regex "a~"`:                   `what the ~ of a regular expression negates`,
		`f + "x" == 1`:                   `expected a number, found "x"`,
		`startsWith(f, 1)`:               `expected a string as argument 2 of startsWith, found a number`,
		`length(length(f)) == 1`:         `test:1:18: expected a string as argument 1 of length, found a number`,
		`length(f == 1) == 1`:            `expected a string as argument 1 of length, found a boolean`,
		`substring(f, concat(g)) == "x"`: `expected a number as argument 2 of substring, found a string`,
		`endsWith~(f + 1, "x")`:          `expected a string as argument 1 of endsWith, found a number`,
		`length(f) : "x*"`:               `test:1:11: expected text left of ":", found a number: string(…) makes one of it`,
		`(f == 1) like ("x", "y")`:       `expected text left of "like", found a boolean`,
		`cidrMatch(f, "::/0") regex "x"`: `expected text left of "regex", found a boolean`,
		`concat(f) + 1 == 2`:             `expected a number, found a string`,
		`-startsWith(f, "x") == 2`:       `expected a number, found a boolean`,
		`length(f) in (1, "x")`:          `test:1:28: expected a number as left of the list, found the string "x"`,
		`string(f) in~ ("1", 2)`:         `expected a string as left of the list, found the number 2`,
	} {
		refuseEQL(t, cond, message)
	}
}

// In the original language, a text is also asked for by its value.
func TestEnum(t *testing.T) {
	for _, r := range []row{
		{`subtype.create`, `{"subtype": "create"}`, yes},
		{`subtype.create`, `{"subtype": "CREATE"}`, yes},
		{`subtype.create`, `{"subtype": "terminate"}`, no},
		{`not subtype.create`, `{"subtype": "terminate"}`, yes},
		{`subtype.create`, `{}`, unknown},
		{`subtype.create`, `{"subtype": {"create": true}}`, yes},
		{`subtype.create`, `{"subtype": {"create": false}}`, no},
		{`a.subtype.create`, `{"a": {"subtype": ["x", "create"]}}`, yes},
		{`subtype.create and x == 1`, `{"subtype": "create", "x": 1}`, yes},
		{`subtype.create == true`, `{"subtype": "create"}`, unknown},
	} {
		q, err := eql.Parse("test", "any where "+r.cond, eql.Endgame)
		require.NoError(t, err, r.cond)
		s := &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: q.Source}
		cond := s.Cond(q.Stages[0].(*ast.Events).Where)
		require.Empty(t, s.Errors)
		f := &field.Frame{Slots: s.Slots}
		f.Reset(object(t, r.event))
		assert.Equal(t, r.want, cond(f), "%s over %s", r.cond, r.event)
	}
}

func TestArraySearch(t *testing.T) {
	for _, r := range []row{
		{`_arraysearch(sig, $e, $e.trusted == true)`, `{}`, no},
		{`not _arraysearch(sig, $e, $e.trusted == true)`, `{}`, yes},
		{`_arraysearch(sig, $e, $e.trusted == true)`, `{"sig": {"trusted": true}}`, yes},
		{`_arraysearch(sig, $e, $e.trusted == true and $e.name == "x")`, `{"sig": [{"trusted": true, "name": "y"}, {"trusted": false, "name": "x"}]}`, no},
		{`_arraysearch(sig, $e, $e.trusted == true and $e.name == "x")`, `{"sig": [{"trusted": true, "name": "y"}, {"trusted": true, "name": "x"}]}`, yes},
		{`_arraysearch(sig, $e, not $e.name : "x*")`, `{"sig": [{}]}`, yes},
		{`_arraysearch(args, $a, $a == host)`, `{"args": ["a", "b"], "host": "b"}`, yes},
		{`_arraysearch(a, $x, _arraysearch(b, $y, $x.n == $y.n))`, `{"a": [{"n": 1}, {"n": 2}], "b": [{"n": 3}, {"n": 2}]}`, yes},
		{`_arraysearch(a, $x, startswith~($x.p, "C:"))`, `{"a": [{"p": "c:\\x"}]}`, yes},
	} {
		q, err := eql.Parse("test", "any where "+r.cond, eql.Endpoint)
		require.NoError(t, err, r.cond)
		s := &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: q.Source}
		cond := s.Cond(q.Stages[0].(*ast.Events).Where)
		require.Empty(t, s.Errors)
		f := &field.Frame{Slots: s.Slots}
		f.Reset(object(t, r.event))
		assert.Equal(t, r.want, cond(f), "%s over %s", r.cond, r.event)
		assert.Empty(t, f.Vars)
		assert.Empty(t, f.Stack)
	}
}

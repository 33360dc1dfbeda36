package sequence

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Steps may name their keys differently, and the values decide.
func TestKeysOfSteps(t *testing.T) {
	by := func(names ...string) (list []ast.Expr) {
		for _, n := range names {
			list = append(list, &ast.Field{Name: n})
		}
		return list
	}
	st := &ast.Sequence{Steps: []ast.Step{
		{Event: ast.Events{Where: letter("a")}, By: by("host", "pid")},
		{Event: ast.Events{Where: letter("b")}, By: by("host", "parent")},
	}}
	for _, c := range []struct {
		name      string
		pid, ppid any
		want      int
	}{
		{"integers", 7, 7, 1},
		{"a float that is an integer", 7, 7.0, 1},
		{"floats", 7.5, 7.5, 1},
		{"beyond a float's precision", int64(1<<53) + 1, int64(1 << 53), 0},
		{"a number and its text", 7, "7", 0},
		{"true and 1", true, 1, 0},
		{"zeros", 0, math.Copysign(0, -1), 1},
		{"texts", "7", "7", 1},
		{"times", time.Unix(7, 0), time.Unix(7, 0), 1},
		{"a time and a number", time.Unix(0, 7), 7, 0},
		{"null", nil, nil, 0},
		{"a list of nulls", []any{nil}, []any{nil}, 0},
		{"one of several", []any{1, 7}, []any{7, 8}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, f := compile(t, st, Options{})
			var found []Match
			for i, ev := range []event.Map{
				{"is": "a", "host": "h", "pid": c.pid, "parent": "other"},
				{"is": "b", "host": "h", "pid": "another", "parent": c.ppid},
			} {
				f.Reset(ev)
				m.Step(f, event.Event{Time: time.Unix(int64(i), 0), Fields: ev}, func(x Match) { found = append(found, x) })
			}
			assert.Len(t, found, c.want)
		})
	}
}

// The values of a key must not run into one another.
func TestKeyBoundaries(t *testing.T) {
	tuples := [][]any{{"ab", "c"}, {"a", "bc"}, {"", "abc"}, {"abc", ""}, {nil, "abc"}, {"abcs", nil}, {1, nil}, {nil, 1}}
	seen := map[string][]any{}
	for _, tuple := range tuples {
		var b []byte
		for _, x := range tuple {
			b = appendKey(b, event.Of(x))
		}
		require.NotContains(t, seen, string(b), "%v", tuple)
		seen[string(b)] = tuple
	}
}

func FuzzKey(f *testing.F) {
	f.Add(int64(1), 1.0, "1", uint8(0), uint8(1))
	f.Add(int64(1<<53+1), float64(1<<53), "", uint8(0), uint8(1))
	f.Fuzz(func(t *testing.T, i int64, x float64, s string, p, q uint8) {
		all := []event.Value{event.OfInt(i), event.OfFloat(x), event.OfString(s), event.OfBool(i > 0),
			event.OfTime(time.Unix(0, i)), {}, event.OfFloat(float64(i))}
		a, b := all[int(p)%len(all)], all[int(q)%len(all)]
		if x != x {
			return // no JSON holds it
		}
		same := string(appendKey(nil, a)) == string(appendKey(nil, b))
		if same != (compareValues(a, b) == 0) {
			t.Fatalf("%v and %v: encoded alike %v, compared %d", a.Any(), b.Any(), same, compareValues(a, b))
		}
		if compareValues(a, b) != -compareValues(b, a) {
			t.Fatalf("%v and %v have no order", a.Any(), b.Any())
		}
	})
}

// Where the schema says what a key is, its notations are one value. A sequence
// reports dates in one notation, a sample in milliseconds; of addresses, a sequence
// reports what the first event has, and a sample the value.
func TestTypedKeys(t *testing.T) {
	for _, c := range []struct {
		kind            expr.Type
		first, second   any
		inSeq, inSample string // empty where the two differ
	}{
		{expr.Date, "2022-12-17", "17-12-2022", "2022-12-17T00:00:00.000Z", "1671235200000"},
		{expr.Date, int64(1671235200001), "2022-12-17T01:00:00.001+01:00", "2022-12-17T00:00:00.001Z", "1671235200001"},
		{expr.Date, "2022-12-17", "2022-12-18", "", ""},
		{expr.Date, "never", "never", "never", "never"},
		{expr.IP, "::ffff:10.0.0.1", "10.0.0.1", "::ffff:10.0.0.1", "10.0.0.1"},
		{expr.IP, "::1", "0:0:0:0:0:0:0:1", "::1", "::1"},
		{expr.IP, "10.0.0.1", "10.0.0.2", "", ""},
		{expr.Keyword, "2022-12-17", "17-12-2022", "", ""},
	} {
		s := &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: &ast.Source{Name: "test"},
			Types: func(name string) (expr.Type, bool) {
				if name == "k" {
					return c.kind, true
				}
				return expr.Keyword, true
			}}
		steps := sequenceOf(t, "a b keyed").Steps
		m := Compile(&ast.Sequence{Steps: steps}, s, Options{})
		p := CompileSample(&ast.Sample{Steps: steps}, s, SampleOptions{})
		require.Empty(t, s.Errors)
		var inSeq, inSample []string
		f := &field.Frame{Slots: s.Slots}
		for i, fields := range []event.Map{{"is": "a", "k": c.first}, {"is": "b", "k": c.second}} {
			ev := event.Event{Time: time.Unix(int64(i), 0), Fields: fields}
			f.Reset(fields)
			m.Step(f, ev, func(x Match) { inSeq = append(inSeq, x.Keys[0].Text()) })
			p.Step(f, ev, func(x Match) { inSample = append(inSample, x.Keys[0].Text()) })
		}
		if c.inSeq == "" {
			assert.Empty(t, inSeq, "%v and %v", c.first, c.second)
			assert.Empty(t, inSample, "%v and %v", c.first, c.second)
			continue
		}
		assert.Equal(t, []string{c.inSeq}, inSeq)
		assert.Equal(t, []string{c.inSample}, inSample)
	}
}

// Keys whose types a schema tells apart join nothing, and are refused.
func TestIncompatibleKeys(t *testing.T) {
	types := map[string]expr.Type{"pid": expr.Number, "port": expr.Number, "name": expr.Keyword, "text": expr.Text, "ip": expr.IP, "at": expr.Date, "new": expr.Unknown}
	for keys, want := range map[[2]string]string{
		{"pid", "port"}:  "",
		{"name", "text"}: "",
		{"new", "ip"}:    "",
		{"pid", "gone"}:  "",
		{"pid", "name"}:  "expected a join key of type number as pid of the first step, found name of type keyword",
		{"ip", "text"}:   "expected a join key of type ip as ip of the first step, found text of type keyword",
		{"at", "pid"}:    "expected a join key of type date as at of the first step, found pid of type number",
	} {
		s := &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: &ast.Source{Name: "test", Text: "text"},
			Types: func(name string) (expr.Type, bool) { t, ok := types[name]; return t, ok || name == "gone" }}
		Compile(&ast.Sequence{Steps: []ast.Step{
			{Event: ast.Events{Where: letter("new")}, By: []ast.Expr{&ast.Field{Name: keys[0]}}},
			{Event: ast.Events{Where: letter("new")}, By: []ast.Expr{&ast.Field{Name: keys[1]}}},
		}}, s, Options{})
		var found []string
		for _, err := range s.Errors {
			if msg := err.Error(); strings.Contains(msg, "join key") {
				found = append(found, msg)
			}
		}
		if want == "" {
			assert.Empty(t, found, keys)
		} else if assert.Len(t, found, 1, keys) {
			assert.Contains(t, found[0], want)
		}
	}
}

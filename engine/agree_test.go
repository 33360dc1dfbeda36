package engine_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
)

// typed are fields of all types, with literals to compare them with, and values that
// events have for them. No event has the last one.
var typed = []struct {
	name, kind string
	literals   []string
	values     []any
}{
	{"ip", "ip", []string{`"10.0.0.1"`, `"10.0.0.0/8"`, `"::1"`, `"1.2.3.4"`},
		[]any{"10.0.0.1", "::ffff:10.0.0.1", "::1", "0:0::1", "1.2.3.4", "nonsense"}},
	{"at", "date", []string{`"2024-05-01"`, `"2024-05-01T10:00:00Z"`, `1714557600000`, `"2024"`},
		[]any{"2024-05-01", int64(1714557600000), "1714557600001", "2024-05-01T12:00:00+02:00", "never"}},
	{"v", "version", []string{`"1.2.0"`, `"1.10.0"`, `"1.2.0-beta"`}, []any{"1.2.0", "1.10.0", "1.2.0-beta", "1.2"}},
	{"k", "keyword", []string{`"a"`, `"A"`, `"5"`, `"a*"`}, []any{"a", "A", "5", "a*", "abc", int64(5)}},
	{"n", "long", []string{"5", "7", "5.0", "7.5"}, []any{int64(5), int64(7), 5.0, "7", 7.5}},
	{"d", "double", []string{"5", "3.5", "7"}, []any{int64(5), 3.5, 7.0, int64(7)}},
	{"b", "boolean", []string{"true", "false"}, []any{true, false, "true"}},
	{"?gone", "", []string{"5", `"a"`, "true"}, nil},
}

func typedCond(r *rand.Rand, depth int) string {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	if depth > 0 && r.IntN(4) > 0 {
		x, y := typedCond(r, depth-1), typedCond(r, depth-1)
		return pick("not ("+x+")", "("+x+") and ("+y+")", "("+x+") or ("+y+")", "("+x+") == false", "true == ("+x+")", "("+x+") == ("+y+")")
	}
	f, g := typed[r.IntN(len(typed))], typed[r.IntN(len(typed))]
	lit := func() string { return pick(f.literals...) }
	op := pick(" == ", " != ", " < ", " <= ", " > ", " >= ")
	return pick(f.name+op+lit(), f.name+op+lit(), lit()+op+f.name, f.name+op+g.name, f.name+" in ("+lit()+", "+lit()+", "+g.name+")",
		f.name+" not in ("+lit()+", "+lit()+")", f.name+pick(" == null", " != null"), f.name,
		f.name+pick(" : ", " like ", " regex~ ")+pick(`"a*"`, `("a", "b")`, `"1.*"`, `"*"`),
		"string("+f.name+") : "+pick(`"*1*"`, `"2024-05-01T10*"`, `"7.0"`, `"true"`),
		"cidrMatch("+f.name+`, "10.0.0.0/8")`, "startsWith("+f.name+`, "1.")`, f.name+pick(" / 2", " % 2", " + 1")+op+pick("3", "3.5", "1"),
		"concat("+f.name+", "+g.name+")"+pick(" == null", ` : "*a*"`, " == ?gone"), "indexOf("+f.name+`, "a")`+pick(" == null", " > 0"))
}

func typedEvent(r *rand.Rand) engine.Map {
	m := engine.Map{}
	for _, f := range typed {
		value := func() any { return f.values[r.IntN(len(f.values))] }
		switch n := r.IntN(6); {
		case n == 0 || f.values == nil:
		case n == 1:
			m[f.name] = []any{value(), nil, value()}
		case n == 2 && r.IntN(3) == 0:
			m[f.name] = []any{}
		default:
			m[f.name] = value()
		}
	}
	return m
}

// plainFields are fields that are no map.
type plainFields struct{ m engine.Map }

func (p plainFields) Field(name string) engine.Value { return p.m.Field(name) }

// A condition is the same on a map and on other fields, by itself, in an engine
// that asks the index, in one that asks all rules, and explained.
func TestFiltersAndEnginesAgree(t *testing.T) {
	types := map[string]engine.FieldType{"event.category": {Type: "keyword"}}
	for _, f := range typed {
		if f.kind != "" {
			types[f.name] = engine.FieldType{Type: f.kind}
		}
	}
	rounds, met := 80, 0
	if testing.Short() {
		rounds = 16
	}
	for round := range rounds {
		r := rand.New(rand.NewPCG(uint64(round), 5))
		mode := []engine.Option{engine.Types(types), engine.StrictTypes(types)}[round%2]
		var rules []*ast.Rule
		var filters []*engine.Filter
		var texts []string
		for n := []int{1, 2, 25, 120}[round/2%4]; len(rules) < n; {
			text := "any where " + typedCond(r, r.IntN(3))
			q, err := eql.Parse("q", text)
			require.NoError(t, err, text)
			f, err := engine.Compile(q, mode)
			if err != nil { // types that do not fit
				continue
			}
			texts, filters = append(texts, text), append(filters, f)
			rules = append(rules, &ast.Rule{ID: fmt.Sprint("r", len(rules)), Query: q})
		}
		engines := []*engine.Engine{newEngine(t, rules, mode), newEngine(t, rules, mode, engine.FullScan())}
		for i := range 40 {
			x := ev(float64(i), typedEvent(r))
			var want []string
			for j, f := range filters {
				is := f.Match(x.Fields)
				require.Equal(t, is, f.Match(plainFields{x.Fields.(engine.Map)}), "round %d: %s over %v", round, texts[j], x.Fields)
				if is {
					want = append(want, rules[j].ID)
				}
			}
			met += len(want)
			slices.Sort(want)
			for _, e := range engines {
				var got []string
				for _, a := range e.Process(x) {
					got = append(got, a.Rule.ID)
				}
				slices.Sort(got)
				require.Equal(t, want, got, "round %d: %s over %v", round, strings.Join(texts, "\n"), x.Fields)
			}
			j := r.IntN(len(rules))
			x.Time = x.Time.Add(time.Millisecond)
			fired := engines[0].Explain(rules[j].ID, x).Verdict == engine.Fired
			require.Equal(t, slices.Contains(want, rules[j].ID), fired, "round %d: %s over %v", round, texts[j], x.Fields)
		}
	}
	assert.Greater(t, met, 100*rounds)
}

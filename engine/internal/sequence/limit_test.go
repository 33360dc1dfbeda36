package sequence

import (
	"fmt"
	"testing"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBounds(t *testing.T) {
	t.Run("partials", func(t *testing.T) {
		m, f := compile(t, sequenceOf(t, "a b keyed"), Options{MaxPartials: 2})
		assert.Equal(t, "a2b5/y a3b6/z", play(t, m, f, "a1/x a2/y a3/z b4/x b5/y b6/z"))
		assert.Equal(t, Stats{Evicted: 1}, m.Stats())
	})
	t.Run("candidates", func(t *testing.T) {
		m, f := compile(t, &ast.Sequence{Steps: []ast.Step{
			{Event: ast.Events{Where: letter("a")}, As: "first"},
			{Event: ast.Events{Where: refersTo("first", "k")}},
		}}, Options{})
		for i := range maxCandidates + 5 {
			play(t, m, f, fmt.Sprintf("a%d/k%d", i, i))
		}
		assert.Equal(t, Stats{Partials: maxCandidates, Keys: 1, Evicted: 5}, m.Stats())
		assert.Equal(t, "", play(t, m, f, "b1000/k4"))
		assert.Equal(t, "a5b1000", play(t, m, f, "b1000/k5"))
	})
	t.Run("held matches", func(t *testing.T) {
		m, f := compile(t, sequenceOf(t, "a !m keyed in 9s"), Options{MaxPartials: 2})
		assert.Equal(t, "a2-/y@20 a3-/z@20", play(t, m, f, "a1/x a2/y a3/z @20"))
		assert.Equal(t, Stats{Evicted: 1}, m.Stats())
	})
	t.Run("marks", func(t *testing.T) {
		m, f := compile(t, sequenceOf(t, "!m a keyed in 9s"), Options{MaxPartials: 2})
		assert.Equal(t, "-a4/x", play(t, m, f, "m1/x m2/y m3/z a4/x a5/y a6/z"))
		assert.Equal(t, Stats{Keys: 2, Evicted: 1}, m.Stats())
	})
	t.Run("keys of an event", func(t *testing.T) {
		many := make([]any, 1000)
		for i := range many {
			many[i] = i
		}
		st := &ast.Sequence{Steps: []ast.Step{{Event: ast.Events{Where: letter("a")},
			By: []ast.Expr{&ast.Field{Name: "p"}, &ast.Field{Name: "q"}, &ast.Field{Name: "r"}}}}}
		m, f := compile(t, st, Options{})
		ev := event.Map{"is": "a", "p": many, "q": many, "r": many}
		f.Reset(ev)
		n := 0
		m.Step(f, event.Event{Fields: ev}, func(Match) { n++ })
		assert.Equal(t, maxTuples, n)
		assert.Positive(t, m.Stats().Evicted)
	})
}

// Time alone empties a machine that has a span.
func TestExpiry(t *testing.T) {
	m, f := compile(t, sequenceOf(t, "!m a b c !m keyed in 5s"), Options{})
	play(t, m, f, "m1/w a1.5/w a2/x b3/x a3/y")
	assert.Equal(t, Stats{Partials: 3, Keys: 3}, m.Stats())
	play(t, m, f, "@7")
	assert.Equal(t, Stats{Partials: 2, Keys: 2}, m.Stats(), "w is too old, x just not")
	play(t, m, f, "@8.001")
	assert.Equal(t, Stats{}, m.Stats())
}

// What the caller does to his event afterwards is not seen.
func TestCopies(t *testing.T) {
	m, f := compile(t, sequenceOf(t, "a b keyed"), Options{Keep: func(ev event.Event) event.Fields {
		return event.Map{"is": ev.Fields.Field("is").Clone()}
	}})
	first := event.Map{"is": "a", "k": []any{"x"}}
	f.Reset(first)
	m.Step(f, event.Event{Time: clock(t, "1"), ID: "1", Fields: first}, nil)
	first["is"] = "changed"
	first["k"].([]any)[0] = "changed"
	var found []Match
	second := event.Map{"is": "b", "k": "x"}
	f.Reset(second)
	m.Step(f, event.Event{Time: clock(t, "2"), ID: "2", Fields: second}, func(x Match) { found = append(found, x) })
	require.Len(t, found, 1)
	assert.Equal(t, "a", found[0].Events[0].Fields.Field("is").Text())
	assert.Equal(t, "x", found[0].Keys[0].Text())
	assert.Less(t, found[0].Events[0].Order, found[0].Events[1].Order)
}

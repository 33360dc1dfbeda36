package sequence

import (
	"math/rand/v2"
	"strconv"
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

func sampler(t testing.TB, text string, o SampleOptions) (*Sampler, *field.Frame) {
	t.Helper()
	s := &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: &ast.Source{Name: "test"}}
	m := CompileSample(&ast.Sample{Steps: sequenceOf(t, text).Steps}, s, o)
	require.Empty(t, s.Errors)
	return m, &field.Frame{Slots: s.Slots}
}

func TestSamples(t *testing.T) {
	for _, c := range []struct {
		name, sample, timeline, want string
		perKey                       int
	}{
		{"any order", "a b keyed", "b1/x a2/x", "a2b1/x@2", 0},
		{"keys keep samples apart", "a b keyed", "a1/x b2/y", "", 0},
		{"one sample for a key", "a b keyed", "a1/x b2/x a3/x b4/x", "a1b2/x", 0},
		{"a sample for each key", "a b keyed", "a1/x,y b2/y b3/x", "a1b2/y a1b3/x", 0},
		{"an event serves one step", "a b keyed", "ab1/x", "", 0},
		{"two that serve both", "a b keyed", "ab1/x ab2/x", "ab2ab1/x@2", 0},
		{"an event gives way", "a b c keyed", "ab1/x abc2/x bc3/x", "ab1bc3abc2/x@3", 0},
		{"no way out", "a a a keyed", "a1/x a2/x", "", 0},
		{"a missing key", "a b keyed", "a1 b2", "", 0},
		{"an optional key", "a b keyed?", "a1 b2", "a1b2/", 0},
		{"two for a key", "a b keyed", "a1/x b2/x a3/x a4/x", "a1b2/x a3b2/x@3", 2},
		{"two at once", "a b keyed", "a1/x a2/x a3/x b4/x", "a1b4/x a2b4/x", 2},
		{"all there are", "a b keyed", "a1/x b2/x b3/x a4/x a5/x", "a1b2/x a1b3/x a4b2/x@4 a4b3/x@4 a5b2/x@5 a5b3/x@5", 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, f := sampler(t, c.sample, SampleOptions{MaxPerKey: c.perKey})
			assert.Equal(t, c.want, play(t, m, f, c.timeline))
		})
	}
}

// A batch comes in the order of the keys, and takes the first events.
func TestSampleBatch(t *testing.T) {
	const timeline = "a1/y b2/y a3/x b4/x a5 b6 a7/x a8/w b9/10.0.0.9,10.0.0.10 a10/10.0.0.10,10.0.0.9"
	m, f := sampler(t, "a b keyed?", SampleOptions{Batch: true, MaxPerKey: 2})
	require.Empty(t, play(t, m, f, timeline))
	var found []string
	m.Finish(func(x Match) { found = append(found, show(x, x.Events[1].Time)) })
	assert.Equal(t, "a5b6/ a10b9/10.0.0.10 a10b9/10.0.0.9 a3b4/x a7b4/x a1b2/y", strings.Join(found, " "))
	assert.Equal(t, Stats{}, m.Stats())
}

// Where the schema says that keys are addresses or versions, they are in the order
// of these.
func TestSampleKeysInOrder(t *testing.T) {
	for kind, want := range map[expr.Type]string{
		expr.IP:      "::1 10.0.0.9 10.0.0.10 none",
		expr.Version: "1.2.0-beta 1.2.0 1.10.0 none",
		expr.Keyword: "1.10.0 1.2.0 1.2.0-beta none",
	} {
		s := &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: &ast.Source{Name: "test"},
			Types: func(name string) (expr.Type, bool) {
				if name == "k" {
					return kind, true
				}
				return expr.Keyword, true
			}}
		m := CompileSample(&ast.Sample{Steps: sequenceOf(t, "a keyed").Steps}, s, SampleOptions{Batch: true})
		require.Empty(t, s.Errors)
		timeline := "a1/1.10.0,1.2.0,1.2.0-beta,none"
		if kind == expr.IP {
			timeline = "a1/10.0.0.10,10.0.0.9,::1,none"
		}
		play(t, m, &field.Frame{Slots: s.Slots}, timeline)
		var found []string
		m.Finish(func(x Match) { found = append(found, x.Keys[0].Text()) })
		assert.Equal(t, want, strings.Join(found, " "))
	}
}

func TestSampleRetention(t *testing.T) {
	for _, c := range []struct{ name, timeline, want string }{
		{"within", "a1/x b6/x", "a1b6/x"},
		{"too far apart", "a1/x b6.1/x", ""},
		{"the newest stay", "a1/x a2/x a3/x a4/x b8/x", "a3b8/x"},
		{"done, and long forgotten", "a1/x b2/x a3/x b4/x a20/x b21/x", "a1b2/x a20b21/x"},
		{"the time passes without events", "a1/x @6.1 b6/x", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, f := sampler(t, "a b keyed", SampleOptions{Retention: 5 * time.Second})
			assert.Equal(t, c.want, play(t, m, f, c.timeline))
		})
	}
}

func TestSampleBounds(t *testing.T) {
	m, f := sampler(t, "a b keyed", SampleOptions{MaxKeys: 2})
	assert.Equal(t, "a1b4/x a3b6/z", play(t, m, f, "a1/x a2/y a1/x a3/z b4/x b6/z b7/y"))
	assert.Equal(t, 2, m.Stats().Keys)
	assert.Positive(t, m.Stats().Evicted)
	m, f = sampler(t, "a b keyed", SampleOptions{})
	for range 1000 {
		play(t, m, f, "a1/x")
	}
	assert.Equal(t, Stats{Keys: 1, Held: 1}, m.Stats())
	assert.Len(t, m.groups["s\x01x"].lists[0], 2)
}

func TestSampleErrors(t *testing.T) {
	a := ast.Events{Where: letter("a")}
	for want, st := range map[string]*ast.Sample{
		"test:1:1: expected an event in a sample, found none":          {},
		"test:1:1: expected an event in a sample, found a missing one": {Steps: []ast.Step{{Event: a, Missing: true}}},
		"test:1:1: expected as many join keys as the first step has (1), found 0": {
			Steps: []ast.Step{{Event: a, By: []ast.Expr{&ast.Field{Name: "k"}}}, {Event: a}}},
	} {
		s := &expr.Scope{Slots: &field.Slots{}, Source: &ast.Source{Name: "test"}}
		CompileSample(st, s, SampleOptions{})
		require.Len(t, s.Errors, 1)
		assert.EqualError(t, s.Errors[0], want)
	}
}

// TestRepresentatives compares the choice with one that tries everything.
func TestRepresentatives(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		pool := make([]*Kept, 1+r.IntN(5))
		for i := range pool {
			pool[i] = &Kept{ID: strconv.Itoa(i)}
		}
		lists := make([][]*Kept, 1+r.IntN(4))
		for i := range lists {
			for _, k := range pool {
				if r.IntN(2) == 0 {
					lists[i] = append(lists[i], k)
				}
			}
		}
		var got, want []string
		representatives(lists, func(events []*Kept) bool { got = append(got, idsOf(events)); return true })
		everything(lists, nil, &want)
		require.Equal(t, want, got)
	}
}

func everything(lists [][]*Kept, chosen []*Kept, found *[]string) {
	if len(chosen) == len(lists) {
		*found = append(*found, idsOf(chosen))
		return
	}
next:
	for _, k := range lists[len(chosen)] {
		for _, other := range chosen {
			if other == k {
				continue next
			}
		}
		everything(lists, append(chosen[:len(chosen):len(chosen)], k), found)
	}
}

func idsOf(events []*Kept) string {
	var b strings.Builder
	for _, k := range events {
		b.WriteString(k.ID)
	}
	return b.String()
}

// Nineteen steps that share nineteen events have 18! ways to fail once the
// first step has taken one of these.
func TestRepresentativesAreQuick(t *testing.T) {
	pool := make([]*Kept, 19)
	for i := range pool {
		pool[i] = &Kept{}
	}
	other := &Kept{}
	lists := [][]*Kept{{pool[0], other}}
	for range pool {
		lists = append(lists, pool)
	}
	start := time.Now()
	n := 0
	representatives(lists, func(events []*Kept) bool {
		n++
		assert.Same(t, other, events[0])
		return false
	})
	assert.Equal(t, 1, n)
	assert.Less(t, time.Since(start), 30*time.Second)
	representatives(append(lists, pool), func([]*Kept) bool { t.Error("found one"); return false })
}

func joiner(t testing.TB, text string, o Options) (*Joiner, *field.Frame) {
	t.Helper()
	st := sequenceOf(t, text)
	s := &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: &ast.Source{Name: "test"}}
	j := CompileJoin(&ast.Combine{Steps: st.Steps, Until: st.Until}, s, o)
	require.Empty(t, s.Errors)
	return j, &field.Frame{Slots: s.Slots}
}

func TestJoins(t *testing.T) {
	for _, c := range []struct{ name, join, timeline, want string }{
		{"any order", "a b", "b1 a2", "a2b1@2"},
		{"the first of each stays", "a b", "a1 a2 b3", "a1b3"},
		{"a full row begins anew", "a b", "a1 b2 b3 a4", "a1b2 a4b3@4"},
		{"one event may fill several cells", "a b c", "ab1 c2", "ab1ab1c2"},
		{"one event may fill the row", "a b", "ab1", "ab1ab1"},
		{"keys keep rows apart", "a b keyed", "a1/x b2/y b3/x", "a1b3/x"},
		{"the case of keys does not matter", "a b keyed", "a1/X b2/x", "a1b2/X"},
		{"a missing key is a key", "a b keyed", "a1 a2/x b3", "a1b3/"},
		{"until drops the row", "a b until u keyed", "a1/x a2/y u3/x b4/x b5/y", "a2b5/y"},
		{"until comes before the steps", "a b until u", "a1 bu2", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			j, f := joiner(t, c.join, Options{})
			assert.Equal(t, c.want, play(t, j, f, c.timeline))
		})
	}
	j, f := joiner(t, "a b keyed", Options{MaxPartials: 2})
	assert.Equal(t, "a2b5/y a3b6/z", play(t, j, f, "a1/x a2/y a3/z b5/y b6/z"))
	assert.Equal(t, Stats{Evicted: 1}, j.Stats())
	f.Reset(event.Map{"is": "b"})
	assert.True(t, j.Concerns(f))
	f.Reset(event.Map{"is": "z"})
	assert.False(t, j.Concerns(f))
}

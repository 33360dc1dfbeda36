package sequence

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

var fates = [...]string{"seen", "begun", "moved", "filled", "replaced", "expired", "ended", "evicted", "barred", "led", "awaited", "refuted", "found"}

// teller collects what it is told, save what was merely seen, as words:
// moved:a,b is a partial that has moved to a second event.
func teller(told *[]string) func(Turn) {
	return func(t Turn) {
		if t.What == Seen {
			return
		}
		var ids []string
		for _, k := range t.Events {
			if k == nil {
				ids = append(ids, "-")
			} else {
				ids = append(ids, strings.TrimRight(k.ID, "0123456789."))
			}
		}
		*told = append(*told, fates[t.What]+":"+strings.Join(ids, ","))
	}
}

func scopeOf() *expr.Scope {
	return &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: &ast.Source{Name: "test"}}
}

func TestTraceOfSequences(t *testing.T) {
	tests := []struct {
		sequence, timeline, want string
		bound                    int
	}{
		{sequence: "a b", timeline: "a1 x2 b3", want: "begun:a moved:a,b found:a,b"},
		{sequence: "a b", timeline: "a1 a2", want: "begun:a begun:a replaced:a"},
		{sequence: "a b in 5s", timeline: "a1 b7", want: "begun:a expired:a"},
		{sequence: "a b in 5s", timeline: "a1 @9", want: "begun:a expired:a"},
		{sequence: "a b until u", timeline: "a1 u2 b3", want: "begun:a ended:a"},
		{sequence: "a !x b in 5s", timeline: "a1 x2 b3", want: "begun:a moved:a,b barred:a,b"},
		{sequence: "!x a b in 5s", timeline: "x1 a2 b3", want: "begun:a moved:a,b led:a,b"},
		{sequence: "a b !x in 5s", timeline: "a1 b2 x3", want: "begun:a moved:a,b awaited:a,b refuted:a,b"},
		{sequence: "a b !x in 5s", timeline: "a1 b2 @9", want: "begun:a moved:a,b awaited:a,b found:a,b"},
		{sequence: "keyed a b", timeline: "a1/x a2/y b3/y", bound: 1, want: "begun:a begun:a evicted:a moved:a,b found:a,b"},
	}
	for _, tt := range tests {
		t.Run(tt.sequence+" / "+tt.timeline, func(t *testing.T) {
			var told []string
			s := scopeOf()
			m := Compile(sequenceOf(t, tt.sequence), s, Options{MaxPartials: tt.bound, Trace: teller(&told)})
			require.Empty(t, s.Errors)
			play(t, m, &field.Frame{Slots: s.Slots}, tt.timeline)
			assert.Equal(t, tt.want, strings.Join(told, " "))
		})
	}
}

// Each event is held against each step, with each of its keys.
func TestTraceOfSteps(t *testing.T) {
	var told []string
	s := scopeOf()
	m := Compile(sequenceOf(t, "keyed a b until u"), s, Options{Trace: func(x Turn) {
		if x.What != Seen {
			return
		}
		key := "none"
		if !x.NoKey {
			key = x.Keys[0].Text()
		}
		told = append(told, fmt.Sprintf("%d%t/%s", x.Step, x.Hit, key))
	}})
	play(t, m, &field.Frame{Slots: s.Slots}, "ab1/x,y u2")
	assert.Equal(t, "0true/x 0true/y 1true/x 1true/y 2false/x 2false/y 0false/none 1false/none 2true/none", strings.Join(told, " "))

	next, more := m.NextStep(1)
	assert.Equal(t, 1, next)
	assert.True(t, more)
	_, more = m.NextStep(m.Length())
	assert.False(t, more)
}

func TestTraceOfSamplesAndJoins(t *testing.T) {
	steps := sequenceOf(t, "keyed a b").Steps
	var told []string
	s := scopeOf()
	sampler := CompileSample(&ast.Sample{Steps: steps}, s, SampleOptions{MaxKeys: 1, Trace: teller(&told)})
	play(t, sampler, &field.Frame{Slots: s.Slots}, "a1/x a2/y b3/y")
	assert.Equal(t, "filled:a evicted: filled:a filled:b found:", strings.Join(told, " "))

	told, s = nil, scopeOf()
	until := stepOf("u", steps[0].By)
	joiner := CompileJoin(&ast.Combine{Steps: steps, Until: &until}, s, Options{Trace: teller(&told)})
	play(t, joiner, &field.Frame{Slots: s.Slots}, "a1/x u2/x b3/x a4/x")
	assert.Equal(t, "filled:a,- ended:a,- filled:-,b filled:a,b found:a,b", strings.Join(told, " "))
}

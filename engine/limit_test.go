package engine

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

func alertAt(d time.Duration, fields ...map[string]any) *Alert {
	a := &Alert{Time: noon.Add(d)}
	for _, f := range fields {
		a.Events = append(a.Events, Event{Fields: event.Map(f)})
	}
	return a
}

func TestMaxSignals(t *testing.T) {
	l := newLimiter(&ast.Rule{MaxSignals: 2})
	assert.True(t, l.admits(alertAt(0)))
	assert.True(t, l.admits(alertAt(time.Minute)))
	assert.False(t, l.admits(alertAt(2*time.Minute)))
	assert.True(t, l.admits(alertAt(5*time.Minute)), "another run")
	assert.Equal(t, 1, l.capped)

	assert.True(t, l.full(noon), "whatever it says")
	assert.False(t, l.full(noon.Add(6*time.Minute)))
	assert.Equal(t, 2, l.capped)
	assert.False(t, newLimiter(&ast.Rule{}).full(noon))

	l = newLimiter(&ast.Rule{MaxSignals: 1, Suppression: &ast.Suppression{Fields: []string{"n"}}})
	assert.True(t, l.admits(alertAt(0, map[string]any{"n": 1})))
	assert.False(t, l.full(noon), "an alert like that one counts as suppressed")
}

func TestSuppression(t *testing.T) {
	a, b := map[string]any{"host.id": "a"}, map[string]any{"host.id": "b"}
	l := newLimiter(&ast.Rule{Suppression: &ast.Suppression{Fields: []string{"host.id"}, Duration: time.Hour}})
	assert.True(t, l.admits(alertAt(0, a)))
	assert.False(t, l.admits(alertAt(time.Minute, a)))
	assert.True(t, l.admits(alertAt(time.Minute, b)))
	assert.False(t, l.admits(alertAt(time.Hour-1, a)))
	assert.True(t, l.admits(alertAt(time.Hour, a)), "the duration counts from the first alert")
	assert.Equal(t, 2, l.suppressed)

	l.sweep(noon.Add(3 * time.Hour))
	assert.Empty(t, l.groups)
}

func TestSuppressionWithinARun(t *testing.T) {
	a := map[string]any{"host.id": "a"}
	l := newLimiter(&ast.Rule{Suppression: &ast.Suppression{Fields: []string{"host.id"}}})
	assert.True(t, l.admits(alertAt(0, a)))
	assert.False(t, l.admits(alertAt(4*time.Minute, a)))
	assert.True(t, l.admits(alertAt(5*time.Minute, a)))
}

func TestSuppressionOfMissingFields(t *testing.T) {
	none := map[string]any{"x": 1}
	together := newLimiter(&ast.Rule{Suppression: &ast.Suppression{Fields: []string{"host.id"}, Duration: time.Hour}})
	assert.True(t, together.admits(alertAt(0, none)))
	assert.False(t, together.admits(alertAt(1, none)), "a missing field is a value like another")

	alone := newLimiter(&ast.Rule{Suppression: &ast.Suppression{Fields: []string{"host.id"}, Duration: time.Hour, MissingAlone: true}})
	assert.True(t, alone.admits(alertAt(0, none)))
	assert.True(t, alone.admits(alertAt(1, none)))
}

// An alert that max_signals holds back suppresses none, and one that is
// suppressed takes no room.
func TestSuppressionAndMaxSignals(t *testing.T) {
	on := func(h string) map[string]any { return map[string]any{"host.id": h} }
	l := newLimiter(&ast.Rule{MaxSignals: 2, Suppression: &ast.Suppression{Fields: []string{"host.id"}, Duration: time.Hour}})
	assert.True(t, l.admits(alertAt(0, on("a"))))
	assert.False(t, l.admits(alertAt(1, on("a"))), "suppressed")
	assert.True(t, l.admits(alertAt(2, on("b"))))
	assert.False(t, l.admits(alertAt(3, on("c"))), "beyond max_signals")
	assert.True(t, l.admits(alertAt(5*time.Minute, on("c"))), "nothing was raised for it before")
	assert.Equal(t, []int{1, 1}, []int{l.suppressed, l.capped})
}

// Sequences are alike if their events agree on the same values, and lists if
// they have the same elements, those of sequences in the same order.
func TestSuppressionOfSequences(t *testing.T) {
	type f = map[string]any
	for _, c := range []struct {
		name     string
		one, two []f
		alike    bool
	}{
		{"the same", []f{{"x": "a"}, {"x": "a"}}, []f{{"x": "a"}, {"x": "a"}}, true},
		{"another value", []f{{"x": "a"}, {"x": "a"}}, []f{{"x": "b"}, {"x": "b"}}, false},
		{"no common value is a missing one", []f{{"x": "a"}, {"x": "b"}}, []f{{"x": "c"}, {}}, true},
		{"the same list", []f{{"x": []any{"a", "b"}}}, []f{{"x": []any{"a", "b"}}}, true},
		{"another order", []f{{"x": []any{"a", "b"}}}, []f{{"x": []any{"b", "a"}}}, true},
		{"more of the same", []f{{"x": []any{"a", "b"}}}, []f{{"x": []any{"a", "b", "a"}}}, false},
		{"another order in a sequence", []f{{"x": []any{"a", "b"}}, {"x": []any{"a", "b"}}}, []f{{"x": []any{"b", "a"}}, {"x": []any{"b", "a"}}}, false},
		{"text like a list", []f{{"x": []any{"a", "b"}}}, []f{{"x": "a\nb"}}, false},
		{"missing and empty", []f{{}}, []f{{"x": ""}}, false},
	} {
		l := newLimiter(&ast.Rule{Suppression: &ast.Suppression{Fields: []string{"x", "y"}, Duration: time.Hour}})
		assert.True(t, l.admits(alertAt(0, c.one...)))
		assert.Equal(t, !c.alike, l.admits(alertAt(1, c.two...)), c.name)
	}
}

// Splunk throttles rows by their columns.
func TestSuppressionOfRows(t *testing.T) {
	row := func(d time.Duration, dest, user string) *Alert {
		return &Alert{Time: noon.Add(d), Row: Row{Columns: []string{"dest", "user"}, Values: []Value{event.Of(dest), event.Of(user)}}}
	}
	l := newLimiter(&ast.Rule{Suppression: &ast.Suppression{Fields: []string{"dest"}, Duration: 24 * time.Hour}})
	assert.True(t, l.admits(row(0, "h", "ann")))
	assert.False(t, l.admits(row(0, "h", "bob")), "in the same run")
	assert.False(t, l.admits(row(23*time.Hour, "h", "ann")))
	assert.True(t, l.admits(row(0, "g", "ann")))
	assert.True(t, l.admits(row(24*time.Hour, "h", "ann")))
}

// What limits remember is bounded; beyond, alerts are raised.
func TestLimiterBounds(t *testing.T) {
	l := newLimiter(&ast.Rule{MaxSignals: 1, Suppression: &ast.Suppression{Fields: []string{"n"}, Duration: time.Hour}})
	for i := range maxGroups {
		l.remember(strconv.Itoa(i), noon)
	}
	a := alertAt(0, map[string]any{"n": "more"})
	assert.True(t, l.admits(a))
	assert.Len(t, l.groups, maxGroups)
	assert.Equal(t, 1, l.forgotten)
	for i := range 3 * maxRuns {
		assert.True(t, l.below(noon.Add(-time.Duration(i+1)*time.Hour)))
		assert.LessOrEqual(t, len(l.raised), maxRuns)
	}
}

// A sequence is suppressed by what its events have in common.
func TestAlertField(t *testing.T) {
	a := alertAt(0,
		map[string]any{"host.id": "h", "user": "x", "args": []any{"a", "b"}},
		map[string]any{"host.id": "h", "user": "y", "args": []any{"a", "b"}, "only": 1})
	assert.Equal(t, "h", a.Field("host.id").Text())
	assert.True(t, a.Field("user").IsNull())
	assert.True(t, a.Field("only").IsNull())
	assert.Equal(t, "a\nb", a.Field("args").Text())

	row := &Alert{Row: Row{Columns: []string{"dest"}, Values: []Value{event.Of("h")}}}
	assert.Equal(t, "h", row.Field("dest").Text())
	assert.True(t, row.Field("nothing").IsNull())
}

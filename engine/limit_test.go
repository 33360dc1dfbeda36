package engine

import (
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

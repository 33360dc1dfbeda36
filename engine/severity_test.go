package engine

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

func mapped(r *ast.Rule, events ...map[string]any) *Alert {
	a := alertAt(0, events...)
	a.Rule = r
	return a
}

func TestSeverity(t *testing.T) {
	r := &ast.Rule{Severity: "medium", SeverityMapping: []ast.SeverityMapping{
		{Field: "level", Value: "9", Severity: "critical"},
		{Field: "level", Value: "1", Severity: "low"},
		{Field: "user.name", Value: "root", Severity: "high"},
	}}
	for _, c := range []struct {
		events []map[string]any
		want   string
	}{
		{[]map[string]any{{}}, "medium"},
		{[]map[string]any{{"level": 9}}, "critical"},
		{[]map[string]any{{"level": "1"}}, "low"},
		{[]map[string]any{{"level": 1, "user.name": "root"}}, "high"}, // the highest
		{[]map[string]any{{"level": 9, "user.name": []any{"a", "root"}}}, "critical"},
		{[]map[string]any{{"level": 9}, {"level": 1}}, "low"}, // the last event that has the field
		{[]map[string]any{{"level": 9}, {}}, "critical"},
		{[]map[string]any{{"level": 99}}, "medium"},
	} {
		assert.Equal(t, c.want, mapped(r, c.events...).Severity(), c.events)
	}
	assert.Equal(t, "medium", (&Alert{Rule: &ast.Rule{Severity: "medium"}, Events: []Event{{}}}).Severity(), "a missing event has no fields")
}

func TestRiskScore(t *testing.T) {
	ninety := 90
	r := &ast.Rule{RiskScore: 47, RiskScoreMapping: []ast.RiskScoreMapping{
		{Field: "user.name", Value: "root", RiskScore: &ninety},
		{Field: "risk"},
		{Field: "other"},
	}}
	for _, c := range []struct {
		event map[string]any
		want  int
	}{
		{map[string]any{}, 47},
		{map[string]any{"user.name": "root", "risk": 3}, 90},
		{map[string]any{"user.name": "x", "risk": 3}, 3},
		{map[string]any{"risk": "12.7"}, 12},
		{map[string]any{"risk": []any{5, 80, 101}}, 80},
		{map[string]any{"risk": 101}, 47},
		{map[string]any{"risk": "high", "other": 0}, 0},
	} {
		assert.Equal(t, c.want, mapped(r, c.event).RiskScore(), c.event)
	}
}

func TestName(t *testing.T) {
	r := &ast.Rule{Name: "rule", NameOverride: "event.reason"}
	assert.Equal(t, "rule", mapped(r, map[string]any{}).Name())
	assert.Equal(t, "rule", mapped(r, map[string]any{"event.reason": ""}).Name())
	assert.Equal(t, "why", mapped(r, map[string]any{"event.reason": []any{"why", "else"}}).Name())
	assert.Equal(t, "rule", mapped(&ast.Rule{Name: "rule"}, map[string]any{"": "x"}).Name())
	row := &Alert{Rule: r, Row: Row{Columns: []string{"event.reason"}, Values: []Value{event.Of("row")}}}
	assert.Equal(t, "row", row.Name())
}

// What an alert says comes from fields that the query does not name: they are
// kept with the events.
func TestOutputFieldsAreKept(t *testing.T) {
	r := &ast.Rule{
		ID: "r", Severity: "low", NameOverride: "why", Message: "$who$ ran it",
		SeverityMapping:  []ast.SeverityMapping{{Field: "level", Value: "9", Severity: "critical"}},
		RiskScoreMapping: []ast.RiskScoreMapping{{Field: "risk"}},
		Actions:          []ast.Action{{Field: "target"}},

		InvestigationFields: []string{"cloud.region"},
		Query: &ast.Query{Language: ast.EQL, View: ast.ViewECS, Stages: []ast.Stage{
			&ast.Events{Where: &ast.Bool{Value: true}},
		}},
	}
	e, err := New([]*ast.Rule{r})
	require.NoError(t, err)
	alerts := e.Process(Event{Time: noon, Fields: event.Map{
		"why": "because", "level": 9, "risk": 77, "who": "ann", "target": "t", "cloud": map[string]any{"region": "x"}, "else": 1,
	}})
	require.Len(t, alerts, 1)
	a := &alerts[0]
	assert.Equal(t, "because", a.Name())
	assert.Equal(t, "critical", a.Severity())
	assert.Equal(t, 77, a.RiskScore())
	assert.Equal(t, "ann", a.Field("who").Text())
	assert.Equal(t, "t", a.Field("target").Text())
	assert.Equal(t, "x", a.Field("cloud.region").Text())
	assert.True(t, a.Field("else").IsNull())
}

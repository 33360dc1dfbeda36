package alert_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/alert"
)

func riskRule(kind string) *ast.Rule {
	return &ast.Rule{
		ID: "1", Name: "Odd shell", Type: kind, Message: "$process$ ran on $dest$",
		TechniqueIDs: []string{"T1059", "T1059.001"},
		Tags:         []string{"Story: Shells", "Story: Relays", "Domain: endpoint", "Data Source: Sysmon", "CVE: CVE-2024-1"},
		RiskObjects: []ast.RiskObject{
			{Field: "dest", Type: "system", Score: 64},
			{Field: "user", Type: "user", Score: 32},
			{Field: "process", Type: "process_name", Threat: true},
		},
	}
}

func TestRisk(t *testing.T) {
	threats := []alert.ThreatObject{{Object: "sh", Type: "process_name"}}
	notes := map[string][]string{
		"mitre_attack": {"T1059", "T1059.001"}, "type": {"TTP"}, "analytic_story": {"Shells", "Relays"},
		"data_source": {"Sysmon"}, "cve": {"CVE-2024-1"},
	}
	one := func(object, kind string, score int) alert.RiskEvent {
		return alert.RiskEvent{
			Time: noon, AlertID: "id", SearchName: "Odd shell", Object: object, ObjectType: kind, Score: score,
			Message: "sh ran on h, g, h", Threats: threats, Annotations: notes, Earliest: noon.Add(-time.Hour), Latest: noon,
		}
	}
	a := rowAlert(riskRule("TTP"), "dest", []any{"h", "g", "h"}, "user", "ann", "process", "sh")
	diff(t, []alert.RiskEvent{one("h", "system", 64), one("g", "system", 64), one("ann", "user", 32)}, alert.Risk(a))
}

// An object that has a message of its own has that.
func TestRiskMessage(t *testing.T) {
	r := riskRule("TTP")
	r.RiskObjects[1].Message = "$user$ runs $process$"
	got := alert.Risk(rowAlert(r, "dest", "h", "user", "ann", "process", "sh"))
	assert.Equal(t, "sh ran on h", got[0].Message)
	assert.Equal(t, "ann runs sh", got[1].Message)
}

// Objects without a value bear no risk, and rules of some types raise none.
func TestNoRisk(t *testing.T) {
	for _, c := range []struct {
		kind string
		want int
	}{{"TTP", 1}, {"Anomaly", 1}, {"", 1}, {"Hunting", 0}, {"Correlation", 0}, {"Baseline", 0}} {
		assert.Len(t, alert.Risk(rowAlert(riskRule(c.kind), "dest", "h", "user", "", "process", nil)), c.want, c.kind)
	}
	assert.Nil(t, alert.Risk(rowAlert(riskRule("TTP"), "process", "sh")), "a threat to nothing")
	assert.Nil(t, alert.Risk(shellAlert()))
}

func TestRiskEventMap(t *testing.T) {
	e := alert.Risk(rowAlert(riskRule("TTP"), "dest", "h", "process", []any{"sh", "relay"}))[0]
	diff(t, map[string]any{
		"_time": 1714564800.0, "info_min_time": 1714561200.0, "info_max_time": 1714564800.0, "alert_id": "id",
		"search_name": "Odd shell", "source": "Odd shell", "risk_message": "sh, relay ran on h",
		"risk_object": "h", "normalized_risk_object": "h", "risk_object_type": "system",
		"risk_score": 64, "calculated_risk_score": 64,
		"threat_object": []any{"sh", "relay"}, "threat_object_type": []any{"process_name", "process_name"},
		"annotations.mitre_attack": []any{"T1059", "T1059.001"}, "annotations.type": []any{"TTP"},
		"annotations.analytic_story": []any{"Shells", "Relays"}, "annotations.data_source": []any{"Sysmon"},
		"annotations.cve": []any{"CVE-2024-1"},
	}, e.Map())
}

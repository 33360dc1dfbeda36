package alert

import (
	"slices"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
)

// The numbers by which OCSF knows a detection finding that was just made.
const (
	ocsfVersion  = "1.5.0"
	ocsfCategory = 2
	ocsfClass    = 2004
	ocsfCreate   = 1
	ocsfNew      = 1 // status
	ocsfRule     = 1 // type of analytic
)

// ocsfSeverities are OCSF's severities by number.
var ocsfSeverities = []string{"unknown", "informational", "low", "medium", "high", "critical"}

// OCSF returns the alert as a Detection Finding of the Open Cybersecurity
// Schema Framework, version 1.5, with the events or the row as evidences: their
// processes, users, devices and endpoints by OCSF's names, and all fields as
// they are beside them.
// Times are in milliseconds since 1970, as OCSF has them. The alert of a
// building block rule is no alertable signal (is_alert). The values are those
// of encoding/json.
func OCSF(a engine.Alert) map[string]any {
	severity := max(slices.Index(ocsfSeverities, a.Severity()), 0)
	first, last := span(a)
	d := document{
		"activity_id": ocsfCreate, "activity_name": "Create",
		"category_uid": ocsfCategory, "category_name": "Findings",
		"class_uid": ocsfClass, "class_name": "Detection Finding",
		"type_uid": ocsfClass*100 + ocsfCreate, "type_name": "Detection Finding: Create",
		"severity_id": severity, "severity": strings.ToUpper(ocsfSeverities[severity][:1]) + ocsfSeverities[severity][1:],
		"status_id": ocsfNew, "status": "New",
		"is_alert": !a.Rule.BuildingBlock,
		"time":     a.Time.UnixMilli(), "start_time": first.UnixMilli(), "end_time": last.UnixMilli(),
		"risk_score": a.RiskScore(),
		"metadata": map[string]any{
			"version": ocsfVersion, "uid": a.ID,
			"product": map[string]any{"name": "Spoor", "vendor_name": "Spoor"},
		},
		"finding_info": map[string]any(findingInfo(a, first, last)),
	}
	d.set("message", Message(a))
	d.set("evidences", evidences(a))
	return d
}

func findingInfo(a engine.Alert, first, last time.Time) document {
	r := a.Rule
	analytic := document{"type_id": ocsfRule, "type": "Rule"}
	analytic.set("uid", r.ID)
	analytic.set("name", r.Name)
	analytic.set("version", r.Version)
	d := document{
		"uid": a.ID, "title": a.Name(), "created_time": a.Time.UnixMilli(),
		"first_seen_time": first.UnixMilli(), "last_seen_time": last.UnixMilli(),
		"analytic": map[string]any(analytic),
	}
	d.set("desc", r.Description)
	d.set("attacks", attacks(r))
	if len(r.References) > 0 {
		d.set("src_url", r.References[0])
	}
	return d
}

// span is the time that the alert's events cover, or the window of its row.
func span(a engine.Alert) (first, last time.Time) {
	first, last = a.Earliest, a.Latest
	for _, ev := range events(a) {
		if first.IsZero() || ev.Time.Before(first) {
			first = ev.Time
		}
		if ev.Time.After(last) {
			last = ev.Time
		}
	}
	if first.IsZero() {
		first = a.Time
	}
	if last.IsZero() {
		last = a.Time
	}
	return first, last
}

// attacks lists each technique, or sub-technique, with its tactic. Files that
// name techniques by their ids alone have no tactics.
func attacks(r *ast.Rule) (all []any) {
	for _, t := range r.Threats {
		tactic := ocsfAttack(t.Tactic)
		if len(t.Techniques) == 0 {
			all = append(all, map[string]any{"tactic": tactic})
		}
		for _, te := range t.Techniques {
			technique := ocsfAttack(te.Attack)
			if len(te.Sub) == 0 {
				all = append(all, map[string]any{"tactic": tactic, "technique": technique})
			}
			for _, sub := range te.Sub {
				all = append(all, map[string]any{"tactic": tactic, "technique": technique, "sub_technique": ocsfAttack(sub)})
			}
		}
	}
	if len(r.Threats) > 0 {
		return all
	}
	for _, id := range r.TechniqueIDs {
		parent, _, isSub := strings.Cut(id, ".")
		one := map[string]any{"technique": map[string]any{"uid": parent}}
		if isSub {
			one["sub_technique"] = map[string]any{"uid": id}
		}
		all = append(all, one)
	}
	return all
}

func ocsfAttack(a ast.Attack) map[string]any {
	d := document{}
	d.set("uid", a.ID)
	d.set("name", a.Name)
	d.set("src_url", a.Reference)
	return d
}

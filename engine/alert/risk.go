package alert

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
)

// RiskEvent is the risk that an alert puts on one object, as Splunk's
// Enterprise Security keeps it in its index of risks.
type RiskEvent struct {
	Time       time.Time
	AlertID    string
	SearchName string // the rule's name
	Object     string // such as a host's or a user's name
	ObjectType string // user, system or other
	Score      int
	Message    string
	Threats    []ThreatObject // what threatens the object
	// Annotations are what the rule says of itself, by Splunk's names:
	// mitre_attack, analytic_story, cve, type, data_source.
	Annotations map[string][]string
	// Earliest and Latest are the window that was searched.
	Earliest, Latest time.Time
}

// ThreatObject is what threatens an object: a process, a file, an address.
type ThreatObject struct {
	Object, Type string
}

// noRisk are the types of Splunk's rules that raise no risk, whatever their
// files say: those for hunters, those that read risks themselves, and those
// that fill lookups.
var noRisk = []string{"Hunting", "Correlation", "Baseline"}

// Risk returns the risk events of an alert: one for each object at risk that
// the rule names and the alert has, and one for each of its values if it has
// several. It is nil for rules that raise no risk, as Elastic's.
func Risk(a engine.Alert) []RiskEvent {
	if slices.Contains(noRisk, a.Rule.Type) {
		return nil
	}
	var risks []RiskEvent
	var threats []ThreatObject
	for _, o := range a.Rule.RiskObjects {
		for _, object := range distinct(a.Last(o.Field)) {
			if o.Threat {
				threats = append(threats, ThreatObject{object, o.Type})
				continue
			}
			risks = append(risks, RiskEvent{
				Time: a.Time, AlertID: a.ID, SearchName: a.Rule.Name,
				Object: object, ObjectType: o.Type, Score: o.Score, Message: Render(o.Message, a.Field),
				Earliest: a.Earliest, Latest: a.Latest,
			})
		}
	}
	if len(risks) == 0 {
		return nil
	}
	message, notes := Message(a), annotations(a)
	for i := range risks {
		risks[i].Message = cmp.Or(risks[i].Message, message)
		risks[i].Annotations, risks[i].Threats = notes, threats
	}
	return risks
}

// distinct returns the values of a field that are something, each once.
func distinct(v event.Value) (all []string) {
	seen := map[string]bool{"": true}
	for i := range v.Len() {
		if text := v.At(i).Text(); !seen[text] {
			seen[text] = true
			all = append(all, text)
		}
	}
	return all
}

// tagNames are Splunk's names for what a rule's tags say.
var tagNames = map[string]string{"Story": "analytic_story", "Data Source": "data_source", "CVE": "cve"}

func annotations(a engine.Alert) map[string][]string {
	m := map[string][]string{}
	add := func(name, text string) {
		if text != "" {
			m[name] = append(m[name], text)
		}
	}
	for _, id := range a.Rule.TechniqueIDs {
		add("mitre_attack", id)
	}
	add("type", a.Rule.Type)
	for _, t := range a.Rule.Tags {
		kind, text, _ := strings.Cut(t, ": ")
		if name, ok := tagNames[kind]; ok {
			add(name, text)
		}
	}
	return m
}

// Map returns the event under the names that searches over Splunk's index of
// risks use. Values are those of encoding/json.
func (r RiskEvent) Map() map[string]any {
	d := document{
		"_time": epoch(r.Time), "search_name": r.SearchName, "source": r.SearchName,
		"risk_object": r.Object, "normalized_risk_object": r.Object, "risk_object_type": r.ObjectType,
		"risk_score": r.Score, "calculated_risk_score": r.Score,
	}
	d.set("risk_message", r.Message)
	d.set("alert_id", r.AlertID)
	var objects, types []string
	for _, t := range r.Threats {
		objects, types = append(objects, t.Object), append(types, t.Type)
	}
	d.set("threat_object", list(objects))
	d.set("threat_object_type", list(types))
	for name, texts := range r.Annotations {
		d.set("annotations."+name, list(texts))
	}
	if !r.Earliest.IsZero() {
		d["info_min_time"] = epoch(r.Earliest)
	}
	if !r.Latest.IsZero() {
		d["info_max_time"] = epoch(r.Latest)
	}
	return d
}

// epoch is a time as Splunk counts it, in seconds.
func epoch(t time.Time) float64 {
	return float64(t.UnixMicro()) / 1e6
}

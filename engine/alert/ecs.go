package alert

import (
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
)

// ecsVersion is the version of the Elastic Common Schema whose names the
// documents use.
const ecsVersion = "8.11.0"

// ECS returns the alert as the document that Kibana writes to its alert
// index: the fields on which the alert's events agree (see [Common]), nested,
// and beside them what the rule says, under the flat names kibana.alert.…, of
// which those without content are left out. The time is that of the alert in
// the stream. A sequence gives the one document that stands for all of its
// events; they are its ancestors. The values are those of encoding/json.
func ECS(a engine.Alert) map[string]any {
	common := Common(a)
	doc := document{}
	if e := events(a); len(e) == 1 {
		for name, x := range common {
			if rest, ok := strings.CutPrefix(name, "event."); ok {
				doc.set("kibana.alert.original_event."+rest, x)
			}
		}
		doc.set("kibana.alert.original_time", stamp(e[0].Time))
	} else if len(e) > 1 {
		doc.set("kibana.alert.group.id", a.ID)
	}
	common["event.kind"] = "signal"
	common["ecs.version"] = ecsVersion
	delete(common, "@timestamp")
	attackFields(common, a.Rule)
	for name, x := range nest(common) {
		doc[name] = x
	}
	doc.set("@timestamp", stamp(a.Time))
	doc.alert(a)
	doc.rule(a)
	return doc
}

// events are those of the alert that are not missing.
func events(a engine.Alert) []engine.Event {
	var list []engine.Event
	for _, ev := range a.Events {
		if ev.Fields != nil {
			list = append(list, ev)
		}
	}
	return list
}

// document is an alert that is being written.
type document map[string]any

// set gives the document a field, unless it has no content.
func (d document) set(name string, x any) {
	switch v := x.(type) {
	case string:
		if v == "" {
			return
		}
	case []any:
		if len(v) == 0 {
			return
		}
	}
	d[name] = x
}

func (d document) alert(a engine.Alert) {
	const name = "kibana.alert."
	d.set(name+"uuid", a.ID)
	d.set(name+"status", "active")
	d.set(name+"workflow_status", "open")
	d.set(name+"severity", a.Severity())
	d[name+"risk_score"] = a.RiskScore()
	d.set(name+"reason", Message(a))
	d[name+"depth"] = 1
	var ancestors []any
	for _, ev := range events(a) {
		ancestors = append(ancestors, map[string]any{"id": ev.ID, "type": "event", "depth": 0})
	}
	d.set(name+"ancestors", ancestors)
	if a.Rule.BuildingBlock {
		d.set(name+"building_block_type", "default")
	}
	if s := a.Rule.Suppression; s != nil {
		var terms []any
		for _, f := range s.Fields {
			terms = append(terms, map[string]any{"field": f, "value": jsonOf(a.Field(f).Any())})
		}
		d.set(name+"suppression.terms", terms)
	}
	d.set("spoor.inferred", list(a.Inferred))
}

func (d document) rule(a engine.Alert) {
	const name = "kibana.alert.rule."
	r := a.Rule
	d.set(name+"uuid", r.ID)
	d.set(name+"rule_id", r.ID)
	d.set(name+"name", a.Name())
	d.set(name+"description", r.Description)
	d.set(name+"type", r.Type)
	d.set(name+"version", r.Version)
	d.set(name+"author", list(r.Authors))
	d.set(name+"license", r.License)
	d.set(name+"references", list(r.References))
	d.set(name+"tags", list(r.Tags))
	d.set(name+"indices", list(r.Indices))
	d.set(name+"severity", r.Severity)
	d[name+"risk_score"] = r.RiskScore
	d.set(name+"rule_name_override", r.NameOverride)
	d.set(name+"timestamp_override", r.TimestampOverride)
	if r.Schedule.Interval > 0 {
		d.set(name+"interval", short(r.Schedule.Interval))
	}
	if r.MaxSignals > 0 {
		d[name+"max_signals"] = r.MaxSignals
	}
	if r.BuildingBlock {
		d.set(name+"building_block_type", "default")
	}
	var threats []any
	for _, t := range r.Threats {
		threats = append(threats, threat(t))
	}
	d.set(name+"threat", threats)
}

// short writes an interval as rule files do: 5m, not 5m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func threat(t ast.Threat) map[string]any {
	m := document{}
	m.set("framework", t.Framework)
	var techniques []any
	for _, te := range t.Techniques {
		one := attack(te.Attack)
		var subs []any
		for _, s := range te.Sub {
			subs = append(subs, map[string]any(attack(s)))
		}
		one.set("subtechnique", subs)
		techniques = append(techniques, map[string]any(one))
	}
	m["tactic"] = map[string]any(attack(t.Tactic))
	m.set("technique", techniques)
	return m
}

func attack(a ast.Attack) document {
	m := document{}
	m.set("id", a.ID)
	m.set("name", a.Name)
	m.set("reference", a.Reference)
	return m
}

// attackFields gives an alert's fields the rule's tactics and techniques, as
// ECS has them of any event.
func attackFields(common map[string]any, r *ast.Rule) {
	var framework string
	var tactics, techniques, subs []string
	for _, t := range r.Threats {
		framework = t.Framework
		tactics = append(tactics, t.Tactic.ID)
	}
	for _, id := range r.TechniqueIDs {
		if strings.Contains(id, ".") {
			subs = append(subs, id)
		} else {
			techniques = append(techniques, id)
		}
	}
	d := document(common)
	d.set("threat.framework", framework)
	d.set("threat.tactic.id", list(tactics))
	d.set("threat.technique.id", list(techniques))
	d.set("threat.technique.subtechnique.id", list(subs))
}

// list returns texts as a list of JSON.
func list(texts []string) []any {
	var xs []any
	for _, s := range texts {
		xs = append(xs, s)
	}
	return xs
}

package spl

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"go.yaml.in/yaml/v4"
)

// The highest risk score. Severities are fifths of it.
const maxScore = 100

// severity names the fifth that a risk score lies in.
func severity(score int) string {
	switch {
	case score <= 20:
		return "informational"
	case score <= 40:
		return "low"
	case score <= 60:
		return "medium"
	case score <= 80:
		return "high"
	}
	return "critical"
}

// risk reads what an alert says and which objects it puts at risk, from any
// form of the file.
func (f *yamlFile) risk(r *ast.Rule, tags *yaml.Node) {
	if rba := entry(f.root, "rba"); rba != nil {
		f.newRisk(r, rba)
	} else if entry(f.root, "finding") != nil || entry(f.root, "intermediate_findings") != nil {
		f.findings(r)
	} else if old := entry(tags, "message"); old != nil || entry(tags, "observable") != nil {
		f.oldRisk(r, tags)
	}
	if len(r.RiskObjects) == 0 && r.RiskScore == 0 {
		// A detection that names no risk is one for itself.
		r.Severity = "high"
		return
	}
	r.Severity = severity(r.RiskScore)
}

// newRisk reads `rba`. The rule's score is its objects' highest.
func (f *yamlFile) newRisk(r *ast.Rule, rba *yaml.Node) {
	r.Message = f.text(rba, "message")
	for _, n := range f.items(rba, "risk_objects") {
		f.riskObject(r, n)
	}
	f.threats(r, rba)
}

// findings reads `finding` and `intermediate_findings`: the alert's title with
// the entity that it is about, and entities with a message each, of which the
// rule has the first where there is no title.
func (f *yamlFile) findings(r *ast.Rule) {
	one := entry(f.root, "finding")
	r.Message = f.text(one, "title")
	for _, n := range f.items(one, "entity") {
		f.riskObject(r, n)
	}
	for _, n := range f.items(entry(f.root, "intermediate_findings"), "entities") {
		o := f.riskObject(r, n)
		o.Message = f.text(n, "message")
		r.Message = cmp.Or(r.Message, o.Message)
	}
	f.threats(r, f.root)
}

// riskObject adds an object at risk to the rule.
func (f *yamlFile) riskObject(r *ast.Rule, n *yaml.Node) *ast.RiskObject {
	o := ast.RiskObject{
		Field: f.field(n, "field"),
		Type:  f.text(n, "type"),
		Score: f.number(n, "score", 0, 0, maxScore),
	}
	r.RiskScore = max(r.RiskScore, o.Score)
	r.RiskObjects = append(r.RiskObjects, o)
	return &r.RiskObjects[len(r.RiskObjects)-1]
}

// threats adds the threat_objects of n to the rule.
func (f *yamlFile) threats(r *ast.Rule, n *yaml.Node) {
	for _, n := range f.items(n, "threat_objects") {
		o := ast.RiskObject{Field: f.field(n, "field"), Type: f.text(n, "type"), Threat: true}
		r.RiskObjects = append(r.RiskObjects, o)
	}
}

// oldRisk reads the tags of the older form. Its score is computed; what the
// file says of it counts only where there is nothing to compute it from.
func (f *yamlFile) oldRisk(r *ast.Rule, tags *yaml.Node) {
	r.Message = f.text(tags, "message")
	r.RiskScore = f.number(tags, "risk_score", 0, 0, maxScore)
	confidence := f.number(tags, "confidence", 0, 0, maxScore)
	impact := f.number(tags, "impact", 0, 0, maxScore)
	if entry(tags, "confidence") != nil && entry(tags, "impact") != nil {
		r.RiskScore = int(math.RoundToEven(float64(confidence*impact) / maxScore))
	}
	for _, n := range f.items(tags, "observable") {
		o := observable(f.text(n, "type"), f.texts(n, "role"))
		o.Field = f.field(n, "name")
		if !o.Threat {
			o.Score = r.RiskScore
		}
		r.RiskObjects = append(r.RiskObjects, o)
	}
}

func (f *yamlFile) field(n *yaml.Node, key string) string {
	s := f.text(n, key)
	if s == "" {
		f.errorf(n, "expected the %s that names a field", key)
	}
	return s
}

// observable tells what an observable of the older form puts at risk, or
// which threat it is.
func observable(kind string, roles []string) ast.RiskObject {
	kind = strings.ToLower(kind)
	victim, attacker := false, false
	for _, r := range roles {
		victim = victim || strings.EqualFold(r, "victim")
		attacker = attacker || strings.EqualFold(r, "attacker")
	}
	switch {
	case victim:
		return ast.RiskObject{Type: victimType(kind)}
	case attacker:
		return ast.RiskObject{Type: threatType(kind), Threat: true}
	}
	return ast.RiskObject{Type: "other"}
}

func victimType(kind string) string {
	switch kind {
	case "user", "username", "user name", "email address":
		return "user"
	case "device", "endpoint", "hostname", "ip address":
		return "system"
	}
	return "other"
}

func threatType(kind string) string {
	switch {
	case kind == "process name" || kind == "process":
		return "process"
	case strings.HasPrefix(kind, "file"):
		return "file_name"
	case kind == "ip address":
		return "ip_address"
	case strings.HasPrefix(kind, "url"):
		return "url"
	}
	return kind
}

// suppression reads the throttling of alerts, which stands among the tags or
// beside them.
func (f *yamlFile) suppression(tags *yaml.Node) *ast.Suppression {
	n := entry(tags, "throttling")
	if n == nil {
		n = entry(f.root, "throttling")
	}
	if n == nil || n.Tag == "!!null" {
		return nil
	}
	s := &ast.Suppression{Fields: f.texts(n, "fields")}
	if len(s.Fields) == 0 {
		f.errorf(n, "expected the fields of the throttling")
	}
	period := f.text(n, "period")
	d, ok := parsePeriod(period)
	if !ok {
		at := entry(n, "period")
		if at == nil {
			at = n
		}
		f.errorf(at, "expected a period such as 24h, found %q", period)
	}
	s.Duration = d
	return s
}

// periodUnits are the units of a throttling's period; without one, it is in
// seconds.
var periodUnits = map[string]time.Duration{
	"": time.Second, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour,
}

// parsePeriod reads a length of time of at least a second.
func parsePeriod(text string) (time.Duration, bool) {
	digits := strings.TrimRight(text, "smhd")
	unit, ok := periodUnits[text[len(digits):]]
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || n <= 0 || n > math.MaxInt64/int64(unit) {
		return 0, false
	}
	return time.Duration(n) * unit, true
}

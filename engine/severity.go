package engine

import (
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// severities are the severities in ascending order.
var severities = []string{"", "informational", "low", "medium", "high", "critical"}

// maxRiskScore is the highest risk score of both vendors.
const maxRiskScore = 100

// Severity returns how severe the alert is: the highest severity that the
// rule's mapping gives to its events, or, if none applies, the rule's.
func (a *Alert) Severity() string {
	best := ""
	for _, m := range a.Rule.SeverityMapping {
		if a.has(m.Field, m.Value) && slices.Index(severities, m.Severity) > slices.Index(severities, best) {
			best = m.Severity
		}
	}
	if best == "" {
		return a.Rule.Severity
	}
	return best
}

// RiskScore returns the alert's risk, 0…100: what the first mapping of the
// rule that applies to its events gives, or, if none does, the rule's. A
// mapping to a field that holds no number of that range does not apply; of a
// list the greatest number counts.
func (a *Alert) RiskScore() int {
	for _, m := range a.Rule.RiskScoreMapping {
		if m.RiskScore != nil {
			if a.has(m.Field, m.Value) {
				return *m.RiskScore
			}
			continue
		}
		if score, ok := scoreOf(a.Last(m.Field)); ok {
			return score
		}
	}
	return a.Rule.RiskScore
}

func scoreOf(v Value) (score int, ok bool) {
	for i := range v.Len() {
		f, isNumber := v.At(i).Number()
		if isNumber && f >= 0 && f <= maxRiskScore {
			score, ok = max(score, int(f)), true
		}
	}
	return score, ok
}

// Name returns what the alert is called: the value of the field that the rule
// names for it, or, if the events do not have it, the rule's name.
func (a *Alert) Name() string {
	if f := a.Rule.NameOverride; f != "" {
		if v := a.Last(f); v.Len() > 0 && v.At(0).Text() != "" {
			return v.At(0).Text()
		}
	}
	return a.Rule.Name
}

// has reports whether the field has the value, as text.
func (a *Alert) has(field, value string) bool {
	v := a.Last(field)
	for i := range v.Len() {
		if v.At(i).Text() == value {
			return true
		}
	}
	return false
}

// Last returns the value that the last event which has the field gives it, or
// the row's; null if there is none.
func (a *Alert) Last(field string) Value {
	for _, ev := range slices.Backward(a.Events) {
		if ev.Fields == nil {
			continue
		}
		if v := ev.Fields.Field(field); !v.IsNull() {
			return v
		}
	}
	return a.Row.Field(field)
}

// Field returns what the alert says of a field: the row's column, or the value
// that all its events have; null if they differ.
func (a *Alert) Field(name string) Value {
	if len(a.Events) == 0 {
		return a.Row.Field(name)
	}
	var v Value
	first := true
	for _, ev := range a.Events {
		if ev.Fields == nil {
			continue
		}
		w := ev.Fields.Field(name)
		if !first && !event.Identical(v, w) {
			return Value{}
		}
		v, first = w, false
	}
	return v
}

// outputFields lists what an alert of the rule needs of its events beside
// what the query reads.
func outputFields(r *ast.Rule) []string {
	var names []string
	if r.Suppression != nil {
		names = append(names, r.Suppression.Fields...)
	}
	for _, m := range r.SeverityMapping {
		names = append(names, m.Field)
	}
	for _, m := range r.RiskScoreMapping {
		names = append(names, m.Field)
	}
	for _, a := range r.Actions {
		names = append(names, a.Field)
	}
	texts := []string{r.Message}
	for _, o := range r.RiskObjects {
		names = append(names, o.Field)
		if o.Message != r.Message {
			texts = append(texts, o.Message)
		}
	}
	names = append(append(names, r.NameOverride), r.InvestigationFields...)
	for _, text := range texts {
		named := false // every second part of the message is a name
		for part := range strings.SplitSeq(text, "$") {
			if named {
				names = append(names, part)
			}
			named = !named
		}
	}
	return slices.DeleteFunc(names, func(n string) bool { return n == "" })
}

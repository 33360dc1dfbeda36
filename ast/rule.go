package ast

import "time"

// Rule is a detection rule: a query and what its file says beside it. Both
// vendors' files are read into it. A field that a file does not have is zero.
type Rule struct {
	ID          string
	Name        string
	Description string
	Version     string
	Status      string // production, experimental, deprecated, …
	// Type is the vendor's kind of rule: "eql" or "endpoint" for Elastic's,
	// TTP, Anomaly, Hunting, Correlation or Baseline for Splunk's.
	Type       string
	Authors    []string
	License    string
	References []string
	Tags       []string

	Severity  string // informational, low, medium, high, critical; empty if unknown
	RiskScore int    // 0…100
	Threats   []Threat
	// TechniqueIDs are the ATT&CK ids, techniques and sub-techniques, in the
	// file's order and each once.
	TechniqueIDs []string

	// SeverityMapping, RiskScoreMapping and NameOverride let the events of an
	// alert change its severity, its score and its name.
	SeverityMapping  []SeverityMapping
	RiskScoreMapping []RiskScoreMapping
	NameOverride     string // the field whose value names the alert; empty for none

	Query *Query
	// Filters are conditions that an event has to meet to be seen by the
	// rule: its filters, and its exceptions turned around. They hold for
	// every step of a sequence.
	Filters []Expr

	Schedule    Schedule
	Suppression *Suppression // nil for none
	MaxSignals  int          // alerts a run; 0 for no bound

	// Message is the text of an alert, with $field$ tokens; empty for none.
	Message     string
	RiskObjects []RiskObject
	Drilldowns  []Drilldown

	// OS gates a rule to events of these systems ("windows", "macos",
	// "linux"); empty for all.
	OS      []string
	Indices []string // index patterns that the rule reads
	Actions []Action

	// BuildingBlock tells that the rule's alerts are meant for other rules
	// rather than for people.
	BuildingBlock bool
	// TimestampOverride is the field by which Elastic's scheduled runs choose
	// their events. A stream has no use for it: events are ordered by their
	// own time, there as here.
	TimestampOverride string
	Tiebreaker        string // field that orders events of the same time

	// InvestigationFields are the fields that an analyst wants to see first.
	// An alert's events have them.
	InvestigationFields []string

	// Notes are what the file asks for beside its query and does not get, at
	// its place in Source.
	Notes []Note

	// Source is the rule's file.
	Source *Source
}

// SeverityMapping gives an alert another severity where a field has a value.
type SeverityMapping struct {
	Field, Value, Severity string
}

// RiskScoreMapping gives an alert another risk score: RiskScore where the field
// has the value, or, if RiskScore is nil, the number that the field holds.
type RiskScoreMapping struct {
	Field, Value string
	RiskScore    *int
}

// Threat is one entry of a rule's ATT&CK mapping.
type Threat struct {
	Framework  string
	Tactic     Attack
	Techniques []Technique
}

// Attack is a tactic or a technique.
type Attack struct {
	ID, Name, Reference string
}

// Technique is a technique with its sub-techniques.
type Technique struct {
	Attack
	Sub []Attack
}

// Schedule is when a rule runs over a stream, and over which window.
type Schedule struct {
	// Cron is five fields of minute, hour, day, month, weekday; empty if the
	// rule runs every Interval.
	Cron     string
	Interval time.Duration
	// Window is what a run reads, relative to its start.
	Window TimeRange
}

// Suppression holds alerts back that are like an earlier one.
type Suppression struct {
	Fields   []string
	Duration time.Duration // 0: within one run
	// MissingAlone lets alerts that lack one of the fields through; else
	// they count as alike.
	MissingAlone bool
}

// RiskObject is a field of an alert that bears risk, or with Threat that is
// the threat.
type RiskObject struct {
	Field, Type string
	Score       int
	Message     string // of this object; empty for the rule's
	Threat      bool
}

// Drilldown is a search that an analyst starts from an alert. Its texts hold
// $field$ tokens.
type Drilldown struct {
	Name, Search     string
	Earliest, Latest string
}

// Action is what the embedder may do on an alert: Spoor decides, and does
// nothing itself.
type Action struct {
	Name     string // such as "kill_process"
	Field    string // names what is acted on
	Step     int    // index of the sequence's step whose event has Field
	Tree     bool
	Optional bool
}

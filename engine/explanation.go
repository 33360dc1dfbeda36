package engine

import "time"

// Explanation says why a rule fired, or why it did not. It is data: String
// writes it for people, and package encoding/json for programs. It shares
// nothing with the events that it is about.
type Explanation struct {
	RuleID  string  `json:"rule_id"`
	Rule    string  `json:"rule,omitempty"` // its name
	Verdict Verdict `json:"verdict"`
	// Reason is what decided, in a line.
	Reason string `json:"reason"`
	// View is the vocabulary that the rule's fields are read in.
	View string `json:"view,omitempty"`
	// Mapping is how the event that is asked about was read, if its fields
	// tell by a method Mapping() string, as those of package schema do.
	Mapping string `json:"mapping,omitempty"`
	// Inferred names those of the rule's fields that were inferred, as the
	// events do not carry them.
	Inferred []string `json:"inferred,omitempty"`
	// Notes are the approximations that the rule runs with: see [Coverage].
	Notes []string `json:"notes,omitempty"`

	// Event is the event that was asked about; nil if all were.
	Event *EventRef `json:"event,omitempty"`
	// Routed tells, of a single event, whether the index names the rule for
	// it. The index is no more than a shortcut: an event that meets a step is
	// always routed, and which others are depends on the rules beside it.
	Routed *bool `json:"routed,omitempty"`
	Events int   `json:"events"` // that were looked at
	Late   int   `json:"late,omitempty"`
	Alerts int   `json:"alerts"`
	// Withheld are alerts that the rule's suppression or its max_signals held
	// back.
	Withheld int `json:"withheld,omitempty"`

	// Checks are what an event must pass to be seen by the rule at all.
	Checks []Check `json:"checks,omitempty"`
	// Steps are the rule's conditions on single events: one for an event
	// query, those of a sequence, a sample or a join with until behind them,
	// the sources of a search.
	Steps []Step `json:"steps"`
	// Stories are what became of the join keys of a sequence, a sample or a
	// join, those that came furthest first; MoreKeys is how many others there
	// were.
	Stories  []Story `json:"stories,omitempty"`
	MoreKeys int     `json:"more_keys,omitempty"`
	// Runs are runs of a search over a window, those that came furthest
	// first; MoreRuns is how many others there were.
	Runs     []Run `json:"runs,omitempty"`
	MoreRuns int   `json:"more_runs,omitempty"`
}

// Verdict is what came of a rule.
type Verdict string

// The verdicts.
const (
	Fired    Verdict = "fired"
	Silent   Verdict = "silent"
	Withheld Verdict = "withheld" // it fired, and its limits held the alert back
	// Pending is a sequence that is complete, and waits for proof that a
	// missing event does not come.
	Pending Verdict = "pending"
	NoRule  Verdict = "no rule" // no rule of that ID runs
)

// EventRef names an event.
type EventRef struct {
	// N is the event's number among those that were given, from 1; 0 for one
	// that an engine saw before it was asked.
	N    int       `json:"n,omitempty"`
	ID   string    `json:"id,omitempty"`
	Time time.Time `json:"time"`
}

// Outcome is what a condition came to.
type Outcome string

// The outcomes. A condition that is null counts as not met, and its negation
// does as well.
const (
	IsTrue   Outcome = "true"
	IsFalse  Outcome = "false"
	IsNull   Outcome = "null"
	NotAsked Outcome = "" // a branch that was not taken
)

// Condition is a condition, or a part of one, and what it came to for one
// event or one row.
type Condition struct {
	// Text is the condition as its language writes it, on one line.
	Text string `json:"text"`
	// Op is how the parts are joined: "and", "or", "xor", "not"; empty for a
	// single comparison.
	Op string `json:"op,omitempty"`
	// Line and Column are where it stands in the rule's file; both are 0 for
	// what stands nowhere.
	Line    int     `json:"line,omitempty"`
	Column  int     `json:"column,omitempty"`
	Outcome Outcome `json:"outcome"`
	// Decides marks the part that the outcome of the whole hangs on: of an
	// `and` that is false the first operand that is not true, of an `or` that
	// is true the first that is.
	Decides bool `json:"decides,omitempty"`
	// Values are what the fields, and the computations over them, that this
	// part compares held.
	Values []Seen `json:"values,omitempty"`
	// Parts are the conditions that it is made of.
	Parts []*Condition `json:"parts,omitempty"`
}

// Seen is a value that a condition saw.
type Seen struct {
	Name string `json:"name"` // a field, or an expression
	// Value is nil if the event has no such field.
	Value any `json:"value"`
	// Inferred tells that the schema inferred it from other fields.
	Inferred bool `json:"inferred,omitempty"`
}

// Check is something that an event must pass to be seen by the rule: that it
// comes from one of the rule's systems and indices, meets its filters, and is
// none of its exceptions.
type Check struct {
	What   string `json:"what"` // "system", "index", "filter", "exception"
	Failed int    `json:"failed"`
	// Event is the one that Condition is about: that which was asked about,
	// or the first that failed and met a step.
	Event     *EventRef  `json:"event,omitempty"`
	Condition *Condition `json:"condition,omitempty"`
}

// Step is a condition of a rule on single events.
type Step struct {
	Label string `json:"label"` // "step 2 of 3", "until", "source 1 of 2"
	Text  string `json:"text"`
	// Missing tells that no such event may be there.
	Missing bool `json:"missing,omitempty"`
	Line    int  `json:"line,omitempty"`
	Column  int  `json:"column,omitempty"`
	Met     int  `json:"met"` // events that meet it
	// Keyless are those of them that lack a value for a join key.
	Keyless int `json:"keyless,omitempty"`

	// Event is the one that Condition is about: that which was asked about,
	// or else the one that came nearest without meeting the step, or, if all
	// did, the first. It is nil if none was of the step's category.
	Event     *EventRef  `json:"event,omitempty"`
	Condition *Condition `json:"condition,omitempty"`
	// Lacks are the conditions joined by `and` that the event does not meet.
	Lacks []string `json:"lacks,omitempty"`
	// Keys are the event's values of the join keys.
	Keys []Seen `json:"keys,omitempty"`
}

// Story is how far a series of events came for one join key.
type Story struct {
	Keys []Seen `json:"keys,omitempty"`
	// Reached is how many of the Of events were found.
	Reached int `json:"reached"`
	Of      int `json:"of"`
	// Events are the events of the furthest series, with the step that each
	// stands at, from 1.
	Events []StepEvent `json:"events,omitempty"`
	Fate   Fate        `json:"fate"`
	// Reason tells the story in a line.
	Reason string `json:"reason"`
	// By is the event that decided the fate, if one did.
	By *EventRef `json:"by,omitempty"`
	// Next is the step, from 1, that the series waited for; 0 if it was
	// complete.
	Next int `json:"next,omitempty"`
	// Nearest is the event with this key that came nearest to that step.
	Nearest *Near `json:"nearest,omitempty"`
	Matches int   `json:"matches"` // of the key
}

// StepEvent is an event that stands at a step.
type StepEvent struct {
	EventRef
	Step int `json:"step"`
}

// Fate is what became of a series of events.
type Fate string

// The fates.
const (
	Complete  Fate = "complete"
	Waiting   Fate = "waiting"   // for its next event, or for proof that one is missing
	NeverMet  Fate = "not begun" // an event met a later step, and none an earlier one
	Expired   Fate = "expired"   // maxspan ended
	Ended     Fate = "ended"     // an event of until came
	Replaced  Fate = "replaced"  // newer events met the same steps
	Prevented Fate = "prevented" // an event was there that must be missing
	Evicted   Fate = "evicted"   // for want of room
)

// Near is an event that all but met a step.
type Near struct {
	Event EventRef `json:"event"`
	Step  int      `json:"step"` // from 1
	// Lacks are the conditions joined by `and` that the event does not meet;
	// empty if it came too late, and met all.
	Lacks     []string   `json:"lacks,omitempty"`
	Condition *Condition `json:"condition,omitempty"`
	// Late is how long after the end of maxspan it came; negative for one
	// within the span, and 0 where there is none. In JSON it is nanoseconds.
	Late time.Duration `json:"late,omitempty"`
}

// Run is a run of a search over a window.
type Run struct {
	At       time.Time `json:"at"`
	Earliest time.Time `json:"earliest"`
	Latest   time.Time `json:"latest"`
	Rows     int       `json:"rows"` // that came out at the end
	Stages   []Stage   `json:"stages"`
	Reason   string    `json:"reason"`
}

// Stage is a stage of a search, or several that are taken as one, in a run.
type Stage struct {
	Text   string `json:"text"` // macros and subsearches as they were expanded
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	// Inner tells that it belongs to a search inside the search.
	Inner bool `json:"inner,omitempty"`
	In    int  `json:"in"` // rows, or for a source the events that it was offered
	Out   int  `json:"out"`
	// Earliest and Latest are the window that a source reads; a zero time
	// leaves that side open.
	Earliest time.Time `json:"earliest,omitzero"`
	Latest   time.Time `json:"latest,omitzero"`
	// Outside are the events that a source did not take as they lie outside
	// the window.
	Outside int `json:"outside,omitempty"`
	// Concerned is how many of the rows that came out would be others without
	// the event that was asked about.
	Concerned int `json:"concerned,omitempty"`
	// Lost marks the stage that no row left, or none that the event has a
	// part in.
	Lost bool `json:"lost,omitempty"`
	// Row is a row that came out, or, where none did, the one that was lost:
	// the event's or that which came nearest to the filter's condition.
	Row map[string]any `json:"row,omitempty"`
	// Condition is what a filter's condition came to for a row, or an event,
	// that it did not let through.
	Condition *Condition `json:"condition,omitempty"`
}

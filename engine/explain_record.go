package engine

import (
	"time"

	"github.com/spoor-lang/spoor/engine/internal/sequence"
)

// record is told what happens in an engine of one rule, and makes an
// explanation of it. An engine has none in normal running; a nil record takes
// no notice of anything.
type record struct {
	x        *explainer
	ask      Question
	numbers  map[string]int // of events by their ids
	about    *EventRef      // the event that is asked about; nil for all
	without  bool           // that event is left out, to see what is other then
	met      bool           // whether it came to its turn
	inferred []string
	mapping  string // of that event

	events   int
	late     int
	alerts   int
	withheld int
	hit      bool // an alert has the event that is asked about
	held     bool // and was held back

	steps  []stepRecord
	checks []Check
	series *chronicle
	search *journal
}

// stepRecord is what is known of a step so far.
type stepRecord struct {
	Step
	far    float64 // of the event in Step; 0 for none
	latest string  // the id of the last event that met it
}

func newRecord(x *explainer, q Question) *record {
	r := &record{ask: q, numbers: map[string]int{}}
	if r.ask.Most <= 0 {
		r.ask.Most = DefaultMost
	}
	r.search = &journal{record: r}
	r.series = &chronicle{record: r, room: maxStories, stories: map[string]*story{}}
	if x != nil {
		r.begin(x)
	}
	return r
}

// begin is told of the rule.
func (r *record) begin(x *explainer) {
	r.x = x
	for _, a := range x.steps {
		r.steps = append(r.steps, stepRecord{Step: a.step})
	}
	for _, a := range x.checks {
		r.checks = append(r.checks, Check{What: a.what})
	}
	if m, ok := x.rule.machine(); ok {
		r.series.machine, _ = m.(*sequence.Machine)
	}
	if x.rule.search != nil {
		x.rule.search.journal = r.search
	}
}

// arrive is told of an event before the engine is; asked tells that it is the
// one that the question is about.
func (r *record) arrive(n int, ev Event, asked bool) {
	r.events++
	if _, known := r.numbers[ev.ID]; !known && ev.ID != "" {
		r.numbers[ev.ID] = n
	}
	if asked {
		r.about = &EventRef{N: n, ID: ev.ID, Time: ev.Time}
		r.mapping = mappingOf(ev.Fields)
	}
}

// mappingOf is how an event was read, if its fields tell.
func mappingOf(f Fields) string {
	if a, ok := f.(aliased); ok {
		f = a.Fields
	}
	m, _ := f.(interface{ Mapping() string })
	if m == nil {
		return ""
	}
	return m.Mapping()
}

// ref names an event that the engine holds.
func (r *record) ref(id string, t time.Time) EventRef {
	return EventRef{N: r.numbers[id], ID: id, Time: t}
}

// single tells that one event is asked about.
func (r *record) single() bool { return r.about != nil || r.ask.Event != nil }

// asksFor reports whether the event is the one that is asked about.
func (r *record) asksFor(ref EventRef) bool { return r.about != nil && ref.ID == r.about.ID }

// wants reports whether every event is to be held for the rule.
func (r *record) wants() bool { return r != nil }

// arrived is told of each event of a rule without a state.
func (r *record) arrived(ev Event) {
	if r != nil && r.x.rule.free {
		r.event(ev)
	}
}

// inTurn is told of each event of a rule with a state, in order.
func (r *record) inTurn(ev Event) {
	if r != nil && !r.x.rule.free {
		r.event(ev)
	}
}

// event holds an event against the rule's conditions.
func (r *record) event(ev Event) {
	ref := r.ref(ev.ID, ev.Time)
	r.x.look(ev)
	refused := r.x.refused()
	asked := r.asksFor(ref)
	if asked {
		r.met = true
	}
	some := false
	for i, a := range r.x.steps {
		some = some || a.met
		if asked || refused == nil && !r.single() {
			r.steps[i].note(r, a, ref, asked, refused == nil)
		}
	}
	for i, a := range r.x.checks {
		if a.met && !asked {
			continue
		}
		c := &r.checks[i]
		if !a.met && (asked || !r.single()) {
			c.Failed++
		}
		if asked || !r.single() && c.Event == nil && some {
			c.Event, c.Condition = &ref, r.x.told(a)
		}
	}
	if asked || !r.single() && some {
		r.infer()
	}
}

// infer gathers the fields that were inferred in the event at hand.
func (r *record) infer() {
	for _, name := range r.x.inferred() {
		r.inferred = addOnce(r.inferred, name)
	}
}

func addOnce(list []string, s string) []string {
	for _, x := range list {
		if x == s {
			return list
		}
	}
	return append(list, s)
}

// note takes an event that was held against the step, for a step that refers
// to earlier events once for each series that waits for it: it counts the
// events that meet it, and keeps the one that is to be told of.
func (s *stepRecord) note(r *record, a *asked, ref EventRef, asked, counts bool) {
	keys, whole := r.x.keysOf(a)
	if a.met && counts && !(a.refers && s.latest == ref.ID) {
		s.latest = ref.ID
		s.Met++
		if !whole {
			s.Keyless++
		}
	}
	far := r.x.far(a)
	switch {
	case asked && (s.Event == nil || far <= s.far):
	case asked:
		return
	case s.Event == nil: // the first
	case s.far == 0: // it met the step; one that did not tells more
		if far == 0 {
			return
		}
	case far == 0 || far >= s.far:
		return
	}
	s.Event, s.far, s.Keys = &ref, far, keys
	s.Condition, s.Lacks = r.x.told(a), a.missing()
}

// alert is told of an alert, and whether the rule's limits let it through.
func (r *record) alert(a Alert, admitted bool) {
	if r == nil {
		return
	}
	mine := false
	for _, ev := range a.Events {
		mine = mine || ev.Fields != nil && r.about != nil && ev.ID == r.about.ID
	}
	if admitted {
		r.alerts++
		r.hit = r.hit || mine
		return
	}
	r.withheld++
	r.held = r.held || mine
}

// turns is what a machine tells; nil for nothing.
func (r *record) turns() func(sequence.Turn) {
	if r == nil {
		return nil
	}
	return r.series.turn
}

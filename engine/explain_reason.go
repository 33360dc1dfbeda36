package engine

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/engine/internal/sequence"
)

// explanation is what was recorded.
func (r *record) explanation() Explanation {
	out := r.x.rule.explanation()
	out.Events, out.Late, out.Alerts, out.Withheld = r.events, r.late, r.alerts, r.withheld
	out.Event, out.Mapping, out.Inferred, out.Checks = r.about, r.mapping, r.inferred, r.checks
	for _, s := range r.steps {
		if s.far >= farOff && !r.single() { // it is not near in any sense
			s.Event, s.Condition, s.Keys, s.Lacks = nil, nil, nil, s.Lacks[:1]
		}
		out.Steps = append(out.Steps, s.Step)
	}
	pending := r.series.tell(&out)
	r.search.tell(&out)
	out.Verdict = r.verdict(pending)
	out.Reason = r.reason(&out)
	return out
}

func (r *record) verdict(pending bool) Verdict {
	fired, held := r.alerts > 0, r.withheld > 0
	if r.about != nil {
		fired, held = r.hit, r.held
	}
	switch {
	case fired:
		return Fired
	case held:
		return Withheld
	case pending:
		return Pending
	}
	return Silent
}

// reason is what decided.
func (r *record) reason(out *Explanation) string {
	switch {
	case out.Verdict == Withheld:
		return "the rule fired, and its suppression or its max_signals held the alert back"
	case r.about != nil && !r.met:
		return "the event came too late: by its time, the rule had decided on later ones"
	case r.about != nil:
		return r.reasonOfOne(out)
	case len(out.Runs) > 0:
		return out.Runs[0].Reason
	case len(out.Stories) > 0:
		return out.Stories[0].Reason
	case out.Verdict == Fired:
		return fmt.Sprintf("%s met the condition", plural(r.alerts, "event"))
	}
	return r.reasonOfStep(out)
}

// reasonOfOne is the reason for one event.
func (r *record) reasonOfOne(out *Explanation) string {
	for _, c := range out.Checks {
		if c.Failed > 0 {
			return fmt.Sprintf("the rule does not see the event, for its %s: %s", c.What, deciding(c.Condition))
		}
	}
	switch {
	case len(out.Runs) > 0 && r.search.runs[0].reads:
		return out.Runs[0].Reason
	case len(r.series.deeds) > 0:
		return strings.Join(r.series.deeds, "; ")
	}
	best := -1
	for i, s := range r.steps {
		if s.Met > 0 {
			return r.reasonOfMet(out, i)
		}
		if !s.Missing && (best < 0 || s.far < r.steps[best].far) {
			best = i
		}
	}
	if best < 0 {
		return "the search reads no events"
	}
	if len(r.steps) == 1 {
		return "the event does not meet the condition: " + deciding(r.steps[best].Condition)
	}
	return fmt.Sprintf("the event meets no step; nearest is %s: %s", r.steps[best].Label, deciding(r.steps[best].Condition))
}

// name is the step's label in a sentence.
func (s *Step) name() string {
	if strings.Contains(s.Label, " ") || s.Label == "until" {
		return s.Label
	}
	return "the " + s.Label
}

// reasonOfMet is the reason for an event that met a step to no effect.
func (r *record) reasonOfMet(out *Explanation, i int) string {
	s := r.steps[i]
	switch {
	case s.Keyless > 0:
		return fmt.Sprintf("the event meets %s, but has no %s", s.Label, strings.Join(nameless(s.Keys), ", "))
	case r.x.rule.search != nil && len(out.Runs) > 0 && len(out.Runs[0].Stages) > 0:
		return "the search takes the event, but " + outsideReason(out.Runs[0], r.about.Time)
	case r.x.rule.search != nil:
		return "the search takes the event, but no run reads it"
	case len(r.steps) == 1 && out.Verdict == Fired:
		return "the event meets the condition"
	case len(r.steps) == 1:
		return "the event meets the condition, but no alert is left that the rule may raise"
	}
	return fmt.Sprintf("the event meets %s, but no series%s waits for it", s.Label, keyText(s.Keys, " for "))
}

func outsideReason(run Run, t time.Time) string {
	from, to := run.Earliest, run.Latest
	if st := run.Stages[0]; !st.Earliest.IsZero() || !st.Latest.IsZero() { // the search says so itself
		from, to = st.Earliest, st.Latest
	}
	return fmt.Sprintf("it lies outside the window: %s is not in [%s, %s) of the run at %s",
		clockText(t), clockText(from), clockText(to), clockText(run.At))
}

func nameless(keys []Seen) (names []string) {
	for _, k := range keys {
		if k.Value == nil {
			names = append(names, k.Name)
		}
	}
	return names
}

// reasonOfStep is the reason where no series began, and no run had an event.
func (r *record) reasonOfStep(out *Explanation) string {
	for _, s := range r.steps {
		if s.Missing || s.Met > s.Keyless {
			continue
		}
		if s.Keyless > 0 {
			return fmt.Sprintf("%s met %s, none with a value of %s", plural(s.Keyless, "event"), s.Label, strings.Join(nameless(s.Keys), ", "))
		}
		if s.Event == nil {
			return "there was no event that the rule sees"
		}
		if s.far >= farOff {
			return fmt.Sprintf("no event meets %s, and none is of its category", s.name())
		}
		return fmt.Sprintf("no event meets %s; nearest is %s, which met all but %s", s.name(), s.Event, brief(s.Lacks))
	}
	if r.x.rule.search != nil {
		return "no run of the search had an event in its window"
	}
	for _, c := range out.Checks {
		if c.Failed > 0 {
			return fmt.Sprintf("%s not seen, for the rule's %s", plural(c.Failed, "event"), c.What)
		}
	}
	return "no event met the condition"
}

// deciding is the part on which a condition hangs, with its values.
func deciding(c *Condition) string {
	if c == nil {
		return ""
	}
	d := c.decisive()
	s := cut(d.Text, maxText) + " is " + string(d.Outcome)
	if d.Line > 0 {
		s = fmt.Sprintf("%d:%d: %s", d.Line, d.Column, s)
	}
	if vals := valuesText(d.all()); vals != "" {
		s += " (" + cut(vals, maxText) + ")"
	}
	return s
}

// all are the values that a condition and its parts saw, each once.
func (c *Condition) all() []Seen {
	list := slices.Clone(c.Values)
	for _, p := range c.Parts {
		for _, v := range p.all() {
			if !slices.ContainsFunc(list, func(s Seen) bool { return s.Name == v.Name }) {
				list = append(list, v)
			}
		}
	}
	return list
}

// tell adds the stories that came furthest, and reports whether a series is
// complete and waits for proof.
func (c *chronicle) tell(out *Explanation) (pending bool) {
	var list []*story
	for _, key := range slices.Sorted(maps.Keys(c.stories)) {
		s := c.stories[key]
		if s.furthest() == nil && s.orphan == nil || c.ask.Keys != nil && !c.ask.Keys(c.x.named(s.keys)) {
			continue
		}
		list = append(list, s)
		for _, a := range s.live {
			pending = pending || c.machine != nil && len(a.events) == c.machine.Length() && c.hasAbout(a)
		}
	}
	if c.about != nil {
		list = slices.DeleteFunc(list, func(s *story) bool { return !s.asked })
	}
	slices.SortStableFunc(list, func(a, b *story) int { // of keys such as 5 and "5", in the order of their encoding
		return cmp.Or(compareStories(a, b), slices.CompareFunc(a.keys, b.keys, func(x, y Value) int { return cmp.Compare(x.Text(), y.Text()) }))
	})
	for _, s := range list[:min(len(list), c.ask.Most)] {
		out.Stories = append(out.Stories, c.storyOf(s))
	}
	out.MoreKeys = len(list) - len(out.Stories) + c.dropped
	return pending
}

// hasAbout reports whether a series has the event that is asked about, or
// none is.
func (c *chronicle) hasAbout(a *attempt) bool {
	return c.about == nil || slices.ContainsFunc(a.events, func(k *sequence.Kept) bool { return k.ID == c.about.ID })
}

// named are the values of join keys with the names that the first step gives
// them.
func (x *explainer) named(vals []Value) []Seen {
	var keys []Seen
	for i, v := range vals {
		name := ""
		for _, a := range x.steps {
			if i < len(a.keys) {
				name = a.keys[i].name
				break
			}
		}
		keys = append(keys, Seen{Name: name, Value: plainValue(v)})
	}
	return keys
}

// storyOf writes a story down.
func (c *chronicle) storyOf(s *story) Story {
	out := Story{Keys: c.x.named(s.keys), Of: c.length(), Matches: s.matches}
	a := s.furthest()
	if a == nil {
		out.Fate, out.Events = NeverMet, []StepEvent{*s.orphan}
		out.Reason = fmt.Sprintf("%s meets step %d%s, but nothing met what comes before", s.orphan.EventRef, s.orphan.Step, keyText(out.Keys, " for "))
		return out
	}
	out.Reached, out.Fate, out.By, out.Nearest = a.reached(), a.fate, a.by, a.near
	out.Events = c.events(a)
	out.Next = c.next(a)
	out.Reason = c.reasonOf(&out, a)
	return out
}

// length is how many events a match has.
func (c *chronicle) length() int {
	if c.machine != nil {
		return c.machine.Length()
	}
	return c.count()
}

func (c *chronicle) events(a *attempt) (list []StepEvent) {
	for i, k := range a.events {
		step, _ := c.machine.NextStep(i)
		list = append(list, StepEvent{c.ref(k.ID, k.Time), step + 1})
	}
	for _, step := range slices.Sorted(maps.Keys(a.filled)) {
		k := a.filled[step]
		list = append(list, StepEvent{c.ref(k.ID, k.Time), step + 1})
	}
	return list
}

// next is the step that a series waits for, from 1; 0 for none.
func (c *chronicle) next(a *attempt) int {
	if a.filled != nil {
		for step := range c.count() {
			if a.filled[step] == nil {
				return step + 1
			}
		}
		return 0
	}
	if step, more := c.machine.NextStep(len(a.events)); more {
		return step + 1
	}
	return 0
}

// reasonOf tells a story in a line.
func (c *chronicle) reasonOf(s *Story, a *attempt) string {
	where := keyText(s.Keys, " for ")
	last := s.Events[len(s.Events)-1]
	if a.filled != nil {
		last = slices.MaxFunc(s.Events, func(x, y StepEvent) int { return x.Time.Compare(y.Time) })
	}
	head := fmt.Sprintf("step %d of %d reached at %s%s", last.Step, c.count(), clockText(last.Time), where)
	if s.Of != c.count() || a.filled != nil {
		head = fmt.Sprintf("%d of %d events found by %s%s", s.Reached, s.Of, clockText(last.Time), where)
	}
	near := c.nearText(s)
	switch s.Fate {
	case Complete:
		if s.Matches > 1 {
			return fmt.Sprintf("complete at %s%s, and %s more", clockText(last.Time), where, plural(s.Matches-1, "time"))
		}
		return fmt.Sprintf("complete at %s%s", clockText(last.Time), where)
	case Expired:
		end, _ := c.deadline(a)
		if near == "" {
			near = fmt.Sprintf("; maxspan ended at %s, and no event came near step %d", clockText(end), s.Next)
		}
		return head + near
	case Waiting:
		if s.Next == 0 {
			return head + "; it waits for proof that no missing event comes"
		}
		return head + fmt.Sprintf("; step %d has not followed", s.Next) + near
	case Ended:
		return head + "; until was met" + byText(s.By)
	case Replaced:
		return head + "; newer events took its place" + byText(s.By) + near
	case Prevented:
		return head + "; an event that must be missing was there" + byText(s.By)
	}
	return head + "; it was dropped for want of room"
}

func byText(ref *EventRef) string {
	if ref == nil {
		return ""
	}
	return " by " + ref.String()
}

// nearText says which event came nearest to the next step.
func (c *chronicle) nearText(s *Story) string {
	n := s.Nearest
	if n == nil {
		return ""
	}
	met := "which met step " + fmt.Sprint(n.Step)
	if len(n.Lacks) > 0 {
		met = "which met all but " + brief(n.Lacks)
	}
	switch {
	case s.Fate == Expired && n.Late > 0:
		return fmt.Sprintf("; maxspan ended %s before %s, %s", spanText(n.Late), n.Event, met)
	case s.Fate == Expired:
		return fmt.Sprintf("; maxspan ended %s after %s, %s", spanText(-n.Late), n.Event, met)
	}
	return fmt.Sprintf("; nearest was %s, %s", n.Event, met)
}

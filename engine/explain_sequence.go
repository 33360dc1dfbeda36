package engine

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/sequence"
)

// chronicle gathers, by join key, what became of the events of a sequence, a
// sample or a join.
type chronicle struct {
	*record
	machine *sequence.Machine // nil for a sample or a join
	stories map[string]*story
	room    int      // stories that are kept, at most
	dropped int      // stories of keys that came less far than others
	deeds   []string // what the event that is asked about did
}

// story is that of one join key.
type story struct {
	keys    []Value
	live    []*attempt
	best    *attempt   // of those that have ended
	orphan  *StepEvent // an event that met a later step, when none had met the first
	matches int
	asked   bool             // the event that is asked about has the key
	met     map[int]EventRef // of missing steps: the latest event that met it
}

// attempt is one series of events.
type attempt struct {
	first  *sequence.Kept // tells it from others
	events []*sequence.Kept
	filled map[int]*sequence.Kept // of a sample or a join, by step
	fate   Fate
	at     time.Time // of its end
	by     *EventRef
	near   *Near
	far    float64 // of near
}

// maxStories bounds the keys that are followed: they are looked through for
// those that came furthest whenever there are twice as many.
const maxStories = 4096

// recall takes over what a machine holds.
func (c *chronicle) recall(m machine) {
	c.room = math.MaxInt / 2
	m.Waiting(c.turn)
	c.room = max(maxStories, len(c.stories))
}

func (c *chronicle) turn(t sequence.Turn) {
	if t.What == sequence.Seen {
		c.seen(t)
		return
	}
	s := c.story(t)
	if t.At.Fields != nil && c.asksFor(EventRef{ID: t.At.ID}) {
		c.did(t)
	}
	switch t.What {
	case sequence.Filled:
		c.fill(s, t)
	case sequence.Begun, sequence.Moved:
		a := s.attempt(t.Events)
		a.events, a.near, a.far = slices.Clone(t.Events), nil, 0
	case sequence.Found:
		s.matches++
		c.end(s, t, Complete)
	case sequence.Replaced:
		c.end(s, t, Replaced)
	case sequence.Expired:
		c.end(s, t, Expired)
	case sequence.Ended:
		c.end(s, t, Ended)
	case sequence.Evicted:
		c.end(s, t, Evicted)
	case sequence.Barred, sequence.Led, sequence.Refuted:
		c.end(s, t, Prevented)
	}
}

// did notes what the event that is asked about did to a series.
func (c *chronicle) did(t sequence.Turn) {
	where := keyText(c.x.named(t.Keys), " for ")
	text := ""
	switch t.What {
	case sequence.Begun, sequence.Moved, sequence.Filled:
		text = fmt.Sprintf("it met step %d of %d%s", t.Step+1, c.count(), where)
	case sequence.Found:
		text = "a match was complete" + where
	case sequence.Awaited:
		text = "a series was complete, and waits for proof that no missing event comes" + where
	case sequence.Replaced:
		text = "it took the place of an earlier event" + where
	case sequence.Expired:
		text = "maxspan had ended for a series" + where
	case sequence.Ended:
		text = "it ended a series, by until" + where
	case sequence.Barred, sequence.Led:
		text = "a series was complete, but an event that must be missing had been there" + where
	case sequence.Refuted:
		text = "it must be missing, and ended a series that was complete" + where
	case sequence.Evicted:
		text = "a series was dropped for want of room" + where
	}
	c.deeds = addOnce(c.deeds, text)
}

// story returns the story of a key.
func (c *chronicle) story(t sequence.Turn) *story {
	if s := c.stories[t.Key]; s != nil {
		return s
	}
	s := &story{met: map[int]EventRef{}}
	for _, v := range t.Keys {
		s.keys = append(s.keys, v.Clone())
	}
	if len(c.stories) >= 2*c.room {
		c.thin()
	}
	c.stories[t.Key] = s
	return s
}

// thin forgets the keys that came least far.
func (c *chronicle) thin() {
	keys := make([]string, 0, len(c.stories))
	for k := range c.stories {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(compareStories(c.stories[a], c.stories[b]), cmp.Compare(a, b))
	})
	for _, k := range keys[c.room:] {
		c.dropped++
		delete(c.stories, k)
	}
}

// attempt returns the series that begins with the same event, a new one if
// there is none.
func (s *story) attempt(events []*sequence.Kept) *attempt {
	for _, a := range s.live {
		if a.first == events[0] && len(a.events) == len(events)-1 {
			return a
		}
	}
	a := &attempt{first: events[0], fate: Waiting}
	s.live = append(s.live, a)
	return a
}

// end is told that a series has ended.
func (c *chronicle) end(s *story, t sequence.Turn, fate Fate) {
	a := c.ending(s, t)
	if a == nil {
		return
	}
	a.fate, a.at = fate, t.At.Time
	if t.At.Fields != nil {
		ref := c.ref(t.At.ID, t.At.Time)
		a.by = &ref
	}
	if fate == Prevented {
		c.blame(s, a, t.What)
	}
	if s.best == nil || compareAttempts(a, s.best) < 0 {
		s.best = a
	}
}

// ending takes the series that a turn is about from those that live.
func (c *chronicle) ending(s *story, t sequence.Turn) *attempt {
	at := -1
	for i, a := range s.live {
		if a.filled != nil || len(t.Events) > 0 && a.first == t.Events[0] && len(a.events) == len(t.Events) {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	a := s.live[at]
	s.live = slices.Delete(s.live, at, at+1)
	return a
}

// blame finds the event that had to be missing.
func (c *chronicle) blame(s *story, a *attempt, what sequence.Fate) {
	if what == sequence.Refuted {
		return // it is the one at hand
	}
	a.by = nil
	last := a.events[len(a.events)-1].Time
	for _, ref := range s.met {
		if !ref.Time.After(last) && (a.by == nil || ref.Time.After(a.by.Time)) {
			a.by = &ref
		}
	}
}

// fill notes an event of a sample or a join.
func (c *chronicle) fill(s *story, t sequence.Turn) {
	if len(s.live) == 0 {
		s.live = append(s.live, &attempt{fate: Waiting, filled: map[int]*sequence.Kept{}})
	}
	a := s.live[0]
	k := t.Events[0]
	if len(t.Events) > 1 {
		k = t.Events[t.Step]
	}
	if a.filled[t.Step] == nil {
		a.filled[t.Step] = k
		if a.near != nil && a.near.Step == t.Step+1 {
			a.near, a.far = nil, 0
		}
	}
}

// seen holds the event at hand against a step, for a key.
func (c *chronicle) seen(t sequence.Turn) {
	if t.NoKey || t.Step >= len(c.x.steps) {
		return
	}
	missing := c.x.steps[t.Step].step.Missing
	s := c.stories[t.Key]
	if s == nil {
		if !t.Hit || missing && c.machine != nil && t.Step > 0 {
			return
		}
		s = c.story(t)
	}
	ref := c.ref(t.At.ID, t.At.Time)
	s.asked = s.asked || c.asksFor(ref)
	if missing {
		if t.Hit {
			s.met[t.Step] = ref
		}
		return
	}
	waits := false
	for _, a := range s.live {
		if c.waitsFor(a, t.Step) {
			waits = true
			c.nearer(a, t, ref, false)
		}
	}
	if b := s.best; b != nil && b.fate == Expired && c.waitsFor(b, t.Step) {
		c.nearer(b, t, ref, true)
	}
	if t.Hit && !waits && t.Step > 0 && s.orphan == nil && !c.x.steps[t.Step].refers && t.Step < c.count() {
		s.orphan = &StepEvent{EventRef: ref, Step: t.Step + 1}
	}
}

// count is the number of steps, without until.
func (c *chronicle) count() int {
	switch st := c.x.source.Query.Stages[0].(type) {
	case *ast.Sequence:
		return len(st.Steps)
	case *ast.Sample:
		return len(st.Steps)
	case *ast.Combine:
		return len(st.Steps)
	}
	return 0
}

// waitsFor reports whether a series waits for an event of the step.
func (c *chronicle) waitsFor(a *attempt, step int) bool {
	if a.filled != nil {
		return a.filled[step] == nil && step < c.count()
	}
	next, more := c.machine.NextStep(len(a.events))
	return more && next == step
}

// nearer keeps the event at hand if it is nearer to what the series waits for
// than those before. One that meets it moves the series, unless it comes late.
func (c *chronicle) nearer(a *attempt, t sequence.Turn, ref EventRef, late bool) {
	x := c.x.against(t.Step, c.refs(a))
	far := c.x.far(x)
	if asked := c.asksFor(ref); x.refers && !late && (asked || !c.single()) {
		c.steps[t.Step].note(c.record, x, ref, asked, true)
	}
	if far >= farOff || far == 0 && !late || a.near != nil && far >= a.far {
		return
	}
	n := &Near{Event: ref, Step: t.Step + 1, Lacks: x.missing()}
	if far > 0 {
		n.Condition = c.x.told(x)
	}
	if end, bounded := c.deadline(a); bounded {
		n.Late = ref.Time.Sub(end)
	}
	a.near, a.far = n, far
}

// refs are the events of a series by their steps.
func (c *chronicle) refs(a *attempt) []Fields {
	refs := make([]Fields, len(c.x.steps))
	for i, k := range a.events {
		if step, ok := c.machine.NextStep(i); ok && k != nil {
			refs[step] = k.Fields
		}
	}
	return refs
}

// deadline is when a series is out of its span.
func (c *chronicle) deadline(a *attempt) (time.Time, bool) {
	st, ok := c.x.source.Query.Stages[0].(*ast.Sequence)
	if !ok || st.Maxspan <= 0 || a.first == nil {
		return time.Time{}, false
	}
	return a.first.Time.Add(st.Maxspan), true
}

// reached is how many events a series has.
func (a *attempt) reached() int { return max(len(a.events), len(a.filled)) }

// compareAttempts puts those first that tell more: that came further, or all
// but further, or later.
func compareAttempts(a, b *attempt) int {
	nearness := func(a *attempt) float64 {
		if a.near == nil {
			return farOff
		}
		return a.far
	}
	lives := func(a *attempt) int {
		if a.fate == Waiting {
			return 1
		}
		return 0
	}
	return cmp.Or(-cmp.Compare(a.reached(), b.reached()), cmp.Compare(nearness(a), nearness(b)),
		-cmp.Compare(lives(a), lives(b)), -a.at.Compare(b.at))
}

// furthest is the series that came furthest; nil if none began.
func (s *story) furthest() *attempt {
	best := s.best
	for _, a := range s.live {
		if best == nil || compareAttempts(a, best) < 0 {
			best = a
		}
	}
	return best
}

func compareStories(a, b *story) int {
	x, y := a.furthest(), b.furthest()
	switch {
	case x == nil && y == nil:
		return 0
	case x == nil:
		return 1
	case y == nil:
		return -1
	}
	return cmp.Or(-cmp.Compare(min(a.matches, 1), min(b.matches, 1)), compareAttempts(x, y))
}

package engine

import (
	"slices"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/index"
)

// Many searches ask for the same events: all of a data model that they join or
// count. Sources of the same condition and the same window have one intake, which
// is asked once for each event, and holds the event once for all of them.

// intake takes events for sources of searches that ask for the same. It has a place
// among the rules, so that the index finds it, but is none: what it holds are the
// windows of its members.
type intake struct {
	kind    intakeKind
	match   expr.Cond
	place   *compiled
	keep    *keeper  // what any member reads; that of the only member
	columns []uint32 // of these
	events  *buffer  // apart, as it changes while scouts read the rest
	members []member
}

// member is a source of a search, and the rule that this is of.
type member struct {
	*source
	rule *compiled
}

// intakeKind is what sources of one intake have in common. Those that have no
// condition's ID, or that keep every field, are alone.
type intakeKind struct {
	cond             expr.ID
	every            time.Duration
	cron             cron
	earliest, latest string
	own              ast.TimeRange
	live             bool // events are counted, and not held
}

// kindOf returns the kind of a rule's source; ok is false for one that is alone.
func (e *Engine) kindOf(c *compiled, src *source) (k intakeKind, ok bool) {
	w := c.search.schedule
	k = intakeKind{cond: src.ID, every: w.every, earliest: w.earliest, latest: w.latest, own: src.Node.Time, live: c.search.live}
	if w.cron != nil {
		k.cron = *w.cron
	}
	return k, !e.conf.fullScan && c.seen == nil && len(src.keep.all) == 0 && src.ID != expr.ID{}
}

// takeIn lets the sources of a search join the intakes that take what they ask for,
// and returns the places of those that are new. The rule must not have seen an event.
func (e *Engine) takeIn(c *compiled) (places []*compiled) {
	for i := range c.search.sources {
		src := &c.search.sources[i]
		kind, shared := e.kindOf(c, src)
		at := e.intakes[kind]
		if !shared || at == nil || !e.begins(at, c) {
			at = e.newIntake(c, src, kind)
			places = append(places, at)
			if shared {
				e.intakes[kind] = at
			}
		}
		at.intake.join(c, src)
	}
	return places
}

// begins reports whether all that an intake will hold is a rule's: what it holds
// already, and what waits for its turn, is that of others.
func (e *Engine) begins(at, c *compiled) bool {
	return at.intake.events.len() == 0 && (len(e.queue) == 0 || at.since == c.since)
}

func (e *Engine) newIntake(c *compiled, src *source, kind intakeKind) *compiled {
	in := &intake{kind: kind, match: src.Match, keep: src.keep, events: &buffer{rests: true}}
	in.place = noRule(in)
	in.place.intake, in.place.keep, in.place.seen, in.place.uses = in, in.keep, c.seen, e.shared.Share(c.uses)
	in.place.entries = []index.Entry{src.entry()}
	return in.place
}

func (in *intake) join(c *compiled, src *source) {
	src.in, src.asked, src.left = in, in.place.candidates, in.events.len()
	in.members = append(in.members, member{src, c})
	in.widen(src.keep)
	in.place.since = max(in.place.since, c.since)
}

// widen makes the intake keep what another member reads, too.
func (in *intake) widen(k *keeper) {
	if in.keep == k {
		return
	}
	if in.keep == in.members[0].keep {
		in.keep = &keeper{keys: slices.Clone(in.keep.keys), all: in.keep.all}
		in.place.keep = in.keep
	}
	in.keep.join(k)
}

func (in *intake) leave(src *source) {
	in.members = slices.DeleteFunc(in.members, func(m member) bool { return m.source == src })
	in.forget()
}

// takesBy reports whether an intake is that of one of the rule's sources.
func (c *compiled) takesBy(in *intake) bool {
	return in != nil && slices.ContainsFunc(in.members, func(m member) bool { return m.rule == c })
}

// place finds the columns of what an intake keeps, and its members read.
func (s *shelf) place(in *intake) {
	in.events.shelf, in.columns = s, s.columnsOf(in.keep, in.columns)
	for _, m := range in.members {
		if m.keep == in.keep {
			m.columns = in.columns
		} else {
			m.columns = s.columnsOf(m.keep, m.columns)
		}
	}
}

// takes is called when an intake was asked about the event at hand, and takes it, or
// nothing: nil.
func (e *Engine) takes(in *intake, its *taking, ev Event) {
	in.place.candidates++
	if e.measuring && e.sight == nil {
		e.asked(in, in.place.asked)
	}
	if its == nil {
		return
	}
	s := its.event
	switch {
	case in.kind.live:
		e.countIn(in, s, ev)
	case e.conf.continuous:
		for _, m := range in.members {
			m.rule.search.due = true
		}
		in.add(s, e.conf.windowSize)
	case in.events.rests:
		e.wake(in, s, ev.Time)
	default:
		in.add(s, e.conf.windowSize)
	}
	if e.conf.observer.Lost != nil {
		for r := range in.place.served() {
			e.tellLost(r)
		}
	}
}

// asked shares out what it took to ask an intake about an event that is measured.
func (e *Engine) asked(in *intake, d time.Duration) {
	for _, m := range in.members {
		e.took(m.rule, d/time.Duration(len(in.members)))
	}
}

// wake puts an event into a window of which members may have been resting: their
// schedules go on from its time.
func (e *Engine) wake(in *intake, s *shelved, t time.Time) {
	for _, m := range in.members {
		m.rule.search.advance(t)
	}
	in.events.rests = false
	in.add(s, e.conf.windowSize)
	for _, m := range in.members {
		e.dispatch.expect(m.rule.search)
	}
}

// countIn lets an event count for the members of an intake: the one at hand, or what
// was copied of it while it waited. Their schedules go on from its time if they have
// been resting.
func (e *Engine) countIn(in *intake, s *shelved, ev Event) {
	for _, m := range in.members {
		w := m.rule.search
		rested := w.empty()
		if rested {
			w.advance(ev.Time)
		}
		if s != nil {
			ev = m.event(s)
		}
		w.count(&ev)
		if rested {
			e.dispatch.expect(w)
		}
	}
}

// add puts an event into the window, which has room for so many.
func (in *intake) add(s *shelved, room int) {
	in.events.add(s)
	if over := in.events.len() - room; over > 0 {
		in.evict(over)
	}
}

// forget drops the events that all members have left behind.
func (in *intake) forget() {
	n := in.events.len()
	least := n
	for _, m := range in.members {
		least = min(least, m.left)
		in.events.rests = in.events.rests || m.left == n
	}
	if least > 0 {
		in.drop(least)
	}
}

// drop drops the first n events.
func (in *intake) drop(n int) {
	in.events.drop(n)
	for _, m := range in.members {
		m.left = max(0, m.left-n)
	}
	in.events.rests = in.events.rests || in.events.len() == 0
}

// An intake is a runner that finds nothing itself.

func (in *intake) bind(func(found), func(time.Time) bool) {}
func (in *intake) meets() expr.Cond                       { return in.match }
func (in *intake) concerns(f *field.Frame) bool           { return in.match(f) == expr.True }
func (in *intake) step(*field.Frame, Event)               {}
func (in *intake) advance(time.Time)                      {}
func (in *intake) finish()                                {}
func (in *intake) load() load                             { return load{} }

func (in *intake) evict(n int) {
	if in.kind.live {
		for _, m := range in.members {
			m.rule.search.evictPane()
		}
		return
	}
	n = min(n, in.events.len())
	for _, m := range in.members {
		m.rule.search.evicted += max(0, n-m.left)
		m.rule.search.dropPanes()
	}
	in.drop(n)
}

func (in *intake) held() (n, bytes int, oldest time.Time) {
	if in.kind.live {
		for _, m := range in.members {
			w := m.rule.search
			if !w.empty() && (n == 0 || w.gathered[0].from.Before(oldest)) {
				oldest = w.gathered[0].from
			}
			n, bytes = n+len(w.gathered), bytes+w.paneBytes
		}
		return n, bytes, oldest
	}
	if n = in.events.len(); n > 0 {
		oldest = in.events.all()[0].time
	}
	return n, n * placeSize, oldest
}

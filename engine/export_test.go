package engine

import "time"

// Concerned returns how many rules the event concerns: what it costs to find
// them, without what they do with it.
func (e *Engine) Concerned(ev Event) int {
	ev.Fields = e.conf.wrap(ev.Fields)
	e.load(&ev)
	n := 0
	for _, i := range e.dispatch.found {
		if c := e.rules[i]; c != nil && c.admits(&e.frame) && c.wants(&e.frame) {
			n++
		}
	}
	return n
}

// Candidates returns how many rules the index named for the last event.
func (e *Engine) Candidates() int { return len(e.dispatch.found) }

// Few reports whether the conditions of the rules are asked without the index.
func (e *Engine) Few() bool { return len(e.dispatch.few.conds) > 0 }

// SkipNone lets an engine of few rules go the whole way with each event.
func (e *Engine) SkipNone() { e.dispatch.steady = false }

// Kept returns what rules with a state keep of an event.
func (e *Engine) Kept(ev Event) Event {
	e.load(&ev)
	ev.Fields = e.keeper().keep(ev.Fields)
	return ev
}

// HeldTogether returns how many sources of searches hold no window of their own.
func (e *Engine) HeldTogether() int {
	n := 0
	for _, in := range e.dispatch.intakes {
		n += max(len(in.members), 1) - 1
	}
	return n
}

// Gathered returns how many panes searches hold for their next window.
func (e *Engine) Gathered() int {
	n := 0
	for _, c := range e.rules {
		if c.search != nil {
			n += len(c.search.gathered)
		}
	}
	return n
}

// StateStats are the Stats without the size of panes that are no part of a snapshot.
func (e *Engine) StateStats() Stats {
	s := e.Stats()
	s.Bytes -= e.shelf.panes
	i := 0
	for _, c := range e.rules {
		if c.retired() {
			continue
		}
		if c.search != nil && !c.search.live {
			s.Rules[i].Bytes -= c.search.paneBytes
		}
		i++
	}
	return s
}

// Shared returns how many conditions rules have in common, or may have, and how
// many outcomes of an event are remembered.
func (e *Engine) Shared() (conds, marks int) { return e.shared.Len(), e.slots.Marks() }

// Holding makes searches hold the events that they could count when they come.
func Holding() Option { return func(c *config) { c.held = true } }

// Live returns how many searches count events when they come.
func (e *Engine) Live() int {
	n := 0
	for _, c := range e.rules {
		if c.search != nil && c.search.live {
			n++
		}
	}
	return n
}

// LeaveBehind makes a search's sources leave behind the events before t, as a run does.
func (e *Engine) LeaveBehind(id string, t time.Time) {
	for _, c := range e.rules {
		if c.search != nil && c.rule.ID == id {
			c.search.forget(t, t)
		}
	}
}

// Traced returns how many searches tell of each of their runs.
func (e *Engine) Traced() int {
	n := 0
	for _, c := range e.rules {
		if c.search != nil && c.search.journal != nil {
			n++
		}
	}
	return n
}

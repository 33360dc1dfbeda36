package engine

import (
	"iter"
	"slices"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// An event that waits for its turn has been looked at when it came: what is held
// of it is which rules it concerns, what searches take of it, and the fields that
// the other rules read. In its turn, nobody asks the index or a search again.

// queues reports whether events wait for their turn, with what was found out about
// them. An engine that explains asks each event in its turn, whatever it concerns.
func (e *Engine) queues() bool { return !e.clock.orderly() && e.conf.record == nil }

// spot looks at an event that nobody has looked at.
func (e *Engine) spot(ev Event) *sighting {
	s := &e.spotted
	*s = sighting{ev: ev}
	s.near = e.own().look(ev, &s.finding)
	return s
}

// hold lets the event at hand wait for its turn.
func (e *Engine) hold(ev Event) {
	if e.sight != nil && !e.queues() {
		e.load(&ev) // the frame may hold another
	}
	ev.ID = e.copies.identify(ev)
	h := held{tie: e.frame.Get(e.tie).Clone(), order: e.order}
	e.order++
	if e.queues() {
		h.finding = e.finding()
		ev.Fields = &waiting{shelf: &e.shelf, event: h.kept}
	} else {
		ev.Fields = e.keeper().keep(ev.Fields)
	}
	h.ev = ev
	e.queue.add(h)
	if len(e.queue) > e.conf.queueSize {
		e.stats.Hurried++
		e.clock.advance(e.queue[0].ev.Time.Add(1)) // it is due
	}
}

// finding returns what is held of what was found out about the event at hand. Rules
// without a state have seen it.
func (e *Engine) finding() *finding {
	x := e.sight.clone()
	seen := func(i int32) bool { return e.rules[i].free }
	x.rules, x.idle = slices.DeleteFunc(x.rules, seen), slices.DeleteFunc(x.idle, seen)
	x.shut = e.shut()
	return x
}

// shut lists the searches that wait for their first event, and do not see the one
// at hand.
func (e *Engine) shut() (list []int32) {
	for _, i := range e.dispatch.waiting {
		if !e.rules[i].admits(&e.frame) {
			list = append(list, i)
		}
	}
	return list
}

// recall turns to an event whose turn has come.
func (e *Engine) recall(h held) {
	if h.finding == nil {
		e.load(&h.ev)
		return
	}
	d := &e.dispatch
	e.sight = h.finding
	e.frame.Glance(h.ev.Fields)
	e.turned(h.ev.Time)
	d.found = merge(append(d.found[:0], h.rules...), d.kin)
	for _, i := range h.rules {
		if c := e.rules[i]; c.free && h.order >= c.since { // it had a state when the event came
			e.evaluate(c, h.ev)
		}
	}
}

// waiting are the fields of an event that waits for its turn.
type waiting struct {
	shelf *shelf
	event *shelved // nil for no fields
	view  string
}

var (
	_ event.Viewer     = (*waiting)(nil)
	_ event.Enumerator = (*waiting)(nil)
)

// View returns the same fields as another vocabulary names them.
func (w *waiting) View(view string) Fields {
	if view == w.view {
		return w
	}
	return &waiting{w.shelf, w.event, view}
}

// Field returns a field that is held: of the view at hand, or, on the bare copy, of
// any.
func (w *waiting) Field(name string) Value {
	switch {
	case w.event == nil:
	case w.view != "":
		if c, ok := w.shelf.find(w.view, name); ok {
			return w.event.value(c)
		}
	default:
		for i, c := range w.event.columns {
			if w.shelf.columns[c].Name == name {
				return w.event.vals[i]
			}
		}
	}
	return Value{}
}

// All yields the fields that have a value, each with its name: of the view at
// hand, or, on the bare copy, of any, the first of those that share a name.
func (w *waiting) All() iter.Seq2[string, Value] {
	return fieldsOfView(w.view, func(yield func(field.Key, Value) bool) {
		if w.event == nil {
			return
		}
		for i, c := range w.event.columns {
			if !yield(w.shelf.columns[c].Key, w.event.vals[i]) {
				return
			}
		}
	})
}

// Names yields the names of the fields that have a value.
func (w *waiting) Names() iter.Seq[string] { return keys(w.All()) }

// Inferred returns the inferred fields that were read.
func (w *waiting) Inferred() []string {
	if w.event == nil {
		return nil
	}
	return w.event.inferred
}

// copy returns the fields as a snapshot writes them.
func (w *waiting) copy() *kept {
	k := &kept{}
	if w.event == nil {
		return k
	}
	for i, c := range w.event.columns {
		k.keys, k.vals = append(k.keys, w.shelf.columns[c].Key), append(k.vals, w.event.vals[i])
	}
	k.inferred = w.event.inferred
	return k
}

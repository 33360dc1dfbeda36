package engine

import (
	"cmp"
	"container/heap"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/engine/internal/state"
)

// The events that wait for their turn are part of the engine's record, and so is
// what was found out about them: by the IDs of rules, as others may run in the
// engine that reads it, or the same ones in another order.

// sorted returns the held events in the order of their turns.
func (q queue) sorted() []held {
	list := slices.Clone(q)
	slices.SortFunc(list, func(a, b held) int {
		if before(&a, &b) {
			return -1
		}
		return 1
	})
	return list
}

func saveQueue(w *state.Writer, list []held) {
	codec := &fieldsCodec{}
	w.Count(len(list))
	for _, h := range list {
		w.Value(h.tie)
		w.Uint(h.order)
		if f, ok := h.ev.Fields.(*waiting); ok {
			h.ev.Fields = f.copy()
		}
		codec.event(w, h.ev)
	}
}

func (e *Engine) readQueue(r *state.Reader) {
	codec := &fieldsCodec{}
	for range r.Count() {
		h := held{tie: r.Value(), order: r.Uint()}
		h.ev = codec.readEvent(r)
		if r.Err() != nil {
			return
		}
		e.queue = append(e.queue, h)
	}
}

// known is a finding by the IDs of rules. What has a place among the rules, and is
// none, is named by the rules that it is for.
type known struct {
	rules, idle, shut []string
	first             []string // rules whose first step the event may meet
	asked             []part   // that take nothing of the event
	taken             []part
	events            []*shelved // that are taken
}

// part is a source of a search.
type part struct {
	rule   string
	source int
}

func (e *Engine) saveFinding(w *state.Writer, h *held, shelf *inventory) {
	w.Bool(h.finding != nil)
	if h.finding == nil {
		return
	}
	x := e.nameFinding(h)
	for _, list := range [][]string{x.rules, x.idle, x.shut, x.first} {
		slices.Sort(list)
		texts(w, list)
	}
	slices.SortFunc(x.asked, compareParts)
	w.Count(len(x.asked))
	for _, p := range x.asked {
		p.save(w)
	}
	w.Count(len(h.taken))
	for _, t := range h.taken {
		parts := e.partsOf(t.in, h.order)
		slices.SortFunc(parts, compareParts)
		w.Count(shelf.number[t.event])
		w.Count(len(parts))
		for _, p := range parts {
			p.save(w)
		}
	}
}

func (p part) save(w *state.Writer) {
	w.Name(p.rule)
	w.Count(p.source)
}

func compareParts(a, b part) int {
	return cmp.Or(strings.Compare(a.rule, b.rule), cmp.Compare(a.source, b.source))
}

// nameFinding names what was found out about a held event, but for what is taken of
// it.
func (e *Engine) nameFinding(h *held) (x known) {
	name := func(into *[]string, c *compiled) {
		if c != nil && !c.retired() && h.order >= c.since {
			*into = append(*into, c.rule.ID)
		}
	}
	for _, i := range h.rules {
		c := e.rules[i]
		switch {
		case c.begins != nil:
			for _, m := range c.begins.members {
				name(&x.first, m)
			}
		case c.begun == nil:
			name(&x.first, c)
			fallthrough
		default:
			name(&x.rules, c)
		}
	}
	for _, i := range h.idle {
		if in := e.rules[i].intake; in != nil {
			x.asked = append(x.asked, e.partsOf(in, h.order)...)
		} else {
			name(&x.idle, e.rules[i])
		}
	}
	for _, i := range h.shut {
		name(&x.shut, e.rules[i])
	}
	return x
}

// partsOf names the members of an intake that an event of this order may concern.
func (e *Engine) partsOf(in *intake, order uint64) (list []part) {
	for _, m := range in.members {
		if order < m.rule.since {
			continue
		}
		for i := range m.rule.search.sources {
			if &m.rule.search.sources[i] == m.source {
				list = append(list, part{m.rule.rule.ID, i})
			}
		}
	}
	return list
}

// readFindings reads what is known of so many held events, of which events in a list
// were taken.
func readFindings(r *state.Reader, n int, list []*shelved) (all []*known) {
	for range n {
		if !r.Bool() {
			all = append(all, nil)
			continue
		}
		x := &known{rules: readTexts(r), idle: readTexts(r), shut: readTexts(r), first: readTexts(r)}
		for range r.Count() {
			x.asked = append(x.asked, readPart(r))
		}
		for range r.Count() {
			n := r.Number()
			if n >= len(list) {
				r.Fail("expected an event that is held, found none")
				return nil
			}
			for range r.Count() {
				x.taken, x.events = append(x.taken, readPart(r)), append(x.events, list[n])
			}
		}
		all = append(all, x)
	}
	return all
}

func readPart(r *state.Reader) part { return part{r.Name(), r.Number()} }

// findAgain gives the queue that was read what is known of its events, by the places
// of the rules as they are now, and puts it in order.
func (e *Engine) findAgain() {
	at := places{rules: make(map[string]*compiled, len(e.rules)), of: make(map[*compiled]int32, len(e.rules))}
	for i, c := range e.rules {
		at.of[c] = int32(i)
		if !c.retired() {
			at.rules[c.rule.ID] = c
		}
	}
	for i, x := range e.known {
		if x != nil {
			e.queue[i].finding = at.finding(x)
		}
	}
	e.known = nil
	heap.Init(&e.queue)
}

// places are those of the rules, and of what is none.
type places struct {
	rules map[string]*compiled // by ID
	of    map[*compiled]int32
}

func (at *places) finding(x *known) *finding {
	out := &finding{}
	for _, id := range x.rules {
		at.add(&out.rules, at.rules[id])
	}
	for _, id := range x.first {
		c := at.rules[id]
		if c != nil && c.begun != nil {
			c = c.begun
		}
		at.add(&out.rules, c)
	}
	for i, p := range x.taken {
		if in := at.intake(p); in != nil {
			at.add(&out.rules, in.place)
			out.taken = append(out.taken, taking{at.of[in.place], in, x.events[i]})
		}
	}
	for _, id := range x.idle {
		at.add(&out.idle, at.rules[id])
	}
	for _, p := range x.asked {
		if in := at.intake(p); in != nil {
			at.add(&out.idle, in.place)
		}
	}
	for _, id := range x.shut {
		at.add(&out.shut, at.rules[id])
	}
	for _, list := range []*[]int32{&out.rules, &out.idle, &out.shut} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	slices.SortStableFunc(out.taken, func(a, b taking) int { return cmp.Compare(a.place, b.place) })
	out.taken = slices.CompactFunc(out.taken, func(a, b taking) bool { return a.place == b.place })
	return out
}

func (at *places) add(into *[]int32, c *compiled) {
	if c != nil {
		*into = append(*into, at.of[c])
	}
}

func (at *places) intake(p part) *intake {
	c := at.rules[p.rule]
	if c == nil || c.search == nil || p.source >= len(c.search.sources) {
		return nil
	}
	return c.search.sources[p.source].in
}

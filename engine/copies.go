package engine

import (
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// copies are the copies of an event's values that keepers share: what several
// rules keep of it is copied once.
type copies struct {
	frame *field.Frame // holds the event
	vals  []Value
	made  []bool
	slots []int  // that are made
	id    string // of the event, once it was asked for
	text  strings.Builder
}

// grow makes room for the slots that the frame has come to have.
func (c *copies) grow() {
	if n := c.frame.Slots.Len() - len(c.vals); n > 0 {
		c.vals, c.made = append(c.vals, make([]Value, n)...), append(c.made, make([]bool, n)...)
	}
}

// forget is told that the frame holds another event.
func (c *copies) forget() {
	for _, i := range c.slots {
		c.vals[i], c.made[i] = Value{}, false
	}
	c.slots, c.id = c.slots[:0], ""
}

// identify returns the event's id.
func (c *copies) identify(ev Event) string {
	if c.id == "" {
		c.id = eventID(ev)
	}
	return c.id
}

func (c *copies) of(slot int) Value {
	if !c.made[slot] {
		c.vals[slot], c.made[slot] = c.copy(c.frame.Get(slot)), true
		c.slots = append(c.slots, slot)
	}
	return c.vals[slot]
}

func (c *copies) copy(v Value) Value {
	s, ok := v.Str()
	if !ok || len(s) > c.text.Cap()-c.text.Len() {
		return v.Clone()
	}
	c.text.WriteString(s)
	return event.OfString(c.text.String()[c.text.Len()-len(s):])
}

// reserve makes one piece of memory for the texts of the slots that are to be copied.
func (c *copies) reserve(slots []int) {
	n := 0
	for _, i := range slots {
		if i >= 0 && !c.made[i] {
			s, _ := c.frame.Get(i).Str()
			n += len(s)
		}
	}
	c.text.Reset()
	c.text.Grow(n)
}

package index

import "slices"

// Access is how the events that can meet a condition are found, from the most
// to the least selective.
type Access uint8

// The ways.
const (
	Never     Access = iota // no event meets the condition
	Value                   // by a whole value
	Affix                   // by the beginning or the end of a value
	Substring               // by a part of a value
	Presence                // by a field's being there, or missing
	Scan                    // not at all: every event is evaluated
)

// AccessOf returns how an entry that stood alone would be found, and by which
// fields: what is known of its cost before any event. The fields that every
// rule of a kind asks for, such as the category, count only where there is
// nothing else.
func AccessOf(e Entry, usual ...string) (Access, []string) {
	if e.Cond == nil {
		return Scan, nil
	}
	r := reader{scope: e.Scope}
	best, fields := Scan, []string(nil)
	common := true
	for _, c := range r.needs(e.Cond, true) {
		if len(c) == 0 {
			return Never, nil
		}
		a, names := c.access(e)
		plain := !slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(usual, n) })
		if common && !plain || common == plain && a < best {
			best, fields, common = a, names, plain
		}
	}
	return best, fields
}

// access returns the way of a clause, which is that of its worst atom.
func (c clause) access(e Entry) (Access, []string) {
	worst := Value
	var names []string
	for i := range c {
		a := Presence
		switch c[i].kind {
		case exact, number:
			a = Value
		case part:
			if a = Substring; c[i].head || c[i].tail {
				a = Affix
			}
		}
		worst = max(worst, a)
		if n := e.Scope.Slots.Key(int(c[i].slot)).Name; !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return worst, names
}

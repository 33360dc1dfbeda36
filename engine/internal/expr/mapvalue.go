package expr

import "github.com/spoor-lang/spoor/engine/event"

// mapValue is a value that a map tells: a field, or what is chosen among fields and
// constants, as data models do.
type mapValue struct {
	slot   int                                          // tells it from others; anyOther for none
	name   string                                       // of a field
	derive func(m event.Map) (v event.Value, sure bool) // where it is none
	looks  []int                                        // the slots of the fields that are mostly looked up
}

// anyOther is the slot of a value that is told from every other.
const anyOther = -1

// same reports whether x and y are one value of an event.
func (x *mapValue) same(y *mapValue) bool {
	return x != nil && y != nil && x.slot == y.slot && x.slot != anyOther
}

// in returns the value in a map, and false if it takes a frame to tell.
func (x *mapValue) in(m event.Map) (v event.Value, sure bool) {
	if x.derive != nil {
		return x.derive(m)
	}
	return m.Field(x.name), true
}

// fieldOnMap is a field of the event at hand, or what the dataset calculates under
// its name; nil if a map does not tell that, or nobody asks.
func (s *Scope) fieldOnMap(slot int, name string) *mapValue {
	if s.lookups == nil {
		return nil
	}
	if s.Dataset != nil && s.Dataset.Fields[name] != nil {
		inner := *s
		inner.Dataset, inner.Errors, inner.Notes = nil, nil, nil // of which calculated has told
		x := inner.eval(s.Dataset.Fields[name])
		if x.orConstant() == nil || len(inner.Errors) > 0 {
			return nil
		}
		of := *x.orConstant()
		of.slot = slot
		return &of
	}
	if s.Slots.Computed(slot) {
		return nil
	}
	return &mapValue{slot: slot, name: s.Slots.Key(slot).Name, looks: []int{slot}}
}

// choice is a value for where a condition comes to what is wanted.
type choice struct {
	cond *onMap    // nil for where nothing before was chosen
	then *mapValue // nil where that takes a frame
}

// choicesOnMap is the value behind the first condition that comes to what is wanted,
// and null if none does; nil if a map does not tell the first, or nobody asks.
func (s *Scope) choicesOnMap(want Tri, conds []condition, thens []value) *mapValue {
	if s.lookups == nil {
		return nil
	}
	var list []choice
	for i, c := range conds {
		switch {
		case c.known && c.tri != want:
			continue
		case c.known || c.onMap != nil:
			list = append(list, choice{c.onMap, thens[i].orConstant()})
		default:
			list = append(list, choice{})
		}
		if list[len(list)-1].cond == nil {
			break
		}
	}
	if len(list) == 0 || list[0] == (choice{}) {
		return nil
	}
	x := &mapValue{slot: anyOther, derive: func(m event.Map) (event.Value, bool) { return chosen(list, want, m) }}
	if c := list[0].cond; c != nil && c.of != nil {
		x.looks = c.of.looks
	}
	return x
}

// orConstant is a value on a map, a constant one, too.
func (x *value) orConstant() *mapValue {
	if !x.known {
		return x.onMap
	}
	v := x.val
	return &mapValue{slot: anyOther, derive: func(event.Map) (event.Value, bool) { return v, true }}
}

// chosen is the value of the first choice that is wanted. What the conditions are
// about is looked up once as long as it stays the same.
func chosen(list []choice, want Tri, m event.Map) (v event.Value, sure bool) {
	var about *mapValue
	for i := range list {
		c, t := &list[i], want
		switch {
		case c.cond == nil:
		case c.cond.of == nil:
			t = c.cond.ask(m)
		default:
			if !c.cond.of.same(about) {
				if v, sure = c.cond.of.in(m); !sure {
					return event.Value{}, false
				}
				about = c.cond.of
			}
			t = c.cond.at(v)
		}
		switch {
		case t == Unsure:
			return event.Value{}, false
		case t != want:
		case c.then == nil:
			return event.Value{}, false
		case c.then.same(about):
			return v, true
		default:
			return c.then.in(m)
		}
	}
	return event.Value{}, true
}

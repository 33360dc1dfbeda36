package expr

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// MapCond is a condition that is asked of a map, without a frame: of one
// condition on few fields, that is most of the cost. It is Unsure where it takes a
// frame to tell, and otherwise what the condition is.
type MapCond func(m event.Map) Tri

// CondOnMap is Cond, and the same condition on a map. That is nil where a frame
// does better: where fields are read again and again, or the map tells too little.
func (s *Scope) CondOnMap(e ast.Expr) (Cond, MapCond) {
	s.lookups = map[int]int{}
	defer func() { s.lookups = nil }()
	c := s.cond(e)
	switch {
	case c.known:
		return c.run, func(event.Map) Tri { return c.tri }
	case c.onMap == nil:
		return c.run, nil
	}
	ask := s.asked(c.onMap)
	again := 0
	for _, n := range s.lookups {
		again += n - 1
	}
	if again > maxAgain {
		return c.run, nil
	}
	return c.run, ask
}

// TextOnMap returns the field that a condition is about, as a map has it, and what the
// condition comes to if that is a text; nil for a condition that is about more.
func (s *Scope) TextOnMap(e ast.Expr) (field string, text match.Text) {
	s.lookups = map[int]int{}
	defer func() { s.lookups = nil }()
	if c := s.cond(e).onMap; c != nil && c.of != nil && c.of.derive == nil && c.text != nil {
		return c.of.name, c.text
	}
	return "", nil
}

// maxAgain is how many fields may be looked up that were looked up before: two
// take as long as a frame does.
const maxAgain = 1

// onMap is a condition as it is asked of a map.
type onMap struct {
	of    *mapValue // what it is about, if that is one value
	text  match.Text
	judge judge
	ask   MapCond // where it is about several
}

// condOnMap is a condition on the value on a map; nil if that does not tell it, or
// nobody asks.
func (x *value) condOnMap(text match.Text, j judge) *onMap {
	if x.onMap == nil {
		return nil
	}
	return &onMap{of: x.onMap, text: text, judge: j}
}

// at is what a condition on one value comes to for it.
func (c *onMap) at(v event.Value) Tri {
	if c.text != nil {
		if t, ok := v.Str(); ok {
			return triOf(c.text(t))
		}
	}
	return c.judge.judge(v)
}

// asked returns the function that asks a condition, and notes what it looks up.
func (s *Scope) asked(c *onMap) MapCond {
	if c.of == nil {
		return c.ask
	}
	for _, slot := range c.of.looks {
		s.lookups[slot]++
	}
	name, text := c.of.name, c.text
	switch {
	case c.of.derive != nil:
		return func(m event.Map) Tri {
			v, sure := c.of.derive(m)
			if !sure {
				return Unsure
			}
			return c.at(v)
		}
	case text == nil:
		return func(m event.Map) Tri { return c.judge.judge(m.Field(name)) }
	}
	return func(m event.Map) Tri {
		if t, ok := m[name].(string); ok {
			return triOf(text(t))
		}
		return c.at(m.Field(name))
	}
}

func negated(c *onMap) *onMap {
	switch {
	case c == nil:
		return nil
	case c.of != nil:
		return &onMap{of: c.of, judge: judgeFunc(func(v event.Value) Tri { return inverse[c.at(v)] })}
	}
	return &onMap{ask: func(m event.Map) Tri { return inverse[c.ask(m)] }}
}

// junctionOnMap is a junction on a map. Operands on one value are asked together,
// and this is looked up once, if asking is not dearer than that. Where a map does not
// tell an operand of `and`, the others may decide; `or` is nil then, as it could not
// be false.
func (s *Scope) junctionOnMap(conds []condition, rest, neutral, decisive Tri) *onMap {
	if s.lookups == nil {
		return nil
	}
	var parts []*several
	for i := range conds {
		c := conds[i].onMap
		switch {
		case c != nil:
			parts = joined(parts, c, conds[i].weight <= perField, neutral, decisive)
		case decisive == True:
			return nil
		default:
			rest = Unsure
		}
	}
	switch {
	case len(parts) == 0:
		return nil
	case len(parts) == 1 && rest == neutral:
		return parts[0].onMap()
	}
	asks := make([]MapCond, len(parts))
	for i, p := range parts {
		asks[i] = s.asked(p.onMap())
	}
	return &onMap{ask: func(m event.Map) Tri {
		out := rest
		for _, ask := range asks {
			t := ask(m)
			if t == decisive {
				return t
			}
			out = max(out, t)
		}
		return out
	}}
}

// several are operands of a junction that are about one value, or one that is not.
type several struct {
	list              []*onMap
	neutral, decisive Tri
}

// joined adds an operand to those of its value: to the last of all in any case, as
// that changes no order, and to others if it may come early.
func joined(parts []*several, c *onMap, early bool, neutral, decisive Tri) []*several {
	for i, p := range parts {
		if c.of.same(p.list[0].of) && (early || i == len(parts)-1) {
			p.list = append(p.list, c)
			return parts
		}
	}
	return append(parts, &several{[]*onMap{c}, neutral, decisive})
}

func (p *several) onMap() *onMap {
	if len(p.list) == 1 {
		return p.list[0]
	}
	return &onMap{of: p.list[0].of, judge: p}
}

func (p *several) judge(v event.Value) Tri {
	out := p.neutral
	for _, c := range p.list {
		t := c.at(v)
		if t == p.decisive {
			return t
		}
		out = max(out, t) // null, if one is
	}
	return out
}

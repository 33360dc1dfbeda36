package schema

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// channel is an event log under its mapping.
type channel struct {
	name   string // as the mapping spells it; empty for the unmapped ones
	common *kind  // for events without a mapping of their own
	kinds  map[int64]*kind
}

// kind is a sort of event, such as Sysmon 3, with its fields ready to be
// read.
type kind struct {
	raw, ecs, cim map[string]getter
	shapes        []shape // by layout
}

// getter reads a field of an event.
type getter func(*record) event.Value

// compiler merges mapping files and makes getters of their definitions.
type compiler struct {
	tables   map[string]map[string]string
	groups   map[string][]fieldsDef
	layouts  []layoutDef
	common   []fieldsDef
	channels map[string][]channelDef // by lower-case name
	infer    map[string]bool
	known    map[string]bool // inferences that the files define
	inferred []string
	bits     map[string]int
	memo     map[string]getter
	names    *names
	errs     []error
}

func compile(files []*file, infer map[string]bool) (*Schema, error) {
	c := &compiler{
		tables: map[string]map[string]string{}, groups: map[string][]fieldsDef{},
		channels: map[string][]channelDef{}, infer: infer, known: map[string]bool{},
		bits: map[string]int{}, memo: map[string]getter{}, names: &names{},
	}
	for _, f := range files {
		c.gather(f)
	}
	s := &Schema{channels: map[string]*channel{}, exact: map[string]*channel{}}
	for _, d := range c.layouts {
		l, err := d.compile(c.names)
		if err != nil {
			c.errs = append(c.errs, err)
			continue
		}
		l.at = len(s.layouts)
		s.layouts = append(s.layouts, l)
	}
	for _, name := range sorted(c.channels) {
		c.channel(s, c.channels[name])
	}
	s.other = &channel{common: c.kind("", "", c.common, nil)}
	for _, name := range sorted(infer) {
		if !c.known[name] {
			c.errs = append(c.errs, fmt.Errorf("unknown inference %q%s", name, syntax.Suggest(name, sorted(c.known))))
		}
	}
	s.inferred, s.names = c.inferred, c.names
	s.shapes()
	if err := errors.Join(c.errs...); err != nil {
		return nil, err
	}
	return s, nil
}

func (c *compiler) gather(f *file) {
	for _, l := range f.Layouts {
		c.layout(l)
	}
	for name, t := range f.Tables {
		if c.tables[name] == nil {
			c.tables[name] = map[string]string{}
		}
		for k, v := range t {
			c.tables[name][strings.ToLower(k)] = v
		}
	}
	for name, g := range f.Groups {
		c.groups[name] = append(c.groups[name], g)
	}
	c.common = append(c.common, f.Common)
	for _, ch := range f.Channels {
		k := strings.ToLower(ch.Name)
		c.channels[k] = append(c.channels[k], ch)
	}
}

// layout adds a layout, or replaces the one of the same name. New ones are
// tried before the others, since they are the more particular.
func (c *compiler) layout(d layoutDef) {
	for i, l := range c.layouts {
		if l.Name == d.Name {
			c.layouts[i] = d
			return
		}
	}
	c.layouts = append(c.layouts, d)
}

func (c *compiler) channel(s *Schema, defs []channelDef) {
	first := defs[0]
	ch := &channel{name: first.Name, kinds: map[int64]*kind{}}
	base := append([]fieldsDef{}, c.common...)
	events := map[int64][]eventDef{}
	for _, d := range defs {
		base = append(base, d.fieldsDef)
		for _, key := range sorted(d.Events) {
			ns, err := ids(key)
			if err != nil {
				c.errs = append(c.errs, fmt.Errorf("channel %s: %w", first.Name, err))
			}
			for _, n := range ns {
				events[n] = append(events[n], d.Events[key])
			}
		}
		for _, a := range append([]string{d.Name}, d.Aliases...) {
			s.channels[strings.ToLower(a)] = ch
			s.exact[a], s.exact[strings.ToLower(a)] = ch, ch
		}
	}
	ch.common = c.kind(first.Name, first.Name, base, nil)
	for n, ds := range events {
		ch.kinds[n] = c.kind(fmt.Sprintf("%s %d", first.Name, n), first.Name, base, ds)
	}
}

// draft is what the definitions of an event add up to.
type draft struct {
	raw, ecs, cim map[string]any
	infer         map[string]any // ECS fields that are turned on
}

// kind compiles one sort of event. where names it in errors.
func (c *compiler) kind(where, channel string, base []fieldsDef, events []eventDef) *kind {
	s := &draft{raw: map[string]any{}, ecs: map[string]any{}, cim: map[string]any{}, infer: map[string]any{}}
	if channel != "" {
		s.cim["source"] = []any{"XmlWinEventLog:" + channel}
	}
	tags := []string{}
	for _, d := range base {
		c.add(s, d, where, 0)
	}
	for _, d := range events {
		if d.Title != "" {
			s.cim["signature"] = []any{d.Title}
		}
		if d.Tags != nil {
			tags = d.Tags
		}
		c.add(s, d.fieldsDef, where, 0)
	}
	k := &kind{raw: map[string]getter{}}
	sc := &scope{compiler: c, where: where}
	for _, name := range sorted(s.raw) {
		k.raw[name] = sc.getter("raw", name, s.raw[name])
	}
	sc.raw = k.raw
	k.ecs = sc.getters("ecs", s.ecs)
	k.cim = sc.getters("cim", s.cim)
	k.cim["tag"] = constant(event.OfStrings(tags))
	for _, name := range sorted(s.infer) {
		k.ecs[name] = c.inference(name, sc.getter("infer", name, s.infer[name]), k.ecs[name])
	}
	return k
}

// maxGroups bounds how deep groups use groups. More than two is hard to read
// already; a circle would have no end.
const maxGroups = 8

func (c *compiler) add(s *draft, d fieldsDef, where string, depth int) {
	for _, g := range d.Use {
		defs, ok := c.groups[g]
		switch {
		case !ok:
			c.errs = append(c.errs, fmt.Errorf("%s: unknown group %q%s", where, g, syntax.Suggest(g, sorted(c.groups))))
		case depth == maxGroups:
			c.errs = append(c.errs, fmt.Errorf("%s: group %q: expected at most %d groups within each other", where, g, maxGroups))
		default:
			for _, def := range defs {
				c.add(s, def, where, depth+1)
			}
		}
	}
	maps.Copy(s.raw, d.Raw)
	maps.Copy(s.ecs, d.ECS)
	maps.Copy(s.cim, d.CIM)
	for name, fields := range d.Infer {
		c.known[name] = true
		if c.infer[name] {
			maps.Copy(s.infer, fields)
		}
	}
}

// maxInferred is the number of bits in record.used.
const maxInferred = 64

// inference returns a getter that prefers what is guessed, and notes that it
// did if the event says otherwise or nothing.
func (c *compiler) inference(name string, guess, plain getter) getter {
	bit, ok := c.bits[name]
	if !ok {
		bit = len(c.inferred)
		c.bits[name] = bit
		c.inferred = append(c.inferred, name)
	}
	if bit >= maxInferred {
		c.errs = append(c.errs, fmt.Errorf("expected at most %d inferred fields, found %s beyond", maxInferred, name))
		return guess
	}
	return func(r *record) event.Value {
		var v event.Value
		if plain != nil {
			v = plain(r)
		}
		g := guess(r)
		if g.IsNull() || event.Identical(g, v) {
			return v
		}
		if r.origin != nil {
			r.origin.used |= 1 << bit
		}
		r.used |= 1 << bit
		return g
	}
}

package schema

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// shape is what the events of one kind in one layout have in common: where
// each name leads.
type shape struct {
	lay  *layout
	kind *kind
}

// shapes gives every kind its shapes.
func (s *Schema) shapes() {
	add := func(k *kind) {
		for _, l := range s.layouts {
			k.shapes = append(k.shapes, shape{l, k})
		}
	}
	add(s.other.common)
	done := map[*channel]bool{}
	for _, ch := range s.channels { // by several names
		if done[ch] {
			continue
		}
		done[ch] = true
		add(ch.common)
		for _, k := range ch.kinds {
			add(k)
		}
	}
}

// way is how a name is found in the events of a shape.
type way struct {
	trail
	as vocabulary
	// only tells that the name can but be one of the raw event's.
	only bool
	// mapped is the view's definition of the name; nil if it has none.
	mapped getter
	// own tells that the event's own field of that name, where it has one,
	// wins over the definition.
	own bool
	// raw corrects the raw name; nil if nothing does.
	raw getter
	// data is the name of a data field that ECS keeps under a longer one.
	data trail
	// env is the field of the envelope that the name is; envLen for none.
	env envelope
	// hidden tells that the raw event means something else by the name.
	hidden bool
}

// vocabulary is whose names are meant. Those of none are the raw event's first.
type vocabulary uint8

const (
	asNone vocabulary = iota
	asECS
	asCIM
)

// winlogData is where ECS keeps the data of Windows' events.
const winlogData = "winlog.event_data."

func (s *shape) way(view, name string) way {
	w := way{trail: trail{name: name}, env: envLen}
	switch {
	case view == ast.ViewECS:
		w.as = asECS
		s.asECS(&w)
		w.only = w.mapped == nil && w.data.name == "" && !w.hidden
		return w
	case view == ast.ViewCIM:
		w.as = asCIM
		w.mapped = s.kind.cim[name]
	case strings.IndexByte(name, '.') >= 0:
		s.asECS(&w)
	default:
		w.mapped = s.kind.cim[name]
	}
	w.raw = s.kind.raw[name]
	if i, ok := envNames[name]; ok {
		w.env = i
	}
	return w
}

func (s *shape) asECS(w *way) {
	w.mapped = s.kind.ecs[w.name]
	w.own = s.lay.native && !(w.mapped != nil && s.lay.override[w.name])
	if data, ok := strings.CutPrefix(w.name, winlogData); ok {
		w.data.name = data
	}
	for _, h := range s.lay.hide {
		if len(w.name) > len(h) && w.name[len(h)] == '.' && w.name[:len(h)] == h {
			w.hidden = true
		}
	}
}

// unknown reports whether the name can but be that of a member of the raw event, or of
// its data.
func (w *way) unknown() bool {
	return w.only || w.as == asCIM && w.mapped == nil && w.raw == nil && w.env == envLen
}

// getter returns what reads the name from events, without what the way has decided
// for all of them.
func (w *way) getter() getter {
	switch {
	case w.only:
		t := w.trail
		return func(r *record) event.Value { return t.in(&r.raw) }
	case w.as == asCIM && w.mapped != nil:
		return w.mapped
	case w.as == asECS && w.mapped != nil && !w.own:
		mapped, t := w.mapped, w.trail
		return func(r *record) event.Value {
			if v := mapped(r); !v.IsNull() {
				return v
			}
			v, _ := t.member(&r.raw)
			return v
		}
	}
	return w.value
}

// value reads the name from an event.
func (w *way) value(r *record) event.Value {
	if w.only {
		return w.in(&r.raw)
	}
	switch w.as {
	case asECS:
		return w.ecs(r)
	case asNone: // the raw names come first
		if v := w.plain(r); !v.IsNull() {
			return v
		}
		if strings.IndexByte(w.name, '.') >= 0 {
			return w.ecs(r)
		}
	}
	if w.mapped != nil {
		return w.mapped(r)
	}
	return w.plain(r)
}

// plain finds a name as the event spells it: a data field, a field of the
// envelope, a path through the raw event.
func (w *way) plain(r *record) event.Value {
	if w.raw != nil {
		return w.raw(r)
	}
	if v, ok := w.member(&r.data); ok {
		return v
	}
	if w.env != envLen {
		if v := r.env(w.env); !v.IsNull() {
			return v
		}
	}
	return w.in(&r.raw)
}

func (w *way) ecs(r *record) event.Value {
	if w.own {
		if x := w.in(&r.raw); present(x) {
			return x
		}
	}
	switch {
	case w.mapped != nil:
		if x := w.mapped(r); !x.IsNull() {
			return x
		}
		v, _ := w.member(&r.raw) // what an enrichment put there
		return v
	case w.data.name != "":
		if g, ok := r.kind.raw[w.data.name]; ok {
			return g(r)
		}
		return w.data.in(&r.data)
	case w.hidden:
		return event.Value{}
	}
	return w.in(&r.raw)
}

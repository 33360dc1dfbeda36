package schema

import (
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// reader reads one event after the other by numbered slots. What it spares is
// looking the same keys up again and again: each member of an event is put in
// its place once, where all the names that lead to it find it, and so is where
// a slot's name leads, once for each shape.
type reader struct {
	slots  *field.Slots
	names  *names
	raw    members // of the event at hand
	data   members // of its data, where these are an object of their own
	rec    record  // a copy of the event at hand, which reads by members
	ways   []*way  // of its shape, by slot
	shapes map[*shape][]*way
	places *places // of its layout
	known  map[*layout]*places
}

// places are where a layout has the fields of the envelope, each with the number
// of the key that it begins with.
type places [envLen][]numbered

type numbered struct {
	place
	key int32
}

var _ field.Readable = (*record)(nil)

// Reader implements [field.Readable].
func (r *record) Reader(s *field.Slots) field.Reader {
	return &reader{slots: s, names: r.schema.names.clone(), rec: record{schema: r.schema}, shapes: map[*shape][]*way{}, known: map[*layout]*places{}}
}

// Turn implements [field.Reader].
func (rd *reader) Turn(src event.Fields) bool {
	r, ok := src.(*record)
	if !ok || r.schema != rd.rec.schema {
		return false
	}
	before := rd.rec.shape
	rd.rec = *r
	rd.rec.ecs.record, rd.rec.cim.record = &rd.rec, &rd.rec
	rd.rec.origin = r
	if r.shape != before || len(rd.ways) < rd.slots.Len() {
		ways := rd.shapes[r.shape]
		ways = append(ways, make([]*way, rd.slots.Len()-len(ways))...)
		rd.shapes[r.shape], rd.ways = ways, ways
		rd.places = rd.placesOf(r.lay)
	}
	rd.fill()
	return true
}

// fill puts the members of an event in their places. Trees whose members have
// no numbers are asked by name instead.
func (rd *reader) fill() {
	rd.rec.reader = nil
	if rd.raw.fill(rd.names, rd.rec.raw) && (rd.rec.lay.bare() || rd.data.fill(rd.names, rd.rec.data)) {
		rd.rec.reader = rd
	}
}

func (rd *reader) placesOf(l *layout) *places {
	ps := rd.known[l]
	if ps != nil {
		return ps
	}
	ps = &places{}
	for f := range l.env {
		for _, p := range l.env[f] {
			ps[f] = append(ps[f], numbered{p, rd.names.number(p[0])})
		}
	}
	rd.known[l] = ps
	return ps
}

// env is layout.get, which looks only at what the event at hand has.
func (rd *reader) env(f envelope) event.Value {
	for _, p := range rd.places[f] {
		v, ok := rd.raw.at(p.key)
		if !ok {
			continue
		}
		if len(p.place) > 1 {
			v = p.in(rd.rec.raw)
		} else {
			v = content(v)
		}
		if present(v) {
			return v
		}
	}
	return event.Value{}
}

// Read implements [field.Reader].
func (rd *reader) Read(slot int) event.Value {
	w := rd.ways[slot]
	if w == nil {
		w = rd.way(rd.slots.Key(slot))
		rd.ways[slot] = w
		rd.fill() // a key that had no number has no place yet
	}
	return w.value(&rd.rec)
}

// way numbers the keys that a name may lead to.
func (rd *reader) way(k field.Key) *way {
	w := rd.rec.way(k.View, k.Name)
	add := func(key string) {
		w.keys = append(w.keys, rd.names.number(key))
		if bare, braces := strings.CutSuffix(key, "{}"); braces {
			w.keys = append(w.keys, rd.names.number(bare))
		}
	}
	add(k.Name)
	for i := range len(k.Name) {
		if k.Name[i] == '.' {
			add(k.Name[:i])
		}
	}
	return &w
}

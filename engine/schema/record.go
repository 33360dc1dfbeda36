package schema

import (
	"iter"
	"math/bits"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// record is one raw event under its mapping. Asked without a view it answers
// by the raw names first.
type record struct {
	*shape
	raw    members
	data   members // within raw
	schema *Schema
	time   time.Time
	used   uint64 // inferred fields that were read, by bit
	ecs    ecsView
	cim    cimView

	origin *record // of a reader's copy: what it is a copy of
}

var (
	_ event.Viewer = (*record)(nil)
	_ event.Lister = (*record)(nil)
	_ Inferrer     = (*record)(nil)
)

// View returns the event as ECS or as CIM; any other view is the record
// itself.
func (r *record) View(name string) event.Fields {
	switch name {
	case ast.ViewECS:
		return &r.ecs
	case ast.ViewCIM:
		return &r.cim
	}
	return r
}

// env returns a field of the envelope.
func (r *record) env(f envelope) event.Value { return r.lay.get(&r.raw, f) }

// Field answers by the raw names, then as ECS for dotted names and as CIM for
// others.
func (r *record) Field(name string) event.Value {
	w := r.way("", name)
	return w.value(r)
}

// Names yields the raw names, then the CIM names that have a value.
func (r *record) Names() iter.Seq[string] { return r.cim.Names() }

// Inferred implements [Inferrer].
func (r *record) Inferred() []string {
	var names []string
	for u := r.used; u != 0; u &= u - 1 {
		names = append(names, r.schema.inferred[bits.TrailingZeros64(u)])
	}
	return names
}

// Mapping names what the event is read by: the layout, and the channel and the
// number of the event, which choose the mapping of its fields.
func (r *record) Mapping() string {
	channel, _ := r.env(envChannel).Str()
	return strings.TrimRight(r.lay.name+", "+channel+" "+number(r.env(envEventID)).Text(), ", ")
}

// ecsView is a record under ECS names.
type ecsView struct{ *record }

// Field returns the field that ECS calls name.
func (v *ecsView) Field(name string) event.Value {
	w := v.way(ast.ViewECS, name)
	return w.value(v.record)
}

// Names yields the ECS names that have a value, then those of the raw event.
func (v *ecsView) Names() iter.Seq[string] { return v.names(v.kind.ecs, v.Field) }

// cimView is a record under CIM names, with the raw names beside them.
type cimView struct{ *record }

// Field returns the field that CIM calls name, or the raw one.
func (v *cimView) Field(name string) event.Value {
	w := v.way(ast.ViewCIM, name)
	return w.value(v.record)
}

// Names yields the raw names, then the CIM names that have a value.
func (v *cimView) Names() iter.Seq[string] { return v.names(v.kind.cim, v.Field) }

// names yields each name once: the data fields, what else the raw event has
// at its top, and those of the view that are not null.
func (r *record) names(mapped map[string]getter, field func(string) event.Value) iter.Seq[string] {
	return func(yield func(string) bool) {
		for name := range r.data.object.Members() {
			if _, ok := mapped[name]; !ok && !yield(name) {
				return
			}
		}
		if len(r.lay.data) > 0 || r.lay.flat != "" {
			for name := range event.Leaves(r.raw.object) {
				_, isData := r.data.object.Member(name)
				_, isMapped := mapped[name]
				if !isData && !isMapped && !yield(name) {
					return
				}
			}
		}
		for name := range mapped {
			if !field(name).IsNull() && !yield(name) {
				return
			}
		}
	}
}

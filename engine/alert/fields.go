package alert

import (
	"slices"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
)

// flat returns an event's fields by their dotted names. It is nil for a
// missing event, and for fields that cannot be listed.
func flat(ev engine.Event, view string) map[string]any {
	f := ev.Fields
	if f == nil {
		return nil
	}
	if v, ok := f.(event.Viewer); ok && view != "" {
		f = v.View(view)
	}
	if _, ok := f.(event.Lister); !ok {
		return nil
	}
	m := map[string]any{}
	for name, v := range event.All(f) {
		if !v.IsNull() {
			m[name] = jsonOf(v.Any())
		}
	}
	return m
}

// jsonOf makes times text, which is what JSON has.
func jsonOf(x any) any {
	switch x := x.(type) {
	case time.Time:
		return stamp(x)
	case []any:
		for i := range x {
			x[i] = jsonOf(x[i])
		}
	case map[string]any:
		for k := range x {
			x[k] = jsonOf(x[k])
		}
	}
	return x
}

// stamp writes a time as Elasticsearch does, to the millisecond.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// Common returns the fields on which all events of the alert agree, by their
// dotted names: equal values stay, of lists the elements that all have, of
// objects the members on which they agree. Missing events have no say. For an
// alert of a search it is the row. It is what Kibana keeps of the events of a
// sequence in the alert that stands for all of them.
func Common(a engine.Alert) map[string]any {
	if len(a.Events) == 0 {
		return jsonOf(a.Row.Map()).(map[string]any)
	}
	var common map[string]any
	for _, ev := range a.Events {
		if ev.Fields == nil {
			continue
		}
		m := flat(ev, viewOf(a))
		if common == nil {
			common = m
		} else {
			common = shared(common, m)
		}
	}
	if common == nil {
		common = map[string]any{}
	}
	return common
}

// viewOf names the vocabulary of the rule's fields.
func viewOf(a engine.Alert) string {
	if a.Rule.Query == nil {
		return ast.ViewECS
	}
	return a.Rule.Query.View
}

func shared(a, b map[string]any) map[string]any {
	both := map[string]any{}
	for k, x := range a {
		if y, ok := b[k]; ok {
			if z, ok := intersection(x, y); ok {
				both[k] = z
			}
		}
	}
	return both
}

func intersection(x, y any) (any, bool) {
	switch x := x.(type) {
	case map[string]any:
		if y, ok := y.(map[string]any); ok {
			m := shared(x, y)
			return m, len(m) > 0
		}
		return nil, false
	case []any:
		if y, ok := y.([]any); ok {
			list := inBoth(x, y)
			return list, len(list) > 0
		}
		return nil, false
	}
	return x, event.Identical(event.Of(x), event.Of(y))
}

// inBoth returns the elements of x that y has, too, each once.
func inBoth(x, y []any) []any {
	seen := make(map[string]bool, len(y))
	for _, e := range y {
		seen[identity(e)] = true
	}
	var list []any
	for _, e := range x {
		if id := identity(e); seen[id] {
			list, seen[id] = append(list, e), false
		}
	}
	return list
}

// identity is a text that two values share only if they are the same.
func identity(x any) string {
	v := event.Of(x)
	kind := v.Kind()
	if kind == event.Int {
		kind = event.Float
	}
	return kind.String() + " " + v.Text()
}

// maxNesting bounds how deep a dotted name is nested. The names of ECS have
// six parts; names with more stay as they are, for each part costs an object.
const maxNesting = 32

// nest turns dotted names into objects. A name whose place is taken by a
// value stays dotted.
func nest(flat map[string]any) map[string]any {
	doc := map[string]any{}
	names := make([]string, 0, len(flat))
	for n := range flat {
		names = append(names, n)
	}
	slices.Sort(names) // a.b before a.b.c
	for _, n := range names {
		put(doc, n, flat[n])
	}
	return doc
}

func put(doc map[string]any, name string, x any) {
	parts := strings.Split(name, ".")
	m := doc
	if len(parts) > maxNesting || slices.Contains(parts, "") {
		doc[name] = x
		return
	}
	for _, p := range parts[:len(parts)-1] {
		next, ok := m[p].(map[string]any)
		if !ok {
			if _, taken := m[p]; taken {
				doc[name] = x
				return
			}
			next = map[string]any{}
			m[p] = next
		}
		m = next
	}
	last := parts[len(parts)-1]
	if _, taken := m[last]; taken {
		doc[name] = x
		return
	}
	m[last] = x
}

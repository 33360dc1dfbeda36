package pipeline

import (
	"maps"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
)

// braces stand in a name for the elements of a list, as in a{}.b.
const braces = "{}"

// unfold makes columns of what lies in the lists of others: those of a name, or
// all that a pattern names. Rows keep the lists of JSON whole, under names that
// a rename may change, and searches name what is in them.
func (t *Table) unfold(names []string) {
	for _, name := range names {
		if wild(name) {
			t.unfoldAll(name)
		} else if t.find(name) < 0 {
			t.unfoldOne(name)
		}
	}
}

// unfoldOne makes the column of a name, which lies in the column that the
// longest part of the name before braces names.
func (t *Table) unfoldOne(name string) {
	for end := strings.LastIndex(name, braces); end > 0; end = strings.LastIndex(name[:end], braces) {
		from := t.find(name[:end])
		if from < 0 {
			continue
		}
		path := strings.TrimPrefix(name[end+len(braces):], ".")
		for i := range t.rows {
			v := t.at(i, from)
			if path != "" {
				v = plain(event.Below(v, path))
			}
			if !v.IsNull() {
				t.Set(i, name, v)
			}
		}
		return
	}
}

// unfoldAll makes the columns that a pattern names, of all columns whose names
// do not say that they were made so.
func (t *Table) unfoldAll(pattern string) {
	for from, col := range t.cols {
		if strings.Contains(col, braces) {
			continue
		}
		for i := range t.rows {
			found := map[string][]event.Value{}
			leaves(found, col, t.at(i, from))
			for _, name := range slices.Sorted(maps.Keys(found)) {
				if name != col && covers(pattern, name) {
					t.Set(i, name, plain(event.OfList(found[name])))
				}
			}
		}
	}
}

// leaves adds what lies in a value to the lists of their names. A list of one
// object is that object in a row.
func leaves(to map[string][]event.Value, name string, v event.Value) {
	switch v.Kind() {
	case event.List:
		for i := range v.Len() {
			if e := v.At(i); e.Kind() == event.Object {
				leaves(to, name, e)
			} else {
				leaves(to, name+braces, e)
			}
		}
	case event.Object:
		tree, _ := v.Tree()
		for below, e := range event.All(tree) {
			leaves(to, name+braces+"."+below, e)
		}
	default:
		to[name] = append(to[name], v)
	}
}

package jsonpath

import (
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
)

// Extract returns what lies at path in text: null for nothing, a list for
// several values. Texts come without their quotes, numbers, true, false and
// null as they are written, objects and arrays as compact JSON, and of an XML
// element its text, or what is between its tags if it has children.
//
// A text that breaks off is read as far as it goes; one that begins neither an
// object, an array nor an element has nothing in it. An empty path is the
// whole of a JSON text.
func Extract(text, path string) event.Value {
	steps := parsePath(path)
	if isXML(text) {
		return list(extractXML(text, steps))
	}
	root := parsePartial(text)
	if root == nil {
		return event.Value{}
	}
	found := root.find(steps, true, nil)
	values := make([]string, len(found))
	for i, n := range found {
		values[i] = n.Display()
	}
	return list(values)
}

func list(values []string) event.Value {
	switch len(values) {
	case 0:
		return event.Value{}
	case 1:
		return event.OfString(values[0])
	}
	return event.OfStrings(values)
}

// Flatten calls emit for each leaf of text, in order of appearance, with the
// path that leads there: a.b{}.c for JSON, root.child and root.child{@attr}
// for XML. Empty objects, arrays and elements have no leaves, and leaves below a
// path of more than a thousand bytes are left out. It reads texts as [Extract]
// does.
func Flatten(text string, emit func(path, value string)) {
	if isXML(text) {
		flattenXML(text, emit)
		return
	}
	if root := parsePartial(text); root != nil && root.Kind >= Array {
		root.flatten("", emit)
	}
}

// maxPath bounds the length of the paths that are given to emit. Longer ones
// would name no field that a search can write, and a text of nested keys could
// multiply its size by the number of its leaves.
const maxPath = 1000

func (n *Node) flatten(path string, emit func(path, value string)) {
	switch n.Kind {
	case Array:
		if path += "{}"; len(path) > maxPath {
			return
		}
		for _, e := range n.Items {
			e.flatten(path, emit)
		}
	case Object:
		if path != "" {
			path += "."
		}
		if len(path) > maxPath {
			return
		}
		for _, m := range n.Members {
			m.Value.flatten(path+m.Key, emit)
		}
	default:
		emit(path, n.Display())
	}
}

func isXML(text string) bool {
	return strings.HasPrefix(strings.TrimLeft(text, "\ufeff \t\r\n"), "<")
}

// Find returns the nodes at path, in order, and whether the path can lead to
// several (whether it holds {}). An array that the path names members of
// stands for all its elements. A key with a dot in it can't be named, as Splunk
// documents of json_extract.
func (n *Node) Find(path string) (found []*Node, many bool) {
	steps := parsePath(path)
	for _, s := range steps {
		many = many || s.kind == every
	}
	return n.find(steps, false, nil), many
}

// find is Find for a path that was read; with dots, keys that have some are
// found, too.
func (n *Node) find(steps []step, dots bool, found []*Node) []*Node {
	if len(steps) == 0 {
		return append(found, n)
	}
	s := steps[0]
	switch {
	case n.Kind == Array && s.kind == every, n.Kind == Array && s.kind == key:
		if s.kind == every {
			steps = steps[1:]
		}
		for _, e := range n.Items {
			found = e.find(steps, dots, found)
		}
	case n.Kind == Array && s.kind == index:
		if s.n < len(n.Items) {
			return n.Items[s.n].find(steps[1:], dots, found)
		}
	case n.Kind == Object && s.kind == key:
		return n.findKey(steps, dots, found)
	}
	return found
}

// findKey follows the member that the steps name: by the first step, or, where
// that leads nowhere and for keys with dots, by several steps joined.
func (n *Node) findKey(steps []step, dots bool, found []*Node) []*Node {
	for i := 1; i <= len(steps) && steps[i-1].kind == key && (i == 1 || dots); i++ {
		name := join(steps[:i])
		for _, m := range n.Members {
			if m.Key != name {
				continue
			}
			if more := m.Value.find(steps[i:], dots, found); len(more) > len(found) {
				return more
			}
			break
		}
	}
	return found
}

package jsonpath

import (
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
)

// Of returns an event's value as JSON: objects with their keys in order,
// since a map has none of its own, times as text. What nests deeper than texts
// may is null.
func Of(v event.Value) *Node { return of(v, 0) }

func of(v event.Value, depth int) *Node {
	if depth > maxDepth {
		return &Node{Kind: Null, Text: "null"}
	}
	switch v.Kind() {
	case event.Null:
		return &Node{Kind: Null, Text: "null"}
	case event.Bool:
		return &Node{Kind: Bool, Text: v.Text()}
	case event.Int, event.Float:
		return ofNumber(v)
	case event.List:
		n := &Node{Kind: Array}
		for i := range v.Len() {
			n.Items = append(n.Items, of(v.At(i), depth+1))
		}
		return n
	case event.Object:
		m, _ := v.Object()
		n := &Node{Kind: Object}
		for k, x := range m {
			n.Members = append(n.Members, Member{k, of(event.Of(x), depth+1)})
		}
		slices.SortFunc(n.Members, func(a, b Member) int { return strings.Compare(a.Key, b.Key) })
		return n
	}
	return &Node{Kind: String, Text: v.Text()}
}

// ofNumber writes a number; JSON has none that is infinite or NaN.
func ofNumber(v event.Value) *Node {
	if f, _ := v.Float(); f-f != 0 {
		return &Node{Kind: Null, Text: "null"}
	}
	return &Node{Kind: Number, Text: v.Text()}
}

package fn

import (
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/jsonpath"
)

var _ = register(SPL,
	&Func{Name: "json", Min: 1, Max: 1, Call: func(_ *Context, args []event.Value) event.Value {
		n, ok := document(args[0])
		switch {
		case !ok:
			return event.Value{}
		case args[0].Kind() == event.Object:
			return bounded(n.JSON())
		}
		return args[0]
	}},
	&Func{Name: "json_valid", Min: 1, Max: 1, Call: func(_ *Context, args []event.Value) event.Value {
		_, ok := document(args[0])
		return event.OfBool(ok)
	}},
	&Func{Name: "json_extract", Min: 1, Max: -1, Call: jsonExtract},
	&Func{Name: "json_extract_exact", Min: 1, Max: -1, Call: jsonExtractExact},
	&Func{Name: "json_has_key_exact", Min: 2, Max: 2, Call: jsonHasKey},
	&Func{Name: "json_keys", Min: 1, Max: 1, Call: jsonKeys},
	&Func{Name: "json_entries", Min: 1, Max: 1, Call: func(_ *Context, args []event.Value) event.Value {
		return entries(args[0], "key", "value")
	}},
	&Func{Name: "object_to_array", Min: 3, Max: 3, Call: func(_ *Context, args []event.Value) event.Value {
		return entries(args[0], args[1].Text(), args[2].Text())
	}},
	&Func{Name: "json_array_to_mv", Min: 1, Max: 2, Call: jsonArrayToMV},
	&Func{Name: "tomv", Min: 1, Max: 1, Call: toMV},
	&Func{Name: "toarray", Min: 1, Max: 1, Call: toArray},
	&Func{Name: "toobject", Min: 1, Max: 1, Call: toObject},
)

// document reads a value that is to be JSON.
func document(v event.Value) (*jsonpath.Node, bool) {
	switch v.Kind() {
	case event.Null, event.List:
		return nil, false
	case event.Object:
		return jsonpath.Of(v), true
	}
	return jsonpath.Parse(v.Text())
}

// native returns what JSON is in a search: texts, numbers and bools as such,
// objects and arrays as their text.
func native(n *jsonpath.Node) event.Value {
	switch n.Kind {
	case jsonpath.Null:
		return event.Value{}
	case jsonpath.Bool:
		return event.OfBool(n.Text == "true")
	case jsonpath.Number:
		if v, ok := event.ParseNumber(n.Text); ok {
			return v
		}
		return event.OfString(n.Text)
	}
	return bounded(n.Display())
}

// jsonNode returns a search's value as JSON. Of texts, those that hold an
// object or array become that, and those that read as numbers become numbers
// unless the search itself quotes them.
func jsonNode(v event.Value, quoted bool) *jsonpath.Node {
	switch v.Kind() {
	case event.Null, event.Bool, event.Int, event.Float, event.Object:
		return jsonpath.Of(v)
	case event.List:
		n := &jsonpath.Node{Kind: jsonpath.Array}
		for i := range v.Len() {
			n.Items = append(n.Items, jsonNode(v.At(i), quoted))
		}
		return n
	}
	s := v.Text()
	if n, ok := embedded(s); ok {
		return n
	}
	if f, ok := event.ParseNumber(s); ok && !quoted && f.Text() == s {
		return &jsonpath.Node{Kind: jsonpath.Number, Text: s}
	}
	return &jsonpath.Node{Kind: jsonpath.String, Text: s}
}

// embedded reads a text that is an object or array.
func embedded(s string) (*jsonpath.Node, bool) {
	t := strings.TrimLeft(s, " \t\r\n")
	if t == "" || t[0] != '{' && t[0] != '[' {
		return nil, false
	}
	return jsonpath.Parse(t)
}

// array is the JSON text of an array.
func array(items []*jsonpath.Node) event.Value {
	n := jsonpath.Node{Kind: jsonpath.Array, Items: items}
	return bounded(n.JSON())
}

// jsonExtract is json_extract(json[, path…]): one path yields what lies there,
// several an array with a place for each.
func jsonExtract(_ *Context, args []event.Value) event.Value {
	return extract(args, func(n *jsonpath.Node, path string) *jsonpath.Node {
		if path == "{}" { // the whole, whatever it is
			return n
		}
		found, many := n.Find(path)
		switch {
		case len(found) == 0:
			return nil
		case len(found) == 1 && !many:
			return found[0]
		}
		return &jsonpath.Node{Kind: jsonpath.Array, Items: found}
	})
}

// jsonExtractExact is json_extract_exact(json[, key…]), without paths.
func jsonExtractExact(_ *Context, args []event.Value) event.Value {
	return extract(args, (*jsonpath.Node).Member)
}

func extract(args []event.Value, find func(n *jsonpath.Node, path string) *jsonpath.Node) event.Value {
	n, ok := document(args[0])
	if !ok {
		return event.Value{}
	}
	if len(args) == 1 {
		return native(n)
	}
	if len(args) == 2 {
		if n = find(n, args[1].Text()); n == nil {
			return event.Value{}
		}
		return native(n)
	}
	items := make([]*jsonpath.Node, len(args)-1)
	for i, a := range args[1:] {
		if items[i] = find(n, a.Text()); items[i] == nil {
			items[i] = jsonpath.Of(event.Value{})
		}
	}
	return array(items)
}

func jsonHasKey(_ *Context, args []event.Value) event.Value {
	n, ok := document(args[0])
	return event.OfBool(ok && n.Member(args[1].Text()) != nil)
}

// jsonKeys is the array of an object's keys.
func jsonKeys(_ *Context, args []event.Value) event.Value {
	n, ok := document(args[0])
	if !ok || n.Kind != jsonpath.Object {
		return event.Value{}
	}
	var keys []*jsonpath.Node
	for _, m := range n.Members {
		keys = append(keys, &jsonpath.Node{Kind: jsonpath.String, Text: m.Key})
	}
	return array(keys)
}

// entries makes an array of the pairs of an object.
func entries(v event.Value, key, value string) event.Value {
	n, ok := document(v)
	if !ok || n.Kind != jsonpath.Object {
		return event.Value{}
	}
	var pairs []*jsonpath.Node
	for _, m := range n.Members {
		pairs = append(pairs, &jsonpath.Node{Kind: jsonpath.Object, Members: []jsonpath.Member{
			{Key: key, Value: &jsonpath.Node{Kind: jsonpath.String, Text: m.Key}},
			{Key: value, Value: m.Value},
		}})
	}
	return array(pairs)
}

// jsonArrayToMV is json_array_to_mv(array[, quoted]); with true, texts keep
// their quotes.
func jsonArrayToMV(_ *Context, args []event.Value) event.Value {
	return multivalue(args[0], yes(args, 1))
}

func multivalue(v event.Value, quoted bool) event.Value {
	n, ok := document(v)
	if !ok || n.Kind != jsonpath.Array || len(n.Items) > maxValues {
		return event.Value{}
	}
	var all []event.Value
	for _, e := range n.Items {
		if quoted {
			all = append(all, event.OfString(e.JSON()))
		} else {
			all = append(all, event.OfString(e.Display()))
		}
	}
	return listOf(all)
}

// toMV takes the quotes off an array's texts, as its documentation says,
// although the examples there show them; a list stays as it is.
func toMV(_ *Context, args []event.Value) event.Value {
	if args[0].Len() > 1 {
		return args[0]
	}
	return multivalue(args[0], false)
}

func toArray(_ *Context, args []event.Value) event.Value {
	if args[0].Len() > 1 {
		return inferred(args[0])
	}
	n, ok := document(args[0])
	if !ok || n.Kind != jsonpath.Array {
		return event.Value{}
	}
	return bounded(n.JSON())
}

func toObject(_ *Context, args []event.Value) event.Value {
	n, ok := document(args[0])
	if !ok || n.Kind != jsonpath.Object {
		return event.Value{}
	}
	return bounded(n.JSON())
}

// inferred makes an array of a list's values, each read as JSON; what is none
// becomes null.
func inferred(v event.Value) event.Value {
	items := make([]*jsonpath.Node, v.Len())
	for i := range items {
		n, ok := jsonpath.Parse(v.At(i).Text())
		if !ok {
			n = jsonpath.Of(event.Value{})
		}
		items[i] = n
	}
	return array(items)
}

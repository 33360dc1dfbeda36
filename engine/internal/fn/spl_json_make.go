package fn

import (
	"errors"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/jsonpath"
)

var _ = register(SPL,
	&Func{Name: "json_object", Min: 0, Max: -1, Null: true, Bind: jsonObject},
	&Func{Name: "json_array", Min: 0, Max: -1, Null: true, Bind: jsonArray},
	&Func{Name: "tojson", Min: 1, Max: 1, Bind: toJSON},
	&Func{Name: "mv_to_json_array", Min: 1, Max: 2, Call: mvToJSONArray},
	&Func{Name: "json_set", Min: 3, Max: -1, Null: true, Bind: edit(setPath)},
	&Func{Name: "json_set_exact", Min: 3, Max: -1, Null: true, Bind: edit(setKey)},
	&Func{Name: "json_append", Min: 3, Max: -1, Null: true, Bind: edit(appendPath)},
	&Func{Name: "json_extend", Min: 3, Max: -1, Null: true, Bind: edit(extendPath)},
	&Func{Name: "json_delete", Min: 2, Max: -1, Call: jsonDelete},
)

var errPairs = errors.New("expected pairs of arguments")

// jsonObject is json_object(key, value, …).
func jsonObject(lits []*event.Value, _ Options) (Call, error) {
	if len(lits)%2 != 0 {
		return nil, errPairs
	}
	quoted := literalTexts(lits)
	return func(_ *Context, args []event.Value) event.Value {
		n := jsonpath.Node{Kind: jsonpath.Object}
		for i := 0; i < len(args); i += 2 {
			if args[i].IsNull() {
				return event.Value{}
			}
			n.SetMember(args[i].Text(), jsonNode(args[i+1], quoted[i+1]))
		}
		return bounded(n.JSON())
	}, nil
}

// jsonArray is json_array(value, …).
func jsonArray(lits []*event.Value, _ Options) (Call, error) {
	quoted := literalTexts(lits)
	return func(_ *Context, args []event.Value) event.Value {
		items := make([]*jsonpath.Node, len(args))
		for i, a := range args {
			items[i] = jsonNode(a, quoted[i])
		}
		return array(items)
	}, nil
}

// toJSON is any value as JSON.
func toJSON(lits []*event.Value, _ Options) (Call, error) {
	quoted := literalTexts(lits)[0]
	return func(_ *Context, args []event.Value) event.Value {
		return bounded(jsonNode(args[0], quoted).JSON())
	}, nil
}

// mvToJSONArray is mv_to_json_array(list[, infer]): an array of texts, or,
// with true, of what the values are in JSON.
func mvToJSONArray(_ *Context, args []event.Value) event.Value {
	if yes(args, 1) {
		return inferred(args[0])
	}
	items := make([]*jsonpath.Node, args[0].Len())
	for i := range items {
		items[i] = &jsonpath.Node{Kind: jsonpath.String, Text: args[0].At(i).Text()}
	}
	return array(items)
}

// edit binds a function that changes a document by pairs of a path and a
// value. value makes the node anew each time, as several places may take it;
// it is nil once they would take too much.
func edit(apply func(n *jsonpath.Node, path string, value func() *jsonpath.Node)) func([]*event.Value, Options) (Call, error) {
	return func(lits []*event.Value, _ Options) (Call, error) {
		if len(lits)%2 == 0 {
			return nil, errPairs
		}
		quoted := literalTexts(lits)
		return func(_ *Context, args []event.Value) event.Value {
			n, ok := document(args[0])
			if !ok {
				return event.Value{}
			}
			size := 0
			for i := 1; i < len(args); i += 2 {
				if args[i].IsNull() {
					return event.Value{}
				}
				apply(n, args[i].Text(), func() *jsonpath.Node {
					if size += len(args[i+1].Text()) + 1; size > maxText {
						return nil
					}
					return jsonNode(args[i+1], quoted[i+1])
				})
			}
			if size > maxText {
				return event.Value{}
			}
			return bounded(n.JSON())
		}, nil
	}
}

func setPath(n *jsonpath.Node, path string, value func() *jsonpath.Node) {
	n.Update(path, true, func(*jsonpath.Node) *jsonpath.Node { return value() })
}

func setKey(n *jsonpath.Node, key string, value func() *jsonpath.Node) {
	if n.Kind == jsonpath.Object {
		n.SetMember(key, value())
	}
}

// appendPath adds the value behind the elements at path; what is no array
// there becomes one.
func appendPath(n *jsonpath.Node, path string, value func() *jsonpath.Node) {
	n.Update(path, false, func(old *jsonpath.Node) *jsonpath.Node {
		if v := value(); v != nil {
			return extended(old, v)
		}
		return old
	})
}

// extendPath adds each element of the value.
func extendPath(n *jsonpath.Node, path string, value func() *jsonpath.Node) {
	n.Update(path, false, func(old *jsonpath.Node) *jsonpath.Node {
		v := value()
		switch {
		case v == nil:
			return old
		case v.Kind == jsonpath.Array:
			return extended(old, v.Items...)
		}
		return extended(old, v)
	})
}

func extended(old *jsonpath.Node, items ...*jsonpath.Node) *jsonpath.Node {
	if old.Kind != jsonpath.Array {
		old = &jsonpath.Node{Kind: jsonpath.Array, Items: []*jsonpath.Node{old}}
	}
	old.Items = append(old.Items, items...)
	return old
}

// jsonDelete is json_delete(object, key…), where keys may be paths, or arrays
// of them.
func jsonDelete(_ *Context, args []event.Value) event.Value {
	n, ok := document(args[0])
	if !ok || n.Kind != jsonpath.Object {
		return event.Value{}
	}
	remove := func(path string) {
		n.Update(path, false, func(*jsonpath.Node) *jsonpath.Node { return nil })
	}
	for _, a := range args[1:] {
		for i := range a.Len() {
			s := a.At(i).Text()
			if keys, ok := embedded(s); ok && keys.Kind == jsonpath.Array {
				for _, k := range keys.Items {
					remove(k.Display())
				}
				continue
			}
			remove(s)
		}
	}
	return bounded(n.JSON())
}

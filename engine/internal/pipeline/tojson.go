package pipeline

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/jsonpath"
)

var _ = annotator("tojson", func(c *compiler, n *ast.Annotate) rowFunc {
	j := newJSONWriter(n)
	return func(r *run, _ *ast.Annotate, t *Table) error { return r.toJSON(j, t) }
})

// jsonWriter is how tojson writes rows.
type jsonWriter struct {
	fields   []jsonField
	other    string // the type of fields that are not named
	output   string
	nulls    bool // write a null for what is missing
	internal bool // with fields that begin with _
}

// jsonField is a pattern of names and the type that their values are read as.
type jsonField struct{ kind, pattern string }

func newJSONWriter(n *ast.Annotate) *jsonWriter {
	j := &jsonWriter{
		other: cmp.Or(n.Options["default_type"], "none"), output: cmp.Or(n.Options["output_field"], "_raw"),
		nulls: isTrue(n.Options["fill_null"]), internal: isTrue(n.Options["include_internal"]),
	}
	for _, f := range n.Fields {
		kind, rest, ok := strings.Cut(f, "(")
		if !ok {
			kind, rest = j.other, f
		}
		j.fields = append(j.fields, jsonField{kind, strings.TrimSuffix(rest, ")")})
	}
	return j
}

// kind returns the type of a field; empty for one that is left out.
func (j *jsonWriter) kind(name string) string {
	i := slices.IndexFunc(j.fields, func(f jsonField) bool { return covers(f.pattern, name) })
	switch {
	case i >= 0:
		return j.fields[i].kind
	case len(j.fields) > 0, internal(name) == 1 && !j.internal:
		return ""
	}
	return j.other
}

// toJSON writes the fields of each row as an object, in the order of their
// names.
func (r *run) toJSON(j *jsonWriter, t *Table) error {
	names := slices.Sorted(slices.Values(t.cols))
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return err
		}
		row := &jsonpath.Node{Kind: jsonpath.Object}
		for _, name := range names {
			kind, v := j.kind(name), t.Value(i, name)
			if kind == "" || v.IsNull() && !j.nulls {
				continue
			}
			if node := j.typed(v, kind); node != nil {
				row.SetMember(name, node)
			}
		}
		t.Set(i, j.output, event.OfString(row.JSON()))
	}
	return nil
}

// typed is a value as a type of tojson has it; nil if it is none and there are
// no nulls to write. A list is an array.
func (j *jsonWriter) typed(v event.Value, kind string) *jsonpath.Node {
	if !v.IsList() {
		node := scalarJSON(v, kind)
		if node == nil && j.nulls {
			node = jsonpath.Of(event.Value{})
		}
		return node
	}
	list := &jsonpath.Node{Kind: jsonpath.Array}
	for i := range v.Len() {
		if e := j.typed(v.At(i), kind); e != nil {
			list.Items = append(list.Items, e)
		}
	}
	return list
}

// scalarJSON is one value as a type of tojson has it; nil if it is none.
func scalarJSON(v event.Value, kind string) *jsonpath.Node {
	if v.IsNull() {
		return nil
	}
	text := v.Text()
	number, numeric := event.ParseNumber(text)
	switch kind {
	case "str":
		return jsonpath.Of(event.OfString(text))
	case "num", "none":
		if numeric {
			return jsonpath.Of(number)
		}
		if kind == "num" {
			return nil
		}
	case "bool":
		if f, ok := number.Float(); numeric && ok {
			return jsonpath.Of(event.OfBool(f != 0))
		}
		return boolJSON(text)
	case "json", "auto":
		if n, ok := jsonpath.Parse(text); ok {
			return n
		}
		if kind == "json" {
			return nil
		}
	}
	return jsonpath.Of(v)
}

// boolJSON reads what tojson takes for true and false.
func boolJSON(text string) *jsonpath.Node {
	switch strings.ToLower(text) {
	case "true", "t", "yes":
		return jsonpath.Of(event.OfBool(true))
	case "false", "f", "no":
		return jsonpath.Of(event.OfBool(false))
	}
	return nil
}

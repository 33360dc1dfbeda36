package pipeline

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/jsonpath"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

var _ = register((*compiler).extract)

// maxSpath is how much of a text spath reads where it is told no path:
// Splunk's documented limit.
const maxSpath = 5000

// maxFields bounds the fields that one text is made into. Wider events do not
// occur, and each would be a column of the table.
const maxFields = 1000

// extractor takes fields out of a text. It calls set for each.
type extractor func(text string, set func(name string, v event.Value))

// extract takes new fields out of a field's text.
func (c *compiler) extract(n *ast.Extract) stage {
	switch n.Kind {
	case ast.ExtractRegex:
		return c.rex(n)
	case ast.ExtractSed:
		return c.sed(n)
	case ast.ExtractPath:
		if n.Pattern != "" {
			fields := ofRaw(n) && c.overEvents()
			return stageFunc(func(r *run, t *Table) (*Table, error) { return t, r.spath(n, t, fields) })
		}
		return extracting(n, flatten)
	case ast.ExtractJSON:
		return extracting(n, func(text string, set func(string, event.Value)) { fromJSON(n.Prefix, text, set) })
	case ast.ExtractXMLKV:
		return extracting(n, xmlkv)
	case ast.ExtractPairs:
		return extracting(n, pairs(n))
	case ast.ExtractXPath:
		return c.xpath(n)
	case ast.ExtractTable:
		return stageFunc(func(r *run, t *Table) (*Table, error) { return r.multikv(n, t) })
	}
	c.errorf(n, "unknown kind of extraction %q", n.Kind)
	return nil
}

// extracting is a stage that runs an extractor over each row's text, of a
// list over the first. Fields that are there already are replaced.
func extracting(n *ast.Extract, f extractor) stage {
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		from := t.find(orRaw(n.Field))
		if from < 0 {
			return t, nil
		}
		lost := 0
		for i := range t.rows {
			if err := r.tick(); err != nil {
				return nil, err
			}
			v := t.at(i, from)
			if v.Len() == 0 {
				continue
			}
			var names []string
			found := map[string][]event.Value{}
			f(v.At(0).Text(), func(name string, v event.Value) {
				if _, ok := found[name]; !ok {
					if len(names) >= maxFields {
						lost++
						return
					}
					names = append(names, name)
				}
				if len(found[name]) < maxValues {
					found[name] = append(found[name], v)
				}
			})
			for _, name := range names {
				t.set(i, t.column(name), plain(event.OfList(found[name])))
			}
		}
		r.dropped(n, "fields", lost)
		return t, nil
	})
}

// rex takes the named groups of a regular expression.
func (c *compiler) rex(n *ast.Extract) stage {
	re, err := match.Find(n.Pattern, c.opts.GaveUp)
	if err != nil {
		c.errorf(n, "%v", err)
		return nil
	}
	names := re.SubexpNames()
	if !slices.ContainsFunc(names, func(s string) bool { return s != "" }) {
		c.errorf(n, "expected a named group such as (?<name>…) in %q", n.Pattern)
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		from := t.find(orRaw(n.Field))
		if from < 0 {
			return t, nil
		}
		to := make([]int, len(names))
		for i, name := range names {
			if name != "" {
				to[i] = t.column(name)
			}
		}
		x := &rex{n: n, re: re, names: names, found: make([][]event.Value, len(names))}
		for i := range t.rows {
			if err := r.tick(); err != nil {
				return nil, err
			}
			x.match(t.at(i, from))
			for g, vs := range x.found {
				if len(vs) > 0 && names[g] != "" {
					t.set(i, to[g], plain(event.OfList(slices.Clone(vs))))
				}
			}
			if n.Offset != "" && len(x.offsets) > 0 {
				t.set(i, t.column(n.Offset), plain(event.OfStrings(x.offsets)))
			}
		}
		return t, nil
	})
}

// rex is what one row's texts yield.
type rex struct {
	n       *ast.Extract
	re      *match.Regexp
	names   []string
	found   [][]event.Value // by group
	offsets []string
}

// match collects the groups of each text of v; the bound on matches is one
// for each text.
func (x *rex) match(v event.Value) {
	for g := range x.found {
		x.found[g] = x.found[g][:0]
	}
	x.offsets = nil
	limit := x.n.Max
	if limit <= 0 {
		limit = maxValues
	}
	for j := range v.Len() {
		text := v.At(j).Text()
		if limit == 1 {
			if m := x.re.FindStringSubmatchIndex(text); m != nil {
				x.take(text, m)
			}
			continue
		}
		for _, m := range x.re.FindAllStringSubmatchIndex(text, limit) {
			x.take(text, m)
		}
	}
}

func (x *rex) take(text string, m []int) {
	var bounds []string
	for g, name := range x.names {
		if name == "" || m[2*g] < 0 {
			continue
		}
		x.found[g] = append(x.found[g], event.OfString(text[m[2*g]:m[2*g+1]]))
		if x.n.Offset != "" {
			bounds = append(bounds, name+"="+strconv.Itoa(m[2*g])+"-"+strconv.Itoa(max(m[2*g], m[2*g+1]-1)))
		}
	}
	if len(bounds) > 0 {
		x.offsets = append(x.offsets, strings.Join(bounds, "&"))
	}
}

// sed rewrites a field's texts.
func (c *compiler) sed(n *ast.Extract) stage {
	script, err := parseSed(n.Pattern, c.opts.GaveUp)
	if err != nil {
		c.errorf(n, "%v", err)
		return nil
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		from := t.find(orRaw(n.Field))
		if from < 0 {
			return t, nil
		}
		lost := 0
		edit := func(v event.Value) event.Value {
			text, ok := script.apply(v.Text())
			if !ok {
				lost++
			}
			return event.OfString(text)
		}
		for i := range t.rows {
			if err := r.tick(); err != nil {
				return nil, err
			}
			if v := t.at(i, from); !v.IsNull() {
				t.set(i, from, each(v, edit))
			}
		}
		r.dropped(n, "edits of a text", lost)
		return t, nil
	})
}

// overEvents tells whether the rows at hand are events still, and have what they
// had.
func (c *compiler) overEvents() bool {
	return !slices.ContainsFunc(c.query.Stages[:c.at], func(st ast.Stage) bool {
		switch st := st.(type) {
		case *ast.Aggregate:
			return st.Kind != ast.AggEvent && st.Kind != ast.AggStream
		case *ast.Project:
			return st.Table
		}
		return false
	})
}

// spath takes what lies at a path. With fields, an event without a text has it
// among its fields, whose names are such paths.
func (r *run) spath(n *ast.Extract, t *Table, fields bool) error {
	from, own := t.find(orRaw(n.Field)), -1
	if fields {
		own = t.find(n.Pattern)
	}
	if from < 0 && own < 0 {
		return nil
	}
	to := t.column(cmp.Or(n.Output, n.Pattern))
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return err
		}
		v := t.at(i, from)
		if v.Len() == 0 {
			if x := t.at(i, own); !x.IsNull() {
				t.set(i, to, each(x, asText))
			}
			continue
		}
		if x := plain(jsonpath.Extract(v.At(0).Text(), n.Pattern)); !x.IsNull() {
			t.set(i, to, x)
		}
	}
	return nil
}

// ofRaw tells whether an extraction reads the event's text.
func ofRaw(n *ast.Extract) bool { return n.Field == "" || n.Field == "_raw" }

// asText is an object as JSON, and any other value as it is.
func asText(v event.Value) event.Value {
	if v.Kind() == event.Object {
		return event.OfString(v.Text())
	}
	return v
}

// flatten takes every leaf of a text.
func flatten(text string, set func(string, event.Value)) {
	if len(text) > maxSpath {
		text = text[:maxSpath]
	}
	jsonpath.Flatten(text, func(path, value string) { set(path, event.OfString(value)) })
}

// fromJSON takes the members of an object: scalars and lists of values, and
// what is nested as JSON.
func fromJSON(prefix, text string, set func(string, event.Value)) {
	root, ok := jsonpath.Parse(text)
	if !ok || root.Kind != jsonpath.Object {
		return
	}
	for _, m := range root.Members {
		if m.Value.Kind != jsonpath.Array {
			if m.Value.Kind != jsonpath.Null {
				set(prefix+m.Key, event.OfString(m.Value.Display()))
			}
			continue
		}
		for _, e := range m.Value.Items {
			set(prefix+m.Key, event.OfString(e.Display()))
		}
	}
}

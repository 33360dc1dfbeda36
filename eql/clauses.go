package eql

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// clauses turns what Kibana writes of Elasticsearch's query language into
// conditions. It keeps the first error, and the way to where it is: the file
// is TOML, in which one and the same clause can be written in many places.
type clauses struct {
	src   *ast.Source // the file
	path  []string
	depth int
	// scope is the path of the enclosing nested clause; its fields are those
	// of the element.
	scope string
	err   *ast.Error
}

// at runs f one step further down.
func (c *clauses) at(step string, f func()) {
	c.path = append(c.path, step)
	f()
	c.path = c.path[:len(c.path)-1]
}

// fail notes what is wrong where the converter is.
func (c *clauses) fail(format string, args ...any) {
	if c.err == nil {
		c.err = c.src.Errorf(c.place(), "%s: %s", strings.Join(c.path, "."), fmt.Sprintf(format, args...))
	}
}

// place is where the filter or the list of exceptions stands that the converter
// is in.
func (c *clauses) place() int {
	return placeOf(c.src.Text, strings.TrimPrefix(c.path[0], "rule."))
}

func (c *clauses) table(x any) map[string]any {
	t, ok := x.(map[string]any)
	if !ok {
		c.fail("expected a table, found %s", described(x))
	}
	return t
}

// text is the text that a table has at a key, and must have.
func (c *clauses) text(t map[string]any, key string) string {
	s, ok := t[key].(string)
	if !ok || s == "" {
		c.fail("expected a text for %s, found %s", key, described(t[key]))
	}
	return s
}

// single is the only key of a table, and what it holds.
func (c *clauses) single(x any, what string) (key string, value any, ok bool) {
	t := c.table(x)
	if len(t) != 1 {
		if c.err == nil {
			c.fail("expected %s, found %d keys: %s", what, len(t), strings.Join(slices.Sorted(maps.Keys(t)), ", "))
		}
		return "", nil, false
	}
	for key, value = range t {
	}
	return key, value, true
}

// option is what a table has at one of the keys.
func (c *clauses) option(t map[string]any, keys ...string) (value any, ok bool) {
	for _, k := range keys {
		if v, ok := t[k]; ok {
			return v, true
		}
	}
	c.fail("expected the value at %s, found the keys %s (a name with dots stands in quotes)",
		strings.Join(keys, " or "), strings.Join(slices.Sorted(maps.Keys(t)), ", "))
	return nil, false
}

package pipeline

import (
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

var _ = register((*compiler).tags)

// tags writes the tags of fields' values: of each field to tag::FIELD, or of
// all to one field, with the names or the values before them where that is
// asked for.
func (c *compiler) tags(n *ast.Tags) stage {
	if len(n.Known) == 0 {
		return nil
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		names := slices.Clone(t.cols)
		for i := range t.rows {
			if err := r.tick(); err != nil {
				return nil, err
			}
			var all []string
			for _, name := range names {
				if internal(name) == 1 || len(n.Fields) > 0 && !named(n.Fields, name) {
					continue
				}
				found := tagsOf(n, name, t.Value(i, name))
				if len(found) > 0 && n.Options["outputfield"] == "" {
					t.Set(i, "tag::"+name, aggregate.Multi(found))
				}
				all = append(all, found...)
			}
			if to := n.Options["outputfield"]; to != "" && len(all) > 0 {
				t.Set(i, to, aggregate.Multi(all))
			}
		}
		return t, nil
	})
}

// tagsOf returns the tags of a field's values, each once.
func tagsOf(n *ast.Tags, name string, v event.Value) []string {
	var found []string
	allowed := n.Options["allowed_tags"]
	for _, value := range texts(v) {
		for _, tag := range n.Known[name+"="+value] {
			if allowed != "" && !slices.Contains(strings.FieldsFunc(allowed, func(c rune) bool { return c == ',' || c == ' ' }), tag) {
				continue
			}
			if n.Options["outputfield"] != "" {
				if isTrue(n.Options["inclvalue"]) {
					tag = value + "::" + tag
				}
				if isTrue(n.Options["inclname"]) {
					tag = name + "::" + tag
				}
			}
			if !slices.Contains(found, tag) {
				found = append(found, tag)
			}
		}
	}
	return found
}

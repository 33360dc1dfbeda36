package spl

import (
	"maps"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"tags"}, parse: parseTags})

// parseTags parses tags [outputfield=f] [inclname=b] [inclvalue=b] [fields].
func parseTags(s *stage) (ast.Stage, error) {
	t := &ast.Tags{Off: s.Off}
	if s.content != nil {
		t.Known = s.content.Tags
	}
	if len(t.Known) == 0 {
		s.note(s.Pos(), "tags adds nothing: no tags are defined")
	}
	for {
		err := s.options(func(o option) (bool, error) {
			switch o.name {
			case "inclname", "inclvalue":
				if _, err := s.bool(o); err != nil {
					return true, err
				}
			case "outputfield", "allowed_tags":
			default:
				return false, nil
			}
			t.Options = with(t.Options, o.name, o.text)
			return true, nil
		})
		if err != nil || !s.atName() {
			return t, err
		}
		t.Fields = append(t.Fields, s.nextName())
	}
}

// tagPrefix begins the fields that hold the tags of one field: tag::host.
const tagPrefix = "tag::"

// tagged is a test for a tag: the field says so, or one of the values that have
// the tag is there.
func (c *terms) tagged(f *ast.Field, o token, value string) (ast.Expr, error) {
	named := c.match(f, o, []string{value})
	if c.content == nil || strings.Contains(value, "*") {
		return named, nil
	}
	list := []ast.Expr{named}
	for _, key := range slices.Sorted(maps.Keys(c.content.Tags)) {
		field, of, _ := strings.Cut(key, "=")
		if f.Name != "tag" && f.Name != tagPrefix+field || !slices.ContainsFunc(c.content.Tags[key], func(t string) bool { return strings.EqualFold(t, value) }) {
			continue
		}
		x, err := c.untagged(&ast.Field{Off: f.Off, Name: field}, o, of)
		if err != nil {
			return nil, err
		}
		list = flatten(ast.Or, list, x)
	}
	if len(list) == 1 {
		return named, nil
	}
	// Written as a list, it is not looked up again.
	named.Op, named.List = "IN", true
	return &ast.Logic{Off: c.off(o.from), Op: ast.Or, List: list}, nil
}

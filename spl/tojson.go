package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

var _ = register(command{names: []string{"tojson"}, parse: parseToJSON})

// jsonTypes are the notations that tojson gives values.
var jsonTypes = []string{"auto", "bool", "json", "none", "num", "str"}

// parseToJSON parses tojson [type(fields)] … [default_type=type]
// [output_field=name] [fill_null=b] [include_internal=b]. The types stay as
// written, as texts type(field).
func parseToJSON(s *stage) (ast.Stage, error) {
	a := &ast.Annotate{Off: s.Off, Kind: "tojson"}
	for s.commas(); s.tok.kind != end; s.commas() {
		o, ok, err := s.option()
		if err != nil {
			return nil, err
		}
		if ok {
			err = s.toJSONOption(a, o)
		} else {
			err = s.toJSONFields(a)
		}
		if err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (s *stage) toJSONOption(a *ast.Annotate, o option) error {
	switch o.name {
	case "default_type":
		if !contains(jsonTypes, o.text) {
			return s.errorf(o.value.from, "expected one of %s as default_type, found %q", strings.Join(jsonTypes, ", "), short(o.text))
		}
	case "fill_null", "include_internal":
		if _, err := s.bool(o); err != nil {
			return err
		}
	case "output_field":
	default:
		return s.errorf(o.at, "tojson has no option %q", o.name)
	}
	a.Options = with(a.Options, o.name, o.text)
	return nil
}

// toJSONFields parses type(field …), or a field alone.
func (s *stage) toJSONFields(a *ast.Annotate) error {
	if !s.atName() {
		return s.expected("a field name")
	}
	t := s.advance()
	name := unquoteArgument(t)
	if s.tok.kind != opening {
		a.Fields = append(a.Fields, name)
		return nil
	}
	if !contains(jsonTypes, name) {
		return s.errorf(t.from, "unknown type %q of tojson%s", short(name), syntax.Suggest(name, jsonTypes))
	}
	s.advance()
	fields := s.fields()
	for _, f := range fields {
		a.Fields = append(a.Fields, name+"("+f+")")
	}
	if len(fields) == 0 {
		return s.expected("a field name")
	}
	return s.expect(closing, `")"`)
}

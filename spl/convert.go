package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

var _ = register(command{names: []string{"convert"}, parse: parseConvert})

// conversions are the functions of convert.
var conversions = []string{
	"auto", "ctime", "dur2sec", "memk", "mktime", "mstime", "none", "num", "rmcomma", "rmunit",
}

func parseConvert(s *stage) (ast.Stage, error) {
	c := &ast.Convert{Off: s.Off}
	vars := map[string]any{"timeformat": &c.Format}
	for s.commas(); s.tok.kind != end; s.commas() {
		if o, ok, err := s.option(); err != nil {
			return nil, err
		} else if ok {
			if known, _ := s.setting(o, vars); !known {
				return nil, s.errorf(o.at, "convert has no option %q", o.name)
			}
			continue
		}
		item, err := s.conversion()
		if err != nil {
			return nil, err
		}
		c.Items = append(c.Items, item)
	}
	if len(c.Items) == 0 {
		return nil, s.expected("a conversion such as ctime(field)")
	}
	return c, nil
}

// conversion parses func(field) as name.
func (s *stage) conversion() (ast.ConvertItem, error) {
	item := ast.ConvertItem{Off: s.here()}
	if s.tok.kind != word {
		return item, s.expected("a conversion such as ctime(field)")
	}
	at := s.advance()
	item.Func = strings.ToLower(at.text)
	if !contains(conversions, item.Func) {
		return item, s.errorf(at.from, "unknown conversion %q%s", short(at.text), syntax.Suggest(at.text, conversions))
	}
	if err := s.expect(opening, `"("`); err != nil {
		return item, err
	}
	var err error
	if item.Field, err = s.fieldName(); err != nil {
		return item, err
	}
	if err = s.expect(closing, `")"`); err != nil {
		return item, err
	}
	item.As, err = s.alias()
	return item, err
}

// alias takes `as name`, if it stands here.
func (s *stage) alias() (string, error) {
	if !s.accept("as") {
		return "", nil
	}
	if name, ok := s.singleQuoted(); ok {
		return name, nil
	}
	return s.fieldName()
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

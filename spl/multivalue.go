package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(
	command{names: []string{"makemv"}, parse: parseMakeMV},
	command{names: []string{"mvexpand"}, parse: parseMVExpand},
	command{names: []string{"mvcombine"}, parse: parseMVCombine},
	command{names: []string{"nomv"}, parse: parseNoMV},
)

func parseMakeMV(s *stage) (ast.Stage, error) {
	m := &ast.Split{Off: s.Off, Delim: " "}
	tokenizer := -1
	set := func(o option) (bool, error) {
		if o.name == "tokenizer" {
			m.Tokenizer, tokenizer = patternText(o.value), o.value.from
			return true, nil
		}
		return s.setting(o, map[string]any{"delim": &m.Delim, "allowempty": &m.AllowEmpty, "setsv": &m.SetSV})
	}
	var err error
	if m.Field, err = s.onlyField(set); err == nil && tokenizer >= 0 {
		err = s.checkPattern(tokenizer, m.Tokenizer)
	}
	return m, err
}

// onlyField parses the one field of a command, with options on either side.
func (s *stage) onlyField(set func(option) (bool, error)) (string, error) {
	if err := s.options(set); err != nil {
		return "", err
	}
	field, err := s.fieldName()
	if err != nil {
		return "", err
	}
	return field, s.options(set)
}

// oneField is onlyField with the options in a map.
func (s *stage) oneField(vars map[string]any) (string, error) {
	return s.onlyField(func(o option) (bool, error) { return s.setting(o, vars) })
}

func parseMVExpand(s *stage) (ast.Stage, error) {
	e := &ast.Expand{Off: s.Off}
	var err error
	e.Field, err = s.oneField(map[string]any{"limit": &e.Limit})
	return e, err
}

func parseMVCombine(s *stage) (ast.Stage, error) {
	c := &ast.Collapse{Off: s.Off, Rows: true, Delim: " "}
	var err error
	c.Field, err = s.oneField(map[string]any{"delim": &c.Delim})
	return c, err
}

func parseNoMV(s *stage) (ast.Stage, error) {
	c := &ast.Collapse{Off: s.Off, Delim: "\n"}
	var err error
	c.Field, err = s.oneField(nil)
	return c, err
}

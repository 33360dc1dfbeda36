package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"foreach"}, parse: parseForEach},
	command{names: []string{"map"}, parse: parseMap},
)

// placeholders are what a template of foreach may hold. Each is replaced by a
// text that can be part of a name, so that a name of equal length shows
// whether the template can be parsed.
var placeholders = strings.NewReplacer(
	"<<FIELD>>", "__FIELD__", "<<MATCHSTR>>", "__MATCHSTR__", "<<MATCHSEG1>>", "__MATCHSEG1__",
	"<<MATCHSEG2>>", "__MATCHSEG2__", "<<MATCHSEG3>>", "__MATCHSEG3__", "<<ITEM>>", "__ITEM__", "<<ITER>>", "__ITER__",
)

// parseForEach parses foreach [mode=m] patterns [ commands ].
func parseForEach(s *stage) (ast.Stage, error) {
	f := &ast.ForEach{Off: s.Off, Mode: "multifield"}
	set := func(o option) (bool, error) {
		switch o.name {
		case "mode":
			f.Mode = strings.ToLower(o.text)
		case "fieldstr", "matchstr", "matchseg1", "matchseg2", "matchseg3", "itemstr", "iterstr":
			f.Options = with(f.Options, o.name, o.text)
		default:
			return false, nil
		}
		return true, nil
	}
	for {
		if err := s.options(set); err != nil {
			return nil, err
		}
		if !s.atName() {
			break
		}
		f.Patterns = append(f.Patterns, s.nextName())
	}
	switch f.Mode {
	case "multifield", "multivalue", "json_array", "auto_collections":
	default:
		return nil, s.fail("expected multifield, multivalue, json_array or auto_collections as the mode, found %q", short(f.Mode))
	}
	if len(f.Patterns) == 0 && f.Mode != "auto_collections" {
		return nil, s.expected("a field name")
	}
	if s.tok.kind != bracket {
		return nil, s.expected("a template in brackets")
	}
	t := s.advance()
	text := strings.TrimSpace(t.text[1 : len(t.text)-1])
	f.Template = ast.Late{Off: s.off(t.from), Text: text, Parse: s.lateParser(template)}
	return f, s.checkTemplate(t, f)
}

// checkTemplate parses a template as if it were filled in. One whose
// placeholders have names of its own is left for the run.
func (s *stage) checkTemplate(t token, f *ast.ForEach) error {
	if f.Options != nil {
		return nil
	}
	p := *s.parser
	p.text = p.text[:t.from] + placeholders.Replace(t.text) + p.text[t.to():]
	if len(p.text) != len(s.parser.text) {
		return nil
	}
	stages, err := p.pipeline(t.from+1, t.to()-1, template)
	if err == nil && f.Mode != "multifield" && !onlyEval(stages) {
		return s.errorf(t.from, "in the mode %s, the template of foreach is one eval", f.Mode)
	}
	if st := ast.Gathers(stages); err == nil && st != nil {
		return s.src.Errorf(st.Pos(), "a template of foreach goes row by row, and this command needs all of them")
	}
	return err
}

// onlyEval tells whether stages are those of one eval command.
func onlyEval(stages []ast.Stage) bool {
	if len(stages) != 1 {
		return false
	}
	_, ok := stages[0].(*ast.Assign)
	return ok
}

// lateParser is the parser of text that is known only when the search runs.
// It holds on to the names of this search, not to its text.
func (s *stage) lateParser(r role) func(string) (*ast.Query, error) {
	name, content := s.src.Name, s.content
	return func(text string) (*ast.Query, error) {
		p, err := newParser(&ast.Source{Name: name, Text: text}, content)
		if err != nil {
			return nil, err
		}
		stages, err := p.pipeline(0, len(p.text), r)
		if err != nil {
			return nil, err
		}
		return p.query(stages), nil
	}
}

// defaultMaps is how many searches map runs unless it is told.
const defaultMaps = 10

// parseMap parses map search="…" [maxsearches=n], or a search in brackets.
func parseMap(s *stage) (ast.Stage, error) {
	m := &ast.Map{Off: s.Off, Max: defaultMaps}
	set := func(o option) (bool, error) {
		if o.name == "search" {
			m.Search = ast.Late{Off: s.off(o.value.from), Text: o.text}
			return true, nil
		}
		return s.setting(o, map[string]any{"maxsearches": &m.Max})
	}
	if err := s.options(set); err != nil {
		return nil, err
	}
	if s.tok.kind == bracket {
		t := s.advance()
		m.Search = ast.Late{Off: s.off(t.from), Text: strings.TrimSpace(t.text[1 : len(t.text)-1])}
		if text := m.Search.Text; text != "" && text[0] != '|' {
			m.Search.Text = "| " + text // it begins with a command, and not with terms
		}
		if err := s.options(set); err != nil {
			return nil, err
		}
	}
	if strings.TrimSpace(m.Search.Text) == "" {
		return nil, s.expected(`search="…"`)
	}
	m.Search.Parse = s.lateParser(wholeSearch)
	return m, nil
}

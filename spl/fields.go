package spl

import (
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"table"}, parse: parseTable},
	command{names: []string{"fields"}, parse: parseFields},
	command{names: []string{"rename"}, parse: parseRename},
)

func parseTable(s *stage) (ast.Stage, error) {
	p := &ast.Project{Off: s.Off, Table: true, Patterns: s.fields()}
	if len(p.Patterns) == 0 {
		return nil, s.expected("a field name")
	}
	return p, nil
}

func parseFields(s *stage) (ast.Stage, error) {
	p := &ast.Project{Off: s.Off}
	if s.tok.is("-") || s.tok.is("+") {
		p.Drop = s.advance().text == "-"
	}
	p.Patterns = s.fields()
	if len(p.Patterns) == 0 {
		return nil, s.expected("a field name")
	}
	// The sign may be glued to the first name.
	if first := p.Patterns[0]; len(first) > 1 && !p.Drop && (first[0] == '-' || first[0] == '+') {
		p.Drop, p.Patterns[0] = first[0] == '-', first[1:]
	}
	return p, nil
}

func parseRename(s *stage) (ast.Stage, error) {
	r := &ast.Rename{Off: s.Off}
	for s.commas(); s.tok.kind != end; s.commas() {
		pair := ast.NamePair{Off: s.here()}
		var err error
		if pair.From, err = s.fieldName(); err != nil {
			return nil, err
		}
		if !s.accept("as") {
			return nil, s.expected("AS")
		}
		if pair.To, err = s.fieldName(); err != nil {
			return nil, err
		}
		if strings.Count(pair.To, "*") != strings.Count(pair.From, "*") {
			return nil, s.errorf(s.prev.from, "expected as many * in %q as in %q", short(pair.To), short(pair.From))
		}
		if slices.ContainsFunc(r.Pairs, func(p ast.NamePair) bool { return p.From == pair.From && p.To != pair.To }) {
			return nil, s.src.Errorf(pair.Pos(), "%q can't have two names: copy it with eval", short(pair.From))
		}
		r.Pairs = append(r.Pairs, pair)
	}
	if len(r.Pairs) == 0 {
		return nil, s.expected("a field name")
	}
	return r, nil
}

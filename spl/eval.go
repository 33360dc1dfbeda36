package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"eval"}, parse: parseEval},
	command{names: []string{"fieldformat"}, parse: parseFieldFormat},
)

func parseEval(s *stage) (ast.Stage, error) {
	a := &ast.Assign{Off: s.Off}
	for {
		set, err := s.assignment()
		if err != nil {
			return nil, err
		}
		if isBoolean(set.Value) {
			return nil, s.errorf(s.prev.from, "the value of %q is true or false, which a field can't hold: put it in if(…)", set.Name)
		}
		a.Set = append(a.Set, set)
		if !s.take(comma) {
			return a, nil
		}
		if s.tok.kind == end { // a comma too many
			return a, nil
		}
	}
}

func parseFieldFormat(s *stage) (ast.Stage, error) {
	set, err := s.assignment()
	return &ast.FieldFormat{Off: s.Off, Set: set}, err
}

// assignment parses target = expression. The target is looser than a name in
// an expression: everything before the sign.
func (s *stage) assignment() (ast.Assignment, error) {
	s.in(argumentMode)
	set := ast.Assignment{Off: s.here()}
	from := s.tok.from
	switch {
	case s.tok.kind == quoted:
		set.Name = unquoteArgument(s.advance())
	case s.tok.kind == word && s.tok.text[0] == '\'':
		n := quoteLen(s.lexer.text[from:s.limit])
		set.Name = unescape(strings.Trim(s.lexer.text[from:from+n], "'"), `\'`)
		s.seek(from + n)
	case s.tok.kind == word:
		set.Name = s.advance().text
	default:
		return set, s.expected("a field name")
	}
	if n := len(set.Name); n > 2 && set.Name[0] == '{' && set.Name[n-1] == '}' {
		set.From, set.Name = set.Name[1:n-1], ""
	}
	if !s.tok.is("=") {
		return set, s.expected(`"=" after the field name`)
	}
	s.advance()
	var err error
	set.Value, err = s.eval()
	return set, err
}

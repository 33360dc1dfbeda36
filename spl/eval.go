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
		if err := s.checkValue(set); err != nil {
			return nil, err
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

// checkValue refuses a value that a field can't hold.
func (s *stage) checkValue(set ast.Assignment) error {
	if !isBoolean(set.Value) {
		return nil
	}
	advice := "put it in if(…)"
	if c, ok := set.Value.(*ast.Call); ok && len(yielded(c)) > 0 {
		advice = "let " + c.Name + "(…) yield texts or numbers"
	}
	return s.errorf(s.prev.from, "the value of %q is true or false, which a field can't hold: %s", set.Name, advice)
}

func parseFieldFormat(s *stage) (ast.Stage, error) {
	set, err := s.assignment()
	if err == nil {
		err = s.checkValue(set)
	}
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
		t := s.advance()
		if n := len(t.text) - 1; strings.IndexByte("+-/", t.text[n]) >= 0 {
			return set, s.errorf(from+n, `expected "=" after the field name, found %q`, t.text[n:])
		}
		set.Name = t.text
	default:
		return set, s.expected("a field name")
	}
	if x := computedName(s.off(from), set.Name); x != nil {
		set.From, set.Name = x, ""
	}
	if !s.tok.is("=") {
		return set, s.expected(`"=" after the field name`)
	}
	s.advance()
	var err error
	set.Value, err = s.eval()
	return set, err
}

// computedName reads a target with fields in braces, such as {key} or
// n_{user}_{host}; nil for a name without. The braces of JSON's arrays, a{} and
// a{0}, are part of a name.
func computedName(at ast.Off, name string) ast.Expr {
	var x ast.Expr
	add := func(y ast.Expr) {
		if x == nil {
			x = y
			return
		}
		x = &ast.Arith{Off: at, Op: ast.Concat, X: x, Y: y, Rule: ast.Loose}
	}
	fields, from := 0, 0
	for i := 0; i < len(name); i++ {
		n := strings.IndexByte(name[i:], '}')
		if name[i] != '{' || n < 2 || !isLetter(name[i+1]) {
			continue
		}
		if from < i {
			add(&ast.Literal{Off: at, Value: name[from:i]})
		}
		add(&ast.Field{Off: at, Name: name[i+1 : i+n]})
		fields++
		i += n
		from = i + 1
	}
	if fields == 0 {
		return nil
	}
	if from < len(name) {
		add(&ast.Literal{Off: at, Value: name[from:]})
	}
	return x
}

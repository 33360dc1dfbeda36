package spl

import (
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// stage reads the arguments of one command.
type stage struct {
	ast.Off // of the command
	*parser
	lexer
	name string
	place
	before []ast.Stage // that the command puts before the one it returns

	prefixes []string // of a tstats: what PREFIX(…) names
}

// here is the place of the next token.
func (s *stage) here() ast.Off { return s.off(s.tok.from) }

// accept takes the next token if it is the word or operator text.
func (s *stage) accept(text string) bool {
	if s.tok.is(text) {
		s.advance()
		return true
	}
	return false
}

// take takes the next token if it is of the kind k.
func (s *stage) take(k kind) bool {
	if s.tok.kind == k {
		s.advance()
		return true
	}
	return false
}

// expected returns the error that something else than the next token should
// be there.
func (s *stage) expected(what string) error {
	return s.errorf(s.tok.from, "expected %s, found %s", what, s.found(s.tok))
}

// expect takes the next token, which must be of the kind k.
func (s *stage) expect(k kind, what string) error {
	if !s.take(k) {
		return s.expected(what)
	}
	return nil
}

// done checks that nothing is left.
func (s *stage) done() error {
	if s.tok.kind == end {
		return nil
	}
	if s.tok.kind == closing {
		return s.errorf(s.tok.from, `")" closes nothing`)
	}
	return s.errorf(s.tok.from, "unexpected %s in %s%s", s.found(s.tok), s.name, s.otherwise())
}

// otherwise tells how an expression has what the next token is in other
// languages.
func (s *stage) otherwise() string {
	if s.mode != evalMode {
		return ""
	}
	switch strings.ToUpper(s.tok.text) {
	case "IS":
		return ": use isnull(field) or isnotnull(field)"
	case "&":
		return ": the operator is AND"
	case "BETWEEN":
		return ": use >= and <="
	case "CONTAINS", "STARTSWITH", "ENDSWITH", "MATCHES":
		return ": use like(field, pattern) or match(field, regex)"
	}
	return ""
}

// rest returns what is left of the stage's text, without the blanks around
// it, and goes to the end.
func (s *stage) rest() string {
	text := strings.TrimSpace(s.lexer.text[s.tok.from:s.limit])
	s.seek(s.limit)
	return text
}

// commas skips the commas that part the items of a list, which are optional
// nearly everywhere.
func (s *stage) commas() {
	for s.tok.kind == comma {
		s.advance()
	}
}

// atName tells whether the next token can be a field's name.
func (s *stage) atName() bool { return s.tok.kind == word || s.tok.kind == quoted }

// fieldName takes a field's name.
func (s *stage) fieldName() (string, error) {
	if !s.atName() {
		return "", s.expected("a field name")
	}
	return s.nextName(), nil
}

// singleQuoted takes a name in single quotes, which figures, their names and
// groups may stand in.
func (s *stage) singleQuoted() (name string, ok bool) {
	if s.tok.kind != word || s.tok.text[0] != '\'' {
		return "", false
	}
	rest := s.lexer.text[s.tok.from+1 : s.limit]
	n := strings.IndexByte(rest, '\'')
	if n < 1 || n+1 < len(rest) && !isBlank(rest[n+1]) && rest[n+1] != ',' && rest[n+1] != ')' {
		return "", false
	}
	t := token{word, "'" + rest[:n+1], s.tok.from}
	s.seek(t.to())
	s.prev = t
	return rest[:n], true
}

// fields takes the names of fields up to the end or a word that ends the
// list.
func (s *stage) fields(until ...string) []string {
	var names []string
	for s.commas(); s.atName() && !s.atAny(until); s.commas() {
		names = append(names, s.nextName())
	}
	return names
}

// nextName takes the next token, which is a field's name.
func (s *stage) nextName() string { return unquoteArgument(s.nameToken()) }

// nameToken takes a token, with the brackets that are glued to it: stats calls
// a figure sum(bytes), and who names it so need not quote it.
func (s *stage) nameToken() token {
	t := s.advance()
	if to := s.glued(t); to > 0 {
		t.text = s.lexer.text[t.from:to]
		s.seek(to)
		s.prev = t
	}
	return t
}

// glued returns the offset behind the brackets that follow the word t, which was
// taken, without a blank; 0 if there are none, or they don't close.
func (s *stage) glued(t token) int {
	if t.kind != word || s.tok.kind != opening || s.tok.from != t.to() {
		return 0
	}
	depth := 0
	for i := s.tok.from; i < s.limit; i++ {
		switch s.lexer.text[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"', '=', '[', ']', '|':
			return 0
		}
	}
	return 0
}

func (s *stage) atAny(words []string) bool {
	for _, w := range words {
		if s.tok.is(w) {
			return true
		}
	}
	return false
}

// unquoteArgument is the text of a command's argument.
func unquoteArgument(t token) string {
	if t.kind != quoted {
		return t.text
	}
	return unescape(t.text[1:max(1, len(t.text)-1)], `\"`)
}

// unescape drops the backslashes before the given characters.
func unescape(s, escapes string) string {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for ; i >= 0 && i+1 < len(s); i = strings.IndexByte(s, '\\') {
		b = append(b, s[:i]...)
		if strings.IndexByte(escapes, s[i+1]) < 0 {
			b = append(b, '\\')
		}
		b = append(b, s[i+1])
		s = s[i+2:]
	}
	return string(append(b, s...))
}

// option is one `name=value` of a command.
type option struct {
	name  string // lower case
	as    string // as written
	value token
	text  string // of the value, unquoted
	at    int
}

// option takes an option if the next tokens are one. The value may be of
// several adjacent pieces: span=-5m, or a quote within a word.
func (s *stage) option() (option, bool, error) {
	if s.tok.kind != word || !s.beforeEquals() {
		return option{}, false, nil
	}
	o := option{name: strings.ToLower(s.tok.text), as: s.tok.text, at: s.tok.from}
	s.advance()
	s.advance()
	if s.tok.kind == opening && strings.HasPrefix(o.name, "reset_") { // the only values in brackets
		o.value, o.text = s.advance(), "("
		return o, true, nil
	}
	if text := s.placeholder(); text != "" && strings.HasSuffix(o.name, "str") {
		o.text = text
		for o.value = s.tok; s.prev.to() < o.value.from+len(text); {
			s.advance()
		}
		return o, true, nil
	}
	if !s.atName() {
		return o, false, s.expected("a value of " + o.name)
	}
	o.value = s.nameToken()
	o.text = unquoteArgument(o.value)
	for s.atName() && s.tok.from == s.prev.to() {
		o.text += unquoteArgument(s.advance())
	}
	return o, true, nil
}

// placeholder returns the <<NAME>> that stands here.
func (s *stage) placeholder() string {
	rest := s.lexer.text[s.tok.from:s.limit]
	end := strings.Index(rest, ">>")
	if !strings.HasPrefix(rest, "<<") || end < 0 || strings.ContainsAny(rest[:end], " \t\n[") {
		return ""
	}
	return rest[:end+2]
}

// beforeEquals tells whether an = follows the next token.
func (s *stage) beforeEquals() bool {
	at := s.skipBlanks(s.tok.to(), s.limit)
	return at < s.limit && s.lexer.text[at] == '='
}

// options takes the options that stand here. Each is handed to set, which
// tells whether it knows the name.
func (s *stage) options(set func(o option) (bool, error)) error {
	for {
		s.commas()
		o, ok, err := s.option()
		if !ok {
			return err
		}
		known, err := set(o)
		if err != nil {
			return err
		}
		if !known {
			return s.errorf(o.at, "%s has no option %q", s.name, o.name)
		}
	}
}

// settings reads options into the variables of a map: *bool, *int, *float64,
// *string, **ast.Span; nil for an option that changes nothing here.
func (s *stage) settings(vars map[string]any) error {
	return s.options(func(o option) (bool, error) { return s.setting(o, vars) })
}

func (s *stage) setting(o option, vars map[string]any) (bool, error) {
	v, ok := vars[o.name]
	if !ok {
		return false, nil
	}
	var err error
	switch v := v.(type) {
	case *bool:
		*v, err = s.bool(o)
	case *int:
		*v, err = s.int(o)
	case *float64:
		*v, err = s.float(o)
	case *string:
		*v = o.text
	case **ast.Span:
		*v, err = s.span(o)
	}
	return true, err
}

func (s *stage) bool(o option) (bool, error) {
	switch strings.ToLower(o.text) {
	case "t", "true", "1", "yes":
		return true, nil
	case "f", "false", "0", "no":
		return false, nil
	}
	return false, s.errorf(o.value.from, "expected true or false as %s, found %q", o.name, short(o.text))
}

func (s *stage) int(o option) (int, error) {
	n, err := strconv.Atoi(o.text)
	if err != nil || n < 0 {
		return 0, s.errorf(o.value.from, "expected a number as %s, found %q", o.name, short(o.text))
	}
	return n, nil
}

func (s *stage) float(o option) (float64, error) {
	f, err := strconv.ParseFloat(o.text, 64)
	if err != nil {
		return 0, s.errorf(o.value.from, "expected a number as %s, found %q", o.name, short(o.text))
	}
	return f, nil
}

// span reads a length of time, or of numbers.
func (s *stage) span(o option) (*ast.Span, error) {
	span, ok := parseSpan(o.text)
	if !ok {
		return nil, s.errorf(o.value.from, "expected a length such as 5m or 10 as %s, found %q", o.name, short(o.text))
	}
	if !fitsSecond(span) {
		return nil, s.errorf(o.value.from, "expected a part of a second that fills it evenly as %s, found %q", o.name, short(o.text))
	}
	return &span, nil
}

// sub parses the pipeline between the brackets of the next token.
func (s *stage) sub(r role) (*ast.Query, error) {
	if s.tok.kind != bracket {
		return nil, s.expected("a search in brackets")
	}
	t := s.advance()
	stages, err := s.pipeline(t.from+1, t.to()-1, r)
	if err != nil {
		return nil, err
	}
	return &ast.Query{Language: ast.SPL, View: ast.ViewCIM, Source: s.src, Stages: stages}, nil
}

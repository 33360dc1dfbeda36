package eql

import (
	"io"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// The kinds of tokens. A token's value is its text as written, quotes
// included, so that no string can be taken for a keyword or a bracket.
const (
	keyword  lexer.TokenType = iota + 1
	ident                    // process
	function                 // endsWith~
	quoted                   // `name`
	text                     // "text", """text""", and Endgame's 'text'
	number                   // 1, 1.5
	variable                 // $entry
	punct
)

var symbols = map[string]lexer.TokenType{
	"EOF": lexer.EOF, "Keyword": keyword, "Ident": ident, "Function": function,
	"Quoted": quoted, "String": text, "Number": number, "Variable": variable, "Punct": punct,
}

// definition makes scanners for a dialect. It is the lexer that participle
// builds its parser for.
type definition struct{ *dialect }

func (definition) Symbols() map[string]lexer.TokenType { return symbols }

func (d definition) Lex(_ string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	return d.scanner(string(text)), err
}

func (d definition) LexString(_, text string) (lexer.Lexer, error) {
	return d.scanner(text), nil
}

// scanner turns a query's text into tokens. Blanks and comments are none.
type scanner struct {
	*dialect
	text  string
	at    int
	depth int // of brackets
}

func (d *dialect) scanner(text string) *scanner { return &scanner{dialect: d, text: text} }

// Next returns the next token; at the end, one of kind EOF.
func (s *scanner) Next() (t lexer.Token, err error) {
	err = s.scan(&t)
	return t, err
}

// scan puts the next token where it is to be: tokens are long.
func (s *scanner) scan(t *lexer.Token) error {
	if err := s.blanks(); err != nil {
		return err
	}
	t.Pos.Offset = s.at
	if s.at == len(s.text) {
		t.Type = lexer.EOF
		return nil
	}
	rest := s.text[s.at:]
	kind, n, err := s.token(rest)
	if err != nil {
		return err
	}
	t.Type, t.Value = kind, rest[:n]
	s.at += n
	return s.nest(t)
}

// nest bounds the depth of brackets.
func (s *scanner) nest(t *lexer.Token) error {
	if t.Type != punct {
		return nil
	}
	switch t.Value {
	case "(", "[", "![":
		s.depth++
		if s.depth > syntax.MaxDepth {
			return syntax.Failf(t.Pos.Offset, "expected at most %d open brackets, found another", syntax.MaxDepth)
		}
	case ")", "]":
		s.depth--
	}
	return nil
}

// blanks passes blanks and comments.
func (s *scanner) blanks() error {
	for {
		for s.at < len(s.text) && isBlank(s.text[s.at]) {
			s.at++
		}
		switch rest := s.text[s.at:]; {
		case strings.HasPrefix(rest, "//"):
			n := strings.IndexAny(rest, "\r\n")
			if n < 0 {
				n = len(rest)
			}
			s.at += n
		case strings.HasPrefix(rest, "/*"):
			n := s.commentLen(rest)
			if n == 0 {
				return syntax.Failf(s.at, "expected */ behind the comment, found the end")
			}
			s.at += n
		default:
			return nil
		}
	}
}

// commentLen measures the block comment that rest begins with; 0 if it has no
// end. Comments nest, except in Endgame's language, but need not: one that
// opens within another and has no end of its own is part of its text.
func (s *scanner) commentLen(rest string) int {
	open, n := 0, 0
	for i := 0; i+1 < len(rest); i++ {
		switch rest[i : i+2] {
		case "/*":
			open++
			i++
		case "*/":
			open--
			i++
			n = i + 1
			if open == 0 || s.lang == ast.Endgame {
				return n
			}
		}
	}
	return n
}

// token measures the token that rest begins with.
func (s *scanner) token(rest string) (lexer.TokenType, int, error) {
	c := rest[0]
	switch {
	case isDigit(c), c == '.' && len(rest) > 1 && isDigit(rest[1]):
		return number, numberLen(rest, s.lang), nil
	case s.isLetter(c):
		kind, n := s.word(rest)
		return kind, n, nil
	case c == '"':
		n, err := s.stringLen(rest)
		return text, n, err
	case c == '`':
		n, err := s.quotedLen(rest)
		return quoted, n, err
	case c == '\'' || c == '?' && len(rest) > 1 && (rest[1] == '"' || rest[1] == '\''):
		n, err := s.oldStringLen(rest)
		return text, n, err
	case c == '$':
		return s.variable(rest)
	}
	if len(rest) > 1 {
		switch rest[:2] {
		case "==", "!=", "<=", ">=", "![":
			return punct, 2, nil
		case "||":
			return 0, 0, syntax.Failf(s.at, "expected or, found ||")
		}
	}
	if strings.IndexByte("<>=:+-*/%.,[]()|?", c) >= 0 {
		return punct, 1, nil
	}
	return 0, 0, s.strange(rest)
}

// strange says what an author may have meant by a character that no token begins
// with.
func (s *scanner) strange(rest string) error {
	r := []rune(rest[:min(len(rest), 4)])[0]
	hint := ""
	switch r {
	case '!':
		return syntax.Failf(s.at, "expected != or ![, found !: a condition is negated by the word not")
	case '&':
		return syntax.Failf(s.at, "expected and, found &")
	case '#':
		hint = ": a comment stands behind //"
	case '~':
		hint = ": ~ stands behind in, like, regex or a function's name, without a blank"
	case '\u201c', '\u201d', '\u2018', '\u2019':
		hint = `: a string stands between "`
	}
	return syntax.Failf(s.at, "expected an operator, a name or a value, found %q%s", r, hint)
}

// word measures a name, or a keyword. A ~ belongs to it.
func (s *scanner) word(rest string) (lexer.TokenType, int) {
	n := s.nameLen(rest)
	name := rest[:n]
	if n < len(rest) && rest[n] == '~' && s.lang != ast.Endgame {
		if name == "in" || name == "like" || name == "regex" {
			return keyword, n + 1
		}
		return function, n + 1
	}
	if s.keywords[name] {
		return keyword, n
	}
	return ident, n
}

func (s *scanner) variable(rest string) (lexer.TokenType, int, error) {
	n := s.nameLen(rest[1:])
	switch {
	case s.lang != ast.Endpoint:
		return 0, 0, syntax.Failf(s.at, "variables such as $entry belong to Elastic Endpoint's language (option eql.Endpoint)")
	case n == 0 || isDigit(rest[1]):
		return 0, 0, syntax.Failf(s.at, "expected a variable's name behind $")
	}
	return variable, 1 + n, nil
}

// nameLen measures a name.
func (s *scanner) nameLen(rest string) int {
	if rest == "" || !s.isLetter(rest[0]) && !isDigit(rest[0]) {
		return 0
	}
	n := 1
	for n < len(rest) && (isLetter(rest[n]) || isDigit(rest[n])) {
		n++
	}
	return n
}

// isLetter reports whether a name may begin with c.
func (d *dialect) isLetter(c byte) bool { return isLetter(c) || c == '@' && d.lang != ast.Endgame }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// numberLen measures a number without its sign: 1, 1.5, .5, 1e3, and except
// for Endgame 1.
func numberLen(rest string, lang ast.Language) int {
	n := digits(rest)
	if n < len(rest) && rest[n] == '.' {
		if f := digits(rest[n+1:]); f > 0 || lang != ast.Endgame {
			n += 1 + f
		}
	}
	if n < len(rest) && (rest[n] == 'e' || rest[n] == 'E') {
		sign := 1
		if n+1 < len(rest) && (rest[n+1] == '+' || rest[n+1] == '-') {
			sign = 2
		}
		if e := digits(rest[n+sign:]); e > 0 {
			n += sign + e
		}
	}
	return n
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

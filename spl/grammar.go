package spl

import (
	"io"
	"strings"

	"github.com/alecthomas/participle/v2"
	lex "github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/internal/syntax"
)

// Commands that have clauses, with keywords between them, are grammars. What
// follows is between those and the lexer of a stage.

// The kinds of tokens that a grammar names. An Option is the whole of
// name=value.
const (
	wordToken lex.TokenType = iota + 1
	textToken
	keywordToken
	optionToken
	commaToken
	bracketToken
	markToken
)

// symbols are the tokens' names in the grammars.
var symbols = map[string]lex.TokenType{
	"EOF": lex.EOF, "Word": wordToken, "Text": textToken, "Keyword": keywordToken, "Option": optionToken,
	"Comma": commaToken, "Search": bracketToken, "Mark": markToken,
}

// nouns are what messages call the tokens and the types of the grammars.
// Participle prints anonymous types badly, so each of them has a name.
var nouns = map[string]string{
	"word": "a name", "text": "a quoted name", "keyword": "a keyword", "option": "an option", "comma": `","`,
	"search": "a search in brackets", "Naming": "a field name", "Names": "a field name", "Table": "the name of a lookup",
	"Item": "a field name or an option", "Equation": "left.field=right.field", "Replacement": "a text to replace",
	"Searched": "a search in brackets",
}

// definition lets grammars be built. They read their tokens from the lexer
// of a stage, and never from a definition.
type definition struct{}

func (definition) Symbols() map[string]lex.TokenType { return symbols }

func (definition) Lex(string, io.Reader) (lex.Lexer, error) { return nil, io.EOF }

// grammar builds the parser of a command's arguments.
func grammar[T any]() *participle.Parser[T] {
	return participle.MustBuild[T](participle.Lexer(definition{}))
}

// parseArguments reads the arguments of a command with a grammar. The
// keywords are those that part its clauses, in lower case.
func parseArguments[T any](s *stage, g func() *participle.Parser[T], keywords ...string) (*T, error) {
	l, err := lex.Upgrade(&grammarLexer{s, keywords})
	if err != nil {
		return nil, err
	}
	args, err := g().ParseFromLexer(l)
	if err != nil {
		return nil, syntax.Error(s.src, err, nouns)
	}
	return args, nil
}

// grammarLexer hands the tokens of a stage to a grammar. Their positions are
// those in the search as written.
type grammarLexer struct {
	*stage
	keywords []string
}

// Next returns the next token.
func (g *grammarLexer) Next() (lex.Token, error) {
	t := g.tok
	out := lex.Token{Value: t.text, Pos: lex.Position{Offset: g.origin(t.from)}}
	switch t.kind {
	case end:
		return lex.EOFToken(out.Pos), nil
	case word:
		if g.beforeEquals() {
			o, _, err := g.option()
			out.Type, out.Value = optionToken, g.lexer.text[o.at:g.prev.to()]
			return out, err
		}
		out.Type = wordToken
		for _, k := range g.keywords {
			if strings.EqualFold(k, t.text) {
				out.Type, out.Value = keywordToken, k
			}
		}
		if out.Type == wordToken {
			out.Value = g.nameToken().text
			return out, nil
		}
	case quoted:
		out.Type = textToken
	case comma:
		out.Type = commaToken
	case bracket:
		out.Type = bracketToken
	default:
		out.Type = markToken
	}
	g.advance()
	return out, nil
}

// naming is a name in a list, with the one that it takes.
type naming struct {
	Pos lex.Position
	At  string `parser:"@(Word | Text)"`
	As  string `parser:"('as':Keyword @(Word | Text))? Comma*"`
}

// item is a name or an option, in a list of both.
type item struct {
	Pos    lex.Position
	Option string `parser:"@Option"`
	Field  string `parser:"| @(Word | Text) | Comma"`
}

// names is a list of names.
type names struct {
	List []string `parser:"(@(Word | Text) Comma*)+"`
}

// plain undoes the quotes of a name as a grammar captured it.
func plain(s string) string {
	if strings.HasPrefix(s, `"`) {
		return unquoteArgument(token{kind: quoted, text: s})
	}
	return s
}

func plainAll(list []string) []string {
	for i, s := range list {
		list[i] = plain(s)
	}
	return list
}

// textOption reads an option that a grammar captured, which stands at an
// offset of the search as written.
func (s *stage) textOption(text string, at int, vars map[string]any) error {
	name, value, _ := strings.Cut(text, "=")
	o := option{name: strings.ToLower(strings.TrimSpace(name)), text: plain(strings.TrimSpace(value))}
	if _, ok := vars[o.name]; !ok {
		return s.src.Errorf(at, "%s has no option %q", s.name, o.name)
	}
	w, err := s.within("", s.lexer.limit)
	if err != nil {
		return err
	}
	w.spans = []span{{0, at, true}}
	_, err = w.stage(s.name, 0, 0, 0).setting(o, vars)
	return err
}

package syntax

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/ast"
)

// MaxDepth is how deep brackets may nest. Only brackets make the parsers
// recurse, and a Go program cannot survive a full stack; people nest eight
// deep, regexp/syntax draws its line at the same thousand.
const MaxDepth = 1000

// Failure is what a lexer or a hand-written part of a grammar finds wrong, at
// a byte offset of the text. It is a participle.Error.
type Failure struct {
	Off  int
	Text string
}

// Failf returns a Failure.
func Failf(off int, format string, args ...any) *Failure {
	return &Failure{off, fmt.Sprintf(format, args...)}
}

// Error returns the message, without a place.
func (f *Failure) Error() string { return f.Text }

// Message returns the message.
func (f *Failure) Message() string { return f.Text }

// Position returns a position of which only the offset is set.
func (f *Failure) Position() lexer.Position { return lexer.Position{Offset: f.Off} }

// Error turns an error of a parser, or a Failure, into one at its place in the
// source. nouns tell how a message calls the grammar's types and token kinds,
// by their names.
func Error(src *ast.Source, err error, nouns map[string]string) *ast.Error {
	var place *ast.Error
	if errors.As(err, &place) {
		return place
	}
	var fail *Failure
	if errors.As(err, &fail) {
		return src.Errorf(fail.Off, "%s", fail.Text)
	}
	var token *participle.UnexpectedTokenError
	if errors.As(err, &token) {
		return src.Errorf(token.Position().Offset, "%s, found %s", Expected(token, nouns), Found(token.Unexpected))
	}
	var other participle.Error
	if errors.As(err, &other) {
		return src.Errorf(other.Position().Offset, "%s", other.Message())
	}
	return src.Errorf(0, "%v", err)
}

// maxFound is how much of a token a message shows.
const maxFound = 40

// Found describes a token in a message.
func Found(t lexer.Token) string {
	if t.EOF() {
		return "the end"
	}
	if r := []rune(t.Value); len(r) > maxFound {
		return string(r[:maxFound]) + "…"
	}
	if strings.HasPrefix(t.Value, `"`) {
		return t.Value
	}
	return strconv.Quote(t.Value)
}

// Expected says what could have stood in the place of a token, as in "expected a
// number". Participle prints the rest of the rule in the notation of its grammars;
// of that, the first symbols matter.
func Expected(err *participle.UnexpectedTokenError, nouns map[string]string) string {
	_, rule, ok := strings.Cut(err.Message(), "(expected ")
	if !ok {
		return "expected the end"
	}
	e := ebnf{text: strings.TrimSuffix(rule, ")"), nouns: nouns}
	e.sequence()
	switch n := len(e.firsts); n {
	case 0:
		return "expected the end"
	case 1:
		return "expected " + e.firsts[0]
	default:
		return "expected " + strings.Join(e.firsts[:n-1], ", ") + " or " + e.firsts[n-1]
	}
}

// ebnf reads the notation in which participle prints a rule, and gathers the
// symbols that the rule can begin with.
type ebnf struct {
	text   string
	nouns  map[string]string
	firsts []string
}

// sequence reads terms up to a bar, a closing bracket or the end, and reports
// whether all of them may be left out.
func (e *ebnf) sequence() (empty bool) {
	empty = true
	for {
		e.text = strings.TrimLeft(e.text, " ")
		if e.text == "" || e.text[0] == '|' || e.text[0] == ')' {
			return empty
		}
		mark := len(e.firsts)
		optional := e.term()
		if !empty {
			e.firsts = e.firsts[:mark]
		}
		empty = empty && optional
	}
}

// term reads one term with what follows it, and reports whether it may be
// left out.
func (e *ebnf) term() (optional bool) {
	if e.text[0] == '(' {
		optional = e.group()
	} else {
		e.symbol()
	}
	if e.text != "" && strings.ContainsRune("?*+!", rune(e.text[0])) {
		optional = optional || e.text[0] == '?' || e.text[0] == '*'
		e.text = e.text[1:]
	}
	return optional
}

func (e *ebnf) group() (optional bool) {
	for e.text != "" && e.text[0] != ')' {
		e.text = e.text[1:] // the bracket or a bar
		optional = e.sequence() || optional
	}
	e.text = strings.TrimPrefix(e.text, ")")
	return optional
}

func (e *ebnf) symbol() {
	var name string
	switch {
	case e.text[0] == '"':
		quoted, err := strconv.QuotedPrefix(e.text)
		if err != nil {
			quoted = e.text
		}
		name, e.text = quoted, e.text[len(quoted):]
	default:
		n := strings.IndexAny(e.text, " ()|?*+!")
		if n <= 0 {
			n = len(e.text)
		}
		name, e.text = strings.Trim(e.text[:n], "<>~"), e.text[n:]
		if noun, ok := e.nouns[name]; ok {
			name = noun
		}
	}
	for _, f := range e.firsts {
		if f == name {
			return
		}
	}
	if name != "" {
		e.firsts = append(e.firsts, name)
	}
}

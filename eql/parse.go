package eql

import (
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// Parse reads a query. name stands before the positions of errors. The
// language is Elasticsearch's unless an option names another. An error is an
// *ast.Error, and then there is no query. Parse is safe for concurrent use.
func Parse(name, text string, opts ...Option) (*ast.Query, error) {
	q, err := parse(&ast.Source{Name: name, Text: text}, opts)
	if err != nil {
		return nil, err // never a nil *ast.Error
	}
	return q, nil
}

func parse(src *ast.Source, opts []Option) (*ast.Query, error) {
	c := config{elastic}
	for _, o := range opts {
		o(&c)
	}
	d := c.dialect
	if i := invalid(src.Text); i >= 0 {
		return nil, src.Errorf(i, "expected UTF-8, found the byte %#x", src.Text[i])
	}
	st, err := d.statement(src.Text)
	if err != nil {
		return nil, syntax.Error(src, err, nouns)
	}
	q := &ast.Query{Language: d.lang, View: ast.ViewECS, Source: src}
	if q.Stages, err = d.stages(st); err != nil {
		return nil, syntax.Error(src, err, nouns)
	}
	return q, nil
}

// invalid returns the offset of the first byte that is no UTF-8, or -1.
func invalid(s string) int {
	if utf8.ValidString(s) {
		return -1
	}
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return i
			}
		}
	}
	return -1
}

func (d *dialect) statement(text string) (*statement, error) {
	if d == endgame {
		tokens, err := expand(d.scanner(text))
		if err != nil {
			return nil, err
		}
		return d.grammar(text, tokens)
	}
	c := d.climber(cursor{})
	defer c.forget()
	if err := c.lexed(text); err != nil {
		return nil, err
	}
	if st := c.short(); st != nil {
		return st, nil
	}
	return d.grammar(text, &listed{list: c.tokens})
}

// grammar reads a statement by the grammar alone, which knows what is wrong.
func (d *dialect) grammar(text string, tokens lexer.Lexer) (*statement, error) {
	peek, err := lexer.Upgrade(tokens)
	if err != nil {
		return nil, err
	}
	first := *peek.Peek()
	st, err := d.parser().ParseFromLexer(peek)
	if err != nil {
		return nil, d.explain(text, first, err)
	}
	return st, nil
}

// stages makes the stages of a statement, and checks what the grammar leaves
// open.
func (d *dialect) stages(st *statement) ([]ast.Stage, error) {
	var first ast.Stage
	var err error
	switch {
	case st.Sequence != nil:
		first, err = d.sequence(st.Sequence)
	case st.Sample != nil:
		first, err = d.sample(st)
	case st.Join != nil:
		first, err = d.join(st.Join)
	default:
		first, err = d.event(st.Event)
	}
	if err != nil {
		return nil, err
	}
	stages := make([]ast.Stage, 1, 1+len(st.Pipes))
	stages[0] = first
	for _, p := range st.Pipes {
		s, err := d.pipe(p)
		if err != nil {
			return nil, err
		}
		stages = append(stages, s)
	}
	return stages, nil
}

func (d *dialect) event(e *event) (*ast.Events, error) {
	category, err := d.category(e.Category, e.Pos.Offset)
	if err != nil {
		return nil, err
	}
	return &ast.Events{Off: ast.Off(e.Pos.Offset), Category: category, Where: d.condition(e.Where)}, nil
}

// category reads an event's category, which may be in quotes. Without quotes,
// any is every category.
func (d *dialect) category(t string, off int) (string, error) {
	switch t[0] {
	case '"', '\'', '?':
		if d == endgame {
			return "", d.refuse(off, "a category in quotes", elastic)
		}
		if t = unquote(t); t == "" {
			return "", syntax.Failf(off, `expected an event category, found ""`)
		}
	case 'a':
		if t == "any" {
			return "", nil
		}
	}
	return t, nil
}

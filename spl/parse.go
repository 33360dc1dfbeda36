package spl

import (
	"fmt"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// Parse parses one search. The name stands in error messages, for the rule or
// the file that the search is from. What the search refers to by name is
// looked up in c; nil means the built-in content.
//
// Errors are *[ast.Error]. The offsets in the query are offsets in text; what
// a macro stands for has the offset of the macro's call.
func Parse(name, text string, c *Content) (*ast.Query, error) {
	return parseSource(&ast.Source{Name: name, Text: text}, c)
}

// parseSource parses the search that is the source's text.
func parseSource(src *ast.Source, c *Content) (*ast.Query, error) {
	p, err := newParser(src, c)
	if err != nil {
		return nil, err
	}
	stages, err := p.pipeline(0, len(p.text), wholeSearch)
	if err != nil {
		return nil, err
	}
	return p.query(stages), nil
}

// parseSearchExpr parses the terms of a search command, such as the
// constraint of a data model. Without any it returns nil.
func parseSearchExpr(text string) (ast.Expr, error) {
	return parseTerms("search", text, nil)
}

func parseTerms(name, text string, c *Content) (ast.Expr, error) {
	return parseWith(name, text, c, func(s *stage) (ast.Expr, error) { return s.search() })
}

// parseEvalExpr parses an expression as eval and where have it.
func parseEvalExpr(text string) (ast.Expr, error) {
	return parseWith("eval", text, nil, func(s *stage) (ast.Expr, error) { return s.eval() })
}

func parseWith(name, text string, c *Content, parse func(*stage) (ast.Expr, error)) (ast.Expr, error) {
	p, err := newParser(&ast.Source{Name: name, Text: text}, c)
	if err != nil {
		return nil, err
	}
	s := p.stage(name, 0, 0, len(p.text))
	x, err := parse(s)
	if err != nil {
		return nil, err
	}
	return x, s.done()
}

// within begins to parse a piece of the search in which quotes were undone,
// or that stands for a name. All of it has the place at.
func (p *parser) within(text string, at int) (*parser, error) {
	x, err := newParser(&ast.Source{Name: p.src.Name, Text: text}, p.content)
	if err != nil {
		e := *err.(*ast.Error)
		return nil, p.errorf(at, "%s", e.Message)
	}
	x.src, x.spans, x.depth, x.eventtypes, x.typed = p.src, []span{{0, p.origin(at), true}}, p.depth, p.eventtypes, p.typed
	return x, nil
}

// quotedEval parses an eval expression that is written in quotes.
func (p *parser) quotedEval(t token) (ast.Expr, error) {
	return p.evalText(unquoteArgument(t), t.from)
}

// evalText parses an eval expression that stands at the place at, in which
// quotes were undone.
func (p *parser) evalText(text string, at int) (ast.Expr, error) {
	x, err := p.within(text, at)
	if err != nil {
		return nil, err
	}
	s := x.stage("eval", 0, 0, len(x.text))
	e, err := s.eval()
	if err != nil {
		return nil, err
	}
	return e, s.done()
}

// parser is what the stages of one search share.
type parser struct {
	src     *ast.Source // the search as written
	content *Content
	expansion
	*structure
	depth      int      // brackets that are open
	eventtypes []string // that are being expanded
	typed      *int     // how much text event types stood for so far
	notes      []ast.Note
}

func newParser(src *ast.Source, c *Content) (*parser, error) {
	x, err := expand(src, c)
	if err != nil {
		return nil, err
	}
	p := &parser{src: src, content: c, expansion: x, typed: new(int)}
	brackets, bad := matchBrackets(p.text)
	if bad != nil {
		return nil, p.errorf(bad.at, "%s", bad.text)
	}
	p.structure = brackets
	return p, nil
}

// query makes a query of stages.
func (p *parser) query(stages []ast.Stage) *ast.Query {
	return &ast.Query{Language: ast.SPL, View: ast.ViewCIM, Source: p.src, Stages: stages, Notes: p.notes}
}

// off returns the place in the search as written of an offset in the expanded
// text.
func (p *parser) off(at int) ast.Off { return ast.Off(p.origin(at)) }

// errorf returns an error at an offset in the expanded text.
func (p *parser) errorf(at int, format string, args ...any) *ast.Error {
	return p.src.Errorf(p.origin(at), format, args...)
}

// note adds an approximation that the user should know of, once. The offset is
// one in the search as written.
func (p *parser) note(at int, format string, args ...any) {
	n := ast.Note{Off: at, Text: fmt.Sprintf(format, args...)}
	for _, other := range p.notes {
		if other.Text == n.Text {
			return
		}
	}
	p.notes = append(p.notes, n)
}

// role is where a pipeline stands, which says how it begins.
type role uint8

const (
	wholeSearch role = iota // with search terms, or with | and a command
	subsearch               // with a command that yields rows
	template                // with any command, over the rows at hand
)

// pipeline parses the stages between two offsets of the expanded text.
func (p *parser) pipeline(from, to int, r role) ([]ast.Stage, error) {
	var stages []ast.Stage
	at := p.skipBlanks(from, to)
	piped := at < to && p.text[at] == '|'
	if piped {
		at++
	}
	for {
		stop := p.stageEnd(at, to)
		w := place{role: r, first: len(stages) == 0, piped: piped}
		var err error
		if stages, err = p.command(stages, at, stop, w); err != nil {
			return nil, err
		}
		if stop >= to {
			break
		}
		at, piped = stop+1, true
	}
	if len(stages) == 0 && r == wholeSearch {
		return nil, p.errorf(from, "the search is empty")
	}
	return stages, nil
}

func (p *parser) skipBlanks(at, to int) int {
	for at < to && isBlank(p.text[at]) {
		at++
	}
	return at
}

// stageEnd returns the offset of the pipe that ends the stage at the offset
// at, or to.
func (p *parser) stageEnd(at, to int) int {
	for i := at; i < to; i++ {
		switch p.text[i] {
		case '\\':
			i++
		case '"':
			i += quoteLen(p.text[i:to]) - 1
		case '[':
			i = p.partner(i)
		case '|':
			return i
		}
	}
	return to
}

// place is where in a pipeline a command stands.
type place struct {
	role  role
	first bool // it is the first command
	piped bool // a pipe is before it
}

// rows tells whether there are rows before the command.
func (w place) rows() bool { return !w.first || w.role == template }

// command parses one stage and appends it to the others. An empty one adds
// nothing: a macro that stands for nothing passes its rows through.
func (p *parser) command(stages []ast.Stage, from, to int, w place) ([]ast.Stage, error) {
	start := from
	from = p.skipBlanks(from, to)
	if from == to {
		if w.role == subsearch && w.first || w.piped && !p.replaced(start, to) {
			return nil, p.errorf(from, "expected a command, found %s", p.found(token{end, "", from}))
		}
		return stages, nil
	}
	n := 0
	for from+n < to && (isLetter(p.text[from+n]) || isDigit(p.text[from+n])) {
		n++
	}
	name := strings.ToLower(p.text[from : from+n])
	s := p.stage(name, from, from+n, to)
	s.place = w
	parse := firstTerms
	// The first terms of a whole search need no command before them; a word
	// there is a term, unless it is search itself.
	if w.role == wholeSearch && !w.piped && (name != "search" || from+n < to && !isBlank(p.text[from+n])) {
		s.seek(from)
	} else if c, known := commands[name]; !known {
		parse = foreign
	} else if err := s.fits(c); err != nil {
		return nil, err
	} else {
		parse = c.parse
	}
	st, err := parse(s)
	if err != nil {
		return nil, err
	}
	stages = append(stages, s.before...)
	if st != nil {
		stages = append(stages, st)
	}
	return stages, s.done()
}

// replaced tells whether a macro or a comment stood behind a pipe, up to the
// offset to of the expanded text.
func (p *parser) replaced(from, to int) bool {
	a, b := p.origin(from-1), len(p.src.Text)
	if to < len(p.text) {
		b = p.origin(to)
	}
	return a >= b || b > len(p.src.Text) || strings.Contains(p.src.Text[a:b], "`")
}

// fits checks that a command may stand where it does.
func (s *stage) fits(c command) error {
	if s.rows() && c.generates == always {
		return s.fail("%s makes rows of its own: it must be the first command", s.name)
	}
	if !s.rows() && c.generates == never {
		return s.fail("%s needs rows: it can't be the first command", s.name)
	}
	return nil
}

// fail returns an error at the command itself.
func (s *stage) fail(format string, args ...any) error {
	return s.src.Errorf(s.Pos(), format, args...)
}

// foreign is for a command that this package has no parser for: one of the
// embedder's, one of Splunk's that only an embedder can run, or an error.
func foreign(s *stage) (ast.Stage, error) {
	if s.content != nil && s.content.Commands[s.name] {
		return &ast.Custom{Off: s.Off, Name: s.name, Args: s.rest()}, nil
	}
	if why, ok := refused[s.name]; ok {
		return &ast.Custom{Off: s.Off, Name: s.name, Args: s.rest(), Why: why}, nil
	}
	if s.name == "" {
		return nil, s.fail("expected a command, found %q", short(s.rest()))
	}
	return nil, s.fail("unknown command %q%s", s.name, syntax.Suggest(s.name, commandNames()))
}

// stage begins to read the arguments of a command, which are the text between
// from and to.
func (p *parser) stage(name string, at, from, to int) *stage {
	s := &stage{parser: p, name: name, Off: p.off(at), place: place{first: true}}
	s.lexer = lexer{text: p.text, limit: to, structure: p.structure}
	s.seek(from)
	return s
}

// found names a token in a message.
func (p *parser) found(t token) string {
	if t.kind != end {
		return fmt.Sprintf("%q", short(t.text))
	}
	if t.from < len(p.text) && (p.text[t.from] == '|' || p.text[t.from] == ']') {
		return fmt.Sprintf("%q", p.text[t.from:t.from+1])
	}
	return "the end of the search"
}

// maxShown is how much of a text a message repeats.
const maxShown = 40

// short cuts a text to what a message can hold.
func short(s string) string {
	if r := []rune(s[:min(len(s), 4*maxShown)]); len(r) > maxShown {
		return string(r[:maxShown]) + "…"
	}
	return s
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

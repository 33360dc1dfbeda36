package spl

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// maxDepth is how deep the brackets of one search may nest, subsearches
// counted in. Only brackets recurse; the bound is that of regexp/syntax, and
// ten times what people write.
const maxDepth = 1000

// enter goes one bracket deeper. Whoever calls it goes up again by depth--.
func (s *stage) enter() error {
	if s.depth++; s.depth > maxDepth {
		return s.errorf(s.tok.from, "brackets are nested more than %d deep", maxDepth)
	}
	return nil
}

// search parses the terms of a search: NOT before OR before AND. Without any,
// it returns nil.
func (s *stage) search() (ast.Expr, error) { return s.searchTerms(nil) }

// searchTerms parses terms up to a closing bracket, the end, or one of the
// words until. Terms that are bounds of time go to r, which a search of events
// has and one of rows has not.
func (s *stage) searchTerms(r *ast.TimeRange, until ...string) (ast.Expr, error) {
	s.in(searchMode)
	c := terms{stage: s, time: r, until: until}
	return c.and()
}

// terms parses search terms. A nil expression is one without a condition,
// such as a bound of time.
type terms struct {
	*stage
	time  *ast.TimeRange
	until []string
	open  int // brackets around the place
}

// atEnd tells whether no term begins here.
func (c *terms) atEnd() bool {
	return c.tok.kind == end || c.tok.kind == closing ||
		c.open == 0 && c.tok.kind == word && c.atAny(c.until) && !c.beforeEquals()
}

func (c *terms) and() (ast.Expr, error) {
	var list []ast.Expr
	var first ast.Expr
	at := c.here()
	for c.commas(); !c.atEnd(); c.commas() {
		x, err := c.or()
		if err != nil {
			return nil, err
		}
		first, list = join(ast.And, first, list, x)
		if c.isWord("AND") {
			c.advance()
			if c.atEnd() || c.isWord("OR") || c.isWord("AND") {
				return nil, c.expected("a term after AND")
			}
		}
	}
	return logic(at, ast.And, first, list), nil
}

func (c *terms) or() (ast.Expr, error) {
	var list []ast.Expr
	var first ast.Expr
	at := c.here()
	for alone := true; ; alone = false {
		before := c.takeTime()
		x, err := c.not()
		if err != nil {
			return nil, err
		}
		alone = alone && !c.isWord("OR")
		first, list = join(ast.Or, first, list, c.bound(x, before, alone))
		if !c.isWord("OR") {
			return logic(at, ast.Or, first, list), nil
		}
		c.advance()
	}
}

// join adds a condition to the operands of a logic; first is the one before
// there is a list.
func join(o ast.Op, first ast.Expr, list []ast.Expr, x ast.Expr) (ast.Expr, []ast.Expr) {
	switch {
	case x == nil:
	case first == nil:
		first = x
	case list == nil:
		list = make([]ast.Expr, 0, 4)
		list = flatten(o, flatten(o, list, first), x)
	default:
		list = flatten(o, list, x)
	}
	return first, list
}

// flatten appends x, or its operands where x is the same logic in brackets.
func flatten(o ast.Op, list []ast.Expr, x ast.Expr) []ast.Expr {
	if l, ok := x.(*ast.Logic); ok && l.Op == o {
		return append(list, l.List...)
	}
	return append(list, x)
}

func logic(at ast.Off, o ast.Op, first ast.Expr, list []ast.Expr) ast.Expr {
	if list == nil {
		return first
	}
	return &ast.Logic{Off: at, Op: o, List: list}
}

// isWord tells whether the next token is an operator, which is upper case: a
// lower-case or is a term like others.
func (c *terms) isWord(w string) bool { return c.tok.kind == word && c.tok.text == w }

func (c *terms) not() (ast.Expr, error) {
	at, negated := c.here(), false
	for c.isWord("NOT") {
		negated = !negated
		c.advance()
	}
	x, err := c.term()
	if err != nil || !negated || x == nil {
		return x, err
	}
	return &ast.Not{Off: at, X: x}, nil
}

func (c *terms) term() (ast.Expr, error) {
	switch c.tok.kind {
	case opening:
		return c.group()
	case bracket:
		return c.subsearch("")
	case word, quoted:
		if c.atEnd() || c.isWord("OR") || c.isWord("AND") || c.isWord("IN") {
			break
		}
		t := c.fieldToken()
		if c.tok.kind == op {
			return c.comparison(t)
		}
		if in, negated := c.atIn(); in && t.text != "NOT" {
			return c.in(t, negated)
		}
		if c.isWord("IN") {
			c.advance()
			return nil, c.expected("a list in brackets after IN")
		}
		if c.isDirective(t) {
			return c.directive(t)
		}
		if x, ok := c.indexed(t); ok {
			return x, nil
		}
		return c.bare(t), nil
	}
	return nil, c.expected("a search term")
}

// fieldToken takes the next word, with the brackets that are glued to it if an
// operator is behind them: count(user)>5.
func (c *terms) fieldToken() token {
	t := c.advance()
	to := c.glued(t)
	if to == 0 {
		return t
	}
	c.seek(to)
	if in, _ := c.atIn(); in || c.tok.kind == op {
		t.text = c.lexer.text[t.from:to]
	} else {
		c.seek(t.to())
	}
	return t
}

func (c *terms) group() (ast.Expr, error) {
	if err := c.enter(); err != nil {
		return nil, err
	}
	at := c.here()
	c.advance()
	c.open++
	if c.take(closing) {
		c.open--
		c.depth--
		return &ast.Bool{Off: at, Value: true}, nil
	}
	x, err := c.and()
	if err != nil {
		return nil, err
	}
	c.open--
	c.depth--
	return x, c.expect(closing, `")"`)
}

// subsearch parses a search in brackets as a condition. The text before, if
// there is any, is the field and the operator whose value it gives.
func (c *terms) subsearch(before string) (ast.Expr, error) {
	if err := c.enter(); err != nil {
		return nil, err
	}
	at := c.here()
	q, err := c.sub(subsearch)
	if err != nil {
		return nil, err
	}
	c.depth--
	name, content := c.src.Name, c.content
	return &ast.Subsearch{Off: at, Query: q, Before: before, Bounds: c.time != nil, Raw: func(text string) (ast.Expr, error) {
		return parseTerms(name, before+text, content)
	}}, nil
}

// bare is a term without a field.
func (c *terms) bare(t token) ast.Expr {
	text := termText(t)
	if t.kind == word && onlyStars(text) {
		return &ast.Bool{Off: c.off(t.from), Value: true}
	}
	return &ast.Term{Off: c.off(t.from), Text: text, Phrase: t.kind == quoted}
}

// onlyStars tells whether a pattern matches every value.
func onlyStars(s string) bool { return s != "" && strings.Trim(s, "*") == "" }

// comparison parses what follows a field.
func (c *terms) comparison(t token) (ast.Expr, error) {
	o := c.advance()
	if c.tok.kind == bracket {
		return c.subsearch(c.lexer.text[t.from:o.to()])
	}
	if !c.atName() || c.isKeywordValue() {
		return nil, c.expected("a value after " + o.text)
	}
	f := &ast.Field{Off: c.off(t.from), Name: termText(t)}
	value, exact, err := c.value()
	if err != nil {
		return nil, err
	}
	if c.time != nil && boundBy(f.Name, o.text) && setTime(c.time, f.Name, value) {
		if strings.HasPrefix(value, "rt") {
			return nil, c.errorf(o.to(), "%s=%s is for real-time searches, which set it outside of their text", f.Name, short(value))
		}
		return nil, nil
	}
	switch o.text {
	case "=", "==":
		x, err := c.is(f, o, value)
		if m, ok := x.(*ast.Match); ok {
			m.Fold = !exact
		}
		return x, err
	case "!=":
		m := c.match(f, o, []string{value})
		m.Negate, m.Fold = true, !exact
		return m, nil
	}
	return &ast.Compare{
		Off: c.off(o.from), Op: operators[o.text], X: f, Y: &ast.Literal{Off: c.off(o.to()), Value: constant(value)},
		Rule: ast.Loose, Null: ast.NullIsFalse,
	}, nil
}

// is parses a test of a field for a value; tags and event types are tests of
// what defines them, too.
func (c *terms) is(f *ast.Field, o token, value string) (ast.Expr, error) {
	if (f.Name == "tag" || strings.HasPrefix(f.Name, tagPrefix)) && !onlyStars(value) {
		return c.tagged(f, o, value)
	}
	return c.untagged(f, o, value)
}

// untagged is is for what a tag may stand for: tags have no tags themselves.
func (c *terms) untagged(f *ast.Field, o token, value string) (ast.Expr, error) {
	if f.Name == "eventtype" && !strings.Contains(value, "*") {
		return c.eventtype(f, o, value)
	}
	return c.equal(f, o, value), nil
}

// isKeywordValue tells whether the next token is an operator where a value
// should be: one that is meant as text has quotes.
func (c *terms) isKeywordValue() bool {
	return c.tok.kind == word && (isOperator(c.tok.text) || c.tok.text == "IN")
}

// value takes a value, which may be of several adjacent pieces, as in
// key="a b"*, or a directive. An exact one is compared with case.
func (c *terms) value() (text string, exact bool, err error) {
	t := c.advance()
	if c.isDirective(t) {
		text, _, err = c.directed(t)
		return text, t.text == "CASE", err
	}
	return c.pieces(termText(t)), false, nil
}

// pieces adds to a value's text the pieces that follow it without a blank.
func (c *terms) pieces(text string) string {
	for c.atName() && c.tok.from == c.prev.to() && !c.isKeywordValue() {
		text += termText(c.advance())
	}
	return text
}

// operators are the comparisons and the arithmetic by how they are written.
var operators = map[string]ast.Op{
	"=": ast.Eq, "==": ast.Eq, "!=": ast.Ne, "<": ast.Lt, "<=": ast.Le, ">": ast.Gt, ">=": ast.Ge,
	"+": ast.Add, "-": ast.Sub, ".": ast.Concat, "*": ast.Mul, "/": ast.Div, "%": ast.Mod,
}

// constant is a value as a number, if it is written as numbers are printed.
func constant(s string) any {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil && strconv.FormatInt(i, 10) == s {
		return i
	}
	return s
}

func (c *terms) equal(f *ast.Field, o token, value string) ast.Expr {
	if onlyStars(value) {
		if c.anyIndex(f.Name) {
			return &ast.Bool{Off: c.off(o.from), Value: true}
		}
		return &ast.Not{Off: c.off(o.from), X: &ast.IsNull{Off: c.off(o.from), X: f}}
	}
	return c.match(f, o, []string{value})
}

// anyIndex tells whether a field is the index, which every event has, whatever
// its fields; a row may have none.
func (c *terms) anyIndex(field string) bool { return field == "index" && c.time != nil }

func (c *terms) match(f *ast.Field, o token, patterns []string) *ast.Match {
	m := &ast.Match{
		Off: c.off(o.from), X: f, Kind: ast.Star, Patterns: patterns, Fold: true, Op: "=", Null: ast.NullIsFalse,
	}
	for _, p := range patterns {
		m.CIDR = m.CIDR || isCIDR(p)
	}
	return m
}

// isCIDR tells whether a value is the prefix of addresses.
func isCIDR(s string) bool {
	if strings.IndexByte(s, '/') < 0 {
		return false
	}
	_, err := netip.ParsePrefix(s)
	return err == nil
}

// isOperator tells the words that stand between terms.
func isOperator(word string) bool { return word == "OR" || word == "AND" || word == "NOT" }

// termText is the text of a word or quote of a search. A backslash before
// another character than these stays.
func termText(t token) string {
	if t.kind == quoted {
		return unescape(t.text[1:max(1, len(t.text)-1)], `\"|`)
	}
	return unescape(t.text, `\"| `)
}

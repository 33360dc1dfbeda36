package eql

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// predicate reads what may stand behind an operand: in, :, like, regex.
func (c *climber) predicate(x ast.Expr) ast.Expr {
	t := c.lex.Peek()
	switch t.Type {
	case punct:
		if t.Value == ":" && c.lang != ast.Endgame {
			return c.match(x)
		}
	case keyword, ident:
		switch t.Value {
		case "in", "in~":
			return c.in(x)
		case "like", "like~", "regex", "regex~":
			if c.lang != ast.Endgame {
				return c.match(x)
			}
		case "not":
			return c.notIn(x)
		}
	}
	return x
}

func (c *climber) notIn(x ast.Expr) ast.Expr {
	t := c.lex.Next()
	if !c.is("in") && !c.is("in~") {
		next := c.lex.Peek()
		hint := ""
		if isMatch(next) {
			hint = ": of all others, not stands before the field"
		}
		return c.fail(next.Pos.Offset, "expected in behind not, found %s%s", syntax.Found(*next), hint)
	}
	in := c.in(x)
	if in == nil {
		return nil
	}
	return &ast.Not{Off: off(t), X: in}
}

func (c *climber) in(x ast.Expr) ast.Expr {
	t := c.lex.Next()
	in := &ast.In{Off: off(t), X: x, Fold: strings.HasSuffix(t.Value, "~") || c.lang == ast.Endgame}
	if !c.expect("(") {
		return nil
	}
	in.List = c.list(")")
	if c.err != nil {
		return nil
	}
	if len(in.List) == 0 {
		return c.fail(t.Pos.Offset, "expected a value in the list")
	}
	return in
}

// list reads expressions up to the closing bracket, which it passes.
func (c *climber) list(closing string) []ast.Expr {
	from := len(c.exprs)
	for !c.is(closing) {
		x := c.or()
		if x == nil {
			return nil
		}
		c.exprs = append(c.exprs, x)
		if !c.is(",") {
			break
		}
		comma := c.lex.Next()
		if c.is(closing) && c.lang != ast.Endgame {
			c.fail(comma.Pos.Offset, "expected no comma before %s", closing)
			return nil
		}
	}
	if !c.expect(closing) {
		return nil
	}
	return c.taken(from)
}

// match reads the patterns behind :, like and regex.
func (c *climber) match(x ast.Expr) ast.Expr {
	t := c.lex.Next()
	m := c.matches.New(ast.Match{Off: off(t), X: x, Op: t.Value, Kind: ast.Wildcard})
	m.Fold = t.Value == ":" || strings.HasSuffix(t.Value, "~")
	if strings.HasPrefix(t.Value, "regex") {
		m.Kind = ast.Regex
	}
	c.texts = c.texts[:0]
	if m.List = c.is("("); m.List {
		c.lex.Next()
	}
	if !c.pattern(m) || m.List && !c.patternsBehind(m) {
		return nil
	}
	m.Patterns = c.patterns.List(c.texts)
	return m
}

// patternsBehind reads the other patterns of a list, up to the closing bracket,
// which it passes.
func (c *climber) patternsBehind(m *ast.Match) bool {
	for !c.is(")") {
		if !c.is(",") {
			next := c.lex.Peek()
			c.fail(next.Pos.Offset, "expected a comma or ), found %s", syntax.Found(*next))
			return false
		}
		comma := c.lex.Next()
		if c.is(")") {
			c.fail(comma.Pos.Offset, "expected no comma before )")
			return false
		}
		if !c.pattern(m) {
			return false
		}
	}
	c.lex.Next()
	return true
}

// pattern reads one constant. One that is no text is kept for the compiler to
// refuse, as a type error.
func (c *climber) pattern(m *ast.Match) bool {
	t := c.lex.Peek()
	switch {
	case t.Type == text:
		c.texts = append(c.texts, unquote(c.lex.Next().Value))
		return true
	case t.Type == number, c.is("null"), c.is("true"), c.is("false"):
		m.Others = append(m.Others, c.primary())
		return c.err == nil
	}
	hint := ""
	switch {
	case t.Value == "[":
		hint = listBrackets
	case t.Value == "/" && m.Kind == ast.Regex:
		hint = `: a regular expression stands between "`
	}
	c.fail(t.Pos.Offset, "expected a string behind %s, found %s%s", m.Op, syntax.Found(*t), hint)
	return false
}

const listBrackets = ": a list stands between ( and )"

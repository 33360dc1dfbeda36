package eql

import (
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// A climber reads an expression, from the weakest operator to the strongest:
// or, and, not, comparisons, sums, products, signs, and what stands behind a
// single operand (in, :, like, regex). Lists of and, or, not and signs are
// loops; only brackets make it call itself.
//
// The first error ends it: a method that returns nil has set err.
type climber struct {
	*dialect
	*memory
	nodes
	text string // that was lexed; empty where the grammar has the tokens
	lex  cursor
	vars []string // variables of the array searches around
	left int      // operators so far that nest to the left
	err  error
}

// climber returns one that reads what is at the cursor. It is to forget that at
// the end.
func (d *dialect) climber(at cursor) *climber {
	return &climber{dialect: d, memory: memories.Get().(*memory), lex: at}
}

// maxLeft is how many operators of one expression may nest to the left, as in
// a + b + c: the tree is as deep as they are many, and passes over it recurse.
// The longest sum in a published rule has three.
const maxLeft = 10_000

// expr reads an expression. If none begins here because a pipe or the text
// ends, it returns participle.NextMatch.
func (c *climber) expr() (ast.Expr, error) {
	if t := c.lex.Peek(); t.EOF() || t.Type == punct && t.Value == "|" {
		return nil, participle.NextMatch
	}
	x := c.or()
	return x, c.err
}

func (c *climber) fail(off int, format string, args ...any) ast.Expr {
	if c.err == nil {
		c.err = syntax.Failf(off, format, args...)
	}
	return nil
}

func (c *climber) refused(off int, what string, owner *dialect) ast.Expr {
	if c.err == nil {
		c.err = c.refuse(off, what, owner)
	}
	return nil
}

// is reports whether the next token is this operator or keyword.
func (c *climber) is(value string) bool {
	t := c.lex.Peek()
	return t.Value == value && (t.Type == punct || t.Type == keyword)
}

func (c *climber) expect(value string) bool {
	if t := c.lex.Peek(); !c.is(value) {
		hint := ""
		if value == "(" && t.Value == "[" {
			hint = listBrackets
		}
		c.fail(t.Pos.Offset, "expected %s, found %s%s", strings.Replace(value, ",", "a comma", 1), syntax.Found(*t), hint)
		return false
	}
	c.lex.Next()
	return true
}

func off(t *lexer.Token) ast.Off { return ast.Off(t.Pos.Offset) }

func (c *climber) or() ast.Expr { return c.logic(ast.Or, "or", (*climber).and) }

func (c *climber) and() ast.Expr { return c.logic(ast.And, "and", (*climber).not) }

// logic reads a list of operands. What is in brackets and has the same
// operator becomes part of the list.
func (c *climber) logic(op ast.Op, word string, operand func(*climber) ast.Expr) ast.Expr {
	x := operand(c)
	if x == nil || !c.is(word) {
		return x
	}
	at, from := off(c.lex.Peek()), len(c.exprs)
	for {
		if in, ok := x.(*ast.Logic); ok && in.Op == op {
			c.exprs = append(c.exprs, in.List...)
		} else {
			c.exprs = append(c.exprs, x)
		}
		if !c.is(word) {
			return &ast.Logic{Off: at, Op: op, List: c.taken(from)}
		}
		c.lex.Next()
		if x = operand(c); x == nil {
			return nil
		}
	}
}

// not reads negations; two cancel each other.
func (c *climber) not() ast.Expr {
	odd, at := false, ast.Off(0)
	for c.is("not") {
		at = off(c.lex.Next())
		odd = !odd
	}
	x := c.comparison()
	if x == nil || !odd {
		return x
	}
	return negate(at, x)
}

func negate(at ast.Off, x ast.Expr) ast.Expr {
	if n, ok := x.(*ast.Not); ok {
		return n.X
	}
	return &ast.Not{Off: at, X: x}
}

// comparison returns the operator that is written so.
func comparison(sign string) (op ast.Op, ok bool) {
	switch sign {
	case "==", "=":
		return ast.Eq, true
	case "!=":
		return ast.Ne, true
	case "<":
		return ast.Lt, true
	case "<=":
		return ast.Le, true
	case ">":
		return ast.Gt, true
	case ">=":
		return ast.Ge, true
	}
	return op, false
}

func (c *climber) compareOp() (op ast.Op, ok bool) {
	t := c.lex.Peek()
	if t.Type != punct {
		return 0, false
	}
	op, ok = comparison(t.Value)
	if ok && t.Value == "=" && c.lang != ast.Endgame {
		c.fail(t.Pos.Offset, "expected ==, found =")
	}
	return op, ok
}

func (c *climber) comparison() ast.Expr {
	x := c.sum()
	if x == nil {
		return nil
	}
	op, ok := c.compareOp()
	if !ok {
		return x
	}
	at := off(c.lex.Next())
	if c.err != nil {
		return nil
	}
	y := c.sum()
	if y == nil {
		return nil
	}
	if _, ok := c.compareOp(); ok {
		t := c.lex.Peek()
		return c.fail(t.Pos.Offset, "expected and, or or the end of the condition, found %s: comparisons do not chain", t.Value)
	}
	return c.compare(at, op, x, y)
}

// compare makes the node of a comparison. What is unequal is what is not
// equal, also where a field is missing.
func (c *climber) compare(at ast.Off, op ast.Op, x, y ast.Expr) ast.Expr {
	if op != ast.Eq && op != ast.Ne {
		return c.compares.New(ast.Compare{Off: at, Op: op, X: x, Y: y})
	}
	var e ast.Expr
	switch {
	case isNull(y):
		e = &ast.IsNull{Off: at, X: x}
	case isNull(x):
		e = &ast.IsNull{Off: at, X: y}
	case c.lang == ast.Endgame:
		e = compareFolded(at, x, y)
	default:
		e = c.compares.New(ast.Compare{Off: at, Op: ast.Eq, X: x, Y: y})
	}
	if op == ast.Ne {
		return negate(at, e)
	}
	return e
}

func isNull(e ast.Expr) bool {
	l, ok := e.(*ast.Literal)
	return ok && l.Value == nil
}

// sum reads operands joined by + and -.
func (c *climber) sum() ast.Expr {
	x := c.product()
	for x != nil && (c.is("+") || c.is("-")) {
		x = c.arith(x, (*climber).product)
	}
	if x != nil && c.lang == ast.Endgame {
		return c.predicate(x)
	}
	return x
}

// product reads operands joined by *, / and %.
func (c *climber) product() ast.Expr {
	x := c.sign()
	for x != nil && (c.is("*") || c.is("/") || c.is("%")) {
		x = c.arith(x, (*climber).sign)
	}
	return x
}

var arithmetic = map[string]ast.Op{"+": ast.Add, "-": ast.Sub, "*": ast.Mul, "/": ast.Div, "%": ast.Mod}

func (c *climber) arith(x ast.Expr, operand func(*climber) ast.Expr) ast.Expr {
	t := c.lex.Next()
	if !c.nest(t) {
		return nil
	}
	y := operand(c)
	if y == nil {
		return nil
	}
	a := &ast.Arith{Off: off(t), Op: arithmetic[t.Value], X: x, Y: y}
	if c.lang == ast.Endgame && (a.Op == ast.Div || a.Op == ast.Mod) {
		a.Rule = ast.Floored
	}
	return a
}

// nest counts an operator that nests to the left.
func (c *climber) nest(t *lexer.Token) bool {
	c.left++
	if c.left > maxLeft {
		c.fail(t.Pos.Offset, "expected at most %d arithmetic operators in one expression, found another", maxLeft)
		return false
	}
	return true
}

// sign reads signs. A plus does nothing, two minuses cancel each other; but a
// pair stays, since only a number can have one.
func (c *climber) sign() ast.Expr {
	n, at := 0, ast.Off(0)
	for c.is("-") || c.is("+") {
		if t := c.lex.Next(); t.Value == "-" {
			n, at = n+1, off(t)
		}
	}
	x := c.primary()
	if x != nil && c.lang != ast.Endgame {
		x = c.predicate(x)
	}
	if x == nil {
		return nil
	}
	for range min(n, 2-n%2) {
		x = &ast.Neg{Off: at, X: x}
	}
	return x
}

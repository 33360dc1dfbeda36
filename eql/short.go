package eql

import (
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/ast"
)

// short reads a statement on a shorter way than the grammar's, which takes five
// times as long: an event, or a sequence of them, which most rules are. It returns
// nil for all others, and for what is wrong: the grammar knows what to say of that.
func (c *climber) short() *statement {
	c.lex = cursor{list: c.tokens}
	st := &statement{}
	if c.takes(keyword, "sequence") {
		st.Sequence = c.shortSequence()
	} else if e, ok := c.shortEvent(); ok {
		st.Event = &e
	}
	if st.Event == nil && st.Sequence == nil || !c.lex.Peek().EOF() {
		return nil
	}
	return st
}

// takes passes a token of a kind and, unless that is empty, a value.
func (c *climber) takes(kind lexer.TokenType, value string) bool {
	if t := c.lex.Peek(); t.Type != kind || value != "" && t.Value != value {
		return false
	}
	c.lex.Next()
	return true
}

// one reads an expression by itself; nil if there is none, or it is wrong.
func (c *climber) one() ast.Expr {
	c.left = 0
	x, err := c.expr()
	if err != nil {
		return nil
	}
	return x
}

func (c *climber) shortEvent() (e event, ok bool) {
	first := c.lex.Peek()
	if !c.takes(ident, "") && !c.takes(text, "") && !c.takes(keyword, "any") || !c.takes(keyword, "where") {
		return e, false
	}
	e = event{Pos: first.Pos, Category: first.Value, Where: c.one()}
	return e, e.Where != nil
}

func (c *climber) shortSequence() *sequence {
	s := &sequence{Pos: c.tokens[0].Pos}
	for {
		h := &head{Pos: c.lex.Peek().Pos}
		if c.takes(keyword, "by") {
			h.By = c.shortKeys()
		} else if c.takes(keyword, "with") {
			h.Span = c.shortSpan()
		} else {
			break
		}
		if h.By == nil && h.Span == nil {
			return nil
		}
		s.Heads = append(s.Heads, h)
	}
	for !c.lex.Peek().EOF() && !c.is("until") {
		it := c.shortItem()
		if it == nil {
			return nil
		}
		s.Items = append(s.Items, it)
	}
	if c.takes(keyword, "until") {
		if s.Until = c.shortItem(); s.Until == nil {
			return nil
		}
	}
	if len(s.Items) == 0 {
		return nil
	}
	return s
}

// shortKeys reads the fields behind by.
func (c *climber) shortKeys() []ast.Expr {
	from := len(c.exprs)
	for {
		x := c.one()
		if x == nil {
			return nil
		}
		c.exprs = append(c.exprs, x)
		if !c.takes(punct, ",") {
			return c.taken(from)
		}
	}
}

func (c *climber) shortSpan() *span {
	at := c.lex.Next()
	if at.Value != "maxspan" || !c.takes(punct, "=") {
		return nil
	}
	n := c.lex.Peek()
	if !c.takes(number, "") {
		return nil
	}
	unit := c.lex.Peek()
	if !c.takes(ident, "") {
		return &span{Pos: at.Pos, N: n.Value}
	}
	return &span{Pos: at.Pos, N: n.Value, Unit: unit.Value}
}

func (c *climber) shortItem() *item {
	open := c.lex.Peek()
	if !c.takes(punct, "[") && !c.takes(punct, "![") {
		return nil
	}
	e, ok := c.shortEvent()
	if !ok || !c.takes(punct, "]") {
		return nil
	}
	it := &item{Pos: open.Pos, Open: open.Value, Event: e}
	if c.takes(keyword, "by") {
		if it.By = c.shortKeys(); it.By == nil {
			return nil
		}
	}
	if c.takes(keyword, "with") {
		if it.Runs = c.shortRuns(); it.Runs == nil {
			return nil
		}
	}
	if at := c.lex.Peek(); c.takes(ident, "as") {
		name := c.lex.Peek()
		if !c.takes(ident, "") {
			return nil
		}
		it.As = &alias{Pos: at.Pos, Name: name.Value}
	}
	return it
}

func (c *climber) shortRuns() *runs {
	name := c.lex.Peek()
	if !c.takes(ident, "") || !c.takes(punct, "=") {
		return nil
	}
	n := c.lex.Peek()
	if !c.takes(number, "") {
		return nil
	}
	return &runs{Pos: name.Pos, Name: name.Value, N: n.Value}
}

package eql

import (
	"github.com/alecthomas/participle/v2/lexer"
)

// lexed reads all tokens of a query into the memory of the climber.
func (c *climber) lexed(query string) error {
	c.text = query
	for s := c.scanner(query); ; {
		c.tokens = append(c.tokens, lexer.Token{})
		t := &c.tokens[len(c.tokens)-1]
		if err := s.scan(t); err != nil {
			return err
		}
		if t.Type == lexer.EOF {
			c.reserve(c.tokens)
			return nil
		}
	}
}

// listed hands out the tokens of a list.
type listed struct {
	list []lexer.Token
	at   int
}

func (l *listed) Next() (lexer.Token, error) {
	t := l.list[l.at]
	if l.at < len(l.list)-1 {
		l.at++
	}
	return t, nil
}

// cursor goes through the tokens of an expression: those that the grammar is
// at, or those of a list that ends with the end of the text.
type cursor struct {
	peeking *lexer.PeekingLexer // nil for a list
	list    []lexer.Token
	at      int
}

// Peek returns the next token.
func (c *cursor) Peek() *lexer.Token {
	if c.peeking != nil {
		return c.peeking.Peek()
	}
	return &c.list[c.at]
}

// Next returns the next token and goes past it, unless it is the end.
func (c *cursor) Next() *lexer.Token {
	if c.peeking != nil {
		return c.peeking.Next()
	}
	t := &c.list[c.at]
	if c.at < len(c.list)-1 {
		c.at++
	}
	return t
}

// mark is a place to go back to.
type mark struct {
	at      int
	peeking lexer.Checkpoint
}

func (c *cursor) mark() mark {
	if c.peeking != nil {
		return mark{peeking: c.peeking.MakeCheckpoint()}
	}
	return mark{at: c.at}
}

func (c *cursor) back(to mark) {
	if c.at = to.at; c.peeking != nil {
		c.peeking.LoadCheckpoint(to.peeking)
	}
}

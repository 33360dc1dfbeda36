package eql

import (
	"sync"

	"github.com/alecthomas/participle/v2/lexer"
)

// bareEvent reads a query that is one event, and nothing else: most are, and
// the grammar takes twice as long. It returns nil for all others, and for what
// is wrong.
func (d *dialect) bareEvent(query string) *event {
	if d == endgame { // which has definitions
		return nil
	}
	list := tokenLists.Get().(*[]lexer.Token)
	defer tokenLists.Put(list)
	defer func() { clear(*list) }()
	*list = (*list)[:0]
	for s := d.scanner(query); len(*list) == 0 || !last(*list).EOF(); {
		t, err := s.Next()
		if err != nil {
			return nil
		}
		*list = append(*list, t)
		if len(*list) == 2 && (t.Type != keyword || t.Value != "where") {
			return nil
		}
	}
	c := climber{lex: cursor{list: *list}, dialect: d}
	first := *c.lex.Next()
	if first.Type != ident && first.Type != text && !(first.Type == keyword && first.Value == "any") {
		return nil
	}
	c.lex.Next()
	where, err := c.expr()
	if err != nil || !c.lex.Peek().EOF() {
		return nil
	}
	return &event{Pos: first.Pos, Category: first.Value, Where: where}
}

var tokenLists = sync.Pool{New: func() any { return new([]lexer.Token) }}

func last(list []lexer.Token) *lexer.Token { return &list[len(list)-1] }

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

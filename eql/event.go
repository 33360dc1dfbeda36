package eql

import (
	"sync"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/ast"
)

// lexed reads all tokens of a query into a list that is used again. It is for
// the call alone.
func (d *dialect) lexed(query string, use func([]lexer.Token) (*statement, error)) (*statement, error) {
	list := tokenLists.Get().(*[]lexer.Token)
	defer tokenLists.Put(list)
	defer func() { clear(*list) }()
	*list = (*list)[:0]
	for s := d.scanner(query); len(*list) == 0 || !last(*list).EOF(); {
		t, err := s.Next()
		if err != nil {
			return nil, err
		}
		*list = append(*list, t)
	}
	return use(*list)
}

var tokenLists = sync.Pool{New: func() any { return new([]lexer.Token) }}

func last(list []lexer.Token) *lexer.Token { return &list[len(list)-1] }

// bareEvent reads a query that is one event, and nothing else: most are, and
// the grammar takes twice as long. It returns nil for all others, and for what
// is wrong.
func (d *dialect) bareEvent(list []lexer.Token) *event {
	if len(list) < 3 || list[1].Type != keyword || list[1].Value != "where" {
		return nil
	}
	first := list[0]
	if first.Type != ident && first.Type != text && !(first.Type == keyword && first.Value == "any") {
		return nil
	}
	c := climber{lex: cursor{list: list, at: 2}, dialect: d}
	where, err := c.expr()
	if err != nil || !c.lex.Peek().EOF() {
		return nil
	}
	return &event{Pos: first.Pos, Category: first.Value, Where: where}
}

// events reads a statement of several events. Their conditions, which are most
// of its tokens, are read first, so that the grammar has one token for each. It
// returns nil for what is wrong.
func (d *dialect) events(list []lexer.Token) *statement {
	short := listed{list: make([]lexer.Token, 0, 64)}
	var conds []ast.Expr
	for i := 0; i < len(list); {
		t := list[i]
		short.list = append(short.list, t)
		if i++; t.Type != keyword || t.Value != "where" {
			continue
		}
		c := climber{lex: cursor{list: list, at: i}, dialect: d}
		x, err := c.expr()
		if err != nil {
			return nil
		}
		short.list = append(short.list, lexer.Token{Type: condition, Pos: list[i].Pos})
		conds, i = append(conds, x), c.lex.at
	}
	peek, err := lexer.Upgrade(&short)
	if err != nil {
		return nil
	}
	st, err := d.parser().ParseFromLexer(peek)
	if err != nil || !st.fill(conds) {
		return nil
	}
	return st
}

// fill puts conditions into the events of a statement, which are in the order
// of the text.
func (st *statement) fill(conds []ast.Expr) bool {
	var all []*event
	items := func(list []*item) {
		for _, it := range list {
			all = append(all, &it.Event)
		}
	}
	switch {
	case st.Event != nil:
		all = append(all, st.Event)
	case st.Sequence != nil:
		items(st.Sequence.Items)
		if st.Sequence.Until != nil {
			all = append(all, &st.Sequence.Until.Event)
		}
	case st.Sample != nil:
		items(st.Sample.Items)
	case st.Join != nil:
		items(st.Join.Items)
		if st.Join.Until != nil {
			all = append(all, &st.Join.Until.Event)
		}
	}
	if len(all) != len(conds) {
		return false
	}
	for i, e := range all {
		e.Where = conds[i]
	}
	return true
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

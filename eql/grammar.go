package eql

import (
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/ast"
)

// The shape of a statement. One grammar serves all dialects, so that what
// belongs to another one can be named when it is refused. What stands behind
// `where` and `by` is none of the grammar's business: an expression is read by
// a climber.

type statement struct {
	Event    *event    `parser:"(   @@"` // first, since most statements are one
	Sequence *sequence `parser:"  | @@"`
	Sample   *sample   `parser:"  | @@"`
	Join     *join     `parser:"  | @@ )"`
	Pipes    []*pipe   `parser:"( '|':Punct @@ )*"`
}

type sequence struct {
	Pos   lexer.Position
	Heads []*head `parser:"'sequence':Keyword @@*"`
	Items []*item `parser:"@@+"`
	Until *item   `parser:"( 'until':Keyword @@ )?"`
}

// head is one of the clauses between `sequence` and its items.
type head struct {
	Pos  lexer.Position
	By   []ast.Expr `parser:"  'by':Keyword @@ ( ',':Punct @@ )*"`
	Span *span      `parser:"| 'with':Keyword @@"`
}

type span struct {
	Pos  lexer.Position
	N    string `parser:"'maxspan' '=':Punct @Number"`
	Unit string `parser:"@Ident?"`
}

type sample struct {
	Pos   lexer.Position
	By    []ast.Expr `parser:"'sample':Keyword ( 'by':Keyword @@ ( ',':Punct @@ )* )?"`
	Items []*item    `parser:"@@+"`
}

type join struct {
	Pos   lexer.Position
	By    []ast.Expr `parser:"'join':Keyword ( 'by':Keyword @@ ( ',':Punct @@ )* )?"`
	Items []*item    `parser:"@@+"`
	Until *item      `parser:"( 'until':Keyword @@ )?"`
}

type item struct {
	Pos   lexer.Position
	Open  string     `parser:"@( '[':Punct | '![':Punct )"`
	Event event      `parser:"@@ ']':Punct"`
	Fork  *fork      `parser:"@@?"`
	By    []ast.Expr `parser:"( 'by':Keyword @@ ( ',':Punct @@ )* )?"`
	Runs  *runs      `parser:"( 'with':Keyword @@ )?"`
	As    *alias     `parser:"@@?"`
}

type fork struct {
	Pos lexer.Position
	Set string `parser:"'fork':Ident ( '=':Punct @( 'true':Keyword | 'false':Keyword ) )?"`
}

type runs struct {
	Pos  lexer.Position
	Name string `parser:"@Ident '=':Punct"`
	N    string `parser:"@Number"`
}

type alias struct {
	Pos  lexer.Position
	Name string `parser:"'as':Ident @Ident"`
}

type event struct {
	Pos      lexer.Position
	Category string   `parser:"@( Ident | String | 'any':Keyword ) 'where':Keyword"`
	Where    ast.Expr `parser:"@@"`
}

type pipe struct {
	Pos  lexer.Position
	Name string     `parser:"@Ident"`
	Args []ast.Expr `parser:"( @@ ( ',':Punct? @@ )* )?"`
}

// nouns are what messages call the grammar's types and tokens.
var nouns = map[string]string{
	"Expr": "an expression", "Event": "an event category", "Item": "[", "Runs": "runs=n", "Span": "maxspan",
	"Head": "by or with maxspan", "Fork": "fork", "Alias": "as", "Pipe": "a pipe's name",
	"Sequence": "a sequence", "Sample": "a sample", "Join": "a join",
	"ident": "a name", "string": "a string", "number": "a number",
}

type parser = participle.Parser[statement]

var (
	elasticParser  = sync.OnceValue(func() *parser { return newParser(elastic) })
	endpointParser = sync.OnceValue(func() *parser { return newParser(endpoint) })
	endgameParser  = sync.OnceValue(func() *parser { return newParser(endgame) })
)

func newParser(d *dialect) *parser {
	return participle.MustBuild[statement](
		participle.Lexer(definition{d}),
		participle.ParseTypeWith(func(l *lexer.PeekingLexer) (ast.Expr, error) {
			c := d.climber(cursor{peeking: l})
			defer c.forget()
			return c.expr()
		}),
	)
}

func (d *dialect) parser() *parser {
	switch d {
	case endpoint:
		return endpointParser()
	case endgame:
		return endgameParser()
	}
	return elasticParser()
}

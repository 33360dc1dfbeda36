package spl

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// atPrefix tells whether PREFIX(…) follows, which tstats has in the place of a
// field.
func (s *stage) atPrefix() bool {
	return s.name == "tstats" && s.tok.is("prefix") && s.beforeBracket()
}

// prefix takes PREFIX(user=). It stands for what follows the text in the words of
// the raw events, under the text as its name.
func (s *stage) prefix() (string, error) {
	s.advance()
	from := s.tok.to()
	n := strings.IndexByte(s.lexer.text[from:s.limit], ')')
	if n < 0 {
		return "", s.errorf(s.tok.from, `expected ")" behind PREFIX(`)
	}
	text := strings.Trim(s.lexer.text[from:from+n], " \t\r\n")
	if text == "" || strings.ContainsAny(text, breakers) {
		return "", s.errorf(from, "expected the beginning of a word such as user= in PREFIX(…), found %q", short(text))
	}
	if strings.ToLower(text) != text {
		return "", s.errorf(from, "PREFIX takes a text in lower case, as an index holds its words, found %q", short(text))
	}
	s.seek(from + n + 1)
	if !slices.Contains(s.prefixes, text) {
		s.prefixes = append(s.prefixes, text)
	}
	return text, nil
}

// breakers are the characters that end every word of an index.
const breakers = "[]<>(){}|!;,'\"*\n\r \t&?+"

// overWords makes the fields that PREFIX names of the raw events, and counts over
// them as stats does: words are in lower case, as an index holds them.
func (c *accelerated) overWords() (ast.Stage, error) {
	if c.events.Dataset != nil {
		return nil, c.fail("PREFIX reads the words of raw events: it can't go with a data model")
	}
	if c.stats {
		return nil, c.fail("PREFIX can't go with prestats=t: use stats")
	}
	c.before = append(c.before, c.events)
	words := &ast.Assign{Off: c.Off}
	for i, text := range c.prefixes {
		group := fmt.Sprintf("prefix_%d", i+1)
		class := regexp.QuoteMeta(breakers)
		c.before = append(c.before, &ast.Extract{
			Off: c.Off, Kind: ast.ExtractRegex,
			Pattern: fmt.Sprintf("(?i)(?:^|[%s])%s(?<%s>[^%s]+)", class, regexp.QuoteMeta(text), group, class),
		})
		lower := &ast.Call{Off: c.Off, Lib: libSPL, Name: "lower", Args: []ast.Expr{&ast.Field{Off: c.Off, Name: group}}}
		words.Set = append(words.Set, ast.Assignment{Off: c.Off, Name: text, Value: lower})
	}
	c.before = append(c.before, words)
	if c.agg.FillNull != nil {
		fill := &ast.Fill{Off: c.Off, Value: *c.agg.FillNull}
		for _, g := range c.agg.By {
			fill.Fields = append(fill.Fields, g.Field)
		}
		c.before, c.agg.FillNull = append(c.before, fill), nil
	}
	c.agg.Source = ""
	return c.agg, nil
}

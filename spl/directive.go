package spl

import (
	"net/netip"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// isDirective tells whether the word before, t, and the next token begin
// TERM(x) or CASE(x).
func (c *terms) isDirective(t token) bool {
	return c.tok.kind == opening && c.tok.from == t.to() && (t.text == "TERM" || t.text == "CASE")
}

// directive parses TERM(x) and CASE(x), where x is any text.
func (c *terms) directive(t token) (ast.Expr, error) {
	text, phrase, err := c.directed(t)
	if err != nil {
		return nil, err
	}
	return &ast.Term{Off: c.off(t.from), Text: text, Phrase: phrase, Case: t.text == "CASE", Whole: t.text == "TERM"}, nil
}

// directed takes the bracket behind TERM or CASE, and returns what is in it
// and whether that was quoted.
func (c *terms) directed(t token) (text string, phrase bool, err error) {
	from := c.tok.to()
	n := strings.IndexByte(c.lexer.text[from:c.limit], ')')
	if n < 0 {
		return "", false, c.errorf(c.tok.from, `"(" is not closed, expected ")"`)
	}
	text = strings.TrimSpace(c.lexer.text[from : from+n])
	c.seek(from + n + 1)
	if len(text) >= 2 && text[0] == '"' && quoteLen(text) == len(text) {
		text, phrase = termText(token{quoted, text, from}), true
	} else if strings.ContainsAny(text, `"[]|`) {
		return "", false, c.errorf(from, "expected one term in %s(…), found %q", t.text, short(text))
	}
	if text == "" {
		return "", false, c.errorf(from, "expected a term in %s(…)", t.text)
	}
	return text, phrase, nil
}

// indexed is a term like sourcetype::syslog or source::"a b", which asks for a
// field that was made when the event was indexed. An address such as fe80::1 is a
// plain term. Bounds of time are written so, too: starttimeu::1704067200.
func (c *terms) indexed(t token) (x ast.Expr, ok bool) {
	name, value, ok := strings.Cut(t.text, "::")
	if t.kind != word || !ok || name == "" || !isLetter(name[0]) || value == "" && !c.quotedBehind(t) {
		return nil, false
	}
	if _, err := netip.ParseAddr(t.text); err == nil {
		return nil, false
	}
	at := c.off(t.from)
	name, value = unescape(name, `\"| `), c.pieces(unescape(value, `\"| `))
	if c.time != nil && setTime(c.time, name, value) {
		return nil, true
	}
	return c.equal(&ast.Field{Off: at, Name: name}, t, value), true
}

// quotedBehind tells whether a text in quotes follows a token without a blank.
func (c *terms) quotedBehind(t token) bool { return c.tok.kind == quoted && c.tok.from == t.to() }

package spl

import (
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// atIn tells whether a list of values follows.
func (c *terms) atIn() (in, negated bool) {
	if c.tok.kind != word {
		return false, false
	}
	at := c.tok
	rest := c.lexer.text[at.to():c.limit]
	if at.text == "NOT" {
		rest = strings.TrimLeft(rest, " \t\r\n")
		if len(rest) < 2 || !strings.EqualFold(rest[:2], "IN") {
			return false, false
		}
		return strings.HasPrefix(strings.TrimLeft(rest[2:], " \t\r\n"), "("), true
	}
	return strings.EqualFold(at.text, "IN") && strings.HasPrefix(strings.TrimLeft(rest, " \t\r\n"), "("), false
}

// in parses the list behind a field. Marks that got between the values are
// skipped: shipped rules have points there.
func (c *terms) in(t token, negated bool) (ast.Expr, error) {
	at := c.advance()
	if negated {
		c.advance()
	}
	c.advance() // the bracket
	m := c.match(&ast.Field{Off: c.off(t.from), Name: termText(t)}, at, nil)
	m.Op, m.List = "IN", true
	var subs []*ast.Subsearch
	for c.tok.kind != closing {
		switch {
		case c.tok.kind == quoted, c.tok.kind == word && strings.Trim(c.tok.text, ".;:") != "":
			m.Patterns = append(m.Patterns, termText(c.advance()))
		case c.tok.kind == comma, c.tok.kind == word:
			c.advance()
		case c.tok.kind == bracket:
			x, err := c.subsearch("")
			if err != nil {
				return nil, err
			}
			subs = append(subs, x.(*ast.Subsearch))
		default:
			return nil, c.expected(`a value or ")"`)
		}
	}
	if len(m.Patterns) == 0 && len(subs) == 0 {
		return nil, c.expected("a value")
	}
	c.advance()
	m.CIDR = slices.ContainsFunc(m.Patterns, isCIDR)
	var x ast.Expr = m
	if slices.ContainsFunc(m.Patterns, onlyStars) && c.anyIndex(termText(t)) {
		x = &ast.Bool{Off: c.off(at.from), Value: true}
	} else if len(subs) > 0 {
		x = listedSearches(c.src.Name, m, subs)
	}
	if negated {
		return &ast.Not{Off: c.off(at.from), X: x}, nil
	}
	return x, nil
}

// listedSearches lets each of the searches in a list add values of its own: the
// first to those that are written there, the others to none.
func listedSearches(name string, m *ast.Match, subs []*ast.Subsearch) ast.Expr {
	var all []ast.Expr
	for i, sub := range subs {
		list := *m
		if i > 0 {
			list.Patterns = nil
		}
		sub.List, sub.Raw = &list, listParser(name, &list)
		all = append(all, sub)
	}
	if len(all) == 1 {
		return all[0]
	}
	return &ast.Logic{Off: m.Off, Op: ast.Or, List: all}
}

// listParser is the parser of the text that a subsearch puts in a list: its
// values with the commas, brackets and words that return and format put between
// them, and without the names before them.
func listParser(name string, list *ast.Match) func(string) (ast.Expr, error) {
	return func(text string) (ast.Expr, error) {
		return parseWith(name, text, nil, func(s *stage) (ast.Expr, error) {
			m := *list
			m.Patterns = nil
			for s.in(searchMode); s.tok.kind != end; {
				t := s.advance()
				if s.tok.kind == op {
					s.advance()
					continue
				}
				if t.kind == quoted || t.kind == word && !isOperator(t.text) {
					m.Patterns = append(m.Patterns, termText(t))
				}
			}
			return &m, nil
		})
	}
}

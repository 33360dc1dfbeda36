package spl

import "github.com/spoor-lang/spoor/ast"

// maxEventtypes is how deep event types may refer to one another.
const maxEventtypes = 20

// eventtype is a test for an event type: the field says so, or the event
// meets the search that defines it.
func (c *terms) eventtype(f *ast.Field, o token, value string) (ast.Expr, error) {
	named := c.match(f, o, []string{value})
	text, ok := c.content.eventtype(value)
	if !ok {
		return named, nil
	}
	for _, open := range c.eventtypes {
		if open == value {
			return nil, c.src.Errorf(f.Pos(), "event type %q refers to itself", value)
		}
	}
	if len(c.eventtypes) >= maxEventtypes {
		return nil, c.src.Errorf(f.Pos(), "event types refer to one another more than %d deep", maxEventtypes)
	}
	at := c.off(o.from)
	inner, err := c.within(text, o.from)
	if err != nil {
		return nil, err
	}
	inner.eventtypes = append(c.eventtypes[:len(c.eventtypes):len(c.eventtypes)], value)
	s := inner.stage("search", 0, 0, len(inner.text))
	x, err := s.search()
	if err == nil {
		err = s.done()
	}
	if err != nil || x == nil {
		return named, err
	}
	// Written as a list, it is not looked up again.
	named.Op, named.List = "IN", true
	return &ast.Logic{Off: at, Op: ast.Or, List: flatten(ast.Or, []ast.Expr{named}, x)}, nil
}

// quotedTerms parses search terms that were written in quotes, which are at
// the offset at.
func (s *stage) quotedTerms(at int, text string) (ast.Expr, error) {
	x, err := s.within(text, at)
	if err != nil {
		return nil, err
	}
	in := x.stage("search", 0, 0, len(x.text))
	e, err := in.search()
	if err == nil {
		err = in.done()
	}
	if err == nil && e == nil {
		err = s.errorf(at, "expected a search term in the quotes")
	}
	return e, err
}

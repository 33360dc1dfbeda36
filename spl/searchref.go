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
	x, err := c.typeTerms(value, text, o.from)
	if err != nil || x == nil {
		return named, err
	}
	// Written as a list, it is not looked up again.
	named.Op, named.List = "IN", true
	return &ast.Logic{Off: c.off(o.from), Op: ast.Or, List: flatten(ast.Or, []ast.Expr{named}, x)}, nil
}

// typeTerms parses the search that defines an event type, for a place in the
// expanded text.
func (s *stage) typeTerms(name, text string, at int) (ast.Expr, error) {
	for _, open := range s.eventtypes {
		if open == name {
			return nil, s.errorf(at, "event type %q refers to itself", name)
		}
	}
	if len(s.eventtypes) >= maxEventtypes {
		return nil, s.errorf(at, "event types refer to one another more than %d deep", maxEventtypes)
	}
	if *s.typed += len(text) + 1; *s.typed > maxMacroText { // + 1 so that empty ones count
		return nil, s.errorf(at, "event types make more than %d bytes of text", maxMacroText)
	}
	inner, err := s.within(text, at)
	if err != nil {
		return nil, err
	}
	inner.eventtypes = append(s.eventtypes[:len(s.eventtypes):len(s.eventtypes)], name)
	in := inner.stage("search", 0, 0, len(inner.text))
	x, err := in.search()
	if err == nil {
		err = in.done()
	}
	return x, err
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

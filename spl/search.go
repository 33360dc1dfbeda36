package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(
	command{names: []string{"search"}, generates: sometimes, parse: parseSearch},
	command{names: []string{"metasearch"}, generates: always, parse: parseSearch},
	command{names: []string{"where"}, parse: parseWhere},
)

// firstTerms parses the events that a search begins with.
func firstTerms(s *stage) (ast.Stage, error) {
	e := &ast.Events{Off: s.Off}
	var err error
	if e.Where, err = s.searchTerms(&e.Time); err != nil {
		return nil, err
	}
	return e, s.done()
}

func parseSearch(s *stage) (ast.Stage, error) {
	if !s.rows() {
		return firstTerms(s)
	}
	x, err := s.search()
	if err != nil {
		return nil, err
	}
	if x == nil {
		x = &ast.Bool{Off: s.Off, Value: true}
	}
	return &ast.Filter{Off: s.Off, Cond: x, Search: true}, nil
}

func parseWhere(s *stage) (ast.Stage, error) {
	x, err := s.eval()
	if err != nil {
		return nil, err
	}
	return &ast.Filter{Off: s.Off, Cond: x}, nil
}

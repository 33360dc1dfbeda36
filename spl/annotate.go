package spl

import "github.com/spoor-lang/spoor/ast"

// annotate parses the names and the given options of a command that adds to
// each row, or that changes nothing here.
func (s *stage) annotate(options ...string) (*ast.Annotate, error) {
	r, err := s.reshape(s.name, options...)
	return &ast.Annotate{Off: s.Off, Kind: s.name, Fields: r.Fields, Options: r.Options}, err
}

package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(
	command{names: []string{"xyseries", "maketable"}, parse: parseXYSeries},
	command{names: []string{"untable"}, parse: parseUntable},
	command{names: []string{"transpose"}, parse: parseTranspose},
)

// reshape parses names and the given options, in any order.
func (s *stage) reshape(kind string, options ...string) (*ast.Reshape, error) {
	r := &ast.Reshape{Off: s.Off, Kind: kind}
	for {
		err := s.options(func(o option) (bool, error) {
			if !contains(options, o.name) {
				return false, nil
			}
			r.Options = with(r.Options, o.name, o.text)
			return true, nil
		})
		if err != nil || !s.atName() {
			return r, err
		}
		r.Fields = append(r.Fields, s.nextName())
	}
}

func parseXYSeries(s *stage) (ast.Stage, error) {
	r, err := s.reshape("xyseries", "grouped", "sep", "format")
	if err == nil && len(r.Fields) < 3 {
		err = s.expected("the fields of the rows, the columns and the values")
	}
	return r, err
}

func parseUntable(s *stage) (ast.Stage, error) {
	r, err := s.reshape("untable")
	if err == nil && len(r.Fields) != 3 {
		err = s.fail("untable takes three fields, found %d", len(r.Fields))
	}
	return r, err
}

// parseTranspose parses transpose [N] [options]; N is kept as an option.
func parseTranspose(s *stage) (ast.Stage, error) {
	count := ""
	if _, ok := s.count(); ok {
		count = s.prev.text
	}
	r, err := s.reshape("transpose", "column_name", "header_field", "include_empty", "int")
	if err == nil && len(r.Fields) > 0 {
		err = s.fail("transpose takes no fields, found %q", short(r.Fields[0]))
	}
	if count != "" {
		r.Options = with(r.Options, "int", count)
	}
	return r, err
}

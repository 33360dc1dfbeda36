package spl

import (
	"strconv"

	"github.com/spoor-lang/spoor/ast"
)

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
// parseTranspose parses transpose [N] [options], where N may stand behind them.
func parseTranspose(s *stage) (ast.Stage, error) {
	r, err := s.reshape("transpose", "column_name", "header_field", "include_empty", "int")
	if err != nil {
		return nil, err
	}
	if len(r.Fields) > 0 && isNumber(r.Fields[0]) {
		r.Options = with(r.Options, "int", r.Fields[0])
		r.Fields = r.Fields[1:]
	}
	if len(r.Fields) > 0 {
		return nil, s.fail("transpose takes no fields, found %q", short(r.Fields[0]))
	}
	return r, nil
}

// isNumber tells whether a text is a whole number of rows.
func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 31)
	return err == nil
}

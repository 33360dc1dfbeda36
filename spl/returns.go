package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"return"}, parse: parseReturn},
	command{names: []string{"format"}, parse: parseFormat},
)

// parseReturn parses return [N] field, alias=field, $field.
func parseReturn(s *stage) (ast.Stage, error) {
	r := &ast.Return{Off: s.Off, Count: 1}
	if n, ok := s.count(); ok {
		r.Count = n
	} else if err := s.noNumber(); err != nil {
		return nil, err
	}
	for s.commas(); s.tok.kind != end; s.commas() {
		it := ast.ReturnItem{Off: s.here()}
		if o, ok, err := s.option(); err != nil {
			return nil, err
		} else if ok {
			it.Alias, it.Field = o.as, o.text
		} else if it.Field, err = s.fieldName(); err != nil {
			return nil, err
		}
		it.Field, it.Value = strings.CutPrefix(it.Field, "$")
		r.Items = append(r.Items, it)
	}
	if len(r.Items) == 0 {
		return nil, s.expected("a field name")
	}
	return r, nil
}

// parseFormat parses format [options] ["row prefix" "column prefix" "column
// separator" "column end" "row separator" "row end"] [options].
func parseFormat(s *stage) (ast.Stage, error) {
	f := &ast.FormatRows{Off: s.Off, MVSep: "OR", EmptyStr: "NOT ()"}
	vars := map[string]any{"mvsep": &f.MVSep, "maxresults": &f.MaxResults, "emptystr": &f.EmptyStr}
	if err := s.settings(vars); err != nil {
		return nil, err
	}
	parts := []string{"(", "(", "AND", ")", "OR", ")"}
	if s.atName() || s.tok.kind == opening {
		for i := range parts {
			if s.tok.kind != quoted {
				return nil, s.expected("six quoted texts")
			}
			parts[i] = unquoteArgument(s.advance())
		}
	}
	f.RowPrefix, f.ColumnPrefix, f.ColumnSep = parts[0], parts[1], parts[2]
	f.ColumnEnd, f.RowSep, f.RowEnd = parts[3], parts[4], parts[5]
	return f, s.settings(vars)
}

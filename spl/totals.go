package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(
	command{names: []string{"addtotals"}, parse: parseAddTotals},
	command{names: []string{"addcoltotals"}, parse: parseAddColTotals},
)

func parseAddTotals(s *stage) (ast.Stage, error) {
	t := &ast.Totals{Off: s.Off, Row: true, Name: "Total", Label: "Total"}
	return t, s.totals(t, map[string]any{"row": &t.Row, "col": &t.Col, "fieldname": &t.Name})
}

func parseAddColTotals(s *stage) (ast.Stage, error) {
	t := &ast.Totals{Off: s.Off, Col: true, Label: "Total"}
	return t, s.totals(t, map[string]any{})
}

func (s *stage) totals(t *ast.Totals, vars map[string]any) error {
	vars["labelfield"], vars["label"] = &t.LabelField, &t.Label
	for {
		if err := s.settings(vars); err != nil || !s.atName() {
			return err
		}
		t.Fields = append(t.Fields, s.nextName())
	}
}

package spl

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"makeresults"}, generates: always, parse: parseMakeResults},
	command{names: []string{"gentimes"}, generates: always, parse: parseGenTimes},
)

// parseMakeResults parses makeresults [count=n] [annotate=b], or with
// format=csv|json data="…". The number may stand alone.
func parseMakeResults(s *stage) (ast.Stage, error) {
	m := &ast.Make{Off: s.Off, Count: 1}
	var format, data string
	at := s.tok.from
	if s.tok.kind == word && isNumber(s.tok.text) {
		m.Count, _ = strconv.Atoi(s.advance().text)
	}
	err := s.options(func(o option) (bool, error) {
		if o.name == "data" {
			at = o.value.from
		}
		return s.setting(o, map[string]any{
			"count": &m.Count, "annotate": &m.Annotate, "format": &format, "data": &data,
			"splunk_server": nil, "splunk_server_group": nil,
		})
	})
	if err != nil {
		return nil, err
	}
	switch strings.ToLower(format) {
	case "":
		if data != "" {
			return nil, s.fail("makeresults with data needs format=csv or format=json")
		}
	case "csv":
		err = m2csv(m, data)
	case "json":
		err = m2json(m, data)
	default:
		return nil, s.fail("expected csv or json as the format, found %q", short(format))
	}
	if err != nil {
		return nil, s.errorf(at, "the data is no %s: %v", format, err)
	}
	return m, nil
}

// noRows is what a search has that begins with a command that makes no rows.
func noRows(s *stage) ast.Stage { return &ast.Make{Off: s.Off} }

func m2csv(m *ast.Make, data string) error {
	r := csv.NewReader(strings.NewReader(strings.TrimSpace(data)))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return fmt.Errorf("it is empty")
	}
	m.Columns, m.Data = rows[0], []map[string]string{}
	for _, row := range rows[1:] {
		values := map[string]string{}
		for i, c := range row[:min(len(row), len(m.Columns))] {
			values[m.Columns[i]] = c
		}
		m.Data = append(m.Data, values)
	}
	return nil
}

func m2json(m *ast.Make, data string) error {
	var rows []map[string]json.RawMessage
	if err := json.Unmarshal([]byte(data), &rows); err != nil {
		return err
	}
	m.Data = []map[string]string{}
	for _, row := range rows {
		values := map[string]string{}
		for name, raw := range row {
			var text string
			if json.Unmarshal(raw, &text) != nil {
				text = string(raw)
			}
			values[name] = text
			if !slices.Contains(m.Columns, name) {
				m.Columns = append(m.Columns, name)
			}
		}
		m.Data = append(m.Data, values)
	}
	slices.Sort(m.Columns)
	return nil
}

// parseGenTimes parses gentimes start=… [end=…] [increment=…].
func parseGenTimes(s *stage) (ast.Stage, error) {
	g := &ast.Series{Off: s.Off, Step: ast.Span{N: 1, Unit: ast.Day}}
	step := &g.Step
	err := s.settings(map[string]any{"start": &g.Start, "end": &g.End, "increment": &step})
	if err != nil {
		return nil, err
	}
	if g.Start == "" {
		return nil, s.expected("start=…")
	}
	g.Step = *step
	return g, nil
}

package spl

import (
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"rangemap"}, parse: parseRangeMap})

// parseRangeMap parses rangemap field=f name=low-high … [default=name].
func parseRangeMap(s *stage) (ast.Stage, error) {
	r := &ast.RangeMap{Off: s.Off, Default: "None"}
	err := s.options(func(o option) (bool, error) {
		switch o.name {
		case "field":
			r.Field = o.text
			return true, nil
		case "default":
			r.Default = o.text
			return true, nil
		}
		low, high, ok := parseRange(o.text)
		if !ok {
			return true, s.errorf(o.value.from, "expected low-high as the range of %q, found %q", o.name, short(o.text))
		}
		r.Ranges = append(r.Ranges, ast.NumberRange{Name: o.as, Low: low, High: high})
		return true, nil
	})
	if err == nil && r.Field == "" {
		err = s.expected("field=…")
	}
	return r, err
}

// parseRange reads low-high, either of which may be negative.
func parseRange(text string) (low, high float64, ok bool) {
	i := strings.IndexByte(strings.TrimPrefix(text, "-"), '-') + len(text) - len(strings.TrimPrefix(text, "-"))
	if i <= 0 || i >= len(text) || text[i] != '-' {
		return 0, 0, false
	}
	low, e1 := strconv.ParseFloat(text[:i], 64)
	high, e2 := strconv.ParseFloat(text[i+1:], 64)
	return low, high, e1 == nil && e2 == nil && low <= high
}

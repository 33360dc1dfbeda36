package spl

import (
	"strconv"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"trendline"}, parse: parseTrendline})

// The least and the greatest number of rows that a trend is over.
const (
	minTrend = 2
	maxTrend = 10_000
)

// parseTrendline parses trendline sma5(field) [as name] …: a stage for each.
func parseTrendline(s *stage) (ast.Stage, error) {
	var all []ast.Stage
	for s.commas(); s.tok.kind != end; s.commas() {
		r, err := s.trend()
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	if len(all) == 0 {
		return nil, s.expected("a trend such as sma5(field)")
	}
	last := len(all) - 1
	s.before = append(s.before, all[:last]...)
	return all[last], nil
}

func (s *stage) trend() (*ast.Running, error) {
	t := s.tok
	r := &ast.Running{Off: s.here()}
	if t.kind == word && len(t.text) > 3 {
		r.Kind = t.text[:3]
		r.From, _ = strconv.Atoi(t.text[3:])
	}
	switch {
	case r.Kind != "sma" && r.Kind != "ema" && r.Kind != "wma", r.From == 0:
		return nil, s.expected("a trend such as sma5(field)")
	case r.From < minTrend || r.From > maxTrend:
		return nil, s.errorf(t.from, "expected a trend over %d to %d rows, found %q", minTrend, maxTrend, t.text)
	}
	s.advance()
	if err := s.expect(opening, `"("`); err != nil {
		return nil, err
	}
	var err error
	if r.Field, err = s.fieldName(); err == nil {
		err = s.expect(closing, `")"`)
	}
	if err == nil {
		r.As, err = s.alias()
	}
	if r.As == "" {
		r.As = t.text + "(" + r.Field + ")"
	}
	return r, err
}

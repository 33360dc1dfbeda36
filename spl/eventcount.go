package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"eventcount"}, generates: always, parse: parseEventCount})

// parseEventCount parses eventcount [summarize=b] [index=…] … [report_size=b]
// [list_vix=b]: a count of all events or, with summarize=f, of each index's.
// Sizes on a server's disk are not known here.
func parseEventCount(s *stage) (ast.Stage, error) {
	summarize, size, list := true, false, false
	var indexes []string
	at := s.Off
	err := s.options(func(o option) (bool, error) {
		if o.name == "index" {
			at = s.off(o.value.from)
			indexes = append(indexes, strings.Split(o.text, ",")...)
			return true, nil
		}
		return s.setting(o, map[string]any{"summarize": &summarize, "report_size": &size, "list_vix": &list})
	})
	if err == nil && size {
		err = s.fail("eventcount can't report sizes: events have none here")
	}
	e := &ast.Events{Off: s.Off}
	if len(indexes) > 0 {
		e.Where = &ast.Match{
			Off: at, X: &ast.Field{Off: at, Name: "index"}, Kind: ast.Star, Patterns: indexes, Fold: true,
			List: true, Op: "IN", Null: ast.NullIsFalse,
		}
	}
	s.before = append(s.before, e)
	a := &ast.Aggregate{Off: s.Off, Kind: ast.AggStats, Aggs: []ast.Agg{{Off: s.Off, Func: "count", As: "count", Text: "count"}}}
	if !summarize {
		a.By = []ast.Group{{Off: s.Off, Field: "index"}}
	}
	return a, err
}

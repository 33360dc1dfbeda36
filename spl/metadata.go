package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"metadata"}, generates: always, parse: parseMetadata})

// metadataFields are the fields that metadata lists, by the names of their
// types.
var metadataFields = map[string]string{"hosts": "host", "sources": "source", "sourcetypes": "sourcetype"}

// parseMetadata parses metadata type=hosts|sources|sourcetypes [index=…] …: when
// each host, source or source type was seen, and how often. Here the events
// say so themselves, and recentTime, the time of indexing, is lastTime.
func parseMetadata(s *stage) (ast.Stage, error) {
	var kind, index string
	at := s.Off
	err := s.options(func(o option) (bool, error) {
		if o.name == "index" {
			at = s.off(o.value.from)
		}
		return s.setting(o, map[string]any{"type": &kind, "index": &index, "splunk_server": nil, "splunk_server_group": nil, "datatype": nil})
	})
	if err != nil {
		return nil, err
	}
	field, ok := metadataFields[strings.ToLower(kind)]
	if !ok {
		return nil, s.fail("expected type=hosts, sources or sourcetypes, found %q", short(kind))
	}
	e := &ast.Events{Off: s.Off}
	if index != "" {
		e.Where = &ast.Match{
			Off: at, X: &ast.Field{Off: at, Name: "index"}, Kind: ast.Star, Patterns: []string{index}, Fold: true,
			Op: "=", Null: ast.NullIsFalse,
		}
	}
	s.before = append(s.before, e, s.seen(field))
	return &ast.Assign{Off: s.Off, Set: []ast.Assignment{
		{Off: s.Off, Name: "recentTime", Value: &ast.Field{Off: s.Off, Name: "lastTime"}},
		{Off: s.Off, Name: "type", Value: &ast.Literal{Off: s.Off, Value: strings.ToLower(kind)}},
	}}, nil
}

// seen is stats min(_time) as firstTime max(_time) as lastTime count as
// totalCount by field.
func (s *stage) seen(field string) *ast.Aggregate {
	a := &ast.Aggregate{Off: s.Off, Kind: ast.AggStats, By: []ast.Group{{Off: s.Off, Field: field}}}
	for _, f := range [...]struct{ fn, as string }{{"min", "firstTime"}, {"max", "lastTime"}} {
		a.Aggs = append(a.Aggs, ast.Agg{
			Off: s.Off, Func: f.fn, Arg: &ast.Field{Off: s.Off, Name: "_time"}, As: f.as, Text: f.fn + "(_time)",
		})
	}
	a.Aggs = append(a.Aggs, ast.Agg{Off: s.Off, Func: "count", As: "totalCount", Text: "count"})
	return a
}

package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"timewrap"}, parse: parseTimewrap})

// parseTimewrap parses timewrap span [align=now|end]
// [series=relative|exact|short] [time_format=…]. The span is kept as an option.
func parseTimewrap(s *stage) (ast.Stage, error) {
	r, err := s.reshape("timewrap", "align", "series", "time_format", "span")
	if err != nil {
		return nil, err
	}
	if len(r.Fields) == 1 && r.Options["span"] == "" {
		r.Options = with(r.Options, "span", r.Fields[0])
		r.Fields = nil
	}
	span, ok := parseSpan(r.Options["span"])
	if !ok || len(r.Fields) > 0 || span.Unit == ast.NoUnit || span.Unit == ast.LogUnit {
		return nil, s.fail("expected a length of time such as 1day after timewrap")
	}
	for _, o := range []struct{ name, allowed string }{{"align", " now end "}, {"series", " relative exact short "}} {
		if v, ok := r.Options[o.name]; ok && !strings.Contains(o.allowed, " "+v+" ") {
			return nil, s.fail("expected one of %s as %s, found %q", strings.Join(strings.Fields(o.allowed), ", "), o.name, short(v))
		}
	}
	return r, nil
}

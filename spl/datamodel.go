package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"datamodel"}, generates: always, parse: parseDatamodel})

// parseDatamodel parses datamodel Model Dataset search|flat [options]: the
// events of a dataset, with its fields under their full names or, flat, under
// their own. Without a mode it would show the model as JSON.
func parseDatamodel(s *stage) (ast.Stage, error) {
	at := s.tok.from
	vars := map[string]any{"strict_fields": nil, "allow_old_summaries": nil, "summariesonly": nil, "nodename": nil}
	var words []string
	for {
		if err := s.settings(vars); err != nil {
			return nil, err
		}
		if !s.atName() {
			break
		}
		words = append(words, unquoteArgument(s.advance()))
	}
	if len(words) < 3 {
		return nil, s.fail("expected a model, a dataset and search or flat: datamodel does not show models here")
	}
	d, err := s.dataset(words[0]+"."+words[1], at)
	if err != nil {
		return nil, err
	}
	e := &ast.Events{Off: s.Off, Dataset: d}
	switch mode := strings.ToLower(words[2]); {
	case len(words) > 3:
		return nil, s.fail("unexpected %q in datamodel", short(words[3]))
	case mode == "flat":
		e.Bare = true
	case mode != "search" && mode != "acceleration_search":
		return nil, s.fail("expected search or flat as the mode, found %q", short(words[2]))
	}
	return e, nil
}

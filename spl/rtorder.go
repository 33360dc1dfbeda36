package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"rtorder"}, parse: parseRTOrder})

// parseRTOrder parses rtorder [discard=b] [buffer_span=…] [max_buffer_size=n]:
// the rows in the order of time, the newest first.
func parseRTOrder(s *stage) (ast.Stage, error) {
	keys := []ast.SortKey{{Off: s.Off, Field: "_time", Desc: true}}
	return &ast.Sort{Off: s.Off, Keys: keys}, s.settings(map[string]any{"discard": nil, "buffer_span": nil, "max_buffer_size": nil})
}

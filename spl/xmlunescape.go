package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"xmlunescape"}, parse: parseXMLUnescape})

// parseXMLUnescape parses xmlunescape [maxinputs=n].
func parseXMLUnescape(s *stage) (ast.Stage, error) {
	return &ast.Annotate{Off: s.Off, Kind: "xmlunescape"}, s.settings(map[string]any{"maxinputs": nil})
}

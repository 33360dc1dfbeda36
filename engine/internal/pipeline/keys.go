package pipeline

import (
	"slices"

	"github.com/spoor-lang/spoor/ast"
)

// keysOf returns the columns that tell the rows of a search apart: the keys of
// its last grouping, under the names that they have at the end. It is nil if
// there are none, or if a later stage makes other rows of them.
func keysOf(stages []ast.Stage) []string {
	var keys []string
	for _, st := range stages {
		switch st := st.(type) {
		case *ast.Aggregate:
			switch st.Kind {
			case ast.AggEvent, ast.AggStream:
			case ast.AggStats:
				keys = nil
				for _, g := range st.By {
					keys = append(keys, g.Field)
				}
			default:
				keys = nil
			}
		case *ast.Rename:
			keys = renamed(keys, st.Pairs)
		case *ast.Expand, *ast.Append, *ast.JoinRows, *ast.Reshape, *ast.Transaction, *ast.Map,
			*ast.FormatRows, *ast.Return, *ast.Custom:
			keys = nil
		case *ast.Project:
			if slices.ContainsFunc(keys, func(k string) bool { return st.Drop == named(st.Patterns, k) }) {
				keys = nil
			}
		}
	}
	return keys
}

func named(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return covers(p, name) })
}

func renamed(keys []string, pairs []ast.NamePair) []string {
	t := newTable(keys...)
	t.rename(pairs)
	if len(t.cols) != len(keys) {
		return nil
	}
	return t.cols
}

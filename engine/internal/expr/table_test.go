package expr

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/fn"
)

const root = "../../../"

// functionsOf are the functions of a library and its special forms, in lower
// case.
func functionsOf(lib string) []string {
	names := fn.Names(lib)
	names = slices.AppendSeq(names, maps.Keys(specials[lib]))
	for i, n := range names {
		names[i] = strings.ToLower(n)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Each function stands in the table of its language's documentation, and is
// called by a case of the project's own; the tables hold nothing else.
func TestFunctionTables(t *testing.T) {
	tests := []struct {
		name, doc, heading, cases string
		functions                 []string
	}{
		{"eval", "spl/doc.go", "Functions of eval", "spl_functions_*.test", functionsOf(fn.SPL)},
		{"stats", "spl/doc.go", "Functions of stats", "spl_functions_stats.test", aggregate.Names()},
		{"EQL", "eql/doc.go", "Functions", "eql_functions.test", functionsOf(fn.Endgame)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Empty(t, cmp.Diff(tt.functions, documented(t, tt.doc, tt.heading)), tt.doc)
			used := called(t, tt.cases)
			for _, name := range tt.functions {
				assert.True(t, used[name], "%s has no case in testdata/tests/%s", name, tt.cases)
			}
		})
	}
}

// documented are the names in the table below a heading.
func documented(t *testing.T, path, heading string) []string {
	t.Helper()
	data, err := os.ReadFile(root + path)
	require.NoError(t, err)
	_, section, found := strings.Cut(string(data), "// # "+heading+"\n")
	require.True(t, found, "%s has no section %q", path, heading)
	section, _, _ = strings.Cut(section, "// # ")
	var names []string
	for line := range strings.Lines(section) {
		row, ok := strings.CutPrefix(line, "//\t")
		if !ok {
			continue
		}
		words := strings.Fields(strings.ToLower(row))
		if row[0] != ' ' {
			words = words[1:] // the row's own name
		}
		names = append(names, words...)
	}
	slices.Sort(names)
	return names
}

// call is a name before a bracket, or before one of percentiles' numbers.
var call = regexp.MustCompile(`([a-z_]\w*?[a-z_0-9]*?)(?:90)?~?\(|stats (count)\b`)

// called are the functions that the rules of the cases call.
func called(t *testing.T, pattern string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(root + "testdata/tests/" + pattern)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	used := map[string]bool{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		for line := range strings.Lines(string(data)) {
			if strings.HasPrefix(line, "\t") {
				for _, m := range call.FindAllStringSubmatch(strings.ToLower(line), -1) {
					used[m[1]+m[2]] = true
				}
			}
		}
	}
	return used
}

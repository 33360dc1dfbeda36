package spl

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The tables of commands say what the registry holds, no more and no less.
func TestCommandTables(t *testing.T) {
	registered := commandNames()

	doc := read(t, "doc.go")
	_, doc, found := strings.Cut(doc, "// # Commands\n")
	require.True(t, found)
	doc, _, _ = strings.Cut(doc, "// Commands that")
	assert.Empty(t, cmp.Diff(registered, tableWords(doc)), "doc.go")

	var listed []string
	_, readme, found := strings.Cut(read(t, "../README.md"), "| group | commands |\n| --- | --- |\n")
	require.True(t, found)
	readme, _, _ = strings.Cut(readme, "\n\n")
	for row := range strings.Lines(readme) {
		for name := range strings.SplitSeq(strings.Split(row, "|")[2], ",") {
			listed = append(listed, strings.TrimSpace(name))
		}
	}
	slices.Sort(listed)
	assert.Empty(t, cmp.Diff(registered, listed), "README.md")
}

// tableWords are the words of a table in a comment, sorted, without the names
// of its rows.
func tableWords(doc string) []string {
	var words []string
	for line := range strings.Lines(doc) {
		row, ok := strings.CutPrefix(line, "//\t")
		if !ok {
			continue
		}
		fields := strings.Fields(row)
		if row[0] != ' ' {
			fields = fields[1:]
		}
		words = append(words, fields...)
	}
	slices.Sort(words)
	return words
}

var commandUse = regexp.MustCompile(`(?:\||\[|"|\t)\s*([a-z]\w*)`)

// Each command is used by a case of the project's own.
func TestCommandsHaveCases(t *testing.T) {
	files, err := os.ReadDir("../testdata/tests")
	require.NoError(t, err)
	used := map[string]bool{}
	for _, f := range files {
		if !strings.HasPrefix(f.Name(), "spl_") {
			continue
		}
		for line := range strings.Lines(read(t, "../testdata/tests/"+f.Name())) {
			if !strings.HasPrefix(line, "\t") {
				continue
			}
			for _, m := range commandUse.FindAllStringSubmatch(line, -1) {
				used[m[1]] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(commands)) {
		assert.True(t, used[name], "the command %s has no case in testdata/tests/spl_*.test", name)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

package yamltree

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plain are texts that are read without the library.
var plain = []string{
	"a: 1",
	"a: 1\nb: two words\n",
	"# comment\n\na: b\n  # another\n\nc: d\n",
	"a:\nb: ~\nc: null\nd: ''\ne:   \n",
	"a:\n  b:\n    c: d\n  e: f\ng: h\n",
	"a:\n- b\n- c\nd: e",
	"a:\n  - b\n  -   c: d\n      e: f\n  - - g\n    - h\n  -\n  -\n    i: j\n",
	"a: one\n  two\n\n  three\n\n\n   four\nb: five\n",
	"a:\n  on the next\n  line\nb: c",
	"a: http://host:80/x::y,z#",
	"a: 'it''s'\nb: 'x y  '\nc: ' one\n\n  two\n  three '\n",
	`a: "q \" \\ \/ \n \r \t e"` + "\nb: \"one\n  two \\\n  three\\\n  four\n\n  five\"\n",
	"a: |\n  one\n   two\n\n  three\n\n\nb: |-\n  x\n\nc: |+\n  y\n\nd: e\n",
	"a: >\n  one\n  two\n\n  three\n   four\n  five\n\n   six\n\n  seven\nb: >-\n\n\n  x\n  y\nc: >+\n  z\n\n",
	"a: |\n\n  one\n     \n  two\n  \n# comment\nb: c\n",
	"a: []\nb: [c]\nd: [ e , f-g.h,i ]\nj:\n- [k]\n- [null]",
	"a: ünïcode – “text”\nb: \U0001F600 x\n",
	"a.b: c\nd-e: f\ng h: i\n",
	"a: x  \n\n \nb:   y\n",
	"a: b\n  - c",
}

// other are texts that only the library reads, or finds to be wrong.
var other = []string{
	"", "\n", "a", "- a", "a: b: c", "a: b #c", "a: b # c", "a: # c\n  b", "---\na: b", "a: b\n---\nc: d", "a: b\n...\n",
	"a: &x b\nc: *x", "a: *x", "a: !!str b", "<<: {a: b}", "{a: b}", "[a]", "a: {b: c}", "a: [b, [c]]", "a: [b,\n c]", "a: [b c]", "a: [,]",
	"a: [b,]", "a: b\n c: d", "a:\n  b: c\n d: e", "a: b\n  c: d", "? a\n: b", "'a': b", "\"a\": b", "a : b",
	"a: b\tc", "a:\tb", "\ta: b", "a: b\r\nc: d\r\n", "\ufeffa: b", "a: 'b", "a: \"b", "a: \"\\q\"", "a: \"\\x41\"", "a: 'b' c", "a: 'b\nc'",
	"a: |2\n   b\n", "a: |\nb: c\n", "a: |\n  b", "a: |\n    \n  b\n", "a: | # c\n  b\n", "a: @b", "a: `b`", "a: %b", "a: - b", "a: ,b",
	"a: b\n\x00", "a: \xff", "a: \u2028", "a: b\x85", "a:\n- b\nc", "a:\n- b\n  c: d\n", "a\n: b", "a:\n  - b\n - c\n", "a:b", "-a: b",
	strings.Repeat("- ", 60) + "a", "a: " + strings.Repeat("[", 60), "a:\n    b\n# c\n  d\n",
}

func TestPlain(t *testing.T) {
	for _, text := range plain {
		assert.True(t, alike(t, text), "%q is not read", text)
	}
}

func TestOther(t *testing.T) {
	for _, text := range other {
		assert.False(t, alike(t, text), "%q is read", text)
	}
}

// alike checks that what is read without the library is what the library reads.
func alike(t *testing.T, text string) bool {
	t.Helper()
	n, ok := parsePlain(text)
	if !ok {
		return false
	}
	want, err := parseAny(text)
	require.NoError(t, err, "%q", text)
	require.Equal(t, dump(want), dump(n), "%q", text)
	return true
}

// dump writes a tree in a line a node.
func dump(n *Node) string {
	var b strings.Builder
	var write func(n *Node, depth int)
	write = func(n *Node, depth int) {
		fmt.Fprintf(&b, "%*s%d %d %v %d %q\n", 2*depth, "", n.Kind, n.Style, n.Null, n.Off, n.Value)
		for _, c := range n.Content {
			write(c, depth+1)
		}
	}
	if n != nil {
		write(n, 0)
	}
	return b.String()
}

func TestParse(t *testing.T) {
	n, err := Parse("")
	require.NoError(t, err)
	assert.Nil(t, n)

	n, err = Parse("a: &x [é, *x]\nb: *x")
	require.NoError(t, err)
	list := n.Content[1]
	assert.Same(t, list, n.Content[3])
	assert.Same(t, list, list.Content[1])
	assert.Equal(t, List, list.Kind)

	_, err = Parse("é: b\nü: c: d")
	var bad *Error
	require.ErrorAs(t, err, &bad)
	assert.Equal(t, "mapping values are not allowed in this context", bad.Error())
	assert.Equal(t, len("é: b\nü: c"), bad.Off)
}

// TestCorpus reads the real rule files both ways.
func TestCorpus(t *testing.T) {
	root := os.Getenv("SPOOR_SHARED")
	if root == "" {
		t.Skip("SPOOR_SHARED is not set")
	}
	files, read := 0, 0
	err := filepath.WalkDir(filepath.Join(root, "corpus"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".yml" {
			return err
		}
		text, err := os.ReadFile(name)
		files++
		if alike(t, string(text)) {
			read++
		}
		return err
	})
	require.NoError(t, err)
	assert.Greater(t, read, files*9/10, "of %d files", files)
}

// FuzzParse holds that both ways make the same tree.
func FuzzParse(f *testing.F) {
	for _, text := range append(plain, other...) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { alike(t, text) })
}

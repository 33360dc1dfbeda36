package ruletest

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Test runs the test files that match a pattern (as fs.Glob takes it) below
// the folder root, each file and each case as a subtest. It is an error if no
// file matches. If the test binary has a bool flag `-update` and it is set,
// the golden trees in the files are rewritten instead.
func Test(t *testing.T, root, pattern string) {
	t.Helper()
	dir := os.DirFS(root)
	files, err := fs.Glob(dir, pattern)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("no file matches %s in %s", pattern, root)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".test"), func(t *testing.T) { testFile(t, root, dir, name) })
	}
}

func testFile(t *testing.T, root string, dir fs.FS, name string) {
	data, err := fs.ReadFile(dir, name)
	if err != nil {
		t.Fatal(err)
	}
	cases, err := Parse(name, string(data), dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatalf("%s holds no case", name)
	}
	if updating() {
		if err := rewrite(filepath.Join(root, name), string(data), cases); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			for _, f := range c.Run() {
				t.Error(f.String())
			}
		})
	}
}

// updating looks the flag up instead of defining it: two packages that do
// cannot be linked together.
func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

// rewrite puts the trees as they are in the place of those in the file.
func rewrite(path, text string, cases []*Case) error {
	lines := strings.Split(text, "\n")
	for _, c := range slices.Backward(cases) {
		r := &runner{Case: c}
		rules := r.load()
		for _, t := range slices.Backward(c.trees) {
			for _, x := range rules {
				if x.ID != t.rule {
					continue
				}
				tree := strings.TrimRight(treeText(x.Query), "\n")
				fresh := strings.Split("\t"+strings.ReplaceAll(tree, "\n", "\n\t"), "\n")
				lines = slices.Replace(lines, t.from, t.to, fresh...)
			}
		}
	}
	fresh := strings.Join(lines, "\n")
	if fresh == text {
		return nil
	}
	if err := os.WriteFile(path, []byte(fresh), 0o644); err != nil {
		return fmt.Errorf("rewriting trees: %w", err)
	}
	return nil
}

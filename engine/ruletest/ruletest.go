package ruletest

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Test runs the test files that match a pattern (as fs.Glob takes it) below
// the folder root, each file and each case as a subtest. It is an error if no
// file matches. If the test binary has a bool flag `-update` and it is set,
// the files are rewritten first, as [Rewrite] does.
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
	text := string(data)
	if updating() {
		if text, err = update(filepath.Join(root, name), name, text, dir); err != nil {
			t.Fatal(err)
		}
	}
	cases, err := Parse(name, text, dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatalf("%s holds no case", name)
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

// update rewrites a file on disk, if that changes it.
func update(path, name, text string, dir fs.FS) (string, error) {
	fresh, err := Rewrite(name, text, dir)
	if err != nil || fresh == text {
		return text, err
	}
	return fresh, os.WriteFile(path, []byte(fresh), 0o644)
}

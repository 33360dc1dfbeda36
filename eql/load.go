package eql

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// LoadRules reads the rule files that a pattern names: a glob as of fs.Glob,
// or a folder, of which it reads every *.toml and *.eql below. The rules are
// in the order of their files' names.
//
// Every bad file is an error in the returned one, which joins them; the other
// files' rules are returned beside it. For a file with a rule in another
// language that error wraps [ErrNotEQL]. A pattern that names no file is an
// error.
func LoadRules(fsys fs.FS, pattern string) ([]*ast.Rule, error) {
	names, err := ruleFiles(fsys, pattern)
	if err != nil {
		return nil, err
	}
	return syntax.ParseFiles(fsys, names, ParseRule)
}

// ruleFiles returns the names of the files that a pattern names, sorted.
func ruleFiles(fsys fs.FS, pattern string) ([]string, error) {
	info, err := fs.Stat(fsys, pattern)
	if err == nil && info.IsDir() {
		return below(fsys, pattern)
	}
	names, err := fs.Glob(fsys, pattern)
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("no rule file matches %q", pattern)
	}
	return names, err
}

func below(fsys fs.FS, folder string) (names []string, err error) {
	err = fs.WalkDir(fsys, folder, func(name string, d fs.DirEntry, err error) error {
		if ext := strings.ToLower(path.Ext(name)); err == nil && !d.IsDir() && (ext == ".toml" || ext == ".eql") {
			names = append(names, name)
		}
		return err
	})
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("no rule file in %s: expected *.toml or *.eql", folder)
	}
	return names, err
}

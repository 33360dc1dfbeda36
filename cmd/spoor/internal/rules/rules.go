// Package rules finds and reads the rules that the command line is given, of
// both vendors.
package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

// File is a rule file that was read.
type File struct {
	Name string
	Rule *ast.Rule // nil if Err is set
	Err  error
	// Unread tells that Err is not about what is in the file: it could not be
	// read, or there is none.
	Unread bool
}

// Foreign reports whether the file holds a rule in a language that is not
// Spoor's, such as KQL.
func (f File) Foreign() bool { return errors.Is(f.Err, eql.ErrNotEQL) }

// Load reads the rule files that paths name: files, folders with all below
// them, and globs. A path that names no rule is a File with an Err. c may be
// nil. Files below the folder but, which is that of the content, are no rules;
// it may be empty.
func Load(paths []string, c *spl.Content, but string) []File {
	var files []File
	for _, p := range paths {
		names, err := Find(p)
		if err != nil {
			files = append(files, File{Name: p, Err: fmt.Errorf("%s: %w", p, err), Unread: true})
		}
		for _, name := range names {
			if !below(but, name) {
				files = append(files, read(name, c))
			}
		}
	}
	return files
}

// below reports whether a file is below a folder.
func below(dir, name string) bool {
	if dir == "" {
		return false
	}
	abs, err := filepath.Abs(name)
	rel, err2 := filepath.Rel(dir, abs) // flags of type "path" are absolute
	return err == nil && err2 == nil && filepath.IsLocal(rel)
}

// Content reads the folder that searches' macros and lookups are in; without
// a folder it is nil, which is the built-in content.
func Content(dir string) (*spl.Content, error) {
	if dir == "" {
		return nil, nil
	}
	if _, err := os.ReadDir(dir); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, reason(err))
	}
	c, err := spl.LoadContent(os.DirFS(dir))
	if c != nil {
		c.Evaluate = engine.Evaluate
	}
	return c, err
}

// Flatten returns the single errors of which an error is joined.
func Flatten(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, Flatten(e)...)
	}
	return all
}

// Find returns the rule files that a path names: a file, those of a glob, or
// those below a folder.
func Find(p string) ([]string, error) {
	info, err := os.Stat(p)
	if err != nil {
		if globbed, _ := filepath.Glob(p); len(globbed) > 0 {
			return globbed, nil
		}
		return nil, reason(err)
	}
	if !info.IsDir() {
		return []string{p}, nil
	}
	var names []string
	err = filepath.WalkDir(p, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && Known(name) {
			names = append(names, name)
		}
		return err
	})
	if err == nil && len(names) == 0 {
		err = errors.New("no rule file in this folder: expected *.toml, *.eql, *.yml, *.yaml or *.spl")
	}
	return names, err
}

// Known reports whether a file is a rule by its name.
func Known(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".toml", ".eql", ".yml", ".yaml", ".spl":
		return true
	}
	return false
}

func read(name string, c *spl.Content) File {
	data, err := os.ReadFile(name)
	if err != nil {
		return File{Name: name, Err: fmt.Errorf("%s: %w", name, reason(err)), Unread: true}
	}
	f := File{Name: name}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".toml", ".eql":
		f.Rule, f.Err = eql.ParseRule(name, data)
	case ".yml", ".yaml", ".spl":
		f.Rule, f.Err = spl.ParseRule(name, data, c)
	case ".json", ".ndjson":
		f.Err = fmt.Errorf("%s: expected a rule file (.toml, .eql, .yml, .yaml or .spl), found JSON: detection-rules writes Kibana's rules as TOML (python -m detection_rules kibana export-rules)", name)
	default:
		f.Err = fmt.Errorf("%s: expected a rule file (.toml, .eql, .yml, .yaml or .spl)", name)
	}
	return f
}

func reason(err error) error {
	if p := (*os.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

package spl

import (
	"errors"
	"fmt"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/yamltree"
)

// errorText is an error without a place: whoever knows the place puts it
// before the text.
func errorText(format string, args ...any) error { return fmt.Errorf(format, args...) }

// yamlFile is a YAML file, read as a tree.
type yamlFile struct {
	src  *ast.Source
	root *yamltree.Node // nil for an empty file
	errs []error
}

// readYAML reads the first document of a file. Its error has a place.
func readYAML(name string, data []byte) (*yamlFile, error) {
	f := &yamlFile{src: &ast.Source{Name: name, Text: string(data)}}
	root, err := yamltree.Parse(f.src.Text)
	if err != nil {
		return nil, f.syntaxError(err)
	}
	if f.root = root; root != nil && root.Kind == yamltree.Mapping {
		f.duplicates(root)
	}
	return f, nil
}

func (f *yamlFile) syntaxError(err error) error {
	var bad *yamltree.Error
	if !errors.As(err, &bad) || bad.Off < 0 {
		return &ast.Error{Name: f.src.Name, Message: err.Error()}
	}
	return f.src.Errorf(bad.Off, "%s", bad.Message)
}

func (f *yamlFile) duplicates(n *yamltree.Node) {
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		if seen[key] {
			f.errorf(n.Content[i], "key %q is there twice", key)
		}
		seen[key] = true
	}
}

// maxErrors is how many errors of one file are kept: more than anybody reads
// at a time.
const maxErrors = 20

// errorf notes an error at a node; a nil node stands for the file's begin.
func (f *yamlFile) errorf(n *yamltree.Node, format string, args ...any) {
	if len(f.errs) >= maxErrors {
		return
	}
	f.errs = append(f.errs, f.src.Errorf(f.at(n), format, args...))
}

// err joins the errors that were noted.
func (f *yamlFile) err() error { return errors.Join(f.errs...) }

func (f *yamlFile) at(n *yamltree.Node) int {
	if n == nil {
		return 0
	}
	return n.Off
}

// entry returns the value of a mapping's key, and nil where there is none or
// n is no mapping.
func entry(n *yamltree.Node, key string) *yamltree.Node {
	if n == nil || n.Kind != yamltree.Mapping {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// text returns the scalar at a mapping's key, and notes an error for anything
// else. Missing and null are empty.
func (f *yamlFile) text(n *yamltree.Node, key string) string {
	return f.scalar(entry(n, key), key)
}

func (f *yamlFile) scalar(v *yamltree.Node, what string) string {
	switch {
	case v == nil || v.Kind == yamltree.Scalar && v.Null:
		return ""
	case v.Kind != yamltree.Scalar:
		f.errorf(v, "expected text as %s, found a %s", what, kindName(v))
		return ""
	}
	return v.Value
}

// texts returns the scalars of the list at a mapping's key; a lone scalar is
// a list of one.
func (f *yamlFile) texts(n *yamltree.Node, key string) []string {
	v := entry(n, key)
	if v == nil || v.Null {
		return nil
	}
	if v.Kind != yamltree.List {
		if s := f.scalar(v, key); s != "" {
			return []string{s}
		}
		return nil
	}
	list := make([]string, 0, len(v.Content))
	for _, e := range v.Content {
		if s := f.scalar(e, "an item of "+key); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// items returns the mappings of the list at a mapping's key. A lone mapping
// is a list of one.
func (f *yamlFile) items(n *yamltree.Node, key string) []*yamltree.Node {
	v := entry(n, key)
	if v == nil || v.Null {
		return nil
	}
	if v.Kind == yamltree.Mapping {
		return []*yamltree.Node{v}
	}
	if v.Kind != yamltree.List {
		f.errorf(v, "expected a list as %s, found a %s", key, kindName(v))
		return nil
	}
	var list []*yamltree.Node
	for _, e := range v.Content {
		if e.Kind == yamltree.Mapping {
			list = append(list, e)
		} else {
			f.errorf(e, "expected keys and values as an item of %s, found a %s", key, kindName(e))
		}
	}
	return list
}

func kindName(n *yamltree.Node) string {
	switch n.Kind {
	case yamltree.Mapping:
		return "mapping"
	case yamltree.List:
		return "list"
	}
	return "text"
}

package spl

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// LoadContent reads content from files laid out as in the repository of
// Splunk's security content:
//
//	macros/*.yml       name, definition, arguments
//	lookups/*.yml      name, filename or collection, match_type, min_matches, …
//	lookups/*.csv      the tables, also without a definition
//	deployments/*.yml  type, scheduling
//	eventtypes/*.yml   name, search
//	tags/*.yml         field, value, tags
//	data_models/*.yml  see [ParseModel]; *.json in Splunk's own form, too
//
// Folders that are not there are empty; files with other endings, such as
// trained models, are not read. A bad file does not keep the others from
// loading: the content is never nil, and the error joins what was wrong, with
// places.
func LoadContent(fsys fs.FS) (*Content, error) {
	l := loader{fsys: fsys, files: syntax.Files{FS: fsys}, c: &Content{
		Macros:     map[string]Macro{},
		Lookups:    map[string]*ast.LookupDef{},
		Models:     map[string]*Model{},
		EventTypes: map[string]string{},
		Tags:       map[string][]string{},
		Schedules:  map[string]ast.Schedule{},
	}}
	l.each("macros", l.macro, ".yml", ".yaml")
	l.each("lookups", l.table, ".csv")
	l.each("lookups", l.lookup, ".yml", ".yaml")
	l.each("deployments", l.deployment, ".yml", ".yaml")
	l.each("eventtypes", l.eventType, ".yml", ".yaml")
	l.each("tags", l.tags, ".yml", ".yaml")
	l.each("data_models", l.model, ".yml", ".yaml", ".json")
	return l.c, errors.Join(l.errs...)
}

type loader struct {
	fsys  fs.FS
	files syntax.Files
	c     *Content
	errs  []error
}

// each hands every file of a folder with one of the endings to read, in order
// of names.
func (l *loader) each(folder string, read func(name string, data []byte) error, endings ...string) {
	entries, err := fs.ReadDir(l.fsys, folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.errs = append(l.errs, err)
	}
	for _, e := range entries {
		if e.IsDir() || !slices.Contains(endings, strings.ToLower(path.Ext(e.Name()))) {
			continue
		}
		name := path.Join(folder, e.Name())
		data, err := l.files.Read(name)
		if err == nil {
			err = read(name, data)
		}
		if err != nil {
			l.errs = append(l.errs, err)
		}
	}
}

// stem is a file's name without folder and ending.
func stem(name string) string {
	base := path.Base(name)
	return strings.TrimSuffix(base, path.Ext(base))
}

func (l *loader) macro(name string, data []byte) error {
	f, err := readYAML(name, data)
	if err != nil {
		return err
	}
	m := f.macro()
	l.c.Macros[macroKey(m.Name, len(m.Args))] = m
	return f.err()
}

// macro reads a file that defines one. A name may carry the number of
// arguments, as in Splunk's own macros.conf.
func (f *yamlFile) macro() Macro {
	m := Macro{
		Name:       f.named(),
		Args:       f.texts(f.root, "arguments"),
		Definition: f.text(f.root, "definition"),
		Eval:       f.flag(f.root, "iseval", false),
	}
	if bare, count, ok := strings.Cut(m.Name, "("); ok {
		m.Name = bare
		if count != strconv.Itoa(len(m.Args))+")" {
			f.errorf(entry(f.root, "name"), "macro %s( has %d arguments, but its name says (%s", bare, len(m.Args), count)
		}
	}
	if entry(f.root, "definition") == nil {
		f.errorf(f.root, "expected a definition of macro %q", m.Name)
	}
	return m
}

// named returns the file's name key, or in its absence the file's stem.
func (f *yamlFile) named() string {
	if name := f.text(f.root, "name"); name != "" {
		return name
	}
	f.errorf(f.root, "expected a name")
	return stem(f.src.Name)
}

func (l *loader) table(name string, data []byte) error {
	t, err := readCSV(data)
	if err != nil {
		return &ast.Error{Name: name, Message: err.Error()}
	}
	file := path.Base(name)
	l.c.Lookups[file] = NewLookup(file, t)
	return nil
}

func (l *loader) deployment(name string, data []byte) error {
	f, err := readYAML(name, data)
	if err != nil {
		return err
	}
	kind, when := f.text(f.root, "type"), entry(f.root, "scheduling")
	if kind == "" {
		f.errorf(f.root, "expected the type of detections that the deployment is for")
	}
	if when == nil {
		f.errorf(f.root, "expected a scheduling")
	}
	if len(f.errs) == 0 {
		l.c.Schedules[kind] = f.schedule(when)
	}
	return f.err()
}

func (l *loader) eventType(name string, data []byte) error {
	f, err := readYAML(name, data)
	if err != nil {
		return err
	}
	search := f.text(f.root, "search")
	if search == "" {
		f.errorf(f.root, "expected a search")
	}
	l.c.EventTypes[f.named()] = search
	return f.err()
}

func (l *loader) tags(name string, data []byte) error {
	f, err := readYAML(name, data)
	if err != nil {
		return err
	}
	field, value, tags := f.text(f.root, "field"), f.text(f.root, "value"), f.texts(f.root, "tags")
	if field == "" || value == "" || len(tags) == 0 {
		f.errorf(f.root, "expected a field, a value and tags")
	}
	if len(f.errs) == 0 {
		l.c.Tags[field+"="+value] = append(l.c.Tags[field+"="+value], tags...)
	}
	return f.err()
}

func (l *loader) model(name string, data []byte) error {
	m, err := ParseModel(name, data)
	if m != nil {
		l.c.Models[m.Name] = m
	}
	return err
}

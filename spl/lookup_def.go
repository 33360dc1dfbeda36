package spl

import (
	"path"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"go.yaml.in/yaml/v4"
)

// lookup reads the definition of a lookup. The tables are there already: a
// definition takes the one that its file name names, and both names then
// stand for one store.
func (l *loader) lookup(name string, data []byte) error {
	f, err := readYAML(name, data)
	if err != nil {
		return err
	}
	file := f.lookupFile()
	if strings.HasSuffix(file, modelEnding) {
		return nil
	}
	d := f.lookupDef(file)
	if t, ok := l.c.Lookups[file]; ok && file != "" {
		d.Table = t.Table
	}
	l.c.Lookups[d.Name] = d
	if _, ok := l.c.Lookups[file]; !ok && file != "" {
		l.c.Lookups[file] = emptyLookup(file)
	}
	return f.err()
}

// modelEnding is the ending of trained models, which Splunk files beside
// tables, and which no lookup reads.
const modelEnding = ".mlmodel"

// lookupFile names the lookup's table. In newer files it goes without saying
// that a table bears the name of its definition's file.
func (f *yamlFile) lookupFile() string {
	if file := f.text(f.root, "filename"); file != "" {
		return path.Base(file)
	}
	switch f.text(f.root, "lookup_type") {
	case "csv":
		return stem(f.src.Name) + ".csv"
	case "mlmodel":
		return stem(f.src.Name) + modelEnding
	}
	return ""
}

func (f *yamlFile) lookupDef(file string) *ast.LookupDef {
	d := &ast.LookupDef{
		Name:          f.named(),
		CaseSensitive: f.flag(f.root, "case_sensitive_match", f.text(f.root, "lookup_type") == ""),
		MinMatches:    f.number(f.root, "min_matches", 0, 0, maxMaxMatches),
		MaxMatches:    f.number(f.root, "max_matches", defaultMaxMatches, 1, maxMaxMatches),
		Default:       f.text(f.root, "default_match"),
		Collection:    file,
	}
	if file == "" {
		if d.Collection = f.text(f.root, "collection"); d.Collection == "" {
			d.Collection = d.Name
		}
		// A collection is empty until a search writes to it, and that is how
		// it is meant: a table without rows, not a table that is missing.
		d.Table = NewTable(splitList(strings.Join(f.texts(f.root, "fields_list"), ",")), nil)
	}
	kinds := strings.Join(f.texts(f.root, "match_type"), ",")
	match, err := parseMatchType(kinds)
	if err != nil {
		f.errorf(entry(f.root, "match_type"), "%v", err)
	}
	d.Match = match
	return d
}

func splitList(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
}

// flag returns the boolean at a mapping's key, in any of Splunk's notations,
// quoted or not.
func (f *yamlFile) flag(n *yaml.Node, key string, missing bool) bool {
	switch s := f.text(n, key); strings.ToLower(s) {
	case "":
		return missing
	case "true", "t", "1", "yes":
		return true
	case "false", "f", "0", "no":
		return false
	default:
		f.errorf(entry(n, key), "expected true or false as %s, found %q", key, s)
		return missing
	}
}

// number returns the whole number at a mapping's key, which must lie within
// low and high.
func (f *yamlFile) number(n *yaml.Node, key string, missing, low, high int) int {
	s := f.text(n, key)
	if s == "" {
		return missing
	}
	// Some write 25.0.
	x, err := strconv.ParseFloat(s, 64)
	i := int(x)
	if err != nil || float64(i) != x || i < low || i > high {
		f.errorf(entry(n, key), "expected a whole number from %d to %d as %s, found %q", low, high, key, s)
		return missing
	}
	return i
}

package spl

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
	"go.yaml.in/yaml/v4"
)

// ParseRule parses a detection: a YAML file as Splunk's security content has
// them, in its older form (tags with message, confidence and impact), the one
// behind it (rba), or the newest (finding, intermediate_findings, and no tags),
// or else the bare text of a search. The name is the file's,
// and its ending (.yml, .yaml, .json, .spl) tells which of the two it is; if
// it has no such ending, the text does. Bare text becomes a rule that is named
// after its file.
//
// c may be nil. The rule is nil if there is an error; the error joins what is
// wrong with the file and its search, and lines and columns are those of the
// file.
func ParseRule(name string, yaml []byte, c *Content) (*ast.Rule, error) {
	if !isDetection(name, yaml) {
		return parseBare(name, string(yaml), c)
	}
	f, err := readYAML(name, yaml)
	if err != nil {
		return nil, err
	}
	r := f.rule(c)
	if err := f.err(); err != nil {
		return nil, err
	}
	return r, nil
}

// ruleEndings are the endings of the files that LoadRules finds in folders.
var ruleEndings = []string{".yml", ".yaml", ".spl"}

// LoadRules parses the detections that pattern names: a glob of files, as in
// [fs.Glob], or a folder, which is searched with its subfolders for *.yml,
// *.yaml and *.spl. They come in the order of their names. The files are
// parsed on as many goroutines as may run at a time, which all use c; fsys is
// asked by one of them at a time.
//
// A bad file does not keep the others from loading: the error joins what was
// wrong, and the rules that are good come with it.
func LoadRules(fsys fs.FS, pattern string, c *Content) ([]*ast.Rule, error) {
	names, err := ruleFiles(fsys, pattern)
	if err != nil {
		return nil, err
	}
	return syntax.ParseFiles(fsys, names, func(name string, data []byte) (*ast.Rule, error) {
		return ParseRule(name, data, c)
	})
}

func ruleFiles(fsys fs.FS, pattern string) ([]string, error) {
	if info, err := fs.Stat(fsys, pattern); err != nil || !info.IsDir() {
		names, err := fs.Glob(fsys, pattern)
		if err == nil && len(names) == 0 {
			err = &fs.PathError{Op: "open", Path: pattern, Err: fs.ErrNotExist}
		}
		return names, err
	}
	var names []string
	err := fs.WalkDir(fsys, pattern, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && slices.Contains(ruleEndings, strings.ToLower(path.Ext(name))) {
			names = append(names, name)
		}
		return err
	})
	return names, err
}

// detectionKey is a line as every detection file has one, and hardly any
// search does; JSON, which is YAML as well, begins with a brace.
var detectionKey = regexp.MustCompile(`(?m)^(\x{feff}?\{|["']?(search|name|id|type)["']?[ \t]*:)`)

func isDetection(name string, text []byte) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".yml", ".yaml", ".json":
		return true
	case ".spl":
		return false
	}
	return detectionKey.Match(text)
}

// parseBare makes a rule of a search that comes without a file's fields.
func parseBare(name, text string, c *Content) (*ast.Rule, error) {
	q, err := parseSource(&ast.Source{Name: name, Text: text}, c)
	if err != nil {
		return nil, err
	}
	return &ast.Rule{
		ID: stem(name), Name: stem(name), Query: q,
		Schedule: c.schedule(""), Source: q.Source,
	}, nil
}

// rule reads a detection. What is wrong is noted in f.
func (f *yamlFile) rule(c *Content) *ast.Rule {
	if f.root == nil || f.root.Kind != yaml.MappingNode {
		f.errorf(f.root, "expected the keys of a detection")
		return nil
	}
	if n := entry(f.root, "logsource"); n != nil && entry(f.root, "search") == nil {
		f.errorf(n, "expected a detection with a search, found a rule in Sigma: convert it to SPL first")
		return nil
	}
	r := &ast.Rule{
		ID:          f.required("id"),
		Name:        f.required("name"),
		Description: f.text(f.root, "description"),
		Version:     f.text(f.root, "version"),
		Status:      f.text(f.root, "status"),
		Type:        f.required("type"),
		Authors:     splitAuthors(f.text(f.root, "author")),
		References:  f.texts(f.root, "references"),
		Tags:        f.ruleTags(),
		Source:      f.src,
	}
	tags := f.tags()
	for _, id := range f.texts(tags, "mitre_attack_id") {
		if !slices.Contains(r.TechniqueIDs, id) {
			r.TechniqueIDs = append(r.TechniqueIDs, id)
		}
	}
	r.Schedule = c.schedule(r.Type)
	if when := entry(entry(f.root, "deployment"), "scheduling"); when != nil {
		r.Schedule = f.schedule(when)
	}
	if when := entry(f.root, "scheduling"); when != nil {
		r.Schedule = f.schedule(when)
	}
	f.risk(r, tags)
	r.Suppression = f.suppression(tags)
	search := f.required("search")
	r.Query = f.query(search, c)
	r.Drilldowns = f.drilldowns(strings.TrimSpace(search))
	r.Notes = f.notes()
	return r
}

func (f *yamlFile) required(key string) string {
	s := f.text(f.root, key)
	if s == "" {
		f.errorf(entry(f.root, key), "expected the %s of the detection", key)
	}
	return s
}

func splitAuthors(text string) []string {
	var authors []string
	for a := range strings.SplitSeq(text, ",") {
		if a = strings.TrimSpace(a); a != "" {
			authors = append(authors, a)
		}
	}
	return authors
}

// tags is where the tags stand: under a key of their own, or, in the newest
// form, among the other keys.
func (f *yamlFile) tags() *yaml.Node {
	if tags := entry(f.root, "tags"); tags != nil {
		return tags
	}
	return f.root
}

// ruleTags puts what a file says of itself in the words that both vendors'
// rules are tagged with: `Domain: endpoint`.
func (f *yamlFile) ruleTags() []string {
	tags := f.tags()
	var list []string
	for _, t := range []struct {
		kind   string
		values []string
	}{
		{"Story", f.texts(tags, "analytic_story")},
		{"Asset", f.texts(tags, "asset_type")},
		{"Domain", f.texts(tags, "security_domain")},
		{"Data Source", f.texts(f.root, "data_source")},
		{"CVE", f.texts(tags, "cve")},
	} {
		for _, v := range t.values {
			list = append(list, t.kind+": "+v)
		}
	}
	return list
}

// query parses the detection's search, with the way back to its file.
func (f *yamlFile) query(search string, c *Content) *ast.Query {
	if search == "" {
		return nil
	}
	src := &ast.Source{Name: f.src.Name, Text: search, Anchors: f.anchors(entry(f.root, "search"))}
	q, err := parseSource(src, c)
	if err != nil {
		f.errs = append(f.errs, err)
		return nil
	}
	return q
}

// anchors lay a scalar's text over the file.
func (f *yamlFile) anchors(n *yaml.Node) []ast.Anchor {
	raw, start := f.src.Text, f.at(n)
	esc := syntax.NoEscape
	switch {
	case n.Style&yaml.SingleQuotedStyle != 0:
		start, esc = start+1, syntax.DoubledQuote
	case n.Style&yaml.DoubleQuotedStyle != 0:
		start, esc = start+1, syntax.BackslashEscape
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		// The content begins on the line below the indicator.
		if i := strings.IndexByte(raw[start:], '\n'); i >= 0 {
			start += i + 1
		}
	}
	return syntax.Anchors(raw, start, n.Value, esc)
}

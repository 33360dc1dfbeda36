package spl

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spoor-lang/spoor/ast"
	"go.yaml.in/yaml/v4"
)

// errorText is an error without a place: whoever knows the place puts it
// before the text.
func errorText(format string, args ...any) error { return fmt.Errorf(format, args...) }

// yamlFile is a YAML file with the way back from its nodes to its text.
//
// go.yaml.in/yaml/v4 was taken because its nodes say where a scalar begins
// and in which style it is written, and its errors where they are, in numbers;
// goccy/go-yaml places the scalars of several lines less exactly, prints
// errors over several lines, and takes half as long again: 154 against 107 ms
// for the trees of 990 detections.
type yamlFile struct {
	src   *ast.Source
	root  *yaml.Node // nil for an empty file
	lines []int      // offset of each line, made when first asked for
	// The place that was asked for last: the next one is often behind it in the
	// same line, which may be all of the file.
	line, column, off int
	errs              []error
}

// readYAML reads a file of one document. Its error has a place.
func readYAML(name string, data []byte) (*yamlFile, error) {
	f := &yamlFile{src: &ast.Source{Name: name, Text: string(data)}}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, f.syntaxError(err)
	}
	if len(doc.Content) > 0 {
		f.root = resolve(doc.Content[0])
	}
	if f.root != nil && f.root.Kind == yaml.MappingNode {
		f.duplicates(f.root)
		f.oneDocument()
	}
	return f, nil
}

// oneDocument notes an error for a second document, which the reader passes over.
// The keys of the first stand in the first column, so that nothing of it is a line
// that a mark begins.
func (f *yamlFile) oneDocument() {
	text, begin := f.src.Text, f.at(f.root)
	end := slices.IndexFunc(f.lines, func(at int) bool { return at > begin && isMark(text[at:]) })
	if end < 0 {
		return
	}
	mark := 0 // the latest
	for i, at := range f.lines[end:] {
		line := text[at:]
		if next := end + i + 1; next < len(f.lines) {
			line = text[at:f.lines[next]]
		}
		if isMark(line) {
			mark, line = at, line[markLen:]
		}
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			f.errs = append(f.errs, f.src.Errorf(mark, "expected one document in the file, found another"))
			return
		}
	}
}

const markLen = 3

// isMark reports whether s begins with the mark that begins a document, or with the
// one that ends it.
func isMark(s string) bool {
	if !strings.HasPrefix(s, "---") && !strings.HasPrefix(s, "...") {
		return false
	}
	return len(s) == markLen || s[markLen] == ' ' || s[markLen] == '\t' || breakLen(s[markLen:]) > 0
}

func (f *yamlFile) syntaxError(err error) error {
	var bad *yaml.LoadError
	if !errors.As(err, &bad) {
		return &ast.Error{Name: f.src.Name, Message: oneLine(err.Error())}
	}
	line, column := bad.Mark.Line, bad.Mark.Column
	if line == 0 {
		line, column = bad.ContextMark.Line, bad.ContextMark.Column
	}
	return f.src.Errorf(f.offset(line, column), "%s", oneLine(bad.Message))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (f *yamlFile) duplicates(n *yaml.Node) {
	seen := make([]string, 0, 32) // a file has some twenty keys
	var many map[string]bool
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		if many[key] || slices.Contains(seen, key) {
			f.errorf(n.Content[i], "key %q is there twice", key)
		}
		if len(seen) < cap(seen) {
			seen = append(seen, key)
			continue
		}
		if many == nil {
			many = map[string]bool{}
		}
		many[key] = true
	}
}

// resolve follows an alias to its anchor.
func resolve(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// maxErrors is how many errors of one file are kept: more than anybody reads
// at a time.
const maxErrors = 20

// errorf notes an error at a node; a nil node stands for the file's begin.
func (f *yamlFile) errorf(n *yaml.Node, format string, args ...any) {
	if len(f.errs) >= maxErrors {
		return
	}
	f.errs = append(f.errs, f.src.Errorf(f.at(n), format, args...))
}

// err joins the errors that were noted.
func (f *yamlFile) err() error { return errors.Join(f.errs...) }

func (f *yamlFile) at(n *yaml.Node) int {
	if n == nil {
		return 0
	}
	return f.offset(n.Line, n.Column)
}

// offset is the byte offset of a line and column, which count from 1 and, the
// column, in characters.
func (f *yamlFile) offset(line, column int) int {
	text := f.src.Text
	if f.lines == nil {
		f.lines = lineStarts(text)
	}
	if line < 1 {
		return 0
	}
	if line > len(f.lines) {
		return len(text)
	}
	if line != f.line || column < f.column {
		f.line, f.column, f.off = line, 1, f.lines[line-1]
	}
	for ; f.column < column && f.off < len(text) && text[f.off] != '\n'; f.column++ {
		_, size := utf8.DecodeRuneInString(text[f.off:])
		f.off += size
	}
	return f.off
}

// lineStarts returns where the lines of a text begin, as the YAML reader counts them.
func lineStarts(text string) []int {
	starts := make([]int, 1, 1+strings.Count(text, "\n"))
	if slices.ContainsFunc(rareBreaks, func(s string) bool { return strings.Contains(text, s) }) {
		for at := 0; at < len(text); {
			if n := breakLen(text[at:]); n > 0 {
				at += n
				starts = append(starts, at)
			} else {
				at++
			}
		}
		return starts
	}
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			return starts
		}
		at += i + 1
		starts = append(starts, at)
	}
}

// rareBreaks are what ends a line beside a line feed.
var rareBreaks = []string{"\r", "\u0085", "\u2028", "\u2029"}

// breakLen is the length of the line break that s begins with; 0 for none.
func breakLen(s string) int {
	switch {
	case strings.HasPrefix(s, "\r\n"):
		return 2
	case s[0] == '\n':
		return 1
	}
	for _, b := range rareBreaks {
		if strings.HasPrefix(s, b) {
			return len(b)
		}
	}
	return 0
}

// entry returns the value of a mapping's key, and nil where there is none or
// n is no mapping.
func entry(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return resolve(n.Content[i+1])
		}
	}
	return nil
}

// text returns the scalar at a mapping's key, and notes an error for anything
// else. Missing and null are empty.
func (f *yamlFile) text(n *yaml.Node, key string) string {
	return f.scalar(entry(n, key), key)
}

func (f *yamlFile) scalar(v *yaml.Node, what string) string {
	switch {
	case v == nil || v.Kind == yaml.ScalarNode && v.Tag == "!!null":
		return ""
	case v.Kind != yaml.ScalarNode:
		f.errorf(v, "expected text as %s, found a %s", what, kindName(v))
		return ""
	}
	return f.piece(v)
}

// minPiece is from how many bytes on a value is looked for in the file.
const minPiece = 32

// piece is the part of the file that has the value as it is, or the value where
// the file has it in another form: so that it is held once.
func (f *yamlFile) piece(v *yaml.Node) string {
	if len(v.Value) < minPiece {
		return v.Value
	}
	off := f.at(v)
	if v.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		off++
	}
	if text := f.src.Text[min(off, len(f.src.Text)):]; strings.HasPrefix(text, v.Value) {
		return text[:len(v.Value)]
	}
	return v.Value
}

// texts returns the scalars of the list at a mapping's key; a lone scalar is
// a list of one.
func (f *yamlFile) texts(n *yaml.Node, key string) []string {
	v := entry(n, key)
	if v == nil || v.Tag == "!!null" {
		return nil
	}
	if v.Kind != yaml.SequenceNode {
		if s := f.scalar(v, key); s != "" {
			return []string{s}
		}
		return nil
	}
	list := make([]string, 0, len(v.Content))
	for _, e := range v.Content {
		if s := f.scalar(resolve(e), "an item of "+key); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// items returns the mappings of the list at a mapping's key. A lone mapping
// is a list of one.
func (f *yamlFile) items(n *yaml.Node, key string) []*yaml.Node {
	v := entry(n, key)
	if v == nil || v.Tag == "!!null" {
		return nil
	}
	if v.Kind == yaml.MappingNode {
		return []*yaml.Node{v}
	}
	if v.Kind != yaml.SequenceNode {
		f.errorf(v, "expected a list as %s, found a %s", key, kindName(v))
		return nil
	}
	var list []*yaml.Node
	for _, e := range v.Content {
		if e = resolve(e); e.Kind == yaml.MappingNode {
			list = append(list, e)
		} else {
			f.errorf(e, "expected keys and values as an item of %s, found a %s", key, kindName(e))
		}
	}
	return list
}

func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "mapping"
	case yaml.SequenceNode:
		return "list"
	}
	return "text"
}

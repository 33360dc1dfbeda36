package jsonpath

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// XPath is a path of XML in the part of XPath 1.0 that logs are asked for:
// steps /name, //name and *, at the end @name or text(), and behind a step
// [n], [@name], [@name="text"], [name="text"] and [text()="text"].
type XPath struct {
	steps []xstep
}

// xstep is one step of a path.
type xstep struct {
	deep  bool   // at any depth: //
	kind  byte   // 'e' for elements, '@' for an attribute, 't' for text()
	name  string // or *
	tests []xtest
}

// xtest is what stands in square brackets behind a step.
type xtest struct {
	nth   int    // which of them, from 1; 0 for a test of what is inside
	kind  byte   // as of a step
	name  string // of the attribute or child
	value string
	any   bool // it is enough that it is there
}

// ParseXPath reads a path. The error names what is not understood.
func ParseXPath(path string) (*XPath, error) {
	x := &XPath{}
	rest := path
	if rest != "" && rest[0] != '/' {
		rest = "/" + rest
	}
	for rest != "" {
		var s xstep
		if !strings.HasPrefix(rest, "/") {
			return nil, fmt.Errorf("expected / in the path %q, found %q", path, rest)
		}
		rest = rest[1:]
		if s.deep = strings.HasPrefix(rest, "/"); s.deep {
			rest = rest[1:]
		}
		n := strings.IndexAny(rest, "/[")
		if n < 0 {
			n = len(rest)
		}
		s.kind, s.name = nodeTest(rest[:n])
		if !isXName(s.name) {
			return nil, fmt.Errorf("expected a name in the path %q, found %q", path, rest[:n])
		}
		rest = rest[n:]
		for strings.HasPrefix(rest, "[") {
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, fmt.Errorf("expected ] in the path %q", path)
			}
			t, ok := parseXTest(strings.TrimSpace(rest[1:end]))
			if !ok {
				return nil, fmt.Errorf("expected a number or a comparison in the path %q, found %q", path, rest[1:end])
			}
			s.tests = append(s.tests, t)
			rest = rest[end+1:]
		}
		if len(x.steps) > 0 && x.steps[len(x.steps)-1].kind != 'e' {
			return nil, fmt.Errorf("expected nothing behind an attribute or text() in the path %q", path)
		}
		x.steps = append(x.steps, s)
	}
	if len(x.steps) == 0 {
		return nil, fmt.Errorf("expected a path, found %q", path)
	}
	return x, nil
}

// nodeTest tells what a step asks for.
func nodeTest(s string) (kind byte, name string) {
	switch {
	case s == "text()":
		return 't', "text"
	case strings.HasPrefix(s, "@"):
		return '@', s[1:]
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 { // names are compared without their prefix
		s = s[i+1:]
	}
	return 'e', s
}

func isXName(s string) bool {
	return s != "" && (s == "*" || !strings.ContainsAny(s, "()[]/@='\"<>!|* \t\n"))
}

func parseXTest(s string) (xtest, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return xtest{nth: n}, n > 0
	}
	left, right, compared := strings.Cut(s, "=")
	t := xtest{any: !compared}
	t.kind, t.name = nodeTest(strings.TrimSpace(left))
	right = strings.TrimSpace(right)
	if compared {
		if len(right) < 2 || right[0] != right[len(right)-1] || right[0] != '\'' && right[0] != '"' {
			return t, false
		}
		t.value = right[1 : len(right)-1]
	}
	return t, isXName(t.name)
}

// xnode is an element of a text.
type xnode struct {
	name     string
	attrs    []xml.Attr
	children []*xnode
	text     strings.Builder // of its own, without that of its children
	inner    string          // between its tags, as written
	at, end  int             // it and all that it holds, in the document
}

// document has the elements of a text in their order. The first holds the
// others, and is no element itself.
type document []*xnode

// within returns elements and all that they hold, each once. Both lists are in
// the order of the text, so that what one holds follows it.
func (d document) within(from []*xnode) []*xnode {
	var all []*xnode
	done := 0
	for _, n := range from {
		if n.at >= done {
			all = append(all, d[n.at:n.end]...)
			done = n.end
		}
	}
	return all
}

// Find returns the texts that the path leads to in an XML text, at most so
// many, in the order of the text. Of an element that holds others it is what
// stands between its tags.
func (x *XPath) Find(text string, most int) []string {
	doc := parseXML(text)
	at := doc[:1]
	for _, s := range x.steps {
		if s.deep {
			at = doc.within(at)
		}
		if s.kind != 'e' {
			return s.values(at, most)
		}
		at = s.elements(at)
	}
	var found []string
	for _, n := range at[:min(most, len(at))] {
		if len(n.children) > 0 {
			found = append(found, strings.TrimSpace(n.inner))
		} else {
			found = append(found, strings.TrimSpace(n.text.String()))
		}
	}
	return found
}

// elements returns the children that the step leads to, in the order of the
// text: [n] counts those of one parent.
func (s *xstep) elements(parents []*xnode) []*xnode {
	var all []*xnode
	for _, n := range parents {
		var named []*xnode
		for _, c := range n.children {
			if s.name == "*" || c.name == s.name {
				named = append(named, c)
			}
		}
		for _, t := range s.tests {
			named = t.filter(named)
		}
		all = append(all, named...)
	}
	slices.SortFunc(all, func(a, b *xnode) int { return a.at - b.at })
	return all
}

func (t *xtest) filter(list []*xnode) []*xnode {
	if t.nth > 0 {
		if t.nth > len(list) {
			return nil
		}
		return list[t.nth-1 : t.nth]
	}
	var kept []*xnode
	for _, n := range list {
		s := xstep{kind: t.kind, name: t.name}
		values := []string{}
		if t.kind == 'e' {
			for _, c := range s.elements([]*xnode{n}) {
				values = append(values, strings.TrimSpace(c.text.String()))
			}
		} else {
			values = s.values([]*xnode{n}, len(n.attrs)+1)
		}
		for _, v := range values {
			if t.any || v == t.value {
				kept = append(kept, n)
				break
			}
		}
	}
	return kept
}

// values returns the attributes or the own texts of elements.
func (s *xstep) values(from []*xnode, most int) []string {
	var found []string
	for _, n := range from {
		if s.kind == 't' {
			if text := strings.TrimSpace(n.text.String()); text != "" {
				found = append(found, text)
			}
			continue
		}
		for _, a := range n.attrs {
			if s.name == "*" || qualified(a.Name) == s.name {
				found = append(found, a.Value)
			}
		}
	}
	return found[:min(most, len(found))]
}

// parseXML reads a text as far as it is XML.
func parseXML(text string) document {
	root := &xnode{}
	doc := document{root}
	open, from := []*xnode{root}, []int{0}
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict, d.Entity = false, xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		before := int(d.InputOffset())
		tok, err := d.Token()
		top := open[len(open)-1]
		start, isStart := tok.(xml.StartElement)
		if err != nil || isStart && len(open) > maxDepth {
			for _, n := range open {
				n.end = len(doc)
			}
			return doc
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &xnode{name: qualified(start.Name), attrs: start.Copy().Attr, at: len(doc)}
			doc = append(doc, n)
			top.children = append(top.children, n)
			open, from = append(open, n), append(from, int(d.InputOffset()))
		case xml.EndElement:
			if len(open) > 1 {
				top.inner = text[min(from[len(from)-1], before):before]
				top.end = len(doc)
				open, from = open[:len(open)-1], from[:len(from)-1]
			}
		case xml.CharData:
			top.text.Write(tok)
		}
	}
}

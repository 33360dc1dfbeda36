package jsonpath

import (
	"encoding/xml"
	"fmt"
	"io"
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
}

// Find returns the texts that the path leads to in an XML text, at most so
// many. Of an element that holds others it is what stands between its tags.
func (x *XPath) Find(text string, most int) []string {
	at := []*xnode{parseXML(text)}
	for i, s := range x.steps {
		if s.kind != 'e' {
			return s.values(at, most)
		}
		at = s.elements(at)
		if i == len(x.steps)-1 {
			break
		}
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

// elements returns those that the step leads to, each once.
func (s *xstep) elements(from []*xnode) []*xnode {
	var all []*xnode
	seen := map[*xnode]bool{}
	for _, n := range from {
		var named []*xnode
		for _, c := range n.below(s.deep) {
			if s.name == "*" || c.name == s.name {
				named = append(named, c)
			}
		}
		for _, t := range s.tests {
			named = t.filter(named)
		}
		for _, c := range named {
			if !seen[c] {
				seen[c] = true
				all = append(all, c)
			}
		}
	}
	return all
}

// below returns an element's children or, deep, all that it holds, in the order
// of the text.
func (n *xnode) below(deep bool) []*xnode {
	if !deep {
		return n.children
	}
	var all []*xnode
	for _, c := range n.children {
		all = append(append(all, c), c.below(true)...)
	}
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
	if s.deep {
		var all []*xnode
		for _, n := range from {
			all = append(append(all, n), n.below(true)...)
		}
		from = all
	}
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

// parseXML reads a text as far as it is XML. The element that it returns holds
// those of the text.
func parseXML(text string) *xnode {
	root := &xnode{}
	open, from := []*xnode{root}, []int{0}
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict, d.Entity = false, xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		before := int(d.InputOffset())
		tok, err := d.Token()
		if err != nil {
			return root
		}
		top := open[len(open)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			if len(open) > maxDepth {
				return root
			}
			n := &xnode{name: qualified(tok.Name), attrs: tok.Copy().Attr}
			top.children = append(top.children, n)
			open, from = append(open, n), append(from, int(d.InputOffset()))
		case xml.EndElement:
			if len(open) > 1 {
				top.inner = text[min(from[len(from)-1], before):before]
				open, from = open[:len(open)-1], from[:len(from)-1]
			}
		case xml.CharData:
			top.text.Write(tok)
		}
	}
}

package jsonpath

import (
	"encoding/xml"
	"io"
	"math"
	"regexp"
	"strings"
)

// element is an open XML element.
type element struct {
	name  string
	nth   int            // among its siblings of that name
	from  int            // where its content starts
	seen  map[string]int // children by name
	path  string
	text  strings.Builder
	child bool
}

// declaration is the first line of an XML text, also where it lacks its second
// question mark.
var declaration = regexp.MustCompile(`^\s*<\?xml[^<>]*>`)

// walkXML calls attr for each attribute and end for each element of text, with
// the elements that are open there, outermost (which has no name) first, and
// with what stands between the element's tags. It stops at what is no XML.
func walkXML(text string, attr func(open []*element, name, value string), end func(open []*element, inner string)) {
	text = text[len(declaration.FindString(text)):]
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	// Splunk's texts are UTF-8 by the time they are searched, whatever their
	// first line says.
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	open := []*element{{seen: map[string]int{}}}
	for {
		before := int(d.InputOffset())
		tok, err := d.Token()
		if err != nil {
			return
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if len(open) > maxDepth {
				return
			}
			open = append(open, start(open[len(open)-1], tok, int(d.InputOffset())))
			for _, a := range tok.Attr {
				attr(open, qualified(a.Name), a.Value)
			}
		case xml.EndElement:
			top := open[len(open)-1]
			end(open, text[min(top.from, before):before])
			open = open[:len(open)-1]
		case xml.CharData:
			open[len(open)-1].text.Write(tok)
		}
	}
}

func start(parent *element, tok xml.StartElement, from int) *element {
	name := qualified(tok.Name)
	e := &element{name: name, nth: parent.seen[name], from: from, seen: map[string]int{}}
	parent.seen[name]++
	parent.child = true
	e.path = name
	switch {
	case len(parent.path) > maxPath: // too long already, and only that is asked
		e.path = parent.path
	case parent.path != "":
		e.path = parent.path + "." + name
	}
	return e
}

// qualified returns a name as Splunk shows it: attributes that declare
// namespaces keep their prefix, other names lose it.
func qualified(n xml.Name) string {
	if n.Space == "xmlns" {
		return "xmlns:" + n.Local
	}
	return n.Local
}

func flattenXML(text string, emit func(path, value string)) {
	walkXML(text, func(open []*element, name, value string) {
		if path := open[len(open)-1].path; len(path) <= maxPath {
			emit(path+"{@"+name+"}", value)
		}
	}, func(open []*element, _ string) {
		top := open[len(open)-1]
		if s := strings.TrimSpace(top.text.String()); s != "" && len(top.path) <= maxPath {
			emit(top.path, s)
		}
	})
}

// extractXML returns the values at a path of elements.
func extractXML(text string, steps []step) []string {
	if len(steps) == 0 {
		return nil
	}
	var found []string
	wanted := ""
	if last := steps[len(steps)-1]; last.kind == attribute {
		wanted, steps = last.name, steps[:len(steps)-1]
	}
	names, nths := elementSteps(steps)
	walkXML(text, func(open []*element, name, value string) {
		if wanted != "" && name == wanted && at(open, names, nths) {
			found = append(found, value)
		}
	}, func(open []*element, inner string) {
		if wanted != "" || !at(open, names, nths) {
			return
		}
		top := open[len(open)-1]
		s := strings.TrimSpace(top.text.String())
		if top.child {
			s = strings.TrimSpace(inner)
		}
		if s != "" {
			found = append(found, s)
		}
	})
	return found
}

// elementSteps splits steps into names of elements and the index that each
// must have, -1 for any.
func elementSteps(steps []step) (names []string, nths []int) {
	for _, s := range steps {
		switch s.kind {
		case key:
			names, nths = append(names, s.name), append(nths, -1)
		case index: // elements are counted from 1, unlike those of JSON
			if len(nths) > 0 && s.n == 0 {
				nths[len(nths)-1] = math.MaxInt
			} else if len(nths) > 0 {
				nths[len(nths)-1] = s.n - 1
			}
		case attribute: // not at the end: no element has that name
			names, nths = append(names, "{@"+s.name+"}"), append(nths, -1)
		}
	}
	return names, nths
}

// at reports whether the open elements are the ones that a path names.
func at(open []*element, names []string, nths []int) bool {
	if n := len(open) - 1; n > 0 && n == len(names) {
		for i, e := range open[1:] {
			if e.name != names[i] || nths[i] >= 0 && nths[i] != e.nth {
				return false
			}
		}
		return true
	}
	return false
}

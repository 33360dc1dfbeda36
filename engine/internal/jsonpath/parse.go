package jsonpath

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds how deep objects, arrays and elements nest, and with it the
// recursion over them. Logs nest about ten deep.
const maxDepth = 500

// Parse reads text as one JSON value, and reports whether it is one. A text
// that nests deeper than 500 is none.
func Parse(text string) (*Node, bool) {
	p := parser{s: text}
	n := p.value(0)
	p.blanks()
	return n, !p.bad && p.i == len(text)
}

// parsePartial reads an object or array as far as text goes; it is nil for
// anything else.
func parsePartial(text string) *Node {
	p := parser{s: strings.TrimPrefix(text, "\ufeff")}
	p.blanks()
	if c := p.peek(); c != '{' && c != '[' {
		return nil
	}
	return p.value(0)
}

// parser reads JSON. After a mistake bad is set and the rest is not read;
// what was complete before it stays in the tree.
type parser struct {
	s   string
	i   int
	bad bool
}

// value reads a value; it is nil if there is no complete one.
func (p *parser) value(depth int) *Node {
	p.blanks()
	if depth > maxDepth {
		p.bad = true
		return nil
	}
	switch c := p.peek(); {
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '"':
		if s, ok := p.string(); ok {
			return &Node{Kind: String, Text: s}
		}
	case c == '-' || '0' <= c && c <= '9':
		return p.number()
	default:
		return p.word()
	}
	return nil
}

func (p *parser) object(depth int) *Node {
	n := &Node{Kind: Object}
	p.i++
	if p.take('}') {
		return n
	}
	for {
		p.blanks()
		name, ok := p.string()
		if !ok || !p.expect(':') {
			return n
		}
		v := p.value(depth + 1)
		if v != nil {
			n.Members = append(n.Members, Member{name, v})
		}
		if p.bad || p.take('}') {
			return n
		}
		if !p.expect(',') {
			return n
		}
	}
}

func (p *parser) array(depth int) *Node {
	n := &Node{Kind: Array}
	p.i++
	if p.take(']') {
		return n
	}
	for {
		if v := p.value(depth + 1); v != nil {
			n.Items = append(n.Items, v)
		}
		if p.bad || p.take(']') {
			return n
		}
		if !p.expect(',') {
			return n
		}
	}
}

// number reads a number by JSON's grammar. One that ends with the text may
// have been longer: inside of something it is dropped, as nothing closes that.
func (p *parser) number() *Node {
	from := p.i
	if p.peek() == '-' {
		p.i++
	}
	if p.peek() == '0' {
		p.i++
	} else if !p.digits() {
		return p.fail()
	}
	if p.peek() == '.' {
		p.i++
		if !p.digits() {
			return p.fail()
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.i++
		if c := p.peek(); c == '+' || c == '-' {
			p.i++
		}
		if !p.digits() {
			return p.fail()
		}
	}
	if p.i == len(p.s) && from > 0 {
		return p.endOfText(from)
	}
	return &Node{Kind: Number, Text: p.s[from:p.i]}
}

// endOfText is a number that the text ends with.
func (p *parser) endOfText(from int) *Node {
	if strings.TrimLeft(p.s[:from], " \t\r\n") != "" {
		return p.fail()
	}
	return &Node{Kind: Number, Text: p.s[from:]}
}

func (p *parser) digits() bool {
	from := p.i
	for c := p.peek(); '0' <= c && c <= '9'; c = p.peek() {
		p.i++
	}
	return p.i > from
}

func (p *parser) word() *Node {
	for _, w := range []Node{{Kind: Bool, Text: "true"}, {Kind: Bool, Text: "false"}, {Kind: Null, Text: "null"}} {
		if strings.HasPrefix(p.s[p.i:], w.Text) {
			p.i += len(w.Text)
			return &w
		}
	}
	return p.fail()
}

func (p *parser) fail() *Node {
	p.bad = true
	return nil
}

// peek returns the next byte, 0 at the end.
func (p *parser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *parser) blanks() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\t', '\r', '\n':
			p.i++
		default:
			return
		}
	}
}

// take skips blanks, and c if that is next.
func (p *parser) take(c byte) bool {
	p.blanks()
	if p.peek() != c {
		return false
	}
	p.i++
	return true
}

func (p *parser) expect(c byte) bool {
	if !p.take(c) {
		p.bad = true
		return false
	}
	return true
}

// string reads a string. Most have no escapes and share the text's memory.
func (p *parser) string() (string, bool) {
	if p.peek() != '"' {
		p.bad = true
		return "", false
	}
	p.i++
	from := p.i
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == '"':
			p.i++
			return p.s[from : p.i-1], true
		case c == '\\':
			return p.escaped(from)
		case c < ' ':
			p.bad = true
			return "", false
		}
		p.i++
	}
	p.bad = true
	return "", false
}

// escaped reads the rest of a string that has a backslash at p.i.
func (p *parser) escaped(from int) (string, bool) {
	b := append(make([]byte, 0, 2*(p.i-from)+16), p.s[from:p.i]...)
	for p.i < len(p.s) {
		c := p.s[p.i]
		p.i++
		switch {
		case c == '"':
			return string(b), true
		case c < ' ':
			p.bad = true
			return "", false
		case c != '\\':
			b = append(b, c)
			continue
		}
		e := p.peek()
		p.i++
		if e == 'u' {
			r, ok := p.unicode()
			if !ok {
				p.bad = true
				return "", false
			}
			b = utf8.AppendRune(b, r)
			continue
		}
		at := strings.IndexByte(`"\/bfnrt`, e)
		if at < 0 || e == 0 {
			p.bad = true
			return "", false
		}
		b = append(b, "\"\\/\b\f\n\r\t"[at])
	}
	p.bad = true
	return "", false
}

// unicode reads the four digits of \uXXXX, and a second escape where both make
// one character. Half of a pair becomes U+FFFD.
func (p *parser) unicode() (rune, bool) {
	r, ok := p.hex4()
	if !ok || !utf16.IsSurrogate(r) {
		return r, ok
	}
	if strings.HasPrefix(p.s[p.i:], `\u`) {
		back := p.i
		p.i += 2
		low, ok := p.hex4()
		if !ok {
			return 0, false
		}
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, true
		}
		p.i = back
	}
	return utf8.RuneError, true
}

func (p *parser) hex4() (rune, bool) {
	if len(p.s)-p.i < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(p.s[p.i:p.i+4], 16, 32)
	p.i += 4
	return rune(n), err == nil
}

package jsonpath

import (
	"strings"
	"unicode/utf8"
)

// Kind is the type of a [Node].
type Kind uint8

// The kinds. Arrays and objects are last.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// Node is a JSON value.
type Node struct {
	Kind Kind
	// Text is a number as written, a string's content, "true", "false" or
	// "null".
	Text    string
	Items   []*Node  // of an array
	Members []Member // of an object, in order; keys may repeat
}

// Member is a key and a value of an object.
type Member struct {
	Key   string
	Value *Node
}

// Member returns the value of the first member with that key, and nil if n is
// no object or has none.
func (n *Node) Member(name string) *Node {
	for _, m := range n.Members {
		if m.Key == name {
			return m.Value
		}
	}
	return nil
}

// Display returns a scalar's text, and objects and arrays as compact JSON.
func (n *Node) Display() string {
	if n.Kind < Array {
		return n.Text
	}
	return n.JSON()
}

// JSON returns n as compact JSON.
func (n *Node) JSON() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *Node) write(b *strings.Builder) {
	switch n.Kind {
	case String:
		quote(b, n.Text)
	case Array:
		b.WriteByte('[')
		for i, e := range n.Items {
			if i > 0 {
				b.WriteByte(',')
			}
			e.write(b)
		}
		b.WriteByte(']')
	case Object:
		b.WriteByte('{')
		for i, m := range n.Members {
			if i > 0 {
				b.WriteByte(',')
			}
			quote(b, m.Key)
			b.WriteByte(':')
			m.Value.write(b)
		}
		b.WriteByte('}')
	default:
		b.WriteString(n.Text)
	}
}

// quote writes s as a JSON string. Bytes that are no UTF-8 become U+FFFD.
func quote(b *strings.Builder, s string) {
	const hex = "0123456789abcdef"
	b.WriteByte('"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			b.WriteRune(r)
			i += size
			continue
		}
		i++
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c >= ' ':
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		default:
			b.WriteString(`\u00`)
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	b.WriteByte('"')
}

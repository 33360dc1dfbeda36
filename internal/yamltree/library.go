package yamltree

import (
	"errors"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// converter turns the library's nodes into ours.
type converter struct {
	text  string
	lines []int // offset of each line, made when first asked for
	nodes map[*yaml.Node]*Node
	// The place that was asked for last: the next one is often behind it in the
	// same line, which may be all of the text.
	line, column, off int
}

// convert follows aliases to what they stand for.
func (c *converter) convert(from *yaml.Node) *Node {
	for from.Kind == yaml.AliasNode {
		from = from.Alias
	}
	if n, ok := c.nodes[from]; ok {
		return n
	}
	n := &Node{Kind: kindOf(from), Style: styleOf(from), Null: from.Tag == "!!null",
		Off: c.offset(from.Line, from.Column), Value: from.Value}
	c.nodes[from] = n
	for _, child := range from.Content {
		n.Content = append(n.Content, c.convert(child))
	}
	return n
}

func kindOf(n *yaml.Node) Kind {
	switch n.Kind {
	case yaml.MappingNode:
		return Mapping
	case yaml.SequenceNode:
		return List
	}
	return Scalar
}

func styleOf(n *yaml.Node) Style {
	switch {
	case n.Style&yaml.SingleQuotedStyle != 0:
		return SingleQuoted
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return DoubleQuoted
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return Block
	}
	return Plain
}

func (c *converter) failed(err error) error {
	var bad *yaml.LoadError
	if !errors.As(err, &bad) {
		return &Error{Off: -1, Message: oneLine(err.Error())}
	}
	line, column := bad.Mark.Line, bad.Mark.Column
	if line == 0 {
		line, column = bad.ContextMark.Line, bad.ContextMark.Column
	}
	return &Error{Off: c.offset(line, column), Message: oneLine(bad.Message)}
}

// offset is the byte offset of a line and column, which count from 1 and, the
// column, in characters.
func (c *converter) offset(line, column int) int {
	if c.lines == nil {
		c.lines = lineStarts(c.text)
	}
	if line < 1 {
		return 0
	}
	if line > len(c.lines) {
		return len(c.text)
	}
	if line != c.line || column < c.column {
		c.line, c.column, c.off = line, 1, c.lines[line-1]
	}
	for ; c.column < column && c.off < len(c.text) && c.text[c.off] != '\n'; c.column++ {
		_, size := utf8.DecodeRuneInString(c.text[c.off:])
		c.off += size
	}
	return c.off
}

func lineStarts(text string) []int {
	starts := []int{0}
	for i := range len(text) {
		if text[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

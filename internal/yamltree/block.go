package yamltree

import (
	"strings"
	"unicode/utf8"
)

// reader reads the part of YAML that is told apart by indentation. Its methods
// return nil for what is not of that part, or wrong.
type reader struct {
	text  string
	at    int // what is read next; behind a node, the begin of the next one
	col   int // at's column behind a node; -1 at the end
	depth int
	open  []*Node // what the collections hold that are not at their end
	nodes []Node  // memory for nodes
	refs  []*Node // memory for their contents
}

// maxDepth bounds the recursion. The library's own bound is far above it.
const maxDepth = 50

// parsePlain reads a text whose root is a mapping in blocks. It is not ok where
// the library has to read the text.
func parsePlain(text string) (*Node, bool) {
	if !isPlain(text) {
		return nil, false
	}
	r := reader{text: text}
	if r.next() != 0 {
		return nil, false
	}
	root := r.mapping(0)
	return root, root != nil && r.col < 0
}

// isPlain reports whether a text has no characters that YAML forbids, takes for
// a line break, or treats otherwise in particular.
func isPlain(text string) bool {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= ' ' && c < 0x7f || c == '\n' {
			continue
		}
		if c < utf8.RuneSelf {
			return false
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if r < 0xa0 || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r >= 0xfffd && r <= 0xffff {
			return false
		}
		i += size - 1
	}
	return true
}

// next goes from the begin of a line to the next content, past empty lines and
// comments, and returns its column.
func (r *reader) next() int {
	for r.at < len(r.text) {
		n := r.at + r.blanks(r.at)
		switch {
		case n == len(r.text):
			r.at = n
		case r.text[n] == '\n':
			r.at = n + 1
		case r.text[n] == '#':
			r.at = r.lineEnd(n) + 1
		default:
			r.col = n - r.at
			r.at = n
			return r.col
		}
	}
	r.at, r.col = len(r.text), -1
	return r.col
}

// blanks is how many blanks stand at an offset.
func (r *reader) blanks(at int) int {
	n := 0
	for at+n < len(r.text) && r.text[at+n] == ' ' {
		n++
	}
	return n
}

// lineEnd is the offset of the line break behind an offset.
func (r *reader) lineEnd(at int) int {
	if i := strings.IndexByte(r.text[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(r.text)
}

// ended goes past the rest of a line, which has to be blank, to the next
// content.
func (r *reader) ended(n *Node) *Node {
	r.at += r.blanks(r.at)
	if r.at < len(r.text) {
		if r.text[r.at] != '\n' {
			return nil
		}
		r.at++
	}
	r.next()
	return n
}

// mapping reads the keys at a column and their values.
func (r *reader) mapping(col int) *Node {
	if r.depth++; r.depth > maxDepth {
		return nil
	}
	n, from := r.node(Node{Kind: Mapping, Off: r.at}), len(r.open)
	for {
		key := r.key()
		if key == nil {
			return nil
		}
		r.open = append(r.open, key)
		v := r.value(col)
		if v == nil || r.col > col {
			return nil
		}
		r.open = append(r.open, v)
		if r.col < col {
			break
		}
	}
	return r.close(n, from)
}

// list reads the items whose dashes stand at a column.
func (r *reader) list(col int) *Node {
	if r.depth++; r.depth > maxDepth {
		return nil
	}
	n, from := r.node(Node{Kind: List, Off: r.at}), len(r.open)
	for {
		item := r.item(col)
		if item == nil || r.col > col {
			return nil
		}
		r.open = append(r.open, item)
		if r.col < col || !r.atDash() {
			break
		}
	}
	return r.close(n, from)
}

// close gives a collection what was read since from.
func (r *reader) close(n *Node, from int) *Node {
	r.depth--
	if count := len(r.open) - from; count > cap(r.refs)-len(r.refs) {
		r.refs = make([]*Node, 0, max(64, count))
	}
	begin := len(r.refs)
	r.refs = append(r.refs, r.open[from:]...)
	n.Content = r.refs[begin:len(r.refs):len(r.refs)]
	r.open = r.open[:from]
	return n
}

// node finds room for a node.
func (r *reader) node(n Node) *Node {
	if len(r.nodes) == cap(r.nodes) {
		r.nodes = make([]Node, 0, 64)
	}
	r.nodes = append(r.nodes, n)
	return &r.nodes[len(r.nodes)-1]
}

// key reads a key and its colon; nil if there is none of letters, digits and a
// few marks.
func (r *reader) key() *Node {
	n := r.keyLen()
	if n == 0 {
		return nil
	}
	name := r.text[r.at : r.at+n]
	k := r.node(Node{Kind: Scalar, Off: r.at, Value: name, Null: isNull(name)})
	r.at += n + 1
	return k
}

// keyLen is the length of the key that stands here, without its colon.
func (r *reader) keyLen() int {
	rest := r.text[r.at:]
	n := 0
	for n < len(rest) && (isWord(rest[n]) || n > 0 && (rest[n] == ' ' || rest[n] == '-' || rest[n] == '.')) {
		n++
	}
	if n == 0 || n == len(rest) || rest[n] != ':' || rest[n-1] == ' ' {
		return 0
	}
	if n+1 < len(rest) && rest[n+1] != ' ' && rest[n+1] != '\n' {
		return 0
	}
	return n
}

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// atDash reports whether an item of a list stands here.
func (r *reader) atDash() bool {
	return r.at < len(r.text) && r.text[r.at] == '-' &&
		(r.at+1 == len(r.text) || r.text[r.at+1] == ' ' || r.text[r.at+1] == '\n')
}

// value reads what stands behind the colon of a key at a column.
func (r *reader) value(col int) *Node {
	colon := r.at
	if !r.below() {
		return r.scalar(col)
	}
	switch next := r.next(); {
	case next > col:
		return r.block(col)
	case next == col && r.atDash():
		return r.list(col)
	}
	return r.node(Node{Kind: Scalar, Null: true, Off: colon})
}

// item reads what stands behind the dash at a column.
func (r *reader) item(col int) *Node {
	dash := r.at
	r.at++
	if !r.below() {
		r.col = col + r.at - dash
		return r.block(col)
	}
	if r.next() > col {
		return r.block(col)
	}
	return r.node(Node{Kind: Scalar, Null: true, Off: dash + 1})
}

// below reports whether the line ends here, and goes past its end.
func (r *reader) below() bool {
	r.at += r.blanks(r.at)
	if r.at == len(r.text) {
		return true
	}
	if r.text[r.at] == '\n' {
		r.at++
		return true
	}
	return false
}

// block reads what begins at the column r.col, within a collection at the
// column col.
func (r *reader) block(col int) *Node {
	switch {
	case r.atDash():
		return r.list(r.col)
	case r.keyLen() > 0:
		return r.mapping(r.col)
	}
	return r.scalar(col)
}

package spl

import (
	"sort"
	"strings"
)

// kind is what a token is.
type kind uint8

const (
	end     kind = iota // of the stage
	word                // bare characters
	quoted              // "…", with its quotes
	name                // '…' in an eval expression, with its quotes
	number              // in an eval expression
	op                  // = == != < <= > >=, and + - * / % . in an eval expression
	opening             // (
	closing             // )
	comma               // ,
	bracket             // [ … ], the whole of it
)

// token is a piece of a stage. Its text is as written.
type token struct {
	kind kind
	text string
	from int // offset in the expanded text
}

func (t token) to() int { return t.from + len(t.text) }

// is tells whether the token is the word or the operator s, in any case.
func (t token) is(s string) bool {
	return (t.kind == word || t.kind == op) && strings.EqualFold(t.text, s)
}

// mode is what the characters of a stage mean at a place: SPL lexes the terms
// of a search, an expression of eval, and the arguments of a command each in
// its own way.
type mode uint8

const (
	argumentMode mode = iota
	searchMode
	evalMode
)

// lexer reads the tokens of a stretch of text on demand, one ahead, in the
// mode that the parser asks for.
type lexer struct {
	text  string
	pos   int // behind tok
	limit int // end of the stretch
	mode  mode
	tok   token // the next token
	prev  token // the one before
	*structure
}

// advance takes the next token.
func (l *lexer) advance() token {
	l.prev = l.tok
	l.scan()
	return l.prev
}

// in reads the next token again in the mode m.
func (l *lexer) in(m mode) {
	if l.mode != m {
		l.mode = m
		l.pos = l.tok.from
		l.scan()
	}
}

// seek continues at the offset at.
func (l *lexer) seek(at int) {
	l.pos = at
	l.scan()
}

// scan reads the token at pos.
func (l *lexer) scan() {
	for l.pos < l.limit && isBlank(l.text[l.pos]) {
		l.pos++
	}
	if l.pos >= l.limit {
		l.tok = token{end, "", l.limit}
		return
	}
	k, n := l.next(l.text[l.pos:l.limit])
	l.tok = token{k, l.text[l.pos : l.pos+n], l.pos}
	l.pos += n
}

// next returns the kind and the length of the token that s begins with.
func (l *lexer) next(s string) (kind, int) {
	switch s[0] {
	case '"':
		return quoted, quoteLen(s)
	case '(':
		return opening, 1
	case ')':
		return closing, 1
	case ',':
		return comma, 1
	case '[':
		return bracket, l.partner(l.pos) + 1 - l.pos
	case '=', '<', '>':
		return op, operatorLen(s)
	case '!':
		if strings.HasPrefix(s, "!=") {
			return op, 2
		}
	}
	if l.mode == evalMode {
		return l.evalToken(s)
	}
	return word, wordLen(s, l.mode)
}

func operatorLen(s string) int {
	if len(s) > 1 && s[1] == '=' {
		return 2
	}
	return 1
}

// quoteLen is the length of the quoted text that s begins with. A quote
// without an end was refused before; here it reaches to the end.
func quoteLen(s string) int {
	q := s[0]
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case q:
			return i + 1
		}
	}
	return len(s)
}

// wordLen is the length of the bare word that s begins with; at least 1.
func wordLen(s string, m mode) int {
	i := 0
scan:
	for i < len(s) {
		switch c := s[i]; c {
		case '\\':
			i++
		case ' ', '\t', '\n', '\r', ')', '[', ']', ',', '|', '"', '=', '<', '>':
			break scan
		case '(':
			// A search for *Get()* means the brackets, one for f(x) or
			// NOT() does not.
			if m != searchMode || i == 0 || !strings.HasPrefix(s[i:], "()") || isKeyword(s[:i]) {
				break scan
			}
			i++
		case '!':
			if i > 0 && strings.HasPrefix(s[i:], "!=") {
				break scan
			}
		}
		i++
	}
	return max(1, min(i, len(s)))
}

// isKeyword tells whether a word of a search is an operator.
func isKeyword(s string) bool {
	return s == "AND" || s == "OR" || s == "NOT" || strings.EqualFold(s, "IN")
}

// evalToken returns the kind and the length of the token that s begins with
// where an eval expression has particular ones.
func (l *lexer) evalToken(s string) (kind, int) {
	c := s[0]
	switch {
	case c == '\'':
		return name, quoteLen(s)
	case isDigit(c), c == '.' && len(s) > 1 && isDigit(s[1]) && !l.operand():
		return number, numberLen(s)
	case isLetter(c):
		return word, nameLen(s)
	case strings.IndexByte("+-*/%.", c) >= 0:
		return op, 1
	}
	return word, 1
}

// operand tells whether the token before is the end of a value, so that a
// point after it joins texts.
func (l *lexer) operand() bool {
	if l.pos == 0 || isBlank(l.text[l.pos-1]) {
		return false
	}
	switch c := l.text[l.pos-1]; c {
	case '"', '\'', ')':
		return true
	default:
		return isLetter(c) || isDigit(c)
	}
}

// numberLen is the length of the number that s begins with. A point belongs
// to it unless a value follows, which it joins then.
func numberLen(s string) int {
	i := digitsLen(s)
	if i < len(s) && s[i] == '.' {
		if n := digitsLen(s[i+1:]); n > 0 {
			i += 1 + n
		} else if i+1 == len(s) || !isLetter(s[i+1]) && strings.IndexByte(`"'(`, s[i+1]) < 0 {
			i++
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '-' || s[j] == '+') {
			j++
		}
		if n := digitsLen(s[j:]); n > 0 {
			i = j + n
		}
	}
	return i
}

func digitsLen(s string) int {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}

// nameLen is the length of the field or function name that s begins with.
// The braces of a multivalue field, a{} and a{2}, belong to it.
func nameLen(s string) int {
	i := 0
	for i < len(s) && (isLetter(s[i]) || isDigit(s[i])) {
		i++
	}
	if i < len(s) && s[i] == '{' {
		if n := digitsLen(s[i+1:]); strings.HasPrefix(s[i+1+n:], "}") {
			i += n + 2
		}
	}
	return i
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isLetter tells whether a name may begin with c. Letters beyond ASCII count,
// and the dollar of a token that nobody replaced.
func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '$' || c >= 0x80
}

// structure knows which brackets of a text belong together.
type structure struct {
	opens, closes []int // offsets; closes[i] belongs to opens[i], in the order of opens
}

// partner returns the offset of the bracket that closes the one at the offset
// at.
func (s *structure) partner(at int) int {
	return s.closes[sort.SearchInts(s.opens, at)]
}

// maxBrackets is how deep subsearches may nest. Detections do not go beyond
// one, Splunk's own limits stop far below this one.
const maxBrackets = 50

// bracketError is what is wrong with a text's quotes and brackets.
type bracketError struct {
	at   int
	text string
}

// matchBrackets finds the brackets of a text, outside quotes and escapes.
func matchBrackets(text string) (*structure, *bracketError) {
	s := &structure{}
	var open []int // indices of s.opens
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			n := quoteLen(text[i:])
			if n < 2 || text[i+n-1] != '"' || escaped(text[i:i+n]) {
				return nil, &bracketError{i, `the quote has no end, expected "`}
			}
			i += n - 1
		case '[':
			if len(open) >= maxBrackets {
				return nil, &bracketError{i, "subsearches are nested too deep"}
			}
			open = append(open, len(s.opens))
			s.opens = append(s.opens, i)
			s.closes = append(s.closes, -1)
		case ']':
			if len(open) == 0 {
				return nil, &bracketError{i, `"]" closes nothing`}
			}
			s.closes[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return nil, &bracketError{s.opens[open[len(open)-1]], `"[" is not closed, expected "]"`}
	}
	return s, nil
}

// escaped tells whether the last quote of s is behind a backslash that
// escapes it.
func escaped(s string) bool {
	n := 0
	for i := len(s) - 2; i > 0 && s[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}

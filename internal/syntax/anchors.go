package syntax

import (
	"strings"
	"unicode/utf8"

	"github.com/spoor-lang/spoor/ast"
)

// Escape is the way in which a scalar of a rule file writes characters that it
// cannot hold as they are.
type Escape uint8

const (
	// NoEscape is for TOML's literal strings and YAML's plain and block
	// scalars.
	NoEscape Escape = iota
	// BackslashEscape is for TOML's basic strings and YAML's double quotes.
	BackslashEscape
	// DoubledQuote is for YAML's single quotes.
	DoubledQuote
)

// Anchors lays the text of a query over the file that it was decoded from. raw
// is the whole file, start the offset of the scalar's content in it (behind
// the quote or the block's header), decoded what the file's reader made of the
// scalar, esc its notation.
//
// A run of blanks in decoded stands for any run of blanks in raw, and blanks
// of raw may have no counterpart at all, so that folding, indentation and
// continued lines all fit. If the two do not fit, the anchors end where they
// part, and what lies behind has an approximate position.
func Anchors(raw string, start int, decoded string, esc Escape) []ast.Anchor {
	start = max(0, min(start, len(raw)))
	a := aligner{raw: raw, esc: esc, line: 1, column: 1, apart: true}
	a.skip(start)
	for d := 0; d < len(decoded) && a.at < len(raw); {
		n, ok := a.step(decoded[d:], d)
		if !ok {
			break
		}
		d += n
	}
	return a.anchors
}

// aligner walks through the file beside the decoded text.
type aligner struct {
	raw          string
	esc          Escape
	at           int // in raw
	line, column int // of at
	apart        bool
	anchors      []ast.Anchor
}

// step takes what comes next in the file, and returns how many bytes of text
// that is; text begins at the offset d of the decoded text.
func (a *aligner) step(text string, d int) (n int, ok bool) {
	rest := a.raw[a.at:]
	if n := a.alike(rest, text); n > 0 {
		a.anchor(d)
		a.advance(n)
		return n, true
	}
	if a.esc == BackslashEscape && rest[0] == '\\' {
		if n := continued(rest); n > 0 {
			a.skip(n)
			return 0, true
		}
		a.anchor(d)
		a.skip(escapeLen(rest))
		return runeLen(text), true
	}
	if rest[0] == text[0] {
		a.anchor(d)
		n := runeLen(text)
		if !strings.HasPrefix(rest, text[:n]) {
			return 0, false
		}
		a.advance(n)
		if a.esc == DoubledQuote && strings.HasPrefix(rest, "''") {
			a.skip(1)
		}
		return n, true
	}
	blanks := blankLen(rest)
	if isBlank(text[0]) {
		a.anchor(d)
		a.skip(blanks)
		return blankLen(text), true
	}
	a.skip(blanks)
	return 0, blanks > 0
}

// alike is the length of what the file has as the text has it, up to what may
// begin an escape, in whole characters.
func (a *aligner) alike(rest, text string) int {
	n := 0
	const piece = 32
	for end := piece; end <= len(rest) && end <= len(text); end += piece {
		if p := rest[n:end]; p != text[n:end] || a.esc != NoEscape && (strings.IndexByte(p, '\\') >= 0 || strings.IndexByte(p, '\'') >= 0) {
			break
		}
		n = end
	}
	for n < len(rest) && n < len(text) && rest[n] == text[n] && (a.esc == NoEscape || rest[n] != '\\' && rest[n] != '\'') {
		n++
	}
	for n > 0 && n < len(text) && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}

// anchor notes where the decoded text's offset d stands, if the file has gone
// another way since the last anchor.
func (a *aligner) anchor(d int) {
	if a.apart {
		a.anchors = append(a.anchors, ast.Anchor{Offset: d, Line: a.line, Column: a.column})
		a.apart = false
	}
}

// skip passes n bytes that the decoded text does not have as they are.
func (a *aligner) skip(n int) {
	a.advance(n)
	a.apart = true
}

func (a *aligner) advance(n int) {
	text := a.raw[a.at:min(a.at+n, len(a.raw))]
	a.at += len(text)
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		a.line += strings.Count(text, "\n")
		a.column = 1
		text = text[i+1:]
	}
	a.column += utf8.RuneCountInString(text)
}

// escapeLen is the length of the escape sequence that s begins with.
func escapeLen(s string) int {
	if len(s) < 2 {
		return len(s)
	}
	n := 2
	switch s[1] {
	case 'x':
		n = 4
	case 'u':
		n = 6
	case 'U':
		n = 10
	default:
		n = 1 + runeLen(s[1:])
	}
	return min(n, len(s))
}

// continued is the length of the backslash at the end of a line that s may
// begin with, and of the blanks behind it; 0 if there is none.
func continued(s string) int {
	n := blankLen(s[1:])
	if !strings.Contains(s[1:1+n], "\n") {
		return 0
	}
	return 1 + n
}

func runeLen(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

func blankLen(s string) int {
	n := 0
	for n < len(s) && isBlank(s[n]) {
		n++
	}
	return n
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

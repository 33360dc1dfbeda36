package ast

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// Source is the text of a query and where it stands.
type Source struct {
	// Name is the file's or the rule's name, as errors print it.
	Name string
	// Text is the query's text.
	Text string
	// Anchors map offsets in Text to lines and columns of the file that the
	// text was taken from, in ascending order of offsets. An offset belongs
	// to the last anchor that is not behind it. Empty: the text is the file.
	Anchors []Anchor
}

// Anchor says that a query's text at Offset stands at Line and Column of its
// file; both count from 1, and columns count characters.
type Anchor struct {
	Offset, Line, Column int
}

// Position returns the line and column at which the byte offset off stands.
// Offsets outside the text are taken as its nearest end.
func (s *Source) Position(off int) (line, column int) {
	off = max(0, min(off, len(s.Text)))
	at := Anchor{0, 1, 1}
	if i := sort.Search(len(s.Anchors), func(i int) bool { return s.Anchors[i].Offset > off }); i > 0 {
		at = s.Anchors[i-1]
	}
	between := s.Text[min(at.Offset, off):off]
	line, column = at.Line, at.Column
	if n := strings.Count(between, "\n"); n > 0 {
		line += n
		column = 1
		between = between[strings.LastIndexByte(between, '\n')+1:]
	}
	return line, column + utf8.RuneCountInString(between)
}

// Errorf returns an error at the byte offset off. One that lies on empty lines at
// the end of the text is where the last line with text ends.
func (s *Source) Errorf(off int, format string, args ...any) *Error {
	off = max(0, min(off, len(s.Text)))
	if last := len(strings.TrimRight(s.Text, " \t\r\n")); off > last && strings.Contains(s.Text[last:off], "\n") {
		off = last
	}
	line, column := s.Position(off)
	from := strings.LastIndexByte(s.Text[:off], '\n') + 1
	text := s.Text[from:]
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	return &Error{
		Name: s.Name, Line: line, Column: column,
		Message: fmt.Sprintf(format, args...),
		text:    text, at: off - from,
	}
}

// Error is what is wrong at one place of a rule or query.
type Error struct {
	Name         string // the file or rule
	Line, Column int    // from 1; 0 where the error concerns the whole
	Message      string

	text string // the line of the query, for Snippet
	at   int    // byte offset in text
}

// Error returns "name:line:column: message", on one line.
func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.Name, e.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Name, e.Line, e.Column, e.Message)
}

// maxSnippet is how much of a line a snippet shows: what fits a terminal of
// usual width beside an indent.
const maxSnippet = 76

// Snippet returns the line of text that the error is in, and below it a caret
// under the place. It is empty for an error without a place. Long lines are
// cut around the place.
func (e *Error) Snippet() string {
	if e.Line == 0 {
		return ""
	}
	runes := []rune(strings.ReplaceAll(e.text, "\t", " "))
	at := utf8.RuneCountInString(e.text[:min(e.at, len(e.text))])
	from := 0
	if len(runes) > maxSnippet && at > maxSnippet/2 {
		from = min(at-maxSnippet/2, len(runes)-maxSnippet)
	}
	to := min(from+maxSnippet, len(runes))
	return strings.TrimRight(string(runes[from:to]), "\r") + "\n" + strings.Repeat(" ", at-from) + "^"
}

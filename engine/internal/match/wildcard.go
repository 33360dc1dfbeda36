package match

import (
	"strings"
	"unicode/utf8"
)

// Wildcard compiles a pattern in which * is any run of characters, also an
// empty one or one over line ends, and ? is any one character. Nothing
// escapes them, and the whole text must match.
func Wildcard(pattern string, fold bool) Text { return compile(pattern, fold, true) }

// Star compiles a pattern in which * is any run of characters and nothing
// else is special. The whole text must match.
func Star(pattern string, fold bool) Text { return compile(pattern, fold, false) }

// Special reports whether a pattern holds wildcards: * and, if one is true,
// ?.
func Special(pattern string, one bool) bool {
	return strings.IndexByte(pattern, '*') >= 0 || one && strings.IndexByte(pattern, '?') >= 0
}

func compile(pattern string, fold, one bool) Text {
	parts := strings.Split(pattern, "*")
	if one && strings.IndexByte(pattern, '?') >= 0 {
		return general(parts, fold)
	}
	head, tail := NewNeedle(parts[0], fold), NewNeedle(parts[len(parts)-1], fold)
	if len(parts) == 1 {
		return head.Equal
	}
	var middle []Needle
	for _, p := range parts[1 : len(parts)-1] {
		if p != "" {
			middle = append(middle, NewNeedle(p, fold))
		}
	}
	return literals(head, middle, tail)
}

// literals matches head*middle*…*tail, by the shortest way for the shapes
// that rules are made of.
func literals(head Needle, middle []Needle, tail Needle) Text {
	switch {
	case len(middle) == 0 && head.text == "" && tail.text == "":
		return func(string) bool { return true }
	case len(middle) == 0 && head.text == "":
		return func(s string) bool { _, ok := tail.Suffix(s); return ok }
	case len(middle) == 0 && tail.text == "":
		return func(s string) bool { _, ok := head.At(s); return ok }
	case len(middle) == 1 && head.text == "" && tail.text == "":
		return func(s string) bool { i, _ := middle[0].Index(s); return i >= 0 }
	}
	return func(s string) bool {
		from, ok := head.At(s)
		if !ok {
			return false
		}
		to, ok := tail.Suffix(s)
		if !ok || to < from {
			return false
		}
		s = s[from:to]
		for i := range middle {
			at, end := middle[i].Index(s)
			if at < 0 {
				return false
			}
			s = s[end:]
		}
		return true
	}
}

// piece is what stands between two stars of a pattern that has question
// marks: characters, of which anyRune stands for any.
type piece struct {
	runes []rune
	fold  bool
}

const anyRune = -1

func newPiece(s string, fold bool) piece {
	p := piece{fold: fold}
	for _, r := range s {
		switch {
		case r == '?':
			r = anyRune
		case fold:
			r = foldRune(r)
		}
		p.runes = append(p.runes, r)
	}
	return p
}

// at reports whether s begins with the piece, and where it ends there.
func (p *piece) at(s string) (end int, ok bool) {
	for _, want := range p.runes {
		if end >= len(s) {
			return 0, false
		}
		have, width := rune(s[end]), 1
		if have >= utf8.RuneSelf {
			have, width = utf8.DecodeRuneInString(s[end:])
		}
		if p.fold {
			have = foldRune(have)
		}
		if have != want && want != anyRune {
			return 0, false
		}
		end += width
	}
	return end, true
}

// general matches pieces between stars. Each piece is taken at the first
// place where it fits, so that nothing is ever tried twice for another star:
// the time is bounded by the length of the text times that of the longest
// piece.
func general(parts []string, fold bool) Text {
	pieces := make([]piece, len(parts))
	for i, p := range parts {
		pieces[i] = newPiece(p, fold)
	}
	last := &pieces[len(pieces)-1]
	return func(s string) bool {
		end, ok := pieces[0].at(s)
		if !ok {
			return false
		}
		s = s[end:]
		if len(pieces) == 1 {
			return s == ""
		}
		for i := range pieces[1 : len(pieces)-1] {
			if s, ok = pieces[i+1].after(s); !ok {
				return false
			}
		}
		for n := utf8.RuneCountInString(s) - len(last.runes); n > 0; n-- {
			_, width := utf8.DecodeRuneInString(s)
			s = s[width:]
		}
		end, ok = last.at(s)
		return ok && end == len(s)
	}
}

// after returns what follows the piece where it first occurs in s.
func (p *piece) after(s string) (rest string, ok bool) {
	for {
		if end, ok := p.at(s); ok {
			return s[end:], true
		}
		if s == "" {
			return "", false
		}
		_, width := utf8.DecodeRuneInString(s)
		s = s[width:]
	}
}

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
	p := newPattern(pattern, fold, one)
	switch {
	case p.skip > 0:
	case p.shape == exact:
		n := &p.part
		return func(s string) bool { // most texts are of another length, or begin with another letter
			return (!n.plain || len(s) == len(n.text)) && !n.elsewhere(s) && n.Equal(s)
		}
	case p.shape == other:
		return p.slow
	}
	return p.matches
}

// pattern is a compiled pattern. The shapes that rules are made of are told
// apart here, and not by closures, as lists run through hundreds of them.
type pattern struct {
	shape shape
	skip  int // characters before what has the shape
	part  Needle
	slow  Text // of the shape other
}

type shape uint8

const ( // the first three are bound to the text's beginning
	every  shape = iota // *
	exact               // abc
	prefix              // abc*
	suffix              // *abc
	within              // *abc*
	other
)

func newPattern(text string, fold, one bool) pattern {
	if one && strings.HasPrefix(text, "?") { // as in ?:\Windows\*
		rest := strings.TrimLeft(text, "?")
		p := newPattern(rest, fold, one)
		p.skip = len(text) - len(rest)
		return p
	}
	if one && strings.IndexByte(text, '?') >= 0 {
		return pattern{shape: other, slow: general(strings.Split(text, "*"), fold)}
	}
	inner := strings.Trim(text, "*")
	starts, ends := strings.HasPrefix(text, "*"), strings.HasSuffix(text, "*")
	if strings.IndexByte(inner, '*') >= 0 {
		return pattern{shape: other, slow: literals(strings.Split(text, "*"), fold)}
	}
	return around(starts, inner, ends, fold)
}

// around is the pattern of a text that other text may stand before or behind.
func around(before bool, text string, behind, fold bool) pattern {
	p := pattern{shape: exact}
	switch {
	case text == "" && (before || behind):
		return pattern{shape: every}
	case before && behind:
		p.shape = within
	case before:
		p.shape = suffix
	case behind:
		p.shape = prefix
	}
	p.part = NewNeedle(text, fold)
	return p
}

// joined is the pattern of literal parts between stars.
func joined(parts []string, fold bool) pattern {
	last := len(parts) - 1
	filled := 0
	for i, p := range parts {
		if p != "" {
			filled = i
		}
	}
	if strings.Join(parts, "") == parts[filled] {
		return around(filled > 0, parts[filled], filled < last, fold)
	}
	return pattern{shape: other, slow: literals(parts, fold)}
}

func (p *pattern) matches(s string) bool {
	for range p.skip {
		_, width := utf8.DecodeRuneInString(s)
		if s = s[width:]; width == 0 {
			return false
		}
	}
	ok := true
	switch p.shape {
	case exact:
		ok = p.part.Equal(s)
	case prefix:
		_, ok = p.part.At(s)
	case suffix:
		_, ok = p.part.Suffix(s)
	case within:
		at, _ := p.part.Index(s)
		ok = at >= 0
	case other:
		ok = p.slow(s)
	}
	return ok
}

// literals matches head*middle*…*tail. Each part is taken at the first place
// where it fits.
func literals(parts []string, fold bool) Text {
	last := len(parts) - 1
	head, tail := NewNeedle(parts[0], fold), NewNeedle(parts[last], fold)
	var middle []Needle
	for _, p := range parts[1:last] {
		if p != "" {
			middle = append(middle, NewNeedle(p, fold))
		}
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
		switch {
		case have >= utf8.RuneSelf:
			if have, width = utf8.DecodeRuneInString(s[end:]); p.fold {
				have = foldRune(have)
			}
		case p.fold:
			have = rune(lower[have])
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
		from := len(s)
		for range last.runes {
			_, width := utf8.DecodeLastRuneInString(s[:from])
			from -= width
		}
		end, ok = last.at(s[from:])
		return ok && from+end == len(s)
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

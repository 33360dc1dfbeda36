package backtrack

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSteps bounds one search. It is what Splunk gives PCRE for each of its own
// (match_limit in limits.conf), and some milliseconds here.
const maxSteps = 100_000

// maxSearches bounds the searches for all matches in one text, in whole ones: a
// match may look at all that is behind it, and the next does so again.
const maxSearches = 10

// maxBehind is how far, in bytes, a lookbehind goes back: PCRE wants them of
// fixed length, and people write a word.
const maxBehind = 255

// search is one search in one text.
type search struct {
	text   string
	groups []int // offsets in pairs, -1 for none
	kept   int   // where the match begins as far as it is told by \K, or -1
	steps  int
}

// tick counts a step, and reports whether there was one left.
func (s *search) tick() bool {
	s.steps++
	return s.steps <= maxSteps
}

// next goes on with the rest of an expression at an offset, and reports whether
// that matches.
type next func(at int) bool

// step matches a part of an expression at an offset, in each way that it can,
// until the rest matches as well.
type step func(s *search, at int, k next) bool

// character is one character of a class.
func character(in func(r rune) bool) step {
	return func(s *search, at int, k next) bool {
		if !s.tick() || at >= len(s.text) {
			return false
		}
		r, n := utf8.DecodeRuneInString(s.text[at:])
		return in(r) && k(at+n)
	}
}

// only is the class of one character.
func only(want rune, fold bool) func(rune) bool {
	if !fold {
		return func(r rune) bool { return r == want }
	}
	return func(r rune) bool {
		for f := r; ; {
			if f == want {
				return true
			}
			if f = unicode.SimpleFold(f); f == r {
				return false
			}
		}
	}
}

func classOf(n *syntax.Regexp) func(rune) bool {
	switch n.Op {
	case syntax.OpAnyChar:
		return func(rune) bool { return true }
	case syntax.OpAnyCharNotNL:
		return func(r rune) bool { return r != '\n' }
	}
	ranges := n.Rune // pairs, in order
	return func(r rune) bool {
		for i := 0; i < len(ranges) && ranges[i] <= r; i += 2 {
			if r <= ranges[i+1] {
				return true
			}
		}
		return false
	}
}

// assertion holds between two characters.
func assertion(n *syntax.Regexp) step {
	holds := holdsAt(n)
	return func(s *search, at int, k next) bool { return holds(s.text, at) && k(at) }
}

func holdsAt(n *syntax.Regexp) func(text string, at int) bool {
	switch n.Op {
	case syntax.OpBeginText:
		return func(_ string, at int) bool { return at == 0 }
	case syntax.OpEndText:
		return func(text string, at int) bool { return at == len(text) }
	case syntax.OpBeginLine:
		return func(text string, at int) bool { return at == 0 || text[at-1] == '\n' }
	case syntax.OpEndLine:
		return func(text string, at int) bool { return at == len(text) || text[at] == '\n' }
	case syntax.OpWordBoundary:
		return func(text string, at int) bool { return wordAt(text, at-1) != wordAt(text, at) }
	}
	return func(text string, at int) bool { return wordAt(text, at-1) == wordAt(text, at) }
}

func wordAt(text string, at int) bool {
	return at >= 0 && at < len(text) && syntax.IsWordChar(rune(text[at]))
}

func sequence(steps []step) step {
	if len(steps) == 1 {
		return steps[0]
	}
	var from func(s *search, i, at int, k next) bool
	from = func(s *search, i, at int, k next) bool {
		if i == len(steps) {
			return k(at)
		}
		return steps[i](s, at, func(at int) bool { return from(s, i+1, at, k) })
	}
	return func(s *search, at int, k next) bool { return from(s, 0, at, k) }
}

func alternatives(steps []step) step {
	return func(s *search, at int, k next) bool {
		for _, one := range steps {
			if one(s, at, k) {
				return true
			}
		}
		return false
	}
}

// repeat matches between least and most times, with most < 0 without end. A
// repetition of nothing is the last one.
func repeat(one step, least, most int, lazy bool) step {
	var again func(s *search, n, at int, k next) bool
	again = func(s *search, n, at int, k next) bool {
		if !s.tick() {
			return false
		}
		more := func() bool {
			return (most < 0 || n < most) && one(s, at, func(to int) bool {
				if to == at && n >= least {
					return k(to)
				}
				return again(s, n+1, to, k)
			})
		}
		switch {
		case n < least:
			return more()
		case lazy:
			return k(at) || more()
		}
		return more() || k(at)
	}
	return func(s *search, at int, k next) bool { return again(s, 0, at, k) }
}

// group notes what it matches.
func group(inner step, n int) step {
	return func(s *search, at int, k next) bool {
		return inner(s, at, func(to int) bool {
			from, end := s.groups[2*n], s.groups[2*n+1]
			s.groups[2*n], s.groups[2*n+1] = at, to
			if k(to) {
				return true
			}
			s.groups[2*n], s.groups[2*n+1] = from, end
			return false
		})
	}
}

// keep lets the match begin here.
func keep(s *search, at int, k next) bool {
	before := s.kept
	s.kept = at
	if k(at) {
		return true
	}
	s.kept = before
	return false
}

// reference matches the text of a group again. A group without one does not
// match.
func reference(n int, fold bool) step {
	return func(s *search, at int, k next) bool {
		if !s.tick() || s.groups[2*n] < 0 {
			return false
		}
		want := s.text[s.groups[2*n]:s.groups[2*n+1]]
		if len(s.text)-at < len(want) {
			return false
		}
		have := s.text[at : at+len(want)]
		return (have == want || fold && strings.EqualFold(have, want)) && k(at+len(want))
	}
}

// apart matches a part for itself, without the rest, and returns its end. What
// its groups noted stays only if it matches.
func apart(s *search, inner step, at int) (end int, ok bool) {
	groups := slices.Clone(s.groups)
	ok = inner(s, at, func(to int) bool { end = to; return true })
	if !ok {
		copy(s.groups, groups)
	}
	return end, ok
}

// settled goes on, and forgets what a part noted if the rest does not match.
func settled(s *search, groups []int, at int, k next) bool {
	if k(at) {
		return true
	}
	copy(s.groups, groups)
	return false
}

func ahead(inner step, want bool) step {
	return func(s *search, at int, k next) bool {
		groups := slices.Clone(s.groups)
		_, ok := apart(s, inner, at)
		if !want {
			copy(s.groups, groups)
		}
		return ok == want && s.steps <= maxSteps && settled(s, groups, at, k)
	}
}

func atomic(inner step) step {
	return func(s *search, at int, k next) bool {
		groups := slices.Clone(s.groups)
		end, ok := apart(s, inner, at)
		return ok && settled(s, groups, end, k)
	}
}

func behind(inner step, want bool) step {
	return func(s *search, at int, k next) bool {
		groups := slices.Clone(s.groups)
		ok := false
		for from := at; from >= 0 && from >= at-maxBehind && !ok; from-- {
			if from < len(s.text) && !utf8.RuneStart(s.text[from]) {
				continue
			}
			ok = inner(s, from, func(to int) bool { return to == at })
		}
		if !want {
			copy(s.groups, groups)
		}
		return ok == want && s.steps <= maxSteps && settled(s, groups, at, k)
	}
}

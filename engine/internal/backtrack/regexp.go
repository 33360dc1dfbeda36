package backtrack

import (
	"slices"
	"unicode/utf8"
)

// Regexp is a compiled expression. It may be used by several goroutines at
// once.
type Regexp struct {
	// GaveUp, if not nil, is called for each text for which the steps did not
	// suffice.
	GaveUp func()

	text  string
	names []string // by group, the whole match first
	run   step
}

// String returns the expression as it was written.
func (re *Regexp) String() string { return re.text }

// SubexpNames returns the names of the groups; that of the whole match, and of
// groups without one, is empty.
func (re *Regexp) SubexpNames() []string { return re.names }

// MatchString reports whether there is a match anywhere in the text.
func (re *Regexp) MatchString(text string) bool { return re.find(text, 0, new(int)) != nil }

// FindStringSubmatchIndex returns the offsets of the first match and its
// groups, in pairs, -1 for a group that took no part; nil for no match.
func (re *Regexp) FindStringSubmatchIndex(text string) []int { return re.find(text, 0, new(int)) }

// FindAllStringSubmatchIndex returns the matches that do not overlap, at most n
// of them if n is not negative, and as far as maxSearches goes. An empty match
// right behind another does not count.
func (re *Regexp) FindAllStringSubmatchIndex(text string, n int) [][]int {
	var all [][]int
	last, steps := -1, 0 // where the match before ended
	for at := 0; at <= len(text) && (n < 0 || len(all) < n); {
		if steps >= maxSearches*maxSteps {
			re.gaveUp()
			break
		}
		m := re.find(text, at, &steps)
		if m == nil {
			break
		}
		if m[1] > m[0] || m[0] != last {
			all = append(all, m)
		}
		if last = m[1]; last > m[0] {
			at = last
			continue
		}
		_, width := utf8.DecodeRuneInString(text[last:])
		at = last + max(width, 1)
	}
	return all
}

// find returns the first match that begins at the offset at or behind it, and
// adds the steps that it took.
func (re *Regexp) find(text string, at int, steps *int) []int {
	s := search{text: text, groups: slices.Repeat([]int{-1}, 2*len(re.names)), kept: -1}
	defer func() {
		if *steps += s.steps; s.steps > maxSteps {
			re.gaveUp()
		}
	}()
	for s.tick() {
		if re.run(&s, at, func(to int) bool { s.groups[0], s.groups[1] = at, to; return true }) {
			if s.kept >= 0 { // which lies behind the end where a look ahead has told it
				s.groups[0] = min(s.kept, s.groups[1])
			}
			return s.groups
		}
		if at >= len(text) {
			return nil
		}
		_, width := utf8.DecodeRuneInString(text[at:])
		at += width
	}
	return nil
}

func (re *Regexp) gaveUp() {
	if re.GaveUp != nil {
		re.GaveUp()
	}
}

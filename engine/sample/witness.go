package sample

import (
	"encoding/binary"
	"slices"
	"unicode"

	"github.com/spoor-lang/spoor/engine/event"
)

// language is a set of texts: those that match one of some globs.
type language struct {
	globs []glob
	fold  bool
}

// search looks for the shortest text that lies in all of some languages and
// in none of others. Patterns are automata, and the search runs through their
// product.
type search struct {
	in, out  []language
	alphabet []rune
	steps    int
}

// maxSteps bounds the work of a search, in moves of one pattern over one
// character: some hundredths of a second.
const maxSteps = 300_000

// spot is a place in one of a language's globs.
type spot struct{ glob, at int32 }

// node is a text of the search: where it has taken each language, and how it
// came about.
type node struct {
	spots [][]spot
	from  int
	last  rune
}

// shortest returns a text that lies in some languages and outside of others.
// Without one, proved tells that there is none. What it costs counts as tests.
func (s *solver) shortest(in, out []language) (text string, found, proved bool) {
	x := &search{in: in, out: out}
	x.letters()
	defer func() { s.tests += x.steps / stepsPerTest }()
	return x.run()
}

// stepsPerTest is how many moves cost as much as the test of a goal.
const stepsPerTest = 5

// letters collects the characters that make a difference, and two that make
// none.
func (s *search) letters() {
	seen := map[rune]bool{}
	add := func(r rune) {
		if r >= 0 && !seen[r] {
			seen[r] = true
			s.alphabet = append(s.alphabet, r)
		}
	}
	used := map[rune]bool{}
	for _, l := range slices.Concat(s.in, s.out) {
		for _, g := range l.globs {
			for _, r := range g {
				if r >= 0 {
					used[unicode.ToLower(r)] = true
				}
			}
		}
	}
	fresh := 0
	for r := 'a'; fresh < 2 && r < unicode.MaxRune; r++ {
		if r > 'z' && r < 0xe0 {
			r = 0xe0
		}
		if !used[r] && unicode.IsLower(r) {
			add(r)
			fresh++
		}
	}
	for _, l := range slices.Concat(s.in, s.out) {
		for _, g := range l.globs {
			for _, r := range g {
				add(r)
				if r >= 0 {
					add(unicode.ToLower(r))
					add(unicode.ToUpper(r))
				}
			}
		}
	}
}

func (s *search) run() (string, bool, bool) {
	all := slices.Concat(s.in, s.out)
	first := node{from: -1, spots: make([][]spot, len(all))}
	for i, l := range all {
		for g := range l.globs {
			first.spots[i] = l.close(first.spots[i], spot{int32(g), 0})
		}
		first.spots[i] = tidy(first.spots[i])
	}
	nodes := []node{first}
	seen := map[string]bool{signature(first.spots): true}
	for at := 0; at < len(nodes); at++ {
		if s.accepts(all, nodes[at].spots) {
			return spell(nodes, at), true, false
		}
		for _, r := range s.alphabet {
			next, ok := s.move(all, nodes[at].spots, r)
			if s.steps > maxSteps {
				return "", false, false
			}
			if !ok {
				continue
			}
			if k := signature(next); !seen[k] {
				seen[k] = true
				nodes = append(nodes, node{next, at, r})
			}
		}
	}
	return "", false, true
}

func (s *search) accepts(all []language, spots [][]spot) bool {
	for i, l := range all {
		if l.accepts(spots[i]) != (i < len(s.in)) {
			return false
		}
	}
	return true
}

// move takes every language over a character; false if one that must hold
// cannot any more.
func (s *search) move(all []language, spots [][]spot, r rune) ([][]spot, bool) {
	next := make([][]spot, len(all))
	for i, l := range all {
		s.steps += len(spots[i]) + 1
		var to []spot
		for _, p := range spots[i] {
			to = l.step(to, p, r)
		}
		if i < len(s.in) && len(to) == 0 || i >= len(s.in) && l.settled(to) {
			return nil, false
		}
		next[i] = tidy(to)
	}
	return next, true
}

func (l *language) step(to []spot, p spot, r rune) []spot {
	g := l.globs[p.glob]
	if int(p.at) == len(g) {
		return to
	}
	switch t := g[p.at]; {
	case isStar(t):
		return l.close(to, p)
	case t == one, t == r, l.fold && unicode.ToLower(t) == unicode.ToLower(r):
		return l.close(to, spot{p.glob, p.at + 1})
	}
	return to
}

// close adds a spot, and those that stars let it go on to.
func (l *language) close(to []spot, p spot) []spot {
	g := l.globs[p.glob]
	for {
		to = append(to, p)
		if int(p.at) == len(g) || !isStar(g[p.at]) {
			return to
		}
		p.at++
	}
}

func (l *language) accepts(spots []spot) bool {
	return slices.ContainsFunc(spots, func(p spot) bool { return int(p.at) == len(l.globs[p.glob]) })
}

// settled reports whether whatever follows belongs to the language.
func (l *language) settled(spots []spot) bool {
	return slices.ContainsFunc(spots, func(p spot) bool {
		g := l.globs[p.glob]
		return int(p.at) == len(g)-1 && isStar(g[p.at])
	})
}

func tidy(spots []spot) []spot {
	slices.SortFunc(spots, func(a, b spot) int {
		if a.glob != b.glob {
			return int(a.glob - b.glob)
		}
		return int(a.at - b.at)
	})
	return slices.Compact(spots)
}

func signature(spots [][]spot) string {
	var b []byte
	for _, list := range spots {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, p := range list {
			b = binary.AppendUvarint(b, uint64(p.glob))
			b = binary.AppendUvarint(b, uint64(p.at))
		}
	}
	return string(b)
}

func spell(nodes []node, at int) string {
	var rs []rune
	for ; nodes[at].from >= 0; at = nodes[at].from {
		rs = append(rs, nodes[at].last)
	}
	slices.Reverse(rs)
	return string(rs)
}

// witness tries the text that the search finds for all patterns at once.
func (f *finder) witness() bool {
	var in, out []language
	for _, l := range f.goals {
		b := f.boundsOf(f.name, l)
		if b.text == nil {
			continue
		}
		if b.inside {
			in = append(in, *b.text)
		} else {
			out = append(out, *b.text)
		}
	}
	if len(in) == 0 || len(out) == 0 && len(in) == 1 {
		return false
	}
	if _, _, ok := f.swallowed(in, out); ok {
		return false
	}
	text, found, _ := f.shortest(in, out)
	return found && f.try(event.OfString(text))
}

// swallowed looks for a language all of which one glob of another takes away:
// lists are long, their product is dear, and mostly one pattern is enough.
func (s *solver) swallowed(in, out []language) (i, k int, ok bool) {
	for i, l := range in {
		for k, o := range out {
			for _, g := range o.globs {
				if _, _, proved := s.shortest([]language{l}, []language{{[]glob{g}, o.fold}}); proved {
					return i, k, true
				}
			}
		}
	}
	return 0, 0, false
}

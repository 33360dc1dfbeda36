package index

import (
	"regexp/syntax"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// patterns returns what a value must be, or hold, to match one of several
// patterns; nil if that is nothing in particular.
func patterns(list []string, kind ast.MatchKind, cidr bool) []atom {
	var all []atom
	for _, p := range list {
		if cidr && strings.Contains(p, "/") {
			if _, ok := match.Prefix(p); ok {
				return nil
			}
		}
		var own []atom
		switch kind {
		case ast.Wildcard:
			own = pieces(p, true)
		case ast.Star:
			own = pieces(p, false)
		default:
			own = regexAtoms(p, kind)
		}
		if own == nil {
			return nil
		}
		all = append(all, own...)
	}
	return all
}

// pieces returns the atoms of one pattern with stars, and with one, question
// marks.
func pieces(p string, one bool) []atom {
	if !match.Special(p, one) {
		return whole(p)
	}
	split := func(r rune) bool { return r == '*' || one && r == '?' }
	head := !split(rune(p[0]))
	tail := !split(rune(p[len(p)-1]))
	list := strings.FieldsFunc(p, split)
	var best atom
	score := -1.0
	for i, text := range list {
		a := atom{kind: part, text: match.Fold(text), head: head && i == 0, tail: tail && i == len(list)-1}
		if s := information(a.text); s > score {
			best, score = a, s
		}
	}
	if score < 0 {
		return []atom{{kind: present}}
	}
	return []atom{best}
}

// like returns the atoms of an SQL pattern.
func like(p string) []atom {
	var best string
	for _, text := range strings.FieldsFunc(p, func(r rune) bool { return r == '%' || r == '_' || r == '\\' }) {
		if information(match.Fold(text)) > information(match.Fold(best)) || best == "" {
			best = text
		}
	}
	return fixed([]string{best}, false, false)
}

// fixed returns the atoms of texts that a value begins with, ends with, or
// holds.
func fixed(texts []string, head, tail bool) []atom {
	var atoms []atom
	for _, t := range texts {
		if t == "" {
			return []atom{{kind: present}}
		}
		atoms = append(atoms, atom{kind: part, text: match.Fold(t), head: head, tail: tail, wide: true})
	}
	return atoms
}

// regexAtoms returns texts one of which a match of the expression must hold.
func regexAtoms(p string, kind ast.MatchKind) []atom {
	flags := syntax.Perl | syntax.DotNL
	var err error
	if kind == ast.Regex {
		p, err = match.Translate(p)
	} else if re, bad := match.Linear(p); bad == nil {
		p = re.String()
	} else {
		err = bad
	}
	if err != nil {
		return nil
	}
	re, err := syntax.Parse(p, flags)
	if err != nil {
		return nil
	}
	l := literalsOf(re.Simplify(), 0)
	texts := l.needed()
	if len(texts) == 0 {
		return nil
	}
	var atoms []atom
	for _, t := range texts {
		if t == "" {
			return nil
		}
		atoms = append(atoms, atom{kind: part, text: t})
	}
	return atoms
}

// literals are what is known of the matches of an expression: all of them, if
// they are few; else texts one of which every match holds.
type literals struct {
	all  []string // nil if they are many
	some []string // nil if there are none
}

const (
	// maxTexts bounds the texts that stand for one expression: alternatives
	// of some dozen words are common, and classes that multiply to more than
	// that say little.
	maxTexts = 64
	// maxRegexDepth is beyond what regexp itself accepts.
	maxRegexDepth = 1000
)

// needed returns texts one of which each match holds.
func (l literals) needed() []string {
	if l.all != nil && (l.some == nil || weakest(l.all) >= weakest(l.some)) {
		return l.all
	}
	return l.some
}

// weakest is the information of the poorest text.
func weakest(texts []string) float64 {
	least := 1e9
	for _, t := range texts {
		least = min(least, information(t))
	}
	return least
}

func literalsOf(re *syntax.Regexp, depth int) literals {
	if depth > maxRegexDepth {
		return literals{}
	}
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return literals{all: []string{""}}
	case syntax.OpLiteral:
		return literals{all: []string{match.Fold(string(re.Rune))}}
	case syntax.OpCharClass:
		return literals{all: runesOf(re.Rune)}
	case syntax.OpCapture:
		return literalsOf(re.Sub[0], depth+1)
	case syntax.OpPlus:
		return literals{some: literalsOf(re.Sub[0], depth+1).needed()}
	case syntax.OpRepeat:
		if re.Min > 0 {
			return literals{some: literalsOf(re.Sub[0], depth+1).needed()}
		}
	case syntax.OpQuest:
		if l := literalsOf(re.Sub[0], depth+1); l.all != nil && len(l.all) < maxTexts {
			return literals{all: append([]string{""}, l.all...)}
		}
	case syntax.OpConcat:
		return concat(re.Sub, depth)
	case syntax.OpAlternate:
		return alternate(re.Sub, depth)
	}
	return literals{}
}

// runesOf lists the characters of a small class, folded.
func runesOf(ranges []rune) []string {
	const most = 8
	var list []string
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if len(list) == most {
				return nil
			}
			list = append(list, match.Fold(string(r)))
		}
	}
	return unique(list)
}

// concat joins neighbours whose matches are few, and keeps the best of what
// every match holds.
func concat(subs []*syntax.Regexp, depth int) literals {
	run := []string{""}
	exact := true
	var best []string
	keep := func(texts []string) {
		if len(texts) > 0 && weakest(texts) > 0 && (best == nil || weakest(texts) > weakest(best)) {
			best = texts
		}
	}
	for _, sub := range subs {
		l := literalsOf(sub, depth+1)
		if l.all == nil {
			keep(run)
			keep(l.some)
			run, exact = []string{""}, false
			continue
		}
		if len(run)*len(l.all) > maxTexts {
			keep(run)
			run, exact = []string{""}, false
		}
		run = product(run, l.all)
	}
	keep(run)
	if exact {
		return literals{all: run, some: best}
	}
	return literals{some: best}
}

func product(xs, ys []string) []string {
	out := make([]string, 0, len(xs)*len(ys))
	for _, x := range xs {
		for _, y := range ys {
			out = append(out, x+y)
		}
	}
	return unique(out)
}

func alternate(subs []*syntax.Regexp, depth int) literals {
	var out literals
	exact, some := true, true
	for _, sub := range subs {
		l := literalsOf(sub, depth+1)
		if exact = exact && l.all != nil; exact {
			out.all = append(out.all, l.all...)
		}
		need := l.needed()
		if some = some && len(need) > 0; some {
			out.some = append(out.some, need...)
		}
	}
	if out.all = unique(out.all); !exact || len(out.all) > maxTexts {
		out.all = nil
	}
	if !some {
		out.some = nil
	}
	return out
}

func unique(list []string) []string {
	seen := make(map[string]bool, len(list))
	out := list[:0]
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

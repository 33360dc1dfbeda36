package index

import (
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// patterns appends what a value must be, or hold, to match one of several
// patterns; it returns none if that is nothing in particular.
func patterns(to []atom, list []string, kind ast.MatchKind, cidr bool) []atom {
	none := to
	for _, p := range list {
		if cidr && strings.Contains(p, "/") {
			if _, ok := match.Prefix(p); ok {
				return none
			}
		}
		before := len(to)
		switch kind {
		case ast.Wildcard:
			to = pieces(to, p, true)
		case ast.Star:
			to = pieces(to, p, false)
		default:
			to = regexAtoms(to, p, kind)
		}
		if len(to) == before {
			return none
		}
	}
	return to
}

// pieces appends the atoms of one pattern with stars, and with one, question
// marks.
func pieces(to []atom, p string, one bool) []atom {
	if !match.Special(p, one) {
		return whole(to, p)
	}
	marks := "*"
	if one {
		marks = "*?"
	}
	best := atom{kind: present}
	score := -1.0
	for i := 0; i < len(p); {
		end := strings.IndexAny(p[i:], marks)
		if end < 0 {
			end = len(p) - i
		}
		if end > 0 {
			a := atom{kind: part, text: match.Fold(p[i : i+end]), head: i == 0, tail: i+end == len(p)}
			if s := information(a.text); s > score {
				best, score = a, s
				best.odds = a.partShare(s)
			}
		}
		i += end + 1
	}
	return append(to, best)
}

// like appends the atoms of an SQL pattern.
func like(to []atom, p string) []atom {
	var best string
	for _, text := range strings.FieldsFunc(p, func(r rune) bool { return r == '%' || r == '_' || r == '\\' }) {
		if information(match.Fold(text)) > information(match.Fold(best)) || best == "" {
			best = text
		}
	}
	return fixed(to, []string{best}, false, false)
}

// fixed appends the atoms of texts that a value begins with, ends with, or
// holds.
func fixed(to []atom, texts []string, head, tail bool) []atom {
	for _, t := range texts {
		if t == "" {
			return append(to, atom{kind: present})
		}
		to = append(to, atom{kind: part, text: match.Fold(t), head: head, tail: tail, wide: true})
	}
	return to
}

// regexAtoms appends texts one of which a match of the expression must hold, or
// nothing.
func regexAtoms(to []atom, p string, kind ast.MatchKind) []atom {
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
		return to
	}
	re, err := syntax.Parse(p, flags)
	if err != nil {
		return to
	}
	l := literalsOf(re.Simplify(), 0)
	texts := l.needed()
	if slices.Contains(texts, "") {
		return to
	}
	for _, t := range texts {
		to = append(to, atom{kind: part, text: t})
	}
	return to
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
	most := 0.0 // the information of best
	keep := func(texts []string) {
		if len(texts) == 0 {
			return
		}
		if n := weakest(texts); n > most {
			best, most = texts, n
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

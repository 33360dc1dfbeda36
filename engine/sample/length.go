package sample

import (
	"regexp/syntax"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// tooShort proves that a goal asks for a text of more characters than another
// allows a field's values.
func (s *solver) tooShort(v string, goals []*leaf) ([]goal, bool) {
	for _, l := range goals {
		most, ok := s.longest(v, l)
		if !ok {
			continue
		}
		for _, w := range goals {
			if least(v, w) > most {
				return []goal{w.goal, l.goal}, true
			}
		}
	}
	return nil, false
}

// longest returns how long a goal allows all values of a field to be: one
// that they be not longer.
func (s *solver) longest(v string, l *leaf) (int, bool) {
	e, ok := l.e.(*ast.Compare)
	if !ok || l.want {
		return 0, false
	}
	call, ok := e.X.(*ast.Call)
	if !ok || call.Lib != "eql" || !strings.EqualFold(call.Name, "length") || len(call.Args) != 1 || len(l.vars) > 1 {
		return 0, false
	}
	f, ok := call.Args[0].(*ast.Field)
	n, isInt := s.constant(e.Y).Int()
	if !ok || f.Name != v || !isInt {
		return 0, false
	}
	switch e.Op {
	case ast.Gt:
		return int(n), true
	case ast.Ge:
		return int(n) - 1, true
	}
	return 0, false
}

// least is the number of characters that a text has at least which a goal asks
// for.
func least(v string, l *leaf) int {
	e, ok := l.e.(*ast.Match)
	if f, field := subject(l.e); !ok || !field || f.Name != v || !l.want || e.Negate || len(e.Patterns) == 0 {
		return 0
	}
	shortest := -1
	for _, p := range e.Patterns {
		n := 0
		switch e.Kind {
		case ast.Wildcard, ast.Star:
			for _, t := range wildcard(p, e.Kind == ast.Wildcard) {
				n += count(t != star)
			}
		case ast.Regex:
			n = leastOf(p)
		}
		if shortest < 0 || n < shortest {
			shortest = n
		}
	}
	return shortest
}

func leastOf(pattern string) int {
	t, err := match.Translate(pattern)
	if err != nil {
		return 0
	}
	re, err := syntax.Parse(t, syntax.Perl|syntax.DotNL)
	if err != nil {
		return 0
	}
	return leastRunes(re)
}

// leastRunes is the length of the shortest text that an expression matches.
func leastRunes(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpCapture, syntax.OpPlus:
		return leastRunes(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min * leastRunes(re.Sub[0])
	case syntax.OpConcat:
		n := 0
		for _, sub := range re.Sub {
			n += leastRunes(sub)
		}
		return n
	case syntax.OpAlternate:
		n := leastRunes(re.Sub[0])
		for _, sub := range re.Sub[1:] {
			n = min(n, leastRunes(sub))
		}
		return n
	}
	return 0
}

package sample

import (
	"regexp/syntax"
	"slices"

	"github.com/spoor-lang/spoor/engine/internal/match"
)

// maxAlternatives bounds the globs that a regular expression is turned into:
// enough for each word of the alternations that rules write.
const maxAlternatives = 48

// luceneGlobs returns globs some of whose texts match the expression.
func luceneGlobs(pattern string) []glob {
	t, err := match.Translate(pattern)
	if err != nil {
		return nil
	}
	return regexGlobs(t, syntax.Perl|syntax.DotNL, false)
}

// findGlobs is luceneGlobs for an expression that may match anywhere.
func findGlobs(pattern string) []glob {
	re, err := match.Linear(pattern)
	if err != nil {
		return nil
	}
	return regexGlobs(re.String(), syntax.Perl, true)
}

func regexGlobs(pattern string, flags syntax.Flags, anywhere bool) []glob {
	re, err := syntax.Parse(pattern, flags)
	if err != nil {
		return nil
	}
	var out []glob
	for _, g := range globs(re) {
		if anywhere {
			g = slices.Concat(glob{star}, g, glob{star})
		}
		out = append(out, anchored(g))
	}
	return out
}

// anchored cuts off what lies outside the anchors.
func anchored(g glob) glob {
	if i := lastIndex(g, open); i >= 0 {
		g = g[i+1:]
	}
	if i := slices.Index(g, shut); i >= 0 {
		g = g[:i]
	}
	return g
}

func lastIndex(g glob, t token) int {
	for i, x := range slices.Backward(g) {
		if x == t {
			return i
		}
	}
	return -1
}

// globs returns globs for an expression.
func globs(re *syntax.Regexp) []glob {
	switch re.Op {
	case syntax.OpLiteral:
		return []glob{glob(re.Rune)}
	case syntax.OpCharClass:
		return class(re.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return []glob{{one}}
	case syntax.OpBeginText, syntax.OpBeginLine:
		return []glob{{open}}
	case syntax.OpEndText, syntax.OpEndLine:
		return []glob{{shut}}
	case syntax.OpCapture:
		return globs(re.Sub[0])
	case syntax.OpConcat:
		return product(re.Sub)
	case syntax.OpAlternate:
		var out []glob
		for _, sub := range re.Sub {
			out = append(out, globs(sub)...)
		}
		return out[:min(len(out), maxAlternatives)]
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		return repeated(re)
	case syntax.OpNoMatch:
		return nil
	}
	return []glob{{}}
}

// product concatenates one glob of each part, in every combination up to the
// bound.
func product(parts []*syntax.Regexp) []glob {
	all := []glob{{}}
	for _, p := range parts {
		gs := globs(p)
		var next []glob
		for _, g := range gs {
			for _, a := range all {
				if len(next) < maxAlternatives {
					next = append(next, slices.Concat(a, g))
				}
			}
		}
		all = next
	}
	return all
}

// maxCopies bounds what a repetition is spelled out to.
const maxCopies = 300

func repeated(re *syntax.Regexp) []glob {
	least, most := 0, -1
	switch re.Op {
	case syntax.OpPlus:
		least = 1
	case syntax.OpQuest:
		most = 1
	case syntax.OpRepeat:
		least, most = re.Min, re.Max
	}
	sub := re.Sub[0]
	if any := sub.Op == syntax.OpAnyChar || sub.Op == syntax.OpAnyCharNotNL; any && most < 0 {
		return []glob{append(slices.Repeat(glob{one}, min(least, maxCopies)), star)}
	}
	var out []glob
	if least == 0 {
		out = append(out, glob{})
	}
	for _, g := range globs(sub) {
		if len(out) < maxAlternatives {
			out = append(out, slices.Repeat(g, min(max(least, 1), max(1, maxCopies/max(1, len(g))))))
		}
	}
	return out
}

// class returns some characters of a class, everyday ones first.
func class(ranges []rune) []glob {
	var out []glob
	for _, r := range "aA1 x_-./\\zb0" {
		if len(out) < 3 && inRanges(ranges, r) {
			out = append(out, glob{r})
		}
	}
	if len(out) == 0 && len(ranges) > 0 {
		out = append(out, glob{ranges[0]})
	}
	return out
}

func inRanges(ranges []rune, r rune) bool {
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i] <= r && r <= ranges[i+1] {
			return true
		}
	}
	return false
}

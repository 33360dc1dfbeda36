package automaton

import (
	"regexp/syntax"
	"slices"
	"unicode"
)

// FromSyntax makes an expression of what Go's parser has read. Assertions, which
// Lucene's expressions lack, match nothing.
func FromSyntax(n *syntax.Regexp) *Expr {
	switch n.Op {
	case syntax.OpEmptyMatch:
		return Empty
	case syntax.OpLiteral:
		return literal(n)
	case syntax.OpCharClass:
		return Class(n.Rune)
	case syntax.OpAnyChar:
		return Any
	case syntax.OpAnyCharNotNL:
		return Class([]rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune})
	case syntax.OpCapture:
		return FromSyntax(n.Sub[0])
	case syntax.OpStar:
		return Repeat(FromSyntax(n.Sub[0]), 0, -1)
	case syntax.OpPlus:
		return Repeat(FromSyntax(n.Sub[0]), 1, -1)
	case syntax.OpQuest:
		return Repeat(FromSyntax(n.Sub[0]), 0, 1)
	case syntax.OpRepeat:
		return Repeat(FromSyntax(n.Sub[0]), n.Min, n.Max)
	case syntax.OpConcat:
		x := Empty
		for _, sub := range slices.Backward(n.Sub) {
			x = Concat(FromSyntax(sub), x)
		}
		return x
	case syntax.OpAlternate:
		var list []*Expr
		for _, sub := range n.Sub {
			list = append(list, FromSyntax(sub))
		}
		return Union(list...)
	}
	return Nothing
}

func literal(n *syntax.Regexp) *Expr {
	x := Empty
	for _, r := range slices.Backward(n.Rune) {
		ranges := []rune{r, r}
		if n.Flags&syntax.FoldCase != 0 {
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				ranges = append(ranges, f, f)
			}
			slices.Sort(ranges)
		}
		x = Concat(Class(ranges), x)
	}
	return x
}

package automaton

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Expr is a regular expression. It is not changed once it is made.
type Expr struct {
	op          op
	subs        []*Expr
	ranges      []rune // of a class: pairs, in order
	least, most int    // of a repetition; most < 0 is without end
	key         string // the same for expressions that look alike
	empty       bool   // it matches the empty text
}

type op uint8

const (
	class op = iota
	concat
	union
	intersection
	complement
	repetition
)

var (
	// Nothing matches no text, and Empty the empty one.
	Nothing = &Expr{op: union, key: "#"}
	Empty   = &Expr{op: concat, key: "()", empty: true}
	// Any matches one character, and Everything any text.
	Any        = &Expr{op: class, ranges: []rune{0, unicode.MaxRune}, key: "."}
	Everything = &Expr{op: repetition, subs: []*Expr{Any}, most: -1, key: "@", empty: true}
	// tooLarge stands for an expression that grew beyond maxKey, and for all that
	// holds one: none of them has a machine.
	tooLarge = &Expr{op: class, key: "?"}
)

// maxKey bounds the keys of expressions, in bytes, and with them what it takes to
// put one together: keys are made of keys.
const maxKey = 1 << 13

// made returns an expression, unless it is too large.
func made(x *Expr) *Expr {
	if len(x.key) > maxKey || slices.Contains(x.subs, tooLarge) {
		return tooLarge
	}
	return x
}

// Class matches a character that lies in one of the ranges: pairs, in order.
func Class(ranges []rune) *Expr {
	switch {
	case len(ranges) == 0:
		return Nothing
	case slices.Equal(ranges, Any.ranges):
		return Any
	}
	key := []byte{'['}
	for _, r := range ranges {
		key = append(strconv.AppendInt(key, int64(r), 36), ' ')
	}
	return made(&Expr{op: class, ranges: ranges, key: string(append(key, ']'))})
}

// Concat matches x and then y.
func Concat(x, y *Expr) *Expr {
	switch {
	case x == Nothing || y == Nothing:
		return Nothing
	case x == Empty:
		return y
	case y == Empty:
		return x
	case x == Everything && (y == Everything || y.op == concat && y.subs[0] == Everything):
		return y
	case x.op == concat: // to the right, so that the first is at hand
		return Concat(x.subs[0], Concat(x.subs[1], y))
	}
	return made(&Expr{op: concat, subs: []*Expr{x, y}, key: "(" + x.key + y.key + ")", empty: x.empty && y.empty})
}

// Union matches what one of the expressions matches.
func Union(list ...*Expr) *Expr {
	if list = operands(union, list); slices.Contains(list, Everything) {
		return Everything
	}
	list = slices.DeleteFunc(list, func(x *Expr) bool { return x == Nothing })
	switch len(list) {
	case 0:
		return Nothing
	case 1:
		return list[0]
	}
	u := &Expr{op: union, subs: list, key: keyOf("|", list)}
	for _, x := range list {
		u.empty = u.empty || x.empty
	}
	return made(u)
}

// Intersection matches what all of the expressions match.
func Intersection(list ...*Expr) *Expr {
	if list = operands(intersection, list); slices.Contains(list, Nothing) {
		return Nothing
	}
	list = slices.DeleteFunc(list, func(x *Expr) bool { return x == Everything })
	switch len(list) {
	case 0:
		return Everything
	case 1:
		return list[0]
	}
	u := &Expr{op: intersection, subs: list, key: keyOf("&", list), empty: true}
	for _, x := range list {
		u.empty = u.empty && x.empty
	}
	return made(u)
}

// Complement matches what x does not.
func Complement(x *Expr) *Expr {
	switch {
	case x == Nothing:
		return Everything
	case x == Everything:
		return Nothing
	case x.op == complement:
		return x.subs[0]
	}
	return made(&Expr{op: complement, subs: []*Expr{x}, key: "~(" + x.key + ")", empty: !x.empty})
}

// Repeat matches x from least to most times; a negative most is no bound.
func Repeat(x *Expr, least, most int) *Expr {
	switch {
	case most == 0 || x == Empty:
		return Empty
	case x == Nothing && least == 0:
		return Empty
	case x == Nothing:
		return Nothing
	case least == 1 && most == 1:
		return x
	case least == 0 && most < 0 && (x == Any || x == Everything):
		return Everything
	}
	key := x.key + "{" + strconv.Itoa(least) + "," + strconv.Itoa(most) + "}"
	return made(&Expr{op: repetition, subs: []*Expr{x}, least: least, most: most, key: key, empty: least == 0 || x.empty})
}

// operands are the operands of an operator whose order and repetition do not
// matter: sorted, each once, those of the same operator in its place.
func operands(o op, list []*Expr) []*Expr {
	var flat []*Expr
	for _, x := range list {
		if x.op == o && x != Nothing {
			flat = append(flat, x.subs...)
		} else {
			flat = append(flat, x)
		}
	}
	slices.SortFunc(flat, func(x, y *Expr) int { return strings.Compare(x.key, y.key) })
	return slices.CompactFunc(flat, func(x, y *Expr) bool { return x.key == y.key })
}

func keyOf(sign string, list []*Expr) string {
	keys := make([]string, len(list))
	for i, x := range list {
		keys[i] = x.key
	}
	return "(" + strings.Join(keys, sign) + ")"
}

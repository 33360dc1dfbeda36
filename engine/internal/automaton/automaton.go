package automaton

import (
	"errors"
	"slices"
	"unicode/utf8"
)

// What one machine may take: Lucene gives up at ten thousand states, and rules
// would have tens.
const (
	maxStates = 1_000
	maxCells  = 1 << 15 // of the table
)

// ErrTooComplex is the error about an expression whose machine would be too
// large.
var ErrTooComplex = errors.New("the regular expression is too complex: its complements and intersections make too many states")

// Automaton matches whole texts. It may be used by several goroutines at once.
type Automaton struct {
	starts  []rune // where the classes of characters begin that no part tells apart
	ascii   [utf8.RuneSelf]uint16
	next    []int32 // by state and class
	accepts []bool
	dead    int32 // the state that nothing leads out of; -1 for none
}

// New makes the machine of an expression.
func New(x *Expr) (*Automaton, error) {
	if x == tooLarge {
		return nil, ErrTooComplex
	}
	a := &Automaton{starts: boundaries(x), dead: -1}
	for r := range a.ascii {
		a.ascii[r] = uint16(a.classOf(rune(r)))
	}
	states := []*Expr{x}
	number := map[string]int32{x.key: 0}
	for i := 0; i < len(states); i++ {
		if states[i] == Nothing {
			a.dead = int32(i)
		}
		a.accepts = append(a.accepts, states[i].empty)
		for _, r := range a.starts {
			rest := after(states[i], r)
			n, ok := number[rest.key]
			if !ok {
				n = int32(len(states))
				number[rest.key] = n
				states = append(states, rest)
			}
			a.next = append(a.next, n)
			if len(states) > maxStates || len(a.next) > maxCells || rest == tooLarge {
				return nil, ErrTooComplex
			}
		}
	}
	return a, nil
}

// boundaries are where the ranges of an expression's classes begin and end.
func boundaries(x *Expr) []rune {
	cuts := map[rune]bool{0: true}
	seen := map[*Expr]bool{}
	var visit func(*Expr)
	visit = func(x *Expr) {
		if seen[x] {
			return
		}
		seen[x] = true
		for i := 0; i < len(x.ranges); i += 2 {
			cuts[x.ranges[i]], cuts[x.ranges[i+1]+1] = true, true
		}
		for _, sub := range x.subs {
			visit(sub)
		}
	}
	visit(x)
	var starts []rune
	for r := range cuts {
		starts = append(starts, r)
	}
	slices.Sort(starts)
	return starts
}

func (a *Automaton) classOf(r rune) int {
	i, found := slices.BinarySearch(a.starts, r)
	if !found {
		i--
	}
	return i
}

// MatchString reports whether the expression matches the whole text.
func (a *Automaton) MatchString(text string) bool {
	state := int32(0)
	for _, r := range text {
		c := 0
		if r < utf8.RuneSelf {
			c = int(a.ascii[r])
		} else {
			c = a.classOf(r)
		}
		if state = a.next[int(state)*len(a.starts)+c]; state == a.dead {
			return false
		}
	}
	return a.accepts[state]
}

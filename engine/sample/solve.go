package sample

import (
	"maps"
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// values are the fields of all events of a scene.
type values map[string]event.Value

// Field returns a value by its exact name.
func (v values) Field(name string) event.Value { return v[name] }

// maxTests bounds how often a solver evaluates a goal. Real rules take some
// thousands; what takes more is a puzzle, and is given up.
const maxTests = 300_000

// solver finds values that meet goals.
type solver struct {
	*compiler
	prev   values // preferred where they fit
	near   bool   // a value that is there is better than none
	tests  int
	unsure bool // something failed without proof
	stuck  []goal
}

// state is what a solver has settled.
type state struct {
	leaves []*leaf
	vals   values
}

// choice is a goal that can be met in several ways.
type choice struct {
	ways [][]goal
	want bool
}

// spent reports whether the solver has to give up.
func (s *solver) spent() bool { return s.tests > maxTests }

// solve returns values that meet all goals; false if it found none.
func (s *solver) solve(goals []goal) (values, bool) {
	leaves, choices := s.flatten(goals)
	st := state{vals: values{}}
	if s.near {
		st.vals = maps.Clone(s.prev)
	}
	if _, ok := s.push(&st, leaves); !ok {
		return nil, false
	}
	vals, ok, _ := s.choose(st, order(choices))
	return vals, ok
}

// flatten expands goals down to leaves and choices.
func (s *solver) flatten(goals []goal) (leaves []*leaf, choices []choice) {
	todo := slices.Clone(goals)
	slices.Reverse(todo)
	for len(todo) > 0 {
		g := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		all, ways := expand(g)
		switch {
		case ways != nil:
			choices = append(choices, choice{ways, g.want})
		case all != nil:
			for _, x := range slices.Backward(all) {
				todo = append(todo, x)
			}
		default:
			leaves = append(leaves, s.leaf(g))
		}
	}
	return leaves, choices
}

// order puts first what says how things are, behind it what says how they are
// not: an exclusion is mostly met by then.
func order(cs []choice) []choice {
	slices.SortStableFunc(cs, func(a, b choice) int {
		switch {
		case a.want == b.want:
			return 0
		case a.want:
			return -1
		}
		return 1
	})
	return cs
}

// choose settles choices one after the other. Where it fails it returns the
// fields that the failure is about, nil for all of them.
func (s *solver) choose(st state, choices []choice) (values, bool, map[string]bool) {
	if len(choices) == 0 {
		return st.vals, true, nil
	}
	about := map[string]bool{}
	for _, way := range s.preferred(choices[0], st.vals) {
		leaves, more := s.flatten(way)
		next := state{slices.Clip(st.leaves), st.vals}
		culprits, ok := s.push(&next, leaves)
		if !ok {
			maps.Copy(about, culprits)
			if s.spent() {
				return nil, false, nil
			}
			continue
		}
		vals, ok, culprits := s.choose(next, order(slices.Concat(choices[1:], more)))
		if ok {
			return vals, true, nil
		}
		if s.spent() || culprits == nil {
			return nil, false, nil
		}
		if len(more) == 0 && !touches(leaves, culprits) {
			return nil, false, culprits // another way here changes nothing
		}
		maps.Copy(about, culprits)
		for _, l := range leaves {
			for _, v := range l.vars {
				about[v] = true
			}
		}
	}
	return nil, false, about
}

func touches(leaves []*leaf, vars map[string]bool) bool {
	for _, l := range leaves {
		for _, v := range l.vars {
			if vars[v] {
				return true
			}
		}
	}
	return false
}

// preferred puts the ways first that the values go already.
func (s *solver) preferred(c choice, vals values) [][]goal {
	var there, rest [][]goal
	for _, way := range c.ways {
		s.tests += len(way)
		if slices.ContainsFunc(way, func(g goal) bool { return !s.holds(s.leaf(g), vals) }) {
			rest = append(rest, way)
		} else {
			there = append(there, way)
		}
	}
	return append(there, rest...)
}

// push adds leaves to what holds, and changes values so that they do. Where
// that fails it returns the fields that are at odds.
func (s *solver) push(st *state, leaves []*leaf) (map[string]bool, bool) {
	st.leaves = append(st.leaves, leaves...)
	changed := false
	for _, l := range leaves {
		if s.holds(l, st.vals) {
			continue
		}
		if len(l.vars) == 0 {
			s.stuck = append(s.stuck, l.goal)
			return map[string]bool{}, false
		}
		if !changed {
			st.vals = maps.Clone(st.vals)
			changed = true
		}
		vars, goals := component(st.leaves, l.vars)
		if !s.assign(arranged(vars, goals), goals, st.vals) {
			s.blame(vars, goals)
			set := map[string]bool{}
			for _, v := range vars {
				set[v] = true
			}
			return set, false
		}
	}
	return nil, true
}

// component returns the fields that are bound to some by goals, and those
// goals.
func component(leaves []*leaf, from []string) (vars []string, goals []*leaf) {
	in := map[string]bool{}
	for _, v := range from {
		in[v] = true
	}
	taken := make([]bool, len(leaves))
	for grown := true; grown; {
		grown = false
		for i, l := range leaves {
			if taken[i] || !slices.ContainsFunc(l.vars, func(v string) bool { return in[v] }) {
				continue
			}
			taken[i], grown = true, true
			for _, v := range l.vars {
				in[v] = true
			}
		}
	}
	for i, l := range leaves {
		if taken[i] {
			goals = append(goals, l)
		}
	}
	return slices.Sorted(maps.Keys(in)), goals
}

// arranged sorts fields so that what others are made of comes first, then what
// is asked most of, and each follows one that it is bound to.
func arranged(vars []string, goals []*leaf) []string {
	weight := map[string]int{}
	for _, l := range goals {
		if len(l.vars) == 1 && l.want {
			weight[l.vars[0]] += heft(l.e)
		}
	}
	var out []string
	for left := slices.Clone(vars); len(left) > 0; {
		rank := func(v string) [3]int {
			return [3]int{count(!waits(v, left, goals)), count(bound(v, out, goals)), weight[v]}
		}
		best := 0
		for i, v := range left {
			a, b := rank(v), rank(left[best])
			if slices.Compare(a[:], b[:]) > 0 {
				best = i
			}
		}
		out = append(out, left[best])
		left = slices.Delete(left, best, best+1)
	}
	return out
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// waits reports whether a goal asks of a field something that is made of
// another one among those left: its value can be made once the other is known,
// and hardly the other way around.
func waits(v string, left []string, goals []*leaf) bool {
	for _, l := range goals {
		f, ok := subject(l.e)
		if !ok || !l.want || f.Name != v {
			continue
		}
		switch e := l.e.(type) {
		case *ast.Call, *ast.Any:
		case *ast.Compare:
			if _, plain := e.Y.(*ast.Field); plain {
				continue
			}
		default:
			continue
		}
		if slices.ContainsFunc(l.vars, func(w string) bool { return w != v && slices.Contains(left, w) }) {
			return true
		}
	}
	return false
}

// heft says how narrow a goal is: an equality leaves less room than a pattern.
func heft(e ast.Expr) int {
	switch e := e.(type) {
	case *ast.Compare:
		if e.Op == ast.Eq {
			return 100
		}
	case *ast.In:
		return 50
	}
	return 1
}

func bound(v string, to []string, goals []*leaf) bool {
	return slices.ContainsFunc(goals, func(l *leaf) bool {
		return slices.Contains(l.vars, v) && slices.ContainsFunc(to, func(w string) bool { return slices.Contains(l.vars, w) })
	})
}

// assign gives the fields values, in order, so that the goals hold.
func (s *solver) assign(vars []string, goals []*leaf, vals values) bool {
	old := maps.Clone(vals)
	for _, v := range vars {
		delete(vals, v)
	}
	if s.assignFrom(0, vars, goals, vals, old) {
		return true
	}
	clear(vals)
	maps.Copy(vals, old)
	return false
}

func (s *solver) assignFrom(i int, vars []string, goals []*leaf, vals, old values) bool {
	if i == len(vars) {
		return true
	}
	v := vars[i]
	later := vars[i+1:]
	var ready []*leaf
	linked := false
	for _, l := range about(v, goals) {
		if slices.ContainsFunc(l.vars, func(w string) bool { return slices.Contains(later, w) }) {
			linked = true
		} else {
			ready = append(ready, l)
		}
	}
	f := &finder{solver: s, name: v, goals: ready, vals: vals, linked: linked}
	f.then = func() bool { return s.assignFrom(i+1, vars, goals, vals, old) }
	return f.find(old)
}

// about are the goals that concern a field.
func about(v string, goals []*leaf) []*leaf {
	var out []*leaf
	for _, l := range goals {
		if slices.Contains(l.vars, v) {
			out = append(out, l)
		}
	}
	return out
}

// blame remembers goals that could not be met, and whether that was proved.
func (s *solver) blame(vars []string, goals []*leaf) {
	var at []goal
	proved := false
	for _, v := range vars {
		if !s.spent() && !proved {
			at, proved = s.prove(v, about(v, goals))
		}
	}
	if !proved {
		s.unsure = true
		for _, l := range goals {
			at = append(at, l.goal)
		}
	}
	if len(s.stuck) == 0 || proved {
		s.stuck = append(s.stuck, at...)
	}
}

package sample

import (
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// finder looks for a value of one field.
type finder struct {
	*solver
	name   string
	goals  []*leaf // that concern it and no field without a value
	vals   values
	then   func() bool // goes on with the other fields
	bare   bool        // no lists
	linked bool        // goals bind it to fields that have no value yet
	offers []offer     // of the goals
}

// find tries values until all goals hold and the rest agrees. What holds
// already stays.
func (f *finder) find(old values) bool {
	if v, ok := old[f.name]; ok && f.try(v) {
		return true
	}
	prev, had := f.prev[f.name]
	if f.bare && prev.IsList() { // a list of one of its values is looked for
		had = false
	}
	if had && f.try(prev) {
		return true
	}
	if !f.near && f.try(event.Value{}) {
		return true
	}
	f.ask()
	if f.near && had && slices.ContainsFunc(variants(prev), f.try) {
		return true
	}
	return f.offered() || f.arrays() || f.merged() || f.everyday() || !f.bare && f.several() || f.witness() || f.near && f.try(event.Value{})
}

// try gives the field a value, and goes on if the goals hold.
func (f *finder) try(v event.Value) bool {
	if f.spent() {
		return false
	}
	if !f.fits(v) {
		return false
	}
	if f.then == nil || f.then() {
		return true
	}
	delete(f.vals, f.name)
	return false
}

// fits sets the field and reports whether the goals hold.
func (f *finder) fits(v event.Value) bool {
	if v.IsNull() {
		delete(f.vals, f.name)
	} else {
		f.vals[f.name] = v
	}
	for _, l := range f.goals {
		f.tests++
		if !f.holds(l, f.vals) {
			delete(f.vals, f.name)
			return false
		}
	}
	return true
}

func (f *finder) ask() {
	f.offers = make([]offer, len(f.goals))
	for i, l := range f.goals {
		g := l.goal
		if len(l.vars) > 1 {
			g.e = bind(g.e, f.vals, f.name)
		}
		f.offers[i] = f.offerOf(f.name, g)
	}
}

// offered tries what goals offer that is not text.
func (f *finder) offered() bool {
	for _, o := range f.offers {
		if slices.ContainsFunc(o.vals, f.try) {
			return true
		}
	}
	return false
}

// maxMerges bounds the combinations of patterns that are tried for a field.
const maxMerges = 2_000

// merged tries texts that join one pattern of each goal.
func (f *finder) merged() bool {
	least := []int{0}
	var gs [][]glob
	for _, o := range f.offers {
		least = append(least, o.least...)
		if len(o.globs) > 0 {
			gs = append(gs, o.globs)
		}
	}
	if len(gs) == 0 && len(least) == 1 {
		return false
	}
	slices.SortStableFunc(gs, func(a, b []glob) int { return fixed(b) - fixed(a) })
	slices.Sort(least)
	for _, n := range slices.Compact(least) {
		left := maxMerges
		if f.merge(glob{star}, gs, n, &left) {
			return true
		}
	}
	return false
}

// fixed prefers goals whose patterns leave no room.
func fixed(gs []glob) int {
	for _, g := range gs {
		if g.stars() {
			return 0
		}
	}
	return 1
}

func (f *finder) merge(g glob, rest [][]glob, least int, left *int) bool {
	if *left--; *left < 0 {
		return false
	}
	if len(rest) == 0 {
		return f.rendered(g, least)
	}
	for _, h := range rest[0] {
		if m, ok := merge(g, h); ok && f.merge(m, rest[1:], least, left) {
			return true
		}
	}
	return false
}

func (f *finder) rendered(g glob, least int) bool {
	last := ""
	for i, fill := range fillings {
		text := g.render(fill, least)
		if i > 0 && text == last {
			continue
		}
		last = text
		if f.try(event.OfString(text)) {
			return true
		}
	}
	return false
}

// everyday tries values that a field of the name may have.
func (f *finder) everyday() bool {
	if slices.ContainsFunc(usual(f.name), f.try) {
		return true
	}
	for _, s := range publicAddresses {
		if f.try(event.OfString(s)) {
			return true
		}
	}
	for _, s := range []string{"sample", "a", "zq7", "1", "0", "", "C:\\sample\\a.exe", "/sample/a"} {
		if f.try(event.OfString(s)) {
			return true
		}
	}
	for _, n := range []int64{0, 1, 2, -1, 100, 5000} {
		if f.try(event.OfInt(n)) {
			return true
		}
	}
	return f.try(event.OfBool(true)) || f.try(event.OfBool(false))
}

// several tries a list: any of a field's values may be the one that a goal
// asks for, while none may be one that another excludes.
func (f *finder) several() bool {
	var wanted, others []*leaf
	for _, l := range f.goals {
		if l.want {
			wanted = append(wanted, l)
		} else {
			others = append(others, l)
		}
	}
	var list []event.Value
	for _, l := range wanted {
		if len(list) > 0 && f.fits(event.OfList(list)) || len(list) > 0 && f.alone(l, list) {
			continue
		}
		one := &finder{solver: f.solver, name: f.name, goals: append(slices.Clone(others), l), vals: f.vals, bare: true}
		if !one.find(nil) {
			return false
		}
		list = append(list, f.vals[f.name])
	}
	return len(list) > 1 && f.try(event.OfList(list)) || f.linked && f.beside(list, others)
}

// alone reports whether a list meets a goal.
func (f *finder) alone(l *leaf, list []event.Value) bool {
	f.vals[f.name] = event.OfList(list)
	ok := f.holds(l, f.vals)
	delete(f.vals, f.name)
	return ok
}

// beside adds a value that nothing asks for: another field may have to share
// one with this field, and must not have those that are asked for.
func (f *finder) beside(list []event.Value, others []*leaf) bool {
	if len(list) == 0 {
		return false
	}
	for _, v := range append(usual(f.name), event.OfString("")) {
		one := &finder{solver: f.solver, name: f.name, goals: others, vals: f.vals}
		if !one.fits(v) {
			continue
		}
		delete(f.vals, f.name)
		if f.try(event.OfList(append(slices.Clone(list), v))) {
			return true
		}
	}
	return false
}

// variants are values that are nearly another.
func variants(v event.Value) []event.Value {
	var out []event.Value
	switch v.Kind() {
	case event.String:
		s, _ := v.Str()
		for _, t := range []string{s + "x", "x" + s, "x" + s + "x"} {
			out = append(out, event.OfString(t))
		}
		if r := []rune(s); len(r) > 1 {
			out = append(out, event.OfString(string(r[:len(r)-1])), event.OfString(string(r[1:])))
		}
	case event.Int:
		i, _ := v.Int()
		out = append(out, event.OfInt(i+1), event.OfInt(i-1))
	case event.Bool:
		b, _ := v.Bool()
		out = append(out, event.OfBool(!b))
	case event.List:
		for i := range v.Len() {
			var rest []event.Value
			for j := range v.Len() {
				if j != i {
					rest = append(rest, v.At(j))
				}
			}
			if len(rest) == 1 && rest[0].Kind() != event.Object {
				out = append(out, rest[0])
			} else if len(rest) > 0 {
				out = append(out, event.OfList(rest))
			}
		}
		if v.Len() == 1 && v.At(0).Kind() != event.Object {
			out = append(out, variants(v.At(0))...)
		}
	}
	return out
}

// arrays tries a list of elements that array searches are looking for.
func (f *finder) arrays() bool {
	var wanted, unwanted []*ast.Any
	for _, l := range f.goals {
		a, ok := bind(l.e, f.vals, f.name).(*ast.Any)
		if !ok {
			continue
		}
		if l.want {
			wanted = append(wanted, a)
		} else {
			unwanted = append(unwanted, a)
		}
	}
	if len(wanted) == 0 {
		return false
	}
	var list []event.Value
	for _, a := range wanted {
		goals := []goal{{element(a), true}}
		for _, u := range unwanted {
			goals = append(goals, goal{element(u), false})
		}
		sub := &solver{compiler: f.compiler, tests: f.tests}
		vals, ok := sub.solve(goals)
		f.tests = sub.tests
		f.unsure = f.unsure || sub.unsure
		if !ok {
			return false
		}
		list = append(list, object(vals))
	}
	return f.try(event.OfList(list))
}

// element is the condition of an array search with the element's fields as
// an event's.
func element(a *ast.Any) ast.Expr {
	return rewrite(a.Cond, func(e ast.Expr) ast.Expr {
		x, ok := e.(*ast.Field)
		if !ok || x.Of != a.Var && (x.Of != "" || x.Name != a.Var) {
			return e
		}
		c := *x
		c.Of = ""
		c.Name = itself
		if x.Of == a.Var {
			c.Name = itself + x.Name
		}
		return &c
	})
}

// itself is the name of an array's element as a field.
const itself = "\x03"

func object(vals values) event.Value {
	if v, ok := vals[itself]; ok {
		return v
	}
	m := map[string]any{}
	for k, v := range vals {
		if len(k) > len(itself) && k[:len(itself)] == itself {
			m[k[len(itself):]] = v.Any()
		}
	}
	return event.OfObject(m)
}

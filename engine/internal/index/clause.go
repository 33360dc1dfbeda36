package index

import (
	"math"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// kind is what an atom says of a field.
type kind uint8

const (
	exact   kind = iota // one of its values is the text, without case
	number              // one of its values is the number
	part                // one of its values holds the text, without case
	missing             // it has no value
	unset               // it is not there, not even as an empty list
	present             // it has a value
)

// atom is something that an event must have.
type atom struct {
	slot int32
	kind kind
	// wide tells that a text beyond ASCII may hold as well, whatever it is.
	wide bool
	// head and tail tell that a part stands at the beginning, at the end.
	head, tail bool
	text       string // folded
	num        float64
	extra      bool    // only Elastic's own sensor writes the field
	id         int32   // of what it says of the field, among all; see builder.number
	odds       float64 // see share; 0 before it was asked for
}

// clause holds where one of its atoms does; without atoms, never.
type clause []atom

// maxNesting bounds how deeply a condition is looked into. Rules nest five
// deep; what is below a thousand brackets needs no index.
const maxNesting = 1000

// reader takes clauses from conditions, of one entry after the other.
type reader struct {
	scope *expr.Scope
	depth int

	operands []ast.Expr // of the condition at hand
	scratch  []atom     // of the clause at hand
	atoms    []atom     // memory for those of many clauses
	clauses  []clause   // memory for lists of clauses
}

const (
	manyAtoms   = 512
	manyClauses = 256
)

// keep returns a clause of the atoms, in memory of its own.
func (r *reader) keep(atoms ...atom) clause {
	if len(atoms) > cap(r.atoms)-len(r.atoms) {
		r.atoms = make([]atom, 0, max(manyAtoms, len(atoms)))
	}
	from := len(r.atoms)
	r.atoms = append(r.atoms, atoms...)
	return r.atoms[from:len(r.atoms):len(r.atoms)]
}

// room returns an empty list for n clauses.
func (r *reader) room(n int) []clause {
	if n > cap(r.clauses)-len(r.clauses) {
		r.clauses = make([]clause, 0, max(manyClauses, n))
	}
	from := len(r.clauses)
	r.clauses = r.clauses[:from+n]
	return r.clauses[from : from : from+n]
}

func (r *reader) one(c clause) []clause { return append(r.room(1), c) }

// needs returns clauses that hold for each event for which e is true, or, with
// want false, is false.
func (r *reader) needs(e ast.Expr, want bool) []clause {
	if r.depth == maxNesting {
		return nil
	}
	r.depth++
	list := r.within(e, want)
	r.depth--
	return list
}

// within is needs of what is nested no deeper than may be.
func (r *reader) within(e ast.Expr, want bool) []clause {
	switch e := e.(type) {
	case *ast.Logic:
		return r.logic(e, want)
	case *ast.Not:
		return r.needs(e.X, !want)
	case *ast.Bool:
		if e.Value != want {
			return []clause{{}}
		}
		return nil
	case *ast.IsNull:
		if !want && e.Unset {
			return nil
		}
		if !want {
			return r.value(e.X, atom{kind: present})
		}
		if _, ok := r.scope.Plain(e.X); ok && e.Unset {
			return r.value(e.X, atom{kind: unset})
		} else if ok {
			return r.value(e.X, atom{kind: missing})
		}
		return nil
	}
	if !want {
		return nil
	}
	switch e := e.(type) {
	case *ast.Compare:
		return r.compare(e)
	case *ast.In:
		return r.in(e)
	case *ast.Match:
		return r.match(e)
	case *ast.Call:
		return r.call(e)
	case *ast.Any:
		return r.value(e.X, atom{kind: present})
	case *ast.Term:
		return r.term(e)
	}
	return nil
}

func (r *reader) logic(e *ast.Logic, want bool) []clause {
	switch {
	case e.Op == ast.Xor:
		return nil
	case (e.Op == ast.And) == want:
		all := r.room(len(e.List))
		for _, x := range e.List {
			all = append(all, r.needs(x, want)...)
		}
		return all
	}
	lists := make([][]clause, len(e.List))
	for i, x := range e.List {
		lists[i] = r.needs(x, want)
	}
	return r.union(lists)
}

// union returns what holds where all clauses of one of the lists do: the
// rarest of each, joined; and for each field that all lists ask for, what they
// ask of it.
func (r *reader) union(lists [][]clause) []clause {
	lists = possible(lists)
	switch len(lists) {
	case 0:
		return []clause{{}}
	case 1:
		return lists[0]
	}
	r.scratch = r.scratch[:0]
	for _, l := range lists {
		if len(l) == 0 {
			return nil
		}
		r.scratch = append(r.scratch, rarest(l)...)
	}
	joined := r.keep(r.scratch...)
	out := r.one(joined)
	if oneSlot(joined) {
		return out
	}
	for _, c := range lists[0] {
		if slot, ok := c.slot(); ok {
			if same, ok := r.joinSlot(lists, slot); ok {
				out = append(out, same)
			}
		}
	}
	return out
}

// possible leaves out the lists that never hold.
func possible(lists [][]clause) [][]clause {
	return slices.DeleteFunc(lists, func(l []clause) bool {
		return slices.ContainsFunc(l, func(c clause) bool { return len(c) == 0 })
	})
}

// joinSlot joins what the lists ask of one field; false if one does not.
func (r *reader) joinSlot(lists [][]clause, slot int32) (clause, bool) {
	r.scratch = r.scratch[:0]
	for _, l := range lists {
		var own clause
		for _, c := range l {
			if s, ok := c.slot(); ok && s == slot && (own == nil || c.share() < own.share()) {
				own = c
			}
		}
		if own == nil {
			return nil, false
		}
		r.scratch = append(r.scratch, own...)
	}
	return r.keep(r.scratch...), true
}

// slot returns the field that all atoms ask for.
func (c clause) slot() (int32, bool) {
	if len(c) == 0 {
		return 0, false
	}
	return c[0].slot, oneSlot(c)
}

func oneSlot(c clause) bool {
	for i := range c {
		if c[i].slot != c[0].slot {
			return false
		}
	}
	return true
}

// value returns the clause of an atom about the field that e is.
func (r *reader) value(e ast.Expr, a atom) []clause {
	slot, wide, ok := r.field(e)
	if !ok {
		return nil
	}
	a.slot, a.wide = slot, wide
	if f, ok := e.(*ast.Field); ok {
		a.extra = strings.Contains(f.Name, ".Ext.")
	}
	return r.one(r.keep(a))
}

// field returns the slot of a field, also of one in lower or upper case: only
// beyond ASCII do these make of a text another than the fold does.
func (r *reader) field(e ast.Expr) (slot int32, wide, ok bool) {
	if c, isCall := e.(*ast.Call); isCall && len(c.Args) == 1 && c.Lib == "spl" {
		switch strings.ToLower(c.Name) {
		case "lower", "upper":
			e, wide = c.Args[0], true
		}
	}
	i, ok := r.scope.Plain(e)
	return int32(i), wide, ok
}

// any returns one clause of atoms about the field that e is. They are in
// r.scratch; none say nothing.
func (r *reader) any(e ast.Expr, atoms []atom) []clause {
	r.scratch = atoms[:0]
	slot, wide, ok := r.field(e)
	if !ok || len(atoms) == 0 {
		return nil
	}
	common := expr.Categorizes(e)
	for i := range atoms {
		atoms[i].slot = slot
		atoms[i].wide = atoms[i].wide || wide
		if common && atoms[i].kind == exact {
			atoms[i].odds = categoryShare
		}
	}
	return r.one(r.keep(atoms...))
}

func (r *reader) compare(e *ast.Compare) []clause {
	if x, is, ok := expr.Stated(e); ok {
		return r.needs(x, is)
	}
	x, y := e.X, e.Y
	if _, ok := x.(*ast.Literal); ok {
		x, y = y, x
	}
	if e.Op != ast.Eq || optional(x) && optional(y) {
		return r.compared(e)
	}
	l, ok := y.(*ast.Literal)
	if !ok {
		return r.compared(e)
	}
	if atoms, ok := equal(r.scratch[:0], l.Value); ok {
		if c := r.any(x, atoms); c != nil {
			return c
		}
	}
	return r.compared(e)
}

// compared returns what both sides need to be there: null compares with
// nothing, save that two optional fields, both missing, are equal, and what is
// missing equals what is null whatever the event is.
func (r *reader) compared(e *ast.Compare) []clause {
	if e.Op == ast.Eq && (optional(e.X) && optional(e.Y) || r.constant(e.X) || r.constant(e.Y)) {
		return nil
	}
	return append(r.there(e.X), r.there(e.Y)...)
}

// constant reports whether e has a value that no field of an event bears on,
// and is no plain literal.
func (r *reader) constant(e ast.Expr) bool {
	if _, ok := e.(*ast.Literal); ok {
		return false
	}
	for n := range ast.Preorder(e) {
		if f, ok := n.(*ast.Field); ok && !r.scope.Unknown(f) {
			return false
		}
	}
	return true
}

func optional(e ast.Expr) bool {
	f, ok := e.(*ast.Field)
	return ok && f.Optional
}

// there returns clauses for the fields without which a value is null.
func (r *reader) there(e ast.Expr) []clause {
	if r.depth++; r.depth > maxNesting {
		r.depth--
		return nil
	}
	defer func() { r.depth-- }()
	switch e := e.(type) {
	case *ast.Field:
		return r.value(e, atom{kind: present})
	case *ast.Arith:
		if e.Rule != ast.Loose {
			return append(r.there(e.X), r.there(e.Y)...)
		}
	case *ast.Call:
		return r.args(e)
	}
	return nil
}

// equal appends what a value must be to equal a literal.
func equal(to []atom, lit any) ([]atom, bool) {
	v := event.Of(lit)
	switch v.Kind() {
	case event.String, event.Bool:
		return whole(to, v.Text()), true
	case event.Int, event.Float:
		n, _ := v.Float()
		return append(to, atom{kind: number, num: n}), math.Abs(n) < maxExact
	}
	return to, false
}

// maxExact is the largest integer below which every one is a float64 of its
// own.
const maxExact = 1 << 53

// whole appends the atoms of a value that is a text, or the number that the
// text reads as.
func whole(to []atom, text string) []atom {
	to = append(to, atom{kind: exact, text: match.Fold(text)})
	if n, ok := event.OfString(text).Number(); ok {
		to = append(to, atom{kind: number, num: n})
	}
	return to
}

func (r *reader) in(e *ast.In) []clause {
	atoms := r.scratch[:0]
	for _, m := range e.List {
		l, ok := m.(*ast.Literal)
		if !ok {
			return nil
		}
		if l.Value == nil { // equals nothing
			continue
		}
		if atoms, ok = equal(atoms, l.Value); !ok {
			return nil
		}
	}
	return r.any(e.X, atoms)
}

func (r *reader) match(e *ast.Match) []clause {
	if e.Negate {
		return r.value(e.X, atom{kind: present})
	}
	if len(e.Others) > 0 {
		return nil
	}
	return r.any(e.X, patterns(r.scratch[:0], e.Patterns, e.Kind, e.CIDR))
}

// term looks for the parts of a word in the raw text.
func (r *reader) term(e *ast.Term) []clause {
	if match.Everything(e.Text) {
		return nil
	}
	return r.any(&ast.Field{Name: "_raw"}, pieces(r.scratch[:0], "*"+e.Text+"*", false))
}

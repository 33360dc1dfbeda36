package pipeline

import (
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

// maxSubsearchRows is how many rows of a subsearch become terms: Splunk's
// documented limit.
const maxSubsearchRows = 10_000

// condition is a condition that may hold subsearches. One that does is
// compiled anew for each run, when their rows are known.
type condition struct {
	cond  expr.Cond // nil if it holds subsearches
	slots *field.Slots
	where ast.Expr
	subs  map[*ast.Subsearch]*Program
	scope func(slots *field.Slots) *expr.Scope
}

// condition compiles e in scope; again makes such a scope for a run.
func (c *compiler) condition(s *expr.Scope, e ast.Expr, again func(*field.Slots) *expr.Scope) *condition {
	if e == nil {
		e = &ast.Bool{Value: true}
	}
	k := &condition{where: e, slots: s.Slots, scope: again}
	subsearches(e, func(sub *ast.Subsearch) {
		if k.subs == nil {
			k.subs = map[*ast.Subsearch]*Program{}
		}
		k.subs[sub] = c.sub(sub, sub.Query)
	})
	if k.subs == nil {
		k.cond = s.Cond(e)
		return k
	}
	s.Cond(weaken(e, true, readsTable)) // for what is wrong with the rest of it
	for n := range ast.Preorder(e) {
		if call, ok := n.(*ast.Call); ok && call.Table != nil {
			s.Eval(call)
		}
	}
	return k
}

// rowCondition compiles a condition over rows.
func (c *compiler) rowCondition(e ast.Expr) *condition {
	source := c.source
	return c.condition(c.rows, e, func(slots *field.Slots) *expr.Scope {
		return &expr.Scope{Slots: slots, Source: source, Lookup: c.lookupFunction, GaveUp: c.opts.GaveUp}
	})
}

// resolve returns the condition as this run sees it, and its slots. A run that
// is traced watches it.
func (k *condition) resolve(r *run) (expr.Cond, *field.Slots, *expr.Watch, error) {
	watch := r.watch()
	if k.cond != nil && watch == nil {
		return k.cond, k.slots, nil, nil
	}
	e, err := r.resolve(k.where, k.subs)
	if err != nil {
		return nil, nil, nil, err
	}
	if e == nil {
		e = &ast.Bool{Value: true}
	}
	s := k.scope(&field.Slots{})
	s.Watch = watch
	cond := s.Cond(e)
	if len(s.Errors) > 0 {
		return nil, nil, nil, s.Errors[0]
	}
	return cond, s.Slots, watch, nil
}

// subsearches calls f for each subsearch in a condition.
func subsearches(e ast.Expr, f func(*ast.Subsearch)) {
	switch e := e.(type) {
	case *ast.Subsearch:
		f(e)
	case *ast.Not:
		subsearches(e.X, f)
	case *ast.Logic:
		for _, x := range e.List {
			subsearches(x, f)
		}
	}
}

// weaken returns a condition that holds at least where e does (or with want
// false, at most), whatever its subsearches yield and its open parts come to.
func weaken(e ast.Expr, want bool, open func(ast.Expr) bool) ast.Expr {
	switch e := e.(type) {
	case *ast.Subsearch:
		return &ast.Bool{Off: e.Off, Value: want}
	case *ast.Not:
		if x := weaken(e.X, !want, open); x != e.X {
			return &ast.Not{Off: e.Off, X: x}
		}
	case *ast.Logic:
		return weakenLogic(e, want, open)
	default:
		if open(e) {
			return &ast.Bool{Off: ast.Off(e.Pos()), Value: want}
		}
	}
	return e
}

func weakenLogic(e *ast.Logic, want bool, open func(ast.Expr) bool) ast.Expr {
	l := e
	for i, x := range e.List {
		w := weaken(x, want, open)
		if w == x {
			continue
		}
		if e.Op == ast.Xor {
			return &ast.Bool{Off: e.Off, Value: want}
		}
		if l == e {
			l = &ast.Logic{Off: e.Off, Op: e.Op, List: slices.Clone(e.List)}
		}
		l.List[i] = w
	}
	return l
}

// resolve runs the subsearches of a condition and puts what they yield in
// their place. The result is nil where that is no text at all: a return of no
// rows, which asks for nothing.
func (r *run) resolve(e ast.Expr, subs map[*ast.Subsearch]*Program) (ast.Expr, error) {
	switch e := e.(type) {
	case *ast.Subsearch:
		t, err := r.program(subs[e], &Table{})
		if err != nil {
			return nil, err
		}
		if t.Len() == 0 && e.List == nil && returns(e.Query) {
			return nil, nil
		}
		x, err := r.terms(e, t)
		if err != nil || !e.Bounds {
			return x, err
		}
		return rewrite(x, r.timeBound)
	case *ast.Not:
		x, err := r.resolve(e.X, subs)
		if x == nil {
			return nil, err
		}
		return &ast.Not{Off: e.Off, X: x}, err
	case *ast.Logic:
		list := make([]ast.Expr, 0, len(e.List))
		for _, x := range e.List {
			x, err := r.resolve(x, subs)
			if err != nil {
				return nil, err
			}
			if x != nil {
				list = append(list, x)
			}
		}
		if len(list) == 0 {
			return nil, nil
		}
		return joined(e.Off, e.Op, list), nil
	}
	return e, nil
}

// returns tells whether a search ends with return.
func returns(q *ast.Query) bool {
	if q == nil || len(q.Stages) == 0 {
		return false
	}
	_, ok := q.Stages[len(q.Stages)-1].(*ast.Return)
	return ok
}

// timeBound turns a test of earliest or latest into one of the event's time,
// which a value that is no time holds for none.
func (r *run) timeBound(e ast.Expr) (ast.Expr, error) {
	m, ok := e.(*ast.Match)
	if !ok || m.Negate {
		return nil, nil
	}
	f, ok := m.X.(*ast.Field)
	if !ok || f.Name != "earliest" && f.Name != "latest" {
		return nil, nil
	}
	op := ast.Ge
	if f.Name == "latest" {
		op = ast.Lt
	}
	var list []ast.Expr
	for _, text := range m.Patterns {
		if at, ok := timefmt.Bound(r.env.Now.In(r.zone), text, ""); ok {
			list = append(list, &ast.Compare{Off: m.Off, Op: op, X: &ast.Field{Off: m.Off, Name: "_time"},
				Y: &ast.Literal{Off: m.Off, Value: timefmt.Epoch(at)}, Null: ast.NullIsFalse})
		}
	}
	return joined(m.Off, ast.Or, list), nil
}

// terms returns the rows of a subsearch as a condition. Columns whose names
// begin with _ do not count.
func (r *run) terms(sub *ast.Subsearch, t *Table) (ast.Expr, error) {
	if over := t.Len() - maxSubsearchRows; over > 0 {
		r.dropped(sub, "rows of a subsearch", over)
		t.rows = t.rows[:maxSubsearchRows]
	}
	if sub.List != nil {
		return r.listed(sub, t)
	}
	var cols []int
	raw := -1
	for i, name := range t.cols {
		switch {
		case name == "search" || name == "query":
			raw = i
			cols = append(cols, i)
		case name != "" && name[0] != '_' && t.filled(i):
			cols = append(cols, i)
		}
	}
	if len(cols) == 1 && raw < 0 {
		return r.anyOf(sub, t, cols[0]), nil
	}
	var rows []ast.Expr
	for i := range t.rows {
		var terms []ast.Expr
		for _, c := range cols {
			v := t.at(i, c)
			switch {
			case v.IsNull():
			case t.cols[c] == "search" || t.cols[c] == "query":
				e, err := rawTerms(sub, v)
				if err != nil {
					return nil, err
				}
				terms = append(terms, e)
			default:
				terms = append(terms, equals(sub.Off, t.cols[c], texts(v)))
			}
		}
		if len(terms) > 0 {
			rows = append(rows, joined(sub.Off, ast.And, terms))
		}
	}
	return joined(sub.Off, ast.Or, rows), nil
}

// listed is the condition that a field has one of the values in the rows of a
// subsearch, or of those that stand beside it.
func (r *run) listed(sub *ast.Subsearch, t *Table) (ast.Expr, error) {
	m := *sub.List
	m.Patterns, m.List, m.CIDR = slices.Clone(m.Patterns), true, true
	for i := range t.rows {
		for c, name := range t.cols {
			switch v := t.at(i, c); {
			case name == "search" || name == "query":
				e, err := rawTerms(sub, v)
				if err != nil {
					return nil, err
				}
				if l, ok := e.(*ast.Match); ok {
					m.Patterns = append(m.Patterns, l.Patterns...)
				}
			case name != "" && name[0] != '_':
				m.Patterns = append(m.Patterns, texts(v)...)
			}
		}
	}
	if len(m.Patterns) == 0 {
		return &ast.Bool{Off: sub.Off}, nil
	}
	return &m, nil
}

// rawTerms parses a value that is itself search text.
func rawTerms(sub *ast.Subsearch, v event.Value) (ast.Expr, error) {
	if sub.Raw == nil {
		return &ast.Bool{Off: sub.Off}, nil
	}
	var list []ast.Expr
	for i := range v.Len() {
		e, err := sub.Raw(v.At(i).Text())
		if err != nil {
			return nil, err
		}
		if e != nil {
			list = append(list, e)
		}
	}
	return joined(sub.Off, ast.Or, list), nil
}

// anyOf is the condition of one column: one list of values.
func (r *run) anyOf(sub *ast.Subsearch, t *Table, col int) ast.Expr {
	var all []string
	seen := map[string]bool{}
	for i := range t.rows {
		for _, s := range texts(t.at(i, col)) {
			if !seen[s] {
				seen[s] = true
				all = append(all, s)
			}
		}
	}
	if len(all) == 0 {
		return &ast.Bool{Off: sub.Off}
	}
	return equals(sub.Off, t.cols[col], all)
}

// equals holds where the field has one of the values, as `field=value` of the
// search command does.
func equals(off ast.Off, name string, values []string) ast.Expr {
	return &ast.Match{
		Off: off, X: &ast.Field{Off: off, Name: name}, Kind: ast.Star, Patterns: values,
		Fold: true, CIDR: true, List: len(values) > 1, Op: "=", Null: ast.NullIsFalse,
	}
}

// joined joins conditions; of none, it holds for nothing.
func joined(off ast.Off, op ast.Op, list []ast.Expr) ast.Expr {
	switch len(list) {
	case 0:
		return &ast.Bool{Off: off}
	case 1:
		return list[0]
	}
	return &ast.Logic{Off: off, Op: op, List: list}
}

// texts returns the values of v as text.
func texts(v event.Value) []string {
	ss := make([]string, v.Len())
	for i := range ss {
		ss[i] = v.At(i).Text()
	}
	return ss
}

package engine

import (
	"math"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// teller writes down what watched conditions came to.
type teller struct {
	query *ast.Query
	src   *ast.Source
	model string // the data model's dataset that the events are of, if any
	// where makes conditions be written as SPL's `where` does, instead of as
	// its `search`.
	where bool
	texts map[*expr.Trace]string // nil for conditions that are told once
	// inside tells that what is being written stands in a text of its own,
	// which is no part of the rule's.
	inside bool
}

// brings reports whether the parts of e come from another text: a data model,
// or the argument of searchmatch.
func (t *teller) brings(e ast.Expr) bool {
	if c, ok := e.(*ast.Call); ok {
		return strings.EqualFold(c.Name, "searchmatch")
	}
	return t.model != "" && isMembership(e)
}

// condition tells what a condition came to over the frame's event.
func (t *teller) condition(x *expr.Trace, f *field.Frame) *Condition {
	c := t.part(x, f)
	c.decisive().Decides = true
	return c
}

func (t *teller) part(x *expr.Trace, f *field.Frame) *Condition {
	c := &Condition{Text: t.text(x), Op: opOf(x.Expr), Outcome: outcomeOf(x)}
	off, inside := ast.Start(x.Expr), t.inside
	if t.inside = inside || t.brings(x.Expr); t.inside {
		off = x.Expr.Pos()
	}
	if off > 0 && !inside {
		c.Line, c.Column = t.src.Position(off)
	}
	t.seen(c, x, f)
	t.inside = inside
	return c
}

// seen gathers what lies below x: conditions, and what is computed for x
// itself.
func (t *teller) seen(c *Condition, x *expr.Trace, f *field.Frame) {
	if _, isField := x.Expr.(*ast.Field); isField {
		t.value(c, x, f)
	}
	if _, junction := x.Expr.(*ast.Logic); junction {
		for _, p := range conditionsOf(x) {
			c.Parts = append(c.Parts, t.part(p, f))
		}
		return
	}
	for _, p := range x.Parts {
		if p.Cond && p.Expr != nil {
			c.Parts = append(c.Parts, t.part(p, f))
			continue
		}
		if _, literal := p.Expr.(*ast.Literal); literal || p.Expr == nil {
			continue
		}
		t.value(c, p, f)
		if _, isField := p.Expr.(*ast.Field); !isField {
			t.seen(c, p, f)
		}
	}
}

// value adds a field, or a computation, with its value.
func (t *teller) value(c *Condition, x *expr.Trace, f *field.Frame) {
	v, asked := x.Value(f)
	name := t.text(x)
	if !asked || slices.ContainsFunc(c.Values, func(s Seen) bool { return s.Name == name }) {
		return
	}
	s := Seen{Name: name, Value: plainValue(v)}
	if i, ok := f.Fields().(inferrer); ok {
		s.Inferred = slices.Contains(i.Inferred(), name)
	}
	c.Values = append(c.Values, s)
}

// plainValue is a value that shares nothing with the event, and that JSON can
// write.
func plainValue(v Value) any {
	if f, ok := v.Float(); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return v.Text()
	}
	if v.IsList() {
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plainValue(v.At(i))
		}
		return list
	}
	return v.Clone().Any()
}

func fieldName(f *ast.Field) string {
	switch {
	case f.Of == "":
		return f.Name
	case f.Name == "":
		return f.Of
	}
	return f.Of + "." + f.Name
}

func outcomeOf(x *expr.Trace) Outcome {
	tri, asked := x.Tri()
	switch {
	case !asked:
		return NotAsked
	case tri == expr.True:
		return IsTrue
	case tri == expr.False:
		return IsFalse
	}
	return IsNull
}

// decisive is the part on which the outcome of c hangs: c itself, where that
// is no single operand.
func (c *Condition) decisive() *Condition {
	for {
		at := -1
		switch c.Op {
		case "and":
			if c.Outcome != IsTrue {
				at = slices.IndexFunc(c.Parts, func(p *Condition) bool { return p.Outcome != IsTrue })
			}
		case "or":
			at = slices.IndexFunc(c.Parts, func(p *Condition) bool { return p.Outcome == IsTrue })
		case "not":
			at = len(c.Parts) - 1
		}
		if at < 0 {
			return c
		}
		c = c.Parts[at]
	}
}

// Grounds are the single comparisons by which a condition came to be what it
// is: of an `and` that is true those of all operands, of one that is not those
// of the first that is not true; of an `or` the reverse.
func (c *Condition) Grounds() []*Condition {
	if c == nil {
		return nil
	}
	d := c.decisive()
	if d.Op == "" || len(d.Parts) == 0 {
		return []*Condition{d}
	}
	var list []*Condition
	for _, p := range d.Parts {
		list = append(list, p.Grounds()...)
	}
	return list
}

// opOf names a junction or a negation.
func opOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Not:
		return "not"
	case *ast.Logic:
		switch e.Op {
		case ast.And:
			return "and"
		case ast.Or:
			return "or"
		}
		return "xor"
	}
	return ""
}

// conditionsOf are the conditions right below a junction or a negation. A
// junction within another of the same kind is one with it.
func conditionsOf(x *expr.Trace) []*expr.Trace {
	var list []*expr.Trace
	outer, _ := x.Expr.(*ast.Logic)
	for _, p := range x.Parts {
		if !p.Cond || p.Expr == nil {
			continue
		}
		if l, ok := p.Expr.(*ast.Logic); ok && outer != nil && l.Op == outer.Op && l.Op != ast.Xor {
			list = append(list, conditionsOf(p)...)
			continue
		}
		list = append(list, p)
	}
	return list
}

// lacks are the operands of `and` that are not true, at whatever depth.
func (t *teller) lacks(x *expr.Trace) []string {
	if outcomeOf(x) == IsTrue {
		return nil
	}
	if l, ok := x.Expr.(*ast.Logic); !ok || l.Op != ast.And {
		return []string{t.text(x)}
	}
	var list []string
	for _, p := range conditionsOf(x) {
		list = append(list, t.lacks(p)...)
	}
	return list
}

// distance is how many comparisons would have to come out otherwise for the
// condition to be as wanted, over what f holds; see apart.
func distance(x *expr.Trace, want bool, f *field.Frame) float64 {
	parts := conditionsOf(x)
	switch e := x.Expr.(type) {
	case *ast.Not:
		if len(parts) == 1 {
			return distance(parts[0], want != negates(e), f)
		}
	case *ast.Logic:
		if e.Op == ast.Xor || len(parts) == 0 {
			break
		}
		sum, least := 0.0, math.Inf(1)
		for _, p := range parts {
			d := distance(p, want, f)
			sum += d
			least = min(least, d)
		}
		if (e.Op == ast.And) == want {
			return sum
		}
		return least
	}
	if o := outcomeOf(x); o == IsTrue && want || o == IsFalse && !want {
		return 0
	}
	return apart(x, f)
}

// apart is how far a comparison is from coming out otherwise: the whole of one
// where there is no value, a little less for another value, and for numbers
// less the closer they are.
func apart(x *expr.Trace, f *field.Frame) float64 {
	const other, least = 0.95, 0.5
	if len(x.Parts) == 0 {
		return 1
	}
	a, _ := x.Parts[0].Value(f)
	if a.IsNull() {
		return 1
	}
	if _, ok := x.Expr.(*ast.Compare); !ok || len(x.Parts) != 2 {
		return other
	}
	b, _ := x.Parts[1].Value(f)
	p, ok1 := a.Number()
	q, ok2 := b.Number()
	gap := math.Abs(p - q)
	if !ok1 || !ok2 || math.IsNaN(gap) || math.IsInf(gap, 0) {
		return other
	}
	return least + (other-least)*gap/(gap+math.Abs(q)+1)
}

// negates reports whether a row of negations, which is compiled as one, is of
// an odd number.
func negates(e *ast.Not) bool {
	odd := true
	for {
		next, ok := e.X.(*ast.Not)
		if !ok {
			return odd
		}
		odd, e = !odd, next
	}
}

// text is an expression on one line, as its language writes it.
func (t *teller) text(x *expr.Trace) string {
	if s, ok := t.texts[x]; ok {
		return s
	}
	s := t.written(x)
	if t.texts != nil {
		t.texts[x] = s
	}
	return s
}

// written is text, worked out. What belongs to a dataset is told by the
// dataset's name.
func (t *teller) written(x *expr.Trace) string {
	l, junction := x.Expr.(*ast.Logic)
	switch {
	case t.model == "" || !junction:
		return exprText(t.query, x.Expr, t.where)
	case isMembership(l):
		return "data model " + t.model
	}
	var texts []string
	for _, p := range conditionsOf(x) {
		s := t.text(p)
		if _, nested := p.Expr.(*ast.Logic); nested && !isMembership(p.Expr) {
			s = "(" + s + ")"
		}
		texts = append(texts, s)
	}
	return strings.Join(texts, " "+strings.ToUpper(opOf(l))+" ")
}

// isMembership tells the condition by which events belong to a dataset: they
// have no tags at all, or meet its constraint.
func isMembership(e ast.Expr) bool {
	l, ok := e.(*ast.Logic)
	if !ok || l.Op != ast.Or || len(l.List) != 2 {
		return false
	}
	n, ok := l.List[0].(*ast.IsNull)
	return ok && n.Unset
}

func exprText(q *ast.Query, e ast.Expr, where bool) string {
	if n, ok := e.(*ast.IsNull); ok && q.Language == ast.SPL { // which `search` can only say of a field that is there
		return "isnull(" + exprText(q, n.X, true) + ")"
	}
	if f, ok := e.(*ast.Field); ok {
		return fieldName(f)
	}
	return ast.FormatExpr(q, e, where)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

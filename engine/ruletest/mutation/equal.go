package mutation

import (
	"errors"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/sample"
)

// Equivalent reports whether it is proved that the mutant means the same as
// the original: its condition holds for the same events. No test can tell the
// two apart. What is not proved may still be so.
func (m Mutant) Equivalent() bool {
	return m.before != nil && m.implied(m.before, m.after) && m.implied(m.after, m.before)
}

// implied reports whether no event that meets one condition lacks the other.
func (m Mutant) implied(one, other *condition) bool {
	events := one.events
	events.Where = &ast.Logic{Op: ast.And, List: []ast.Expr{one.expr, lacking(other.expr, true)}}
	q := *m.Query
	q.Stages = []ast.Stage{&events}
	_, err := sample.Hit(&q)
	never := (*sample.Unsatisfiable)(nil)
	return errors.As(err, &never)
}

// lacking is a condition that holds wherever e is not of a truth: true, or
// false. That is more than its negation, for e may be null; where it is not
// known what makes it null, the condition always holds, and proves nothing.
func lacking(e ast.Expr, truth bool) ast.Expr {
	switch e := e.(type) {
	case *ast.Logic:
		op := ast.Or
		if (e.Op == ast.Or) == truth {
			op = ast.And
		}
		if e.Op == ast.Xor {
			break
		}
		l := &ast.Logic{Off: e.Off, Op: op}
		for _, x := range e.List {
			l.List = append(l.List, lacking(x, truth))
		}
		return l
	case *ast.Not:
		return lacking(e.X, !truth)
	case *ast.IsNull, *ast.Bool:
		if truth {
			return &ast.Not{X: e}
		}
		return e
	}
	if truth { // the negation of a leaf holds where its field is missing
		return &ast.Not{Off: ast.Off(e.Pos()), X: e}
	}
	if nullIsFalse(e) {
		return e
	}
	if f := subject(e); f != nil {
		return &ast.Logic{Op: ast.Or, List: []ast.Expr{e, &ast.IsNull{X: f}}}
	}
	return &ast.Bool{Value: true}
}

// nullIsFalse tells of a leaf that it is never null.
func nullIsFalse(e ast.Expr) bool {
	rule := ast.NullIsNull
	switch e := e.(type) {
	case *ast.Compare:
		rule = e.Null
	case *ast.In:
		rule = e.Null
	case *ast.Match:
		rule = e.Null
	case *ast.Call:
		rule = e.Null
	}
	return rule == ast.NullIsFalse
}

// subject is the field that a leaf compares with literals; nil for other
// leaves.
func subject(e ast.Expr) *ast.Field {
	var x ast.Expr
	var others []ast.Expr
	switch e := e.(type) {
	case *ast.Compare:
		x, others = e.X, []ast.Expr{e.Y}
	case *ast.In:
		x, others = e.X, e.List
	case *ast.Match:
		x, others = e.X, e.Others
	}
	for _, o := range others {
		if _, ok := o.(*ast.Literal); !ok {
			return nil
		}
	}
	f, _ := x.(*ast.Field)
	return f
}

package mutation

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// condition changes a condition, and what it is made of.
func (m *maker) condition(r root) {
	m.root = &r
	defer func() { m.root = nil }()
	e := *r.at
	if _, constant := e.(*ast.Bool); !constant && !conjunction(e) {
		m.try(kindOf(e, false), ast.Start(e), "drop "+m.textOf(e), set(r.at, ast.Expr(&ast.Bool{Off: ast.Off(e.Pos()), Value: true})))
	}
	m.expr(r.at, false)
}

func conjunction(e ast.Expr) bool {
	l, ok := e.(*ast.Logic)
	return ok && l.Op == ast.And
}

// value changes the conditions inside an expression that is none, such as those
// of if().
func (m *maker) value(at *ast.Expr) {
	m.root = &root{at: at, eval: true, value: true}
	defer func() { m.root = nil }()
	m.expr(at, false)
}

// expr changes an expression; negated tells that the condition fails where it
// holds.
func (m *maker) expr(at *ast.Expr, negated bool) {
	switch e := (*at).(type) {
	case *ast.Logic:
		m.logic(at, e, negated)
	case *ast.Not:
		to := e.X
		if _, ok := to.(*ast.IsNull); ok { // search has no other notation for it
			to = &ast.Not{Off: e.Off, X: e}
		}
		m.try(kindOf(e, negated), ast.Start(e), "negate "+m.textOf(e), set(at, to))
		if c, ok := e.X.(*ast.Compare); ok { // of which != is another way to write this
			m.operands(c)
			return
		}
		if n, ok := e.X.(*ast.IsNull); ok {
			m.expr(&n.X, negated)
			return
		}
		m.expr(&e.X, !negated)
	case *ast.Compare:
		m.compare(e)
	case *ast.In:
		m.in(e, negated)
	case *ast.Match:
		m.match(e, negated)
	case *ast.Call:
		m.call(e, negated)
	case *ast.IsNull:
		m.try(Change, ast.Start(e), "negate "+m.textOf(e), set(at, ast.Expr(&ast.Not{Off: e.Off, X: e})))
		m.expr(&e.X, negated)
	case *ast.Arith:
		m.expr(&e.X, negated)
		m.expr(&e.Y, negated)
	case *ast.Neg:
		m.expr(&e.X, negated)
	case *ast.Any:
		m.expr(&e.Cond, negated)
	case *ast.Relation:
		m.relation(e)
	case *ast.Subsearch:
		r := m.root
		m.root = nil
		m.stages(e.Query)
		m.root = r
	}
}

// kindOf is what a condition is to the rule.
func kindOf(e ast.Expr, negated bool) Kind {
	switch e := e.(type) {
	case *ast.Not:
		if _, ok := e.X.(*ast.IsNull); !ok { // which says that something has to be there
			negated = !negated
		}
	case *ast.Match:
		negated = negated != e.Negate
	case *ast.Compare:
		negated = negated != (e.Op == ast.Ne)
	}
	if negated {
		return Exclusion
	}
	return Predicate
}

// logic drops each operand, and takes "and" for "or" and the other way around.
func (m *maker) logic(at *ast.Expr, e *ast.Logic, negated bool) {
	for i, x := range e.List {
		rest := without(e.List, i)
		to := ast.Expr(&ast.Logic{Off: e.Off, Op: e.Op, List: rest})
		if len(rest) == 1 {
			to = rest[0]
		}
		m.try(kindOf(x, negated), ast.Start(x), "drop "+m.textOf(x), set(at, to))
	}
	switch e.Op {
	case ast.And:
		m.try(Change, ast.Start(e), "or for and: "+m.textOf(e), set(&e.Op, ast.Or))
	case ast.Or:
		m.try(Change, ast.Start(e), "and for or: "+m.textOf(e), set(&e.Op, ast.And))
	}
	for i := range e.List {
		m.expr(&e.List[i], negated)
	}
}

// others are the operators that a comparison is tried with. A bound is moved
// by itself alone: a step further is noticed where this is.
var others = map[ast.Op]ast.Op{
	ast.Eq: ast.Ne, ast.Ne: ast.Eq, ast.Lt: ast.Le, ast.Le: ast.Lt, ast.Gt: ast.Ge, ast.Ge: ast.Gt,
}

var opNames = map[ast.Op]string{ast.Eq: "==", ast.Ne: "!=", ast.Lt: "<", ast.Le: "<=", ast.Gt: ">", ast.Ge: ">="}

func (m *maker) compare(e *ast.Compare) {
	if op, ok := others[e.Op]; ok {
		m.try(Change, ast.Start(e), opNames[op]+" for "+opNames[e.Op]+": "+m.textOf(e), set(&e.Op, op))
	}
	m.operands(e)
}

func (m *maker) operands(e *ast.Compare) {
	m.expr(&e.X, false)
	m.expr(&e.Y, false)
}

// alternatives are EQL's functions that look for any of their arguments behind
// the first.
var alternatives = map[string]bool{
	"cidrmatch": true, "endswith": true, "match": true, "matchlite": true, "startswith": true, "stringcontains": true, "wildcard": true,
}

// call drops each argument that is an alternative, and compares with case
// where the call does not.
func (m *maker) call(e *ast.Call, negated bool) {
	if e.Lib != "spl" && alternatives[strings.ToLower(e.Name)] && len(e.Args) > 2 {
		for i := 1; i < len(e.Args); i++ {
			m.try(kindOf(e, negated), ast.Start(e.Args[i]), "drop "+m.textOf(e.Args[i])+" from "+m.textOf(e), set(&e.Args, without(e.Args, i)))
		}
	}
	if e.Fold {
		m.try(Change, ast.Start(e), "with case: "+m.textOf(e), set(&e.Fold, false))
	}
	for i := range e.Args {
		m.expr(&e.Args[i], negated)
	}
}

func (m *maker) relation(e *ast.Relation) {
	switch e.Kind {
	case ast.DescendantOf:
		m.try(Change, e.Pos(), "child of for descendant of", set(&e.Kind, ast.ChildOf))
	case ast.ChildOf:
		m.try(Change, e.Pos(), "descendant of for child of", set(&e.Kind, ast.DescendantOf))
	}
	if e.Event != nil {
		r := m.root
		m.events(e.Event)
		m.root = r
	}
}

package sample

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
)

// valid compiles the query.
func valid(q *ast.Query) error {
	_, err := engine.New([]*ast.Rule{{ID: "sample", Query: q}})
	return err
}

// fires reports whether the events make the query fire: the last word on
// every sample is the engine's. Of what depends on another search it is known
// whether it may hold, and not whether it does; lucky takes it as one likes.
func fires(q *ast.Query, events []event.Event, lucky bool) bool {
	if q.Language == ast.SPL {
		if !searches(q) {
			return passes(q, events, true)
		}
		with, without := passes(q, events, true), passes(q, events, false)
		return with && without || lucky && (with || without)
	}
	e, err := engine.New([]*ast.Rule{{ID: "sample", Query: q}})
	if err != nil {
		return false
	}
	for _, ev := range events {
		if len(e.Process(ev)) > 0 {
			return true
		}
	}
	return len(e.Flush(engine.End)) > 0
}

// searches reports whether the leading filter depends on another search.
func searches(q *ast.Query) bool {
	first, _ := q.Stages[0].(*ast.Events)
	if first == nil || first.Where == nil {
		return false
	}
	for n := range ast.Preorder(first.Where) {
		if _, ok := n.(*ast.Subsearch); ok {
			return true
		}
	}
	return false
}

// passes reports whether an event passes the leading filter of a search.
func passes(q *ast.Query, events []event.Event, sub bool) bool {
	first, ok := q.Stages[0].(*ast.Events)
	if !ok || len(events) != 1 {
		return false
	}
	lead, stage := *q, *first
	stage.Where = rewrite(first.Where, func(e ast.Expr) ast.Expr {
		if _, ok := e.(*ast.Subsearch); ok {
			return &ast.Bool{Off: ast.Off(e.Pos()), Value: sub}
		}
		return e
	})
	lead.Stages = []ast.Stage{&stage}
	f, err := engine.Compile(&lead)
	return err == nil && f.Match(events[0].Fields)
}

// text is an expression as the query's language writes it, on one line.
func text(q *ast.Query, n ast.Node) string {
	e, ok := n.(ast.Expr)
	if !ok {
		return ""
	}
	return ast.FormatExpr(q, e, false)
}

package ast

import "iter"

// Walk calls f for n and, where f returns true, for everything below it: in
// the order of the text, parents first. Below a stage are its expressions, its
// parts (such as [Step] and [Agg]) and the stages of the queries inside it. A
// nil n is no node.
func Walk(n Node, f func(Node) bool) {
	var visit func(Node) // one for all nodes: large queries have thousands
	visit = func(n Node) {
		if n != nil && f(n) {
			children(n, visit)
		}
	}
	visit(n)
}

// Preorder yields n and everything below it, as [Walk] visits it.
func Preorder(n Node) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		going := true
		Walk(n, func(n Node) bool {
			going = going && yield(n)
			return going
		})
	}
}

// Start returns where the text of n begins, as an offset: that of an operator is
// between its operands. Parts that are nowhere in the text do not count; 0 if
// there are no others, or no n.
func Start(n Node) int {
	least := 0
	for x := range Preorder(n) {
		if p := x.Pos(); p > 0 && (p < least || least == 0) {
			least = p
		}
	}
	return least
}

// HasSubtext reports whether a search stands in the expressions of a stage, so
// that only a run knows what they are.
func HasSubtext(n Node) bool {
	for n := range Preorder(n) {
		if _, ok := n.(*Subtext); ok {
			return true
		}
	}
	return false
}

// children calls f for every node right below n, in the order of the
// declarations. Its cases are those of the declarations, too: expressions,
// then stages.
func children(n Node, f func(Node)) {
	switch n := n.(type) {
	case Expr:
		below(n, f)
	case *Step:
		f(&n.Event)
		each(n.By, f)
	case *Assignment:
		one(n.From, f)
		one(n.Value, f)
	case *SortKey:
		one(n.By, f)
	case *Agg:
		one(n.Arg, f)
	case *Group:
		one(n.By, f)
	case *EventType:
		one(n.Cond, f)
	case Stage:
		inside(n, f)
	}
}

// below has the expressions.
func below(e Expr, f func(Node)) {
	switch e := e.(type) {
	case *Call:
		each(e.Args, f)
	case *Compare:
		one(e.X, f)
		one(e.Y, f)
	case *In:
		one(e.X, f)
		each(e.List, f)
	case *Match:
		one(e.X, f)
		each(e.Others, f)
	case *IsNull:
		one(e.X, f)
	case *Logic:
		each(e.List, f)
	case *Not:
		one(e.X, f)
	case *Arith:
		one(e.X, f)
		one(e.Y, f)
	case *Neg:
		one(e.X, f)
	case *Any:
		one(e.X, f)
		one(e.Cond, f)
	case *Relation:
		if e.Event != nil {
			f(e.Event)
		}
	case *Subsearch:
		if e.List != nil {
			one(e.List.X, f)
		}
		query(e.Query, f)
	case *Subtext:
		query(e.Query, f)
	}
}

// inside has the stages: where rows come from, what keeps some of them, then
// the others.
func inside(s Stage, f func(Node)) {
	switch s := s.(type) {
	case *Events:
		one(s.Where, f)
	case *ReadTable:
		one(s.Where, f)
	case *Sequence:
		steps(s.Steps, s.Until, f)
	case *Sample:
		steps(s.Steps, nil, f)
	case *Combine:
		steps(s.Steps, s.Until, f)
	case *Filter:
		one(s.Cond, f)
	case *Head:
		one(s.While, f)
	case *Dedup:
		each(s.Fields, f)
		parts(s.Sort, f)
	case *Sort:
		parts(s.Keys, f)
	default:
		later(s, f)
	}
}

func later(s Stage, f func(Node)) {
	switch s := s.(type) {
	case *Assign:
		parts(s.Set, f)
	case *Rename:
		parts(s.Pairs, f)
	case *Convert:
		parts(s.Items, f)
	case *Replace:
		parts(s.Pairs, f)
	case *Lookup:
		parts(s.Keys, f)
		parts(s.Outputs, f)
	case *ForEach:
		f(&s.Template)
	case *FieldFormat:
		f(&s.Set)
	case *Aggregate:
		aggregate(s, f)
	case *Transaction:
		one(s.StartsWith, f)
		one(s.EndsWith, f)
	case *JoinRows:
		parts(s.Fields, f)
		query(s.Sub, f)
	case *Append:
		for _, q := range s.Subs {
			query(q, f)
		}
	case *Map:
		f(&s.Search)
	case *Return:
		parts(s.Items, f)
	case *Typer:
		parts(s.Types, f)
	}
}

func aggregate(s *Aggregate, f func(Node)) {
	parts(s.Aggs, f)
	parts(s.By, f)
	if w := s.Window; w != nil {
		one(w.ResetBefore, f)
		one(w.ResetAfter, f)
	}
	if s.Split != nil {
		f(&s.Split.Group)
	}
}

func steps(list []Step, until *Step, f func(Node)) {
	parts(list, f)
	if until != nil {
		f(until)
	}
}

func query(q *Query, f func(Node)) {
	if q == nil {
		return
	}
	for _, s := range q.Stages {
		f(s)
	}
}

func one(e Expr, f func(Node)) {
	if e != nil {
		f(e)
	}
}

func each(list []Expr, f func(Node)) {
	for _, e := range list {
		one(e, f)
	}
}

// parts calls f for the address of every element.
func parts[T any, P interface {
	*T
	Node
}](list []T, f func(Node)) {
	for i := range list {
		f(P(&list[i]))
	}
}

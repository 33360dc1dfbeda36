package sample

import (
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// goal is a condition that has to come out one way.
type goal struct {
	e    ast.Expr
	want bool
}

// leaf is a goal that no operator joins, compiled.
type leaf struct {
	goal
	vars []string // the fields that it reads, sorted
	cond expr.Cond
}

// expand takes a goal apart as far as there is no choice: the goals that all
// have to be met, and, if it is a choice, its alternatives.
func expand(g goal) (all []goal, choice [][]goal) {
	switch e := g.e.(type) {
	case *ast.Not:
		return []goal{{e.X, !g.want}}, nil
	case *ast.Logic:
		return expandLogic(e, g.want)
	case *ast.Compare:
		if x, b, ok := condition(e); ok {
			return []goal{{x, b == g.want}}, nil
		}
	case *ast.Match:
		if call, ok := e.X.(*ast.Call); ok && call.Lib == "spl" && g.want && !e.Negate {
			return nil, branches(e, call)
		}
	}
	return nil, nil
}

// branches lists the ways in which a calculated field of a data model matches:
// by one of the values that are put together, or by one side of an if.
func branches(e *ast.Match, call *ast.Call) [][]goal {
	on := func(x ast.Expr) goal {
		m := *e
		m.X = x
		return goal{&m, true}
	}
	var ways [][]goal
	switch {
	case call.Name == "mvappend":
		for _, a := range call.Args {
			ways = append(ways, []goal{on(a)})
		}
	case call.Name == "if" && len(call.Args) == 3:
		ways = [][]goal{{{call.Args[0], true}, on(call.Args[1])}, {{call.Args[0], false}, on(call.Args[2])}}
	}
	return ways
}

func expandLogic(e *ast.Logic, want bool) (all []goal, choice [][]goal) {
	switch {
	case e.Op == ast.Xor:
		return nil, odd(e.List, want)
	case (e.Op == ast.And) == want:
		for _, x := range e.List {
			all = append(all, goal{x, want})
		}
		return all, nil
	}
	for _, x := range e.List {
		choice = append(choice, []goal{{x, want}})
	}
	return nil, choice
}

// odd lists ways for an exclusive or to come out: none, one or all of the
// operands hold.
func odd(list []ast.Expr, want bool) [][]goal {
	var ways [][]goal
	for one := -1; one <= len(list); one++ {
		n := 0
		var way []goal
		for i, x := range list {
			holds := i == one || one == len(list)
			if holds {
				n++
			}
			way = append(way, goal{x, holds})
		}
		if (n%2 == 1) == want {
			ways = append(ways, way)
		}
	}
	return ways
}

// condition recognises `condition == true`.
func condition(e *ast.Compare) (ast.Expr, bool, bool) {
	if e.Op != ast.Eq {
		return nil, false, false
	}
	l, ok := e.Y.(*ast.Literal)
	if !ok {
		return nil, false, false
	}
	b, ok := l.Value.(bool)
	if !ok {
		return nil, false, false
	}
	switch x := e.X.(type) {
	case *ast.Logic, *ast.Not, *ast.Compare, *ast.Match, *ast.In, *ast.IsNull, *ast.Any:
		return x, b, true
	}
	return nil, false, false
}

// compiler compiles leaves, each once.
type compiler struct {
	scope  *expr.Scope
	frame  *field.Frame
	leaves map[ast.Expr]*leaf // by expression, for those that have to hold
}

func newCompiler(q *ast.Query) *compiler {
	src := q.Source
	if src == nil {
		src = &ast.Source{}
	}
	slots := &field.Slots{}
	return &compiler{
		scope:  &expr.Scope{Slots: slots, View: q.View, Source: src},
		frame:  &field.Frame{Slots: slots},
		leaves: map[ast.Expr]*leaf{},
	}
}

func (c *compiler) leaf(g goal) *leaf {
	l := c.leaves[g.e]
	if l == nil {
		l = &leaf{goal: g, vars: variables(g.e), cond: c.scope.Cond(g.e)}
		c.leaves[g.e] = l
	}
	if l.want == g.want {
		return l
	}
	other := *l
	other.want = g.want
	return &other
}

// holds reports whether a leaf comes out as it should for the fields.
func (c *compiler) holds(l *leaf, fields values) bool {
	c.frame.Reset(fields)
	got := l.cond(c.frame)
	if l.want {
		return got == expr.True
	}
	return got == expr.False
}

// variables lists the fields that an expression reads.
func variables(e ast.Expr) []string {
	var names, bound []string
	ast.Walk(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			if n.Of == "" {
				names = append(names, n.Name)
			}
		case *ast.Term:
			names = append(names, raw)
		case *ast.Call:
			if v, ok := arrayVariable(n); ok {
				bound = append(bound, v)
			}
		}
		return true
	})
	names = slices.DeleteFunc(names, func(n string) bool {
		return slices.ContainsFunc(bound, func(b string) bool { return n == b || strings.HasPrefix(n, b+".") })
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// raw is the field that holds an event's text.
const raw = "_raw"

// arrayVariable returns the variable that a call binds, whose name looks like
// a field's.
func arrayVariable(e *ast.Call) (string, bool) {
	switch strings.ToLower(e.Name) {
	case "arraysearch", "arraycount":
		if len(e.Args) == 3 {
			if f, ok := e.Args[1].(*ast.Field); ok && f.Of == "" {
				return f.Name, true
			}
		}
	}
	return "", false
}

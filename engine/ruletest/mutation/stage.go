package mutation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// dropStage takes a stage out, where that can be told from its condition being
// true.
func (m *maker) dropStage(q *ast.Query, i int) {
	if _, ok := q.Stages[i].(*ast.Filter); ok {
		return // its condition has been dropped
	}
	m.try(Step, q.Stages[i].Pos(), "drop "+m.stageText(q.Stages[i]), set(&q.Stages, without(q.Stages, i)))
}

// maxShown bounds the text of a stage in a message: enough to tell it from its
// neighbours.
const maxShown = 60

func (m *maker) stageText(st ast.Stage) string {
	one := &ast.Query{Language: m.query.Language, View: m.query.View, Stages: []ast.Stage{&ast.Events{}, st}}
	_, s, _ := strings.Cut(ast.Format(one), "| ")
	if r := []rune(s); len(r) > maxShown {
		s = string(r[:maxShown-1]) + "…"
	}
	return "| " + s
}

// pipe changes what a stage says beside conditions.
func (m *maker) pipe(st ast.Stage) {
	switch st := st.(type) {
	case *ast.Aggregate:
		m.aggregate(st)
	case *ast.Head:
		m.number("head", st, &st.N)
	case *ast.Tail:
		m.number("tail", st, &st.N)
	case *ast.Dedup:
		m.number("dedup", st, &st.N)
	case *ast.Sort:
		for i := range st.Keys {
			m.try(Change, st.Keys[i].Pos(), "sort in the other direction", set(&st.Keys[i].Desc, !st.Keys[i].Desc))
		}
	case *ast.Assign:
		for i, a := range st.Set {
			if len(st.Set) > 1 {
				m.try(Step, a.Pos(), "drop "+a.Name+"=…", set(&st.Set, without(st.Set, i)))
			}
		}
	case *ast.Bin:
		m.bucket(st, st.Span)
	case *ast.Transaction:
		m.span("maxspan", st, &st.Maxspan)
		m.span("maxpause", st, &st.Maxpause)
	}
}

func (m *maker) number(name string, n ast.Node, at *int) {
	if *at > 0 {
		m.try(Change, n.Pos(), fmt.Sprintf("%s %d for %d", name, *at+1, *at), set(at, *at+1))
	}
}

func (m *maker) bucket(n ast.Node, s *ast.Span) {
	if s != nil {
		m.try(Change, n.Pos(), "span doubled", set(&s.N, 2*s.N))
	}
}

// opposites are the functions that a figure is tried with.
var opposites = map[string]string{
	"count": "dc", "dc": "count", "distinct_count": "count", "sum": "avg", "avg": "sum", "min": "max", "max": "min",
	"first": "last", "last": "first", "earliest": "latest", "latest": "earliest", "values": "list", "list": "values",
}

func (m *maker) aggregate(st *ast.Aggregate) {
	for i := range st.Aggs {
		a := &st.Aggs[i]
		if len(st.Aggs) > 1 {
			m.try(Step, a.Pos(), "drop "+a.Text+" from "+m.command(st), set(&st.Aggs, without(st.Aggs, i)))
		}
		if to, ok := opposites[a.Func]; ok && a.Arg != nil {
			m.try(Change, a.Pos(), to+" for "+a.Func+": "+a.Text, func() func() {
				was := *a
				_, rest, _ := strings.Cut(a.Text, "(")
				a.Func, a.Text = to, to+"("+rest
				return func() { *a = was }
			})
		}
	}
	for i, g := range st.By {
		m.try(Predicate, g.Pos(), "drop "+g.Field+" from "+m.command(st)+" by", set(&st.By, slices.Clone(without(st.By, i))))
		m.bucket(&st.By[i], st.By[i].Span)
	}
	m.bucket(st, st.Span)
	if w := st.Window; w != nil {
		m.number("window", st, &w.Size)
	}
}

func (m *maker) command(st *ast.Aggregate) string {
	if st.Source != "" {
		return st.Source
	}
	return string(st.Kind)
}

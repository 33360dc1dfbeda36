package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// Warnings returns what is likely a mistake of a search that runs all the
// same: a filter that is never true, the stage behind it that no row reaches,
// a field that is read where no stage makes it, and one of those that whoever
// takes the rows asks for and they never have. It is nil if there is nothing to
// say. Searches inside this one are not looked into.
//
// A field is only reported behind a stage that fixes the columns (stats,
// table, …). Behind a stage whose columns the run alone knows (a join, a
// lookup of all columns, a pivot) nothing is, until the next one that fixes
// them.
func (p *Program) Warnings(asked ...string) []ast.Note {
	w := &warner{}
	for _, st := range p.query.Stages {
		if w.empty && !fills(st) {
			w.note(st, "no row reaches this stage")
		}
		w.empty = false
		w.stage(st)
	}
	for _, name := range asked {
		if w.cols != nil && !w.cols[name] && !wild(name) && internal(name) == 0 {
			w.note(p.query.Stages[len(p.query.Stages)-1], "the field %q, which an alert is to show, is never set behind %s", name, w.by)
			w.cols[name] = true
		}
	}
	return w.notes
}

// warner follows the columns along the stages.
type warner struct {
	cols  map[string]bool // nil where they are not known
	by    string          // the command that fixed them
	empty bool            // no row comes out of the stage before
	notes []ast.Note
}

// fills reports whether a stage has rows where none come in.
func fills(st ast.Stage) bool {
	switch st.(type) {
	case *ast.Aggregate, *ast.Append, *ast.ReadTable, *ast.Make, *ast.FormatRows, *ast.Return, *ast.Totals:
		return true
	}
	return false
}

func (w *warner) note(n ast.Node, format string, args ...any) {
	w.notes = append(w.notes, ast.Note{Off: n.Pos(), Text: fmt.Sprintf(format, args...)})
}

// stage looks at what a stage reads, and follows what it makes. Stages that
// are not listed may make any column.
func (w *warner) stage(st ast.Stage) {
	switch st := st.(type) {
	case *ast.Events:
		w.filter(st, st.Where)
	case *ast.Filter:
		w.filter(st, st.Cond)
		w.reads(st.Cond)
	case *ast.Assign:
		for _, a := range st.Set {
			w.reads(a.Value)
			w.makes(a.Name)
			if a.From != nil || wild(a.Name) {
				w.cols = nil
			}
		}
	case *ast.Aggregate:
		w.aggregate(st)
	case *ast.Project:
		w.project(st)
	case *ast.Rename:
		w.rename(st.Pairs)
	case *ast.Convert:
		for _, it := range st.Items {
			if it.As != "" {
				w.makes(it.As)
			}
		}
	case *ast.Fill:
		w.makes(st.Fields...)
	case *ast.Lookup:
		if len(st.Outputs) == 0 {
			w.cols = nil
		}
		for _, o := range st.Outputs {
			w.makes(o.To)
		}
	case *ast.Head:
		w.empty = st.N == 0 && st.While == nil
	case *ast.Tail, *ast.Reverse, *ast.Dedup, *ast.Sort, *ast.Replace, *ast.Split, *ast.Expand,
		*ast.Collapse, *ast.WriteTable, *ast.FieldFormat:
	default:
		w.cols = nil
	}
}

// filter reports a condition that no row can meet, by its constants alone: two
// values asked of one field at once may both be there, in a multivalue.
func (w *warner) filter(n ast.Node, cond ast.Expr) {
	if cond != nil && never(cond) {
		w.note(n, "the condition is never true: the search finds nothing")
		w.empty = true
	}
}

func never(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Bool:
		return !e.Value
	case *ast.Not:
		b, ok := e.X.(*ast.Bool)
		return ok && b.Value
	case *ast.Compare:
		x, ok := e.X.(*ast.Literal)
		y, yes := e.Y.(*ast.Literal)
		return ok && yes && fmt.Sprintf("%T", x.Value) == fmt.Sprintf("%T", y.Value) &&
			(e.Op == ast.Eq && x.Value != y.Value || e.Op == ast.Ne && x.Value == y.Value)
	case *ast.Logic:
		switch e.Op {
		case ast.And:
			return slices.ContainsFunc(e.List, never)
		case ast.Or:
			return !slices.ContainsFunc(e.List, func(x ast.Expr) bool { return !never(x) })
		}
	}
	return false
}

// reads reports the fields of an expression that are not there. A test
// whether a field is there, and a choice among several, expect some not to be.
func (w *warner) reads(e ast.Expr) {
	if w.cols == nil || e == nil {
		return
	}
	ast.Walk(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IsNull, *ast.Subsearch, *ast.Subtext:
			return false
		case *ast.Call:
			switch strings.ToLower(n.Name) {
			case "coalesce", "mvmap", "searchmatch":
				return false
			case "isnull", "isnotnull":
				// What is asked for here may be read behind the question.
				for _, x := range n.Args {
					if f, ok := x.(*ast.Field); ok {
						w.makes(f.Name)
					}
				}
				return false
			}
		case *ast.Field:
			w.read(n, n.Name)
		}
		return true
	})
}

func (w *warner) read(n ast.Node, name string) {
	// A bare null or true is how searches write the value, by mistake or not.
	if w.cols == nil || wild(name) || w.cols[name] || name == "null" || name == "NULL" || name == "" {
		return
	}
	w.note(n, "the field %q is never set behind %s", name, w.by)
	w.cols[name] = true // once is enough
}

func (w *warner) makes(names ...string) {
	if w.cols == nil {
		return
	}
	for _, name := range names {
		w.cols[name] = true
	}
}

// fix begins a new set of columns.
func (w *warner) fix(by string) { w.cols, w.by = map[string]bool{}, by }

func (w *warner) aggregate(st *ast.Aggregate) {
	for _, a := range st.Aggs {
		w.reads(a.Arg)
	}
	for _, g := range st.By {
		if st.FillNull == nil && g.Field != "_time" {
			w.read(g, g.Field)
		}
	}
	switch st.Kind {
	case ast.AggStats:
		by := st.Source
		if by == "" {
			by = string(st.Kind)
		}
		w.fix(by)
	case ast.AggEvent, ast.AggStream:
	default:
		w.cols = nil
		return
	}
	for _, g := range st.By {
		w.makes(g.Field)
	}
	for _, a := range st.Aggs {
		w.makes(a.As)
		if wild(a.As) {
			w.cols = nil
		}
	}
}

func (w *warner) project(st *ast.Project) {
	if st.Drop {
		for name := range w.cols {
			if named(st.Patterns, name) {
				delete(w.cols, name)
			}
		}
		return
	}
	if !st.Table || slices.ContainsFunc(st.Patterns, wild) {
		w.cols = nil
		return
	}
	w.fix("table")
	w.makes(st.Patterns...)
}

// rename follows names. A name that is not there is no mistake: detections
// rename what some of their sources have.
func (w *warner) rename(pairs []ast.NamePair) {
	if w.cols == nil {
		return
	}
	next := map[string]bool{}
	for name := range w.cols {
		to := name
		for _, p := range pairs {
			if runs, ok := capture(p.From, name); ok {
				to = p.To
				if wild(p.From) {
					to = fillIn(p.To, runs)
				}
			}
		}
		next[to] = true
	}
	for _, p := range pairs {
		if !wild(p.To) {
			next[p.To] = true
		}
	}
	w.cols = next
}

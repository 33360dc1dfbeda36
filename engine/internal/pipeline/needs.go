package pipeline

import (
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// needs are the fields that a row of events must have for the stages behind
// it. What is not needed is not read, and a stream does not keep it.
type needs struct {
	names []string // in no order, and some of them again and again: see sorted
	all   bool     // fields that only the run can name
	// within are the names and patterns of what lies in lists of objects.
	within []string
	// closed tells that a `fields` has dropped all but what it names and
	// what begins with _.
	closed bool
}

func needsOf(stages []ast.Stage) *needs {
	n := &needs{names: append(make([]string, 0, someNames), "_time")}
	switch done := n.stages(stages); {
	case done:
	case n.closed:
		n.names = append(n.names, "_raw") // which stays, with the time
	default:
		n.all = true // the rows of events are the result
	}
	return n
}

// someNames is how many names most searches come to, those that stand again and again
// counted each time.
const someNames = 32

// sorted returns the names, each once.
func (n *needs) sorted() []string {
	slices.Sort(n.names)
	n.names = slices.Compact(n.names)
	return n.names
}

// row returns the names as columns: the time first, the others sorted.
func (n *needs) row() []string {
	names := n.sorted()
	cols := append(make([]string, 0, len(names)+1), "_time")
	for _, name := range names {
		if name != "_time" {
			cols = append(cols, name)
		}
	}
	return cols
}

// stages reports whether a stage was reached behind which no field of the
// events is left.
func (n *needs) stages(list []ast.Stage) (done bool) {
	for _, st := range list {
		if n.stage(st) {
			return true
		}
	}
	return false
}

func (n *needs) name(names ...string) {
	for _, name := range names {
		if strings.Contains(name, braces) {
			n.within = append(n.within, name)
		}
		switch {
		case name == "":
		case n.closed && name[0] != '_':
		case strings.Contains(name, "*"):
			n.all = true
		default:
			n.names = append(n.names, name)
		}
	}
}

// stage adds what a stage reads.
func (n *needs) stage(st ast.Stage) (done bool) {
	switch st := st.(type) {
	case *ast.Filter:
		n.expr(st.Cond)
	case *ast.Assign:
		for _, a := range st.Set {
			n.expr(a.From)
			n.expr(a.Value)
		}
	case *ast.FieldFormat:
		n.expr(st.Set.Value)
	case *ast.Aggregate:
		return n.aggregate(st)
	case *ast.Project:
		return n.project(st)
	case *ast.Rename:
		for _, p := range st.Pairs {
			n.name(p.From)
		}
	case *ast.Convert:
		for _, it := range st.Items {
			n.name(it.Field)
		}
	case *ast.Fill:
		n.name(st.Fields...)
	case *ast.Replace:
		n.name(st.Fields...)
	case *ast.Head:
		n.expr(st.While)
	case *ast.Dedup:
		for _, f := range st.Fields {
			n.expr(f)
		}
		n.sortKeys(st.Sort)
	case *ast.Sort:
		n.sortKeys(st.Keys)
	case *ast.Tail, *ast.Reverse, *ast.ReadTable:
	default:
		return n.rare(st)
	}
	return false
}

// rare adds what the less common stages read.
func (n *needs) rare(st ast.Stage) (done bool) {
	switch st := st.(type) {
	case *ast.Extract:
		n.name(orRaw(st.Field))
		if st.Kind == ast.ExtractPath && ofRaw(st) {
			n.name(st.Pattern)
		}
	case *ast.Lookup:
		for _, k := range st.Keys {
			n.name(k.To)
		}
		if st.KeepOld {
			for _, o := range st.Outputs {
				n.name(o.To)
			}
		}
	case *ast.Bin:
		n.name(st.Field)
	case *ast.Split:
		n.name(st.Field)
	case *ast.Expand:
		n.name(st.Field)
	case *ast.Running:
		n.name(st.Field)
	case *ast.Annotate:
		n.annotate(st)
	case *ast.Tags:
		n.name(st.Fields...)
		if len(st.Fields) == 0 {
			n.all = n.all || !n.closed
		}
	case *ast.Typer:
		n.name("eventtype")
		for _, t := range st.Types {
			n.expr(t.Cond)
		}
	case *ast.RangeMap:
		n.name(st.Field)
	case *ast.Geo:
		n.name(st.Field)
	case *ast.JoinRows:
		for _, f := range st.Fields {
			n.name(f.From)
		}
		// Without fields, all that both sides have are compared; with a prefix,
		// what follows has other names.
		if len(st.Fields) == 0 || st.Left != "" {
			n.all = n.all || !n.closed
		}
	case *ast.Transaction:
		n.name(st.Fields...)
		n.name("_raw")
		n.expr(st.StartsWith)
		n.expr(st.EndsWith)
	case *ast.Return:
		for _, it := range st.Items {
			n.name(it.Field)
		}
		return true
	case *ast.ForEach: // whose template may read any
		n.name(st.Patterns...)
		n.all = n.all || !n.closed
	case *ast.Append:
		if st.Kind == ast.AppendPipe {
			n.all = n.all || !n.closed
		}
	default:
		n.all = n.all || !n.closed
	}
	return false
}

// annotate adds what the commands read that add to each row.
func (n *needs) annotate(st *ast.Annotate) {
	switch st.Kind {
	case "addinfo", "require":
	case "reltime":
		n.name(relTimeFields(st)...)
	case "concurrency":
		n.name(st.Options["duration"], st.Options["start"])
	default:
		n.all = n.all || !n.closed
	}
}

func (n *needs) sortKeys(keys []ast.SortKey) {
	for _, k := range keys {
		n.name(k.Field)
		n.expr(k.By)
	}
}

func (n *needs) project(st *ast.Project) (done bool) {
	if st.Drop {
		return false
	}
	n.name(st.Patterns...)
	n.closed = true
	return st.Table
}

func (n *needs) aggregate(st *ast.Aggregate) (done bool) {
	for _, a := range st.Aggs {
		n.expr(a.Arg)
	}
	for _, g := range st.By {
		n.name(g.Field)
		n.expr(g.By)
	}
	if st.Split != nil {
		n.name(st.Split.Group.Field)
	}
	if f := st.Frequencies; f != nil {
		n.name(f.Fields...)
	}
	if w := st.Window; w != nil {
		n.expr(w.ResetBefore)
		n.expr(w.ResetAfter)
	}
	return st.Kind != ast.AggEvent && st.Kind != ast.AggStream
}

// expr adds the fields that an expression reads.
func (n *needs) expr(e ast.Expr) {
	if e == nil {
		return
	}
	switch e := e.(type) {
	case *ast.Field:
		n.name(e.Name)
	case *ast.Call:
		n.call(e)
	case *ast.Compare:
		n.exprs([]ast.Expr{e.X, e.Y})
	case *ast.In:
		n.expr(e.X)
		n.exprs(e.List)
	case *ast.Match:
		n.expr(e.X)
	case *ast.IsNull:
		n.expr(e.X)
	case *ast.Logic:
		n.exprs(e.List)
	case *ast.Not:
		n.expr(e.X)
	case *ast.Arith:
		n.exprs([]ast.Expr{e.X, e.Y})
	case *ast.Neg:
		n.expr(e.X)
	case *ast.Term:
		n.name("_raw")
	case *ast.Any:
		n.exprs([]ast.Expr{e.X, e.Cond})
	case *ast.Subsearch:
		if e.List != nil { // the columns' names do not matter
			n.expr(e.List.X)
			break
		}
		n.subsearch(e.Query)
	case *ast.Subtext:
		n.subsearch(e.Query)
	}
}

func (n *needs) exprs(list []ast.Expr) {
	for _, e := range list {
		n.expr(e)
	}
}

// call adds the fields that a function reads: its arguments', those of a
// search that it is given as text, or all.
func (n *needs) call(e *ast.Call) {
	n.exprs(e.Args)
	switch strings.ToLower(e.Name) {
	case "getfields":
		n.all = true
	case "searchmatch":
		if len(e.Args) == 1 && e.Parse != nil {
			if l, ok := e.Args[0].(*ast.Literal); ok {
				text, _ := l.Value.(string)
				if x, err := e.Parse(text); err == nil {
					n.expr(x)
					return
				}
			}
		}
		n.all = true
	}
}

// subsearch adds the fields that the terms of a subsearch name: its columns,
// where its last stage tells them.
func (n *needs) subsearch(q *ast.Query) {
	for _, st := range slices.Backward(q.Stages) {
		switch st := st.(type) {
		case *ast.FormatRows, *ast.Dedup, *ast.Sort, *ast.Head, *ast.Filter:
			continue
		case *ast.Project:
			if !st.Drop && !slices.Contains(st.Patterns, "search") && !slices.Contains(st.Patterns, "query") {
				n.name(st.Patterns...)
				return
			}
		case *ast.Return:
			if slices.ContainsFunc(st.Items, func(it ast.ReturnItem) bool { return it.Value }) {
				break
			}
			for _, it := range st.Items {
				n.name(it.Field)
				n.name(it.Alias)
			}
			return
		}
		break
	}
	n.all = true
}

// appendEventFields appends the event's own fields behind a column: those that a data
// model calculates it from, or the one behind the prefix.
func appendEventFields(to []string, src *ast.Events, name string) []string {
	ds := src.Dataset
	switch {
	case src.Metrics:
		return append(to, name, ast.MetricPrefix+name, "metric_name", "_value")
	case ds == nil:
		return append(to, name)
	}
	full := name
	if src.Bare {
		if f, ok := calculatedName(ds, name); ok {
			full = f
		}
	}
	if e, ok := ds.Fields[full]; ok && e != nil {
		n := needs{names: to}
		n.expr(e)
		return n.names
	}
	for _, p := range ds.Prefixes {
		if bare, ok := strings.CutPrefix(name, p); ok {
			return append(to, bare)
		}
	}
	return append(to, name)
}

func orRaw(name string) string {
	if name == "" {
		return "_raw"
	}
	return name
}

package engine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// pipe turns the rows of an EQL query into others.
type pipe func(rows []Row) []Row

// pipes compiles the stages behind an EQL query: head and tail, and the
// original language's count, filter, sort, unique and unique_count.
func pipes(stages []ast.Stage, s *expr.Scope, f *field.Frame) []pipe {
	var ps []pipe
	for _, st := range stages {
		switch st := st.(type) {
		case *ast.Head:
			ps = append(ps, func(rows []Row) []Row { return rows[:min(st.N, len(rows))] })
		case *ast.Tail:
			ps = append(ps, func(rows []Row) []Row { return rows[max(0, len(rows)-st.N):] })
		case *ast.Filter:
			ps = append(ps, filterPipe(s.Cond(st.Cond), f))
		case *ast.Sort:
			ps = append(ps, sortPipe(s, st.Keys, f))
		case *ast.Dedup:
			ps = append(ps, uniquePipe(s, st, f))
		case *ast.Aggregate:
			ps = append(ps, countPipe(s, st, f))
		default:
			s.Errorf(st, "expected a pipe over events, found another stage")
		}
	}
	return ps
}

// look loads a row.
func look(f *field.Frame, r Row) {
	if i := first(r); i >= 0 {
		f.Time = r.Events[i].Time
	}
	f.Reset(rowFields{r, ""})
}

// first is the index of a row's first event that is not missing; -1 if it has
// none.
func first(r Row) int {
	return slices.IndexFunc(r.Events, func(ev Event) bool { return ev.Fields != nil })
}

// rowFields are what a pipe reads of a row: the columns that an earlier pipe
// has made, the fields of its first event, and those of any of its events as
// events[1].name.
type rowFields struct {
	row  Row
	view string
}

func (r rowFields) View(view string) Fields { return rowFields{r.row, view} }

func (r rowFields) Field(name string) Value {
	if v := r.row.Field(name); !v.IsNull() {
		return v
	}
	at := first(r.row)
	if n, path, ok := indexed(name); ok {
		at, name = n, path
	}
	if at < 0 || at >= len(r.row.Events) {
		return Value{}
	}
	fields := r.row.Events[at].Fields
	if v, ok := fields.(event.Viewer); ok {
		fields = v.View(r.view)
	}
	if fields == nil {
		return Value{}
	}
	return fields.Field(name)
}

// indexed parts events.1.name, which is what events[1].name is parsed to.
func indexed(name string) (n int, path string, ok bool) {
	rest, ok := strings.CutPrefix(name, "events.")
	if !ok {
		return 0, "", false
	}
	index, path, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(index)
	return n, path, err == nil && path != ""
}

func filterPipe(cond expr.Cond, f *field.Frame) pipe {
	pass := passes(cond, f)
	return func(rows []Row) []Row {
		return slices.DeleteFunc(rows, func(r Row) bool { return !pass(r) })
	}
}

// passes tells whether a row meets a condition.
func passes(cond expr.Cond, f *field.Frame) func(Row) bool {
	return func(r Row) bool {
		look(f, r)
		defer f.Release()
		return cond(f) == expr.True
	}
}

// evals compiles a list of expressions.
func evals(s *expr.Scope, list []ast.Expr) []expr.Eval {
	out := make([]expr.Eval, len(list))
	for i, e := range list {
		out[i] = s.Eval(e)
	}
	return out
}

// keysOf returns the values of a row's keys, and a text that tells them apart.
func keysOf(f *field.Frame, r Row, by []expr.Eval) (vals []Value, text string) {
	look(f, r)
	var b strings.Builder
	for _, e := range by {
		v := e(f).Clone()
		vals = append(vals, v)
		fmt.Fprintf(&b, "%d %s\x00", v.Kind(), strings.ToLower(v.Text()))
	}
	return vals, b.String()
}

func sortPipe(s *expr.Scope, keys []ast.SortKey, f *field.Frame) pipe {
	var list []ast.Expr
	for i := range keys {
		list = append(list, named(keys[i].Off, keys[i].Field, keys[i].By))
	}
	by := evals(s, list)
	return func(rows []Row) []Row {
		type keyed struct {
			row  Row
			keys []Value
		}
		all := make([]keyed, len(rows))
		for i, r := range rows {
			vals, _ := keysOf(f, r, by)
			all[i] = keyed{r, vals}
		}
		slices.SortStableFunc(all, func(a, b keyed) int {
			for i := range by {
				if c := compareTies(folded(a.keys[i]), folded(b.keys[i])); c != 0 {
					return c
				}
			}
			return 0
		})
		for i := range all {
			rows[i] = all[i].row
		}
		return rows
	}
}

// folded takes the case out of a text: the original language compares without.
func folded(v Value) Value {
	if s, ok := v.Str(); ok {
		return event.OfString(strings.ToLower(s))
	}
	return v
}

func named(at ast.Off, name string, by ast.Expr) ast.Expr {
	if by != nil {
		return by
	}
	return &ast.Field{Off: at, Name: name, Optional: true}
}

func uniquePipe(s *expr.Scope, st *ast.Dedup, f *field.Frame) pipe {
	by := evals(s, st.Fields)
	return func(rows []Row) []Row {
		seen := map[string]int{}
		return slices.DeleteFunc(rows, func(r Row) bool {
			_, key := keysOf(f, r, by)
			seen[key]++
			return seen[key] > st.N
		})
	}
}

// countPipe counts rows by their keys. `count` yields a row for each key, the
// rarest first; `unique_count` the first event of each key, with the figures
// beside it.
func countPipe(s *expr.Scope, st *ast.Aggregate, f *field.Frame) pipe {
	var list []ast.Expr
	columns := []string{"count", "percent"}
	for i, g := range st.By {
		list = append(list, named(g.Off, g.Field, g.By))
		name := g.Field
		if name == "" {
			name = fmt.Sprintf("key %d", i+1)
		}
		columns = append(columns, name)
	}
	by := evals(s, list)
	return func(rows []Row) []Row {
		type group struct {
			first Row
			keys  []Value
			n     int
		}
		var groups []*group
		index := map[string]*group{}
		for _, r := range rows {
			vals, key := keysOf(f, r, by)
			if index[key] == nil {
				index[key] = &group{first: r, keys: vals}
				groups = append(groups, index[key])
			}
			index[key].n++
		}
		if st.Source != "unique_count" {
			slices.SortStableFunc(groups, func(a, b *group) int { return a.n - b.n })
		}
		out := make([]Row, len(groups))
		for i, g := range groups {
			share := float64(g.n) / float64(len(rows))
			r := Row{Columns: columns, Values: append([]Value{event.Of(g.n), event.Of(share)}, g.keys...)}
			if st.Source == "unique_count" {
				r.Events, r.Keys = g.first.Events, g.first.Keys
			}
			out[i] = r
		}
		return out
	}
}

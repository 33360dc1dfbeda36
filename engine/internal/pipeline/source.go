package pipeline

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/match"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

var _ = register((*compiler).events)

// events makes rows of the events that meet a condition.
type events struct {
	node *ast.Events
	scan *ast.Events // what the input knows the source as
	view string
	cols []string // of the rows, the time first
	all  bool     // every field of the event, behind cols
	// subs tells that the condition holds subsearches, which run first.
	subs bool
	// sure tells that Match of the source leaves nothing to be asked.
	sure bool
	// bare tells that a column is the field of its name, of no type, unless the event's
	// time gives it.
	bare bool
	read func() *reading
}

// reading is how events become rows.
type reading struct {
	match *condition          // nil for all
	onMap func() expr.MapCond // the same on a map, as far as that tells; nil for none
	slots *field.Slots
	evals []expr.Eval // of the columns
	// sure tells that the condition is all that Match of the source asks, and
	// the same whenever it is asked.
	sure bool
}

func (c *compiler) events(n *ast.Events) stage {
	c.first(n, "events to search")
	s := &events{node: n, scan: n, view: c.query.View}
	where := c.where(n)
	c.checkTime(n)
	need := needsOf(c.query.Stages[c.at+1:])
	s.all, s.bare = need.all, n.Dataset == nil && !n.Metrics && c.opts.Types == nil
	s.cols = need.row()
	if s.all && n.Bare {
		s.calculated(n.Dataset)
	}
	subsearches(where, func(*ast.Subsearch) { s.subs = true })
	if c.late == nil && c.opts.Shared != nil && (where == nil || steadyNode(where)) {
		// All of the condition is compiled for the source, and most are never run.
		src := c.sourceOf(n, where, where, need)
		c.sources = append(c.sources, src)
		c.errs = append(c.errs, src.Scope.Errors...)
		c.checkColumns(s)
		whole := where != nil && src.Cond == where
		s.sure = where == nil || whole
		s.read = sync.OnceValue(func() *reading {
			r, _ := c.reading(s, where)
			r.sure = whole && steadyModel(n.Dataset)
			return r
		})
		return s
	}
	r, errs := c.reading(s, where)
	c.errs = append(c.errs, errs...)
	s.read = func() *reading { return r }
	if c.late == nil {
		c.sources = append(c.sources, c.sourceOf(n, where, weakened(where), need))
	} else {
		s.scan = c.late
	}
	return s
}

// reading compiles how the events of a source become rows.
func (c *compiler) reading(s *events, where ast.Expr) (*reading, []*ast.Error) {
	again := func(slots *field.Slots) *expr.Scope { return c.eventScope(s.node.Dataset, slots) }
	r := &reading{slots: &field.Slots{}}
	scope := again(r.slots)
	if where != nil {
		r.match = c.condition(scope, where, again)
		r.onMap = sync.OnceValue(func() expr.MapCond { return onMap(again(&field.Slots{}), where) })
	}
	for _, name := range s.cols {
		r.evals = append(r.evals, column(scope, s.node, name))
	}
	return r, scope.Errors
}

// onMap compiles a condition for events that are maps; nil where a frame does better,
// or where the answer may be another at another time or is counted: a text that a
// regular expression gives up on.
func onMap(s *expr.Scope, where ast.Expr) expr.MapCond {
	if !steadyNode(where) {
		return nil
	}
	s.GaveUp = &match.GaveUp{}
	_, ask := s.CondOnMap(where)
	if len(s.Errors) > 0 || s.GaveUp.Expressions() > 0 {
		return nil
	}
	return ask
}

// checkColumns compiles the columns that a data model calculates, for what is
// wrong with them: each once for all searches.
func (c *compiler) checkColumns(s *events) {
	ds := s.node.Dataset
	if ds == nil {
		return
	}
	for _, name := range s.cols {
		e := ds.Fields[fullName(s.node, name)]
		if e == nil || c.opts.Shared.Checked(e) {
			continue
		}
		scope := c.eventScope(ds, &field.Slots{})
		column(scope, s.node, name)
		c.errs = append(c.errs, scope.Errors...)
		if len(scope.Errors) == 0 {
			c.opts.Shared.Check(e)
		}
	}
}

// fullName is the name under which a data model knows a column.
func fullName(n *ast.Events, name string) string {
	if full, ok := calculatedName(n.Dataset, name); n.Bare && ok {
		return full
	}
	return name
}

// where is all that an event must meet: the dataset's constraint, the
// search's own condition, and the filters right behind it, which may as well
// be asked of the event.
func (c *compiler) where(n *ast.Events) ast.Expr {
	var list []ast.Expr
	if n.Dataset != nil && n.Dataset.Constraint != nil {
		list = append(list, &ast.Logic{Off: n.Off, Op: ast.Or, List: []ast.Expr{
			&ast.IsNull{Off: n.Off, X: &ast.Field{Off: n.Off, Name: "tag"}, Unset: true}, n.Dataset.Constraint,
		}})
	}
	if n.Metrics {
		list = append(list, n.MetricCond())
	}
	if n.Where != nil {
		list = append(list, n.Where)
	}
	for n.Dataset == nil && c.at+1 < len(c.query.Stages) {
		f, ok := c.query.Stages[c.at+1].(*ast.Filter)
		if !ok || ast.HasSubtext(f) {
			break
		}
		if f.Cond != nil {
			list = append(list, f.Cond)
		}
		c.at++
	}
	if len(list) == 0 {
		return nil
	}
	return joined(n.Off, ast.And, list)
}

// eventScope returns a scope for conditions over events.
func (c *compiler) eventScope(ds *ast.Dataset, slots *field.Slots) *expr.Scope {
	s := &expr.Scope{Slots: slots, View: c.query.View, Source: c.source, Dataset: ds, Lookup: c.lookupFunction, GaveUp: c.opts.GaveUp}
	if types := c.opts.Types; types != nil {
		// A search may name any field: one that the schema does not list
		// has no type, and is no mistake.
		s.Types = func(name string) (expr.Type, bool) {
			t, _ := types(name)
			return t, true
		}
	}
	defineTime(slots, c.query.View)
	s.Default = dateField
	return s
}

// defineTime makes _time the event's time where the event has no such field.
func defineTime(slots *field.Slots, view string) {
	slots.Compute(slots.Slot(view, "_time"), func(f *field.Frame) event.Value {
		v := f.View(view).Field("_time")
		if _, ok := v.Number(); ok {
			return v
		}
		return epoch(f.Time)
	})
}

// dateField tells how the parts of an event's time follow from it, which
// Splunk gives each event as default fields; nil for other names.
func dateField(name string) func(*field.Frame) event.Value {
	part, ok := dateParts[name]
	if !ok {
		return nil
	}
	return func(f *field.Frame) event.Value {
		if f.Time.IsZero() {
			return event.Value{}
		}
		return part(f.Time.In(cmp.Or(f.Zone, time.UTC)))
	}
}

var dateParts = map[string]func(time.Time) event.Value{
	"date_year":   func(t time.Time) event.Value { return event.OfInt(int64(t.Year())) },
	"date_month":  func(t time.Time) event.Value { return event.OfString(strings.ToLower(t.Month().String())) },
	"date_mday":   func(t time.Time) event.Value { return event.OfInt(int64(t.Day())) },
	"date_wday":   func(t time.Time) event.Value { return event.OfString(strings.ToLower(t.Weekday().String())) },
	"date_hour":   func(t time.Time) event.Value { return event.OfInt(int64(t.Hour())) },
	"date_minute": func(t time.Time) event.Value { return event.OfInt(int64(t.Minute())) },
	"date_second": func(t time.Time) event.Value { return event.OfInt(int64(t.Second())) },
	"date_zone": func(t time.Time) event.Value {
		_, offset := t.Zone()
		return event.OfInt(int64(offset / 60))
	},
}

// indexed are the fields without a prefix that a search over a data model may
// name.
var indexed = []string{"index", "source", "sourcetype", "host", "splunk_server", "eventtype", "nodename"}

// column compiles a column of the rows.
func column(s *expr.Scope, n *ast.Events, name string) expr.Eval {
	ds := n.Dataset
	switch {
	case n.Metrics:
		return metric(s, n, name)
	case ds == nil:
	case n.Bare:
		name = fullName(n, name)
	case !prefixed(ds, name) && name[0] != '_' && !slices.Contains(indexed, name):
		return func(*field.Frame) event.Value { return event.Value{} }
	}
	return s.Eval(&ast.Field{Off: n.Off, Name: name})
}

func prefixed(ds *ast.Dataset, name string) bool {
	return slices.ContainsFunc(ds.Prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

// calculatedName returns the full name of a field that the dataset calculates.
func calculatedName(ds *ast.Dataset, bare string) (string, bool) {
	for _, p := range ds.Prefixes {
		if _, ok := ds.Fields[p+bare]; ok {
			return p + bare, true
		}
	}
	return "", false
}

// calculated adds a column for each field that the dataset calculates.
func (s *events) calculated(ds *ast.Dataset) {
	var names []string
	for full := range ds.Fields {
		for _, p := range ds.Prefixes {
			if bare, ok := strings.CutPrefix(full, p); ok {
				names = append(names, bare)
				break
			}
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if !slices.Contains(s.cols, name) {
			s.cols = append(s.cols, name)
		}
	}
}

// plain returns a value as a row has it: without the nulls among several, which are no
// values to Splunk, a list of one as its element, and one of none as null.
func plain(v event.Value) event.Value {
	if !v.IsList() {
		return v
	}
	for i := range v.Len() {
		if v.At(i).IsNull() {
			v = withoutNulls(v)
			break
		}
	}
	switch v.Len() {
	case 0:
		return event.Value{}
	case 1:
		return v.At(0)
	}
	return v
}

func withoutNulls(v event.Value) event.Value {
	var some []event.Value
	for i := range v.Len() {
		if e := v.At(i); !e.IsNull() {
			some = append(some, e)
		}
	}
	return event.OfList(some)
}

// sortColumns puts the columns in the order of their names, those that begin
// with _ first, as events name their fields in no order, and leaves out those
// that no event has.
func (t *Table) sortColumns() {
	names := slices.DeleteFunc(slices.Clone(t.cols), func(name string) bool {
		return name != "_time" && !t.filled(t.find(name))
	})
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(-cmp.Compare(internal(a), internal(b)), cmp.Compare(a, b))
	})
	from := make([]int, len(names))
	for i, n := range names {
		from[i] = t.index[n]
	}
	t.project(from, names)
}

// internal is 1 for names that begin with _.
func internal(name string) int {
	if strings.HasPrefix(name, "_") {
		return 1
	}
	return 0
}

// sourceOf describes a source to whoever holds events for it: those that meet asks,
// of which where lets some through.
func (c *compiler) sourceOf(n *ast.Events, where, asks ast.Expr, need *needs) Source {
	asked := needs{names: c.names[:0]}
	asked.expr(where)
	src := Source{Node: n, All: need.all || asked.all}
	names := make([]string, 0, len(need.names)+len(asked.names)+someNames/2)
	for _, list := range [][]string{need.sorted(), asked.sorted()} {
		for _, name := range list {
			names = appendEventFields(names, n, name)
		}
	}
	c.names = asked.names
	if n.Time.IndexEarliest != "" || n.Time.IndexLatest != "" {
		names = append(names, indexField)
	}
	slices.Sort(names)
	src.Needs = slices.Clip(slices.Compact(names))
	src.ask(c.eventScope(n.Dataset, c.opts.Slots), asks, c.opts.Shared)
	return src
}

// weakened returns a condition that holds where another may, as far as that can be
// told before a run: what depends on its start can't.
func weakened(where ast.Expr) ast.Expr {
	if where == nil {
		return nil
	}
	return weaken(where, true, func(e ast.Expr) bool { return !steadyNode(e) })
}

// ask makes the source take the events that meet a condition, or nil for all. One
// that does not compile asks for nothing.
func (s *Source) ask(scope *expr.Scope, where ast.Expr, shared *expr.Shared) {
	s.Match, s.Scope = func(*field.Frame) expr.Tri { return expr.True }, scope
	if where == nil {
		return
	}
	scope.Shared = shared
	cond, id := scope.CondOnceLater(where)
	if len(scope.Errors) == 0 {
		s.Cond, s.ID, s.Match = where, id, cond
	}
}

// epoch returns a time as seconds since 1970, null for the zero time.
func epoch(t time.Time) event.Value {
	if t.IsZero() {
		return event.Value{}
	}
	if t.Nanosecond() == 0 {
		return event.OfInt(t.Unix())
	}
	return event.OfFloat(timefmt.Epoch(t))
}

func fromEpoch(sec float64) time.Time { return timefmt.FromEpoch(sec) }

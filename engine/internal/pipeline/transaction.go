package pipeline

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/expr"
)

var _ = register((*compiler).transaction)

// The limits of transactions, both Splunk's documented defaults.
const (
	maxTransactionEvents = 1000 // of one
	maxOpen              = 5000 // that wait for more events at one time
)

// transaction groups events that belong together. Events come newest first, as
// in a search's result, and so an event with which a transaction ends opens
// it, and the one with which it starts closes it.
type transaction struct {
	node      *ast.Transaction
	starts    expr.Cond // nil for none
	ends      expr.Cond
	fields    []expr.Eval
	maxEvents int
	span, gap float64 // seconds; 0 for none
}

func (c *compiler) transaction(n *ast.Transaction) stage {
	s := &transaction{node: n, maxEvents: n.MaxEvents, span: n.Maxspan.Seconds(), gap: n.Maxpause.Seconds()}
	if s.maxEvents <= 0 {
		s.maxEvents = maxTransactionEvents
	}
	if n.StartsWith != nil {
		s.starts = c.rows.Cond(n.StartsWith)
	}
	if n.EndsWith != nil {
		s.ends = c.rows.Cond(n.EndsWith)
	}
	for _, f := range n.Fields {
		s.fields = append(s.fields, c.field(f))
	}
	return s
}

// member is an event as a transaction sees it.
type member struct {
	row          int
	at           float64
	keys         []string // of the fields; empty for a missing one
	starts, ends bool
}

// open is a transaction that waits for earlier events.
type open struct {
	members []member // newest first
	keys    []string
	gappy   bool // whether it lacked a field when it opened
	closed  bool
	gone    bool // closed or given up
}

// gathering is one run of a transaction stage.
type gathering struct {
	*transaction
	open   []*open            // with some that are gone
	live   int                // of open
	gappy  int                // that lack a field
	byKey  map[string][]*open // by field and value, the latest to have it last
	byAll  map[string]*open   // by the values of all fields
	any    *open              // without fields
	done   []*open
	orphan []member
	lost   int
}

func (s *transaction) run(r *run, t *Table) (*Table, error) {
	members, err := s.members(r, t)
	if err != nil {
		return nil, err
	}
	g := &gathering{transaction: s, byKey: map[string][]*open{}, byAll: map[string]*open{}}
	for _, m := range members {
		if err := r.tick(); err != nil {
			return nil, err
		}
		g.take(m)
	}
	for _, o := range g.open {
		if !o.gone {
			g.finish(o, s.starts == nil, false)
		}
	}
	r.dropped(s.node, "open transactions", g.lost)
	return g.table(t), nil
}

// members reads the rows, newest first.
func (s *transaction) members(r *run, t *Table) ([]member, error) {
	cur := r.cursor(t)
	timeCol := t.find("_time")
	ms := make([]member, 0, len(t.rows))
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return nil, err
		}
		f := cur.row(i)
		m := member{row: i, keys: make([]string, len(s.fields))}
		m.at, _ = number(t.at(i, timeCol))
		for j, eval := range s.fields {
			m.keys[j] = eval(f).Text()
		}
		m.starts = s.starts != nil && s.starts(f) == expr.True
		m.ends = s.ends != nil && s.ends(f) == expr.True
		ms = append(ms, m)
	}
	newer := func(a, b member) int {
		switch {
		case a.at > b.at:
			return -1
		case a.at < b.at:
			return 1
		}
		return 0
	}
	if !slices.IsSortedFunc(ms, newer) {
		slices.SortStableFunc(ms, newer)
	}
	return ms, nil
}

// take puts an event into the transaction that it belongs to.
func (g *gathering) take(m member) {
	if len(g.fields) > 0 && strings.Join(m.keys, "") == "" {
		g.orphan = append(g.orphan, m)
		return
	}
	o := g.find(m)
	if o != nil && g.apart(o, m) {
		g.finish(o, g.starts == nil, true)
		o = nil
	}
	if o != nil && m.ends {
		g.finish(o, g.starts == nil, false)
		o = nil
	}
	if o == nil {
		if g.ends != nil && !m.ends {
			g.orphan = append(g.orphan, m)
			return
		}
		o = &open{keys: make([]string, len(g.fields)), gappy: slices.Contains(m.keys, "")}
		g.add(o)
	}
	o.members = append(o.members, m)
	g.know(o, m.keys)
	if m.starts {
		g.finish(o, true, true)
	} else if len(o.members) >= g.maxEvents {
		g.finish(o, g.starts == nil, true)
	}
}

// know lets a transaction be found by the values of an event that joins it.
func (g *gathering) know(o *open, keys []string) {
	for i, k := range keys {
		if k != "" && o.keys[i] == "" {
			o.keys[i] = k
			at := g.key(i, k)
			g.byKey[at] = append(g.byKey[at], o)
		}
	}
	if !slices.Contains(o.keys, "") {
		g.byAll[joinKeys(o.keys)] = o
	}
}

// forget takes a transaction out of where it is found.
func (g *gathering) forget(o *open) {
	for i, k := range o.keys {
		if k == "" {
			continue
		}
		at := g.key(i, k)
		list := g.byKey[at]
		if j := slices.Index(list, o); len(list) > 1 {
			g.byKey[at] = slices.Delete(list, j, j+1)
		} else {
			delete(g.byKey, at)
		}
	}
	if all := joinKeys(o.keys); g.byAll[all] == o {
		delete(g.byAll, all)
	}
}

func (g *gathering) key(field int, value string) string {
	return string(rune(field)) + value
}

// joinKeys puts values together so that no others look alike.
func joinKeys(keys []string) string {
	var b []byte
	for _, k := range keys {
		b = strconv.AppendInt(b, int64(len(k)), 10)
		b = append(append(b, ':'), k...)
	}
	return string(b)
}

// find returns the transaction that the event belongs to: one that shares a
// field's value with it and contradicts it in none.
func (g *gathering) find(m member) *open {
	if len(g.fields) == 0 {
		return g.any
	}
	if !slices.Contains(m.keys, "") {
		o := g.byAll[joinKeys(m.keys)]
		if o != nil || g.gappy == 0 { // any other that has all fields contradicts it
			return o
		}
	}
	for i, k := range m.keys {
		if k == "" {
			continue
		}
		if o := agreeing(g.byKey[g.key(i, k)], m.keys); o != nil {
			return o
		}
	}
	if g.node.Connected || len(g.fields) == 1 {
		return nil
	}
	return agreeing(g.open, m.keys)
}

// agreeing returns the last open transaction that has no other value in a field.
func agreeing(list []*open, keys []string) *open {
	for _, o := range slices.Backward(list) {
		if !o.gone && agree(o.keys, keys) {
			return o
		}
	}
	return nil
}

func agree(a, b []string) bool {
	for i := range a {
		if a[i] != "" && b[i] != "" && a[i] != b[i] {
			return false
		}
	}
	return true
}

// apart reports whether an event is too far from a transaction.
func (g *gathering) apart(o *open, m member) bool {
	first, last := o.members[0], o.members[len(o.members)-1]
	return g.span > 0 && first.at-m.at > g.span || g.gap > 0 && last.at-m.at > g.gap
}

// add opens a transaction; if too many are, the oldest is given up.
func (g *gathering) add(o *open) {
	if g.live >= maxOpen {
		g.lost++
		g.finish(g.oldest(), false, false)
	}
	if len(g.open) >= 2*maxOpen { // half of them are gone
		g.open = slices.DeleteFunc(g.open, func(o *open) bool { return o.gone })
	}
	g.open = append(g.open, o)
	g.live++
	if o.gappy {
		g.gappy++
	}
	if len(g.fields) == 0 {
		g.any = o
	}
}

// oldest returns the oldest transaction that is open.
func (g *gathering) oldest() *open {
	for g.open[0].gone {
		g.open = g.open[1:]
	}
	return g.open[0]
}

// finish ends a transaction. One that is not whole is given up. It is closed if
// an event or a bound ended it, and not the search.
func (g *gathering) finish(o *open, whole, closed bool) {
	o.closed, o.gone = whole && closed, true
	g.live--
	if o.gappy {
		g.gappy--
	}
	if g.any == o {
		g.any = nil
	}
	g.forget(o)
	if whole || g.node.KeepOpen {
		g.done = append(g.done, o)
	}
}

// table makes a row of each transaction, the latest first.
func (g *gathering) table(t *Table) *Table {
	slices.SortStableFunc(g.done, func(a, b *open) int {
		x, y := a.members[len(a.members)-1].at, b.members[len(b.members)-1].at
		switch {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	out := newTable(t.cols...)
	duration, count := out.column("duration"), out.column("eventcount")
	closed := out.column("closed_txn")
	for _, o := range g.done {
		i := out.Add()
		for c, name := range t.cols {
			out.set(i, c, g.cell(t, o, c, name))
		}
		first, last := o.members[len(o.members)-1], o.members[0]
		out.set(i, duration, aggregate.Number(round6(last.at-first.at)))
		out.set(i, count, event.OfInt(int64(len(o.members))))
		n := int64(0)
		if o.closed {
			n = 1
		}
		out.set(i, closed, event.OfInt(n))
	}
	if g.node.KeepOrphan {
		orphan := out.column("_txn_orphan")
		for _, m := range g.orphan {
			out.rows = append(out.rows, t.rows[m.row])
			out.set(len(out.rows)-1, orphan, event.OfInt(1))
		}
	}
	return out
}

// round6 rounds to microseconds: what times are kept to.
func round6(f float64) float64 { return float64(int64(f*1e6+0.5)) / 1e6 }

// cell is the value of a field over a transaction's events: the earliest
// time, the raw texts in order, and of others the distinct values or a list.
func (g *gathering) cell(t *Table, o *open, col int, name string) event.Value {
	oldest := o.members[len(o.members)-1]
	if name == "_time" {
		return t.at(oldest.row, col)
	}
	listed := g.node.MVList || slices.Contains(g.node.MVFields, name)
	var all []string
	for _, m := range slices.Backward(o.members) {
		v := t.at(m.row, col)
		if v.IsNull() && listed && g.node.NullStr != "" {
			all = append(all, g.node.NullStr)
		}
		all = append(all, texts(v)...)
	}
	switch {
	case name == "_raw":
		if len(all) == 0 {
			return event.Value{}
		}
		return event.OfString(strings.Join(all, "\n"))
	case !listed:
		slices.Sort(all)
		all = slices.Compact(all)
	}
	return aggregate.Multi(all)
}

package pipeline

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

var _ = register((*compiler).aggregate)

// maxGroups bounds the groups of one grouping. Each is some hundred bytes, and
// more.
const maxGroups = 1 << 20

// maxCombinations bounds the groups that one row with several values in
// several keys belongs to: two fields of a hundred values each.
const maxCombinations = 10_000

// maxCombined bounds the combinations of all rows, times the values that each of
// them takes in: a second's work.
const maxCombined = 1 << 23

// aggregate compiles the stages that compute figures over groups.
func (c *compiler) aggregate(n *ast.Aggregate) stage {
	g := c.grouping(n)
	switch n.Kind {
	case ast.AggStats:
		if len(n.Aggs) == 0 && len(n.By) == 0 {
			c.errorf(n, "expected a function such as count")
		}
		return g
	case ast.AggEvent:
		return stageFunc(g.eventstats)
	case ast.AggStream:
		return c.stream(g)
	case ast.AggChart, ast.AggTime:
		return c.chart(g)
	case ast.AggTop, ast.AggRare:
		return c.frequency(g)
	}
	c.errorf(n, "unknown kind of aggregation %q", n.Kind)
	return nil
}

// grouping is a compiled aggregation.
type grouping struct {
	node    *ast.Aggregate
	figures []figure
	keys    []key
	time    expr.Eval
}

// key is one field of a grouping.
type key struct {
	name string
	eval expr.Eval
	span *ast.Span
	auto bool
	// origin is what spans shorter than a day are aligned to, instead of
	// midnight; nil for none.
	origin *float64
}

// bucket returns the bucket of a value.
func (k *key) bucket(v event.Value, zone *time.Location) event.Value {
	if k.origin != nil {
		return aligned(v, spanSeconds(*k.span), *k.origin)
	}
	return bucket(v, *k.span, zone)
}

func (c *compiler) grouping(n *ast.Aggregate) *grouping {
	g := &grouping{node: n, time: c.field("_time"), figures: make([]figure, 0, len(n.Aggs)), keys: make([]key, 0, len(n.By))}
	for _, a := range n.Aggs {
		f := c.figure(a, n.Kind)
		f.strict = n.AllNum && f.fn.Numeric
		g.figures = append(g.figures, f)
	}
	for _, by := range n.By {
		g.keys = append(g.keys, c.key(by))
	}
	return g
}

func (c *compiler) key(by ast.Group) key {
	k := key{name: by.Field, span: by.Span, auto: by.Auto}
	if by.By != nil {
		k.eval = c.rows.Eval(by.By)
	} else {
		k.eval = c.field(by.Field)
	}
	return k
}

// group is one combination of the keys' values.
type group struct {
	key  []event.Value
	accs []aggregate.Accumulator
	rows int // of add
	turn int // of the last row, where rows come backward
}

// groups are the groups of one run.
type groups struct {
	g       *grouping
	keys    []key
	figures []figureColumn
	index   map[string]*group
	all     []*group
	bytes   int // of the groups, about, without what their figures hold
	dropped int
	combos  int // rows some of whose combinations were dropped
	most    int // groups
	// backward tells that each row comes ahead of those that were added, and is
	// only lent; turn counts them.
	backward bool
	turn     int
	// combined counts the combinations of all rows so far, and widest how many
	// values the row at hand adds to one figure.
	combined, widest int

	vals []event.Value // scratch: the keys' values of a row
	one  []event.Value // and one combination of them
	buf  []byte
}

func (g *grouping) groups(figures []figureColumn) *groups {
	n := len(g.keys)
	return &groups{g: g, keys: g.keys, figures: figures, index: map[string]*group{}, most: maxGroups,
		vals: make([]event.Value, n), one: make([]event.Value, n)}
}

// of returns the group of a combination of values, nil if there are too many.
func (gs *groups) of(vals []event.Value) *group {
	gs.buf = appendKey(gs.buf[:0], vals)
	if gr, ok := gs.index[string(gs.buf)]; ok {
		if gs.backward && gr.turn != gs.turn {
			gr.turn = gs.turn
			gr.rename(vals)
		}
		return gr
	}
	if len(gs.all) >= gs.most {
		gs.dropped++
		return nil
	}
	gr := &group{key: slices.Clone(vals), accs: newAccumulators(gs.figures), turn: gs.turn}
	if gs.backward {
		for i, v := range vals {
			gr.key[i] = v.Clone()
		}
	}
	gs.index[string(gs.buf)] = gr
	gs.all = append(gs.all, gr)
	gs.bytes += groupSize + 2*len(gs.buf) + len(vals)*keySize + len(gr.accs)*aggregate.AccumulatorSize
	gs.bytes += aggregate.MapSize(len(gs.all)) - aggregate.MapSize(len(gs.all)-1)
	return gr
}

// rename gives a group the values of the row that comes first: 5 and "5" are one group,
// and so are 0.3 and 0.1+0.2.
func (gr *group) rename(vals []event.Value) {
	for i, v := range vals {
		switch kind := v.Kind(); {
		case kind == gr.key[i].Kind() && (kind == event.String || kind == event.Int): // which are their texts
		default:
			gr.key[i] = v.Clone()
		}
	}
}

// appendKey appends what tells combinations of values apart: their texts.
func appendKey(buf []byte, vals []event.Value) []byte {
	for _, v := range vals {
		at := len(buf)
		buf = append(buf, 0, 0, 0, 0)
		buf = appendText(buf, v)
		binary.LittleEndian.PutUint32(buf[at:], uint32(len(buf)-at))
	}
	return buf
}

func appendText(buf []byte, v event.Value) []byte {
	if s, ok := v.Str(); ok {
		return append(buf, s...)
	}
	if i, ok := v.Int(); ok {
		return strconv.AppendInt(buf, i, 10)
	}
	return append(buf, v.Text()...)
}

// read evaluates the keys over a row; false if one is null and nothing takes
// its place.
func (gs *groups) read(r *run, f *field.Frame) bool {
	for i := range gs.keys {
		if !gs.set(r, i, plain(gs.keys[i].eval(f))) {
			return false
		}
	}
	return true
}

// set gives a key its value; false if that is null and nothing takes its place.
func (gs *groups) set(r *run, i int, v event.Value) bool {
	if k := &gs.keys[i]; v.IsNull() {
		if gs.g.node.FillNull == nil {
			return false
		}
		v = event.OfString(*gs.g.node.FillNull)
	} else if k.span != nil {
		v = k.bucket(v, r.zone)
	}
	gs.vals[i] = v
	return true
}

// each calls visit for every group that the row belongs to: one, or for keys
// with several values, one for each combination.
func (gs *groups) each(visit func(*group)) {
	total := 1
	for _, v := range gs.vals {
		if v.IsList() {
			total = min(total*v.Len(), maxCombinations+1)
		}
	}
	if total == 1 {
		if gr := gs.of(gs.vals); gr != nil {
			visit(gr)
		}
		return
	}
	if total > maxCombinations {
		gs.combos++
		total = maxCombinations
	}
	if gs.combined += total * gs.widest; gs.combined > maxCombined {
		gs.combos++
		return
	}
	for i := range total {
		rest := i
		repeated := false
		for j, v := range gs.vals {
			at := rest % max(v.Len(), 1)
			rest /= max(v.Len(), 1)
			gs.one[j] = v.At(at)
			repeated = repeated || gs.g.node.DedupSplit && occursBefore(v, at)
		}
		if repeated {
			continue
		}
		if gr := gs.of(gs.one); gr != nil {
			visit(gr)
		}
	}
}

// occursBefore reports whether the i-th element of v stands further ahead,
// too.
func occursBefore(v event.Value, i int) bool {
	for j := range i {
		if v.At(j).Text() == v.At(i).Text() {
			return true
		}
	}
	return false
}

// add lets all rows of a table count in each group that they belong to; visit may be
// nil.
func (gs *groups) add(r *run, t *Table, visit func(row int, gr *group)) error {
	cur, vals := r.cursor(t), make([]event.Value, len(gs.figures))
	for i, row := range t.rows {
		if err := r.tick(); err != nil {
			return err
		}
		f := cur.row(i)
		if !gs.read(r, f) {
			continue
		}
		at := rowTime(gs.g.time(f))
		gs.widest = 1
		for j := range gs.figures {
			vals[j] = gs.figures[j].value(f, row)
			gs.widest = max(gs.widest, vals[j].Len())
		}
		gs.each(func(gr *group) {
			gr.rows++
			for j, v := range vals {
				if v.IsNull() && gs.figures[j].strict && gs.g.node.Kind == ast.AggEvent {
					v = event.OfString("") // for eventstats, what is missing is no number either
				}
				if !v.IsNull() {
					gr.accs[j].Add(v, at)
				}
			}
			if visit != nil {
				visit(i, gr)
			}
		})
	}
	gs.report(r)
	return nil
}

// report tells what the bounds have dropped.
func (gs *groups) report(r *run) {
	r.dropped(gs.g.node, "groups", gs.dropped)
	r.dropped(gs.g.node, "combinations of a row's values", gs.combos)
	values := 0
	for _, gr := range gs.all {
		for _, a := range gr.accs {
			if d, ok := a.(aggregate.Dropper); ok {
				values += d.Dropped()
			}
		}
	}
	r.dropped(gs.g.node, "values", values)
}

// rowTime returns a row's time as accumulators take it.
func rowTime(v event.Value) float64 {
	if f, ok := number(v); ok {
		return f
	}
	return math.NaN()
}

// setAuto chooses the spans of keys that leave them to the search window.
func (gs *groups) setAuto(r *run, t *Table) {
	for i, k := range gs.keys {
		if k.auto && k.span == nil {
			gs.keys = slices.Clone(gs.keys)
			sp := autoSpan(r, t, autoBuckets, nil)
			if low, high, ok := timeRange(r, t); ok && high-low <= time.Hour.Seconds() {
				sp = ast.Span{N: 1, Unit: ast.Second}
			}
			gs.keys[i].span = &sp
		}
	}
}

// run makes a row of each group: it is stats.
func (g *grouping) run(r *run, t *Table) (*Table, error) {
	gs := g.groups(g.resolve(t))
	gs.setAuto(r, t)
	if err := gs.add(r, t, nil); err != nil {
		return nil, err
	}
	return g.finish(gs), nil
}

// finish makes rows of the groups of all rows.
func (g *grouping) finish(gs *groups) *Table {
	if len(g.keys) == 0 && len(gs.all) == 0 {
		gs.of(nil)
	}
	gs.sort()
	return gs.table()
}

// sort orders the groups by their keys: numbers by size and before texts, texts by
// bytes. Of keys that are one number, such as 1 and 1.0 in texts, the text decides: which
// of them was met first depends on the way that rows come.
func (gs *groups) sort() {
	slices.SortFunc(gs.all, func(a, b *group) int {
		for i := range a.key {
			if c := gs.keys[i].compare(a.key[i], b.key[i]); c != 0 {
				return c
			}
		}
		for i := range a.key {
			if c := strings.Compare(a.key[i].Text(), b.key[i].Text()); c != 0 {
				return c
			}
		}
		return 0
	})
}

// compare orders the values of a key; ranges go by where they begin.
func (k *key) compare(a, b event.Value) int {
	if k.span != nil && (k.span.Unit == ast.NoUnit || k.span.Unit == ast.LogUnit) {
		low, ok1 := rangeLow(a)
		other, ok2 := rangeLow(b)
		if ok1 && ok2 && low != other {
			return cmp.Compare(low, other)
		}
	}
	return aggregate.Compare(a, b)
}

func compareKeys(a, b []event.Value) int {
	for i := range a {
		if c := aggregate.Compare(a[i], b[i]); c != 0 {
			return c
		}
	}
	return 0
}

func (gs *groups) table() *Table {
	t := &Table{rows: make([][]event.Value, 0, len(gs.all))}
	to := make([]int, 0, len(gs.keys)+len(gs.figures))
	for _, k := range gs.keys {
		to = append(to, t.column(k.name))
	}
	for _, f := range gs.figures {
		to = append(to, t.column(f.name))
		if gs.g.node.Delim != "" {
			t.setDelim(f.name, gs.g.node.Delim)
		}
	}
	for _, gr := range gs.all {
		row := make([]event.Value, len(t.cols))
		for i, v := range gr.key {
			row[to[i]] = v
		}
		for i, a := range gr.accs {
			row[to[len(gr.key)+i]] = a.Result()
		}
		t.rows = append(t.rows, row)
	}
	return t
}

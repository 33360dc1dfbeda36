package sequence

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/stretchr/testify/require"
)

var long = flag.Bool("long", false, "compare 200,000 random traces with the definition, instead of some")

// An oracle finds sequences by their definition: stage by stage over the whole
// trace, with lists that are searched from end to end. It knows nothing of
// streams, and shares nothing with the machine but the test's events.
type oracle struct {
	st     *ast.Sequence
	events []event.Event
}

type oracleSeq struct {
	key string
	at  []int // indexes of events
}

// hits are the indexes of the events that meet a step, each once for each of
// its keys.
func (o *oracle) hits(st *ast.Step) []oracleSeq {
	var hits []oracleSeq
	for i, ev := range o.events {
		if v, _ := ev.Fields.Field(markOf(st)).Int(); v != 1 {
			continue
		}
		for _, k := range o.keys(st, ev) {
			hits = append(hits, oracleSeq{k, []int{i}})
		}
	}
	return hits
}

func markOf(st *ast.Step) string {
	return st.Event.Where.(*ast.Compare).X.(*ast.Field).Name
}

func (o *oracle) keys(st *ast.Step, ev event.Event) []string {
	keys := []string{""}
	for _, by := range st.By {
		f := by.(*ast.Field)
		var next []string
		v := ev.Fields.Field(f.Name)
		for _, k := range keys {
			if v.Len() == 0 && f.Optional {
				next = append(next, k+"|!null")
			}
			for i := range v.Len() {
				switch e := v.At(i); e.Kind() {
				case event.Null:
				case event.String:
					next = append(next, k+"|~"+e.Text())
				default:
					next = append(next, k+"|"+e.Text())
				}
			}
		}
		keys = next
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// find returns the sequences in the order of their last events.
func (o *oracle) find() []string {
	var steps []*ast.Step
	for i := range o.st.Steps {
		for range max(1, o.st.Steps[i].Runs) {
			steps = append(steps, &o.st.Steps[i])
		}
	}
	var pending []oracleSeq
	begun := false
	for _, st := range steps {
		if st.Missing {
			continue
		}
		if !begun {
			pending, begun = o.hits(st), true
			continue
		}
		pending = o.extend(pending, o.hits(st))
	}
	pending = slices.DeleteFunc(pending, func(q oracleSeq) bool { return !o.absent(q, steps) })
	slices.SortStableFunc(pending, func(a, b oracleSeq) int {
		if d := a.at[len(a.at)-1] - b.at[len(b.at)-1]; d != 0 {
			return d
		}
		return strings.Compare(a.key, b.key)
	})
	var found []string
	for _, q := range pending {
		found = append(found, o.print(q, steps))
	}
	return found
}

// extend gives each hit the latest sequence of its key that ends before it,
// and throws the earlier ones away.
func (o *oracle) extend(pending, hits []oracleSeq) []oracleSeq {
	var next []oracleSeq
	for _, h := range hits {
		e := h.at[0]
		best := -1
		for i, q := range pending {
			if q.key == h.key && q.at[len(q.at)-1] < e && (best < 0 || q.at[len(q.at)-1] > pending[best].at[len(pending[best].at)-1]) {
				best = i
			}
		}
		if best < 0 {
			continue
		}
		q := pending[best]
		last := q.at[len(q.at)-1]
		pending = slices.DeleteFunc(slices.Clone(pending), func(p oracleSeq) bool {
			return p.key == q.key && p.at[len(p.at)-1] <= last
		})
		if span := o.st.Maxspan; span > 0 && o.events[e].Time.Sub(o.events[q.at[0]].Time) > span {
			continue
		}
		if o.ended(q.key, last, e) {
			continue
		}
		next = append(next, oracleSeq{q.key, append(slices.Clone(q.at), e)})
	}
	return next
}

// ended tells whether an event of until stands at last or behind it, and
// before e.
func (o *oracle) ended(key string, last, e int) bool {
	if o.st.Until == nil {
		return false
	}
	for _, u := range o.hits(o.st.Until) {
		if u.key == key && last <= u.at[0] && u.at[0] < e {
			return true
		}
	}
	return false
}

// absent tells whether the negated steps allow a sequence.
func (o *oracle) absent(q oracleSeq, steps []*ast.Step) bool {
	ms := func(i int) int64 { return o.events[i].Time.UnixMilli() }
	first, last := ms(q.at[0]), ms(q.at[len(q.at)-1])
	var before, behind []int64
	var leading, trailing bool
	n := 0 // events so far
	for _, st := range steps {
		if !st.Missing {
			n++
			continue
		}
		for _, h := range o.hits(st) {
			t := ms(h.at[0])
			switch {
			case h.key != q.key:
			case n == 0 && t < first:
				before = append(before, t)
			case n == len(q.at) && t > last:
				behind = append(behind, t)
			case n > 0 && n < len(q.at) && ms(q.at[n-1]) < t && t < ms(q.at[n]):
				return false
			}
		}
		leading = leading || n == 0
		trailing = trailing || n == len(q.at)
	}
	span := o.st.Maxspan.Milliseconds()
	switch {
	case leading && trailing:
		return len(before) == 0 || len(behind) == 0 || slices.Min(behind)-slices.Max(before) > span
	case leading:
		return len(before) == 0 || last-slices.Max(before) > span
	case trailing:
		return len(behind) == 0 || slices.Min(behind)-first > span
	}
	return true
}

func (o *oracle) print(q oracleSeq, steps []*ast.Step) string {
	var b strings.Builder
	n := 0
	for _, st := range steps {
		if st.Missing {
			b.WriteString("- ")
			continue
		}
		fmt.Fprintf(&b, "%d ", q.at[n])
		n++
	}
	return b.String() + q.key
}

// printMatch prints a match as the oracle does.
func printMatch(m Match) string {
	var b strings.Builder
	for _, e := range m.Events {
		if e == nil {
			b.WriteString("- ")
		} else {
			b.WriteString(e.ID + " ")
		}
	}
	for _, k := range m.Keys {
		switch k.Kind() {
		case event.Null:
			b.WriteString("|!null")
		case event.String:
			b.WriteString("|~" + k.Text())
		default:
			b.WriteString("|" + k.Text())
		}
	}
	return b.String()
}

// randomSequence makes a sequence whose i-th step is met by the events whose
// field mi is 1.
func randomSequence(r *rand.Rand) *ast.Sequence {
	st := &ast.Sequence{}
	if r.IntN(3) > 0 {
		st.Maxspan = time.Duration(1+r.IntN(12)) * time.Millisecond
	}
	keys := r.IntN(3)
	step := func(i int) ast.Step {
		s := ast.Step{Event: ast.Events{Where: marked(i)}, Runs: 1}
		for k := range keys {
			s.By = append(s.By, &ast.Field{Name: fmt.Sprintf("k%d", (k+i*r.IntN(2))%3), Optional: r.IntN(4) == 0})
		}
		return s
	}
	n := 1 + r.IntN(4)
	positive := 0
	for i := range n {
		s := step(i)
		if st.Maxspan > 0 && r.IntN(4) == 0 {
			s.Missing = true
		} else {
			positive++
		}
		if r.IntN(6) == 0 {
			s.Runs = 2
		}
		st.Steps = append(st.Steps, s)
	}
	if positive == 0 {
		st.Steps[r.IntN(n)].Missing = false
	}
	if r.IntN(3) == 0 {
		u := step(4)
		st.Until = &u
	}
	return st
}

func marked(i int) ast.Expr {
	return &ast.Compare{Op: ast.Eq, Null: ast.NullIsFalse,
		X: &ast.Field{Name: fmt.Sprintf("m%d", i)}, Y: &ast.Literal{Value: int64(1)}}
}

func randomTrace(r *rand.Rand) []event.Event {
	events := make([]event.Event, 1+r.IntN(16))
	t := time.UnixMilli(1_000_000)
	dense := 1 + r.IntN(4)
	for i := range events {
		t = t.Add(time.Duration(r.IntN(1+3*dense)) * 500 * time.Microsecond)
		m := event.Map{}
		for s := range 5 {
			if r.IntN(1+dense) == 0 {
				m[fmt.Sprintf("m%d", s)] = 1
			}
		}
		for k := range 3 {
			if v := randomKey(r); v != nil {
				m[fmt.Sprintf("k%d", k)] = v
			}
		}
		events[i] = event.Event{Time: t, ID: fmt.Sprint(i), Fields: m}
	}
	return events
}

func randomKey(r *rand.Rand) any {
	switch r.IntN(12) {
	case 0:
		return nil
	case 1:
		return []any{1, "1"}
	case 2:
		return []any{2, nil, 1, 1.0}
	case 3:
		return "1"
	case 4:
		return 1.0
	case 5:
		return 2
	}
	return 1
}

func compile(t testing.TB, st *ast.Sequence, o Options) (*Machine, *field.Frame) {
	t.Helper()
	s := &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: &ast.Source{Name: "test"}}
	m := Compile(st, s, o)
	require.Empty(t, s.Errors)
	return m, &field.Frame{Slots: s.Slots}
}

// TestDefinition compares the machine with the definition, over random
// sequences and traces: in a batch, whose order counts, and as a stream whose
// watermark moves at random.
func TestDefinition(t *testing.T) {
	n := 20_000
	if *long {
		n = 200_000
	}
	matches := 0
	for seed := range n {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		st, events := randomSequence(r), randomTrace(r)
		want := (&oracle{st, events}).find()
		matches += len(want)
		var got []string
		emit := func(m Match) { got = append(got, printMatch(m)) }

		m, f := compile(t, st, Options{Batch: true})
		for _, ev := range events {
			f.Reset(ev.Fields)
			m.Step(f, ev, emit)
		}
		m.Advance(time.Unix(1<<33, 0), emit)
		require.Empty(t, cmp.Diff(want, got), "batch, seed %d\n%s", seed, describe(st, events))
		require.Zero(t, m.Stats().Held)

		got = nil
		m, f = compile(t, st, Options{})
		for _, ev := range events {
			if r.IntN(2) == 0 {
				m.Advance(ev.Time.Add(-time.Duration(r.IntN(2))*time.Millisecond), emit)
			}
			f.Reset(ev.Fields)
			m.Step(f, ev, emit)
			if r.IntN(4) == 0 {
				m.Advance(ev.Time, emit)
			}
		}
		m.Advance(time.Unix(1<<33, 0), emit)
		slices.Sort(want)
		slices.Sort(got)
		require.Empty(t, cmp.Diff(want, got), "stream, seed %d\n%s", seed, describe(st, events))
		if st.Maxspan > 0 {
			require.Equal(t, Stats{}, m.Stats(), "nothing is left behind, seed %d", seed)
		}
	}
	require.Greater(t, matches, n/10, "most traces find nothing: the comparison says little")
}

func describe(st *ast.Sequence, events []event.Event) string {
	var b strings.Builder
	show := func(s *ast.Step) {
		fmt.Fprintf(&b, "[%s] by", markOf(s))
		for _, k := range s.By {
			fmt.Fprintf(&b, " %s optional=%v", k.(*ast.Field).Name, k.(*ast.Field).Optional)
		}
		fmt.Fprintf(&b, " missing=%v runs=%d\n", s.Missing, s.Runs)
	}
	fmt.Fprintf(&b, "maxspan %v\n", st.Maxspan)
	for i := range st.Steps {
		show(&st.Steps[i])
	}
	if st.Until != nil {
		b.WriteString("until ")
		show(st.Until)
	}
	for _, ev := range events {
		fmt.Fprintf(&b, "%s %v %v\n", ev.ID, ev.Time.Sub(time.UnixMilli(1_000_000)), ev.Fields)
	}
	return b.String()
}

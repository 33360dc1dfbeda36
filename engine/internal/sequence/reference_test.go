package sequence

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/stretchr/testify/require"
)

// A referrer finds sequences whose steps refer to earlier events, one event
// after the other, in lists that are searched from end to end.
type referrer struct {
	st     *ast.Sequence
	events []event.Event
	lists  [][]oracleSeq // by stage, in the order in which they came there
	found  []string
}

func (o *referrer) find() []string {
	n := len(o.st.Steps)
	o.lists = make([][]oracleSeq, n-1)
	for e := range o.events {
		for k := n - 1; k > 0; k-- {
			for _, key := range o.keys(&o.st.Steps[k], e) {
				o.extend(k, key, e)
			}
		}
		for _, key := range o.keys(&o.st.Steps[0], e) {
			o.arrive(0, oracleSeq{key, []int{e}})
		}
		if o.st.Until == nil {
			continue
		}
		for _, key := range o.keys(o.st.Until, e) {
			for k := range o.lists {
				o.lists[k] = slices.DeleteFunc(o.lists[k], func(q oracleSeq) bool {
					return q.key == key && o.fits(o.st.Until, q, e)
				})
			}
		}
	}
	return o.found
}

// keys are the keys of an event that has the mark of a step.
func (o *referrer) keys(st *ast.Step, e int) []string {
	if v, _ := o.events[e].Fields.Field(markOf(plainStep(st))).Int(); v != 1 {
		return nil
	}
	return (&oracle{}).keys(st, o.events[e])
}

// extend moves the newest sequence that accepts the event and began within the
// span.
func (o *referrer) extend(k int, key string, e int) {
	for i, q := range slices.Backward(o.lists[k-1]) {
		late := o.st.Maxspan > 0 && o.events[e].Time.Sub(o.events[q.at[0]].Time) > o.st.Maxspan
		if q.key != key || late || !o.fits(&o.st.Steps[k], q, e) {
			continue
		}
		o.lists[k-1] = slices.Delete(o.lists[k-1], i, i+1)
		o.arrive(k, oracleSeq{key, append(slices.Clone(q.at), e)})
		return
	}
}

// arrive puts a sequence behind a stage; unless a later step looks back over
// that, in the place of the others.
func (o *referrer) arrive(k int, q oracleSeq) {
	if k == len(o.lists) {
		o.found = append(o.found, strings.Trim(fmt.Sprint(q.at), "[]")+" "+q.key)
		return
	}
	if !o.lookedOver(k) {
		o.lists[k] = slices.DeleteFunc(o.lists[k], func(p oracleSeq) bool { return p.key == q.key })
	}
	o.lists[k] = append(o.lists[k], q)
}

func (o *referrer) lookedOver(k int) bool {
	return slices.ContainsFunc(o.st.Steps[k+1:], func(st ast.Step) bool {
		to := referred(&st)
		return to >= 0 && to <= k
	})
}

func (o *referrer) fits(st *ast.Step, q oracleSeq, e int) bool {
	to := referred(st)
	if to < 0 {
		return true
	}
	if to >= len(q.at) { // until, of an event that is not there yet
		return false
	}
	x, y := o.events[q.at[to]].Fields.Field("r"), o.events[e].Fields.Field("r")
	return !x.IsNull() && !y.IsNull() && event.Identical(x, y)
}

// referred is the step that a step refers to; -1 for none.
func referred(st *ast.Step) int {
	if l, ok := st.Event.Where.(*ast.Logic); ok {
		return int(l.List[1].(*ast.Compare).Y.(*ast.Field).Of[0] - 'A')
	}
	return -1
}

// plainStep is a step without its reference.
func plainStep(st *ast.Step) *ast.Step {
	s := *st
	if l, ok := st.Event.Where.(*ast.Logic); ok {
		s.Event.Where = l.List[0]
	}
	return &s
}

func randomReferences(r *rand.Rand) *ast.Sequence {
	st := &ast.Sequence{}
	if r.IntN(3) > 0 {
		st.Maxspan = time.Duration(1+r.IntN(12)) * time.Millisecond
	}
	keys := r.IntN(2)
	step := func(i, mark int) ast.Step {
		s := ast.Step{Event: ast.Events{Where: marked(mark)}, Runs: 1}
		if keys > 0 {
			s.By = []ast.Expr{&ast.Field{Name: fmt.Sprintf("k%d", i%2), Optional: r.IntN(4) == 0}}
		}
		if i > 0 && r.IntN(2) == 0 {
			s.Event.Where = both(s.Event.Where, refersTo(string(rune('A'+r.IntN(i))), "r"))
		}
		return s
	}
	n := 2 + r.IntN(3)
	for i := range n {
		s := step(i, i)
		s.As = string(rune('A' + i))
		st.Steps = append(st.Steps, s)
	}
	if r.IntN(3) == 0 {
		u := step(n, 4)
		st.Until = &u
	}
	return st
}

// TestReferences compares the machine with the referrer.
func TestReferences(t *testing.T) {
	n := 20_000
	if *long {
		n = 200_000
	}
	matches := 0
	for seed := range n {
		r := rand.New(rand.NewPCG(uint64(seed), 2))
		st, events := randomReferences(r), randomTrace(r)
		for _, ev := range events {
			if r.IntN(8) > 0 {
				ev.Fields.(event.Map)["r"] = r.IntN(3)
			}
		}
		want := (&referrer{st: st, events: events}).find()
		matches += len(want)
		var got []string
		emit := func(m Match) { got = append(got, printMatch(m)) }
		m, f := compile(t, st, Options{})
		for _, ev := range events {
			f.Reset(ev.Fields)
			m.Step(f, ev, emit)
		}
		require.Empty(t, cmp.Diff(want, got), "seed %d %v %v", seed, ast.Format(&ast.Query{Language: ast.Endpoint, Stages: []ast.Stage{st}}), events)
	}
	require.Greater(t, matches, n/10, "most traces find nothing: the comparison says little")
}

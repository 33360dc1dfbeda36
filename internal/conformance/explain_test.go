package conformance

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/sample"
	"github.com/spoor-lang/spoor/engine/schema"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

var (
	pairs = flag.Int("pairs", 20_000, "how many pairs of a rule and an event TestExplanationsAgree asks about")
	seed  = flag.Uint64("seed", 1, "what TestExplanationsAgree draws its pairs by")
)

// rulesAnEvent is how many rules are asked about each event, beside the one
// that it was made for.
const rulesAnEvent = 8

// An explanation agrees with the engine: of each pair of a rule and an event,
// real or made to meet a rule or nearly so, the verdict is what Process then
// does, and the terms of a search let the event through as its filter does.
func TestExplanationsAgree(t *testing.T) {
	want := *pairs
	if testing.Short() {
		want = min(want, 4000)
	}
	a := newAgreement(t)
	verdicts := map[engine.Verdict]int{}
	total := 0
	for total < want {
		var own string
		var series []engine.Event
		if a.random.IntN(2) == 0 {
			series = []engine.Event{a.real[a.random.IntN(len(a.real))]}
		} else {
			own, series = a.made()
		}
		start := a.now
		for _, ev := range series {
			if d := ev.Time.Sub(series[0].Time); d > 0 && d < 24*time.Hour {
				a.now = start.Add(d)
			}
			total += a.ask(t, own, ev, verdicts)
			if t.Failed() {
				t.FailNow()
			}
		}
		a.now = a.now.Add(time.Minute) // so that windows do not fill up
	}
	t.Logf("%d pairs: %v", total, verdicts)
	assert.NotZero(t, verdicts[engine.Fired])
	assert.NotZero(t, verdicts[engine.Silent])
}

// agreement is what is compared.
type agreement struct {
	random  *rand.Rand
	engine  *engine.Engine
	rules   []*ast.Rule
	filters map[string]*engine.Filter // the terms that searches begin with
	real    []engine.Event
	samples map[string][][]engine.Event // by rule: a hit, and near misses
	now     time.Time
	n       int
}

func newAgreement(t *testing.T) *agreement {
	a := &agreement{samples: map[string][][]engine.Event{}, random: rand.New(rand.NewPCG(6, *seed)), filters: map[string]*engine.Filter{}, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	a.engine, _ = engine.New(allRules(t))
	a.rules = a.engine.Rules()
	for _, r := range a.rules {
		if f := leading(r); f != nil {
			a.filters[r.ID] = f
		}
	}
	a.real = realEvents(t, 50)
	return a
}

// allRules are the rules of all corpora that can be read.
func allRules(t *testing.T) (all []*ast.Rule) {
	seen := map[string]bool{}
	add := func(r *ast.Rule, err error) {
		if err == nil && !seen[r.ID] {
			seen[r.ID] = true
			all = append(all, r)
		}
	}
	for _, set := range []string{"elastic-detection-rules", "elastic-endpoint-rules"} {
		eachFile(t, shared(t, "corpus", set), ".toml", func(name string, data []byte) { add(eql.ParseRule(name, data)) })
	}
	content, err := spl.LoadContent(os.DirFS(shared(t, "corpus", "splunk-content")))
	require.NoError(t, err)
	eachFile(t, shared(t, "corpus", "splunk-detections"), ".yml", func(name string, data []byte) { add(spl.ParseRule(name, data, content)) })
	return all
}

// leading is the filter that a search begins with; nil where there is none, or
// one that only a run can know.
func leading(r *ast.Rule) *engine.Filter {
	first, ok := r.Query.Stages[0].(*ast.Events)
	if !ok || r.Query.Language != ast.SPL || first.Dataset != nil || first.Metrics {
		return nil
	}
	for n := range ast.Preorder(r.Query.Stages[0]) {
		if _, ok := n.(*ast.Subsearch); ok {
			return nil
		}
	}
	lead := *r.Query
	lead.Stages = r.Query.Stages[:1]
	if len(r.Query.Stages) > 1 {
		if _, more := r.Query.Stages[1].(*ast.Filter); more { // which is asked with the terms
			return nil
		}
	}
	f, err := engine.Compile(&lead)
	if err != nil {
		return nil
	}
	return f
}

// realEvents are every n-th of the captured ones.
func realEvents(t *testing.T, n int) (events []engine.Event) {
	f, err := os.Open(shared(t, "telemetry", "windows-mixed.ndjson.gz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	var some bytes.Buffer
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	for i := 0; lines.Scan(); i++ {
		if i%n == 0 {
			some.Write(lines.Bytes())
			some.WriteByte('\n')
		}
	}
	require.NoError(t, lines.Err())
	for ev, err := range schema.Windows().ParseNDJSON(&some) {
		require.NoError(t, err)
		events = append(events, ev)
	}
	require.NotEmpty(t, events)
	return events
}

// made are events that meet a rule, or nearly so.
func (a *agreement) made() (rule string, series []engine.Event) {
	r := a.rules[a.random.IntN(len(a.rules))]
	all, known := a.samples[r.ID]
	if !known {
		if hit, err := sample.Hit(r.Query); err == nil {
			all = append(all, hit)
		}
		misses, _ := sample.NearMisses(r.Query)
		for _, m := range misses {
			if m.Err == nil {
				all = append(all, m.Events)
			}
		}
		a.samples[r.ID] = all
	}
	if len(all) == 0 {
		return "", nil
	}
	switch a.random.IntN(3) {
	case 0:
		return r.ID, all[0]
	case 1:
		return r.ID, a.lacking(all[0])
	}
	return r.ID, all[a.random.IntN(len(all))]
}

// lacking are the events, each with a field less.
func (a *agreement) lacking(events []engine.Event) (out []engine.Event) {
	for _, ev := range events {
		m, ok := ev.Fields.(engine.Map)
		if !ok || len(m) == 0 {
			continue
		}
		m = maps.Clone(m)
		drop := a.random.IntN(len(m))
		for name := range m { // in any order: which one does not matter
			if drop--; drop < 0 {
				delete(m, name)
				break
			}
		}
		ev.Fields = m
		out = append(out, ev)
	}
	return out
}

// ask compares what is explained of an event, for some rules, with what the
// engine does then.
func (a *agreement) ask(t *testing.T, own string, ev engine.Event, verdicts map[engine.Verdict]int) (asked int) {
	a.n++
	ev.Time, ev.ID = a.now, fmt.Sprintf("e%d", a.n)
	told := map[string]engine.Explanation{}
	if own != "" {
		told[own] = a.engine.Explain(own, ev)
	}
	for range rulesAnEvent {
		id := a.rules[a.random.IntN(len(a.rules))].ID
		told[id] = a.engine.Explain(id, ev)
	}
	fired := map[string]bool{}
	for _, alert := range a.engine.Process(ev) {
		for _, x := range alert.Events {
			fired[alert.Rule.ID] = fired[alert.Rule.ID] || x.Fields != nil && x.ID == ev.ID
		}
	}
	for id, x := range told {
		verdicts[x.Verdict]++
		switch f := a.filters[id]; {
		case f != nil:
			assert.Equal(t, f.Match(ev.Fields), x.Steps[0].Met > 0, "%s: %v\n%s", id, ev.Fields, x)
		case x.Runs == nil:
			assert.Equal(t, fired[id], x.Verdict == engine.Fired, "%s: %v\n%s", id, ev.Fields, x)
		}
		for _, s := range x.Steps {
			if s.Condition != nil && s.Keys == nil {
				assert.Equal(t, s.Met > 0, s.Condition.Outcome == engine.IsTrue, "%s: the tree of %s\n%s", id, s.Label, x)
			}
		}
		assert.False(t, x.Verdict == engine.Fired && !*x.Routed, "%s: the index loses the event\n%s", id, x)
	}
	return len(told)
}

package conformance

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/sample"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

func TestSamplesOfDetectionRules(t *testing.T) { sampleTOML(t, "elastic-detection-rules") }
func TestSamplesOfEndpointRules(t *testing.T)  { sampleTOML(t, "elastic-endpoint-rules") }

// sampleTOML shows that each rule fires on its sample and is silent on each
// near miss.
func sampleTOML(t *testing.T, set string) {
	c := tally{suite: "samples " + set}
	var misses, skipped int
	var n leafCount
	eachFile(t, shared(t, "corpus", set), ".toml", func(name string, data []byte) {
		r, err := eql.ParseRule(name, data)
		require.NoError(t, err)
		if _, err := engine.New([]*ast.Rule{r}); err != nil {
			return
		}
		c.add(name, guarded(func() string {
			if why := n.leaves(t, r); why != "" {
				return why
			}
			return sampled(t, r, &misses, &skipped)
		}))
	})
	t.Logf("%d positive leaves: %d true in one of %d hits, %d proved dead, %d not found", n.all, n.met, n.hits, n.dead, n.open)
	t.Logf("%d near misses, %d skipped", misses, skipped)
	c.report(t)
}

// leafCount counts the positive leaves of rules.
type leafCount struct{ all, met, hits, dead, open int }

// leaves shows that a rule fires on a hit for each of its positive leaves.
func (n *leafCount) leaves(t *testing.T, r *ast.Rule) string {
	all, err := sample.Leaves(r.Query)
	var never *sample.Unsatisfiable
	if err != nil && !errors.As(err, &never) {
		return err.Error()
	}
	n.all += len(all)
	shown := map[*engine.Event]bool{}
	for _, l := range all {
		switch {
		case l.Err == nil:
			n.met++
			if !holds(r, l) {
				return "not true in its hit: " + l.Text
			}
			if shown[&l.Hit[0]] {
				continue
			}
			shown[&l.Hit[0]] = true
			n.hits++
			if alerts(r, l.Hit) == 0 {
				return "silent on the hit of " + l.Text
			}
		case errors.As(l.Err, &never):
			n.dead++
			t.Logf("dead: %s: %s: %s", r.Name, l.Text, l.Err)
		default:
			n.open++
			t.Logf("not found: %s: %s: %s", r.Name, l.Text, l.Err)
		}
	}
	return ""
}

func sampled(t *testing.T, r *ast.Rule, misses, skipped *int) string {
	begin := time.Now()
	hit, err := sample.Hit(r.Query)
	var never *sample.Unsatisfiable
	if errors.As(err, &never) {
		t.Log("never: " + err.Error())
		return ""
	}
	if err != nil {
		return err.Error()
	}
	if n := alerts(r, hit); n == 0 {
		return "silent on its hit"
	}
	all, err := sample.NearMisses(r.Query)
	if err != nil {
		return err.Error()
	}
	for _, m := range all {
		if m.Err != nil {
			*skipped++
			t.Logf("skipped: %s: %s: %s", r.Name, m.Text, m.Err)
			continue
		}
		*misses++
		if alerts(r, m.Events) > 0 {
			return "fires on the near miss of " + m.Text
		}
	}
	if d := time.Since(begin); d > time.Second {
		t.Logf("slow: %s took %v", r.Name, d)
	}
	return ""
}

// holds reports whether a leaf is true, as a query of its own, of one of its
// hit's events. One that names an array's element or an earlier event means
// nothing by itself, and is taken for granted.
func holds(r *ast.Rule, l sample.Leaf) bool {
	for n := range ast.Preorder(l.Cond) {
		if f, ok := n.(*ast.Field); ok && f.Of != "" {
			return true
		}
	}
	q := *r.Query
	q.Stages = []ast.Stage{&ast.Events{Where: l.Cond}}
	f, err := engine.Compile(&q)
	return err == nil && slices.ContainsFunc(l.Hit, func(ev engine.Event) bool { return f.Match(ev.Fields) })
}

func alerts(r *ast.Rule, events []engine.Event) int {
	e, err := engine.New([]*ast.Rule{{ID: "sample", Query: r.Query}})
	if err != nil {
		panic(err)
	}
	n := 0
	for _, ev := range events {
		n += len(e.Process(ev))
	}
	return n + len(e.Flush(engine.End))
}

// TestSamplesOfSplunkDetections runs each detection on its sample and on the
// near misses, and shows that its first filter tells them apart.
func TestSamplesOfSplunkDetections(t *testing.T) {
	content, err := spl.LoadContent(os.DirFS(shared(t, "corpus", "splunk-content")))
	require.NoError(t, err)
	c := tally{suite: "samples splunk-detections"}
	var misses, skipped int
	eachFile(t, shared(t, "corpus", "splunk-detections"), ".yml", func(name string, data []byte) {
		r, err := spl.ParseRule(name, data, content)
		if err != nil {
			return
		}
		if _, err := engine.New([]*ast.Rule{r}); err != nil {
			return
		}
		c.add(name, guarded(func() string { return sampledSearch(t, r, &misses, &skipped) }))
	})
	t.Logf("%d near misses, %d skipped", misses, skipped)
	c.report(t)
}

func sampledSearch(t *testing.T, r *ast.Rule, misses, skipped *int) string {
	hit, err := sample.Hit(r.Query)
	var none *sample.NoEvents
	var never *sample.Unsatisfiable
	switch {
	case errors.As(err, &none):
		return ""
	case errors.As(err, &never):
		t.Log("never: " + err.Error())
		return ""
	case err != nil:
		return err.Error()
	}
	alerts(r, hit)
	if why := filters(r.Query, hit, true); why != "" {
		return why
	}
	all, err := sample.NearMisses(r.Query)
	if err != nil {
		return err.Error()
	}
	for _, m := range all {
		if m.Err != nil {
			*skipped++
			continue
		}
		*misses++
		alerts(r, m.Events)
		if why := filters(r.Query, m.Events, false); why != "" {
			return m.Text + ": " + why
		}
	}
	return ""
}

// filters tells what is wrong if the leading filter of a search does not let
// events through as it should. Where it depends on another search, nothing is
// known.
func filters(q *ast.Query, events []engine.Event, want bool) string {
	for n := range ast.Preorder(q.Stages[0]) {
		if _, ok := n.(*ast.Subsearch); ok {
			return ""
		}
	}
	lead := *q
	lead.Stages = q.Stages[:1]
	f, err := engine.Compile(&lead)
	if err != nil {
		return err.Error()
	}
	if got := f.Match(events[0].Fields); got != want {
		return fmt.Sprintf("the leading filter says %v", got)
	}
	return ""
}

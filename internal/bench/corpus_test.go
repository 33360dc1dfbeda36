package bench

import (
	"encoding/json"
	"iter"
	"strconv"
	"testing"

	goccy "github.com/goccy/go-json"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/ndjson"
)

// BenchmarkCorpus runs all real rules over real events, with all that they keep
// of them and the alerts that they raise, beside decoding the events.
// BenchmarkLines of package engine has the matching alone. by=spoor-maps takes events whose maps are decoded, by=spoor-lines the bytes.
func BenchmarkCorpus(b *testing.B) {
	rules := corpus(b)
	for _, lane := range []struct {
		name string
		keep func(raw map[string]any) bool
	}{{"mixed", nil}, {"process", isProcess}} {
		t := realEvents(b, lane.keep)
		name := "events=" + lane.name + "/by="
		b.Run(name+"encoding-json", func(b *testing.B) {
			each(b, func(i int) {
				var m map[string]any
				if err := json.Unmarshal(t.line(i), &m); err != nil {
					b.Fatal(err)
				}
			})
		})
		b.Run(name+"goccy", func(b *testing.B) {
			each(b, func(i int) {
				var m map[string]any
				if err := goccy.Unmarshal(t.line(i), &m); err != nil {
					b.Fatal(err)
				}
			})
		})
		b.Run(name+"spoor-maps", func(b *testing.B) {
			e := started(rules, t)
			b.ResetTimer()
			each(b, func(i int) { e.Process(t.event(i)) })
		})
		reader := ndjson.NewReader(windows)
		read := func(b *testing.B, i int) engine.Event {
			ev, err := reader.Event(t.line(i))
			if err != nil {
				b.Fatal(err)
			}
			return t.now(ev)
		}
		b.Run(name+"spoor-lines", func(b *testing.B) {
			e := started(rules, t)
			b.ResetTimer()
			each(b, func(i int) { e.Process(read(b, i)) })
		})
	}
}

// BenchmarkCorpusRules grows the number of real rules.
func BenchmarkCorpusRules(b *testing.B) {
	rules := corpus(b)
	t := realEvents(b, nil)
	for _, n := range []int{1, 10, 100, 1000, len(rules)} {
		some := make([]*ast.Rule, n)
		for i := range some {
			some[i] = rules[i*len(rules)/n]
		}
		b.Run("rules="+strconv.Itoa(n)+"/by=spoor", func(b *testing.B) {
			e := started(some, t)
			b.ResetTimer()
			each(b, func(i int) { e.Process(t.event(i)) })
		})
	}
}

// BenchmarkCores runs all real rules on one processor and on several; here it is
// the time that passes which counts. On several, the next batch of events is made
// of maps while the engine is at one.
func BenchmarkCores(b *testing.B) {
	rules := corpus(b)
	t := realEvents(b, nil)
	for _, workers := range []int{1, 2} {
		b.Run("cores="+strconv.Itoa(workers)+"/by=spoor", func(b *testing.B) {
			e := started(rules, t, engine.Workers(workers))
			b.ReportAllocs()
			b.ResetTimer()
			from := spent()
			batches := t.batches(b.N)
			if workers > 1 {
				batches = ahead(batches)
			}
			for batch := range batches {
				e.ProcessBatch(batch)
			}
			b.ReportMetric(float64(spent()-from)/float64(b.N), "cpu-ns/op")
		})
	}
}

// batches yields n events in batches. One is valid until the next but one.
func (t *telemetry) batches(n int) iter.Seq[[]engine.Event] {
	return func(yield func([]engine.Event) bool) {
		two := [2][]engine.Event{make([]engine.Event, 0, 512), make([]engine.Event, 0, 512)}
		for i := 0; i < n; {
			batch := two[0][:0]
			for ; i < n && len(batch) < cap(batch); i++ {
				batch = append(batch, t.event(i))
			}
			if !yield(batch) {
				return
			}
			two[0], two[1] = two[1], batch
		}
	}
}

// ahead yields what another goroutine finds, one ahead.
func ahead(batches iter.Seq[[]engine.Event]) iter.Seq[[]engine.Event] {
	return func(yield func([]engine.Event) bool) {
		next := make(chan []engine.Event)
		go func() {
			defer close(next)
			for batch := range batches {
				next <- batch
			}
		}()
		for batch := range next {
			if !yield(batch) {
				return
			}
		}
	}
}

// started is an engine that has seen an event: from then on schedules count.
func started(rules []*ast.Rule, t *telemetry, opts ...engine.Option) *engine.Engine {
	e, _ := engine.New(rules, opts...) // the few rules that nothing can run are left out
	e.Process(t.event(0))
	return e
}

// isProcess tells the events of a process that starts.
func isProcess(raw map[string]any) bool {
	id, _ := raw["EventID"].(float64)
	channel, _ := raw["Channel"].(string)
	return id == 4688 && channel == "Security" || id == 1 && channel == "Microsoft-Windows-Sysmon/Operational"
}

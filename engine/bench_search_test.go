package engine_test

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/spl"
)

// perHost is the loop that somebody would write to count, for each host, the
// events of a tool and its different processes.
type perHost struct {
	hosts map[string]*hostCount
}

type hostCount struct {
	count int
	pids  map[string]struct{}
}

func (p *perHost) process(ev engine.Event) {
	m := ev.Fields.(engine.Map)
	name, _ := m["process.name"].(string)
	if !strings.EqualFold(name, "tool.exe") {
		return
	}
	host, _ := m["host.name"].(string)
	h := p.hosts[host]
	if h == nil {
		h = &hostCount{pids: map[string]struct{}{}}
		p.hosts[host] = h
	}
	h.count++
	h.pids[strconv.Itoa(m["process.pid"].(int))] = struct{}{}
}

// BenchmarkSearch compares a search with a loop written by hand: over a stream,
// where it runs every minute over the minute before, and over a batch. Of a
// hundred events, eight meet it.
func BenchmarkSearch(b *testing.B) {
	const text = `search process.name="tool.exe" | stats count dc(process.pid) by host.name`
	evs := traffic(100)
	b.Run("hand", func(b *testing.B) {
		p := &perHost{hosts: map[string]*hostCount{}}
		n := 0
		playOver(b, evs, func(ev engine.Event) {
			if n++; n%60_000 == 0 {
				clear(p.hosts)
			}
			p.process(ev)
		})
	})
	minutely := searchRule(b, "minutely", text)
	minutely.Schedule = ast.Schedule{Interval: time.Minute, Window: ast.TimeRange{Earliest: "-1m"}}
	b.Run("stream", func(b *testing.B) {
		e := newEngine(b, []*ast.Rule{minutely})
		playOver(b, evs, func(ev engine.Event) { e.Process(ev) })
	})
	b.Run("stream/batches", func(b *testing.B) {
		e := newEngine(b, []*ast.Rule{minutely})
		batch := make([]engine.Event, 0, 256)
		playOver(b, evs, func(ev engine.Event) {
			if batch = append(batch, ev); len(batch) == cap(batch) {
				e.ProcessBatch(batch)
				batch = batch[:0]
			}
		})
	})
	overlapping := searchRule(b, "overlapping", text)
	overlapping.Schedule = ast.Schedule{Interval: time.Second, Window: ast.TimeRange{Earliest: "-1m"}}
	for name, opts := range map[string][]engine.Option{"panes": nil, "whole": {engine.FullScan()}} {
		b.Run("overlap=60/"+name, func(b *testing.B) {
			e := newEngine(b, []*ast.Rule{overlapping}, opts...)
			playOver(b, evs, func(ev engine.Event) { e.Process(ev) })
		})
	}
	b.Run("batch", func(b *testing.B) {
		q, err := spl.Parse("q", text, nil)
		require.NoError(b, err)
		for i := range evs {
			evs[i].Time = noon.Add(time.Duration(i) * time.Millisecond)
		}
		defer cpu(b)()
		for i := 0; i < b.N; i += len(evs) {
			for _, err := range engine.Search(context.Background(), q, slices.Values(evs)) {
				require.NoError(b, err)
			}
		}
	})
}

// BenchmarkSeedSearch shows what a search costs for events that it is not about:
// what its condition does, which is one over the calculated fields of a data model;
// and the same words over the fields as they are.
func BenchmarkSeedSearch(b *testing.B) {
	rules, err := spl.LoadRules(os.DirFS("../testdata/rules"), "remote_process_instantiation_via_winrm_and_winrs.yml", nil)
	require.NoError(b, err)
	evs := traffic(100)
	for i := range evs {
		m := evs[i].Fields.(engine.Map)
		m["process_name"], m["process"] = "svchost.exe", m["process.command_line"]
	}
	condition := *rules[0].Query
	condition.Stages = condition.Stages[:1]
	plain, err := spl.Parse("q", `search (process_name=winrs.exe OR original_file_name=winrs.exe) (process="*-r:*" OR process="*-remote:*")`, nil)
	require.NoError(b, err)
	for name, q := range map[string]*ast.Query{"condition": &condition, "plain": plain} {
		f, err := engine.Compile(q)
		require.NoError(b, err)
		b.Run(name, func(b *testing.B) {
			playOver(b, evs, func(ev engine.Event) { f.Match(ev.Fields) })
		})
	}
	e := newEngine(b, rules)
	e.Process(evs[0])
	b.Run("search", func(b *testing.B) {
		playOver(b, evs, func(ev engine.Event) { e.Process(ev) })
	})
}

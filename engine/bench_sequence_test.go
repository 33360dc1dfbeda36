package engine_test

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
)

// byHand is the state machine that somebody would write for one sequence: a tool
// that starts on a host, and calls out within 30 seconds. Its alerts show the
// same fields of the first event as the engine's.
type byHand struct {
	open   map[string]opened
	queue  []opened // in the order of time, to be forgotten
	alerts int
}

type opened struct {
	host string
	at   time.Time
	kept map[string]any // what an alert shows
}

func (h *byHand) process(ev engine.Event) {
	m := ev.Fields.(engine.Map)
	for len(h.queue) > 0 && ev.Time.Sub(h.queue[0].at) > 30*time.Second {
		if o := h.open[h.queue[0].host]; o.at.Equal(h.queue[0].at) {
			delete(h.open, o.host)
		}
		h.queue = h.queue[1:]
	}
	switch m["event.category"] {
	case "process":
		name, _ := m["process.name"].(string)
		if !strings.EqualFold(name, "tool.exe") {
			return
		}
		host, _ := m["host.id"].(string)
		o := opened{host, ev.Time, map[string]any{}}
		for _, f := range shown {
			if v, ok := m[f]; ok {
				o.kept[f] = v
			}
		}
		h.open[host] = o
		h.queue = append(h.queue, o)
	case "network":
		if port, _ := m["destination.port"].(int); port != 443 {
			return
		}
		host, _ := m["host.id"].(string)
		if o, ok := h.open[host]; ok && ev.Time.Sub(o.at) <= 30*time.Second {
			delete(h.open, host)
			h.alerts++
		}
	}
}

var shown = []string{
	"event.category", "host.id", "host.os.type", "destination.port", "process.name", "event.code", "event.action", "event.type",
	"host.name", "user.name", "process.executable", "process.pid", "process.command_line", "process.entity_id",
	"process.parent.name", "process.parent.executable", "file.path", "registry.path", "dns.question.name", "source.ip",
	"destination.ip", "network.direction",
}

// pairs are rules that share their first step.
func pairs(b *testing.B, n int) []*ast.Rule {
	rules := make([]*ast.Rule, n)
	for i := range rules {
		rules[i] = rule(b, strconv.Itoa(i), fmt.Sprintf(`sequence by host.id with maxspan=30s
			[process where process.name : "tool.exe"] [network where destination.port == %d]`, 443+i))
	}
	return rules
}

// traffic are events of many hosts: of a hundred, eight start the tool and eight
// call out, mostly on other hosts.
func traffic(hosts int) []engine.Event {
	const n = 20_000
	evs := make([]engine.Event, n)
	for i := range evs {
		m := engine.Map{
			"event.category": "process", "event.type": "start", "host.name": fmt.Sprintf("host-%d", i*7919%hosts),
			"host.id": fmt.Sprintf("id-%d", i*7919%hosts), "process.name": "svchost.exe", "process.pid": 4000 + i, "user.name": "SYSTEM",
			"process.executable": `C:\Windows\System32\svchost.exe`, "process.command_line": `svchost.exe -k netsvcs -p -s Schedule ` + strconv.Itoa(i),
			"process.parent.name": "services.exe",
		}
		for j := range 14 {
			m[fmt.Sprintf("other.field%d", j)] = fmt.Sprintf("value %d of %d", j, i)
		}
		switch {
		case i%100 < 8:
			m["process.name"], m["process.executable"] = "TOOL.exe", `C:\Temp\TOOL.exe`
		case i%100 < 16:
			m["event.category"], m["destination.port"], m["destination.ip"] = "network", 443, "10.0.0.1"
			m["host.id"] = "elsewhere"
			if i%1700 < 100 {
				m["host.id"] = evs[i-8].Fields.(engine.Map)["host.id"]
			}
		case i%100 < 50:
			m["event.category"], m["destination.port"], m["destination.ip"] = "network", 80, "10.0.0.1"
		}
		evs[i] = engine.Event{ID: strconv.Itoa(i), Fields: m}
	}
	return evs
}

// played is the time of the latest event that was played. It goes on from one run to
// the next: an engine that sees several would find all events of the next late.
var played = noon

// playOver plays events over and over, a millisecond apart.
func playOver(b *testing.B, evs []engine.Event, process func(engine.Event)) {
	b.ReportAllocs()
	defer cpu(b)()
	for i := range b.N {
		ev := evs[i%len(evs)]
		played = played.Add(time.Millisecond)
		ev.Time = played
		process(ev)
	}
}

// BenchmarkSequence compares one sequence with a state machine written by hand,
// and with many that begin alike; and few keys with many.
func BenchmarkSequence(b *testing.B) {
	evs := traffic(100)
	b.Run("hand", func(b *testing.B) {
		h := &byHand{open: map[string]opened{}}
		playOver(b, evs, h.process)
	})
	for _, n := range []int{1, 10, 100, 1000} {
		e := newEngine(b, pairs(b, n))
		b.Run("rules="+strconv.Itoa(n), func(b *testing.B) {
			playOver(b, evs, func(ev engine.Event) { e.Process(ev) })
			b.ReportMetric(float64(e.Stats().Alerts)/float64(e.Stats().Events), "alerts/op")
		})
	}
	for _, hosts := range []int{10, 1000, 10_000} {
		evs := traffic(hosts)
		b.Run("hand/keys="+strconv.Itoa(hosts), func(b *testing.B) {
			h := &byHand{open: map[string]opened{}}
			playOver(b, evs, h.process)
		})
		e := newEngine(b, pairs(b, 1))
		b.Run("keys="+strconv.Itoa(hosts), func(b *testing.B) {
			playOver(b, evs, func(ev engine.Event) { e.Process(ev) })
		})
	}
}

// BenchmarkOpenKeys measures what a million open keys take, beside the event that
// the rule keeps for each.
func BenchmarkOpenKeys(b *testing.B) {
	const keys = 1_000_000
	host := func(i int) engine.Event {
		return engine.Event{ID: "1", Time: noon, Fields: engine.Map{
			"event.category": "process", "process.name": "tool.exe", "host.id": "host-" + strconv.Itoa(1_000_000+i),
		}}
	}
	for range b.N {
		e := newEngine(b, pairs(b, 1), engine.Partials(2*keys))
		before := heap()
		kept := make([]engine.Event, keys)
		for i := range kept {
			kept[i] = e.Kept(host(i))
		}
		retained := heap() - before
		runtime.KeepAlive(kept)
		kept = nil
		before = heap()
		for i := range keys {
			e.Process(host(i))
		}
		all := heap() - before
		s := e.Stats()
		require.Equal(b, keys, s.Rules[0].Held)
		b.ReportMetric(float64(all-retained)/keys, "overhead-B/key")
		b.ReportMetric(float64(retained)/keys, "retained-B/key")
		b.ReportMetric(float64(s.Bytes)/keys, "counted-B/key")
		runtime.KeepAlive(e)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

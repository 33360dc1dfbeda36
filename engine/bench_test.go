package engine_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/ndjson"
	"github.com/spoor-lang/spoor/engine/schema"
	"github.com/spoor-lang/spoor/eql"
	"github.com/stretchr/testify/require"
)

// events are real ones, as lines and decoded.
type events struct {
	lines [][]byte
	raws  []map[string]any
	at    time.Time
}

var windows = schema.Windows()

func realEvents(b *testing.B) *events {
	e := &events{lines: telemetry(b, 97, 1000), at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, line := range e.lines {
		e.raws = append(e.raws, decode(b, line))
	}
	return e
}

// next returns the events over and over, while time goes on.
func (e *events) next(i int) engine.Event {
	ev := windows.Event(e.raws[i%len(e.raws)])
	e.at = e.at.Add(time.Millisecond)
	ev.Time = e.at
	return ev
}

// processes returns those of the real events that tell of a new process.
func processes(b *testing.B) *events {
	e := &events{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, line := range telemetry(b, 1, math.MaxInt) {
		if !bytes.Contains(line, []byte("CommandLine")) {
			continue
		}
		raw := decode(b, line)
		switch windows.Event(raw).Fields.Field("EventCode").Text() {
		case "1", "4688":
			e.lines, e.raws = append(e.lines, line), append(e.raws, raw)
		}
	}
	return e
}

func (e *events) decode(b *testing.B) {
	defer cpu(b)()
	for i := range b.N {
		var m map[string]any
		if err := json.Unmarshal(e.lines[i%len(e.lines)], &m); err != nil {
			b.Fatal(err)
		}
	}
}

// concern finds the rules that each event concerns: candidates/op are those
// whose conditions are asked, matches/op those for which they hold.
func (e *events) concern(b *testing.B, eng *engine.Engine) {
	b.ReportAllocs()
	defer cpu(b)()
	candidates, matches := 0, 0
	for i := range b.N {
		matches += eng.Concerned(e.next(i))
		candidates += eng.Candidates()
	}
	b.ReportMetric(float64(candidates)/float64(b.N), "candidates/op")
	b.ReportMetric(float64(matches)/float64(b.N), "matches/op")
}

// BenchmarkProcesses is BenchmarkMatch over the events that most rules are
// about.
func BenchmarkProcesses(b *testing.B) {
	rules, evs := corpus(b), processes(b)
	e := newEngine(b, rules)
	e.Process(evs.next(0)) // from which schedules count
	b.Run("decode", evs.decode)
	b.Run("rules="+strconv.Itoa(len(rules)), func(b *testing.B) { evs.concern(b, e) })
}

// BenchmarkMatch finds the rules that real events concern, of all rules: what
// is to be compared with what decoding the events takes.
func BenchmarkMatch(b *testing.B) {
	rules := corpus(b)
	evs := realEvents(b)
	b.Run("decode", evs.decode)
	b.Run("schema", func(b *testing.B) {
		defer cpu(b)()
		for i := range b.N {
			evs.next(i)
		}
	})
	for _, n := range []int{1, 10, 100, 1000, len(rules)} {
		e := newEngine(b, everyOf(rules, n))
		e.Process(evs.next(0)) // from which schedules count
		b.Run("rules="+strconv.Itoa(n), func(b *testing.B) { evs.concern(b, e) })
	}
}

// BenchmarkProcess is the whole way, with the alerts and what is kept of events
// for sequences and windows.
func BenchmarkProcess(b *testing.B) {
	rules := corpus(b)
	evs := realEvents(b)
	for _, scan := range []struct {
		name string
		opts []engine.Option
	}{{"index", nil}, {"full", []engine.Option{engine.FullScan()}}} {
		e := newEngine(b, rules, scan.opts...)
		b.Run(scan.name, func(b *testing.B) {
			b.ReportAllocs()
			defer cpu(b)()
			for i := range b.N {
				e.Process(evs.next(i))
			}
		})
	}
}

// BenchmarkLines finds the rules that real events concern, of all rules: the way
// from decoded maps (spoor-maps), and from lines of JSON (spoor-lines), beside what
// it takes encoding/json to decode these. It is the matching alone, without what
// rules do with what they find.
func BenchmarkLines(b *testing.B) {
	rules := corpus(b)
	for _, lane := range []struct {
		name string
		evs  *events
	}{{"mixed", realEvents(b)}, {"process", processEvents(b)}} {
		evs, name := lane.evs, "events="+lane.name+"/by="
		b.Run(name+"encoding-json", func(b *testing.B) {
			defer cpu(b)()
			for i := range b.N {
				var m map[string]any
				if err := json.Unmarshal(evs.lines[i%len(evs.lines)], &m); err != nil {
					b.Fatal(err)
				}
			}
		})
		e := newEngine(b, rules)
		e.Process(evs.next(0))
		b.Run(name+"spoor-maps", func(b *testing.B) {
			b.ReportAllocs()
			defer cpu(b)()
			for i := range b.N {
				e.Concerned(evs.next(i))
			}
		})
		r := ndjson.NewReader(windows)
		b.Run(name+"spoor-lines", func(b *testing.B) {
			b.ReportAllocs()
			defer cpu(b)()
			for i := range b.N {
				ev, err := r.Event(evs.lines[i%len(evs.lines)])
				if err != nil {
					b.Fatal(err)
				}
				ev.Time = evs.at
				e.Concerned(ev)
			}
		})
	}
}

// processEvents are real events of processes that start.
func processEvents(b *testing.B) *events {
	e := &events{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, line := range telemetry(b, 1, 100_000) {
		raw := decode(b, line)
		id, channel := raw["EventID"], raw["Channel"]
		if id == 4688.0 && channel == "Security" || id == 1.0 && channel == "Microsoft-Windows-Sysmon/Operational" {
			e.lines, e.raws = append(e.lines, line), append(e.raws, raw)
		}
		if len(e.lines) == 1000 {
			break
		}
	}
	return e
}

// BenchmarkCores runs all rules on several processors, over events whose maps
// are decoded.
func BenchmarkCores(b *testing.B) {
	rules := corpus(b)
	evs := realEvents(b)
	for _, workers := range []int{1, 2, 4, 8} {
		if workers > runtime.GOMAXPROCS(0) {
			continue
		}
		e := newEngine(b, rules, engine.Workers(workers))
		e.Process(evs.next(0))
		batch := make([]engine.Event, 256)
		b.Run("cores="+strconv.Itoa(workers), func(b *testing.B) {
			b.ReportAllocs()
			defer cpu(b)()
			for i := 0; i < b.N; i += len(batch) {
				for j := range batch {
					batch[j] = evs.next(i + j)
				}
				e.ProcessBatch(batch)
			}
		})
	}
}

// everyOf returns n rules, evenly taken.
func everyOf(rules []*ast.Rule, n int) []*ast.Rule {
	some := make([]*ast.Rule, n)
	for i := range some {
		some[i] = rules[i*len(rules)/n]
	}
	return some
}

// cpu reports the processor time of a benchmark beside the time that passes:
// on a machine that others share, it is what can be compared.
func cpu(b *testing.B) func() {
	from := spent()
	return func() { b.ReportMetric(float64(spent()-from)/float64(b.N), "cpu-ns/op") }
}

func spent() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

// BenchmarkSynthetic shows that the cost does not grow with the rules: of exact
// values, and of mixed shapes. One event in a hundred meets a rule.
func BenchmarkSynthetic(b *testing.B) {
	shapes := map[string]func(i int) string{
		"exact": func(i int) string {
			return fmt.Sprintf(`process.name : "tool%d.exe" and process.command_line : "*-r:host%d*"`, i, i)
		},
		"mixed": func(i int) string {
			switch i % 4 {
			case 0:
				return fmt.Sprintf(`process.name : "tool%d.exe" and process.command_line : "*-r:host%d*"`, i, i)
			case 1:
				return fmt.Sprintf(`process.command_line : ("*alpha%d-x*", "*beta%d-x*", "*gamma%d-x*")`, i, i, i)
			case 2:
				return fmt.Sprintf(`process.command_line : "*left%d-y*" and process.command_line : "*right%d-y*" and not user.name : "u%d"`, i, i, i)
			}
			return fmt.Sprintf(`process.parent.name : "parent%d.exe" and process.executable : "*\\child%d.exe"`, i, i)
		},
	}
	for _, shape := range []string{"exact", "mixed"} {
		for _, n := range []int{10, 100, 1000, 5000} {
			e := newEngine(b, made(b, n, shapes[shape]))
			evs := madeEvents(n)
			b.Run(shape+"/rules="+strconv.Itoa(n), func(b *testing.B) {
				b.ReportAllocs()
				defer cpu(b)()
				for i := range b.N {
					e.Process(evs[i%len(evs)])
				}
			})
		}
	}
}

// BenchmarkList shows that the length of a list does not matter either.
func BenchmarkList(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 10000} {
		e := newEngine(b, made(b, 1, func(int) string {
			var list strings.Builder
			for i := range n {
				fmt.Fprintf(&list, `, "tool%d.com"`, i)
			}
			return "process.name in~ (" + list.String()[2:] + ")"
		}))
		evs := madeEvents(n)
		b.Run("members="+strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				e.Process(evs[i%len(evs)])
			}
		})
	}
}

// made returns n rules on process events.
func made(b *testing.B, n int, cond func(i int) string) []*ast.Rule {
	rules := make([]*ast.Rule, n)
	for i := range rules {
		q, err := eql.Parse("made", "process where "+cond(i))
		require.NoError(b, err)
		rules[i] = &ast.Rule{ID: strconv.Itoa(i), Name: strconv.Itoa(i), Query: q}
	}
	return rules
}

// madeEvents returns process events, the hundredth of which meets a rule.
func madeEvents(rules int) []engine.Event {
	evs := make([]engine.Event, 200)
	for i := range evs {
		m := engine.Map{
			"event.category": "process", "event.type": "start", "host.name": fmt.Sprintf("host-%d", i%17),
			"process.name": "svchost.exe", "process.executable": `C:\Windows\System32\svchost.exe`,
			"process.command_line": `C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule --session ` + strconv.Itoa(i*7919),
			"process.parent.name":  "services.exe", "user.name": "SYSTEM", "process.pid": 4000 + i,
		}
		for j := range 16 {
			m[fmt.Sprintf("other.field%d", j)] = fmt.Sprintf("value %d of %d", j, i)
		}
		if i%100 == 50 {
			k := rules / 2 &^ 3
			m["process.name"], m["process.command_line"] = fmt.Sprintf("TOOL%d.exe", k), fmt.Sprintf("tool -r:HOST%d cmd", k)
		}
		evs[i] = engine.Event{ID: strconv.Itoa(i), Time: time.Unix(int64(i), 0), Fields: m}
	}
	return evs
}

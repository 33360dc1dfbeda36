package engine_test

import (
	"encoding/json"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/schema"
)

// BenchmarkCorpus measures all rules over real events, and what decoding them
// takes: the yardstick.
func BenchmarkCorpus(b *testing.B) {
	rules := corpus(b)
	lines := telemetry(b, 97, 1000)
	windows := schema.Windows()
	raws := make([]map[string]any, len(lines))
	for i, line := range lines {
		raws[i] = decode(b, line)
	}
	b.Run("decode", func(b *testing.B) {
		defer cpu(b)()
		for i := range b.N {
			var m map[string]any
			if err := json.Unmarshal(lines[i%len(lines)], &m); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("schema", func(b *testing.B) {
		for i := range b.N {
			windows.Event(raws[i%len(raws)])
		}
	})
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	next := func(i int) engine.Event { // so that time goes on, however often the events are seen
		ev := windows.Event(raws[i%len(raws)])
		at = at.Add(time.Millisecond)
		ev.Time = at
		return ev
	}
	for _, n := range []int{1, 10, 100, 1000, len(rules)} {
		some := rules[:0:0]
		for i := range n {
			some = append(some, rules[i*len(rules)/n])
		}
		e := newEngine(b, some)
		b.Run("rules="+strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			defer cpu(b)()
			for i := range b.N {
				e.Process(next(i))
			}
		})
	}
	e := newEngine(b, rules, engine.FullScan())
	b.Run("full", func(b *testing.B) {
		require.Positive(b, b.N)
		for i := range b.N {
			e.Process(next(i))
		}
	})
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

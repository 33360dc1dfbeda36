package bench

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/schema"
)

// shared is the folder of rules and events from outside the project.
func shared(b testing.TB) string {
	b.Helper()
	root := os.Getenv("SPOOR_SHARED")
	if root == "" {
		b.Skip("SPOOR_SHARED is not set")
	}
	return root
}

// corpus are the real rules that run, loaded once.
func corpus(b *testing.B) []*ast.Rule {
	root := shared(b)
	rules, err := corpusOnce(root)
	if err != nil {
		b.Fatal(err)
	}
	return rules
}

var corpusOnce = func() func(string) ([]*ast.Rule, error) {
	var once sync.Once
	var rules []*ast.Rule
	var err error
	return func(root string) ([]*ast.Rule, error) {
		once.Do(func() { rules, err = Rules(os.DirFS(root)) })
		return rules, err
	}
}()

// telemetry are real events: every 97th of the capture, which takes from all
// parts of it. Kept, they are fewer than a processor's cache holds, as a
// stream's are.
type telemetry struct {
	lines [][]byte
	raws  []map[string]any
	bytes int64
	at    time.Time
}

var windows = schema.Windows()

// realEvents reads the events that keep wants; nil for all.
func realEvents(b *testing.B, keep func(raw map[string]any) bool) *telemetry {
	b.Helper()
	f, err := os.Open(filepath.Join(shared(b), "telemetry/windows-mixed.ndjson.gz"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	t := &telemetry{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	s := bufio.NewScanner(z)
	s.Buffer(nil, 1<<20)
	for i := 0; s.Scan(); i++ {
		if keep == nil && i%97 != 0 {
			continue
		}
		var raw map[string]any
		if err := json.Unmarshal(s.Bytes(), &raw); err != nil {
			b.Fatal(err)
		}
		if keep == nil || keep(raw) {
			t.lines, t.raws = append(t.lines, slices.Clone(s.Bytes())), append(t.raws, raw)
			t.bytes += int64(len(s.Bytes()))
		}
		if len(t.lines) == 1000 {
			break
		}
	}
	return t
}

func (t *telemetry) line(i int) []byte { return t.lines[i%len(t.lines)] }

// event is the i-th event through the schema, a millisecond after the one
// before.
func (t *telemetry) event(i int) engine.Event { return t.now(windows.Event(t.raws[i%len(t.raws)])) }

func (t *telemetry) now(ev engine.Event) engine.Event {
	t.at = t.at.Add(time.Millisecond)
	ev.Time = t.at
	return ev
}

// played is the time of the latest event that was played. It goes on from one run to
// the next: an engine that sees several would find all events of the next late.
var played = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// play hands events to an engine over and over, a millisecond apart.
func play(b *testing.B, e *engine.Engine, evs []engine.Event) {
	each(b, func(i int) {
		ev := evs[i%len(evs)]
		played = played.Add(time.Millisecond)
		ev.Time = played
		e.Process(ev)
	})
}

// each runs f b.N times, and reports the processor time beside the time that
// passes.
func each(b *testing.B, f func(i int)) {
	b.ReportAllocs()
	from := spent()
	for i := range b.N {
		f(i)
	}
	b.ReportMetric(float64(spent()-from)/float64(b.N), "cpu-ns/op")
}

func spent() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

package engine_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/schema"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

// corpus loads the rules below SPOOR_SHARED, of all languages.
func corpus(t testing.TB) []*ast.Rule {
	t.Helper()
	root := os.Getenv("SPOOR_SHARED")
	if root == "" {
		t.Skip("SPOOR_SHARED is not set")
	}
	var rules []*ast.Rule
	for _, name := range []string{"elastic-detection-rules", "elastic-endpoint-rules"} {
		list, _ := eql.LoadRules(os.DirFS(filepath.Join(root, "corpus", name)), ".")
		rules = append(rules, list...)
	}
	content, err := spl.LoadContent(os.DirFS(filepath.Join(root, "corpus/splunk-content")))
	require.NoError(t, err)
	list, _ := spl.LoadRules(os.DirFS(filepath.Join(root, "corpus/splunk-detections")), "*/*.yml", content)
	return append(rules, list...)
}

// telemetry returns every n-th of the real events, up to most.
func telemetry(t testing.TB, n, most int) [][]byte {
	t.Helper()
	f, err := os.Open(filepath.Join(os.Getenv("SPOOR_SHARED"), "telemetry/windows-mixed.ndjson.gz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	var lines [][]byte
	s := bufio.NewScanner(z)
	s.Buffer(nil, 1<<20)
	for i := 0; len(lines) < most && s.Scan(); i++ {
		if i%n == 0 {
			lines = append(lines, append([]byte(nil), s.Bytes()...))
		}
	}
	return lines
}

func decode(t testing.TB, line []byte) map[string]any {
	var m map[string]any
	require.NoError(t, json.Unmarshal(line, &m))
	return m
}

// captured are events from all parts of the captures, fewer in a short run.
func captured(t testing.TB) (events []engine.Event) {
	n, most := 40, 2500
	if testing.Short() {
		n, most = 150, 700
	}
	for _, line := range telemetry(t, n, most) {
		events = append(events, windows.Event(decode(t, line)))
	}
	return events
}

// newEngine makes an engine of the rules that compile.
func newEngine(t testing.TB, rules []*ast.Rule, opts ...engine.Option) *engine.Engine {
	e, _ := engine.New(rules, opts...)
	require.NotEmpty(t, e.Rules())
	return e
}

// Which rules the index leaves out makes no difference to the alerts.
func TestFullScan(t *testing.T) {
	rules := corpus(t)
	lines := telemetry(t, 40, 2500)
	windows := schema.Windows()
	for name, opts := range map[string][]engine.Option{
		"in order":     nil,
		"with latency": {engine.Lateness(1e10)},
	} {
		t.Run(name, func(t *testing.T) {
			fast := newEngine(t, rules, opts...)
			full := newEngine(t, rules, append(opts, engine.FullScan())...)
			alerts := 0
			for _, line := range lines {
				raw := decode(t, line)
				a, b := ids(fast.Process(windows.Event(raw))), ids(full.Process(windows.Event(raw)))
				if diff := cmp.Diff(b, a); diff != "" {
					t.Fatalf("of %s\n%s", line, diff)
				}
				alerts += len(a)
			}
			a, b := ids(fast.Flush(engine.End)), ids(full.Flush(engine.End))
			require.Empty(t, cmp.Diff(b, a))
			require.NotZero(t, alerts+len(a))
			t.Log(alerts, len(a))
		})
	}
}

func ids(alerts []engine.Alert) []string {
	var list []string
	for _, a := range alerts {
		list = append(list, a.Rule.Name+" "+a.ID)
	}
	return list
}

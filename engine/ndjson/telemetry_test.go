package ndjson_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/ndjson"
	"github.com/spoor-lang/spoor/engine/schema"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

// shared returns the folder of rules and events from outside the project.
func shared(t testing.TB) string {
	t.Helper()
	root := os.Getenv("SPOOR_SHARED")
	if root == "" {
		t.Skip("SPOOR_SHARED is not set")
	}
	return root
}

// lines returns every n-th of the real events.
func lines(t testing.TB, n int) [][]byte {
	t.Helper()
	f, err := os.Open(filepath.Join(shared(t), "telemetry/windows-mixed.ndjson.gz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	var list [][]byte
	i := 0
	for line, err := range schema.Lines(z) {
		require.NoError(t, err)
		if i%n == 0 {
			list = append(list, bytes.Clone(line.Text))
		}
		i++
	}
	return list
}

func sparse(one, short int) int {
	if testing.Short() {
		return short
	}
	return one
}

// A real event reads as the decoded one does, in each view, and the quick way
// does it.
func TestReaderOnTelemetry(t *testing.T) {
	windows := schema.Windows()
	r := ndjson.NewReader(windows)
	var d ndjson.Decoder
	slow := 0
	for _, line := range lines(t, sparse(23, 211)) {
		want, err := windows.ParseObject(line)
		require.NoError(t, err)
		got, err := r.Event(line)
		require.NoError(t, err)
		require.Equal(t, want.ID, got.ID)
		require.Equal(t, want.Time, got.Time)
		for _, view := range []string{"", ast.ViewECS, ast.ViewCIM} {
			w, g := viewed(want.Fields, view), viewed(got.Fields, view)
			names := slices.Sorted(w.(event.Lister).Names())
			require.Equal(t, names, slices.Sorted(g.(event.Lister).Names()))
			for _, name := range names {
				if diff := cmp.Diff(w.Field(name).Any(), g.Field(name).Any()); diff != "" {
					t.Fatalf("%s %s of %s\n%s", view, name, line, diff)
				}
			}
		}
		tree, err := d.Decode(line)
		require.NoError(t, err)
		if _, decoded := tree.(event.Map); decoded {
			slow++
		}
	}
	assert.Zero(t, slow, "events that took the slow way")
}

func viewed(f event.Fields, view string) event.Fields {
	if v, ok := f.(event.Viewer); ok {
		return v.View(view)
	}
	return f
}

// The reader uses its memory again for the next event. Whatever an engine kept
// of this one but copies would be overwritten, and show in the alerts.
func TestEngineKeepsOnlyCopies(t *testing.T) {
	rules, text := corpora(t), lines(t, sparse(9, 101))
	for name, opts := range map[string][]engine.Option{
		"in order":   {engine.Continuous()},
		"with delay": {engine.Lateness(1e10)},
	} {
		t.Run(name, func(t *testing.T) {
			windows := schema.Windows()
			r := ndjson.NewReader(windows)
			want, _ := engine.New(rules, opts...)
			got, _ := engine.New(rules, opts...)
			var wants, gots []engine.Alert
			for i, line := range text {
				line = fmt.Appendf(bytes.Clone(line[:len(line)-1]), `,"RecordNumber":%d}`, i) // few have one, and so an id
				ev, err := windows.ParseObject(line)
				require.NoError(t, err)
				wants = append(wants, want.Process(ev)...)
				ev, err = r.Event(line)
				require.NoError(t, err)
				clear(line)
				gots = append(gots, got.Process(ev)...)
			}
			_, _ = r.Event(bytes.ReplaceAll(text[0], []byte("o"), []byte("#")))
			assert.True(t, maps.Equal(held(want), held(got)), "what is held of the events is the same")
			wants, gots = append(wants, want.Flush(engine.End)...), append(gots, got.Flush(engine.End)...)
			assert.NotEmpty(t, wants)
			if diff := cmp.Diff(said(wants), said(gots)); diff != "" {
				t.Fatal(diff)
			}
		})
	}
}

// held is what an engine and its rules hold, by rule and join key.
func held(e *engine.Engine) map[string]string {
	all := map[string]string{}
	for rec := range e.Records() {
		all[rec.Rule+" "+rec.Key] = string(rec.State)
	}
	return all
}

func corpora(t testing.TB) []*ast.Rule {
	var rules []*ast.Rule
	for _, name := range []string{"elastic-detection-rules", "elastic-endpoint-rules"} {
		list, _ := eql.LoadRules(os.DirFS(filepath.Join(shared(t), "corpus", name)), ".")
		rules = append(rules, list...)
	}
	content, err := spl.LoadContent(os.DirFS(filepath.Join(shared(t), "corpus/splunk-content")))
	require.NoError(t, err)
	list, _ := spl.LoadRules(os.DirFS(filepath.Join(shared(t), "corpus/splunk-detections")), "*/*.yml", content)
	return append(rules, list...)
}

// said is all that alerts say.
func said(alerts []engine.Alert) []map[string]any {
	var all []map[string]any
	for _, a := range alerts {
		m := map[string]any{"id": a.ID, "rule": a.Rule.ID, "time": a.Time, "row": a.Row.Map()}
		for _, k := range a.Keys {
			m["keys"] = append(list(m["keys"]), k.Any())
		}
		for _, ev := range a.Events {
			m["events"] = append(list(m["events"]), ev.ID, ev.Time)
			if l, ok := ev.Fields.(event.Lister); ok {
				for _, name := range slices.Sorted(l.Names()) {
					m["events"] = append(list(m["events"]), name, ev.Fields.Field(name).Any())
				}
			}
		}
		all = append(all, m)
	}
	return all
}

func list(x any) []any {
	l, _ := x.([]any)
	return l
}

// An event that no rule matches leaves no garbage behind.
func TestNoAllocation(t *testing.T) {
	q, err := eql.Parse("r", `process where process.name : "winrs.exe" and process.command_line : "*-r:*" or user.name == "nobody"`)
	require.NoError(t, err)
	e, err := engine.New([]*ast.Rule{{ID: "r", Query: q}})
	require.NoError(t, err)
	r := ndjson.NewReader(schema.Windows())
	events := [][]byte{
		[]byte(`{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":"h","RecordNumber":7,"UtcTime":"2026-01-01 00:00:00.000",` +
			`"Image":"C:\\Windows\\winrs.exe","CommandLine":"winrs \"a\" é","User":"NT AUTHORITY\\SYSTEM","Keywords":["a","b"],"Other":{"a":[1.5,{"b":null}]}}`),
		[]byte(`{"winlog":{"channel":"Security","event_id":4688,"computer_name":"h","record_id":8,"event_data":{"NewProcessName":"C:\\a.exe"}},` +
			`"@timestamp":"2026-01-01T00:00:01Z","process":{"args":["a","b"]}}`),
	}
	for range 3 {
		for _, line := range events {
			ev, err := r.Event(line)
			require.NoError(t, err)
			require.Empty(t, e.Process(ev))
		}
	}
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		for _, line := range events {
			ev, _ := r.Event(line)
			e.Process(ev)
		}
	}))
}

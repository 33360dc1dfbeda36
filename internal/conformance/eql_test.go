package conformance

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/eql"
)

type eqlCase struct {
	Name, Dataset, Query string
	IDs                  json.RawMessage `json:"ids"`
	JoinKeys             []string        `json:"join_keys"`
	Size                 int
	MaxSamples           int `json:"max_samples_per_key"`
}

// accepted returns the id lists of which any one is right.
func (c *eqlCase) accepted() [][]int {
	var one []int
	if json.Unmarshal(c.IDs, &one) == nil {
		return [][]int{one}
	}
	var many [][]int
	_ = json.Unmarshal(c.IDs, &many)
	return many
}

type dataset struct {
	events  []engine.Event
	id      string
	options []engine.Option
}

func TestEQLCases(t *testing.T) {
	var cases []eqlCase
	readJSON(t, shared(t, "conformance", "eql", "cases.json"), &cases)
	sets := map[string]*dataset{}
	c := tally{suite: "eql-cases"}
	for _, x := range cases {
		if sets[x.Dataset] == nil {
			sets[x.Dataset] = readDataset(t, shared(t, "conformance", "eql", "datasets", x.Dataset))
		}
		c.add(x.Name, guarded(func() string { return runEQL(&x, sets[x.Dataset]) }))
	}
	c.report(t)
}

func runEQL(c *eqlCase, d *dataset) string {
	q, err := eql.Parse(c.Name, c.Query)
	if err != nil {
		return err.Error()
	}
	opts := d.options
	if c.MaxSamples > 0 {
		opts = append(slices.Clip(opts), engine.SamplesPerKey(c.MaxSamples))
	}
	var rows []engine.Row
	for row, err := range engine.Search(context.Background(), q, slices.Values(d.events), opts...) {
		if err != nil {
			return err.Error()
		}
		rows = append(rows, row)
	}
	rows = firstPage(q, rows, c.Size)
	ids, keys := []int{}, []string{}
	for _, r := range rows {
		for _, ev := range r.Events {
			ids = append(ids, idOf(ev, d.id))
		}
		for _, k := range r.Keys {
			if k.IsNull() {
				keys = append(keys, "null")
			} else {
				keys = append(keys, k.Text())
			}
		}
	}
	wants := c.accepted()
	if !slices.ContainsFunc(wants, func(w []int) bool { return slices.Equal(w, ids) }) {
		return fmt.Sprintf("found %v, expected %s", ids, short(string(c.IDs)))
	}
	if c.JoinKeys != nil && !slices.Equal(keys, c.JoinKeys) {
		return "keys: " + cmp.Diff(c.JoinKeys, keys)
	}
	return ""
}

// firstPage cuts the rows to a request's size: the latest, unless the query
// asks for the first.
func firstPage(q *ast.Query, rows []engine.Row, size int) []engine.Row {
	if size == 0 {
		size = 50
	}
	if len(rows) <= size {
		return rows
	}
	if len(q.Stages) > 1 {
		if _, ok := q.Stages[1].(*ast.Head); ok {
			return rows[:size]
		}
	}
	if _, ok := q.Stages[0].(*ast.Sample); ok {
		return rows[:size]
	}
	return rows[len(rows)-size:]
}

func idOf(ev engine.Event, field string) int {
	if ev.Fields == nil {
		return -1
	}
	n, _ := ev.Fields.Field(field).Number()
	return int(n)
}

// readDataset reads events and what an index mapping would say of them.
func readDataset(t testing.TB, path string) *dataset {
	var schema struct {
		Category, Tiebreaker, ID, Timestamp string
		Fields                              map[string]struct {
			Type, Path string
			NullValue  any `json:"null_value"`
		}
	}
	readJSON(t, path+".schema.json", &schema)
	d := &dataset{id: schema.ID}
	types := map[string]engine.FieldType{}
	for name, f := range schema.Fields {
		types[name] = engine.FieldType{Type: f.Type, Path: f.Path}
	}
	d.options = []engine.Option{engine.Types(types), engine.Category(schema.Category), engine.Tiebreaker(schema.Tiebreaker)}
	file, err := os.Open(path + ".ndjson")
	require.NoError(t, err)
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		dec := json.NewDecoder(strings.NewReader(lines.Text()))
		dec.UseNumber()
		m := map[string]any{}
		require.NoError(t, dec.Decode(&m))
		for name, f := range schema.Fields {
			if v, ok := m[name]; ok && v == nil && f.NullValue != nil {
				m[name] = f.NullValue
			}
		}
		d.events = append(d.events, engine.Event{Time: timestamp(t, m["@timestamp"]), Fields: event.Map(m)})
	}
	return d
}

// timestamp reads epoch milliseconds, as a number or as text, or ISO 8601.
func timestamp(t testing.TB, x any) time.Time {
	if x == nil {
		return time.Time{}
	}
	s := fmt.Sprint(x)
	if ms, err := strconv.ParseInt(s, 10, 64); err == nil {
		return time.UnixMilli(ms).UTC()
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	require.NoError(t, err)
	return at.UTC()
}

func TestEQLGrammar(t *testing.T) {
	var cases struct{ Accept, Reject []string }
	readJSON(t, shared(t, "conformance", "eql", "grammar.json"), &cases)
	c := tally{suite: "eql-grammar"}
	for i, text := range cases.Accept {
		c.add(fmt.Sprintf("accept %d", i), guarded(func() string {
			if _, err := eql.Parse("q", text); err != nil {
				return short(text) + ": " + err.Error()
			}
			return ""
		}))
	}
	for i, text := range cases.Reject {
		c.add(fmt.Sprintf("reject %d", i), guarded(func() string {
			if _, err := eql.Parse("q", text); err == nil {
				return "accepted: " + short(text)
			}
			return ""
		}))
	}
	c.report(t)
}

func TestDetectionRules(t *testing.T) { runTOML(t, "elastic-detection-rules") }
func TestEndpointRules(t *testing.T)  { runTOML(t, "elastic-endpoint-rules") }

func runTOML(t *testing.T, set string) {
	c := tally{suite: "corpus " + set}
	eachFile(t, shared(t, "corpus", set), ".toml", func(name string, data []byte) {
		c.add(name, guarded(func() string {
			r, err := eql.ParseRule(name, data)
			if err != nil {
				return err.Error()
			}
			return runRule(r)
		}))
	})
	c.report(t)
}

// probe is an event of everyday shape, on which every rule must at least run.
var probe = event.Map{
	"@timestamp": "2026-01-02T03:04:05Z", "event.category": []any{"process"}, "event.type": []any{"start"},
	"host.id": "h", "host.os.type": "windows", "user.name": "u", "user.id": "S-1-5-18",
	"process.name": "cmd.exe", "process.pid": 4, "process.entity_id": "e", "process.args": []any{"cmd", "/c", "dir"},
	"process.command_line": "cmd /c dir", "process.parent.name": "explorer.exe",
	"source.ip": "10.0.0.1", "destination.port": 443,
	"EventCode": "1", "dest": "h", "user": "u", "process": "cmd /c dir", "_raw": "cmd /c dir",
}

// runRule compiles a rule and shows it an event and the end of the stream.
func runRule(r *ast.Rule) string {
	e, err := engine.New([]*ast.Rule{r})
	if err != nil {
		return err.Error()
	}
	e.Process(engine.Event{Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Fields: probe})
	e.Flush(engine.End)
	return ""
}

func eachFile(t testing.TB, root, suffix string, f func(name string, data []byte)) {
	require.NoError(t, filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, suffix) {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		f(rel, data)
		return nil
	}))
}

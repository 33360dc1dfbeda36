package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/spl"
)

type splCase struct {
	Name, Area, Why, Confidence string
	Now                         *float64
	Macros                      map[string]struct {
		Args       []string
		Definition string
	}
	Lookups map[string][]map[string]any
	Events  []map[string]any
	Search  string
	Rows    []map[string]any
	Error   bool
	Ordered bool
	Fields  []string
}

func TestSPLCases(t *testing.T) {
	files, err := filepath.Glob(shared(t, "conformance", "spl", "*.json"))
	require.NoError(t, err)
	c := tally{suite: "spl-cases"}
	for _, f := range files {
		var cases []splCase
		readJSON(t, f, &cases)
		for _, x := range cases {
			c.add(x.Name+" ("+x.Confidence+")", guarded(func() string { return runSPL(&x) }))
		}
	}
	c.report(t)
}

func runSPL(c *splCase) string {
	rows, err := searchSPL(c)
	if c.Error {
		if err == nil {
			return "accepted: " + c.Search
		}
		return ""
	}
	if err != nil {
		return err.Error()
	}
	var got, want []string
	for _, r := range rows {
		got = append(got, printRow(r.Map()))
		if c.Fields != nil && !slices.Equal(r.Columns, c.Fields) {
			return fmt.Sprintf("columns %v, expected %v", r.Columns, c.Fields)
		}
	}
	for _, r := range c.Rows {
		want = append(want, printRow(r))
	}
	if !c.Ordered {
		sort.Strings(got)
		sort.Strings(want)
	}
	if !slices.Equal(got, want) {
		return fmt.Sprintf("%s\n      got  %s\n      want %s", short(c.Search), short(strings.Join(got, " ")), short(strings.Join(want, " ")))
	}
	return ""
}

func searchSPL(c *splCase) ([]engine.Row, error) {
	content := &spl.Content{Macros: map[string]spl.Macro{}, Lookups: map[string]*ast.LookupDef{}, BareModels: true}
	for name, m := range c.Macros {
		key := name
		if len(m.Args) > 0 {
			key = fmt.Sprintf("%s(%d)", name, len(m.Args))
		}
		content.Macros[key] = spl.Macro{Name: name, Args: m.Args, Definition: m.Definition}
	}
	for name, rows := range c.Lookups {
		content.Lookups[name] = &ast.LookupDef{Name: name, Table: newTable(rows), CaseSensitive: true, MaxMatches: 100}
	}
	q, err := spl.Parse(c.Name, c.Search, content)
	if err != nil {
		return nil, err
	}
	opts := []engine.Option{}
	if c.Now != nil {
		opts = append(opts, engine.Now(time.UnixMicro(int64(math.Round(*c.Now*1e6))).UTC()))
	}
	var events []engine.Event
	for _, m := range c.Events {
		events = append(events, engine.Event{Time: epoch(m["_time"]), Fields: event.Map(m)})
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var rows []engine.Row
	for r, err := range engine.Search(ctx, q, slices.Values(events), opts...) {
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func epoch(x any) time.Time {
	f, err := strconv.ParseFloat(fmt.Sprint(x), 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMicro(int64(math.Round(f * 1e6))).UTC()
}

// printRow prints a row so that equal rows print alike: fields sorted, nulls
// left out, numbers rounded to nine digits, a list of one as its element.
func printRow(r map[string]any) string {
	var parts []string
	for k, v := range r {
		if s, ok := printValue(v); ok {
			parts = append(parts, k+"="+s)
		}
	}
	sort.Strings(parts)
	return "{" + strings.Join(parts, ", ") + "}"
}

func printValue(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", false
	case []any:
		var items []string
		for _, x := range v {
			s, _ := printValue(x)
			items = append(items, s)
		}
		if len(items) == 1 {
			return items[0], true
		}
		return "[" + strings.Join(items, "|") + "]", true
	}
	s := event.Of(v).Text()
	if f, err := strconv.ParseFloat(s, 64); err == nil && f != math.Trunc(f) {
		s = strconv.FormatFloat(f, 'g', 9, 64)
	} else if err == nil && !strings.HasPrefix(s, "0x") {
		s = strconv.FormatFloat(f, 'f', -1, 64)
	}
	return s, true
}

// table is a lookup's rows, held in memory.
type table struct {
	columns []string
	rows    [][]string
}

func newTable(rows []map[string]any) *table {
	t := &table{}
	for _, r := range rows {
		for k := range r {
			if !slices.Contains(t.columns, k) {
				t.columns = append(t.columns, k)
			}
		}
	}
	sort.Strings(t.columns)
	for _, r := range rows {
		row := make([]string, len(t.columns))
		for i, c := range t.columns {
			row[i] = event.Of(r[c]).Text()
		}
		t.rows = append(t.rows, row)
	}
	return t
}

func (t *table) Columns() []string        { return t.columns }
func (t *table) Rows() iter.Seq[[]string] { return slices.Values(t.rows) }

func TestSplunkDetections(t *testing.T) {
	content, err := spl.LoadContent(os.DirFS(shared(t, "corpus", "splunk-content")))
	require.NoError(t, err)
	c := tally{suite: "corpus splunk-detections"}
	eachFile(t, shared(t, "corpus", "splunk-detections"), ".yml", func(name string, data []byte) {
		c.add(name, guarded(func() string {
			r, err := spl.ParseRule(name, data, content)
			if err != nil {
				return err.Error()
			}
			return runRule(r)
		}))
	})
	c.report(t)
}

var _ = json.Number("")

package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

const (
	eqlRule = "Incoming Execution via WinRM Remote Shell"
	splRule = "Remote Process Instantiation via WinRM and Winrs"
)

// command runs the program and returns what it printed.
func command(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(args, &out, &errs)
	return status, out.String(), errs.String()
}

func TestBothRulesFire(t *testing.T) {
	status, out, errs := command(t)
	assert.Zero(t, status, errs)
	assert.Empty(t, errs)
	for _, want := range []string{
		eqlRule, "medium, risk score 47", "T1021 T1021.006", "winrshost.exe",
		"network.protocol (the events do not carry it)",
		splRule, "medium, risk score 54", "A process was started on a remote endpoint from", "winrs.exe",
	} {
		assert.Contains(t, out, want)
	}
}

// The captures hold what comes close to the rules and is none of theirs.
func TestNearMissesAreSilent(t *testing.T) {
	files, err := filepath.Glob(testdata("events", "*.*l*"))
	require.NoError(t, err)
	tried := 0
	for _, f := range files {
		if strings.HasPrefix(filepath.Base(f), "composed-") {
			continue
		}
		tried++
		_, out, errs := command(t, f)
		assert.Empty(t, errs)
		assert.Contains(t, out, " 0 alerts", f)
	}
	assert.NotZero(t, tried)
}

// The same holds for whole captures, where they are at hand.
func TestCapturesAreSilent(t *testing.T) {
	root := os.Getenv("SPOOR_SHARED")
	if root == "" {
		t.Skip("SPOOR_SHARED is not set")
	}
	for _, name := range []string{"winrm-target-sysmon.xml", "psremoting.ndjson"} {
		status, out, errs := command(t, filepath.Join(root, "telemetry", name))
		assert.Zero(t, status)
		assert.Empty(t, errs)
		assert.Contains(t, out, " 0 alerts", name)
	}
}

func alertIDs(t *testing.T, events []engine.Event) []string {
	rules, err := load(os.DirFS(testdata("rules")))
	require.NoError(t, err)
	e, err := engine.New(rules, engine.Lateness(lateness))
	require.NoError(t, err)
	var ids []string
	for _, ev := range events {
		for _, a := range e.Process(ev) {
			ids = append(ids, a.ID)
		}
	}
	for _, a := range e.Flush(engine.End) {
		ids = append(ids, a.ID)
	}
	sort.Strings(ids)
	return ids
}

// Events that come out of order, but not later than is allowed, raise the same
// alerts.
func TestOrderOfArrivalMakesNoDifference(t *testing.T) {
	files, err := filepath.Glob(testdata("events", "*.*l*"))
	require.NoError(t, err)
	var events []engine.Event
	for ev, err := range merge(files) {
		require.NoError(t, err)
		events = append(events, ev)
	}
	slices.SortStableFunc(events, func(a, b engine.Event) int { return a.Time.Compare(b.Time) })
	want := alertIDs(t, events)
	require.NotEmpty(t, want)
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		delays := make(map[int]time.Time, len(events))
		order := make([]int, len(events))
		for i, ev := range events {
			order[i] = i
			delays[i] = ev.Time.Add(time.Duration(r.Int64N(int64(lateness))))
		}
		sort.SliceStable(order, func(a, b int) bool { return delays[order[a]].Before(delays[order[b]]) })
		shuffled := make([]engine.Event, len(events))
		for i, j := range order {
			shuffled[i] = events[j]
		}
		require.Equal(t, want, alertIDs(t, shuffled))
	}
}

// rulesWith copies the rules to a folder of its own, with one text changed.
func rulesWith(t *testing.T, file, old, fresh string) string {
	dir := t.TempDir()
	files, err := os.ReadDir(testdata("rules"))
	require.NoError(t, err)
	for _, f := range files {
		data, err := os.ReadFile(testdata("rules", f.Name()))
		require.NoError(t, err)
		text := string(data)
		if f.Name() == file {
			require.Contains(t, text, old)
			text = strings.Replace(text, old, fresh, 1)
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, f.Name()), []byte(text), 0o644))
	}
	return dir
}

const (
	eqlFile = "incoming_execution_via_winrm_remote_shell.toml"
	splFile = "remote_process_instantiation_via_winrm_and_winrs.yml"
)

// A rule is data: another literal, another result.
func TestLiteralsDecide(t *testing.T) {
	_, out, _ := command(t, "-rules", rulesWith(t, eqlFile, `"winrshost.exe"`, `"nobody.exe"`))
	assert.NotContains(t, out, eqlRule)
	assert.Contains(t, out, splRule)

	_, out, _ = command(t, "-rules", rulesWith(t, splFile, `"*-r:*"`, `"*-q:*"`))
	assert.Contains(t, out, eqlRule)
	assert.NotContains(t, out, splRule)
}

// An unreadable rule is named with the place in its file; the other runs.
func TestBadRule(t *testing.T) {
	dir := rulesWith(t, eqlFile, "process.pid == 4", "process.pid == ")
	data, err := os.ReadFile(filepath.Join(dir, eqlFile))
	require.NoError(t, err)
	line := strings.Count(string(data[:bytes.Index(data, []byte("process.pid == "))]), "\n") + 1

	status, out, errs := command(t, "-rules", dir)
	assert.Equal(t, 1, status)
	assert.Regexp(t, `^`+eqlFile+`:`+strconv.Itoa(line)+`:\d+: expected .*, found `, errs)
	assert.Contains(t, out, splRule)
}

// The same texts parse to the same queries, bare and inside their rule files.
func TestBareTexts(t *testing.T) {
	dir := os.DirFS(testdata("rules"))
	inFiles, err := load(dir)
	require.NoError(t, err)
	fromEQL, err := eql.LoadRules(dir, "*.eql")
	require.NoError(t, err)
	fromSPL, err := spl.LoadRules(dir, "*.spl", nil)
	require.NoError(t, err)
	bare := append(fromEQL, fromSPL...)
	require.Len(t, inFiles, 2)
	require.Len(t, bare, 2)
	for i := range bare {
		assert.Equal(t, ast.Format(inFiles[i].Query), ast.Format(bare[i].Query))
		assert.Equal(t, strings.TrimSpace(inFiles[i].Query.Source.Text), strings.TrimSpace(bare[i].Query.Source.Text))
	}
}

// What is no event is counted and named once, at the end; the rest counts.
func TestBadEvent(t *testing.T) {
	name := filepath.Join(t.TempDir(), "events.ndjson")
	good := `{"@timestamp":"2024-01-01T00:00:00Z","EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational"}`
	require.NoError(t, os.WriteFile(name, []byte(good+"\n[1,2]\nnonsense\n"+good+"\n"), 0o644))
	status, out, errs := command(t, name)
	assert.Zero(t, status)
	assert.Contains(t, out, " 2 events,")
	assert.Contains(t, errs, "2 events could not be read:")
	assert.Contains(t, errs, "events.ndjson: line 2")
	assert.Contains(t, errs, "events.ndjson: line 3")
}

func TestBadArguments(t *testing.T) {
	status, _, errs := command(t, "-nonsense")
	assert.Equal(t, 2, status)
	assert.Contains(t, errs, "-nonsense")

	status, _, errs = command(t, filepath.Join(t.TempDir(), "nowhere.ndjson"))
	assert.Equal(t, 1, status)
	assert.Contains(t, errs, "nowhere.ndjson")
}

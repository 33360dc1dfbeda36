package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"spoor": main})
}

func TestScripts(t *testing.T) {
	data, err := filepath.Abs("../../testdata")
	require.NoError(t, err)
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("DATA", data)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"status": status},
	})
}

// status runs a command and requires its exit status: status 2 spoor run …
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if exit := (*exec.ExitError)(nil); err != nil {
		if e, ok := err.(*exec.ExitError); ok {
			exit = e
			got = string(rune('0' + exit.ExitCode()))
		} else {
			ts.Fatalf("%v", err)
		}
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}

const shells = "testdata/shells.eql"

// program is the test binary as spoor.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	exe, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(exe, filepath.Join(dir, "spoor")))
	return exec.Command(filepath.Join(dir, "spoor"), args...)
}

const shell = `{"@timestamp":"2026-01-02T03:04:05Z","event.category":"process","process.name":"cmd.exe"}` + "\n"

// screen is what a program has written so far.
type screen struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// await waits until the program has written a text.
func (s *screen) await(t *testing.T, text string) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(s.String(), text) }, time.Minute, 10*time.Millisecond, text)
}

// Whoever presses Ctrl-C gets what there is, and is told that it is not all.
func TestInterrupt(t *testing.T) {
	dir := t.TempDir()
	many := filepath.Join(dir, "many.test")
	text := "rule shells eql\n\tprocess where process.name : \"cmd.exe\"\n0s process process.name=cmd.exe => shells 1\n---\n"
	require.NoError(t, os.WriteFile(many, []byte(strings.Repeat(text, 30_000)), 0o644))
	for i := range 3000 {
		name := filepath.Join(dir, "rules", strconv.Itoa(i)+".eql")
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(`process where process.name : ("c*x", "b?*", "*") and not user.name : "a*b"`), 0o644))
	}
	for _, tt := range []struct {
		args           []string
		stdout, stderr string
	}{
		{[]string{"run", shells, "-"}, "cmd.exe", "interrupted, results are partial: 1 event read"},
		{[]string{"run", "--sorted", shells, "-"}, "cmd.exe", "interrupted, results are partial: 1 event read"},
		{[]string{"coverage", shells, "-e", "-"}, "1  runs", "interrupted; which fields the events have is not known"},
		{[]string{"check", shells, "-e", "-"}, "", "0 files checked"},
		{[]string{"explain", shells, "-"}, "", "interrupted"},
		{[]string{"bench", shells, "-e", "-"}, "", "interrupted, results are partial"},
		{[]string{"test", "-v", many}, "ok    ", "interrupted, results are partial: "},
		{[]string{"sample", "--misses", filepath.Join(dir, "rules")}, "process.name", "interrupted, results are partial"},
	} {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			cmd := program(t, tt.args...)
			in, err := cmd.StdinPipe()
			require.NoError(t, err)
			var stdout, stderr screen
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			require.NoError(t, cmd.Start())
			if slices.Contains(tt.args, "-") {
				// More than a pipe holds: when it is written, the event is read.
				_, err = in.Write([]byte(shell + strings.Repeat("\n", 1<<20)))
				require.NoError(t, err)
			} else {
				stdout.await(t, tt.stdout)
			}
			require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
			err = cmd.Wait()
			exit, ok := err.(*exec.ExitError)
			require.True(t, ok, "%v", err)
			assert.Equal(t, statusError, exit.ExitCode())
			assert.Contains(t, stdout.String(), tt.stdout, "what was found so far is printed")
			assert.Contains(t, stderr.String(), tt.stderr)
		})
	}
}

// However many processors look at the events, the output is the same.
func TestWorkers(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	write("one.eql", `process where process.name : "c*1.exe"`)
	write("two.eql", `sequence by user.name with maxspan=1m [process where process.name : "*2.exe"] [process where process.name : "*3.exe"]`)
	write("three.spl", `search "process.name"=*4.exe | stats count by user.name`)
	rnd := rand.New(rand.NewPCG(5, 8))
	var lines strings.Builder
	for i := range 3000 {
		at := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC).Add(time.Duration(4*i+rnd.IntN(20)) * time.Second)
		fmt.Fprintf(&lines, `{"@timestamp":%q,"event.category":"process","process.name":"cmd%d.exe","user.name":"u%d"}`+"\n",
			at.Format(time.RFC3339), rnd.IntN(12), rnd.IntN(40))
		if i%700 == 99 {
			lines.WriteString("no event\n")
		}
	}
	write("events.ndjson", lines.String())
	for _, more := range [][]string{{"-o", "json"}, {"--sorted", "--lateness", "5s", "-o", "csv"}, {"--explain", "-o", "long"}} {
		run := func(workers ...string) (stdout, stderr string) {
			cmd := program(t, slices.Concat([]string{"run", "-r", dir + "/*.eql", "-r", dir + "/three.spl", "-e", dir + "/events.ndjson"}, more, workers)...)
			var out, err strings.Builder
			cmd.Stdout, cmd.Stderr = &out, &err
			exit, ok := cmd.Run().(*exec.ExitError)
			require.True(t, ok)
			require.Equal(t, statusAlerts, exit.ExitCode(), err.String())
			return out.String(), err.String()
		}
		stdout, stderr := run("--workers", "1")
		for _, rule := range []string{"one", "two", "three"} {
			require.Contains(t, stdout, rule)
		}
		for _, workers := range [][]string{nil, {"--workers", "2"}, {"--workers", "7"}} {
			out, err := run(workers...)
			require.True(t, stdout == out, "%v %v", more, workers)
			require.Equal(t, stderr, err)
		}
	}
}

func TestFollow(t *testing.T) {
	name := filepath.Join(t.TempDir(), "grows.ndjson")
	require.NoError(t, os.WriteFile(name, []byte(shell), 0o644))
	cmd := program(t, "run", "--follow", shells, name)
	var stdout, stderr screen
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Start())
	stdout.await(t, "cmd.exe")
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString(strings.Replace(shell, "cmd.exe", "pwsh.exe", 1))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	stdout.await(t, "pwsh.exe")
	require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
	exit, ok := cmd.Wait().(*exec.ExitError)
	require.True(t, ok)
	assert.Equal(t, statusAlerts, exit.ExitCode(), "Ctrl-C is how a followed run ends")
	assert.Contains(t, stderr.String(), "2 events read")
}

// Whoever has seen enough, as head has, ends the program without a word.
func TestClosedPipe(t *testing.T) {
	name := filepath.Join(t.TempDir(), "case.test")
	text := "rule shells eql\n\tprocess where process.name : \"cmd.exe\"\n0s process process.name=cmd.exe => shells 1\n"
	require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	for _, args := range [][]string{
		{"run", "-o", "json", shells, "-"},
		{"run", shells, "-"},
		{"check", "--cost", shells},
		{"check", "--format", shells},
		{"coverage", shells},
		{"test", "-v", name},
		{"test", "--mutants", name},
		{"sample", shells},
		{"explain", shells, "-"},
		{"bench", shells, "-e", "-"},
		{"--help"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			r, w, err := os.Pipe()
			require.NoError(t, err)
			require.NoError(t, r.Close())
			defer w.Close()
			cmd := program(t, args...)
			cmd.Stdin = strings.NewReader(strings.Repeat(shell, 2000))
			var stderr strings.Builder
			cmd.Stdout, cmd.Stderr = w, &stderr
			_ = cmd.Run()
			assert.Empty(t, stderr.String())
		})
	}
}

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// onTerminal runs the program with its output on a terminal of this width, and
// returns what it writes there.
func onTerminal(t *testing.T, width int, env []string, args ...string) string {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo terminals here: ", err)
	}
	defer screen.Close()
	var n, locked int32
	ioctl(t, screen, syscall.TIOCGPTN, unsafe.Pointer(&n))
	ioctl(t, screen, syscall.TIOCSPTLCK, unsafe.Pointer(&locked))
	ioctl(t, screen, syscall.TIOCSWINSZ, unsafe.Pointer(&[4]uint16{24, uint16(width)}))
	tty, err := os.OpenFile(fmt.Sprint("/dev/pts/", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	require.NoError(t, err)
	cmd := program(t, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = tty, tty
	require.NoError(t, cmd.Start())
	require.NoError(t, tty.Close())
	var seen bytes.Buffer
	_, _ = io.Copy(&seen, screen) // ends with an error when the program does
	_ = cmd.Wait()
	return seen.String()
}

func ioctl(t *testing.T, f *os.File, request uintptr, arg unsafe.Pointer) {
	t.Helper()
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), request, uintptr(arg))
	require.Zero(t, errno)
}

const longName = `[rule]
rule_id = "shells"
name = "A shell whose name is longer than a terminal is wide, for it goes on, and on, and on, and on, and on, and on, and on"
type = "eql"
language = "eql"
severity = "medium"
query = 'process where process.name : "cmd.exe"'
`

// On a terminal severities have colours, unless that is not wanted, and no line
// is wider than it.
func TestTerminal(t *testing.T) {
	dir := t.TempDir()
	rule, events := filepath.Join(dir, "rule.toml"), filepath.Join(dir, "events.ndjson")
	require.NoError(t, os.WriteFile(rule, []byte(longName), 0o644))
	require.NoError(t, os.WriteFile(events, []byte(shell), 0o644))
	for _, width := range []int{80, 140} {
		seen := onTerminal(t, width, []string{"TERM=xterm", "NO_COLOR="}, "run", rule, events)
		assert.Contains(t, seen, "\x1b[33mmedium")
		assert.Contains(t, seen, "1 event read")
		plain := strings.NewReplacer("\x1b[33m", "", "\x1b[1m", "", "\x1b[0m", "").Replace(seen)
		for _, line := range strings.Split(plain, "\r\n")[:2] {
			assert.LessOrEqual(t, len([]rune(line)), width, line)
		}
	}
	for _, env := range []string{"NO_COLOR=1", "TERM=dumb"} {
		seen := onTerminal(t, 80, []string{"TERM=xterm", env}, "run", rule, events)
		assert.Contains(t, seen, "medium")
		assert.NotContains(t, seen, "\x1b")
	}
}

// Long input shows how far it is, and short input, or whoever asks for none, has
// no bar.
func TestProgress(t *testing.T) {
	dir := t.TempDir()
	long := filepath.Join(dir, "long.ndjson")
	other := strings.Replace(shell, "cmd.exe", "notepad.exe", 1)
	require.NoError(t, os.WriteFile(long, []byte(strings.Repeat(other, longInput/len(other)+1)), 0o644))
	seen := onTerminal(t, 80, nil, "run", shells, long)
	assert.Contains(t, seen, "reading")
	assert.Contains(t, seen, "events/s, 0 alerts")
	seen = onTerminal(t, 80, nil, "run", "--no-progress", shells, long)
	assert.NotContains(t, seen, "events/s")
	seen = onTerminal(t, 80, nil, "run", shells, "testdata/shells.eql")
	assert.NotContains(t, seen, "reading")
}

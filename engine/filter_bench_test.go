package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
)

// remoteShell is a usual rule: a name, and words of a command line.
const remoteShell = `process where event.type == "start" and process.name : "winrs.exe" and
	process.command_line : ("*-r:*", "*/r:*", "*-remote:*", "*/remote:*")`

// BenchmarkFilter asks one rule about a map of 25 fields, beside what a careful
// programmer writes for it: of an event of another program, of one whose long
// command line lacks the words, and of one that has them.
func BenchmarkFilter(b *testing.B) {
	q, err := eql.Parse("winrs", remoteShell)
	require.NoError(b, err)
	f, err := engine.Compile(q)
	require.NoError(b, err)
	for _, c := range []struct {
		name, program, line string
		want                bool
	}{
		{"miss", "svchost.exe", `C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule`, false},
		{"near", "winrs.exe", `winrs.exe ` + strings.Repeat("cmd /c echo all is well ", 3), false},
		{"hit", "WinRS.exe", `winrs.exe -R:server cmd`, true},
	} {
		m := engine.Map{
			"event.category": "process", "event.type": "start", "process.name": c.program, "process.command_line": c.line,
			"process.parent.name": "services.exe", "user.name": "SYSTEM", "process.pid": 4711,
		}
		for j := len(m); j < 25; j++ {
			m[fmt.Sprintf("other.field%d", j)] = fmt.Sprintf("value %d", j)
		}
		b.Run(c.name+"/filter", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if f.Match(m) != c.want {
					b.Fatal("wrong")
				}
			}
		})
		b.Run(c.name+"/hand", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if remoteShellByHand(m) != c.want {
					b.Fatal("wrong")
				}
			}
		})
	}
}

func remoteShellByHand(m engine.Map) bool {
	if c, ok := m["event.category"].(string); !ok || c != "process" {
		return false
	}
	if t, ok := m["event.type"].(string); !ok || t != "start" {
		return false
	}
	if name, ok := m["process.name"].(string); !ok || !strings.EqualFold(name, "winrs.exe") {
		return false
	}
	line, ok := m["process.command_line"].(string)
	return ok && (holdsFold(line, "-r:") || holdsFold(line, "/r:") || holdsFold(line, "-remote:") || holdsFold(line, "/remote:"))
}

func holdsFold(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

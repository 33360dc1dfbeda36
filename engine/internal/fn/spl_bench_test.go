package fn

import (
	"testing"

	"github.com/spoor-lang/spoor/engine/event"
)

func BenchmarkCalls(b *testing.B) {
	const line = `C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0A`
	for _, c := range []struct {
		name string
		args []any // literals behind the first
	}{
		{"match", []any{line, "(?i)downloadstring"}},
		{"match", []any{line, `(?i)\s-e(nc|ncodedcommand)?\s`}},
		{"like", []any{line, `%powershell%`}},
		{"replace", []any{line, `^.*\\([^\\]+\.exe).*`, `\1`}},
		{"split", []any{line, " "}},
		{"lower", []any{line}},
		{"strftime", []any{1700000000, "%Y-%m-%dT%H:%M:%S"}},
		{"relative_time", []any{1700000000, "-70m@m"}},
		{"round", []any{2.5551, 2}},
		{"json_extract", []any{`{"user":{"name":"bob","roles":["admin","ops"]},"n":5}`, "user.roles{1}"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			f, _ := Lookup("spl", c.name)
			vals := make([]event.Value, len(c.args))
			lits := make([]*event.Value, len(c.args))
			for i, a := range c.args {
				if vals[i] = event.Of(a); i > 0 {
					lits[i] = &vals[i]
				}
			}
			run := f.Call
			if f.Bind != nil {
				run, _ = f.Bind(lits, Options{})
			}
			b.ReportAllocs()
			for b.Loop() {
				run(clock, vals)
			}
		})
	}
}

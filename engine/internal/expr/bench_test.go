package expr_test

import (
	"strings"
	"testing"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/eql"
)

// remoteShell is the shape that most rules have: a type, some names, words of
// a command line, and an exception.
const remoteShell = `process where event.type == "start" and
	process.name : ("winrs.exe", "winrshost.exe", "wsmprovhost.exe") and
	process.args : ("-r:*", "/r:*", "*-remote:*") and
	not process.parent.executable : ("C:\\Program Files\\*", "?:\\Windows\\System32\\svchost.exe")`

var shellEvent = event.Map{
	"event.type":                "start",
	"process.name":              "WinRS.exe",
	"process.args":              []string{"winrs.exe", "-R:server", "cmd"},
	"process.parent.executable": `D:\Tools\launch.exe`,
}

// handWritten is what a careful programmer would write for the same rule.
func handWritten(m event.Map) bool {
	if t, ok := m["event.type"].(string); !ok || t != "start" {
		return false
	}
	name, ok := m["process.name"].(string)
	if !ok || !strings.EqualFold(name, "winrs.exe") && !strings.EqualFold(name, "winrshost.exe") && !strings.EqualFold(name, "wsmprovhost.exe") {
		return false
	}
	args, _ := m["process.args"].([]string)
	found := false
	for _, a := range args {
		if hasPrefixFold(a, "-r:") || hasPrefixFold(a, "/r:") || containsFold(a, "-remote:") {
			found = true
			break
		}
	}
	if !found {
		return false
	}
	parent, ok := m["process.parent.executable"].(string)
	return !ok || !hasPrefixFold(parent, `c:\program files\`) &&
		!(len(parent) > 1 && strings.EqualFold(parent[1:], `:\windows\system32\svchost.exe`))
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func containsFold(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

func compileEQL(t testing.TB, query string, opts ...func(*expr.Scope)) (expr.Cond, *field.Frame) {
	t.Helper()
	where, s := scopeEQL(t, query, opts)
	c := s.Cond(where)
	if len(s.Errors) > 0 {
		t.Fatal(s.Errors[0])
	}
	return c, &field.Frame{Slots: s.Slots}
}

func compileOnMap(t testing.TB, query string, opts ...func(*expr.Scope)) expr.MapCond {
	t.Helper()
	where, s := scopeEQL(t, query, opts)
	_, m := s.CondOnMap(where)
	return m
}

func scopeEQL(t testing.TB, query string, opts []func(*expr.Scope)) (ast.Expr, *expr.Scope) {
	t.Helper()
	q, err := eql.Parse("test", query)
	if err != nil {
		t.Fatal(err)
	}
	s := &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: q.Source}
	for _, o := range opts {
		o(s)
	}
	return q.Stages[0].(*ast.Events).Where, s
}

func BenchmarkRemoteShell(b *testing.B) {
	cond, f := compileEQL(b, remoteShell)
	b.Run("compiled", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f.Reset(shellEvent)
			if cond(f) != expr.True {
				b.Fatal("expected a match")
			}
		}
	})
	b.Run("loaded", func(b *testing.B) { // by another rule: fields are shared
		b.ReportAllocs()
		f.Reset(shellEvent)
		for b.Loop() {
			if cond(f) != expr.True {
				b.Fatal("expected a match")
			}
		}
	})
	b.Run("handwritten", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if !handWritten(shellEvent) {
				b.Fatal("expected a match")
			}
		}
	})
}

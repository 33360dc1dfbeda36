package bench

import (
	"strings"
	"testing"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/ext"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
)

// winrs is one condition in the languages of all. The peers' languages ignore
// case only if they are told to.
var winrs = struct{ eql, expr, cel string }{
	eql:  `process where process.name : "winrs.exe" and process.command_line : ("*-r:*", "*-remote:*")`,
	expr: `category == "process" && lower(name) == "winrs.exe" && (lower(line) contains "-r:" || lower(line) contains "-remote:")`,
	cel:  `category == "process" && name.lowerAscii() == "winrs.exe" && (line.lowerAscii().contains("-r:") || line.lowerAscii().contains("-remote:"))`,
}

// BenchmarkPredicate asks one condition of an event of 25 fields: of one with
// another name; of one with the name, whose command line is looked through in
// vain; and of one that meets it.
func BenchmarkPredicate(b *testing.B) {
	q, err := eql.Parse("winrs", winrs.eql)
	if err != nil {
		b.Fatal(err)
	}
	filter, err := engine.Compile(q)
	if err != nil {
		b.Fatal(err)
	}
	program := exprProgram(b, winrs.expr)
	celled := celProgram(b, winrs.cel)
	for _, ev := range []struct {
		name, image, line string
		want              bool
	}{
		{"miss", "svchost.exe", `C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule --session 7919 --flags`, false},
		{"near", "WinRS.exe", `C:\Windows\system32\winrs.exe -k netsvcs -p -s Schedule --session 7919 --flags 1`, false},
		{"hit", "WinRS.exe", `winrs -R:server01 -u:admin ipconfig /all`, true},
	} {
		m := processEvent(0, ev.image, ev.line)
		flat := flatten(m)
		for _, one := range []struct {
			by  string
			ask func() bool
		}{
			{"spoor", func() bool { return filter.Match(m) }},
			{"hand", func() bool { return byHand(m) }},
			{"expr", func() bool { return exprAsk(b, program, flat) }},
			{"cel", func() bool { return celAsk(b, celled, flat) }},
		} {
			b.Run("event="+ev.name+"/by="+one.by, func(b *testing.B) {
				each(b, func(int) {
					if one.ask() != ev.want {
						b.Fatal("the answer is wrong")
					}
				})
			})
		}
	}
}

// byHand is what somebody would write for winrs in Go.
func byHand(m engine.Map) bool {
	if c, ok := m["event.category"].(string); !ok || c != "process" {
		return false
	}
	name, ok := m["process.name"].(string)
	if !ok || !strings.EqualFold(name, "winrs.exe") {
		return false
	}
	line, ok := m["process.command_line"].(string)
	return ok && (containsFold(line, "-r:") || containsFold(line, "-remote:"))
}

func containsFold(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

func exprProgram(b *testing.B, text string) *vm.Program {
	b.Helper()
	p, err := expr.Compile(text, expr.Env(map[string]any{"category": "", "name": "", "line": "", "parent": "", "path": "", "user": ""}), expr.AsBool())
	if err != nil {
		b.Fatal(err)
	}
	return p
}

func exprAsk(b *testing.B, p *vm.Program, m map[string]any) bool {
	var machine vm.VM
	x, err := machine.Run(p, m)
	if err != nil {
		b.Fatal(err)
	}
	return x.(bool)
}

func celProgram(b *testing.B, text string) cel.Program {
	b.Helper()
	opts := []cel.EnvOption{ext.Strings()}
	for _, name := range []string{"category", "name", "line", "parent", "path", "user"} {
		opts = append(opts, cel.Variable(name, cel.StringType))
	}
	env, err := cel.NewEnv(opts...)
	if err != nil {
		b.Fatal(err)
	}
	a, issues := env.Compile(text)
	if issues.Err() != nil {
		b.Fatal(issues.Err())
	}
	p, err := env.Program(a)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

func celAsk(b *testing.B, p cel.Program, m map[string]any) bool {
	x, _, err := p.Eval(m)
	if err != nil {
		b.Fatal(err)
	}
	return x.Value().(bool)
}

package expr_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/eql"
)

// corpusRules loads the EQL rules of the corpora below SPOOR_SHARED.
func corpusRules(t testing.TB) []*ast.Rule {
	t.Helper()
	shared := os.Getenv("SPOOR_SHARED")
	if shared == "" {
		t.Skip("SPOOR_SHARED is not set")
	}
	var rules []*ast.Rule
	for _, name := range []string{"elastic-detection-rules", "elastic-endpoint-rules"} {
		rs, _ := eql.LoadRules(os.DirFS(filepath.Join(shared, "corpus", name)), ".")
		rules = append(rules, rs...) // rules of other languages are errors, and not of interest
	}
	require.NotEmpty(t, rules)
	return rules
}

// compileRule compiles the conditions of a rule, sequences included.
func compileRule(r *ast.Rule, slots *field.Slots) (conds []expr.Cond, errs []*ast.Error) {
	s := &expr.Scope{
		Slots: slots, View: ast.ViewECS, Source: r.Query.Source, Aliases: map[string]int{},
		Relation: func(*ast.Relation) expr.Cond { return func(*field.Frame) expr.Tri { return expr.False } },
	}
	for _, st := range r.Query.Stages {
		switch st := st.(type) {
		case *ast.Events:
			conds = append(conds, s.Cond(st.Where))
		case *ast.Sequence:
			for i := range st.Steps {
				conds = append(conds, s.Cond(st.Steps[i].Event.Where))
				if a := st.Steps[i].As; a != "" {
					s.Aliases[a] = i
				}
			}
		}
	}
	return conds, s.Errors
}

func TestCorpora(t *testing.T) {
	for _, r := range corpusRules(t) {
		_, errs := compileRule(r, &field.Slots{})
		assert.Empty(t, errs, r.Name)
	}
}

var processEvent = event.Map{
	"event.category": []string{"process"}, "event.type": []string{"start"}, "event.action": "exec",
	"host.os.type": "windows", "host.id": "b3f1", "host.name": "ws-17", "user.id": "S-1-5-21-1-2-3-1001", "user.name": "jo",
	"process.name": "powershell.exe", "process.pid": 4711, "process.entity_id": "e-4711",
	"process.executable":             `C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`,
	"process.command_line":           `powershell.exe -NoProfile -ExecutionPolicy Bypass -File C:\Tools\inventory.ps1`,
	"process.args":                   []string{"powershell.exe", "-NoProfile", "-ExecutionPolicy", "Bypass", "-File", `C:\Tools\inventory.ps1`},
	"process.args_count":             6,
	"process.parent.name":            "explorer.exe",
	"process.parent.executable":      `C:\Windows\explorer.exe`,
	"process.parent.command_line":    `C:\Windows\Explorer.EXE`,
	"process.parent.args":            []string{`C:\Windows\Explorer.EXE`},
	"process.pe.original_file_name":  "PowerShell.EXE",
	"process.code_signature.trusted": true, "process.code_signature.subject_name": "Microsoft Windows",
	"process.Ext.token.integrity_level_name": "medium", "process.working_directory": `C:\Tools`,
	"process.parent.pid": 900, "process.parent.entity_id": "e-900", "agent.type": "endpoint",
}

// BenchmarkCorpora runs every rule over one event, whose fields are loaded
// once: ns/rule is what a rule costs where no index keeps it from running.
func BenchmarkCorpora(b *testing.B) {
	slots := &field.Slots{}
	var conds []expr.Cond
	for _, r := range corpusRules(b) {
		if _, ok := r.Query.Stages[0].(*ast.Events); ok {
			c, _ := compileRule(r, slots)
			conds = append(conds, c...)
		}
	}
	f := &field.Frame{Slots: slots}
	b.ReportAllocs()
	for b.Loop() {
		f.Reset(processEvent)
		for _, c := range conds {
			c(f)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(conds)), "ns/rule")
}

package eql

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const plainRule = `# A rule.
[metadata]
maturity = "production"
integration = ["endpoint"]

[rule]
author = ["A", "B"] # both
description = """
What it finds.
"""
index = "logs-*"
max_signals = 7
name = "Odd \"child\""
note = '''
[rule]
'''
risk_score = 47
tags = [
    "T",
]
query = '''
process where process.name : "a.exe"
'''

[[rule.threat]]
framework = "MITRE ATT&CK"
[[rule.threat.technique]]
id = "T1"
[[rule.threat.technique.subtechnique]]
id = "T1.001"
[[rule.threat.technique]]
id = "T2"
[rule.threat.tactic]
id = "TA1"
[[rule.threat]]
[rule.threat.tactic]
id = "TA2"

[rule.investigation_fields]
field_names = ["host.name"]
[transform]
[[transform.investigate]]
label = "Children"
providers = [[{ field = "a", value = 1 }, { field = "b", valueType = "c", Field = 1 }], []]
relativeFrom = "now-1h"
RelativeFrom = "now"
[[transform.osquery]]
query = "SELECT * FROM file"
[[threat]]
[threat.tactic]
id = "TA3"
[[actions]]
action = "kill_process"
state = 1
tree = true
[[optional_actions]]
action = "rollback"
[internal]
x = 1
`

// A plain file is read as the decoder reads it, and there is nothing to tell of its
// keys.
func TestPlain(t *testing.T) {
	assert.True(t, samePlain(t, plainRule))
	if dir := os.Getenv("SPOOR_SHARED"); dir != "" {
		plain, all := 0, 0
		root := os.DirFS(dir)
		require.NoError(t, fs.WalkDir(root, "corpus", func(name string, d fs.DirEntry, err error) error {
			if err != nil || path.Ext(name) != ".toml" {
				return err
			}
			text, err := fs.ReadFile(root, name)
			if all++; samePlain(t, string(text)) {
				plain++
			}
			return err
		}))
		assert.Greater(t, plain*100, all*99, "%d of %d files", plain, all)
	}
}

// What any other file means is left to the decoder.
func TestNotPlain(t *testing.T) {
	for _, file := range []string{
		"", "x = 1", "rule.query = 'q'", "rule = { query = 'q' }", "[rule", "[[rule]]", `["rule"]`, "[ rule . threat ]", "[metadata]\nmaturity = 'm'",
		"[rule]\nname = 'a'\nname = 'b'", "[rule]\nnote = 'a'\nnote = 'b'", "[rule]\n[rule]", "[rule]\n[metadata]\n[metadata]", "[rule]\n[internal]\n[internal]",
		"[rule]\n\"name\" = 'a'", "[rule]\nName = 'a'", "[rule]\n[metadata]\nMaturity = 'm'", "[rule]\n[[threat]]\n[threat.tactic]\nID = 'a'", "[rule]\nmeta.a = 1", "[rule]\nnmae = 'a'", "[rulle]\nx = 1\n[rule]",
		"[rule]\nname = 1", "[rule]\nname = ['a']", "[rule]\ntags = 'a'", "[rule]\ntags = ['a', 1]", "[rule]\nauthor = [1]", "[rule]\nversion = 1",
		"[rule]\nrisk_score = 0x10", "[rule]\nrisk_score = 1_0", "[rule]\nrisk_score = +1", "[rule]\nrisk_score = 1.5", "[rule]\nrisk_score = 99999999999999999999",
		"[rule]\nenabled = true", "[rule]\nreputation = 'true'", "[rule]\nmax_signals = '1'",
		"[rule]\nmeta = { aB = 1, aB = 2 }", "[rule]\nmeta = { a = 1, a = 2 }", "[rule]\nmeta = [{ a = 1, a = 2 }]", "[rule]\nmeta = [[{ a = 1, a = 2 }]]",
		"[rule]\nfilters = []", "[rule]\nthreat = []", "[rule]\nalert_suppression = {}", "[rule]\n[rule.alert_suppression]",
		"[rule.threat]\n[rule]", "[rule]\n[rule.threat.tactic]", "[[rule.threat]]\n[rule]", "[rule]\n[[rule.threat.technique]]",
		"[rule]\n[[threat]]\n[[threat.technique.subtechnique]]", "[rule]\n[[threat]]\n[threat.tactic]\n[threat.tactic]",
		"[rule]\n[[threat]]\ntactic = {}", "[rule]\n[[threat]]\ntechnique = []", "[rule]\n[[threat]]\n[threat.technique]", "[rule]\n[threat]",
		"[rule]\n[[rule.actions]]", "[rule]\n[actions]", "[rule]\n[transform]\nosquery = []", "[rule]\n[transform.osquery]", "[rule]\n[transform]\n[transform]",
		"[rule]\ninvestigation_fields = []\n[rule.investigation_fields]", "[rule.investigation_fields]", "[rule]\ninvestigation_fields = {}",
		"[rule]\n[rule.investigation_fields]\n[rule.investigation_fields]", "[rule]\nmeta = { a.b = 1 }", "[rule]\nmeta = [[{ 'a' = 1 }]]",
		"[rule]\nname = 'a", "[rule]\nname = 'a' x",
	} {
		_, _, ok := plain(file, []byte(file))
		assert.False(t, ok, file)
	}
	long := "[rule]\n" + strings.Repeat("[[threat]]\n", maxPlain-1)
	assert.True(t, samePlain(t, long))
	assert.False(t, samePlain(t, long+"[[threat]]"))
	long = "[rule]\n[internal]\n"
	for i := range maxPlain {
		long += fmt.Sprintf("k%d = 1\n", i)
	}
	assert.True(t, samePlain(t, long))
	assert.False(t, samePlain(t, long+"k = 1"))
}

func FuzzPlain(f *testing.F) {
	f.Add(plainRule)
	f.Fuzz(func(t *testing.T, file string) { samePlain(t, file) })
}

// samePlain reports whether a file is plain, and fails where that and the decoder
// say two things of it.
func samePlain(t *testing.T, file string) bool {
	got, at, ok := plain(file, []byte(file))
	if !ok {
		return false
	}
	var want ruleFile
	require.NoError(t, toml.Unmarshal([]byte(file), &want), file)
	wantAt, notes, err := outline(file, []byte(file), nil)
	require.NoError(t, err, file)
	assert.Empty(t, notes, file)
	assert.Equal(t, wantAt, at, file)
	listTexts(&want)
	listTexts(&got)
	if d := cmp.Diff(want, got, cmp.Exporter(func(reflect.Type) bool { return true })); d != "" {
		t.Errorf("%s\n(-decoder +plain):\n%s", file, d)
	}
	return true
}

// listTexts puts the fields that hold a text or a list of texts in one form.
func listTexts(f *ruleFile) {
	f.Rule.InvestigationFields = f.Rule.investigationFields()
	v := reflect.ValueOf(f.Rule).Elem()
	for i := range v.NumField() {
		if field, ok := v.Field(i).Addr().Interface().(*any); ok && *field != nil {
			*field = texts(*field)
		}
	}
}

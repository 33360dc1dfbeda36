package spl

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/spoor-lang/spoor/ast"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMacro(t *testing.T) {
	own := &Content{Macros: map[string]Macro{
		"office":                    {Definition: "parent_process_name IN (winword.exe, excel.exe)"},
		"seen(2)":                   {Name: "seen", Args: []string{"a", "b"}, Definition: "$a$=$b$"},
		"bare":                      {Args: []string{"x"}, Definition: "x=$x$"},
		"summariesonly_config":      {Definition: "true"},
		"get_asset(1)":              {Args: []string{"field"}, Definition: "lookup assets ip as $field$"},
		"quiet_shell_filter":        {Definition: "search NOT host=lab*"},
		"cim_Endpoint_indexes":      {Definition: "index=edr"},
		"security_content_ctime(1)": {Args: []string{"f"}, Definition: "fieldformat $f$=strftime($f$, \"%F\")"},
	}}
	for _, tt := range []struct {
		c    *Content
		name string
		args int
		want string // definition; "-" for none
	}{
		{nil, "drop_dm_object_name", 1, `rename "$object$.*" as *`},
		{nil, "drop_dm_object_name", 0, "-"},
		{nil, "drop_dm_object_name", 2, "-"},
		{nil, "security_content_ctime", 1, `convert timeformat="%Y-%m-%dT%H:%M:%S" ctime($field$)`},
		{nil, "fillnull_config", 0, "null"},
		{nil, "oldsummaries_config", 0, "true"},
		{nil, "cim_Endpoint_indexes", 0, "()"},
		{nil, "cim_Web_indexes", 0, "()"},
		{nil, "get_asset", 1, ""},
		{nil, "odd_shell_filter", 0, "search *"},
		{nil, "odd_shell_filter", 1, "-"},
		{nil, "nobody_knows", 0, "-"},
		{&Content{}, "cim_Web_indexes", 0, "()"},

		{own, "office", 0, "parent_process_name IN (winword.exe, excel.exe)"},
		{own, "office", 1, "-"},
		{own, "seen", 2, "$a$=$b$"},
		{own, "bare", 1, "x=$x$"},
		{own, "bare", 0, "-"},
		{own, "summariesonly_config", 0, "true"},
		{own, "get_asset", 1, "lookup assets ip as $field$"},
		{own, "quiet_shell_filter", 0, "search NOT host=lab*"},
		{own, "cim_Endpoint_indexes", 0, "index=edr"},
		{own, "cim_Web_indexes", 0, "()"},
	} {
		m, ok := tt.c.macro(tt.name, tt.args)
		if tt.want == "-" {
			assert.False(t, ok, "%s/%d", tt.name, tt.args)
			continue
		}
		if assert.True(t, ok, "%s/%d", tt.name, tt.args) {
			assert.Equal(t, tt.want, m.Definition, "%s/%d", tt.name, tt.args)
			assert.Equal(t, tt.name, m.Name)
			assert.Len(t, m.Args, tt.args)
		}
	}
	assert.Contains(t, own.macroNames(), "seen(2)")
	assert.Contains(t, own.macroNames(), "drop_dm_object_name(1)")
	assert.True(t, slices.IsSorted((*Content)(nil).macroNames()))
}

func TestLookupNames(t *testing.T) {
	table := NewTable([]string{"user"}, nil)
	own := &Content{Lookups: map[string]*ast.LookupDef{
		"users":               NewLookup("users", table),
		"alexa_lookup_by_str": NewLookup("alexa_lookup_by_str", table),
		"nothing":             nil,
	}}
	for _, tt := range []struct {
		c       *Content
		name    string
		ok, has bool // known; with a table
	}{
		{nil, "users", false, false},
		{nil, "alexa_lookup_by_str", true, false},
		{nil, "previously_seen_cloud_regions", true, false},
		{nil, "previously_seen_ec2_amis.csv", true, false},
		{nil, "nosuch.csv", false, false},
		{own, "users", true, true},
		{own, "alexa_lookup_by_str", true, true},
		{own, "asset_lookup_by_str", true, false},
		{own, "nothing", false, false},
	} {
		d, ok := tt.c.lookup(tt.name)
		assert.Equal(t, tt.ok, ok, tt.name)
		if ok {
			assert.Equal(t, tt.name, d.Name)
			assert.Equal(t, tt.has, d.Table != nil, tt.name)
			assert.Equal(t, defaultMaxMatches, d.MaxMatches)
			assert.Equal(t, tt.name, d.Collection)
		}
	}
	assert.Contains(t, own.lookupNames(), "users")
	assert.Contains(t, own.lookupNames(), "ut_shannon_lookup")
}

func TestEventType(t *testing.T) {
	own := &Content{EventTypes: map[string]string{"okta_log": "index=okta", "vpn": "tag=vpn"}}
	for _, tt := range []struct {
		c          *Content
		name, want string
	}{
		{nil, "okta_log", `sourcetype="OktaIM2:log"`},
		{nil, "vpn", ""},
		{own, "okta_log", "index=okta"},
		{own, "vpn", "tag=vpn"},
		{own, "cisco_ios", `sourcetype="cisco:ios"`},
	} {
		got, ok := tt.c.eventtype(tt.name)
		assert.Equal(t, tt.want, got, tt.name)
		assert.Equal(t, tt.want != "", ok, tt.name)
	}
}

// content is a small repository of content, with the things that go wrong.
var content = fstest.MapFS{
	"macros/office.yml": file(`
name: office
definition: parent_process_name IN (winword.exe, excel.exe)
`),
	"macros/near.yml": file(`
name: near
arguments:
  - field
  - seconds
definition: |-
  where $field$ > now() - $seconds$
`),
	"macros/counted.yml":   file("name: counted(1)\narguments: field\ndefinition: stats count by $field$\niseval: 0\n"),
	"macros/off.yml":       file("name: off\ndefinition: \"false\"\n"),
	"macros/notes.txt":     file("not a macro"),
	"lookups/ports.csv":    file("\ufeffport,service\n22,ssh\n445,smb,surplus\n3389\n"),
	"lookups/ports.yml":    file("name: known_ports\nfilename: ports.csv\nmatch_type: WILDCARD(service), CIDR(net)\nmin_matches: 1\nmax_matches: 3\ndefault_match: 'false'\ncase_sensitive_match: 'false'\n"),
	"lookups/alone.csv":    file("a\n1\n"),
	"lookups/seen.yml":     file("name: seen_users\ncollection: seen_users_store\nfields_list: _key, user, firstTime\n"),
	"lookups/new_form.yml": file("name: new_form\nlookup_type: csv\n"),
	"lookups/new_form.csv": file("x\ny\n"),
	"lookups/large.yml":    file("name: large\nfilename: large_20240101.csv\n"),
	"lookups/model.yml":    file("name: model\nfilename: model.mlmodel\n"),
	"deployments/ttp.yml":  file("name: every hour\ntype: TTP\nscheduling:\n  cron_schedule: 5 * * * *\n  earliest_time: -65m@m\n  latest_time: -5m@m\n"),
	"eventtypes/vpn.yml":   file("name: vpn\nsearch: tag=vpn\n"),
	"tags/vpn.yml":         file("field: eventtype\nvalue: vpn\ntags: [network, remote]\n"),
	"data_models/own.yml":  file("model: Own\ndatasets:\n  - name: Things\n    where: tag=thing\n"),
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func TestLoadContent(t *testing.T) {
	c, err := LoadContent(content)
	require.NoError(t, err)
	want := map[string]Macro{
		"office":     {Name: "office", Definition: "parent_process_name IN (winword.exe, excel.exe)"},
		"near(2)":    {Name: "near", Args: []string{"field", "seconds"}, Definition: "where $field$ > now() - $seconds$"},
		"counted(1)": {Name: "counted", Args: []string{"field"}, Definition: "stats count by $field$"},
		"off":        {Name: "off", Definition: "false"},
	}
	assert.Empty(t, cmp.Diff(want, c.Macros))
	assert.Equal(t, map[string]string{"vpn": "tag=vpn"}, c.EventTypes)
	assert.Equal(t, map[string][]string{"eventtype=vpn": {"network", "remote"}}, c.Tags)
	assert.Equal(t, ast.Schedule{Cron: "5 * * * *", Window: ast.TimeRange{Earliest: "-65m@m", Latest: "-5m@m"}}, c.schedule("TTP"))
	assert.Equal(t, "0 * * * *", c.schedule("Hunting").Cron, "types without a deployment keep the built-in schedule")
	assert.Equal(t, "-1450m@m", c.schedule("Baseline").Window.Earliest)
	assert.Equal(t, "5 * * * *", c.schedule("Weekly").Cron, "types that nobody knows run as most do")
	_, err = c.dataset("Own.Things")
	assert.NoError(t, err)
}

func TestLoadContentLookups(t *testing.T) {
	c, err := LoadContent(content)
	require.NoError(t, err)
	ports := &ast.LookupDef{
		Name: "known_ports", MinMatches: 1, MaxMatches: 3, Default: "false", Collection: "ports.csv",
		Match: map[string]ast.LookupMatch{"service": ast.MatchWildcard, "net": ast.MatchCIDR},
	}
	for _, tt := range []struct {
		name string
		want *ast.LookupDef
		rows string // nil table: "-"
	}{
		{"known_ports", ports, "port,service;22,ssh;445,smb;3389,"},
		{"ports.csv", &ast.LookupDef{Name: "ports.csv", CaseSensitive: true, MaxMatches: 100, Collection: "ports.csv"}, "port,service;22,ssh;445,smb;3389,"},
		{"alone.csv", &ast.LookupDef{Name: "alone.csv", CaseSensitive: true, MaxMatches: 100, Collection: "alone.csv"}, "a;1"},
		{"seen_users", &ast.LookupDef{Name: "seen_users", CaseSensitive: true, MaxMatches: 100, Collection: "seen_users_store"}, "_key,user,firstTime"},
		{"new_form", &ast.LookupDef{Name: "new_form", MaxMatches: 100, Collection: "new_form.csv"}, "x;y"},
		{"large", &ast.LookupDef{Name: "large", CaseSensitive: true, MaxMatches: 100, Collection: "large_20240101.csv"}, "-"},
		{"large_20240101.csv", &ast.LookupDef{Name: "large_20240101.csv", CaseSensitive: true, MaxMatches: 100, Collection: "large_20240101.csv"}, "-"},
	} {
		d, ok := c.lookup(tt.name)
		if !assert.True(t, ok, tt.name) {
			continue
		}
		assert.Equal(t, tt.rows, printed(d.Table), tt.name)
		bare := *d
		bare.Table = nil
		assert.Empty(t, cmp.Diff(tt.want, &bare), tt.name)
	}
	_, ok := c.lookup("model")
	assert.False(t, ok, "a trained model is no lookup")
	assert.Equal(t, 2, c.Lookups["known_ports"].Table.(*Table).Ragged())
}

func printed(t ast.Table) string {
	if t == nil {
		return "-"
	}
	rows := []string{strings.Join(t.Columns(), ",")}
	for r := range t.Rows() {
		rows = append(rows, strings.Join(r, ","))
	}
	return strings.Join(rows, ";")
}

func TestLoadContentErrors(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"macros/a.yml", "name: a\n  definition: [\n", "macros/a.yml:2:13: mapping values are not allowed in this context"},
		{"macros/a.yml", "definition: search *\n", `macros/a.yml:1:1: expected a name`},
		{"macros/a.yml", "name: a\n", `macros/a.yml:1:1: expected a definition of macro "a"`},
		{"macros/a.yml", "name: a\ndefinition: x\nname: b\n", `macros/a.yml:3:1: key "name" is there twice`},
		{"macros/a.yml", "name: a(2)\ndefinition: x\narguments: [b]\n", `macros/a.yml:1:7: macro a( has 1 arguments, but its name says (2)`},
		{"macros/a.yml", "name: a\ndefinition: {x: y}\n", `macros/a.yml:2:13: expected text as definition, found a mapping`},
		{"macros/a.yml", "name: a\ndefinition: x\niseval: maybe\n", `macros/a.yml:3:9: expected true or false as iseval, found "maybe"`},
		{"macros/a.yml", "", `macros/a.yml:1:1: expected a name`},
		{"lookups/a.yml", "name: a\nfilename: a.csv\nmatch_type: FUZZY(x)\n", `lookups/a.yml:3:13: expected WILDCARD or CIDR as match_type, found "FUZZY"`},
		{"lookups/a.yml", "name: a\nfilename: a.csv\nmatch_type: WILDCARD x\n", `lookups/a.yml:3:13: expected WILDCARD(column) or CIDR(column) as match_type, found "WILDCARD x"`},
		{"lookups/a.yml", "name: a\nfilename: a.csv\nmax_matches: 0\n", `lookups/a.yml:3:14: expected a whole number from 1 to 1000 as max_matches, found "0"`},
		{"deployments/a.yml", "type: TTP\n", `deployments/a.yml:1:1: expected a scheduling`},
		{"deployments/a.yml", "scheduling: {cron_schedule: '0 * * * *'}\n", `deployments/a.yml:1:1: expected the type of detections that the deployment is for`},
		{"deployments/a.yml", "type: TTP\nscheduling:\n  cron_schedule: hourly\n", `deployments/a.yml:3:3: expected a cron_schedule of 5 fields, found "hourly"`},
		{"eventtypes/a.yml", "name: a\n", `eventtypes/a.yml:1:1: expected a search`},
		{"tags/a.yml", "field: host\n", `tags/a.yml:1:1: expected a field, a value and tags`},
		{"data_models/a.yml", "datasets: []\n", `data_models/a.yml:1:1: expected the name of a model`},
	} {
		fsys := fstest.MapFS{tt.name: file(tt.text), "macros/good.yml": file("name: good\ndefinition: search *\n")}
		c, err := LoadContent(fsys)
		if assert.Error(t, err, tt.text) {
			assert.Contains(t, err.Error(), tt.want, tt.text)
		}
		_, ok := c.macro("good", 0)
		assert.True(t, ok, "the other files load: %s", tt.text)
	}
}

// unreadable is a file system whose folders cannot be read.
type unreadable struct{ fstest.MapFS }

var errDisk = errors.New("the disk is on fire")

func (unreadable) ReadDir(string) ([]fs.DirEntry, error) { return nil, errDisk }

func TestLoadContentUnreadable(t *testing.T) {
	c, err := LoadContent(unreadable{content})
	assert.ErrorIs(t, err, errDisk)
	assert.Empty(t, c.Macros)
}

// shared is the folder of the rule corpora. Tests that need it skip without.
func shared(t testing.TB, below ...string) string {
	t.Helper()
	root := os.Getenv("SPOOR_SHARED")
	if root == "" {
		t.Skip("SPOOR_SHARED is not set")
	}
	return filepath.Join(append([]string{root}, below...)...)
}

func TestLoadContentCorpus(t *testing.T) {
	folder := shared(t, "corpus", "splunk-content")
	c, err := LoadContent(os.DirFS(folder))
	require.NoError(t, err)
	count := func(pattern string) int {
		names, err := filepath.Glob(filepath.Join(folder, pattern))
		require.NoError(t, err)
		return len(names)
	}
	assert.Len(t, c.Macros, count("macros/*.yml"))
	assert.Len(t, c.Schedules, count("deployments/*.yml"))
	tables, rows, ragged := 0, 0, 0
	for name, d := range c.Lookups {
		if table, ok := d.Table.(*Table); ok && strings.HasSuffix(name, ".csv") {
			tables++
			rows += table.Len()
			ragged += table.Ragged()
		}
	}
	assert.Equal(t, count("lookups/*.csv"), tables)
	t.Logf("%d macros, %d lookups, %d tables with %d rows, %d of them ragged", len(c.Macros), len(c.Lookups), tables, rows, ragged)
}

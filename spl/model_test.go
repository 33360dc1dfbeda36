package spl

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/spoor-lang/spoor/ast"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDataset(t *testing.T) {
	for _, tt := range []struct {
		path     string
		lineage  string
		prefixes string
		nodes    string
	}{
		{"Endpoint.Processes", "Processes", "Processes.", ""},
		{"Web", "Web", "Web.Storage. Web.Proxy. Web.", "Web.Proxy Web.Storage"},
		{"Web.Web", "Web", "Web.Storage. Web.Proxy. Web.", "Web.Proxy Web.Storage"},
		{"Web.Proxy", "Web.Proxy", "Web.Proxy. Web.", ""},
		{"Web.Web.Proxy", "Web.Proxy", "Web.Proxy. Web.", ""},
		{"Network_Resolution", "DNS", "DNS.", ""},
		{
			"Network_Traffic.All_Traffic", "All_Traffic",
			"All_Traffic.Traffic_By_Action.Allowed_Traffic. All_Traffic.Traffic_By_Action.Blocked_Traffic. " +
				"All_Traffic.Traffic_By_Action. All_Traffic.",
			"All_Traffic.Traffic_By_Action",
		},
		{
			"Change.Account_Management.Accounts_Created", "All_Changes.Account_Management.Accounts_Created",
			"All_Changes.Account_Management.Accounts_Created. All_Changes.Account_Management. All_Changes.", "",
		},
		{"Updates", "", "Updates.Restart_Required_Updates. Updates.Available_Updates. Updates.Installed_Updates. Update_Errors. Updates.", "Updates Update_Errors"},
	} {
		d, err := (*Content)(nil).dataset(tt.path)
		require.NoError(t, err, tt.path)
		model, _, _ := strings.Cut(tt.path, ".")
		assert.Equal(t, model, d.Model, tt.path)
		assert.Equal(t, tt.lineage, strings.Join(d.Path, "."), tt.path)
		assert.Equal(t, tt.prefixes, strings.Join(d.Prefixes, " "), tt.path)
		var nodes []string
		for _, n := range d.Nodes {
			nodes = append(nodes, strings.Join(n.Path, "."))
		}
		assert.Equal(t, tt.nodes, strings.Join(nodes, " "), tt.path)
		again, _ := (*Content)(nil).dataset(tt.path)
		assert.Same(t, d, again, "a dataset is made once")
	}
}

func TestDatasetErrors(t *testing.T) {
	own := &Content{Models: map[string]*Model{"Own": {Name: "Own", Datasets: []*ModelDataset{{Name: "Things"}}}}}
	for _, tt := range []struct{ path, want string }{
		{"Endpoints.Processes", `unknown data model "Endpoints", did you mean "Endpoint"?`},
		{"endpoint.Processes", `unknown data model "endpoint", did you mean "Endpoint"?`},
		{"Endpoint.Process", `data model Endpoint has no dataset "Process"`},
		{"Endpoint.Procesess", `data model Endpoint has no dataset "Procesess", did you mean "Processes"?`},
		{"Web.web", `data model Web has no dataset "web", did you mean "Web"?`},
		{"Change.Management", `data model Change has no dataset "Management"`},
		{"Own.Thing", `data model Own has no dataset "Thing", did you mean "Things"?`},
		{"Ow", `unknown data model "Ow"`},
		{"", `unknown data model ""`},
	} {
		_, err := own.dataset(tt.path)
		if assert.Error(t, err, tt.path) {
			assert.True(t, strings.HasPrefix(err.Error(), tt.want), "%s: %v", tt.path, err)
		}
	}
}

// Every model that is built in compiles, and says which events are its own.
func TestBuiltinModels(t *testing.T) {
	names := builtinModelNames()
	assert.Subset(t, names, []string{
		"Alerts", "Authentication", "Certificates", "Change", "Change_Analysis", "Email", "Endpoint", "Intrusion_Detection",
		"Network_Resolution", "Network_Sessions", "Network_Traffic", "Risk", "UEBA", "Updates", "Vulnerabilities", "Web",
	})
	for _, name := range names {
		m, ok, err := builtinModel(name)
		require.True(t, ok)
		require.NoError(t, err, name)
		assert.Equal(t, name, m.Name, "a file is named after its model")
		for _, d := range m.Datasets {
			assert.NotEmpty(t, d.Constraint, "%s.%s", name, d.Name)
		}
		for _, n := range m.tree.below() {
			full := n.full()
			assert.Equal(t, "", strings.Join(n.bare().Path[len(n.path):], ""))
			assert.NotNil(t, full.Constraint, n.path)
			for field := range full.Fields {
				assert.True(t, field == nodeName || slices.ContainsFunc(full.Prefixes, func(p string) bool { return strings.HasPrefix(field, p) }), field)
			}
		}
	}
}

func TestDatasetFields(t *testing.T) {
	fields := func(c *Content, path string) []string {
		d, err := c.dataset(path)
		require.NoError(t, err)
		fields := maps.Clone(d.Fields)
		delete(fields, nodeName)
		return slices.Sorted(maps.Keys(fields))
	}
	assert.Equal(t, []string{
		"Processes.dest", "Processes.original_file_name", "Processes.parent_process", "Processes.parent_process_name",
		"Processes.process", "Processes.process_integrity_level", "Processes.process_name", "Processes.user", "Processes.vendor_product",
	}, fields(nil, "Endpoint.Processes"))
	assert.Empty(t, fields(&Content{BareModels: true}, "Endpoint.Processes"))
	assert.Contains(t, fields(nil, "Change"), "All_Changes.Account_Management.src_user")
	assert.Contains(t, fields(nil, "Change.Account_Management"), "All_Changes.user", "inherited")
	assert.NotContains(t, fields(nil, "Change.Account_Management"), "All_Changes.Account_Management.src_user_type", "an event's own field, read as it is")
	assert.Contains(t, fields(nil, "Change"), "All_Changes.Account_Management.src_user_type", "null of other events")
	bare, err := (&Content{BareModels: true}).dataset("Change")
	require.NoError(t, err)
	assert.NotNil(t, bare.Constraint)
	assert.NotEmpty(t, bare.Prefixes)
	assert.Equal(t, []string{nodeName}, slices.Collect(maps.Keys(bare.Nodes[0].Fields)))
}

// A field of a child is null of the parent's events that do not belong to it.
func TestDatasetMembership(t *testing.T) {
	d, err := (*Content)(nil).dataset("Change")
	require.NoError(t, err)
	call, ok := d.Fields["All_Changes.Account_Management.src_user"].(*ast.Call)
	require.True(t, ok)
	require.Len(t, call.Args, 3)
	member, ok := call.Args[0].(*ast.Logic)
	require.True(t, ok)
	assert.Equal(t, ast.Or, member.Op)
	assert.Equal(t, &ast.IsNull{X: &ast.Field{Name: "tag"}}, member.List[0])
	assert.Equal(t, &ast.Literal{}, call.Args[2])

	own, err := (*Content)(nil).dataset("Change.Account_Management")
	require.NoError(t, err)
	assert.Same(t, own.Fields["All_Changes.Account_Management.src_user"], call.Args[1])

	all, err := (*Content)(nil).dataset("Updates")
	require.NoError(t, err)
	either, ok := all.Constraint.(*ast.Logic)
	require.True(t, ok)
	assert.Equal(t, ast.Or, either.Op, "a whole model is any of its roots")
}

func TestNodeName(t *testing.T) {
	names := func(path string) ast.Expr {
		d, err := (&Content{BareModels: true}).dataset(path)
		require.NoError(t, err)
		return d.Fields[nodeName]
	}
	assert.Equal(t, &ast.Literal{Value: "DNS"}, names("Network_Resolution"))

	call, ok := names("Network_Traffic").(*ast.Call)
	require.True(t, ok)
	assert.Equal(t, "mvappend", call.Name)
	require.Len(t, call.Args, 4)
	assert.Equal(t, &ast.Literal{Value: "All_Traffic"}, call.Args[0])
	assert.Equal(t, &ast.Literal{Value: "All_Traffic.Traffic_By_Action"}, call.Args[1], "which demands nothing")
	blocked, ok := call.Args[3].(*ast.Call)
	require.True(t, ok)
	assert.IsType(t, &ast.Match{}, blocked.Args[0])
	assert.Equal(t, &ast.Literal{Value: "All_Traffic.Traffic_By_Action.Blocked_Traffic"}, blocked.Args[1])

	ssl, ok := names("Certificates.SSL").(*ast.Call)
	require.True(t, ok)
	assert.Equal(t, []ast.Expr{&ast.Literal{Value: "All_Certificates"}, &ast.Literal{Value: "All_Certificates.SSL"}}, ssl.Args)

	// An event without a tag meets what is asked of tags, and of these alone.
	lockouts, ok := names("Change.Account_Management").(*ast.Call)
	require.True(t, ok)
	created, ok := lockouts.Args[2].(*ast.Call)
	require.True(t, ok)
	assert.IsType(t, &ast.Match{}, created.Args[0])
	sessions, ok := names("Network_Sessions").(*ast.Call)
	require.True(t, ok)
	start, ok := sessions.Args[1].(*ast.Call)
	require.True(t, ok)
	either, ok := start.Args[0].(*ast.Logic)
	require.True(t, ok)
	assert.Equal(t, ast.Or, either.Op)
	assert.Equal(t, "tag", either.List[0].(*ast.IsNull).X.(*ast.Field).Name)
}

func TestParseModel(t *testing.T) {
	m, err := ParseModel("own.yml", []byte(`
model: Own
datasets:
  - name: Things
    where: tag=thing
    unknown: [dest, "other name"]
    unknown_or_dash: status
    vendor_product: yes
    calculated:
      size: if(isnum(size), size, 0)
      dest: lower(dest)
    children:
      - name: Small_Things
        where: size<10
        fields: [weight]
`))
	require.NoError(t, err)
	c := &Content{Models: map[string]*Model{m.Name: m}}
	d, err := c.dataset("Own")
	require.NoError(t, err)
	assert.Contains(t, d.Fields, nodeName)
	delete(d.Fields, nodeName)
	assert.Equal(t, []string{
		"Things.Small_Things.weight", "Things.dest", "Things.other name", "Things.size", "Things.status", "Things.vendor_product",
	}, slices.Sorted(maps.Keys(d.Fields)))
	lower, ok := d.Fields["Things.dest"].(*ast.Call)
	if assert.True(t, ok) {
		assert.Equal(t, "lower", lower.Name, "of two calculations the last counts")
	}
}

func TestParseModelExtends(t *testing.T) {
	m, err := ParseModel("endpoint.yml", []byte(`
model: Endpoint
extends: true
datasets:
  - name: Processes
    calculated:
      user: lower(user)
      integrity: upper(process_integrity_level)
    children:
      - {name: Shells, where: "process_name IN (cmd.exe, sh)"}
  - name: Drivers
    where: tag=driver
`))
	require.NoError(t, err)
	c := &Content{Models: map[string]*Model{m.Name: m}}
	d, err := c.dataset("Endpoint.Processes")
	require.NoError(t, err)
	assert.Contains(t, d.Fields, "Processes.integrity")
	assert.Contains(t, d.Fields, "Processes.process_name", "what was there stays")
	assert.Contains(t, d.Prefixes, "Processes.Shells.")
	_, err = c.dataset("Endpoint.Drivers")
	assert.NoError(t, err)
	_, err = c.dataset("Endpoint.Registry")
	assert.NoError(t, err)

	builtin, err := (*Content)(nil).dataset("Endpoint.Processes")
	require.NoError(t, err)
	assert.NotContains(t, builtin.Fields, "Processes.integrity", "the built-in model is as it was")
}

func TestBuiltinModelIsACopy(t *testing.T) {
	m, ok := BuiltinModel("Web")
	require.True(t, ok)
	m.Datasets[0].Children = nil
	m.Datasets[0].Unknown[0] = "other"
	d, err := (&Content{Models: map[string]*Model{"Web": m}}).dataset("Web")
	require.NoError(t, err)
	assert.Empty(t, d.Nodes)
	assert.Contains(t, d.Fields, "Web.other")
	d, err = (*Content)(nil).dataset("Web")
	require.NoError(t, err)
	assert.Len(t, d.Nodes, 2)
	assert.NotContains(t, d.Fields, "Web.other")
	_, ok = BuiltinModel("Nonsense")
	assert.False(t, ok)
}

// Splunk's own files list children beside their parents.
func TestParseModelSplunk(t *testing.T) {
	m, err := ParseModel("own.json", []byte(`{
	"modelName": "Own", "displayName": "Own things",
	"objects": [
		{"objectName": "Things", "parentName": "BaseEvent", "fields": [{"fieldName": "dest"}],
		 "calculations": [
			{"calculationType": "Eval", "expression": "if(isnull(user) OR user=\"\",\"unknown\",user)", "outputFields": [{"fieldName": "user"}]},
			{"calculationType": "Rex", "expression": "(?<x>.)", "outputFields": [{"fieldName": "x"}]}],
		 "constraints": [{"search": "(`+"`cim_Endpoint_indexes`"+`) tag=thing"}]},
		{"objectName": "Small", "parentName": "Things", "fields": [], "calculations": [], "constraints": [{"search": "size=1 OR size=2"}]},
		{"objectName": "Errors", "parentName": "BaseSearch", "baseSearch": "tag=error", "constraints": []},
		{"objectName": "Piped", "parentName": "BaseSearch", "baseSearch": "tag=error | stats count", "constraints": []},
		{"objectName": "Below_Piped", "parentName": "Piped", "constraints": []},
		{"objectName": "Sessions", "parentName": "BaseTransaction"}
	]}`))
	require.NoError(t, err)
	assert.Equal(t, "Own", m.Name)
	require.Len(t, m.Datasets, 2)
	things := m.Datasets[0]
	assert.Equal(t, "(size=1 OR size=2)", things.Children[0].Constraint)
	assert.Equal(t, []CalculatedField{{"user", `if(isnull(user) OR user="","unknown",user)`}}, things.Calculated)
	assert.Equal(t, "tag=error", m.Datasets[1].Constraint)
}

func TestParseModelErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"model: [a]\n", "m.yml:1:8: expected text as model, found a list\nm.yml:1:1: expected the name of a model"},
		{"model: M\ndatasets:\n  - where: a=1\n", "m.yml:3:5: expected a dataset's name"},
		{"model: M\ndatasets: x\n", "m.yml:2:11: expected a list as datasets, found a text"},
		{"model: M\ndatasets: [{name: a.b}]\n", `m.yml:1:1: data model M, dataset M: expected a dataset's name without dots and blanks, found "a.b"`},
		{"model: M\nextends: true\n", `m.yml:2:10: there is no built-in data model "M" to extend`},
		{"model: M\ndatasets: [{name: D, where: (a=1}]\n", "m.yml:1:1: data model M, dataset D: constraint: "},
		{"model: M\ndatasets: [{name: D, calculated: {x: 'lower('}}]\n", "m.yml:1:1: data model M, dataset D: field x: "},
		{"model: M\ndatasets: [{name: D, unknown: [\"it's\"]}]\n", `m.yml:1:1: data model M, dataset D: expected a field's name, found "it's"`},
		{"model: M\ndatasets: &a [{name: D, children: *a}]\n", "the model has more than 1000 datasets"},
		{"model: M\ndatasets: &a [{name: D, children: *a}, {name: E, children: *a}]\n", "the model has more than 1000 datasets"},
	} {
		_, err := ParseModel("m.yml", []byte(tt.text))
		if assert.Error(t, err, tt.text) {
			assert.Contains(t, err.Error(), tt.want, tt.text)
		}
	}
}

// A model may be asked by several goroutines at once.
func TestDatasetConcurrently(t *testing.T) {
	m, ok := BuiltinModel("Change")
	require.True(t, ok)
	c := &Content{Models: map[string]*Model{"Change": m}}
	got := make([]*ast.Dataset, 8)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() { got[i], _ = c.dataset("Change") })
	}
	wg.Wait()
	for _, d := range got {
		assert.Same(t, got[0], d)
	}
}

func FuzzParseModel(f *testing.F) {
	f.Add("model: M\ndatasets:\n  - name: D\n    where: tag=x\n    unknown: [a]\n    calculated: {b: lower(c)}\n    children: [{name: E}]\n")
	f.Add("model: Web\nextends: true\ndatasets: &a [{name: Web, children: *a}]\n")
	f.Add(`{"modelName": "M", "objects": [{"objectName": "D", "parentName": "BaseEvent", "constraints": [{"search": "tag=x"}]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseModel("m.yml", []byte(text))
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		d, err := m.dataset("", false)
		require.NoError(t, err)
		require.Equal(t, m.Name, d.Model)
	})
}

package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/schema"
	"github.com/spoor-lang/spoor/eql"
)

// Types of numbers differ in what they divide to, and join.
func TestTypesOfNumbers(t *testing.T) {
	types := engine.Types(map[string]engine.FieldType{"a": {Type: "long"}, "b": {Type: "half_float"}})
	q, err := eql.Parse("q", `sequence [any where a / 2 == 3] by a [any where b / 2 == 3.5] by b`)
	require.NoError(t, err)
	e, err := engine.New([]*ast.Rule{{ID: "r", Query: q}}, types)
	require.NoError(t, err)
	assert.Len(t, e.Process(ev(1, engine.Map{"a": 7, "b": 7})), 0)
	assert.Len(t, e.Process(ev(2, engine.Map{"b": 7})), 1)
}

// With a schema that is closed, all that contradicts it is told at once, each
// at its place.
func TestStrictTypes(t *testing.T) {
	types := engine.StrictTypes(map[string]engine.FieldType{
		"event.category": {Type: "keyword"}, "process.name": {Type: "keyword"}, "process.pid": {Type: "long"},
		"source.ip": {Type: "ip"}, "@timestamp": {Type: "date"}, "user.admin": {Type: "boolean"},
		"pid": {Type: "alias", Path: "process.pid"},
	})
	for query, want := range map[string]string{
		`process where process.nmae == "x"`:                                       `q:1:15: unknown field "process.nmae", did you mean "process.name"?`,
		`process where nothing.near.it == 1`:                                      `q:1:15: unknown field "nothing.near.it"`,
		`process where length(process.pid) == 1`:                                  `q:1:22: expected a string as argument 1 of length, found a number`,
		`process where process.name + 1 == 2`:                                     `q:1:15: expected a number, found the field "process.name" of type keyword`,
		`process where pid : "1*"`:                                                `q:1:19: expected text left of ":", found the field "pid" of type number`,
		`process where process.name`:                                              `q:1:15: expected a condition, found the field "process.name" of type keyword`,
		`process where @timestamp > "yesterday"`:                                  `q:1:26: expected a date such as 2024-05-01T10:00:00Z, found "yesterday"`,
		`sequence by hots.id [process where true] [process where true]`:           `q:1:13: unknown field "hots.id"`,
		`sequence [process where true] by pid [process where true] by user.admin`: `q:1:62: expected a join key of type number as pid of the first step, found user.admin of type boolean`,
	} {
		q, err := eql.Parse("q", query)
		require.NoError(t, err, query)
		_, err = engine.New([]*ast.Rule{{ID: "r", Query: q}}, types)
		assert.ErrorContains(t, err, want, query)
		if err != nil {
			assert.Equal(t, 1, strings.Count(err.Error(), want), "once: %s", query)
		}
	}
	q, err := eql.Parse("q", `process where user.admin and pid == 4 and ?nothing.near.it == null and source.ip == "10.0.0.0/8"`)
	require.NoError(t, err)
	_, err = engine.New([]*ast.Rule{{ID: "r", Query: q}}, types)
	assert.NoError(t, err)

	q, err = eql.Parse("q", `any where process.pid == ?nothing.near.it`)
	require.NoError(t, err)
	e, err := engine.New([]*ast.Rule{{ID: "r", Query: q}}, types)
	require.NoError(t, err)
	assert.Len(t, e.Process(ev(0, engine.Map{})), 1, "null equals null, also to the index")
	assert.Empty(t, e.Process(ev(1, engine.Map{"process.pid": 4})))

	q, err = eql.Parse("q", `process where process.nmae == "x" and length(process.pid) == 1`)
	require.NoError(t, err)
	_, err = engine.New([]*ast.Rule{{ID: "a", Query: q}, {ID: "b", Query: q}}, types)
	var all interface{ Unwrap() []error }
	require.ErrorAs(t, err, &all)
	assert.Len(t, all.Unwrap(), 2, "one for each rule")
	for _, part := range all.Unwrap() {
		assert.ErrorContains(t, part, "q:1:15: ")
		assert.ErrorContains(t, part, "q:1:46: ")
	}
}

// withAliases names the program of a process in another way.
var withAliases = engine.Types(map[string]engine.FieldType{"program": {Path: "process.name"}})

// A field that is another name of one is read by it: in an event that is a map, in
// one that a schema reads, and in a batch, whether rules are few or many.
func TestAliases(t *testing.T) {
	events := []engine.Event{
		ev(0, engine.Map{"event.category": "process", "process.name": "cmd.exe", "program": "sh"}),
		windows.Event(map[string]any{"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1, "Image": `C:\cmd.exe`}),
	}
	events[1].Time = events[0].Time
	for _, n := range []int{1, 9} {
		var rules []*ast.Rule
		for i := range n {
			rules = append(rules, rule(t, fmt.Sprint(i), `process where program == "cmd.exe"`))
		}
		for _, x := range events {
			e := newEngine(t, rules, withAliases)
			assert.Len(t, e.Process(x), n)
			assert.Len(t, e.ProcessBatch([]engine.Event{x}), n)
			assert.Len(t, newEngine(t, rules, withAliases, engine.Workers(2)).ProcessBatch([]engine.Event{x, x}), 2*n)
		}
	}
}

// Aliases hide nothing of what events tell of their fields: their names, of which the
// hash of one without an id is made, and which of them were inferred.
func TestAliasesOfNamedFields(t *testing.T) {
	e := newEngine(t, []*ast.Rule{rule(t, "r", `any where n > 0 or network.protocol == "dns"`)}, withAliases)
	x := schema.Windows(schema.Infer(schema.ApplicationProtocol)).Event(map[string]any{"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 3, "DestinationPort": "53", "Protocol": "udp"})
	x.Time = noon
	var all []engine.Alert
	for _, x := range []engine.Event{ev(0, engine.Map{"n": 1}), ev(0, engine.Map{"n": 2}), x} {
		all = append(all, e.Process(x)...)
	}
	require.Len(t, all, 3)
	assert.NotEqual(t, all[0].ID, all[1].ID)
	assert.Equal(t, []string{"network.protocol"}, all[2].Inferred)
}

package pipeline_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/pipeline"
)

func TestLookup(t *testing.T) {
	check(t, `
		1 id=1 user=ann p=C:\Temp\x ip=10.9.0.1
		2 id=2 user=bob p=C:\y ip=10.1.0.1
		3 id=3 user=CAL dept=own p=C:\y ip=10.9.0.1
		4 id=4 user=bob|ann
		5 id=5`, []spec{
		{"all columns but the keys", "id=1 | lookup users user | table user dept", []string{"user=ann dept=ops|lab"}},
		{"by another name", "id=1 | rename user as u | lookup users user as u OUTPUT dept as d | table u d", []string{"u=ann d=ops|lab"}},
		{"an empty cell is no value", "id=2 | lookup users user OUTPUT dept | table user dept", []string{"user=bob"}},
		{"case counts", "id=3 | lookup users user OUTPUT dept | table dept", []string{"dept=own"}},
		{"or not", "id=3 | lookup fold user OUTPUT dept | table dept", []string{"dept=ops"}},
		{"the first of several", "id=1 | lookup fold user OUTPUT dept | table dept", []string{"dept=ops"}},
		{"what is there stays", "id=3 | lookup fold user OUTPUTNEW dept | table dept", []string{"dept=own"}},
		{"every value of a field, in step", "id=4 | lookup users user OUTPUT dept | table dept", []string{"dept=|ops|lab"}},
		{"no key", "id=5 | lookup users user OUTPUT dept | table id dept", []string{"id=5"}},
		{"patterns and prefixes, and a default", "id<4 | lookup paths path as p net as ip OUTPUT bad | table id bad",
			[]string{"id=3 bad=no", "id=2 bad=maybe", "id=1 bad=yes"}},
		{"a function", "id=2 | lookup ut_shannon_lookup word as user OUTPUT ut_shannon as e | eval e=round(e,3) | table e", []string{"e=0.918"}},
		{"a function and all that it knows", "id=2 | lookup ut_shannon_lookup word as user | eval e=round(ut_shannon,3) | table e", []string{"e=0.918"}},
		{"a function of nothing", "id=5 | lookup ut_shannon_lookup word as user | table id ut_shannon", []string{"id=5"}},
		{"rows", "| inputlookup users", []string{"user=ann dept=ops", "user=ann dept=lab", "user=bob", "user=Cal dept=ops"}},
		{"rows that meet a condition", "| inputlookup users where dept=ops", []string{"user=ann dept=ops", "user=Cal dept=ops"}},
		{"rows from the second", "| inputlookup start=1 max=1 users", []string{"user=ann dept=lab"}},
		{"rows behind others", "id=1 | table id | inputlookup append=t max=1 users", []string{"id=1", "user=ann dept=ops"}},
		{"a collection that nobody wrote", "| inputlookup kept", []string{}},
	})
}

// store keeps collections in a map.
type store map[string]ast.Table

func (s store) Table(name string) (ast.Table, bool) { t, ok := s[name]; return t, ok }
func (s store) Write(name string, t ast.Table) error {
	s[name] = t
	return nil
}

func TestStore(t *testing.T) {
	in := read("1 user=ann n=1\n2 user=bob n=2")
	env := &pipeline.Env{Input: in, Now: now, Store: store{}}
	step := func(text string) []string {
		t.Helper()
		out, err := compile(t, text).Run(context.Background(), env)
		require.NoError(t, err)
		return printed(out)
	}
	assert.Equal(t, []string{"user=bob n=2", "user=ann n=1"}, step("* | table user n | outputlookup kept"), "rows pass through")
	assert.Equal(t, []string{"user=bob n=2", "user=ann n=1"}, step("| inputlookup kept"))
	step("user=ann | eval n=5 | table user n | outputlookup append=t kept")
	assert.Equal(t, []string{"user=bob n=2", "user=ann n=1", "user=ann n=5"}, step("| inputlookup kept"))
	assert.Equal(t, []string{"n=2"}, step("user=bob | table user | lookup kept user OUTPUT n | table n"))
	step("user=ann | table user n | outputlookup kept")
	assert.Equal(t, []string{"user=ann n=1"}, step("| inputlookup kept"), "replaced")
	step("* | eval n=n+10 | table user n | outputlookup key_field=user append=t kept")
	assert.Equal(t, []string{"user=ann n=11", "user=bob n=12"}, step("| inputlookup kept"), "one row for each key")

	const n = `json_extract(lookup("kept", json_object("user", user), json_array("n")), "n")`
	assert.Equal(t, []string{"user=bob x=12", "user=ann x=11"}, step("* | table user | eval x="+n), "the function reads it")
	assert.Equal(t, []string{"user=ann"}, step("* | where "+n+"=11 | table user"), "where it is asked of events, too")
	assert.Equal(t, []string{"n=7 x=7", "n=7 x=7"},
		step("* | eval n=7 | table user n | outputlookup kept | eval x="+n+" | fields n x"), "and what the run has written")
}

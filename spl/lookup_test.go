package spl

import (
	"strings"
	"testing"
	"testing/iotest"

	"github.com/spoor-lang/spoor/ast"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadCSV(t *testing.T) {
	for _, tt := range []struct {
		name, text, want string
		ragged           int
	}{
		{"plain", "a,b\n1,2\n3,4\n", "a,b;1,2;3,4", 0},
		{"no end of line", "a\n1", "a;1", 0},
		{"byte order mark", "\ufeffa,b\n1,2\n", "a,b;1,2", 0},
		{"lines of Windows", "a,b\r\n1,2\r\n", "a,b;1,2", 0},
		{"quotes", "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", "a,b;x,y,say \"hi\"", 0},
		{"quotes within a cell", "a,b\n5\" disk,x\n", "a,b;5\" disk,x", 0},
		{"several lines in a cell", "a,b\n\"x\ny\",2\n", "a,b;x\ny,2", 0},
		{"short and long rows", "a,b\n1\n1,2,3\n1,2\n", "a,b;1,;1,2;1,2", 2},
		{"empty lines", "a,b\n\n1,2\n", "a,b;1,2", 0},
		{"blanks around names", "a, b\n1,2\n", "a,b;1,2", 0},
		{"Splunk's own columns", "a,__mv_a,b\n1,$1$;$2$,2\n3\n", "a,b;1,2;3,", 1},
		{"names alone", "a,b\n", "a,b", 0},
		{"nothing", "", "", 0},
	} {
		table, err := ReadCSV(strings.NewReader(tt.text))
		require.NoError(t, err, tt.name)
		assert.Equal(t, tt.want, printed(table), tt.name)
		assert.Equal(t, tt.ragged, table.Ragged(), tt.name)
	}
	_, err := ReadCSV(iotest.ErrReader(errDisk))
	assert.ErrorIs(t, err, errDisk)
}

func TestTable(t *testing.T) {
	table := NewTable([]string{"a", "b"}, [][]string{{"1", "2"}, {"3"}})
	assert.Equal(t, 2, table.Len())
	assert.Equal(t, 1, table.Ragged())
	for row := range table.Rows() {
		assert.Equal(t, []string{"1", "2"}, row)
		break
	}
	d := NewLookup("things", table)
	assert.Equal(t, &ast.LookupDef{Name: "things", Table: table, CaseSensitive: true, MaxMatches: 100, Collection: "things"}, d)
	assert.Nil(t, NewLookup("things", nil).Table)
}

func TestMatchType(t *testing.T) {
	const wild, cidr = ast.MatchWildcard, ast.MatchCIDR
	for _, tt := range []struct {
		text string
		want map[string]ast.LookupMatch
	}{
		{"", nil},
		{"WILDCARD(a)", map[string]ast.LookupMatch{"a": wild}},
		{"WILDCARD(a),WILDCARD(b)", map[string]ast.LookupMatch{"a": wild, "b": wild}},
		{" wildcard( a ) CIDR(b), ", map[string]ast.LookupMatch{"a": wild, "b": cidr}},
		{`EXACT(x) CIDR("my net")`, map[string]ast.LookupMatch{"my net": cidr}},
		{"EXACT(x)", nil},
	} {
		got, err := parseMatchType(tt.text)
		require.NoError(t, err, tt.text)
		assert.Equal(t, tt.want, got, tt.text)
	}
	for _, text := range []string{"a", "WILDCARD", "WILDCARD(a", "WILDCARD()", "(a)", "CIDR(a))"} {
		_, err := parseMatchType(text)
		assert.Error(t, err, text)
	}
}

func TestEntropy(t *testing.T) {
	d, ok := (*Content)(nil).lookup("ut_shannon_lookup")
	require.True(t, ok)
	for word, want := range map[string]string{
		"":         "0",
		"a":        "0",
		"aaaa":     "0",
		"ab":       "1",
		"aabb":     "1",
		"abcd":     "2",
		"äöüß":     "2",
		"abcdefgh": "3",
		"aab":      "0.9182958340544896",
	} {
		assert.Equal(t, map[string]string{"ut_shannon": want}, d.Func(map[string]string{"word": word}), word)
	}
	assert.Nil(t, d.Func(map[string]string{"other": "x"}))
}

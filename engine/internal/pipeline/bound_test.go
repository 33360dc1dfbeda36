package pipeline_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/pipeline"
)

// Neither what a search says nor what rows hold makes a stage run on without an
// end, or stop the search.
func TestBoundsOfStages(t *testing.T) {
	check(t, "10 n=1\n20 n=2", []spec{
		{"a header below the end of any text", "* | multikv forceheader=9223372036854775807 | table n", []string{"n=2", "n=1"}},
		{"seconds over ages", "* | table _time n | eval _time=if(n=1, -62000000000, _time) | timewrap 1s series=short | table s0", []string{"s0=2"}},
		{"months over ages", "* | table _time n | eval _time=if(n=1, -62000000000, _time) | timewrap 1mon series=short | table s0", []string{"", "s0=2"}},
		{"a text that is wrong in its place", `* | sort n | eval x=[search n=1 | eval x="\"a\"" | return $x]-1 | table n x`, []string{"n=1", "n=2"}},
		{"a text that is right in its place", "* | sort n | eval x=[search n=1 | eval x=7 | return $x]-n | table n x", []string{"n=1 x=6", "n=2 x=5"}},
	})
}

// bounded runs a search, which must come to an end, and returns its table and
// what was left out.
func bounded(t *testing.T, in events, text string) (*pipeline.Table, map[string]int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	lost := map[string]int{}
	out, err := compile(t, text).Run(ctx, &pipeline.Env{
		Input: in, Now: now, Truncated: func(_ int, what string, n int) { lost[what] += n },
	})
	require.NoError(t, err, text)
	return out, lost
}

// numbered are events that differ in n alone.
func numbered(count int) events {
	in := make(events, count)
	for i := range in {
		in[i] = event.Event{Time: time.Unix(int64(i), 0), Fields: event.Map{"n": i}}
	}
	return in
}

// Few rows can be made into much. What is beyond a bound is counted, and no
// less than that is.
func TestBoundsOfRows(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const wide = "| makeresults count=10000 | streamstats count as n | eval {n}=n "
	tests := []struct {
		name, search string
		rows, cols   int // of what comes out
		lost         map[string]int
	}{
		{"a map over all rows", `* | map maxsearches=99999 search="search *" | table n`, 1 << 20, 1, map[string]int{"rows of a map": 3000 - 350, "rows": 350*3000 - 1<<20}},
		{"a map of long searches", `* | map maxsearches=99999 search="|makeresults count=1000000|stats count"`, 10, 1, map[string]int{"rows of a map": 2990}},
		{"buckets between far numbers", "| makeresults count=3 | streamstats count as n | eval x=n*1000000 | makecontinuous x span=1", 100_003, 3, map[string]int{"buckets": 2*999_999 - 100_000}},
		{"buckets of ages", "| makeresults count=2 | streamstats count as n | eval _time=n*1000000 | makecontinuous _time span=1s", 100_002, 2, map[string]int{"buckets": 899_999}},
		{"ages of seconds", "| gentimes start=1/1/1970 end=1/1/1971 increment=1s", 1 << 20, 4, map[string]int{"rows": 365*86400 - 1<<20}},
		{"columns with one value", wide, 10000, 419, map[string]int{"values": 10000 - 417}},
		{"all of their cells", wide + "| fillnull | stats count", 1, 1, map[string]int{"values": 10000 - 417}},
		{"a series of each row", "* | xyseries n n n", 3000, 1398, map[string]int{"values": 3000 - 1397}},
		{"a table of each pair", "* | contingency n n", 1399, 3002, map[string]int{"rows": 3000 - 1<<22/3000}},
		{"joins of joins", "* | eval k=1 | join max=0 k [search *|eval k=1|fields k] | stats count", 1, 1, map[string]int{"rows": 3000*3000 - 1<<20}},
		{"lists by the row", "* | eval x=mvrange(0,10000) | stats count(x) as c", 1, 1, map[string]int{"values": 3000 - 1<<27/240_000}},
		{"combinations by the row", "* | eval x=mvrange(0,100),y=x | stats count by x y | stats sum(count) as c", 1, 1, map[string]int{"combinations of a row's values": 3000 - 1<<23/10_000}},
		{"values of combinations", "* | eval x=mvrange(0,100) | stats values(x) by x | stats count", 1, 1, map[string]int{"combinations of a row's values": 3000 - 1<<23/10_000}},
		{"a foreach over all values", "* | eval x=mvrange(0,100) | foreach mode=multivalue x [eval s=coalesce(s,0)+1] | stats sum(s) as s", 1, 1, map[string]int{"values of a foreach": 200_000}},
		{"open transactions", "| makeresults count=20000 | streamstats count as n | transaction n", 5000, 5, map[string]int{"open transactions": 15000}},
		{"a text that doubles", `| makeresults | eval x="0123456789"` + strings.Repeat(` | rex mode=sed field=x "s/(.*)/\1\1/"`, 22), 1, 2, map[string]int{"edits of a text": 2}},
		{"a figure of integers over each window", "| makeresults count=20000 | streamstats count as n | streamstats window=10000 stdev(n) as s | where isnotnull(s)", 20000, 3,
			map[string]int{}},
		{"a figure over each window", "| makeresults count=20000 | streamstats count as n | eval n=n+0.5 | streamstats window=10000 stdev(n) as s | where isnotnull(s)", 16711, 3,
			map[string]int{"figures along the rows": 20000 - 16711}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, lost := bounded(t, numbered(3000), tt.search)
			assert.Equal(t, tt.rows, out.Len(), "rows")
			assert.Equal(t, tt.cols, len(out.Columns()), "columns")
			assert.Equal(t, tt.lost, lost)
		})
	}
}

// Events of whatever names their senders invent make no table of more columns
// than values pay for, and those that most events have stay.
func TestBoundOfNames(t *testing.T) {
	in := make(events, 5000)
	for i := range in {
		in[i] = event.Event{Time: time.Unix(int64(i), 0), Fields: event.Map{"n": i, "f" + string(rune(0x4e00+i)): i}}
	}
	out, lost := bounded(t, in, "*")
	assert.Equal(t, 5000, out.Len())
	assert.Equal(t, 1<<22/5000, len(out.Columns()))
	assert.Equal(t, event.OfInt(4999), out.Value(0, "n"))
	assert.Equal(t, map[string]int{"values": 5000 - (1<<22/5000 - 2)}, lost)
}

// A wide table whose cells are filled is one.
func TestWideTableStays(t *testing.T) {
	fields := event.Map{}
	for i := range 2000 {
		fields["f"+string(rune(0x4e00+i))] = i
	}
	in := make(events, 3000)
	for i := range in {
		in[i] = event.Event{Time: time.Unix(int64(i), 0), Fields: maps.Clone(fields)}
	}
	out, lost := bounded(t, in, "*")
	assert.Equal(t, 2001, len(out.Columns()))
	assert.Empty(t, lost)
}

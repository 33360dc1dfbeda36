package pipeline_test

import "testing"

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

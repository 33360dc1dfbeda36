package pipeline_test

import "testing"

// Neither what a search says nor what rows hold makes a stage run on without an
// end, or stop the search.
func TestBoundsOfStages(t *testing.T) {
	check(t, "10 n=1\n20 n=2", []spec{
		{"a text that is wrong in its place", `* | sort n | eval x=[search n=1 | eval x="\"a\"" | return $x]-1 | table n x`, []string{"n=1", "n=2"}},
		{"a text that is right in its place", "* | sort n | eval x=[search n=1 | eval x=7 | return $x]-n | table n x", []string{"n=1 x=6", "n=2 x=5"}},
	})
}

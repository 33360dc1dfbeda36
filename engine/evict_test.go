package engine_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
)

// The state of all rules stays within its bound: the oldest goes first, whichever
// rule's it is, and counts for that.
func TestStateOfAllRulesIsBounded(t *testing.T) {
	const bound = 1 << 20
	rules := []*ast.Rule{
		rule(t, "early", `sequence by k [a where true] [z where true]`),
		rule(t, "early too", `sequence by k [a where true] [y where true]`),
		rule(t, "late", `sequence by k [b where true] [z where true]`),
		rule(t, "runs", `sequence by k [b where true] [c where n > 3] [z where true]`),
		rule(t, "sample", `sample by k [b where true] [z where true]`),
		searchRule(t, "search", `search n>=0 | stats count by k`),
	}
	e, err := engine.New(rules, engine.StateBytes(bound))
	require.NoError(t, err)
	for i := range 10_000 {
		category := "a"
		if i >= 2000 {
			category = "b"
		}
		e.Process(ev(float64(i)/1000, engine.Map{"event.category": category, "k": fmt.Sprint("key ", i), "n": i}))
		if i%1000 == 999 {
			assert.Less(t, e.Stats().Bytes, bound+5*1024*600, "after %d events", i+1)
		}
	}
	s := e.Stats()
	assert.Equal(t, s.Evicted, s.Truncated)
	for _, r := range s.Rules {
		assert.Positive(t, r.Evicted, r.ID)
		assert.Equal(t, r.ID == "early" || r.ID == "early too", r.Held == 0, r.ID)
	}
	assert.Len(t, e.Process(ev(11, engine.Map{"event.category": "z", "k": "key 9999"})), 2, "the newest is still there")
	assert.Empty(t, e.Process(ev(12, engine.Map{"event.category": "z", "k": "key 1"})))
}

package eql

import (
	"testing"

	"github.com/alecthomas/participle/v2/lexer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is read as a bare event is what the grammar reads; all else is left to
// it.
func TestBareEvent(t *testing.T) {
	for _, tt := range []struct {
		query string
		bare  bool
	}{
		{"process where true", true},
		{`"a category" where x == 1 and not (y in (1, 2) or z : ("a*", "b"))`, true},
		{"any where ?a.b != null // comment", true},
		{"any where stringContains(a.b, \"x\") and a[0] == 1", false},
		{"process where true | head 1", false},
		{"sequence [process where true] [file where true]", false},
		{"process where", false},
		{"process where true true", false},
		{"process where (true", false},
		{"where where true", false},
		{"1 where true", false},
		{"process", false},
		{"", false},
		{`process where "`, false},
	} {
		e := elastic.bareEvent(tt.query)
		if !assert.Equal(t, tt.bare, e != nil, tt.query) || e == nil {
			continue
		}
		list, err := lexer.Upgrade(elastic.scanner(tt.query))
		require.NoError(t, err)
		st, err := elastic.parser().ParseFromLexer(list)
		require.NoError(t, err)
		assert.Equal(t, st.Event, e, tt.query)
	}
	assert.Nil(t, endgame.bareEvent("process where true"))
}

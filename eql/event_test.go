package eql

import (
	"testing"

	"github.com/alecthomas/participle/v2/lexer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is read on a shorter way is what the grammar reads; all else is left to
// it.
func TestShortWays(t *testing.T) {
	for _, tt := range []struct {
		query        string
		bare, events bool
	}{
		{"process where true", true, true},
		{`"a category" where x == 1 and not (y in (1, 2) or z : ("a*", "b"))`, true, true},
		{"any where ?a.b != null // comment", true, true},
		{"any where stringContains(a.b, \"x\") and a[0] == 1", false, false},
		{"process where true | head 1", false, true},
		{"sequence by a, b with maxspan=1m [process where x == 1] by c [file where y : \"z\"] by d until [any where true] by e | tail 2", false, true},
		{"sample by a [process where x == 1] [\"f\" where y]", false, true},
		{"sequence [any where a] ![any where b] [any where c] with runs=2", false, true},
		{"join by a [process where x] [file where y] until [any where z]", false, true},
		{"sequence [process where true] [file where true", false, false},
		{"sequence [process where true] [file where]", false, false},
		{"sequence [process where true true] [file where true]", false, false},
		{"sequence by where [process where true] [file where true]", false, false},
		{"process where true | filter where x", false, false},
		{"process where", false, false},
		{"process where true true", false, false},
		{"process where (true", false, false},
		{"where where true", false, false},
		{"1 where true", false, false},
		{"process", false, false},
		{"", false, false},
	} {
		_, err := elastic.lexed(tt.query, func(list []lexer.Token) (*statement, error) {
			want, err := elastic.grammar(tt.query, &listed{list: list})
			e := elastic.bareEvent(list)
			assert.Equal(t, tt.bare, e != nil, tt.query)
			if e != nil {
				assert.Equal(t, want, &statement{Event: e}, tt.query)
			}
			st := elastic.events(list)
			assert.Equal(t, tt.events, st != nil, tt.query)
			if st != nil {
				assert.NoError(t, err)
				assert.Equal(t, want, st, tt.query)
			}
			return nil, nil
		})
		require.NoError(t, err)
	}
}

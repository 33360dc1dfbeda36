package eql

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is read on a shorter way is what the grammar reads; all else is left to
// it.
func TestShort(t *testing.T) {
	for _, tt := range []struct {
		query string
		short bool
	}{
		{"process where true", true},
		{`"a category" where x == 1 and not (y in (1, 2) or z : ("a*", "b"))`, true},
		{"any where ?a.b != null // comment", true},
		{"any where stringContains(a.b, \"x\") and a[0] == 1", false},
		{"process where true | head 1", false},
		{"sequence by a, b with maxspan=1m [process where x == 1] by c [file where y : \"z\"] by d until [any where true] by e", true},
		{"sequence by a with maxspan=1m [process where x == 1] [file where y : \"z\"] | tail 2", false},
		{"sequence [any where a] ![any where b] [any where c] with runs=2", true},
		{"sequence [any where a] as x [any where b == x.b] by c with runs=2 as y", true},
		{"sequence with maxspan=1 by a [any where a] with other=2 [any where b]", true},
		{"sequence by a by b with maxspan=1s with maxspan=1ms [any where a]", true},
		{"sequence [any where a] fork [any where c]", false},
		{"sequence [any where a] fork=true by b [any where c]", false},
		{"sample by a [process where x == 1] [\"f\" where y]", false},
		{"join by a [process where x] [file where y] until [any where z]", false},
		{"sequence", false},
		{"sequence by a", false},
		{"sequence by [any where a] [any where b]", false},
		{"sequence by a, [any where a] [any where b]", false},
		{"sequence with [any where a] [any where b]", false},
		{"sequence with maxspan [any where a] [any where b]", false},
		{"sequence with maxspan=a [any where a] [any where b]", false},
		{"sequence [any where a] until", false},
		{"sequence until [any where a]", false},
		{"sequence [any where a] by [any where b]", false},
		{"sequence [any where a] with runs [any where b]", false},
		{"sequence [any where a] with runs=a [any where b]", false},
		{"sequence [any where a] as [any where b]", false},
		{"sequence [any where a] any where b", false},
		{"sequence [process where true] [file where true", false},
		{"sequence [process where true] [file where]", false},
		{"sequence [process where true true] [file where true]", false},
		{"sequence by where [process where true] [file where true]", false},
		{"process where true | filter where x", false},
		{"process where", false},
		{"process where true true", false},
		{"process where (true", false},
		{"where where true", false},
		{"1 where true", false},
		{"process", false},
		{"", false},
	} {
		for _, d := range []*dialect{elastic, endpoint} {
			c := d.climber(cursor{})
			require.NoError(t, c.lexed(tt.query))
			want, err := d.grammar(tt.query, &listed{list: c.tokens})
			st := c.short()
			assert.Equal(t, tt.short, st != nil, tt.query)
			if st != nil {
				assert.NoError(t, err)
				assert.Equal(t, want, st, tt.query)
			}
			c.forget()
		}
	}
}

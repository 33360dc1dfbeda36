package match

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWord(t *testing.T) {
	const line = `Jan 1 host sshd[42]: Failed password for root from 10.0.0.1 port=22 path=/var/log/x.txt`
	for _, c := range []struct {
		word        string
		fold, whole bool
		want        bool
	}{
		{"failed", true, false, true},
		{"failed", false, false, false},
		{"Failed", false, false, true},
		{"fail", true, false, false},
		{"fail*", true, false, true},
		{"*ailed", true, false, true},
		{"*aile*", true, false, true},
		{"sshd", true, false, true},
		{"10.0.0.1", true, false, true},
		{"10", true, false, true},
		{"0.0", true, false, true},
		{"10.0.0", true, false, true},
		{"10.0.0", true, true, false}, // dots belong to whole words
		{"10.0.0.1", true, true, true},
		{"port=22", true, true, true},
		{"22", true, true, false},
		{"failed password", true, false, true},
		{"failed pass", true, false, false},
		{"f*d", true, false, true},
		{"Jan*host", true, false, false}, // no wildcard reaches over blanks
		{"10*1", true, true, true},
		{"log/x.txt", true, false, true},
		{"og/x.txt", true, false, false},
		{"[42]:", true, false, true},
		{"", true, false, true},
	} {
		assert.Equal(t, c.want, Word(c.word, c.fold, c.whole)(line), "%q fold %v whole %v", c.word, c.fold, c.whole)
	}
	assert.False(t, Word("k", true, false)(strings.Repeat("kk", 1<<19)), "in time, too")
	assert.True(t, Everything("**"))
	assert.False(t, Everything(""))
	assert.False(t, Everything("a*"))
}

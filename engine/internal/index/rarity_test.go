package index

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What a text says is what is left of it without each common piece that it holds.
func TestInformation(t *testing.T) {
	assert.LessOrEqual(t, len(common), 64, "one bit each")
	r := rand.New(rand.NewPCG(3, 5))
	for range 20_000 {
		var b strings.Builder
		for range r.IntN(5) {
			c := common[r.IntN(len(common))]
			b.WriteString([]string{c, c[:r.IntN(len(c))], c[1:], `\`, ".", "é", "q7"}[r.IntN(7)])
		}
		text := b.String()
		want := float64(len(text))
		if len(text) <= 64 {
			for _, c := range common {
				if strings.Contains(text, c) {
					want -= float64(len(c)) - 0.5
				}
			}
			want = max(want-float64(strings.Count(text, `\`))/2-float64(strings.Count(text, ".")), 0.5)
		}
		assert.Equal(t, want, information(text), text)
	}
}

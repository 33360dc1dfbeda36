package index

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spoor-lang/spoor/engine/internal/match"
)

// Literals at the beginning and the end are found where they are there, also those
// that have long beginnings or ends in common, and whether others are left or not.
func TestAffixes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	parts := []string{`c:\windows\system32\`, `c:\windows\`, "drivers\\", "etc", ".exe", "k\u00e4", "Run", "a", "{", "["}
	text := func() string {
		var s strings.Builder
		for range 1 + r.IntN(5) {
			s.WriteString(parts[r.IntN(len(parts))])
		}
		return s.String()
	}
	found := 0
	for round := range 400 {
		var list []literal
		seen := map[string]bool{}
		for range 30 {
			l := literal{text: match.Fold(text()), head: r.IntN(2) == 0}
			l.tail = !l.head
			if round%2 == 0 && r.IntN(3) == 0 { // so that all are looked for together
				l.head, l.tail = false, false
			}
			if !seen[l.text] {
				seen[l.text] = true
				list = append(list, l)
			}
		}
		s := text()
		if r.IntN(2) == 0 {
			s = strings.ToUpper(s)
		}
		got, folded := hits(list, s), match.Fold(s)
		for _, l := range list {
			want := strings.Contains(folded, l.text) && (!l.head || strings.HasPrefix(folded, l.text)) &&
				(!l.tail || strings.HasSuffix(folded, l.text))
			assert.Equal(t, want, got[l.text], "%q in %q", l.text, s)
			if want {
				found++
			}
		}
	}
	assert.Greater(t, found, 150)
}

// However much literals have in common, a text is looked at in few windows.
func TestAffixWindows(t *testing.T) {
	var list []literal
	for i := range 100 {
		list = append(list, literal{text: strings.Repeat("x", 10*i+4), head: true})
	}
	a := newAffixes(list)
	assert.LessOrEqual(t, len(a.windows), 2+maxFrom/8+maxFrom/4)
}

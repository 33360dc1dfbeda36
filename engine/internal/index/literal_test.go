package index

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spoor-lang/spoor/engine/internal/match"
)

// hits returns the literals that a finder of them finds in s.
func hits(texts []literal, s string) map[string]bool {
	for i := range texts {
		texts[i].id = int32(i)
	}
	f := newFinder(texts)
	c := &Cursor{x: &Index{}, text: 1, lit: make([]uint32, len(texts))}
	s = match.Fold(s)
	f.find(c, s)
	found := map[string]bool{}
	for i := range f.list {
		if c.found(f.list[i].id) {
			found[f.list[i].text] = true
		}
	}
	return found
}

func TestFind(t *testing.T) {
	list := func() []literal {
		return []literal{
			{text: "powershell"}, {text: "shell"}, {text: "sh"}, {text: "exe"}, {text: "pow", head: true}, {text: ".exe", tail: true},
			{text: "x", tail: true}, {text: "power", head: true}, {text: "all", head: true, tail: true},
		}
	}
	for s, want := range map[string][]string{
		"PowerShell.EXE": {"powershell", "shell", "sh", "exe", "pow", ".exe", "power"},
		"a powershel":    {"sh"},
		".exe.x":         {"exe", "x"},
		"all":            {"all"},
		"allall":         {},
		"ex":             {"x"},
		"":               {},
	} {
		got := hits(list(), s)
		assert.Len(t, got, len(want), "%s: %v", s, got)
		for _, w := range want {
			assert.True(t, got[w], "%s in %s", w, s)
		}
	}
}

// The finder finds what the plain search does, and tells signs apart that have all
// bits but one in common.
func TestFindAgrees(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	text := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = `abcABC\|{`[r.IntN(9)]
		}
		return string(b)
	}
	for range 300 {
		var list []literal
		seen := map[string]bool{}
		for range 40 {
			if s := match.Fold(text(1 + r.IntN(7))); !seen[s] {
				seen[s] = true
				list = append(list, literal{text: s})
			}
		}
		s := text(r.IntN(60))
		got := hits(list, s)
		for w := range seen {
			assert.Equal(t, strings.Contains(match.Fold(s), w), got[w], "%q in %q", w, s)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("shell", "PowerShell")
	f.Add("\u212A", "k")
	f.Fuzz(func(t *testing.T, w, s string) {
		if w == "" {
			return
		}
		n := match.NewNeedle(w, true)
		if at, _ := n.Index(s); at >= 0 && !hits([]literal{{text: match.Fold(w)}}, s)[match.Fold(w)] {
			t.Fatalf("%q in %q is not found", w, s)
		}
	})
}

// BenchmarkLiterals looks for literals in texts of 200 bytes that hold few of
// them.
func BenchmarkLiterals(b *testing.B) {
	r := rand.New(rand.NewPCG(2, 4))
	syllables := strings.Fields("win dows sys tem thirty two ser vice local temp power shell exec run load http data base user name key tool net")
	word := func() string {
		var s strings.Builder
		for range 2 + r.IntN(4) {
			s.WriteString(syllables[r.IntN(len(syllables))])
		}
		return s.String()
	}
	texts := make([]string, 64)
	for i := range texts {
		s := `C:\`
		for len(s) < 200 {
			s += word() + ` \/-.`[r.IntN(5):][:1]
		}
		texts[i] = s[:200]
	}
	for _, n := range []int{10, 100, 1000, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			seen := map[string]bool{}
			var list []literal
			for len(list) < n {
				if w := fmt.Sprintf("%s%d", word(), r.IntN(1000)); !seen[w] {
					seen[w] = true
					list = append(list, literal{text: w, id: int32(len(list))})
				}
			}
			f := newFinder(list)
			c := &Cursor{x: &Index{}, lit: make([]uint32, n)}
			b.ReportAllocs()
			b.ResetTimer()
			b.ReportMetric(float64(f.bytes()), "bytes")
			for i := range b.N {
				c.turn()
				f.find(c, texts[i%len(texts)])
			}
		})
	}
}

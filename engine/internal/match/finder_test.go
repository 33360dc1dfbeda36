package match

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
)

// random makes texts of a few signs, among them such as are alike but for the bit
// that makes a letter small.
func random(r *rand.Rand, n int) string {
	const signs = "abABkK1\\|[{ \xc3\xa4"
	b := make([]byte, n)
	for i := range b {
		b[i] = signs[r.IntN(len(signs))]
	}
	return string(b)
}

// places lists where a text stands, regardless of the case of ASCII letters.
func places(t, s string) (list []int) {
	lowered := func(s string) string {
		b := []byte(s)
		for i := range b {
			b[i] = lower[b[i]]
		}
		return string(b)
	}
	for i := 0; i+len(t) <= len(s); i++ {
		if lowered(s[i:i+len(t)]) == t {
			list = append(list, i)
		}
	}
	return list
}

// A Finder finds each place where one of its texts stands, once.
func TestFinder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	for range 2000 {
		var texts []string
		for range 1 + r.IntN(40) {
			if w := Fold(random(r, MinFound+r.IntN(10))); !slices.Contains(texts, w) {
				texts = append(texts, w)
			}
		}
		s := random(r, r.IntN(60))
		got := make([][]int, len(texts))
		f := NewFinder(texts, []string{"ab1k", "kkkk"})
		for p := f.Scan(s); p.Next(); {
			got[p.Text] = append(got[p.Text], p.At)
		}
		for i, w := range texts {
			slices.Sort(got[i])
			assert.Equal(t, places(w, s), got[i], "%q in %q", w, s)
		}
	}
}

// A text may be longer than a gram's place tells, and its rarest grams stand last.
func TestFinderLong(t *testing.T) {
	long := strings.Repeat("a", 1<<16) + "rare"
	f := NewFinder([]string{long, "aaab"}, nil)
	p := f.Scan("x" + strings.ToUpper(long) + "x")
	assert.True(t, p.Next())
	assert.Equal(t, 1, p.At)
	assert.False(t, p.Next())
}

// The grams of a text that are chosen are the first of those that occur least, at an even
// place and at an odd one.
func TestRarest(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 500 {
		texts := []string{Fold(random(r, 30)), Fold(random(r, 30)), "\\windows\\system32\\"}
		c := newChooser(texts, []string{"ab1k"})
		text := Fold(random(r, 5+r.IntN(20)))
		often := func(i int) int {
			n := 64 * c[gramOf(text, i)]
			for _, b := range []byte(text[i : i+4]) {
				if at := strings.IndexByte(usual, b); at >= 0 {
					n += (len(usual) - at) / 4
				}
			}
			return n
		}
		want := [2]int{0, 1}
		for i := range len(text) - 3 {
			if often(i) < often(want[i%2]) {
				want[i%2] = i
			}
		}
		assert.Equal(t, want, c.rarest(text), text)
	}
}

// Patterns that are looked for together match what each of them does.
func TestMany(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 7))
	piece := func() string { return random(r, r.IntN(7)) + []string{"", "?", "*", "*?", "\u212a"}[r.IntN(5)] }
	found := 0
	for range 3000 {
		var list []string
		for range 1 + r.IntN(12) {
			list = append(list, []string{"*", "", "?"}[r.IntN(3)]+piece()+piece()+[]string{"*", ""}[r.IntN(2)])
		}
		fold, one := r.IntN(2) == 0, r.IntN(2) == 0
		any := Any(list, fold, one)
		for range 20 {
			s := random(r, r.IntN(40))
			want := slices.ContainsFunc(list, func(p string) bool { return compile(p, fold, one)(s) })
			assert.Equal(t, want, any(s), "%q over %q, fold %v, one %v", list, s, fold, one)
			if want {
				found++
			}
		}
	}
	assert.Greater(t, found, 1000)
}

func TestManyLong(t *testing.T) {
	var list []string
	for i := range 2 * maxFound {
		list = append(list, "*"+strings.Repeat("x", 4+i)+"y*z*")
	}
	any := Any(list, true, true)
	assert.True(t, any("a"+strings.Repeat("X", 600)+"Y..z.."))
	assert.True(t, any("a"+strings.Repeat("x", 20)+"y..z.."))
	assert.False(t, any("a"+strings.Repeat("x", 20)+"y......"))
	assert.False(t, any("a"+strings.Repeat("x", 3)+"y..z.."))
}

// The needle is found where a look at every place finds it.
// A text is the needle in whatever case, and another if one sign is another.
func TestNeedleEqual(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 5))
	equal := 0
	for range 20_000 {
		w := []rune(random(r, 1+r.IntN(20)))
		s := slices.Clone(w)
		for i := range s {
			if r.IntN(3) == 0 {
				s[i] = unicode.SimpleFold(s[i])
			}
		}
		switch r.IntN(4) {
		case 0:
			s[r.IntN(len(s))] = rune("aZ|k"[r.IntN(4)])
		case 1:
			s = s[:r.IntN(len(s)+1)]
		}
		want := strings.EqualFold(string(w), string(s))
		n := NewNeedle(string(w), true)
		assert.Equal(t, want, n.Equal(string(s)), "%q, %q", string(w), string(s))
		assert.Equal(t, want, compile(string(w), true, false)(string(s)), "%q, %q", string(w), string(s))
		if want {
			equal++
		}
	}
	assert.Greater(t, equal, 5000)
}

func TestNeedle(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for range 20000 {
		w, s := Fold(random(r, 1+r.IntN(5))), random(r, r.IntN(60))
		if !ASCII(w + s) {
			continue
		}
		want := -1
		if list := places(w, s); len(list) > 0 {
			want = list[0]
		}
		n := NewNeedle(w, true)
		at, _ := n.Index(s)
		assert.Equal(t, want, at, "%q in %q", w, s)
	}
}

func BenchmarkAny(b *testing.B) {
	var list []string
	for _, w := range strings.Fields("WebClient DownloadFile DownloadString WriteAllBytes Base64String Reflection.Assembly powercat iex( -enc") {
		list = append(list, "*"+w+"*")
	}
	any := Any(list, true, true)
	s := strings.Repeat(`powershell.exe -NoProfile -Command "& {Get-Process | Sort-Object}"; `, 6)
	for range b.N {
		any(s)
	}
}

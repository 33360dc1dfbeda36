package match

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestZZFinder(t *testing.T) {
	seed, _ := strconv.ParseUint(os.Getenv("ZZSEED"), 10, 64)
	rounds, _ := strconv.Atoi(os.Getenv("ZZROUNDS"))
	found := 0
	for round := range rounds {
		r := rand.New(rand.NewPCG(seed, uint64(round)))
		alpha := []string{"ab", "abcAB\x00 @`", "aé\xffÉ\x80\xc3k\u212a", "abcdefghijklmnop{[", "\x00\x20\x1f\x3f"}[r.IntN(5)]
		random := func(n int) string {
			b := make([]byte, n)
			for i := range b {
				b[i] = alpha[r.IntN(len(alpha))]
			}
			return string(b)
		}
		var texts []string
		n := 1 + r.IntN([]int{3, 40, 400}[r.IntN(3)])
		for range n {
			l := 3 + r.IntN(18)
			if r.IntN(3) == 0 {
				l = 3 + r.IntN(3)
			}
			if r.IntN(60) == 0 {
				l = 100 + r.IntN(200)
			}
			if r.IntN(2000) == 0 {
				l = 16380 + r.IntN(20)
			}
			w := random(l)
			if len(texts) > 0 && r.IntN(3) == 0 {
				o := texts[r.IntN(len(texts))]
				switch r.IntN(3) {
				case 0:
					w = o + random(1+r.IntN(3))
				case 1:
					w = random(1+r.IntN(3)) + o
				default:
					w = o[r.IntN(len(o)-2):]
				}
			}
			w = Fold(w)
			if len(w) >= 3 && !slices.Contains(texts, w) {
				texts = append(texts, w)
			}
		}
		var usual []string
		for range r.IntN(3) {
			usual = append(usual, Fold(random(20)))
		}
		f := NewFinder(texts, usual)
		for range 20 {
			s := random(r.IntN(40))
			for range r.IntN(4) {
				w := texts[r.IntN(len(texts))]
				if r.IntN(2) == 0 {
					w = strings.ToUpper(w)
				}
				if r.IntN(4) == 0 {
					w = w[:len(w)-1]
				}
				if r.IntN(4) == 0 {
					w = w[1:]
				}
				s += w + random(r.IntN(9))
			}
			if r.IntN(2) == 0 {
				s = strings.Clone(s)
			}
			up := func(c byte) byte {
				if c >= 'A' && c <= 'Z' {
					return c + 32
				}
				return c
			}
			var want, got []string
			b := []byte(s)
			for i := range b {
				b[i] = up(b[i])
			}
			low := string(b)
			for i, w := range texts {
				for at := 0; at+len(w) <= len(low); at++ {
					if low[at:at+len(w)] == w {
						want = append(want, fmt.Sprint(i, " ", at))
					}
				}
			}
			p := f.Scan(s)
			for p.Next() {
				got = append(got, fmt.Sprint(p.Text, " ", p.At))
			}
			for range 3 {
				if p.Next() {
					t.Fatal("goes on")
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			found += len(want)
			if !slices.Equal(want, got) {
				t.Fatalf("round %d: %q in %q: want %v got %v", round, texts, s, want, got)
			}
		}
	}
	t.Log(found)
}

package index_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
)

// What texts spoke for the last time makes no difference to the candidates: neither
// where they come again and again, in several fields, nor where others have taken
// their place that differ in a few bytes, nor where there are so many that none is
// known any more.
func TestRecall(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	var conds []ast.Expr
	var words []string
	for i := range 24 {
		words = append(words, fmt.Sprintf("word%c%c", 'a'+i, 'z'-i))
		for _, f := range fields {
			conds = append(conds,
				where(t, fmt.Sprintf(`%s : "*%s*"`, f, words[i])),
				where(t, fmt.Sprintf(`%s : ("%s*", "*%s", "rare%d")`, f, words[i], words[i], i)))
		}
	}
	conds = append(conds, where(t, `a : "5*" and b == 443`), where(t, `a : "*\u{e4}rger*"`), where(t, `b : "longword is all"`))
	s := newSet(t, conds)
	text := func(size int) string {
		b := strings.Builder{}
		for b.Len() < size {
			switch r.IntN(9) {
			case 0, 1:
				b.WriteString(words[r.IntN(len(words))])
			case 2:
				b.WriteString("\u00c4rger")
			default:
				b.WriteString(" filling ")
			}
		}
		return b.String()
	}
	again := []string{"443", "5", "longword is all", "rare11rare11"}
	for range 300 {
		again = append(again, text(10+r.IntN(400)))
	}
	var dense []string // of words alone
	for range 300 {
		s := ""
		for range 5 + r.IntN(15) {
			s += words[r.IntN(len(words))]
		}
		dense = append(dense, s)
	}
	swap := func(s string) string { // a text of the same size that differs in one place
		at := r.IntN(len(s))
		return s[:at] + string("xy*w"[r.IntN(4)]) + s[at+1:]
	}
	value := func(again []string) string {
		switch s := again[r.IntN(len(again))]; r.IntN(6) {
		case 0:
			return swap(s)
		case 1:
			return s[:len(s)-r.IntN(len(s))]
		case 2:
			return text(1 + r.IntN(1000))
		default:
			return s
		}
	}
	for i := range 8000 {
		known := again[:len(again)/(1+i%3)]
		if i%4000 > 2000 {
			known = dense
		}
		m := map[string]any{"a": value(known), "b": value(known), "c": []any{value(known), value(known)}}
		if i%2000 > 1500 { // texts that never come again
			m["a"] = fmt.Sprint(i, value(known))
		}
		found := s.candidates(m)
		require.Equal(t, s.x.Cursor().Candidates(&s.frame, nil), found, m)
		if i%50 == 0 {
			s.check(t, m, func(i int) string { return fmt.Sprint(i) })
		}
	}
}

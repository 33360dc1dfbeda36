package match

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/internal/automaton"
)

// A luceneOracle reads an expression by Lucene's grammar as it goes along a
// text, and yields all places where it can end. It tries everything.
type luceneOracle struct {
	in string
	at int
}

// ends maps the places where an expression may begin to those where it may
// end.
type ends func(text []rune, from int) []int

func (o *luceneOracle) more(chars string) bool {
	return o.at < len(o.in) && strings.IndexByte(chars, o.in[o.at]) >= 0
}

func (o *luceneOracle) union() ends {
	e := o.intersection()
	for o.more("|") {
		o.at++
		a, b := e, o.intersection()
		e = func(s []rune, i int) []int { return append(a(s, i), b(s, i)...) }
	}
	return e
}

func (o *luceneOracle) intersection() ends {
	e := o.concat()
	for o.more("&") {
		o.at++
		a, b := e, o.concat()
		e = func(s []rune, i int) (all []int) {
			other := b(s, i)
			for _, j := range a(s, i) {
				if slices.Contains(other, j) {
					all = append(all, j)
				}
			}
			return all
		}
	}
	return e
}

func (o *luceneOracle) concat() ends {
	e := o.repeat()
	for o.at < len(o.in) && !o.more(")|&") {
		a, b := e, o.repeat()
		e = func(s []rune, i int) (all []int) {
			for _, j := range distinct(a(s, i)) {
				all = append(all, b(s, j)...)
			}
			return all
		}
	}
	return e
}

func (o *luceneOracle) repeat() ends {
	e := o.complement()
	for o.more("?*+{") {
		least, most := 0, 1
		switch o.in[o.at] {
		case '*':
			most = -1
		case '+':
			least, most = 1, -1
		case '{':
			_, _ = fmt.Sscanf(o.in[o.at:], "{%d,%d}", &least, &most)
			o.at += strings.IndexByte(o.in[o.at:], '}')
		}
		o.at++
		e = repeated(e, least, most)
	}
	return e
}

// repeated is e from least to most times; a negative most is no bound.
func repeated(e ends, least, most int) ends {
	return func(s []rune, i int) (all []int) {
		now := []int{i}
		for n := 0; len(now) > 0 && (most < 0 || n <= most) && n <= len(s)+least; n++ {
			if n >= least {
				all = append(all, now...)
			}
			var next []int
			for _, j := range now {
				next = append(next, e(s, j)...)
			}
			now = distinct(next)
		}
		return distinct(all)
	}
}

func (o *luceneOracle) complement() ends {
	if !o.more("~") {
		return o.simple()
	}
	o.at++
	e := o.complement()
	return func(s []rune, i int) (all []int) {
		found := e(s, i)
		for j := i; j <= len(s); j++ {
			if !slices.Contains(found, j) {
				all = append(all, j)
			}
		}
		return all
	}
}

func (o *luceneOracle) simple() ends {
	c := o.in[o.at]
	o.at++
	switch c {
	case '.':
		return func(s []rune, i int) []int { return upTo(s, i+1) }
	case '@':
		return repeated(func(s []rune, i int) []int { return upTo(s, i+1) }, 0, -1)
	case '#':
		return func([]rune, int) []int { return nil }
	case '(':
		if o.more(")") {
			o.at++
			return func(_ []rune, i int) []int { return []int{i} }
		}
		e := o.union()
		o.at++
		return e
	case '"':
		end := strings.IndexByte(o.in[o.at:], '"')
		text := []rune(o.in[o.at : o.at+end])
		o.at += end + 1
		return func(s []rune, i int) []int {
			if i+len(text) <= len(s) && string(s[i:i+len(text)]) == string(text) {
				return []int{i + len(text)}
			}
			return nil
		}
	case '[':
		return o.class()
	}
	return func(s []rune, i int) []int {
		if i < len(s) && s[i] == rune(c) {
			return []int{i + 1}
		}
		return nil
	}
}

func (o *luceneOracle) class() ends {
	negated := o.more("^")
	if negated {
		o.at++
	}
	end := strings.IndexByte(o.in[o.at:], ']')
	set := o.in[o.at : o.at+end]
	o.at += end + 1
	return func(s []rune, i int) []int {
		if i < len(s) && strings.ContainsRune(set, s[i]) != negated {
			return []int{i + 1}
		}
		return nil
	}
}

func upTo(s []rune, i int) []int {
	if i > len(s) {
		return nil
	}
	return []int{i}
}

func distinct(list []int) (out []int) {
	seen := map[int]bool{}
	for _, i := range list {
		if !seen[i] {
			seen[i] = true
			out = append(out, i)
		}
	}
	return out
}

// randomLucene makes an expression; with algebra, it has complements and
// intersections.
func randomLucene(r *rand.Rand, depth int, algebra bool) string {
	var b strings.Builder
	for range 1 + r.IntN(3) {
		if algebra && r.IntN(3) == 0 {
			b.WriteString("~")
		}
		switch n := r.IntN(12); {
		case n == 0 && depth > 0:
			b.WriteString("(" + randomLucene(r, depth-1, algebra) + ")")
		case n == 1 && depth > 0:
			sign := "|"
			if algebra && r.IntN(2) == 0 {
				sign = "&"
			}
			b.WriteString("(" + randomLucene(r, depth-1, algebra) + sign + randomLucene(r, depth-1, algebra) + ")")
		default:
			b.WriteString([]string{"a", "b", "^", "$", ".", "[ab]", "[^a]", `"a*"`, "()", "@", "#"}[r.IntN(11)])
		}
		for r.IntN(3) == 0 {
			b.WriteString([]string{"*", "+", "?", "{0,1}", "{1,2}", "{2,2}"}[r.IntN(6)])
			if r.IntN(2) == 0 {
				break
			}
		}
	}
	return b.String()
}

// TestLuceneDefinition compares translated expressions with Lucene's grammar.
func TestLuceneDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	hits, complex := 0, 0
	for i := range 5_000 {
		p := randomLucene(r, 2, false)
		if i%4 == 0 {
			p = randomLucene(r, 1, true)
		}
		has, err := Lucene([]string{p}, false)
		if errors.Is(err, automaton.ErrTooComplex) {
			complex++
			continue
		}
		require.NoError(t, err, p)
		e := (&luceneOracle{in: p}).union()
		for range 8 {
			var b strings.Builder
			for range r.IntN(5) {
				b.WriteByte("ab*^$"[r.IntN(5)])
			}
			s := []rune(b.String())
			want := false
			for _, end := range e(s, 0) {
				want = want || end == len(s)
			}
			if want {
				hits++
			}
			require.Equal(t, want, has(b.String()), "%q over %q", p, b.String())
		}
	}
	require.Less(t, complex, 20, "many expressions are refused")
	require.Greater(t, hits, 2_000, "hardly any text matches: the comparison says little")
}

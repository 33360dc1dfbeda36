package automaton

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parsed(t *testing.T, pattern string) *Expr {
	t.Helper()
	tree, err := syntax.Parse(pattern, syntax.Perl)
	require.NoError(t, err)
	return FromSyntax(tree)
}

// What Go's engine runs as well matches the same.
func TestMatchesAsGoDoes(t *testing.T) {
	texts := []string{"", "a", "A", "b", "ab", "aab", "abab", "aaaa", "x\ny", "ä", "Ä", "ſ", "s", "0", "a b", strings.Repeat("ab", 20)}
	for _, p := range []string{
		``, `a`, `a*`, `a+b?`, `(ab)*`, `(ab|a)*b?`, `[^a]*`, `.*`, `(?s).*`, `(?i)a|ä|s`, `a{2,3}b{0,1}`, `(a|b){4}`, `(a*){3}`, `\w+`, `[^\x00-\x{10FFFF}]`,
		`(?:a?b?){2,}`, `a(b|c|d)e|.`,
	} {
		a, err := New(parsed(t, p))
		require.NoError(t, err, p)
		re := regexp.MustCompile(`\A(?:` + p + `)\z`)
		for _, s := range texts {
			assert.Equal(t, re.MatchString(s), a.MatchString(s), "%s over %q", p, s)
		}
	}
}

func TestAlgebra(t *testing.T) {
	x, y := parsed(t, `a+`), parsed(t, `(?:aa)+`)
	for _, c := range []struct {
		name string
		x    *Expr
		want string // the numbers of a that match
	}{
		{"union", Union(x, y), "1234"},
		{"intersection", Intersection(x, y), "24"},
		{"complement", Complement(y), "013"},
		{"difference", Intersection(x, Complement(y)), "13"},
		{"complement twice", Complement(Complement(y)), "24"},
		{"nothing", Intersection(y, Complement(y)), ""},
		{"everything", Union(y, Complement(y)), "01234"},
		{"repeated complement", Repeat(Complement(x), 2, 2), "0"},
		{"behind a complement", Concat(Complement(x), parsed(t, `aa`)), "2"},
	} {
		a, err := New(c.x)
		require.NoError(t, err, c.name)
		got := ""
		for n, s := range []string{"", "a", "aa", "aaa", "aaaa"} {
			if a.MatchString(s) {
				got += string(rune('0' + n))
			}
		}
		assert.Equal(t, c.want, got, c.name)
	}
}

func TestTooComplex(t *testing.T) {
	for _, p := range []string{`.*a.{20}`, `(?:a|b|cd){1000}(?:x{1000}y)`, strings.Repeat("abcdefgh", 400)} {
		_, err := New(Complement(parsed(t, p)))
		assert.ErrorIs(t, err, ErrTooComplex, p)
	}
	_, err := New(Intersection(parsed(t, strings.Repeat("a?", 1000)), parsed(t, `b`))) // whose machine would be small
	assert.ErrorIs(t, err, ErrTooComplex)
}

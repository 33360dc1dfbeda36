package match

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLucene(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		fold, want    bool
	}{
		{"abc", "abc", false, true},
		{"abc", "xabcx", false, false}, // the whole text
		{"a.c", "a\nc", false, true},
		{"a|b", "b", false, true},
		{"a|bc", "ac", false, false},
		{"(a|b)+c{2,3}", "abacc", false, true},
		{"a^b$", "a^b$", false, true}, // no anchors
		{"^a", "a", false, false},
		{`\d+\.\w*`, "12.x_1", false, true},
		{`[\d]+\S`, "12x", false, true},
		{`[^a-c]`, "d", false, true},
		{`[^a-c]`, "b", false, false},
		{`[\-a]+`, "a-a", false, true},
		{`[a\]]+`, "a]", false, true},
		{`[[]x`, "[x", false, true},
		{`[[:alpha:]]x`, "[]x", false, true}, // no named classes
		{`"a.b*"c`, "a.b*c", false, true},
		{`"a.b*"c`, "axbc", false, false},
		{"a@c", "a-\n-c", false, true},
		{"a#", "a", false, false},
		{"a#|b", "b", false, true},
		{"a()b", "ab", false, true},
		{`a\~b\&\<`, "a~b&<", false, true},
		{`a~bc`, "adc", false, true},
		{`a~bc`, "abc", false, false},
		{`a~bc`, "ac", false, true},
		{`a~b+c`, "abbc", false, true},
		{`~(abc.*)`, "abd", false, true},
		{`~(abc.*)`, "abcd", false, false},
		{`aaa.+&.+bbb`, "aaaxbbb", false, true},
		{`aaa.+&.+bbb`, "aaabbb", false, true},
		{`aaa.+&.+bbb`, "aaaccc", false, false},
		{`.*\.exe&~(c:\\windows\\.*)`, `C:\Temp\A.EXE`, true, true},
		{`.*\.exe&~(c:\\windows\\.*)`, `C:\Windows\A.EXE`, true, false},
		{`[a-c]&~b|x`, "x", false, true},
		{`~ä&.`, "ö", false, true},
		{`~ä&.`, "Ä", true, false},
		{`~a&.`, "\n", false, true},
		{".*?x", "aax", false, true}, // lazy or not, the language is the same
		{"[a-z]+", "ABC", true, true},
		{"ä+", "ÄÄ", true, true},
		{`C:\\Win.*`, `C:\Windows`, false, true},
		{"*.exe", "*.exe", false, true}, // nothing to repeat
		{"*.exe", "cmd.exe", false, false},
		{"(+|{1}|x)?y", "+y", false, true},
		{"(+|{1}|x)?y", "{1}y", false, true},
		{"(+|{1}|x)?y", "y", false, true},
		{"xa+?", "x", false, true}, // a quantifier of a quantifier, and no lazy one
		{"x(ab)+?", "xabab", false, true},
		{"x(ab)+?", "x", false, true},
		{"x[ab]{2}?", "x", false, true},
		{"x[ab]{2}?", "xab", false, true},
		{"x[ab]{2}?", "xa", false, false},
		{"xa*+", "xaa", false, true},
		{"xä+?", "x", false, true},
		{"ab+?", "b", false, false}, // of the last character alone
		{"(a|(b|c))+{2}", "bac", false, true},
		{"x" + strings.Repeat("*", 100_000), "xxx", false, true},
		{"xa+*?+", "xaa", false, true},
		{"xa?+", "xaa", false, true},
		{"x<1-100>", "x100", false, true},
		{"x<1-100>", "x007", false, true},
		{"x<1-100>", "x0", false, false},
		{"x<1-100>", "x101", false, false},
		{"<01-31>", "07", false, true},
		{"<01-31>", "7", false, false},
		{"<01-31>", "32", false, false},
	} {
		m, err := Lucene([]string{c.pattern}, c.fold)
		require.NoError(t, err, c.pattern)
		assert.Equal(t, c.want, m(c.text), "%q over %q", c.pattern, c.text)
	}
}

// An interval matches the numbers that lie in it, and no others.
func TestLuceneIntervals(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n, m := r.IntN(2000), r.IntN(2000)
		padded := r.IntN(2) == 0
		pattern := fmt.Sprintf("<%d-%d>", n, m)
		if padded {
			pattern = fmt.Sprintf("<%05d-%05d>", n, m)
		}
		has, err := Lucene([]string{pattern}, false)
		require.NoError(t, err, pattern)
		low, high := min(n, m), max(n, m)
		for _, x := range []int{low - 1, low, (low + high) / 2, high, high + 1, r.IntN(3000)} {
			if x < 0 {
				continue
			}
			in := low <= x && x <= high
			plain, long := fmt.Sprint(x), fmt.Sprintf("%05d", x)
			fixed := padded || len(fmt.Sprint(n)) == len(fmt.Sprint(m)) // as many digits as the ends have
			digits := len(fmt.Sprint(n))
			if padded {
				digits = 5
			}
			assert.Equal(t, in && (!fixed || len(plain) == digits), has(plain), "%s in %s", plain, pattern)
			assert.Equal(t, in && (!fixed || len(long) == digits), has(long), "%s in %s", long, pattern)
		}
	}
}

func TestLuceneList(t *testing.T) {
	m, err := Lucene([]string{"a|b", "c+"}, false)
	require.NoError(t, err)
	assert.True(t, m("b"))
	assert.True(t, m("ccc"))
	assert.False(t, m("ac"))

	m, err = Lucene([]string{".*a+", "b+", ".*c[cd].*", "x+.*|y.*"}, true)
	require.NoError(t, err)
	for s, want := range map[string]bool{
		"zAa": true, "b\nA": true, "ab": false, "BB": true, "bbz": false, "zcdz": true, "CC": true, "c": false, "xxz": true, "zx": false, "": false,
	} {
		assert.Equal(t, want, m(s), s)
	}
}

func TestLuceneErrors(t *testing.T) {
	for _, c := range []struct{ pattern, message string }{
		{"a~", "what the ~ of a regular expression negates"},
		{"a~b)", "a ) without its ("},
		{"(a~b", "a ( without its )"},
		{"~a{2,1}", "expected {n}, {n,} or {n,m}"},
		{"~a{9999}", "expected {n}, {n,} or {n,m}"},
		{"~(?i)a", "groups of the form"},
		{`~a"b`, "without its pair"},
		{"~a" + strings.Repeat("{1}", 100), `at most 10 quantifiers`},
		{strings.Repeat("~", 1000) + "a", "nest 200 deep"},
		{strings.Repeat("(", 1000) + "~a", "nest 200 deep"},
		{"~(.*a.{900})&.*", "too complex"},
		{"<1-x>", `expected an interval such as <1-100>`},
		{"a" + strings.Repeat("{1}", 100), `at most 10 quantifiers`},
		{"a{,3}", `expected {n}, {n,} or {n,m}`},
		{"(?i)a", "groups of the form"},
		{`a\`, "ends in a backslash"},
		{`a"b`, "without its pair"},
		{"[ab", "[ without its ]"},
		{"(a", "missing closing"},
		{"a)", "unexpected )"},
		{"a{1001}", "invalid repeat count"},
	} {
		_, err := Lucene([]string{c.pattern}, false)
		assert.ErrorContains(t, err, c.message, c.pattern)
	}
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{`b\d`, "ab1c", true},
		{`(?i)ABC`, "xabcx", true},
		{`^(?<name>\w+)$`, "word", true},
		{`(?P<name>\w+)`, "word", true},
		{`a\/b\"c\'d`, `a/b"c'd`, true},
		{`a\h+b`, "a\t b", true},
		{`[\h]b`, " b", true},
		{`x\Z`, "x\n", true},
		{`\<a\>`, "<a>", true},
		{`\_\-`, "_-", true},
		{`a\ b`, "a b", true},
		{`[]a]\\`, `]\`, true},
		{`^\H\h[\h]$`, "a\u00a0 ", true},
		{`^\v\V\N$`, "\rab", true},
		{`^\v`, "v", false},
		{`^a[\v]b$`, "a\u2028b", true},
		{`^a\Rb$`, "a\r\nb", true},
		{`(?'word'\w+)!`, "hey!", true},
		{`a(?#a comment)b`, "ab", true},
		{"(?x) a [ ] b  # a comment (\n c", "a bc", true},
		{`(?xi: A \  b ) c`, "a b c", true},
		{`(?xi: A ) c`, "A c", true},
		{`(?x)a b(?-x) c`, "ab c", true},
		{`((?x) a b) c`, "ab c", true},
		{`(?x-i)(?s)a.b`, "a\nb", true},
		{`\Q(a\\E\.`, `(a\.`, true},
		{`^\Qa.b`, "a.b", true},
		{`(*UTF8)(*UCP)^.$`, "ä", true},
		{`^\x41\x{42}\xa$`, "AB\n", true},
		{`^\x\.exe`, "\x00.exe", true},
		{`^\x\.exe`, `\x.exe`, false},
		{`^[\x41-\x43]\cI\ci$`, "B\t\t", true},
		{`^a\Eb$`, "ab", true},
	} {
		re, err := Find(c.pattern, nil)
		require.NoError(t, err, c.pattern)
		assert.Equal(t, c.want, re.MatchString(c.text), "%q over %q", c.pattern, c.text)
	}
}

// What Go's engine refuses, another runs; but not where time must be linear.
func TestFindBacktracks(t *testing.T) {
	re, err := Find(`(?<!\/)\b\w+(?<ext>\.\w+)?:\w+`, nil)
	require.NoError(t, err)
	_, linear := re.Linear()
	assert.False(t, linear)
	assert.Equal(t, [][]string{{"a.txt:b", ".txt"}, {"c:d", ""}}, re.FindAllStringSubmatch("a.txt:b /x:y c:d", -1))
	assert.Equal(t, []string{"", "ext"}, re.SubexpNames())
	plain, err := Find(`a\h+b`, nil)
	require.NoError(t, err)
	_, linear = plain.Linear()
	assert.True(t, linear)
}

func TestLinearErrors(t *testing.T) {
	for _, c := range []struct{ pattern, message string }{
		{"a(?=b)", "uses lookahead"},
		{"a(?!b)", "uses negative lookahead"},
		{"(?<=a)b", "uses lookbehind"},
		{"(?<!a)b", "uses negative lookbehind"},
		{"(?>a)b", "uses an atomic group"},
		{`(a)\1`, "uses a back-reference"},
		{"(a", "missing closing"},
	} {
		_, err := Linear(c.pattern)
		assert.ErrorContains(t, err, c.message, c.pattern)
	}
	for pattern, message := range map[string]string{
		"(a": "missing closing", "(?(1)a|b)": "uses a conditional group", "a(?R)?b": "uses recursion", `(a)\2`: "back-reference",
		`(?x`: "invalid", `(?x)(a`: "missing closing", "a{2000,1000}": "repeat count", "a{70000}": "repeat count",
		"(?<x>a)(?<x>b)": `two of its groups have the name "x"`, "(?<x>a)(?=b)(?P<x>b)": `two of its groups have the name "x"`,
	} {
		_, err := Find(pattern, nil)
		assert.ErrorContains(t, err, message, pattern)
	}
}

// FuzzLiteralParts compares the shorter way with the longer one.
func FuzzLiteralParts(f *testing.F) {
	f.Add(`.*a\*b.*?c`, "xa*b-c")
	f.Add(`a.*.*ä`, "aÄ")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		parts, ok := literalParts(pattern)
		if !ok || !utf8.ValidString(pattern) || !utf8.ValidString(text) {
			return
		}
		long, err := Translate(pattern)
		require.NoError(t, err)
		re, err := regexp.Compile(`\A(?si:` + long + `)\z`)
		if err != nil {
			return
		}
		short := joined(parts, true)
		assert.Equal(t, re.MatchString(text), short.matches(text), "%q over %q", pattern, text)
	})
}

func FuzzLucene(f *testing.F) {
	f.Add(`"a`)
	f.Add(`[^]\`)
	f.Add(`[a\-]{1,2}`)
	f.Fuzz(func(t *testing.T, pattern string) {
		if m, err := Lucene([]string{pattern}, true); err == nil {
			m(pattern)
		}
		if re, err := Find(pattern, nil); err == nil {
			re.MatchString(pattern)
		}
	})
}

package backtrack

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// matches are all matches of an expression, each as the text of the whole and
// of its groups.
func matches(t *testing.T, pattern, text string) []string {
	t.Helper()
	re, err := Compile(pattern)
	require.NoError(t, err, pattern)
	all := []string{}
	for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
		var parts []string
		for i := 0; i < len(m); i += 2 {
			if m[i] < 0 {
				parts = append(parts, "-")
			} else {
				parts = append(parts, text[m[i]:m[i+1]])
			}
		}
		all = append(all, strings.Join(parts, "|"))
	}
	assert.Equal(t, len(all) > 0, re.MatchString(text), "%s in %q", pattern, text)
	return all
}

func TestWhatGoRefuses(t *testing.T) {
	for _, c := range []struct {
		name, pattern, text string
		want                []string
	}{
		{"lookahead", `foo(?=bar)`, "foobar foobaz", []string{"foo"}},
		{"negative lookahead", `foo(?!bar)\w*`, "foobar foobaz", []string{"foobaz"}},
		{"lookbehind", `(?<=\$)\d+`, "5 $10 $20", []string{"10", "20"}},
		{"negative lookbehind", `(?<!/)\b\w+:\w+`, "/a:b c:d", []string{"c:d"}},
		{"lookbehind of several lengths", `(?<=a|bcd)x`, "ax bcdx cdx", []string{"x", "x"}},
		{"lookbehind over letters beyond ASCII", `(?<=ö)k`, "ök ok", []string{"k"}},
		{"at the beginning", `^(?!.*admin).*$`, "user root", []string{"user root"}},
		{"at the beginning, not", `^(?!.*admin).*$`, "the admin", []string{}},
		{"groups in a lookahead stay", `(?=(\w+))\w`, "ab", []string{"a|ab", "b|b"}},
		{"groups in a negative one do not", `(?!(x))a`, "a", []string{"a|-"}},
		{"reference", `(\w)\1`, "aabbcd", []string{"aa|a", "bb|b"}},
		{"reference in any case", `(?i)(\w)\1`, "aA", []string{"aA|a"}},
		{"reference by name", `(?P<q>['"]).*?\k<q>`, `x="it's" y='z'`, []string{`"it's"|"`, `'z'|'`}},
		{"Python's reference", `(?P<c>.)(?P=c)`, "xyyz", []string{"yy|y"}},
		{"reference to a group that took no part", `(?:(a)|b)\1`, "b", []string{}},
		{"atomic group", `(?>a+)ab`, "aaab", []string{}},
		{"atomic group that fits", `(?>a+)b`, "aaab", []string{"aaab"}},
		{"possessive repetition", `a++ab`, "aaab", []string{}},
		{"possessive repetition that fits", `a++b|[a-c]*+|(?:cd){1,2}+`, "aab", []string{"aab"}},
		{"possessive groups and escapes", `(a|ab)?+c|\d*+\d`, "abc 12", []string{"c|-"}},
		{"braces of an escape", `\x{61}+a(?=b)\p{Lu}*`, "aaab", []string{"aaa"}},
		{"possessive beyond ASCII", `xö?+ö`, "xö xöö", []string{"xöö"}},
		{"a bracket in a class is none", `[(?=]+(?=x)`, "(?=x", []string{"(?="}},
		{"a class that begins with its end", `[]a]+(?!b)`, "]a]", []string{"]a]"}},
		{"an escaped bracket", `\((?=x)`, "(x", []string{"("}},
		{"without case", `(?i)foo(?=BAR)`, "FOObar", []string{"FOO"}},
		{"nested", `a(?=b(?!c))`, "abc abd", []string{"a"}},
		{"begins behind", `user=\K\w+`, "user=al user=bo", []string{"al", "bo"}},
		{"begins behind, where it fails", `a\Kb|(a)c`, "ac", []string{"ac|a"}},
		{"begins behind its end", `a(?=b\Kc)`, "abc", []string{""}},
		{"reference counted back", `(a)(b)\g{-2}\g-1\g2`, "ababb", []string{"ababb|a|b"}},
		{"reference by name in quotes", `(?P<q>x)\k'q'`, "xx", []string{"xx|x"}},
		{"many times", `^a{1200}(b)`, strings.Repeat("a", 1200) + "b", []string{strings.Repeat("a", 1200) + "b|b"}},
		{"not so many", `^a{1200,}`, strings.Repeat("a", 1199), []string{}},
		{"many times, lazy", `^(?:ab?){2,1200}?`, "ababab", []string{"abab"}},
		{"many times, possessive", `a{0,1200}+a`, "aaa", []string{}},
		{"lazy", `<(?!b).+?>`, "<b><i><u>", []string{"<i>", "<u>"}},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, matches(t, c.pattern, c.text)) })
	}
}

func TestNamesOfGroups(t *testing.T) {
	re, err := Compile(`(?<a>x)(?=(y)(?<b>z))`)
	require.NoError(t, err)
	assert.Equal(t, []string{"", "a", "", "b"}, re.SubexpNames())
	assert.Equal(t, `(?<a>x)(?=(y)(?<b>z))`, re.String())
	assert.Equal(t, []int{0, 1, 0, 1, 1, 2, 2, 3}, re.FindStringSubmatchIndex("xyz"))
}

func TestWhatIsNoExpression(t *testing.T) {
	for _, p := range []string{`(?=a`, `(?!a))`, `(a)\2`, `\k<none>`, `[a(?=b)`, `(?(1)a)`, `(?R)`, `a\`, `a{70000}`, `(a)\g{-2}`} {
		_, err := Compile(p)
		assert.Error(t, err, p)
	}
}

// What takes too long does not match, and ends.
func TestStepsAreBounded(t *testing.T) {
	re, err := Compile(`^(?=(a+)+$)b|(a*)*c`)
	require.NoError(t, err)
	assert.False(t, re.MatchString(strings.Repeat("a", 200)))
	re, err = Compile(`(?!(a+)+b)x`)
	require.NoError(t, err)
	assert.False(t, re.MatchString(strings.Repeat("a", 200)+"x"), "a lookahead that was given up decides nothing")
}

// All matches in a text are found as long as they take no more than several
// searches may.
func TestStepsOfAllMatchesAreBounded(t *testing.T) {
	re, err := Compile(`a(?=.*x)`)
	require.NoError(t, err)
	assert.Len(t, re.FindAllStringSubmatchIndex(strings.Repeat("a", 500)+"x", -1), 500)
	n := len(re.FindAllStringSubmatchIndex(strings.Repeat("a", 20_000)+"x", -1))
	assert.Positive(t, n)
	assert.Less(t, n, 100)
}

// Where Go's engine knows an expression, both find the same; save for empty
// repetitions, of which engines differ in what they make.
func TestFindsWhatGoFinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[rng.IntN(len(from))] }
	var something func(depth int) string // that is not empty
	something = func(depth int) string {
		if depth == 0 {
			return pick("a", "b", "c", ".", "[ab]", "[^a]", `\w`, "ä", "(?i:B)")
		}
		x, y := something(depth-1), something(depth-1)
		return pick(x+y, "(?:"+x+"|"+y+")", "("+x+")", "(?:"+x+")+?", "(?:"+y+"){1,3}", "("+x+")("+y+")", "(?:"+x+")*?"+y)
	}
	var expression func(depth int) string
	expression = func(depth int) string {
		if depth == 0 {
			return pick(`\b`, `\B`, "^", "$", "", "(?m:^)", "(?m:$)", something(1))
		}
		x, y := expression(depth-1), expression(depth-1)
		return pick(x+y, x+"|"+y, "("+x+")", "(?:"+something(1)+")*"+x, "("+something(1)+")*?"+y, "(?:"+x+")?", something(2))
	}
	for range 5000 {
		p := expression(1 + rng.IntN(3))
		re, err := regexp.Compile(p)
		require.NoError(t, err, p)
		var text strings.Builder
		for range rng.IntN(8) {
			text.WriteString(pick("a", "b", "c", "ä", "B", "\n", " "))
		}
		back, err := Compile(p)
		require.NoError(t, err, p)
		want := re.FindAllStringSubmatchIndex(text.String(), -1)
		if got := back.FindAllStringSubmatchIndex(text.String(), -1); !assert.Equal(t, want, got, "%s in %q", p, text.String()) {
			return
		}
	}
}

func FuzzCompile(f *testing.F) {
	f.Add(`(?<!\/)\b\w+(\.\w+)?:\w+(\.\w+)?$`, "a.exe:b.txt")
	f.Add(`(\w)\1(?>a+)(?=b)`, "xxaab")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 200 || len(text) > 200 {
			return
		}
		if re, err := Compile(pattern); err == nil {
			re.FindAllStringSubmatchIndex(text, 3)
		}
	})
}

package match

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestWildcard(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		fold, want    bool
	}{
		{"cmd.exe", "cmd.exe", false, true},
		{"cmd.exe", "CMD.exe", false, false},
		{"cmd.exe", "CMD.exe", true, true},
		{"cmd.exe", "cmd.exe ", true, false},
		{"", "", true, true},
		{"", "x", true, false},
		{"*", "", true, true},
		{"*", "line\nline", false, true},
		{"*.exe", "A.EXE", true, true},
		{"*.exe", ".exe", false, true},
		{"*.exe", "exe", false, false},
		{"a*", "A", true, true},
		{"*mid*", "a MID b", true, true},
		{"*mid*", "a mi d b", true, false},
		{"ab*ba", "aba", false, false}, // the ends do not overlap
		{"ab*ba", "abba", false, true},
		{"a*b*c", "a-b-b-c", false, true},
		{"a*b*c", "a-c-b", false, false},
		{"**a**", "bab", false, true},
		{"?", "", false, false},
		{"?", "ä", false, true},
		{"?", "\n", false, true},
		{"??", "ä", false, false},
		{"?*", "", false, false},
		{"?*", "ä", false, true},
		{"?b*", "äBc", true, true},
		{"?b*", "b", true, false},
		{"??c", "\xff\xffC", true, true},
		{"?*?", "a", false, false},
		{"?:\\Win*\\x.exe", `C:\windows\sub\X.EXE`, true, true},
		{"?:\\Win*\\x.exe", `CC:\windows\sub\x.exe`, true, false},
		{"*a?c", "aac abc", false, true},
		{"*a?c", "abcd", false, false},
		{"a*?", "a", false, false},
		{"a*?", "ab", false, true},
		{`\*`, `\anything`, false, true}, // nothing escapes
		{"straße*", "STRAẞE 1", true, true},
		{"ΣΑΣ", "σας", true, true},
		{"*kelvin", "300 \u212aelvin", true, true},
		{"*\u212aelvin*", "300 KELVIN!", true, true},
		{"*ſ", "S", true, true},
		{"*İ*", "i", true, false}, // no simple folding leads from one to the other
		{"\xff*", "\xff1", false, true},
	} {
		assert.Equal(t, c.want, Wildcard(c.pattern, c.fold)(c.text), "%q over %q, fold %v", c.pattern, c.text, c.fold)
	}
}

func TestStar(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"a?c", "a?c", true},
		{"a?c", "abc", false},
		{"A*C", "abc", true},
		{"*", "", true},
	} {
		assert.Equal(t, c.want, Star(c.pattern, true)(c.text), "%q over %q", c.pattern, c.text)
	}
}

func TestAny(t *testing.T) {
	long := make([]string, 0, 3000)
	for i := range 3000 {
		long = append(long, strings.Repeat("x", i%40)+string(rune('a'+i%26))+"-Name.exe")
	}
	for _, c := range []struct {
		name  string
		match Text
		text  string
		want  bool
	}{
		{"empty", Any(nil, true, true), "", false},
		{"a member", Any([]string{"a", "b"}, true, true), "B", true},
		{"with case", Any([]string{"a", "b"}, false, true), "B", false},
		{"a pattern beside members", Any([]string{"a", "b*"}, true, true), "BOO", true},
		{"patterns only", Any([]string{"*a", "b*"}, true, true), "BOO", true},
		{"neither", Any([]string{"a", "b*"}, true, true), "c", false},
		{"? is a wildcard", Any([]string{"a?", "b"}, true, true), "ax", true},
		{"? is none", Any([]string{"a?", "b"}, true, false), "ax", false},
		{"many, folded", Any(long, true, true), "XXa-NAME.exe", Any(long, true, true)("xxa-name.exe")},
		{"many, first", Any(long, true, true), "A-NAME.EXE", true},
		{"many, with case", Any(long, false, true), "A-NAME.EXE", false},
		{"many, too long", Any(long, true, true), strings.Repeat("x", 1000), false},
		{"many, Kelvin", Any(append(long, "K"), true, true), "\u212a", true},
	} {
		assert.Equal(t, c.want, c.match(c.text), c.name)
	}
}

// TestHostile bounds the time of the patterns and texts that are made to be
// slow.
func TestHostile(t *testing.T) {
	text := strings.Repeat("a", 1<<20)
	for _, pattern := range []string{
		strings.Repeat("*a", 500) + "*b",
		"*" + strings.Repeat("a", 5000) + "b*",
		"*" + strings.Repeat("k", 5000) + "b*",
		strings.Repeat("a*", 2000),
		strings.Repeat("?*", 500) + "b",
	} {
		for _, fold := range []bool{true, false} {
			start := time.Now()
			Wildcard(pattern, fold)(text)
			assert.Less(t, time.Since(start), 30*time.Second, "%.20q…, fold %v", pattern, fold)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	list := make([]string, 100)
	for i := range list {
		list[i] = strings.Repeat("Ab", i+1)
	}
	matchers := []Text{
		Wildcard("*powershell*-enc*", true), Wildcard("?:\\x\\*", true), Any(list, true, true),
		Any([]string{"*ß*", "x*", "y"}, true, true),
	}
	text := `C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe -Enc ÄÖÜ`
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		for _, m := range matchers {
			m(text)
		}
	}))
}

// naive matches by trying everything.
func naive(pattern, text []rune) bool {
	switch {
	case len(pattern) == 0:
		return len(text) == 0
	case pattern[0] == '*':
		return naive(pattern[1:], text) || len(text) > 0 && naive(pattern, text[1:])
	case len(text) == 0:
		return false
	}
	return (pattern[0] == '?' || foldRune(pattern[0]) == foldRune(text[0])) && naive(pattern[1:], text[1:])
}

func FuzzWildcard(f *testing.F) {
	f.Add("*a?b*", "xaxbx")
	f.Add("ſ*K", "sK")
	f.Add("*aab*aab", "aaabaaab")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		const few = 40 // the oracle takes exponential time
		pattern, text = strings.ToValidUTF8(pattern, ""), strings.ToValidUTF8(text, "")
		if len(pattern) > few || len(text) > few || strings.Count(pattern, "*") > 6 {
			return
		}
		want := naive([]rune(pattern), []rune(text))
		if got := Wildcard(pattern, true)(text); got != want {
			t.Errorf("%q over %q: found %v, want %v", pattern, text, got, want)
		}
		if !strings.Contains(pattern, "?") {
			assert.Equal(t, Wildcard(pattern, true)(text), Star(pattern, true)(text))
			assert.Equal(t, want, Any([]string{pattern, "\x00", "*\x00\x00"}, true, true)(text) && text != "\x00" && !strings.HasSuffix(text, "\x00\x00") || want)
		}
	})
}

func FuzzIndex(f *testing.F) {
	f.Add("aab", "aaaab")
	f.Add("\u212a", "xk")
	f.Fuzz(func(t *testing.T, part, text string) {
		n := NewNeedle(part, true)
		start, end := n.Index(text)
		want := strings.Index(Fold(text), n.text) // the same place but for lengths
		if strings.ToValidUTF8(part, "") == part && strings.ToValidUTF8(text, "") == text && (start < 0) != (want < 0) {
			t.Fatalf("%q in %q: found %d, want %d", part, text, start, want)
		}
		if start >= 0 && !n.Equal(text[start:end]) {
			t.Fatalf("%q in %q: found %q", part, text, text[start:end])
		}
	})
}

func TestLower(t *testing.T) {
	long := strings.Repeat("aB0", 50)
	for _, s := range []string{"", "0123ABCDEFabcdef", "[@`{Zz", "Ä K", long, long[:64], long[:65]} {
		assert.Equal(t, strings.ToLower(s), Lower(s))
	}
}
